//! What a reader is told of an engine error: the kind of thing that went wrong, never a value, plan or file name (A23, A36).

use crate::fault::QueryFault;
use arrow::error::ArrowError;
use datafusion::common::{DataFusionError, SchemaError};
use std::error::Error;

const VALUE: QueryFault = QueryFault::Expression("a value cannot be turned into the type that is asked for");
const DIVISION: QueryFault = QueryFault::Expression("a division by zero");
const RANGE: QueryFault = QueryFault::Expression("a number is out of range");

/// An error while a query runs.
pub(crate) fn while_running(error: &DataFusionError) -> QueryFault {
    if let Some(fault) = own(error) {
        return fault;
    }
    let root = error.find_root();
    tracing::debug!(kind = kind(root), "a query failed");
    match root {
        DataFusionError::ResourcesExhausted(_) => QueryFault::TooMuch("memory"),
        DataFusionError::ArrowError(error, _) => arrow(error),
        DataFusionError::Execution(text) if text.contains("by zero") => DIVISION,
        DataFusionError::Execution(text) if text.contains("verflow") || text.contains("out of range") => RANGE,
        DataFusionError::Execution(_) => VALUE,
        // Neither holds a value: they speak of files and of the disk, to whoever looks after them.
        DataFusionError::ObjectStore(error) => QueryFault::engine(error.to_string()),
        DataFusionError::IoError(error) => QueryFault::engine(error.to_string()),
        other => QueryFault::engine(kind(other)),
    }
}

/// An error while a statement is turned into a plan: nothing was read yet, and still no text of the engine is repeated.
pub(crate) fn while_planning(error: &DataFusionError) -> QueryFault {
    if let Some(fault) = own(error) {
        return fault;
    }
    let refused = |reason: &str| QueryFault::Refused(reason.to_owned());
    match error.find_root() {
        DataFusionError::SchemaError(error, _) => match &**error {
            SchemaError::FieldNotFound { field, .. } => QueryFault::UnknownColumn(field.name.clone()),
            SchemaError::AmbiguousReference { .. } => refused("a column's name is in two marts: write the mart's name before it"),
            _ => refused("two columns of the result have the same name: give one of them another with `as`"),
        },
        DataFusionError::Plan(text) if text.contains("oerc") || text.contains("type") || text.contains("signature") || text.contains("No function matches") => {
            refused("the types of an operator's or function's values do not fit together")
        }
        DataFusionError::Plan(text) if text.contains("GROUP BY") || text.contains("non-aggregate") || text.contains("aggregate") => {
            refused("a column stands outside an aggregate without being in group by")
        }
        DataFusionError::Plan(_) => refused("the select does not fit together: look at its names and clauses"),
        DataFusionError::NotImplemented(_) => refused("this form of select is not supported"),
        _ => while_running(error),
    }
}

/// A fault of ours that came through the engine.
fn own(error: &DataFusionError) -> Option<QueryFault> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<QueryFault>() {
            Some(QueryFault::TooMuch(what)) => return Some(QueryFault::TooMuch(what)),
            Some(QueryFault::Expression(what)) => return Some(QueryFault::Expression(what)),
            _ => next = error.source(),
        }
    }
    None
}

pub(crate) fn arrow(error: &ArrowError) -> QueryFault {
    match error {
        ArrowError::DivideByZero => DIVISION,
        ArrowError::ArithmeticOverflow(_) => RANGE,
        ArrowError::CastError(_) | ArrowError::ParseError(_) | ArrowError::ComputeError(_) | ArrowError::InvalidArgumentError(_) => VALUE,
        ArrowError::IoError(_, error) => QueryFault::engine(error.to_string()),
        _ => QueryFault::engine("arrow"),
    }
}

fn kind(error: &DataFusionError) -> &'static str {
    match error {
        DataFusionError::ArrowError(..) => "arrow",
        DataFusionError::ParquetError(_) => "parquet",
        DataFusionError::ObjectStore(_) => "object store",
        DataFusionError::IoError(_) => "input or output",
        DataFusionError::SQL(..) | DataFusionError::Plan(_) | DataFusionError::SchemaError(..) => "plan",
        DataFusionError::NotImplemented(_) => "not implemented",
        DataFusionError::Internal(_) => "internal",
        DataFusionError::Execution(_) => "execution",
        DataFusionError::ExecutionJoin(_) => "a task of the engine ended",
        DataFusionError::ResourcesExhausted(_) => "resources",
        _ => "other",
    }
}
