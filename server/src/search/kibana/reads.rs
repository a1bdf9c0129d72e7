//! Which indices a query in ES|QL or SQL reads. It is read as its engine reads it; what cannot be told for certain is refused. No I/O.

/// What stands between words in both languages.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
/// First words of queries.
const ESQL: [&str; 6] = ["FROM", "TS", "METRICS", "ROW", "SET", "PROMQL"];
const SQL: [&str; 8] = ["SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "SYS", "EXPLAIN", "DEBUG"];
/// Commands of ES|QL that a list of indices follows.
const SOURCES: [&str; 3] = ["FROM", "TS", "METRICS"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Esql,
    Sql,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    /// Between double quotes; in SQL between backquotes too.
    Quoted(&'t str),
    /// What can name no index: a text of SQL, a column of ES|QL between backquotes.
    Text,
    Sign(char),
}

/// Names and patterns, each maybe a list with commas. `None`: a query of which it cannot be told. What is no query reads nothing.
pub fn indices(text: &str) -> Option<Vec<&str>> {
    let mut named = Vec::new();
    match language(text) {
        None => {}
        Some(Language::Esql) => esql(&tokens(text, Language::Esql)?, &mut named)?,
        Some(Language::Sql) => sql(&tokens(text, Language::Sql)?, &mut named)?,
    }
    Some(named)
}

/// By the first word; one word alone is no query.
fn language(text: &str) -> Option<Language> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|letter| BLANKS.contains(&letter) || letter == '(');
        if rest.starts_with("//") || rest.starts_with("--") {
            rest = after_line(rest);
        } else if rest.starts_with("/*") {
            // A comment that hides the first word: `tokens` refuses it.
            let Some(after) = after_comment(rest) else { return Some(Language::Esql) };
            rest = after;
        } else {
            break;
        }
    }
    let end = rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len());
    let (first, after) = rest.split_at(end);
    let is_one_of = |words: &[&str]| words.iter().any(|word| is(first, word));
    match after.trim_start_matches(BLANKS) {
        "" => None,
        _ if is_one_of(&ESQL) => Some(Language::Esql),
        _ if is_one_of(&SQL) => Some(Language::Sql),
        _ => None,
    }
}

fn tokens(text: &str, language: Language) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if BLANKS.contains(&first) {
            rest = rest.trim_start_matches(BLANKS);
        } else if begins_line_comment(rest, language) {
            rest = after_line(rest);
        } else if rest.starts_with("/*") {
            rest = after_comment(rest)?;
        } else {
            let (token, after) = match (language, first) {
                (Language::Esql, '"') => esql_quoted(rest).map(|(inner, after)| (Token::Quoted(inner), after))?,
                (Language::Esql, '`') | (Language::Sql, '\'') => quoted(rest, first).map(|(_, after)| (Token::Text, after))?,
                (Language::Sql, '"' | '`') => quoted(rest, first).map(|(inner, after)| (Token::Quoted(inner), after))?,
                _ if is_sign(first, language) => (Token::Sign(first), rest.get(first.len_utf8()..)?),
                _ => {
                    let (word, after) = rest.split_at(end_of_word(rest, language));
                    (Token::Word(word), after)
                }
            };
            tokens.push(token);
            rest = after;
        }
    }
    Some(tokens)
}

/// Names of indices hold dashes, stars and colons in ES|QL; in SQL they stand between quotes.
fn is_sign(letter: char, language: Language) -> bool {
    match language {
        Language::Esql => ",|()[]=;<>".contains(letter),
        Language::Sql => !letter.is_alphanumeric() && !matches!(letter, '_' | '@'),
    }
}

fn end_of_word(rest: &str, language: Language) -> usize {
    let ends = |at: usize, letter: char| {
        let following = rest.get(at..).unwrap_or_default();
        BLANKS.contains(&letter)
            || matches!(letter, '"' | '`')
            || is_sign(letter, language)
            || begins_line_comment(following, language)
            || following.starts_with("/*")
    };
    rest.char_indices().skip(1).find(|(at, letter)| ends(*at, *letter)).map_or(rest.len(), |(at, _)| at)
}

fn begins_line_comment(rest: &str, language: Language) -> bool {
    rest.starts_with(if language == Language::Esql { "//" } else { "--" })
}

