//! What the platform's faults mean for a run: who must act, and words that name files and columns but never values.

use super::words;
use crate::{
    fault::Fault,
    jobs::{Class, Failure},
};
use app::{ask::FaultKind, text::Text};
use std::error::Error;
use warehouse::{QueryFault, reading::ReadFault};

/// Why a source could not be read.
pub fn reading(fault: ReadFault) -> Failure {
    let class = match &fault {
        ReadFault::Unreachable { .. } | ReadFault::Changed { .. } => Class::Transient,
        ReadFault::Address { .. } | ReadFault::Inside { .. } => Class::Config,
        ReadFault::NoFile { .. } | ReadFault::Malformed { .. } | ReadFault::Encoding { .. } | ReadFault::Header { .. } => Class::Data,
    };
    Failure::new(class, Fault::new(if class == Class::Transient { FaultKind::Unavailable } else { FaultKind::Invalid }, words::read_fault(&fault)))
}

/// Why a dataset could not be written, built or checked.
pub fn engine(dataset: &str, fault: QueryFault) -> Failure {
    match fault {
        QueryFault::Engine(cause) => {
            let full = disk_full(&*cause);
            let words = if full { words::disk_full(dataset) } else { words::engine(dataset) };
            Failure::transient(Fault::new(FaultKind::Unavailable, words).because(cause))
        }
        // A build that needs more memory than there is may pass when it runs alone.
        QueryFault::TooMuch(what) => Failure::transient(Fault::new(FaultKind::TooMany, words::too_much(dataset, what))),
        QueryFault::Expression(what) => Failure::data(Fault::invalid_text(words::expression(dataset, what))),
        other => Failure::config(Fault::invalid_text(Text::same(format!("{dataset}: {other}")))),
    }
}

/// A fault from anywhere in a run, made fit for the run's page: faults of ours say where to look.
pub fn explained(failure: Failure) -> Failure {
    if failure.fault.kind != FaultKind::Internal {
        return failure;
    }
    let Failure { class, fault } = failure;
    let words = match &fault.cause {
        Some(cause) if disk_full(&**cause) => words::disk_full("control plane"),
        _ => words::ours(),
    };
    let mut told = Fault::new(FaultKind::Internal, words);
    told.cause = fault.cause;
    Failure::new(class, told)
}

fn disk_full(cause: &(dyn Error + 'static)) -> bool {
    let mut next = Some(cause);
    while let Some(error) = next {
        if error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded))
        {
            return true;
        }
        next = error.source();
    }
    // Some layers keep only the text of the error beneath.
    cause.to_string().contains("No space left on device")
}
