//! Dates and times at a grain: the day that begins a week, month, quarter or year, and the parts that repeat.

use crate::{query::Grain, scope::ColumnType};
use arrow::{
    array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray},
    datatypes::{DataType, Date32Type, Int64Type, TimestampMicrosecondType},
};
use chrono::{Datelike, NaiveDate};
use datafusion::{
    common::{Result, internal_err},
    logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
};
use std::{cell::Cell, sync::Arc};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
/// 1970-01-01 was a Thursday: three days after a Monday.
const AFTER_MONDAY: i32 = 3;

/// What a column of this kind becomes at this grain; `None` when it cannot be asked for.
pub(crate) fn kind_at(grain: Grain, kind: ColumnType) -> Option<ColumnType> {
    match (grain, kind) {
        (Grain::Hour, ColumnType::Timestamp) => Some(ColumnType::Timestamp),
        (Grain::HourOfDay, ColumnType::Timestamp) | (Grain::DayOfWeek, ColumnType::Date | ColumnType::Timestamp) => Some(ColumnType::Integer),
        (Grain::Day | Grain::Week | Grain::Month | Grain::Quarter | Grain::Year, ColumnType::Date | ColumnType::Timestamp) => Some(ColumnType::Date),
        _ => None,
    }
}

/// `column` at `grain`; the caller has asked `kind_at`.
pub(crate) fn at(grain: Grain, kind: ColumnType, column: Expr) -> Expr {
    Arc::new(ScalarUDF::new_from_impl(AtGrain { grain, kind, signature: Signature::any(1, Volatility::Immutable) })).call(vec![column])
}

/// The engine's `date_trunc` gives a timestamp for a date and walks a calendar for each row; this one gives a date, and
/// reckons once for each run of equal days.
#[derive(Debug, PartialEq, Eq, Hash)]
struct AtGrain {
    grain: Grain,
    kind: ColumnType,
    signature: Signature,
}

impl ScalarUDFImpl for AtGrain {
    fn name(&self) -> &str {
        "at_grain"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        match kind_at(self.grain, self.kind) {
            Some(kind) => Ok(crate::columns::arrow_type(kind)),
            None => internal_err!("no such grain"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let Some(value) = arguments.args.first() else { return internal_err!("a grain takes a column") };
        let array = value.to_array(rows)?;
        let grain = self.grain;
        let given: ArrayRef = match array.data_type() {
            DataType::Date32 => {
                let days = array.as_primitive::<Date32Type>();
                match grain {
                    Grain::DayOfWeek => Arc::new(days.unary::<_, Int64Type>(day_of_week)),
                    Grain::Day => array,
                    _ => Arc::new(remembered::<Date32Type>(days, |day| first_day(grain, day))),
                }
            }
            DataType::Timestamp(..) => {
                let micros = array.as_primitive::<TimestampMicrosecondType>();
                match grain {
                    Grain::Hour => Arc::new(micros.unary::<_, TimestampMicrosecondType>(|time| time - time.rem_euclid(HOUR)).with_timezone("UTC")),
                    Grain::HourOfDay => Arc::new(micros.unary::<_, Int64Type>(|time| time.rem_euclid(DAY) / HOUR)),
                    _ => {
                        let days = micros.unary::<_, Date32Type>(|time| i32::try_from(time.div_euclid(DAY)).unwrap_or_default());
                        match grain {
                            Grain::DayOfWeek => Arc::new(days.unary::<_, Int64Type>(day_of_week)),
                            Grain::Day => Arc::new(days),
                            _ => Arc::new(remembered::<Date32Type>(&days, |day| first_day(grain, day))),
                        }
                    }
                }
            }
            _ => return internal_err!("a grain takes a date or a time"),
        };
        Ok(ColumnarValue::Array(given))
    }
}

/// Applies `reckon` once for each run of equal values.
fn remembered<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, reckon: impl Fn(T::Native) -> T::Native) -> PrimitiveArray<T> {
    let last: Cell<Option<(T::Native, T::Native)>> = Cell::new(None);
    array.unary(|value| match last.get() {
        Some((given, result)) if given == value => result,
        _ => {
            let result = reckon(value);
            last.set(Some((value, result)));
            result
        }
    })
}

/// 1 = Monday … 7 = Sunday.
fn day_of_week(day: i32) -> i64 {
    i64::from(day.wrapping_add(AFTER_MONDAY).rem_euclid(7)) + 1
}

/// Days since 1970-01-01 of the day that begins the week, month, quarter or year; days beyond the calendar stay.
fn first_day(grain: Grain, day: i32) -> i32 {
    if grain == Grain::Week {
        return day.wrapping_sub(day.wrapping_add(AFTER_MONDAY).rem_euclid(7));
    }
    let epoch = NaiveDate::default();
    let Some(date) = epoch.checked_add_signed(chrono::TimeDelta::days(i64::from(day))) else { return day };
    let month = match grain {
        Grain::Year => 1,
        Grain::Quarter => date.month0() / 3 * 3 + 1,
        _ => date.month(),
    };
    NaiveDate::from_ymd_opt(date.year(), month, 1).and_then(|first| i32::try_from(first.signed_duration_since(epoch).num_days()).ok()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i32 {
        text.parse::<NaiveDate>().unwrap().signed_duration_since(NaiveDate::default()).num_days() as i32
    }

    #[test]
    fn weeks_begin_on_monday_and_quarters_in_their_first_month() {
        for (grain, given, first) in [
            (Grain::Week, "2017-01-01", "2016-12-26"),
            (Grain::Week, "2016-12-26", "2016-12-26"),
            (Grain::Week, "1969-12-31", "1969-12-29"),
            (Grain::Month, "2016-02-29", "2016-02-01"),
            (Grain::Quarter, "2016-12-31", "2016-10-01"),
            (Grain::Quarter, "2016-01-01", "2016-01-01"),
            (Grain::Year, "1969-07-20", "1969-01-01"),
        ] {
            assert_eq!(first_day(grain, day(given)), day(first), "{grain:?} of {given}");
        }
        assert_eq!((day_of_week(day("2017-01-02")), day_of_week(day("2017-01-01")), day_of_week(day("1969-12-28"))), (1, 7, 7));
    }
}
