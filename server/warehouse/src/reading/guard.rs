//! Checks a Parquet file's own figures before they are believed: a few hostile bytes must not reserve gigabytes.
//!
//! The decoder reserves what footers and page headers announce; a failed reservation ends the whole process, which no
//! catching of panics helps against. So the Thrift structures are walked here first, by their bytes alone.

use parquet::basic::Compression;

/// Row groups that the decoder can number.
const GROUPS: u64 = i16::MAX as u64;
/// Schema elements per column that a file may have, nested ones included.
const SCHEMA_ELEMENTS: u64 = 20_000;
/// A page that grows larger than this is refused.
const PAGE_BYTES: i64 = 512 << 20;

const I32: u8 = 5;
const LIST: u8 = 9;
const STRUCT: u8 = 12;
const DEPTH: usize = 32;

/// Walks a footer; the words say what is wrong with it.
pub(super) fn check_footer(footer: &[u8]) -> Result<(), String> {
    let mut walk = Walk { bytes: footer, at: 0 };
    walk.fields(|walk, field, kind| {
        let limit = match field {
            2 => SCHEMA_ELEMENTS,
            4 => GROUPS,
            _ => return walk.skip(kind, DEPTH),
        };
        if kind != LIST {
            return None;
        }
        let (element, size) = walk.list()?;
        if size > limit {
            return None;
        }
        (0..size).try_for_each(|_| walk.element(element, DEPTH))
    })
    .ok_or_else(|| "its footer is damaged".to_owned())
}

/// Walks the pages of one column chunk, `values` of which the footer announces.
pub(super) fn check_pages(chunk: &[u8], compression: Compression, values: i64) -> Result<(), String> {
    let (mut at, mut seen) = (0usize, 0i64);
    while at < chunk.len() {
        let mut walk = Walk { bytes: &chunk[at..], at: 0 };
        let Some(page) = page(&mut walk) else {
            // Some writers pad the end of a chunk.
            return if seen >= values { Ok(()) } else { Err("a page header is damaged".into()) };
        };
        at += walk.at;
        let left = (chunk.len() - at) as i64;
        let most = match compression {
            Compression::UNCOMPRESSED => page.compressed,
            // What the format can reach at all: the decoder fills this much before it looks at the data.
            Compression::SNAPPY => page.compressed.saturating_mul(32).saturating_add(1024),
            Compression::LZ4 | Compression::LZ4_RAW => page.compressed.saturating_mul(256).saturating_add(1024),
            _ => PAGE_BYTES,
        };
        if page.compressed < 0 || page.compressed > left || page.uncompressed < 0 || page.uncompressed > PAGE_BYTES.min(most.max(page.compressed)) {
            return Err("a page has an impossible size".into());
        }
        // Each value of a dictionary takes a byte at least.
        if page.dictionary_values.is_some_and(|values| values < 0 || values > page.uncompressed) {
            return Err("a dictionary has an impossible size".into());
        }
        seen += page.values;
        at += page.compressed as usize;
    }
    Ok(())
}

#[derive(Default)]
struct Page {
    compressed: i64,
    uncompressed: i64,
    dictionary_values: Option<i64>,
    values: i64,
}

fn page(walk: &mut Walk<'_>) -> Option<Page> {
    let mut page = Page::default();
    walk.fields(|walk, field, kind| match (field, kind) {
        (2, I32) => {
            page.uncompressed = walk.signed()?;
            Some(())
        }
        (3, I32) => {
            page.compressed = walk.signed()?;
            Some(())
        }
        (5 | 7 | 8, STRUCT) => walk.fields(|walk, inner, kind| {
            if inner != 1 {
                return walk.skip(kind, DEPTH);
            }
            if kind != I32 {
                return None;
            }
            let values = walk.signed()?;
            if field == 7 {
                page.dictionary_values = Some(values);
            } else {
                page.values = values.max(0);
            }
            Some(())
        }),
        // The decoder takes these fields for what they should be, whatever the wire says.
        (2 | 3 | 5 | 7 | 8, _) => None,
        _ => walk.skip(kind, DEPTH),
    })?;
    Some(page)
}

/// A reader of Thrift's compact protocol that keeps nothing; `None` where the bytes do not hold.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        let signed = (number >> 1) as i64 ^ -((number & 1) as i64);
        // The decoder keeps the low half of what should be 32 bits.
        i32::try_from(signed).ok().map(i64::from)
    }

    fn pass(&mut self, bytes: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(bytes).ok()?)?;
        if end > self.bytes.len() {
            return None;
        }
        self.at = end;
        Some(())
    }

    /// Every field of a struct, with its number and wire type; what `field` returns says whether it could be passed.
    fn fields(&mut self, mut field: impl FnMut(&mut Self, i64, u8) -> Option<()>) -> Option<()> {
        let mut number = 0i64;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            if kind == 0 {
                return Some(());
            }
            number = if head >> 4 != 0 { number + i64::from(head >> 4) } else { self.signed()? };
            field(self, number, kind)?;
        }
    }

    /// Element type and size, which the bytes that are left can hold.
    fn list(&mut self) -> Option<(u8, u64)> {
        let head = self.byte()?;
        let size = if head >> 4 == 15 { self.unsigned()? } else { u64::from(head >> 4) };
        (size <= (self.bytes.len() - self.at) as u64).then_some((head & 0x0f, size))
    }

    fn element(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            // Within a list a truth value takes a byte.
            0..=2 => self.pass(1),
            _ => self.skip(kind, depth),
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.unsigned().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.unsigned()?;
                self.pass(length)
            }
            9 | 10 => {
                let (element, size) = self.list()?;
                (0..size).try_for_each(|_| self.element(element, depth))
            }
            11 => {
                let size = self.unsigned()?;
                if size == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                (0..size).try_for_each(|_| {
                    self.element(kinds >> 4, depth)?;
                    self.element(kinds & 0x0f, depth)
                })
            }
            12 => self.fields(|walk, _, kind| walk.skip(kind, depth)),
            13 => self.pass(16),
            _ => None,
        }
    }
}
