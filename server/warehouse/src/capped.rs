//! Functions of text that can multiply its size, with a bound on what one call may give for one batch (A51).

use crate::fault::QueryFault;
use arrow::{
    array::{Array, ArrayRef, AsArray, StringArray},
    compute::{
        cast,
        kernels::{concat_elements::concat_elements_utf8, length::length},
        max, min, sum,
    },
    datatypes::{DataType, FieldRef, Int64Type},
};
use datafusion::{
    common::{DFSchema, DataFusionError, Result},
    logical_expr::{
        ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
        planner::{ExprPlanner, PlannerResult, RawBinaryExpr},
    },
    scalar::ScalarValue,
    sql::sqlparser::ast::BinaryOperator,
};
use std::sync::Arc;

/// Bytes that one call may give for one batch: 1 kB a row at the usual 8,192.
const MOST: u64 = 8 << 20;
/// The length of a number, date or the like as text, at most.
const SHORT: u64 = 40;

/// How much a function can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Growth {
    /// All arguments, one after the other.
    Joins,
    /// All arguments, the first between each two.
    JoinsWith,
    /// As many characters as the second argument says.
    Pads,
    /// The third argument for each second argument in the first.
    Replaces,
}

/// A function of the engine that refuses to give more than the cap.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Capped {
    inner: Arc<ScalarUDF>,
    growth: Growth,
}

impl Capped {
    pub(crate) fn new(inner: Arc<ScalarUDF>, growth: Growth) -> Self {
        Self { inner, growth }
    }
}

// `simplify` stays the default: the engine's own puts the uncapped function back into the plan.
impl ScalarUDFImpl for Capped {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.inner.return_field_from_args(arguments)
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (values, rows) = (&arguments.args, arguments.number_rows as u64);
        let bytes = match (self.growth, values.as_slice()) {
            (Growth::Pads, [text, width, ..]) => {
                let width = match width {
                    ColumnarValue::Scalar(width) => width.cast_to(&DataType::Int64).ok().and_then(|width| i64::try_from(width).ok()),
                    ColumnarValue::Array(widths) => max(cast(widths, &DataType::Int64)?.as_primitive::<Int64Type>()),
                };
                bytes_of(text, rows)?.saturating_add(u64::try_from(width.unwrap_or(0)).unwrap_or(0).saturating_mul(4).saturating_mul(rows))
            }
            (Growth::Replaces, [text, from, to]) => {
                let text = bytes_of(text, rows)?;
                let finds = (text / shortest(from)?.max(1)).saturating_add(rows);
                text.saturating_add(finds.saturating_mul(longest(to)?))
            }
            (growth, values) => {
                let all: u64 = values.iter().map(|value| bytes_of(value, rows)).sum::<Result<u64>>()?;
                match (growth, values) {
                    (Growth::JoinsWith, [between, ..]) => all.saturating_add(bytes_of(between, rows)?.saturating_mul(values.len() as u64)),
                    _ => all,
                }
            }
        };
        within(bytes)?;
        self.inner.invoke_with_args(arguments)
    }
}

/// The operator `||`, null when one side is: the engine's own has no cap.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Joined {
    signature: Signature,
}

impl ScalarUDFImpl for Joined {
    fn name(&self) -> &str {
        "joined"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows as u64;
        within(arguments.args.iter().map(|value| bytes_of(value, rows)).sum::<Result<u64>>()?)?;
        let scalar = arguments.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let sides: Vec<ArrayRef> =
            ColumnarValue::values_to_arrays(&arguments.args)?.iter().map(|side| cast(side, &DataType::Utf8)).collect::<Result<_, _>>()?;
        let [left, right] = sides.as_slice() else { return Err(DataFusionError::Internal("|| takes two sides".into())) };
        let joined: StringArray = concat_elements_utf8(left.as_string::<i32>(), right.as_string::<i32>())?;
        if scalar { Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&joined, 0)?)) } else { Ok(ColumnarValue::Array(Arc::new(joined))) }
    }
}

/// Plans `||` as the capped function.
#[derive(Debug)]
pub(crate) struct JoinedPlanner {
    function: Arc<ScalarUDF>,
}

impl JoinedPlanner {
    pub(crate) fn new() -> Self {
        Self { function: Arc::new(ScalarUDF::new_from_impl(Joined { signature: Signature::any(2, Volatility::Immutable) })) }
    }
}

impl ExprPlanner for JoinedPlanner {
    fn plan_binary_op(&self, expression: RawBinaryExpr, _: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        match expression.op {
            BinaryOperator::StringConcat => Ok(PlannerResult::Planned(self.function.call(vec![expression.left, expression.right]))),
            _ => Ok(PlannerResult::Original(expression)),
        }
    }
}

fn within(bytes: u64) -> Result<()> {
    if bytes > MOST { Err(DataFusionError::External(Box::new(QueryFault::TooMuch("text made by one function")))) } else { Ok(()) }
}

fn bytes_of(value: &ColumnarValue, rows: u64) -> Result<u64> {
    match value {
        ColumnarValue::Array(array) => match lengths(array)? {
            Some(lengths) => Ok(sum(lengths.as_primitive::<Int64Type>()).unwrap_or(0).unsigned_abs()),
            None => Ok(SHORT * rows),
        },
        ColumnarValue::Scalar(scalar) => Ok(text_bytes(scalar).saturating_mul(rows)),
    }
}

fn longest(value: &ColumnarValue) -> Result<u64> {
    match value {
        ColumnarValue::Array(array) => Ok(lengths(array)?.map_or(SHORT, |lengths| max(lengths.as_primitive::<Int64Type>()).unwrap_or(0).unsigned_abs())),
        ColumnarValue::Scalar(scalar) => Ok(text_bytes(scalar)),
    }
}

fn shortest(value: &ColumnarValue) -> Result<u64> {
    match value {
        ColumnarValue::Array(array) => Ok(lengths(array)?.map_or(1, |lengths| min(lengths.as_primitive::<Int64Type>()).unwrap_or(0).unsigned_abs())),
        ColumnarValue::Scalar(scalar) => Ok(text_bytes(scalar)),
    }
}

/// Bytes of each text, as 64-bit numbers so that their sum cannot wrap; `None` when it is no text.
fn lengths(array: &ArrayRef) -> Result<Option<ArrayRef>> {
    match array.data_type().is_string() {
        true => Ok(Some(cast(&length(array)?, &DataType::Int64)?)),
        false => Ok(None),
    }
}

fn text_bytes(scalar: &ScalarValue) -> u64 {
    match scalar.try_as_str() {
        Some(text) => text.map_or(0, |text| text.len() as u64),
        None => SHORT,
    }
}
