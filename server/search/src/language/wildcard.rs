//! Patterns with `*` and `?`, matched byte by byte without going back: no pattern is slow.

/// What an engine and the marking of hits both run.
#[derive(Clone, Debug)]
pub struct Wildcard {
    elements: Vec<Element>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Element {
    Byte(u8),
    /// `?`: the first byte of a character.
    First,
    /// What follows of it.
    Rest,
    /// `*`
    Any,
}

/// Places of the pattern that have been reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places([u64; 4]);

const LONGEST_BYTES: usize = 200;
const MOST_SIGNS: usize = 8;

impl Wildcard {
    /// `None`: longer than 200 bytes, or more than 8 `*` or 8 `?`, which an engine's automata could not bear.
    pub fn new(pattern: &str) -> Option<Self> {
        let mut elements = Vec::with_capacity(pattern.len());
        let mut signs = (0, 0);
        let mut letters = pattern.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '*' => {
                    if elements.last() != Some(&Element::Any) {
                        elements.push(Element::Any);
                        signs.0 += 1;
                    }
                }
                '?' => {
                    elements.extend([Element::First, Element::Rest]);
                    signs.1 += 1;
                }
                letter => {
                    let letter = if letter == '\\' { letters.next().unwrap_or('\\') } else { letter };
                    elements.extend(letter.encode_utf8(&mut [0; 4]).bytes().map(Element::Byte));
                }
            }
        }
        (pattern.len() <= LONGEST_BYTES && signs.0 <= MOST_SIGNS && signs.1 <= MOST_SIGNS).then_some(Self { elements })
    }

    pub fn is_match(&self, text: &str) -> bool {
        let end = text.bytes().try_fold(self.start(), |places, byte| {
            let places = self.step(&places, byte);
            (!places.is_nowhere()).then_some(places)
        });
        end.is_some_and(|places| self.is_end(&places))
    }

    pub fn start(&self) -> Places {
        let mut places = Places::default();
        self.reach(&mut places, 0);
        places
    }

    pub fn step(&self, places: &Places, byte: u8) -> Places {
        let mut next = Places::default();
        let continues = (0x80..0xc0).contains(&byte);
        for (place, element) in self.elements.iter().enumerate().filter(|(place, _)| places.holds(*place)) {
            match element {
                Element::Byte(wanted) if *wanted == byte => self.reach(&mut next, place + 1),
                Element::First if !continues => self.reach(&mut next, place + 1),
                Element::Rest if continues => self.reach(&mut next, place),
                Element::Any => self.reach(&mut next, place),
                _ => {}
            }
        }
        next
    }

    pub fn is_end(&self, places: &Places) -> bool {
        places.holds(self.elements.len())
    }

    /// A place, and those behind it that ask for no byte.
    fn reach(&self, places: &mut Places, mut place: usize) {
        loop {
            places.0[place / 64] |= 1 << (place % 64);
            match self.elements.get(place) {
                Some(Element::Rest | Element::Any) => place += 1,
                _ => return,
            }
        }
    }
}

impl Places {
    pub fn is_nowhere(&self) -> bool {
        self.0 == [0; 4]
    }

    fn holds(&self, place: usize) -> bool {
        self.0[place / 64] >> (place % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        let cases = [
            ("/apple-touch-icon*", "/apple-touch-icon-57x57.png", true),
            ("/apple-touch-icon*", "/apple-touch-icon", true),
            ("/apple", "/apple/", false),
            ("*.png", "a.png.png", true),
            ("a?c", "aéc", true),
            ("a?c", "aéec", false),
            ("?", "東", true),
            ("*?", "", false),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("a\\\\*", "a\\x", true),
            ("*b*", "abc", true),
            ("", "", true),
            ("*", "", true),
            ("a*b*c", "a1b2b3c", true),
            ("a*b*c", "a1b2b3", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(Wildcard::new(pattern).unwrap().is_match(text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn a_pattern_has_bounds() {
        assert!(Wildcard::new(&"?".repeat(9)).is_none());
        assert!(Wildcard::new(&"a*".repeat(9)).is_none());
        assert!(Wildcard::new(&"a".repeat(201)).is_none());
        assert!(Wildcard::new(&format!("{}****", "a".repeat(190))).unwrap().is_match(&"a".repeat(200)));
    }
}
