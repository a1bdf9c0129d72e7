//! One case: policies are saved, somebody's share is published beside the mart, and both are asked the same at every door.

use super::{
    Dice,
    doors::{self, Told},
    policies, questions,
    share::{Codes, PEOPLE, Seen, Share},
    statements,
    world::{COPY, Cell, MART, Row, World, place},
};
use app::{
    ask::Ask,
    reports::asks::{Format, MakeReport, Options, Subject},
    text::Language,
    warehouse::{
        asks::{AskQuestion, ChartKind, OpenMart, Question, Sort, Value},
        sql::asks::{ROWS, RunSql},
    },
};
use std::collections::{BTreeMap, BTreeSet};
use tests::house::Visitor;

pub struct Case {
    pub seed: u64,
    pub number: u64,
    /// A PDF is made too, which takes longer than all else.
    pub printed: bool,
    /// The copy is made without one of the rules.
    pub forgetful: bool,
}

/// What came of a case.
#[derive(Default)]
pub struct Asked {
    /// Person and policies, for whoever looks into a difference.
    pub said: String,
    /// How often each door gave an answer, and how often a refusal.
    pub doors: BTreeMap<&'static str, (u64, u64)>,
    pub differences: Vec<(&'static str, String)>,
}

impl Asked {
    fn compare(&mut self, door: &'static str, what: &str, governed: &Told, alone: &Told) {
        let (answers, refusals) = self.doors.entry(door).or_default();
        if alone.status.is_success() {
            *answers += 1;
        } else {
            *refusals += 1;
        }
        if !governed.is_as(alone) {
            let cut = |told: &Told| format!("{} {}", told.status, told.text.chars().take(3000).collect::<String>());
            self.differences.push((door, format!("{what}\n--- governed\n{}\n--- its copy\n{}", cut(governed), cut(alone))));
        }
    }

