//! Pure rules of questions: what a period comes to, which earlier period it is compared with, values as typed literals.

use crate::fault::{Fault, Result};
use app::warehouse::asks::{Comparison, Period, Value};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};
use warehouse::{ColumnType, Literal};

/// First and last day, both included.
pub type Range = (NaiveDate, NaiveDate);

/// What a period comes to when the data reaches up to a day. "Last" months, quarters, years and weeks are whole ones:
/// the one that ends with the data counts, one still under way does not.
pub fn range_of(period: Period, up_to: NaiveDate) -> Result<Range> {
    let months = |count: u32, size: u32| -> Option<Range> {
        let next = up_to.succ_opt()?;
        let end = first_of(next, size)?;
        Some((end.checked_sub_months(Months::new(count.checked_mul(size)?))?, end.pred_opt()?))
    };
    let range = match period {
        Period::LastDays(days) => up_to.checked_sub_days(Days::new(u64::from(days.max(1)) - 1)).map(|from| (from, up_to)),
        Period::LastWeeks(weeks) => {
            let next = up_to.succ_opt();
            next.and_then(|next| {
                let end = next.checked_sub_days(Days::new(u64::from(next.weekday().num_days_from_monday())))?;
                Some((end.checked_sub_days(Days::new(7 * u64::from(weeks.max(1))))?, end.pred_opt()?))
            })
        }
        Period::LastMonths(count) => months(count.max(1), 1),
        Period::LastQuarters(count) => months(count.max(1), 3),
        Period::LastYears(count) => months(count.max(1), 12),
        Period::ThisMonth => first_of(up_to, 1).map(|from| (from, up_to)),
        Period::ThisQuarter => first_of(up_to, 3).map(|from| (from, up_to)),
        Period::ThisYear => first_of(up_to, 12).map(|from| (from, up_to)),
    };
    range.ok_or_else(|| Fault::invalid("The period is longer than the calendar.", "El periodo es más largo que el calendario."))
}

/// First day of the month, quarter or year (1, 3 or 12 months) that holds a day.
fn first_of(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year(), day.month0() / months * months + 1, 1)
}

/// The range that a comparison compares with: whole months step by months, anything else by days.
pub fn earlier(range: Range, comparison: Comparison) -> Option<Range> {
    let (from, to) = range;
    if comparison == Comparison::PreviousYear {
        return Some((from.checked_sub_months(Months::new(12))?, end_of_shifted(to, 12)?));
    }
    let whole_months = from.day() == 1 && to.succ_opt()?.day() == 1;
    if whole_months {
        let next = to.succ_opt()?;
        let months = (next.year() - from.year()) * 12 + next.month() as i32 - from.month() as i32;
        return Some((from.checked_sub_months(Months::new(months.unsigned_abs()))?, from.pred_opt()?));
    }
    let days = (to - from).num_days() + 1;
    Some((from.checked_sub_days(Days::new(days.unsigned_abs()))?, from.pred_opt()?))
}

/// The same day so many months earlier; the last day of a month stays the last day.
fn end_of_shifted(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    let next = day.succ_opt()?;
    if next.day() == 1 { next.checked_sub_months(Months::new(months))?.pred_opt() } else { day.checked_sub_months(Months::new(months)) }
}

