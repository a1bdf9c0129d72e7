//! The words and signs of a statement, with their places: enough to know what one is writing, and no more. The portal reads it properly.

/// A word (also one in quotes) or a sign, from one character up to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub from: usize,
    pub until: usize,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Word(String),
    Sign(char),
    /// A text in single quotes.
    Text,
}

impl Token {
    pub fn word(&self) -> Option<&str> {
        match &self.what {
            What::Word(word) => Some(word),
            What::Sign(_) | What::Text => None,
        }
    }

    pub fn is(&self, sign: char) -> bool {
        self.what == What::Sign(sign)
    }
}

/// All tokens; `None` when `at` lies within a text, a quoted name or a comment.
pub fn tokens(letters: &[char], at: usize) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut place = 0;
    while let Some(&letter) = letters.get(place) {
        let from = place;
        match (letter, letters.get(place + 1)) {
            ('-', Some('-')) => {
                place = letters[from..].iter().position(|letter| *letter == '\n').map_or(letters.len(), |line| from + line);
                // Also at the end of its line.
                if from < at && at <= place {
                    return None;
                }
            }
            ('/', Some('*')) => {
                let end = letters[from + 2..].windows(2).position(|two| two == ['*', '/']);
                place = end.map_or(letters.len(), |end| from + 2 + end + 2);
                if from < at && (at < place || end.is_none()) {
                    return None;
                }
            }
            ('\'' | '"', _) => {
                let end = closing(letters, from);
                place = end.unwrap_or(letters.len());
                if from < at && (at < place || end.is_none()) {
                    return None;
                }
                let inner: String = letters[from + 1..end.map_or(place, |end| end - 1)].iter().collect();
                let what = if letter == '"' { What::Word(inner.replace("\"\"", "\"")) } else { What::Text };
                tokens.push(Token { from, until: place, what });
            }
            (letter, _) if is_word(letter) => {
                place = letters[from..].iter().position(|letter| !is_word(*letter)).map_or(letters.len(), |end| from + end);
                tokens.push(Token { from, until: place, what: What::Word(letters[from..place].iter().collect()) });
            }
            (letter, _) => {
                place += 1;
                if !letter.is_whitespace() {
                    tokens.push(Token { from, until: place, what: What::Sign(letter) });
                }
            }
        }
    }
    Some(tokens)
}

/// After the quote that closes the one at `from`; two in a row are one that stands in the text.
fn closing(letters: &[char], from: usize) -> Option<usize> {
    let quote = letters[from];
    let mut place = from + 1;
    while let Some(letter) = letters.get(place) {
        match (*letter == quote, letters.get(place + 1) == Some(&quote)) {
            (true, true) => place += 2,
            (true, false) => return Some(place + 1),
            (false, _) => place += 1,
        }
    }
    None
}

/// Whether a letter belongs to a word of SQL.
pub fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        tokens(&letters, 0).unwrap().iter().filter_map(|token| token.word().map(str::to_owned)).collect()
    }

    #[test]
    fn words_are_read_past_texts_and_comments() {
        assert_eq!(words("select 'it''s from x', \"Año \"\"x\" -- from\n/* from */ from b"), ["select", "Año \"x", "from", "b"]);
        assert_eq!(words("select 'open"), ["select"]);
        assert_eq!(words("select \"open"), ["select", "open"]);
        assert_eq!(words("/*"), Vec::<String>::new());
        assert_eq!(words("\""), [""]);
    }
}
