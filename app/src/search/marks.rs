//! Texts with what was found in them marked.

use leptos::prelude::*;

/// A text cut at its marks: pieces in order, and whether each is marked. Ranges are in characters; what lies outside the text is left out.
pub fn pieces(text: &str, ranges: &[(usize, usize)]) -> Vec<(String, bool)> {
    let mut marked = vec![false; text.chars().count()];
    for (from, until) in ranges {
        let until = (*until).min(marked.len());
        if *from < until {
            marked[*from..until].fill(true);
        }
    }
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (letter, on) in text.chars().zip(marked) {
        match pieces.last_mut() {
            Some((piece, before)) if *before == on => piece.push(letter),
            _ => pieces.push((letter.to_string(), on)),
        }
    }
    pieces
}

/// The text with its marks.
pub fn marked(text: &str, ranges: &[(usize, usize)]) -> AnyView {
    if ranges.is_empty() {
        return text.to_owned().into_any();
    }
    let piece = |(piece, on): (String, bool)| if on { view! { <mark>{piece}</mark> }.into_any() } else { piece.into_any() };
    pieces(text, ranges).into_iter().map(piece).collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_characters_and_may_overlap() {
        let cut = |text: &str, ranges: &[(usize, usize)]| {
            pieces(text, ranges).into_iter().map(|(piece, on)| if on { format!("[{piece}]") } else { piece }).collect::<String>()
        };
        assert_eq!(cut("ñandú corre", &[(0, 5)]), "[ñandú] corre");
        assert_eq!(cut("abcdef", &[(1, 3), (2, 4)]), "a[bcd]ef");
        assert_eq!(cut("abc", &[(2, 9), (5, 7), (1, 1), (3, 2)]), "ab[c]");
        assert_eq!(cut("", &[(0, 1)]), "");
    }
}
