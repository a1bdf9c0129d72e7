//! Text that is not UTF-8 is refused with its name: guessing would put wrong letters into the lake.

use super::ReadFault;

/// Lines with wrong bytes in the sample that make the whole file another encoding, and not a few broken rows.
const WRONG_LINES: usize = 2;
const WRONG_SHARE: usize = 200;

/// Judges the first bytes of a file.
pub(super) fn refuse_other_encodings(file: &str, sample: &[u8]) -> Result<(), ReadFault> {
    match encoding(sample) {
        Some(encoding) => Err(ReadFault::Encoding { file: file.to_owned(), encoding }),
        None => Ok(()),
    }
}

fn encoding(sample: &[u8]) -> Option<&'static str> {
    if sample.starts_with(b"\xff\xfe\0\0") || sample.starts_with(b"\0\0\xfe\xff") {
        return Some("UTF-32");
    }
    if sample.starts_with(b"\xff\xfe") || sample.starts_with(b"\xfe\xff") {
        return Some("UTF-16");
    }
    // Latin letters in UTF-16 are every other byte zero.
    let head = &sample[..sample.len().min(1024)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    if head.len() >= 8 && zeros(0).max(zeros(1)) * 10 > head.len() * 3 {
        return Some("UTF-16");
    }
    let (mut lines, mut wrong, mut right) = (0, 0, 0);
    let mut rest = sample.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = rest.next() {
        // The last line of the sample may be cut within a letter.
        if rest.peek().is_none() && lines > 0 {
            break;
        }
        lines += 1;
        match std::str::from_utf8(line) {
            Ok(text) => right += usize::from(!text.is_ascii()),
            Err(error) if error.error_len().is_none() && rest.peek().is_none() => {}
            Err(_) => wrong += 1,
        }
    }
    (right == 0 && wrong >= WRONG_LINES && wrong * WRONG_SHARE >= lines).then_some("Latin-1 or Windows-1252")
}

#[cfg(test)]
mod tests {
    use super::encoding;

    #[test]
    fn other_encodings_are_told_by_name() {
        let utf16: Vec<u8> = "name;city\nAna;León\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(encoding(&utf16), Some("UTF-16"));
        assert_eq!(encoding(b"\xff\xfea\0"), Some("UTF-16"));
        assert_eq!(encoding(b"name\nLe\xf3n\nC\xe1diz\nMadrid\n"), Some("Latin-1 or Windows-1252"));
        assert_eq!(encoding("name\nLeón\nCádiz\n".as_bytes()), None);
        // One broken row is a broken row.
        assert_eq!(encoding(b"name\nLe\xf3n\nMadrid\nSevilla\n"), None);
        assert_eq!(encoding(b""), None);
        assert_eq!(encoding("ñ".as_bytes().split_at(1).0), None);
    }
}
