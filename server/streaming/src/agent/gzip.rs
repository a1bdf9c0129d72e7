//! Decompresses no further than a limit.

use flate2::read::MultiGzDecoder;
use std::io::{self, Read};

/// The bytes; `None` where they are more than `most`.
pub fn read(compressed: &[u8], most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    MultiGzDecoder::new(compressed).take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= most).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![0; 64 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 100_000);
        assert_eq!(read(&bomb, 1 << 20).unwrap(), None);
        assert_eq!(read(&bomb, 64 << 20).unwrap().map(|bytes| bytes.len()), Some(64 << 20));
        assert!(read(b"not gzip", 100).is_err());
    }
}
