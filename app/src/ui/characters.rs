//! Places in a text: query languages count characters, browsers UTF-16 units.

/// The character at which so many units end.
pub fn in_characters(text: &str, units: usize) -> usize {
    let mut left = units;
    text.chars().take_while(|letter| left.checked_sub(letter.len_utf16()).map(|rest| left = rest).is_some()).count()
}

/// Units of the first characters.
pub fn in_units(text: &str, characters: usize) -> usize {
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
