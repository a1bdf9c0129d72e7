//! What may follow at the caret: tables after `from`, columns of the tables that are read, functions, words of SQL. Nothing is asked for:
//! all that the reader may name came with the page, and nothing else is offered.

use super::{
    asks::{SqlColumn, SqlSchema, SqlTable},
    keywords::{keyword, name_in_sql, offered},
    lexer::{Token, tokens},
};
use crate::warehouse::asks::ColumnKind;

/// One thing that may stand where one writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Characters that it takes the place of.
    pub from: usize,
    pub until: usize,
    pub text: String,
    pub kind: Offered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    Table,
    Column(ColumnKind),
    Function,
    Word,
}

/// Most offers at once.
const MOST: usize = 12;

/// Offers at a place, counted in characters. `asked`: by a key, so that no letter need be begun.
pub fn offers(text: &str, at: usize, schema: &SqlSchema, asked: bool) -> Vec<Offer> {
    let letters: Vec<char> = text.chars().collect();
    let at = at.min(letters.len());
    let Some(tokens) = tokens(&letters, at) else { return Vec::new() };
    let begun = tokens.iter().find(|token| token.from < at && at <= token.until && token.word().is_some());
    let (from, until) = begun.map_or((at, at), |token| (token.from, token.until));
    let prefix: String = letters[from..at].iter().collect::<String>().to_lowercase();
    if prefix.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Vec::new();
    }
    let before: Vec<&Token> = tokens.iter().filter(|token| token.until <= from).collect();
    let names = candidates(&before, &tokens, schema, asked || !prefix.is_empty());
    let whole: String = letters[from..until].iter().collect();
    let mut offers: Vec<Offer> = Vec::new();
    for (name, kind) in names {
        let known = offers.iter().any(|offer| offer.text == name);
        if !known && name != whole && name.trim_start_matches('"').to_lowercase().starts_with(&prefix) {
            offers.push(Offer { from, until, text: name, kind });
            if offers.len() == MOST {
                break;
            }
        }
    }
    offers
}

/// All that could stand here, the likeliest first.
fn candidates(before: &[&Token], all: &[Token], schema: &SqlSchema, begun: bool) -> Vec<(String, Offered)> {
    let tables = || schema.tables.iter().map(|table| (name_in_sql(&table.name), Offered::Table));
    let own = || own_names(all).into_iter().map(|name| (name_in_sql(&name), Offered::Table));
    if let [.., qualifier, dot] = before
        && dot.is('.')
    {
        let Some(qualifier) = qualifier.word().map(str::to_lowercase) else { return Vec::new() };
        if qualifier == "mart" {
            return tables().collect();
        }
        let read = reads(all, schema).into_iter().filter(|(name, _)| *name == qualifier).flat_map(|(_, table)| columns(table));
        return read.collect();
    }
    if expects_table(before) {
        return own().chain(tables()).collect();
    }
    if !begun {
        return Vec::new();
    }
    let read = reads(all, schema);
    let of_read: Vec<(String, Offered)> = match read.is_empty() {
        true => schema.tables.iter().flat_map(columns).collect(),
        false => read.iter().flat_map(|(_, table)| columns(table)).collect(),
    };
    let functions = schema.functions.iter().map(|name| (format!("{name}("), Offered::Function));
    let words = offered().map(|word| (word.to_owned(), Offered::Word));
    of_read.into_iter().chain(words).chain(functions).chain(own()).chain(tables()).collect()
}

fn columns(table: &SqlTable) -> impl Iterator<Item = (String, Offered)> {
    table.columns.iter().map(|SqlColumn { name, kind, .. }| (name_in_sql(name), Offered::Column(*kind)))
}

/// Whether a table's name follows: after `from` and `join`, and after a comma between tables.
fn expects_table(before: &[&Token]) -> bool {
    let Some((last, rest)) = before.split_last() else { return false };
    if !last.is(',') {
        return starts(last);
    }
    let mut depth = 0_usize;
    for token in rest.iter().rev() {
        match token {
            token if token.is(')') => depth += 1,
            token if token.is('(') && depth == 0 => return false,
            token if token.is('(') => depth -= 1,
            token if depth == 0 && starts(token) => return true,
            token if depth == 0 && token.word().is_some_and(keyword) && !token.word().is_some_and(|word| word.eq_ignore_ascii_case("as")) => return false,
            _ => {}
        }
    }
    false
}

