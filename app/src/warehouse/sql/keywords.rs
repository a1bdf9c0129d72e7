//! Words of SQL: those that completion offers, and those that name no table and no column unless they stand in quotes.

/// Both. What the gate refuses is not offered.
const PLAIN: [&str; 37] = [
    "select", "from", "where", "group", "by", "having", "order", "limit", "offset", "as", "on", "and", "or", "not", "in", "is", "null", "like", "ilike",
    "between", "case", "when", "then", "else", "end", "distinct", "join", "left", "right", "full", "inner", "cross", "union", "all", "with", "over", "exists",
];
/// Offered; a name may be called so.
const OFFERED: [&str; 10] = ["partition", "filter", "cast", "try_cast", "interval", "asc", "desc", "nulls", "extract", "true"];
/// Not offered; a name that is called so stands in quotes.
const RESERVED: [&str; 9] = ["fetch", "using", "outer", "natural", "intersect", "except", "window", "qualify", "values"];

/// Words that are offered, the likeliest first.
pub fn offered() -> impl Iterator<Item = &'static str> {
    PLAIN.into_iter().chain(OFFERED)
}

pub fn keyword(word: &str) -> bool {
    PLAIN.iter().chain(&RESERVED).any(|known| known.eq_ignore_ascii_case(word))
}

/// A name as it stands in a statement: in quotes where it would be read as another one.
pub fn name_in_sql(name: &str) -> String {
    let plain = name.chars().all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '_')) && !name.starts_with(|letter: char| letter.is_ascii_digit());
    if plain && !name.is_empty() && !keyword(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_be_read_otherwise_stand_in_quotes() {
        let names = ["sales_value", "Store", "order", "2017", "a\"b", "año"].map(name_in_sql);
        assert_eq!(names, ["sales_value", "\"Store\"", "\"order\"", "\"2017\"", "\"a\"\"b\"", "\"año\""]);
    }
}
