//! The body of an answer, unpacked as it comes, never beyond its bounds.

use super::FetchFault;
use flate2::write::MultiGzDecoder;
use std::io::Write;

/// So many packed bytes are unpacked before the bounds are looked at again: a step can add about a thousand times as much.
const STEP_BYTES: usize = 512;

/// The ratio counts from this size on: small texts pack well.
const SMALL_BYTES: usize = 1 << 20;

pub struct Bounded {
    host: String,
    unpacked: Unpacked,
    packed_bytes: usize,
    most_bytes: usize,
    ratio: usize,
    cut: bool,
}

enum Unpacked {
    Plain(Vec<u8>),
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Bounded {
    /// For an answer of this `Content-Encoding`; one that was not asked for is refused.
    pub fn new(host: String, encoding: Option<&[u8]>, most_bytes: usize, ratio: usize, cut: bool) -> Result<Self, FetchFault> {
        let unpacked = match encoding {
            None | Some(b"" | b"identity") => Unpacked::Plain(Vec::new()),
            Some(b"gzip" | b"x-gzip") => Unpacked::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
            Some(_) => return Err(FetchFault::Malformed { host, what: "a packing that was not asked for" }),
        };
        Ok(Self { host, unpacked, packed_bytes: 0, most_bytes, ratio, cut })
    }

    /// Takes what came; `false` when it is enough.
    pub fn push(&mut self, chunk: &[u8]) -> Result<bool, FetchFault> {
        for step in chunk.chunks(STEP_BYTES) {
            self.packed_bytes += step.len();
            match &mut self.unpacked {
                Unpacked::Plain(bytes) => bytes.extend_from_slice(step),
                Unpacked::Gzip(decoder) => decoder.write_all(step).map_err(|_| malformed(&self.host))?,
            }
            let bytes = self.bytes().len();
            if bytes > SMALL_BYTES && bytes / self.ratio > self.packed_bytes {
                return Err(FetchFault::TooLarge { host: self.host.clone(), what: "the unpacked body", most: self.packed_bytes * self.ratio });
            }
            if bytes > self.most_bytes {
                if self.cut {
                    return Ok(false);
                }
                return Err(FetchFault::TooLarge { host: self.host.clone(), what: "the body", most: self.most_bytes });
            }
        }
        Ok(true)
    }

    /// All of it, or what was left of it by the cut.
    pub fn finish(self) -> Result<Vec<u8>, FetchFault> {
        let over = self.bytes().len() > self.most_bytes;
        let mut bytes = match self.unpacked {
            Unpacked::Plain(bytes) => bytes,
            Unpacked::Gzip(mut decoder) if over => std::mem::take(decoder.get_mut()),
            Unpacked::Gzip(decoder) => decoder.finish().map_err(|_| malformed(&self.host))?,
        };
        bytes.truncate(self.most_bytes);
        Ok(bytes)
    }

    fn bytes(&self) -> &[u8] {
        match &self.unpacked {
            Unpacked::Plain(bytes) => bytes,
            Unpacked::Gzip(decoder) => decoder.get_ref(),
        }
    }
}

fn malformed(host: &str) -> FetchFault {
    FetchFault::Malformed { host: host.to_owned(), what: "the packing" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(encoding: Option<&[u8]>, bytes: &[u8], cut: bool) -> Result<Vec<u8>, FetchFault> {
        let mut body = Bounded::new("example.org".into(), encoding, 4 << 20, 100, cut)?;
        for chunk in bytes.chunks(1000) {
            if !body.push(chunk)? {
                break;
            }
        }
        body.finish()
    }

    #[test]
    fn packed_bodies_are_read_whole() {
        let text: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(read(Some(b"gzip"), &packed(&text), false).unwrap(), text);
        let twice = [packed(b"one"), packed(b"two")].concat();
        assert_eq!(read(Some(b"gzip"), &twice, false).unwrap(), b"onetwo");
        assert!(matches!(read(Some(b"gzip"), b"no gzip at all", false), Err(FetchFault::Malformed { .. })));
        assert!(matches!(read(Some(b"gzip"), &packed(&text)[..1000], false), Err(FetchFault::Malformed { .. })));
        assert!(matches!(read(Some(b"br"), b"x", false), Err(FetchFault::Malformed { .. })));
    }

    #[test]
    fn ft_c04_a_bomb_ends_at_its_bound() {
        let bomb = packed(&vec![b'0'; 64 << 20]);
        assert!(bomb.len() < 100_000);
        match read(Some(b"gzip"), &bomb, false) {
            Err(FetchFault::TooLarge { what, .. }) => assert_eq!(what, "the unpacked body"),
            other => panic!("{other:?}"),
        }
        assert!(matches!(read(None, &vec![b'0'; 5 << 20], false), Err(FetchFault::TooLarge { .. })));
        assert_eq!(read(None, &vec![b'0'; 5 << 20], true).unwrap().len(), 4 << 20);
    }
}
