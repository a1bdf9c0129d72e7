//! The grammar: from characters to the tree, in one pass, with bounds on length, depth and the number of conditions.

use super::{
    Query, WrongQuery,
    values::{self, Comparison, Written},
};
use crate::shape::Field;

const LONGEST: usize = 10_000;
const DEEPEST: usize = 50;
const MOST_CONDITIONS: usize = 500;

pub(super) fn parse(text: &str, fields: &[Field]) -> Result<Query, WrongQuery> {
    let letters: Vec<char> = text.chars().take(LONGEST + 1).collect();
    if letters.len() > LONGEST {
        return Err(WrongQuery::too_long(LONGEST, LONGEST));
    }
    let mut parser = Parser { letters, at: 0, depth: 0, conditions: 0, fields };
    parser.skip_space();
    if parser.peek().is_none() {
        return Ok(Query::All);
    }
    let query = parser.any_of(None)?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(WrongQuery::closes_nothing(parser.at)),
    }
}

struct Parser<'a> {
    letters: Vec<char>,
    at: usize,
    depth: usize,
    conditions: usize,
    fields: &'a [Field],
}

impl<'a> Parser<'a> {
    /// `a OR b`. `field`: within `field:(…)`.
    fn any_of(&mut self, field: Option<&'a Field>) -> Result<Query, WrongQuery> {
        let mut all = vec![self.all_of(field)?];
        while let Some(at) = self.operator("OR") {
            self.wanted_after(at, "OR")?;
            all.push(self.all_of(field)?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Query::Or(all) })
    }

    /// `a AND b`, `a b`.
    fn all_of(&mut self, field: Option<&'a Field>) -> Result<Query, WrongQuery> {
        let mut all = vec![self.one(field)?];
        loop {
            if let Some(at) = self.operator("AND") {
                self.wanted_after(at, "AND")?;
            } else if matches!(self.peek(), None | Some(')')) || self.is_operator("OR") {
                return Ok(if all.len() == 1 { all.remove(0) } else { Query::And(all) });
            }
            all.push(self.one(field)?);
        }
    }

    /// A condition, denied or not.
    fn one(&mut self, field: Option<&'a Field>) -> Result<Query, WrongQuery> {
        let mut denied = false;
        loop {
            self.skip_space();
            if let Some(at) = self.operator("NOT") {
                self.wanted_after(at, "NOT")?;
            } else if self.peek() == Some('-') && self.denies(field) {
                self.at += 1;
            } else {
                break;
            }
            denied = !denied;
        }
        let query = self.condition(field)?;
        self.skip_space();
        Ok(if denied { Query::Not(Box::new(query)) } else { query })
    }

    /// Whether a `-` is a NOT: something follows it at once, and it is not the sign of a number within `field:(…)`.
    fn denies(&self, field: Option<&Field>) -> bool {
        let next = self.letters.get(self.at + 1);
        next.is_some_and(|letter| !letter.is_whitespace() && *letter != ')' && !(field.is_some() && letter.is_ascii_digit()))
    }

    fn condition(&mut self, field: Option<&'a Field>) -> Result<Query, WrongQuery> {
        self.conditions += 1;
        if self.conditions > MOST_CONDITIONS {
            return Err(WrongQuery::too_many(self.at, MOST_CONDITIONS));
        }
        for word in ["AND", "OR"] {
            if self.is_operator(word) {
                return Err(WrongQuery::missing_side(self.at, word));
            }
        }
        match (self.peek(), field) {
            (Some('('), _) => self.group(field),
            (Some(')'), _) => Err(WrongQuery::closes_nothing(self.at)),
            (Some('"'), None) => values::free(&self.quoted()?),
            (_, Some(field)) => self.value(field, field.name.chars().count(), self.at),
            (_, None) => match self.named()? {
                Some((field, named_at)) => self.value(field, self.at - named_at, named_at),
                None => values::free(&self.bare()),
            },
        }
    }

    fn group(&mut self, field: Option<&'a Field>) -> Result<Query, WrongQuery> {
        let opened = self.at;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(WrongQuery::too_deep(opened));
        }
        self.at += 1;
        self.skip_space();
        match self.peek() {
            Some(')') => return Err(WrongQuery::empty_group(opened, self.at + 1 - opened)),
            None => return Err(WrongQuery::unclosed(opened, ')')),
            Some(_) => {}
        }
        let query = self.any_of(field)?;
        if self.peek() != Some(')') {
            return Err(WrongQuery::unclosed(opened, ')'));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(query)
    }

    /// `name:` or a name before a comparison, read; the parser then stands on the value or the comparison.
    fn named(&mut self) -> Result<Option<(&'a Field, usize)>, WrongQuery> {
        let from = self.at;
        let length = self.letters[from..].iter().take_while(|letter| is_name(**letter)).count();
        let after = self.letters[from + length..].iter().take_while(|letter| letter.is_whitespace()).count();
        let name: String = self.letters[from..from + length].iter().collect();
        let known = self.fields.iter().find(|field| field.name == name);
        let next = self.letters.get(from + length).copied();
        let next_but_space = self.letters.get(from + length + after).copied();
        let names = length > 0 && (matches!(next, Some(':' | '<' | '>')) || known.is_some() && matches!(next_but_space, Some('<' | '>')));
        if !names {
            return Ok(None);
        }
        let Some(field) = known else { return Err(WrongQuery::unknown_field(from, length, &name)) };
        self.at = from + length;
        if next == Some(':') {
            self.at += 1;
        }
        self.skip_space();
        Ok(Some((field, from)))
    }