/// A value as a literal of the column's type; refused when it has another type.
pub fn literal(column: &str, kind: ColumnType, value: &Value) -> Result<Literal> {
    let ill_typed = |expected: &str, esperado: &str| {
        Fault::invalid(format!("The value for {column} is not {expected}."), format!("El valor de {column} no es {esperado}.")).on(column)
    };
    Ok(match (kind, value) {
        (ColumnType::Text, Value::Text(text)) => Literal::Text(text.clone()),
        (ColumnType::Text, Value::Integer(number)) => Literal::Text(number.to_string()),
        (ColumnType::Integer, Value::Integer(number)) => Literal::Integer(*number),
        (ColumnType::Integer, Value::Text(text)) => Literal::Integer(text.parse().map_err(|_| ill_typed("a whole number", "un número entero"))?),
        (ColumnType::Number, Value::Integer(number)) => Literal::Number(*number as f64),
        (ColumnType::Number, Value::Number(number)) => Literal::Number(*number),
        (ColumnType::Number, Value::Text(text)) => {
            Literal::Number(text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| ill_typed("a number", "un número"))?)
        }
        (ColumnType::Bool, Value::Bool(flag)) => Literal::Bool(*flag),
        (ColumnType::Bool, Value::Text(text)) => Literal::Bool(text.parse().map_err(|_| ill_typed("true or false", "verdadero o falso"))?),
        (ColumnType::Date, Value::Text(text)) => {
            Literal::Date(days(day(text).ok_or_else(|| ill_typed("a date like 2017-12-31", "una fecha como 2017-12-31"))?))
        }
        (ColumnType::Timestamp, Value::Text(text)) => {
            Literal::Timestamp(moment(text).ok_or_else(|| ill_typed("a time like 2017-12-31T14:30:00", "una hora como 2017-12-31T14:30:00"))?)
        }
        (ColumnType::Text, _) => return Err(ill_typed("a text", "un texto")),
        (ColumnType::Integer, _) => return Err(ill_typed("a whole number", "un número entero")),
        (ColumnType::Number, _) => return Err(ill_typed("a number", "un número")),
        (ColumnType::Bool, _) => return Err(ill_typed("true or false", "verdadero o falso")),
        (ColumnType::Date, _) => return Err(ill_typed("a date like 2017-12-31", "una fecha como 2017-12-31")),
        (ColumnType::Timestamp, _) => return Err(ill_typed("a time like 2017-12-31T14:30:00", "una hora como 2017-12-31T14:30:00")),
    })
}

/// A day as literals of the column's type: its start, or its very end.
pub fn bound(kind: ColumnType, day: NaiveDate, end: bool) -> Option<Literal> {
    match kind {
        ColumnType::Date => Some(Literal::Date(days(day))),
        ColumnType::Timestamp => {
            let midnight = if end { day.succ_opt()? } else { day }.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros();
            Some(Literal::Timestamp(if end { midnight - 1 } else { midnight }))
        }
        _ => None,
    }
}

/// `2017-12-31`, also when a time follows.
pub fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(..10).unwrap_or(text), "%Y-%m-%d").ok()
}

fn moment(text: &str) -> Option<i64> {
    let parsed = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"].iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    parsed.or_else(|| day(text)?.and_hms_opt(0, 0, 0)).map(|time| time.and_utc().timestamp_micros())
}

/// Days since 1970-01-01.
fn days(day: NaiveDate) -> i32 {
    (day - NaiveDate::default()).num_days() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        day(text).unwrap()
    }

    fn range(from: &str, to: &str) -> Range {
        (date(from), date(to))
    }

    #[test]
    fn periods_count_from_the_end_of_the_data() {
        assert_eq!(range_of(Period::LastQuarters(1), date("2017-12-31")).unwrap(), range("2017-10-01", "2017-12-31"));
        assert_eq!(range_of(Period::LastQuarters(1), date("2017-12-30")).unwrap(), range("2017-07-01", "2017-09-30"));
        assert_eq!(range_of(Period::LastMonths(2), date("2018-01-01")).unwrap(), range("2017-11-01", "2017-12-31"));
        assert_eq!(range_of(Period::LastDays(7), date("2017-12-31")).unwrap(), range("2017-12-25", "2017-12-31"));
        assert_eq!(range_of(Period::LastWeeks(1), date("2017-12-31")).unwrap(), range("2017-12-25", "2017-12-31"));
        assert_eq!(range_of(Period::ThisYear, date("2017-05-04")).unwrap(), range("2017-01-01", "2017-05-04"));
        assert!(range_of(Period::LastYears(u32::MAX), date("2017-12-31")).is_err());
    }

    #[test]
    fn compares_whole_months_with_whole_months() {
        assert_eq!(earlier(range("2017-10-01", "2017-12-31"), Comparison::PreviousPeriod), Some(range("2017-07-01", "2017-09-30")));
        assert_eq!(earlier(range("2017-02-01", "2017-02-28"), Comparison::PreviousYear), Some(range("2016-02-01", "2016-02-29")));
        assert_eq!(earlier(range("2017-12-25", "2017-12-31"), Comparison::PreviousPeriod), Some(range("2017-12-18", "2017-12-24")));
    }

    #[test]
    fn a_value_of_another_type_is_refused_with_the_column() {
        let fault = literal("week", ColumnType::Integer, &Value::Text("ten".into())).unwrap_err();
        assert_eq!(fault.field.as_deref(), Some("week"));
        assert_eq!(literal("week", ColumnType::Integer, &Value::Text("10".into())).unwrap(), Literal::Integer(10));
    }
}
