//! How a measure is reckoned, in words: `sum(sales_value) / nullif(count(distinct basket_id), 0)` is "sum of “Sales value” divided by
//! number of different “Basket number”". What has no words stays as it is written, without the literals in it.

use super::rules::{Token, tokens};
use app::text::Text;

/// `label` says what a column is called.
pub(super) fn in_words(sql: &str, label: &dyn Fn(&str) -> Text) -> Text {
    let tokens = tokens(sql);
    let mut reader = Reader { tokens: &tokens, at: 0, label };
    match reader.sum() {
        Some(said) if reader.at == tokens.len() => said.text,
        _ => Text::same(without_literals(sql)),
    }
}

/// What was read so far. `depth`: 0 stands alone, 1 is a product, 2 a sum.
struct Said {
    text: Text,
    depth: u8,
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    label: &'a dyn Fn(&str) -> Text,
}

impl Reader<'_> {
    fn sum(&mut self) -> Option<Said> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign(&['+', '-']) {
            let right = self.product()?;
            let words = if sign == '+' { ("plus", "más") } else { ("minus", "menos") };
            left = Said { text: joined(&left.text, words, &within(right, 1)), depth: 2 };
        }
        Some(left)
    }

    fn product(&mut self) -> Option<Said> {
        let mut left = self.factor()?;
        while let Some(sign) = self.sign(&['*', '/']) {
            let right = self.factor()?;
            let words = if sign == '*' { ("times", "por") } else { ("divided by", "entre") };
            left = Said { text: joined(&within(left, 1), words, &within(right, 0)), depth: 1 };
        }
        Some(left)
    }

    fn factor(&mut self) -> Option<Said> {
        let said = match self.next()? {
            Token::Number(number) => Text::same(number),
            Token::Quoted(name) => self.column(&name),
            Token::Word(name) if self.sign(&['(']).is_some() => return self.call(&name),
            Token::Word(name) => self.column(&name),
            Token::Sign('(') => {
                let inner = self.sum()?;
                self.sign(&[')'])?;
                return Some(inner);
            }
            _ => return None,
        };
        Some(Said { text: said, depth: 0 })
    }

    /// A function, its opening bracket read.
    fn call(&mut self, name: &str) -> Option<Said> {
        if name == "count" && self.sign(&['*']).is_some() {
            self.sign(&[')'])?;
            return Some(Said { text: Text::of("number of rows", "número de filas"), depth: 0 });
        }
        let distinct = name == "count" && self.word("distinct");
        let inner = self.sum()?;
        match name {
            // What keeps a division from failing, or makes a number of a number, changes nothing for who reads.
            "nullif" | "coalesce" => {
                self.sign(&[','])?;
                match self.next()? {
                    Token::Number(_) => self.sign(&[')'])?,
                    _ => return None,
                };
                return Some(inner);
            }
            "cast" => {
                if !self.word("as") {
                    return None;
                }
                let Token::Word(_) = self.next()? else { return None };
                self.sign(&[')'])?;
                return Some(inner);
            }
            _ => {}
        }
        self.sign(&[')'])?;
        let (en, es) = match name {
            "count" if distinct => ("number of different", "número de valores distintos de"),
            "count" => ("number of rows with", "número de filas con"),
            "sum" => ("sum of", "suma de"),
            "avg" => ("average of", "media de"),
            "min" => ("smallest", "mínimo de"),
            "max" => ("largest", "máximo de"),
            _ => return None,
        };
        let inner = within(inner, 0);
        Some(Said { text: Text::of(format!("{en} {}", inner.en), format!("{es} {}", inner.es)), depth: 0 })
    }

    fn column(&self, name: &str) -> Text {
        let label = (self.label)(name);
        Text::of(format!("“{}”", label.en), format!("«{}»", label.es))
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned()?;
        self.at += 1;
        Some(token)
    }

    /// One of these signs, if it comes next.
    fn sign(&mut self, signs: &[char]) -> Option<char> {
        match self.tokens.get(self.at) {
            Some(Token::Sign(sign)) if signs.contains(sign) => {
                self.at += 1;
                Some(*sign)
            }
            _ => None,
        }
    }

    fn word(&mut self, wanted: &str) -> bool {
        let there = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word == wanted);
        self.at += usize::from(there);
        there
    }
}

fn joined(left: &Text, (en, es): (&str, &str), right: &Text) -> Text {
    Text::of(format!("{} {en} {}", left.en, right.en), format!("{} {es} {}", left.es, right.es))
}

/// In brackets where it is deeper than may stand here without.
fn within(said: Said, most: u8) -> Text {
    if said.depth > most { Text::of(format!("({})", said.text.en), format!("({})", said.text.es)) } else { said.text }
}

/// Literals may be values taken from data, which a reader may not see (A53).
fn without_literals(sql: &str) -> String {
    sql.split('\'').enumerate().map(|(place, part)| if place % 2 == 0 { part } else { "'…'" }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(sql: &str) -> Text {
        in_words(sql, &|name| Text::of(name.to_uppercase(), name))
    }

    #[test]
    fn what_measures_are_made_of_has_words() {
        assert_eq!(words("count(*)").en, "number of rows");
        let average = words("sum(sales_value) / nullif(count(distinct basket_id), 0)");
        assert_eq!(average.en, "sum of “SALES_VALUE” divided by number of different “BASKET_ID”");
        assert_eq!(average.es, "suma de «sales_value» entre número de valores distintos de «basket_id»");
        assert_eq!(words("sum(a + b) / nullif(sum(c - (d + e)), 0)").en, "sum of (“A” plus “B”) divided by sum of (“C” minus (“D” plus “E”))");
        assert_eq!(words("cast(count(*) as double) * 100 / max(n)").en, "number of rows times 100 divided by largest “N”");
    }

    #[test]
    fn a53_what_has_no_words_stays_without_its_literals() {
        assert_eq!(words("sum(case when brand = 'Private' then 1 else 0 end)").en, "sum(case when brand = '…' then 1 else 0 end)");
        assert_eq!(words("sum(a) filter (where b = 'it''s')").es, "sum(a) filter (where b = '…''…')");
        for open in ["sum(", "(((", "", "sum(a", "1 +", "'"] {
            words(open);
        }
    }
}
