//! Which columns a question or a select uses, as far as its text can tell.

use ::warehouse::MartDefinition;
use app::warehouse::asks::Question;
use std::collections::BTreeSet;

/// Columns of a dataset that something uses; `All`: every one, or it cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Used {
    All,
    Known(BTreeSet<String>),
}

impl Default for Used {
    fn default() -> Self {
        Self::Known(BTreeSet::new())
    }
}

impl Used {
    pub fn and(&mut self, more: Self) {
        match more {
            Self::All => *self = Self::All,
            Self::Known(more) => {
                if let Self::Known(known) = self {
                    known.extend(more);
                }
            }
        }
    }

    /// Those of these columns.
    pub fn of(&self, columns: &BTreeSet<String>) -> BTreeSet<String> {
        match self {
            Self::All => columns.clone(),
            Self::Known(known) => known.intersection(columns).cloned().collect(),
        }
    }
}

/// What a typed question uses of its mart: what it groups by, lists, filters, and what its measures read.
pub(super) fn of_question(question: &Question, definition: Option<&MartDefinition>) -> Used {
    if question.measures.is_empty() && question.dimensions.is_empty() && question.columns.is_empty() {
        return Used::All;
    }
    let grouped = question.dimensions.iter().map(|dimension| &dimension.column);
    let filtered = question.filters.iter().map(|filter| &filter.column);
    let mut columns: BTreeSet<String> = grouped.chain(&question.columns).chain(filtered).cloned().collect();
    for measure in &question.measures {
        columns.extend(definition.map(|definition| definition.measure_columns(measure)).unwrap_or_default());
    }
    Used::Known(columns)
}

/// What a select may use of a dataset that it reads: the columns that its text names, whichever table it means by them.
pub(super) fn of_select(select: &str, columns: &BTreeSet<String>) -> Used {
    let tokens = tokens(select);
    let takes_all = |before: &Token| match before {
        Token::Word(word) => matches!(word.as_str(), "select" | "distinct" | "all"),
        Token::Sign(sign) => matches!(sign, ',' | '.'),
        _ => false,
    };
    if tokens.windows(2).any(|pair| pair[1] == Token::Sign('*') && takes_all(&pair[0])) {
        return Used::All;
    }
    let names = |name: &String| {
        let lower = name.to_lowercase();
        tokens.iter().any(|token| matches!(token, Token::Word(word) if *word == lower) || matches!(token, Token::Quoted(quoted) if quoted == name))
    };
    Used::Known(columns.iter().filter(|name| names(name)).cloned().collect())
}

/// A part of a text in SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a key word, in lower case.
    Word(String),
    /// A name in quotes.
    Quoted(String),
    Number(String),
    /// A literal, which may be a value taken from data: its text is not kept.
    Literal,
    Sign(char),
}

/// Comments and white space are left out.
pub(super) fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = sql.chars().peekable();
    while let Some(first) = rest.next() {
        match first {
            _ if first.is_whitespace() => {}
            '-' if rest.peek() == Some(&'-') => while rest.next().is_some_and(|next| next != '\n') {},
            '/' if rest.peek() == Some(&'*') => {
                let mut before = ' ';
                rest.next();
                while let Some(next) = rest.next().filter(|next| !(before == '*' && *next == '/')) {
                    before = next;
                }
            }
            '\'' => {
                quoted(&mut rest, '\'');
                tokens.push(Token::Literal);
            }
            '"' => tokens.push(Token::Quoted(quoted(&mut rest, '"'))),
            _ if first.is_alphabetic() || first == '_' => {
                let word = further(&mut rest, first, |next| next.is_alphanumeric() || next == '_');
                tokens.push(Token::Word(word.to_lowercase()));
            }
            _ if first.is_ascii_digit() => tokens.push(Token::Number(further(&mut rest, first, |next| next.is_ascii_digit() || next == '.'))),
            sign => tokens.push(Token::Sign(sign)),
        }
    }
    tokens
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn further(rest: &mut Rest<'_>, first: char, goes_on: impl Fn(char) -> bool) -> String {
    let mut text = String::from(first);
    while let Some(next) = rest.next_if(|next| goes_on(*next)) {
        text.push(next);
    }
    text
}

/// Up to the closing quote; a doubled one stands for itself.
fn quoted(rest: &mut Rest<'_>, quote: char) -> String {
    let mut text = String::new();
    while let Some(next) = rest.next() {
        if next == quote && rest.next_if_eq(&quote).is_none() {
            break;
        }
        text.push(next);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::warehouse::definition::Measure;
    use app::warehouse::asks::{Dimension, Filter, Test};
    use std::collections::BTreeMap;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn known(names: &[&str]) -> Used {
        Used::Known(set(names))
    }

    #[test]
    fn a_question_uses_what_it_names_and_what_its_measures_read() {
        let sales = Measure { sql: "sum(sales_value - discount)".into(), ..Measure::default() };
        let definition = MartDefinition { measures: BTreeMap::from([("sales".to_owned(), sales)]), ..MartDefinition::default() };
        let mut question = Question { measures: vec!["sales".into(), "rows".into()], ..Question::default() };
        question.dimensions.push(Dimension { column: "region".into(), grain: None });
        question.filters.push(Filter { column: "day".into(), test: Test::NotEmpty });
        assert_eq!(of_question(&question, Some(&definition)), known(&["day", "discount", "region", "sales_value"]));
        assert_eq!(of_question(&Question::default(), Some(&definition)), Used::All);
    }

    #[test]
    fn a_select_uses_the_columns_that_it_names() {
        let columns = set(&["id", "amount", "note", "Odd"]);
        let of = |sql: &str| of_select(sql, &columns);
        assert_eq!(of("select ID, amount * 2 as twice, count(*) from lake.sales -- note"), known(&["amount", "id"]));
        assert_eq!(of("select 'note' as x, \"Odd\" /* id */ from lake.sales"), known(&["Odd"]));
        for all in ["select * from lake.sales", "select s.* from lake.sales s", "select id, * from lake.sales", "select distinct * from lake.sales"] {
            assert_eq!(of(all), Used::All, "{all}");
        }
    }

    #[test]
    fn what_cannot_be_told_wins() {
        let mut used = known(&["id"]);
        used.and(known(&["note"]));
        assert_eq!(used, known(&["id", "note"]));
        used.and(Used::All);
        used.and(known(&["id"]));
        assert_eq!(used, Used::All);
        assert_eq!(used.of(&set(&["id"])), set(&["id"]));
    }

    #[test]
    fn no_text_breaks_the_reading_of_tokens() {
        assert_eq!(tokens("'it''s' 1.5"), [Token::Literal, Token::Number("1.5".into())]);
        for open in ["'", "\"", "/*", "--", "/", "-", "'a''", "/* *", "ñ"] {
            tokens(open);
        }
    }
}