    fn value(&mut self, field: &'a Field, named_length: usize, named_at: usize) -> Result<Query, WrongQuery> {
        match self.peek() {
            None | Some(')') => Err(WrongQuery::missing_value(named_at, named_length, &field.name)),
            Some('(') => self.group(Some(field)),
            Some('"') => values::of(field, &self.quoted()?),
            Some('[' | '{') => self.range(field),
            Some('<' | '>') => self.compared(field),
            Some(_) => values::of(field, &self.bare()),
        }
    }

    fn compared(&mut self, field: &Field) -> Result<Query, WrongQuery> {
        let from = self.at;
        let above = self.peek() == Some('>');
        self.at += 1;
        let inclusive = self.peek() == Some('=');
        self.at += usize::from(inclusive);
        self.skip_space();
        let written = match self.peek() {
            None | Some(')') => return Err(WrongQuery::missing_value(from, self.at - from, &field.name)),
            Some('"') => self.quoted()?,
            Some(_) => self.bare(),
        };
        let bound = values::bound(field, Comparison { above, inclusive }, &written)?;
        let (from, until) = if above { (Some(bound), None) } else { (None, Some(bound)) };
        Ok(Query::Range { field: field.name.clone(), from, until })
    }

    /// `[from TO until}`
    fn range(&mut self, field: &Field) -> Result<Query, WrongQuery> {
        let opened = self.at;
        let from_inclusive = self.peek() == Some('[');
        self.at += 1;
        let mut parts = Vec::new();
        let until_inclusive = loop {
            self.skip_space();
            match self.peek() {
                None => return Err(WrongQuery::unclosed(opened, if from_inclusive { ']' } else { '}' })),
                Some(closing @ (']' | '}')) => {
                    self.at += 1;
                    break closing == ']';
                }
                Some('"') => parts.push(self.quoted()?),
                Some(_) => parts.push(self.within_range()),
            }
        };
        let length = self.at - opened;
        let [from, to, until] = &parts[..] else { return Err(WrongQuery::range_form(opened, length)) };
        if !to.is_bare("TO") {
            return Err(WrongQuery::range_form(opened, length));
        }
        let bound = |above, inclusive, written: &Written| match written.is_bare("*") {
            true => Ok(None),
            false => values::bound(field, Comparison { above, inclusive }, written).map(Some),
        };
        let (from, until) = (bound(true, from_inclusive, from)?, bound(false, until_inclusive, until)?);
        if from.is_none() && until.is_none() {
            return Ok(Query::Exists { field: field.name.clone() });
        }
        Ok(Query::Range { field: field.name.clone(), from, until })
    }

    fn within_range(&mut self) -> Written {
        self.read(|letter| letter.is_whitespace() || matches!(letter, ']' | '}' | '"'))
    }

    /// Up to white space, a quote or a parenthesis that was not opened within it.
    fn bare(&mut self) -> Written {
        let mut opened = 0_usize;
        self.read(|letter| {
            match letter {
                '(' => opened += 1,
                ')' if opened == 0 => return true,
                ')' => opened -= 1,
                _ => {}
            }
            letter.is_whitespace() || letter == '"'
        })
    }

    fn read(&mut self, mut ends: impl FnMut(char) -> bool) -> Written {
        let mut written = Written { at: self.at, ..Written::default() };
        while let Some(letter) = self.peek() {
            if letter == '\\' {
                // At the very end it is itself.
                let meant = self.letters.get(self.at + 1).copied();
                written.letters.push((meant.unwrap_or('\\'), true));
                self.at += if meant.is_some() { 2 } else { 1 };
                continue;
            }
            if ends(letter) {
                break;
            }
            written.letters.push((letter, false));
            self.at += 1;
        }
        written.length = self.at - written.at;
        written
    }

    fn quoted(&mut self) -> Result<Written, WrongQuery> {
        let opened = self.at;
        self.at += 1;
        let mut written = self.read(|letter| letter == '"');
        if self.peek() != Some('"') {
            return Err(WrongQuery::unclosed(opened, '"'));
        }
        self.at += 1;
        (written.at, written.length, written.quoted) = (opened, self.at - opened, true);
        Ok(written)
    }

    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn is_operator(&self, word: &str) -> bool {
        let length = word.chars().count();
        let here = self.letters.get(self.at..self.at + length).is_some_and(|letters| letters.iter().copied().eq(word.chars()));
        here && self.letters.get(self.at + length).is_none_or(|letter| letter.is_whitespace() || matches!(letter, '(' | ')' | '"'))
    }

    /// Reads an operator where it stands; its place.
    fn operator(&mut self, word: &str) -> Option<usize> {
        self.skip_space();
        let at = self.at;
        self.is_operator(word).then(|| {
            self.at += word.chars().count();
            self.skip_space();
            at
        })
    }

    fn wanted_after(&self, at: usize, word: &str) -> Result<(), WrongQuery> {
        if matches!(self.peek(), None | Some(')')) { Err(WrongQuery::missing_side(at, word)) } else { Ok(()) }
    }
}

pub(super) fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '@' | '#')
}