    /// Notes what does not hold.
    fn expect(&mut self, holds: bool, door: &'static str, what: impl FnOnce() -> String) {
        if !holds {
            self.differences.push((door, what()));
        }
    }
}

/// Two people who look at once: the one whose share was copied, and another.
struct Readers {
    reader: Visitor,
    other: Visitor,
}

/// Asks everything of one case. Nothing is asked of a forgetful one that has no rule to forget.
pub async fn asked(world: &mut World, case: &Case) -> Asked {
    let dice = &mut Dice::of(case.seed, case.number);
    let at = usize::from(dice.chance(2));
    let person = &PEOPLE[at];
    let policies = policies::any(dice, &world.rows, person);
    let share = Share::of(&policies, person, &world.rows);
    let said = match &share {
        Some(share) => format!("{} sees {} of {} rows and {:?}\n{policies:#?}", person.name, share.rows.len(), world.rows.len(), share.columns),
        None => format!("{} sees nothing\n{policies:#?}", person.name),
    };
    let mut asked = Asked { said, ..Asked::default() };
    world.govern(&policies).await;
    let mut readers = Readers { reader: world.readers[at].clone(), other: world.readers[1 - at].clone() };
    let codes = match codes(&mut readers.reader, share.as_ref()).await {
        Ok(codes) => codes,
        Err(what) => {
            asked.differences.push((doors::QUESTION, what));
            return asked;
        }
    };
    if let Some(share) = &share {
        shape(&mut asked, &mut readers.reader, share).await;
    }
    let copied = if case.forgetful {
        let Some(fewer) = policies::without_a_rule(&policies, person, &world.rows) else { return asked };
        Share::of(&fewer, person, &world.rows)
    } else {
        share
    };
    world.copy(dice, copied.as_ref(), &codes).await;
    let seen = Seen::of(copied.as_ref(), &codes);
    pages(&mut asked, dice, &seen, &mut readers).await;
    files(&mut asked, dice, &seen, &readers.reader).await;
    if case.printed {
        let question = questions::page(dice, &seen);
        let options = Options { language: *dice.pick(&[Language::En, Language::Es]), ..Options::default() };
        let order = MakeReport { subject: of_question(question), format: Format::Pdf, options };
        let (governed, alone) = doors::made(&world.house, &mut readers.reader, &order).await;
        asked.compare(doors::PDF, &format!("{order:?}"), &governed, &alone);
    }
    asked
}

/// What stands for each value under a mask that is keyed with the portal's own key: learned from the mart, row by row beside the rows
/// as they are, so that all else can be compared as it stands. Equal values have one code, and different ones have different codes.
async fn codes(reader: &mut Visitor, share: Option<&Share>) -> Result<Codes, String> {
    let mut codes = Codes::new();
    let Some(share) = share else { return Ok(codes) };
    let hashed: Vec<&'static str> = share.columns.iter().filter(|column| column.mask.as_deref() == Some("hash")).map(|column| column.name).collect();
    if hashed.is_empty() {
        return Ok(codes);
    }
    let columns: Vec<String> = ["id"].iter().chain(&hashed).map(|name| (*name).to_owned()).collect();
    let sort = vec![Sort { by: "id".into(), descending: false }];
    let question = Question { mart: MART.into(), columns, sort, ..Question::default() };
    let asked = AskQuestion { question, chart: ChartKind::Table, language: Language::En };
    let answer = reader.ask(&asked).await.map_err(|fault| format!("{asked:?}: {fault:?}"))?;
    let ids: Vec<&Value> = answer.rows.iter().map(|row| &row[0]).collect();
    let expected: Vec<Value> = share.rows.iter().map(id).collect();
    if ids != expected.iter().collect::<Vec<_>>() {
        return Err(format!("{asked:?}: rows {ids:?} in place of {expected:?}"));
    }
    for (told, row) in answer.rows.iter().zip(&share.rows) {
        for (column, value) in hashed.iter().copied().zip(&told[1..]) {
            let cell = &row[place(column)];
            let fits = match (value, cell) {
                (Value::Null, Cell::Null) => true,
                (_, Cell::Null) => false,
                (Value::Text(code), cell) => is_code(code) && *codes.entry((column, cell.written())).or_insert_with(|| code.clone()) == *code,
                _ => false,
            };
            if !fits {
                return Err(format!("{asked:?}: {column} shows {value:?} for {cell:?}"));
            }
        }
    }
    let different: BTreeSet<(&str, &String)> = codes.iter().map(|((column, _), code)| (*column, code)).collect();
    if different.len() == codes.len() { Ok(codes) } else { Err(format!("two values have one code: {codes:?}")) }
}

fn id(row: &Row) -> Value {
    if let Cell::Integer(id) = row[0] { Value::Integer(id) } else { panic!("{row:?}") }
}

fn is_code(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The columns that are there are those of the share, and those are said to be masked that are.
async fn shape(asked: &mut Asked, reader: &mut Visitor, share: &Share) {
    let card = match reader.ask(&OpenMart { name: MART.into() }).await {
        Ok(card) => card,
        Err(fault) => return asked.expect(false, doors::CARD, || format!("the mart is not there: {fault:?}")),
    };
    let said: Vec<(&str, bool)> = card.columns.iter().map(|column| (column.name.as_str(), column.masked)).collect();
    let expected: Vec<(&str, bool)> = share.columns.iter().map(|column| (column.name, column.mask.is_some())).collect();
    asked.expect(said == expected, doors::CARD, || format!("columns and whether masked: {said:?} in place of {expected:?}"));
}

/// What pages ask: the mart's own, questions kept and not, SQL, the values of a filter.
async fn pages(asked: &mut Asked, dice: &mut Dice, seen: &Seen, readers: &mut Readers) {
    both(asked, doors::CARD, &mut readers.reader, &OpenMart { name: MART.into() }, true).await;
    for _ in 0..2 {
        let question = questions::asked(dice, seen);
        if dice.chance(2) {
            kept(asked, readers, &question).await;
        } else {
            both(asked, doors::QUESTION, &mut readers.reader, &question, true).await;
        }
        let statements::Written { sql, ordered } = statements::any(dice, seen);
        both(asked, doors::SQL, &mut readers.reader, &RunSql { statement: sql, limit: ROWS }, ordered).await;
    }
    both(asked, doors::VALUES, &mut readers.reader, &questions::values(dice, seen), true).await;
}

async fn both<A: Ask + std::fmt::Debug>(asked: &mut Asked, door: &'static str, reader: &mut Visitor, ask: &A, ordered: bool) {
    let governed = doors::asked(reader, ask, MART, ordered).await;
    let alone = doors::asked(reader, ask, COPY, ordered).await;
    asked.compare(door, &format!("{ask:?}"), &governed, &alone);
}

/// The same question several times, by somebody else before and in between: whose answer is kept is given to nobody else.
async fn kept(asked: &mut Asked, readers: &mut Readers, question: &AskQuestion) {
    let what = format!("{question:?}");
    let Readers { reader, other } = readers;
    let before = doors::asked(other, question, MART, true).await;
    let first = doors::asked(reader, question, MART, true).await;
    let alone = doors::asked(reader, question, COPY, true).await;
    asked.compare(doors::QUESTION, &what, &first, &alone);
    let again = doors::asked(reader, question, MART, true).await;
    asked.compare(doors::KEPT, &what, &again, &alone);
    asked.expect(again.kept == again.status.is_success(), doors::KEPT, || format!("{what}: it was not kept"));
    let after = doors::asked(other, question, MART, true).await;
    asked.expect(after.is_as(&before), doors::KEPT, || format!("{what}: somebody else got\n{before:?}\nand then\n{after:?}"));
    let last = doors::asked(reader, question, MART, true).await;
    asked.compare(doors::KEPT, &what, &last, &alone);
}

/// Files as they are sent while they are made.
async fn files(asked: &mut Asked, dice: &mut Dice, seen: &Seen, reader: &Visitor) {
    let options = Options { language: *dice.pick(&[Language::En, Language::Es]), spanish_excel: dice.chance(3) };
    let (door, format) = *dice.pick(&[(doors::CSV, Format::Csv), (doors::JSON, Format::Json), (doors::JSON, Format::JsonLines)]);
    let order = MakeReport { subject: of_question(questions::any(dice, seen)), format, options: options.clone() };
    sent(asked, door, reader, &order, true).await;
    let statements::Written { sql, ordered } = statements::any(dice, seen);
    let subject = Subject::Statement { title: doors::TITLE.into(), statement: sql };
    let format = *dice.pick(&[Format::Csv, Format::Json, Format::JsonLines]);
    sent(asked, doors::STATEMENT, reader, &MakeReport { subject, format, options }, ordered).await;
}

async fn sent(asked: &mut Asked, door: &'static str, reader: &Visitor, order: &MakeReport, ordered: bool) {
    let governed = doors::streamed(reader, order, MART, ordered).await;
    let alone = doors::streamed(reader, order, COPY, ordered).await;
    asked.compare(door, &format!("{order:?}"), &governed, &alone);
}

fn of_question(question: Question) -> Subject {
    Subject::Question { title: doors::TITLE.into(), question, chart: ChartKind::Table }
}