fn after_line(rest: &str) -> &str {
    rest.find(['\r', '\n']).and_then(|end| rest.get(end..)).unwrap_or_default()
}

/// `None` for one within another, which is read in more than one way, and for one without end.
fn after_comment(rest: &str) -> Option<&str> {
    let (comment, after) = rest.strip_prefix("/*")?.split_once("*/")?;
    (!comment.contains("/*")).then_some(after)
}

/// What stands between two quotes, and what follows; a doubled quote is part of it.
fn quoted(rest: &str, quote: char) -> Option<(&str, &str)> {
    let inner = rest.strip_prefix(quote)?;
    let mut from = 0;
    loop {
        let at = from + inner.get(from..)?.find(quote)?;
        let after = inner.get(at + 1..)?;
        if !after.starts_with(quote) {
            return Some((inner.get(..at)?, after));
        }
        from = at + 2;
    }
}

/// A text of ES|QL stands on one line, between one quote or three.
fn esql_quoted(rest: &str) -> Option<(&str, &str)> {
    let line = rest.split(['\r', '\n']).next()?;
    if let Some(inner) = line.strip_prefix("\"\"\"")
        && let Some(end) = inner.find("\"\"\"")
    {
        // Up to two quotes more belong to the text.
        let after = rest.get(end + 6..)?;
        let more = after.bytes().take(2).take_while(|byte| *byte == b'"').count();
        return Some((inner.get(..end)?, after.get(more..)?));
    }
    let mut escaped = false;
    for (at, letter) in line.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((line.get(1..at)?, rest.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

fn esql<'t>(tokens: &[Token<'t>], named: &mut Vec<&'t str>) -> Option<()> {
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let after = tokens.get(at + 1..).unwrap_or_default();
        // A column may have a command's name.
        if matches!(after.first(), None | Some(Token::Sign('=' | '<' | '>' | ')' | '|' | ','))) {
            continue;
        }
        let begins = matches!(before, None | Some(Token::Sign('|' | '(' | '[' | ';')));
        let joins = matches!(before, Some(Token::Word(how)) if ["LOOKUP", "LEFT", "RIGHT"].iter().any(|known| is(how, known)));
        let leads = matches!(after.first(), Some(Token::Word(next)) if is(next, "JOIN"));
        if begins && SOURCES.iter().any(|source| is(word, source)) {
            list(after, named)?;
        } else if begins && is(word, "PROMQL") {
            // It reads what its settings say, or everything.
            return None;
        } else if (is(word, "JOIN") && (begins || joins)) || (is(word, "LOOKUP") && begins && !leads) {
            named.push(name(after.first())?);
        }
    }
    Some(())
}

/// The indices after a source command of ES|QL, up to its end; a query in brackets among them is refused.
fn list<'t>(tokens: &[Token<'t>], named: &mut Vec<&'t str>) -> Option<()> {
    let mut rest = tokens.iter();
    loop {
        named.push(name(rest.next())?);
        match rest.next() {
            Some(Token::Sign(',')) => {}
            None | Some(Token::Sign('|' | ')' | ']' | ';')) => return Some(()),
            Some(Token::Word(word)) if is(word, "METADATA") => return Some(()),
            Some(_) => return None,
        }
    }
}

fn sql<'t>(tokens: &[Token<'t>], named: &mut Vec<&'t str>) -> Option<()> {
    // Of each open bracket, whether it is that of `extract(… from …)`.
    let mut within = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let after = tokens.get(at + 1..).unwrap_or_default();
        match token {
            Token::Sign('(') => {
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                within.push(matches!(before, Some(Token::Word(word)) if is(word, "EXTRACT")));
            }
            Token::Sign(')') => {
                within.pop();
            }
            Token::Word(word) if is(word, "FROM") && within.last() != Some(&true) => relations(after, named)?,
            Token::Word(word) if is(word, "JOIN") => named.push(name(after.first())?),
            // `1.5FROM` is a number and a word.
            Token::Word(word) if word.starts_with(|letter: char| letter.is_ascii_digit()) => {
                let upper = word.to_uppercase();
                if upper.ends_with("FROM") || upper.ends_with("JOIN") {
                    return None;
                }
            }
            Token::Word(word) if at == 0 && (is(word, "DESCRIBE") || is(word, "DESC")) => named.push(name(after.first())?),
            Token::Word(word) if at == 0 && (is(word, "SHOW") || is(word, "SYS")) => {
                if matches!(after.first(), Some(Token::Word(what)) if is(what, "TABLES") || is(what, "COLUMNS")) {
                    return None;
                }
            }
            _ => {}
        }
    }
    Some(())
}

