//! How deep markup may nest, told without parsing it: what is made to hurt is never handed to a parser.

use std::collections::HashMap;

/// How elements close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// `<a/>` is closed.
    Xml,
    /// `<a/>` is not; some elements never hold others, some close by themselves.
    Html,
}

/// Hold nothing, or close where the next one begins.
const FLAT: [&[u8]; 31] = [
    b"area",
    b"base",
    b"br",
    b"col",
    b"dd",
    b"dt",
    b"embed",
    b"hr",
    b"img",
    b"input",
    b"li",
    b"link",
    b"meta",
    b"optgroup",
    b"option",
    b"p",
    b"param",
    b"rp",
    b"rt",
    b"source",
    b"tbody",
    b"td",
    b"tfoot",
    b"th",
    b"thead",
    b"tr",
    b"track",
    b"wbr",
    b"keygen",
    b"frame",
    b"basefont",
];

/// At least the deepest nesting that a parser would make of it. A closing mark closes its own name alone, as broken HTML is read.
pub fn depth(text: &str, markup: Markup) -> usize {
    let bytes = text.as_bytes();
    let mut open: HashMap<Vec<u8>, usize> = HashMap::new();
    let (mut now, mut most, mut at) = (0usize, 0usize, 0usize);
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == b'<') {
        let start = at + found + 1;
        let closing = bytes.get(start) == Some(&b'/');
        let name_at = start + usize::from(closing);
        let length = bytes[name_at..].iter().position(|byte| matches!(byte, b'>' | b'/' | b'<') || byte.is_ascii_whitespace()).unwrap_or(bytes.len() - name_at);
        let name = bytes[name_at..name_at + length].to_ascii_lowercase();
        at = name_at + length;
        if !name.first().is_some_and(|first| first.is_ascii_alphabetic() || *first >= 0x80 || *first == b'_') {
            continue;
        }
        if markup == Markup::Html && FLAT.contains(&name.as_slice()) {
            continue;
        }
        if closing {
            if let Some(count) = open.get_mut(&name).filter(|count| **count > 0) {
                *count -= 1;
                now -= 1;
            }
        } else if markup == Markup::Html || !closed_in_itself(&bytes[at..]) {
            *open.entry(name).or_default() += 1;
            now += 1;
            most = most.max(now);
        }
    }
    most
}

/// Whether a tag's end, beyond quoted values, is `/>`.
fn closed_in_itself(rest: &[u8]) -> bool {
    let mut quote = None;
    let mut before = 0;
    for byte in rest {
        match (quote, byte) {
            (None, b'>') => return before == b'/',
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if *byte == open => quote = None,
            _ => {}
        }
        before = *byte;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_never_told_too_low() {
        for (text, markup, expected) in [
            ("<a><b></b><c/></a>", Markup::Xml, 2),
            ("<a x='>' y=\"/\"/><b/>", Markup::Xml, 0),
            ("<a:b><c\n/></a:b>", Markup::Xml, 1),
            ("<div/><div/><div/>", Markup::Html, 3),
            ("<p>a<p>b<br><br/><li>c", Markup::Html, 0),
            ("<DIV></x><div></y></div>", Markup::Html, 2),
            ("<div><b></div><div><b></div>", Markup::Html, 3),
            ("2 < 3 <! x> <", Markup::Html, 0),
        ] {
            assert_eq!(depth(text, markup), expected, "{text}");
        }
        assert_eq!(depth(&"<link rel='x' href='y'/>".repeat(5_000), Markup::Xml), 0);
        assert_eq!(depth(&"<div></x>".repeat(5_000), Markup::Html), 5_000);
    }
}