fn starts(token: &Token) -> bool {
    token.word().is_some_and(|word| word.eq_ignore_ascii_case("from") || word.eq_ignore_ascii_case("join"))
}

/// The tables that are named anywhere in the text, under their own names and under those that the text gives them.
fn reads<'a>(all: &[Token], schema: &'a SqlSchema) -> Vec<(String, &'a SqlTable)> {
    let mut reads = Vec::new();
    for (place, token) in all.iter().enumerate() {
        let Some(table) = token.word().and_then(|word| schema.tables.iter().find(|table| table.name.eq_ignore_ascii_case(word))) else { continue };
        reads.push((table.name.to_lowercase(), table));
        let next = all.get(place + 1).and_then(Token::word);
        let alias = match next {
            Some(word) if word.eq_ignore_ascii_case("as") => all.get(place + 2).and_then(Token::word),
            other => other,
        };
        if let Some(alias) = alias.filter(|word| !keyword(word)) {
            reads.push((alias.to_lowercase(), table));
        }
    }
    reads
}

/// Names that `with` gives: a word, `as`, a parenthesis.
fn own_names(all: &[Token]) -> Vec<String> {
    let named = all.windows(3).filter(|three| three[1].word().is_some_and(|word| word.eq_ignore_ascii_case("as")) && three[2].is('('));
    named.filter_map(|three| three[0].word()).filter(|word| !keyword(word)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn schema() -> SqlSchema {
        let column = |name: &str| SqlColumn { name: name.into(), kind: ColumnKind::Text, description: Text::default(), masked: false };
        let columns = |names: &[&str]| names.iter().map(|name| column(name)).collect();
        let table = |name: &str, names: &[&str]| SqlTable { name: name.into(), columns: columns(names), ..SqlTable::default() };
        SqlSchema {
            tables: vec![table("baskets", &["region", "sales_value", "Store"]), table("deliveries", &["region", "carrier"])],
            functions: vec!["sum".into(), "split_part".into()],
            may_export: false,
        }
    }

    /// Offers at the bar in the text.
    fn at(marked: &str) -> Vec<String> {
        let place = marked.chars().position(|letter| letter == '|').unwrap();
        offers(&marked.replacen('|', "", 1), place, &schema(), false).into_iter().map(|offer| offer.text).collect()
    }

    #[test]
    fn tables_follow_from_and_join_and_commas_between_them() {
        assert_eq!(at("select * from |"), ["baskets", "deliveries"]);
        assert_eq!(at("select * from ba|"), ["baskets"]);
        assert_eq!(at("select * from baskets b, |"), ["baskets", "deliveries"]);
        assert_eq!(at("select * from mart.d|"), ["deliveries"]);
        assert_eq!(at("with w as (select 1) select * from w|"), Vec::<String>::new());
        assert_eq!(at("with weekly as (select 1) select * from we|"), ["weekly"]);
        // A comma between columns is none between tables.
        assert!(at("select region, |").is_empty());
    }

    #[test]
    fn columns_are_those_of_the_tables_that_are_read() {
        assert_eq!(at("select c| from deliveries").first().map(String::as_str), Some("carrier"));
        assert!(!at("select c| from baskets").contains(&"carrier".to_owned()));
        assert_eq!(at("select b.| from baskets as b"), ["region", "sales_value", "\"Store\""]);
        assert_eq!(at("select b.s| from baskets b"), ["sales_value", "\"Store\""]);
        assert!(at("select x.| from baskets b").is_empty());
    }

    #[test]
    fn functions_open_their_parenthesis_and_words_are_offered_too() {
        assert_eq!(at("select su|"), ["sum("]);
        assert_eq!(at("sel|"), ["select"]);
    }

    #[test]
    fn nothing_is_offered_within_a_text_a_comment_or_a_number() {
        for marked in ["select 'sa|", "select 'sa|les' from baskets", "select 1 -- sa|", "select /* sa| */ 1", "select \"Sto|re\" from baskets", "limit 1|"] {
            assert!(at(marked).is_empty(), "{marked}");
        }
    }

    #[test]
    fn an_offer_takes_the_place_of_the_whole_word() {
        let found = offers("select sale from baskets", 9, &schema(), false);
        assert_eq!((found[0].from, found[0].until, found[0].text.as_str()), (7, 11, "sales_value"));
        assert!(offers("select ", 7, &schema(), true).iter().any(|offer| offer.text == "region"));
    }
}
