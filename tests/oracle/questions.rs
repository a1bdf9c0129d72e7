//! Random questions in the typed form, over the columns that their reader sees and at times over others.

use super::{
    Dice,
    share::Seen,
    world::{COLUMNS, MART},
};
use app::{
    text::Language,
    warehouse::asks::{AskQuestion, ChartKind, Comparison, Dimension, Filter, Grain, ListValues, Period, Question, Sort, Test, Value},
};
use warehouse::ColumnType;

/// Name, column, and the type in which that must be shown: over a column that a mask gives another type the measure is not to be had,
/// and over one that is of that type itself it is wrong.
const MEASURES: [(&str, &str, Option<ColumnType>); 6] = [
    ("sales", "sales_value", Some(ColumnType::Number)),
    ("mean", "sales_value", Some(ColumnType::Number)),
    ("households", "household_id", None),
    ("named", "region", None),
    ("most", "units", Some(ColumnType::Integer)),
    // Divides by zero where such a row is seen.
    ("per_unit", "units", Some(ColumnType::Integer)),
];

const CHARTS: [ChartKind; 6] = [ChartKind::Table, ChartKind::Table, ChartKind::Number, ChartKind::Bar, ChartKind::Line, ChartKind::Pie];
const GRAINS: [Grain; 5] = [Grain::Week, Grain::Month, Grain::Quarter, Grain::Year, Grain::DayOfWeek];
const PERIODS: [Period; 5] = [Period::LastDays(90), Period::LastMonths(6), Period::LastQuarters(2), Period::ThisYear, Period::LastWeeks(30)];

pub fn asked(dice: &mut Dice, seen: &Seen) -> AskQuestion {
    let language = *dice.pick(&[Language::En, Language::Es]);
    AskQuestion { question: any(dice, seen), chart: *dice.pick(&CHARTS), language }
}

pub fn any(dice: &mut Dice, seen: &Seen) -> Question {
    let mut question = if dice.chance(3) { listed(dice, seen) } else { grouped(dice, seen) };
    question.filters = (0..dice.roll(3)).map(|_| filter(dice, seen)).collect();
    if dice.chance(2) {
        question.limit = Some(1 + dice.roll(40));
        question.offset = dice.roll(5);
    }
    let period = question.filters.iter().any(|filter| matches!(filter.test, Test::Period(_)));
    if period && question.dimensions.is_empty() && dice.chance(2) {
        question.comparison = Some(*dice.pick(&[Comparison::PreviousPeriod, Comparison::PreviousYear]));
    }
    if dice.chance(15) {
        // A column that is not there and one that is not for this reader are refused alike.
        question.filters.push(Filter { column: any_column(dice), test: Test::NotEmpty });
    }
    question
}

/// Rows of one page of a PDF, whose table begins with the first column.
pub fn page(dice: &mut Dice, seen: &Seen) -> Question {
    let mut columns = vec!["id".to_owned()];
    columns.extend(some(dice, seen, 4).into_iter().filter(|column| column != "id"));
    let sort = sorted(dice, &columns);
    let filters = (0..dice.roll(2)).map(|_| filter(dice, seen)).collect();
    Question { mart: MART.into(), columns, filters, sort, limit: Some(5 + dice.roll(15)), ..Question::default() }
}

pub fn values(dice: &mut Dice, seen: &Seen) -> ListValues {
    let column = if dice.chance(8) { any_column(dice) } else { dice.pick(&seen.columns).0.to_owned() };
    let search = if dice.chance(2) { String::new() } else { text(dice) };
    ListValues { mart: MART.into(), column, search, limit: 1 + dice.roll(60) as u32 }
}

fn listed(dice: &mut Dice, seen: &Seen) -> Question {
    let columns = if dice.chance(3) { Vec::new() } else { some(dice, seen, 4) };
    let outputs = if columns.is_empty() { seen.columns.iter().map(|(name, _)| (*name).to_owned()).collect() } else { columns.clone() };
    let sort = sorted(dice, &outputs);
    Question { mart: MART.into(), columns, sort, ..Question::default() }
}

fn grouped(dice: &mut Dice, seen: &Seen) -> Question {
    let grouped_by = if dice.chance(4) { Vec::new() } else { some(dice, seen, 2) };
    let dimensions: Vec<Dimension> = grouped_by.into_iter().map(|column| dimension(dice, seen, column)).collect();
    let mut measures = vec!["rows".to_owned()];
    for (name, column, needed) in MEASURES {
        let shown = seen.kind(column);
        let fits = needed.is_none() || shown.is_none() || shown == needed;
        let seldom = if shown.is_none() || name == "per_unit" { 10 } else { 3 };
        if fits && dice.chance(seldom) {
            measures.push(name.to_owned());
        }
    }
    let outputs: Vec<String> = dimensions.iter().map(|dimension| dimension.column.clone()).chain(measures.iter().cloned()).collect();
    let sort = sorted(dice, &outputs);
    Question { mart: MART.into(), measures, dimensions, sort, ..Question::default() }
}

fn dimension(dice: &mut Dice, seen: &Seen, column: String) -> Dimension {
    let dated = seen.kind(&column) == Some(ColumnType::Date);
    let grain = if dated && !dice.chance(4) { Some(*dice.pick(&GRAINS)) } else { None };
    Dimension { column, grain }
}

/// One to `most` different columns.
fn some(dice: &mut Dice, seen: &Seen, most: u64) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for _ in 0..1 + dice.roll(most) {
        let (name, _) = *dice.pick(&seen.columns);
        if !columns.iter().any(|column| column == name) {
            columns.push(name.to_owned());
        }
    }
    columns
}

fn sorted(dice: &mut Dice, outputs: &[String]) -> Vec<Sort> {
    (0..dice.roll(3)).map(|_| Sort { by: dice.pick(outputs).clone(), descending: dice.chance(2) }).collect()
}

fn filter(dice: &mut Dice, seen: &Seen) -> Filter {
    let at = dice.roll(seen.columns.len() as u64) as usize;
    let (name, kind) = seen.columns[at];
    let some = |dice: &mut Dice| -> Vec<Value> { (0..1 + dice.roll(6)).map(|_| seen.value(dice, at)).collect() };
    let test = match (dice.roll(10), kind) {
        (0, _) => Test::Empty,
        (1, _) => Test::NotEmpty,
        (2, _) => Test::IsNot(some(dice)),
        (3..=5, ColumnType::Date) => Test::Period(*dice.pick(&PERIODS)),
        (3..=5, ColumnType::Text) => Test::Contains(text(dice)),
        (6, ColumnType::Integer | ColumnType::Number | ColumnType::Date) => Test::Between(seen.value(dice, at), seen.value(dice, at)),
        (7, ColumnType::Integer | ColumnType::Number | ColumnType::Date) => Test::AtLeast(seen.value(dice, at)),
        (8, _) => Test::AtMost(seen.value(dice, at)),
        _ => Test::Is(some(dice)),
    };
    Filter { column: name.to_owned(), test }
}

fn text(dice: &mut Dice) -> String {
    (*dice.pick(&["a", "or", "1", "-0", "9", "N", "n/a"])).to_owned()
}

fn any_column(dice: &mut Dice) -> String {
    dice.pick(&COLUMNS).0.to_owned()
}