/// What SQL's `from` names: each may have an alias. A query in brackets among them is refused.
fn relations<'t>(tokens: &[Token<'t>], named: &mut Vec<&'t str>) -> Option<()> {
    let mut rest = tokens.iter().peekable();
    loop {
        rest.next_if(|token| matches!(token, Token::Word(word) if is(word, "FROZEN")));
        named.push(name(rest.next())?);
        rest.next_if(|token| matches!(token, Token::Word(word) if is(word, "AS")));
        rest.next_if(|token| matches!(token, Token::Word(_) | Token::Quoted(_)));
        match rest.next() {
            Some(Token::Sign(',')) => {}
            // Another cluster stands before the name.
            Some(Token::Sign(':' | '.')) => return None,
            _ => return Some(()),
        }
    }
}

fn name<'t>(token: Option<&Token<'t>>) -> Option<&'t str> {
    match token {
        Some(Token::Word(name) | Token::Quoted(name)) if !name.contains(['\\', '"']) => Some(*name),
        _ => None,
    }
}

/// As both engines compare a keyword: letter by letter, in either case.
fn is(word: &str, keyword: &str) -> bool {
    let same = |(letter, known): (char, char)| letter.to_uppercase().next() == Some(known) || letter.to_lowercase().next() == Some(known.to_ascii_lowercase());
    word.chars().count() == keyword.chars().count() && word.chars().zip(keyword.chars()).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_what_its_engine_would_read() {
        for (text, named) in [
            ("FROM web-*", vec!["web-*"]),
            ("from web-*,-web-old | where path == \"from x\"", vec!["web-*", "-web-old"]),
            ("FROM \"web-*, logs\" METADATA _id, _index | LIMIT 1", vec!["web-*, logs"]),
            ("// why: from habit\nFROM /* both */ web | STATS count(*) // from then on", vec!["web"]),
            ("FROM web | LOOKUP JOIN hosts ON host", vec!["web", "hosts"]),
            ("FROM web | WHERE a == \"\"\"x\"\"\" | LEFT JOIN \"hosts\" ON host", vec!["web", "hosts"]),
            ("FROM web | EVAL `a\"b` = 1 | LOOKUP JOIN hosts ON `a\"b`", vec!["web", "hosts"]),
            ("FROM web | KEEP from, ts | WHERE (from == \"x\") | STATS MAX(ts)", vec!["web"]),
            ("SET a = true; FROM web", vec!["web"]),
            ("TS metrics-* | LIMIT 1", vec!["metrics-*"]),
            ("ROW a = 1", vec![]),
            ("SELECT * FROM \"web-*\" w WHERE x = 'from y' GROUP BY a, b", vec!["web-*"]),
            ("SELECT EXTRACT(YEAR FROM at) FROM web -- from here\nLIMIT 10", vec!["web"]),
            ("(select *FROM`web`, FROZEN \"logs-*\" AS l)", vec!["web", "logs-*"]),
            ("DESCRIBE \"web\"", vec!["web"]),
            ("SHOW FUNCTIONS", vec![]),
            ("\u{17f}elect * from \"logs\"", vec!["logs"]),
            ("errors from amsterdam", vec![]),
            ("from", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(indices(text), Some(named), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        for text in [
            "FROM web /* \" */, logs-* /* \" */ extra words",
            "FROM web (FROM logs)",
            "FROM (FROM logs), web",
            "FROM web, (FROM logs | LIMIT 1)",
            "FROM web \"logs",
            "FROM \"web\\u002clogs\"",
            "FROM `web`",
            "/* /* */ */ FROM logs",
            "/* FROM logs",
            "PROMQL index=logs-* step=1m rate(x)",
            "SELECT * FROM (SELECT * FROM logs)",
            "SELECT * FROM \"web\":\"logs\"",
            "SELECT 1.5FROM \"logs\"",
            "SELECT * FROM 'web'",
            "SHOW TABLES",
            "SYS COLUMNS TABLE LIKE '%'",
        ] {
            assert_eq!(indices(text), None, "{text}");
        }
    }
}
