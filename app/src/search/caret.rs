//! Where one writes in an input, counted in characters as the query language counts them.

use leptos::{html, prelude::*};

/// The character before which the caret stands; the end on the server.
pub fn caret(input: NodeRef<html::Input>) -> usize {
    #[cfg(feature = "hydrate")]
    if let Some(input) = input.get_untracked() {
        let text = input.value();
        let unit = input.selection_start().ok().flatten().map_or(usize::MAX, |unit| unit as usize);
        return in_characters(&text, unit);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = input;
    usize::MAX
}

/// Puts a text into the input and marks `length` characters of it from `at` on.
pub fn write(input: NodeRef<html::Input>, text: &str, at: usize, length: usize) {
    #[cfg(feature = "hydrate")]
    if let Some(input) = input.get_untracked() {
        input.set_value(text);
        let (from, until) = (in_units(text, at), in_units(text, at + length));
        let _ = input.focus();
        let _ = input.set_selection_range(from as u32, until as u32);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (input, text, at, length);
}

/// Browsers count UTF-16 units.
#[cfg(any(feature = "hydrate", test))]
fn in_characters(text: &str, units: usize) -> usize {
    let mut left = units;
    text.chars().take_while(|letter| left.checked_sub(letter.len_utf16()).map(|rest| left = rest).is_some()).count()
}

#[cfg(any(feature = "hydrate", test))]
fn in_units(text: &str, characters: usize) -> usize {
    text.chars().take(characters).map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_same_in_both_counts() {
        let text = "a😀ñ:b";
        for (characters, units) in [(0, 0), (1, 1), (2, 3), (3, 4), (5, 6)] {
            assert_eq!((in_characters(text, units), in_units(text, characters)), (characters, units));
        }
        assert_eq!(in_characters(text, usize::MAX), 5);
        assert_eq!(in_characters(text, 2), 1);
    }
}
