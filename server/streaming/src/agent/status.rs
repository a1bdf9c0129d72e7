//! How an agent is doing: figures and reports for its log, its portal and whoever embeds it.

use super::{AgentFault, buffer::Buffer, now_ms, tail::Looked};
use serde::{Deserialize, Serialize};
use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
};

/// Reports that are kept for the next heartbeat.
const KEPT: usize = 20;
/// Longest report, in bytes.
const REPORT_BYTES: usize = 400;

/// Counted while the agent runs.
#[derive(Debug, Default)]
pub struct Status {
    pub delivered: AtomicU64,
    pub refused: AtomicU64,
    /// Datagrams that came while the buffer was full.
    pub dropped: AtomicU64,
    pub cut_lines: AtomicU64,
    pub cut_bytes: AtomicU64,
    pub unread_bytes: AtomicU64,
    /// When the oldest event was taken that is being delivered; 0: none waits.
    pub oldest_ms: AtomicI64,
    problem: Mutex<Option<AgentFault>>,
    reports: Mutex<VecDeque<AgentFault>>,
}

/// What a heartbeat says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Heartbeat {
    pub name: String,
    pub version: String,
    /// Age of the oldest event that was not delivered, in milliseconds.
    pub lag_ms: i64,
    pub buffered_bytes: u64,
    pub buffered_records: u64,
    /// Bytes of followed files that were not read yet.
    pub unread_bytes: u64,
    /// Since the agent's start.
    pub delivered: u64,
    pub refused: u64,
    pub dropped: u64,
    pub cut_lines: u64,
    /// Events that damaged files took away.
    pub lost: u64,
    /// What stands in the way just now.
    pub problem: Option<AgentFault>,
    /// What happened since the last heartbeat.
    pub reports: Vec<AgentFault>,
}

impl Status {
    /// Figures of now. Takes the reports: each is said once.
    pub fn heartbeat(&self, name: &str, buffer: &Buffer) -> Heartbeat {
        let oldest_ms = self.oldest_ms.load(Relaxed);
        let trouble = buffer.trouble();
        let mut reports = buffer.losses().take_reports();
        reports.extend(self.reports.lock().unwrap_or_else(PoisonError::into_inner).drain(..));
        reports.iter_mut().flat_map(|report| [&mut report.en, &mut report.es]).for_each(shorten);
        reports.truncate(KEPT);
        Heartbeat {
            name: name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            lag_ms: if oldest_ms == 0 { 0 } else { (now_ms() - oldest_ms).max(0) },
            buffered_bytes: if buffer.is_delivered() { 0 } else { buffer.bytes() },
            buffered_records: buffer.records(),
            unread_bytes: self.unread_bytes.load(Relaxed),
            delivered: self.delivered.load(Relaxed),
            refused: self.refused.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            cut_lines: self.cut_lines.load(Relaxed),
            lost: buffer.losses().frames(),
            problem: trouble.or_else(|| self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            reports,
        }
    }

    /// Reports that a heartbeat could not bring are said by the next.
    pub fn again(&self, reports: Vec<AgentFault>) {
        let mut kept = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        reports.into_iter().rev().for_each(|report| kept.push_front(report));
        kept.truncate(KEPT);
    }

    pub fn report(&self, report: AgentFault) {
        tracing::warn!("{report}");
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if reports.len() == KEPT {
            reports.pop_front();
        }
        reports.push_back(report);
    }

    /// What stands in the way of delivering; said in the log when it changes.
    pub fn problem(&self, problem: Option<AgentFault>) {
        let mut known = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*known, &problem) {
            (before, Some(now)) if before.as_ref() != Some(now) => tracing::warn!("{now}"),
            (Some(before), None) => tracing::info!("delivers again after: {before}"),
            _ => {}
        }
        *known = problem;
    }

    pub fn looked(&self, looked: &Looked, unread_bytes: u64) {
        self.unread_bytes.store(unread_bytes, Relaxed);
        if looked.cut_lines > 0 {
            self.cut_lines.fetch_add(looked.cut_lines, Relaxed);
            self.cut_bytes.fetch_add(looked.cut_bytes, Relaxed);
            self.report(AgentFault::new(
                format!("lines longer than an event may be: {}; bytes left out at their ends: {}", looked.cut_lines, looked.cut_bytes),
                format!("líneas más largas de lo que puede ser un evento: {}; bytes omitidos de sus finales: {}", looked.cut_lines, looked.cut_bytes),
            ));
        }
    }
}

fn shorten(report: &mut String) {
    if report.len() > REPORT_BYTES {
        let mut end = REPORT_BYTES;
        while !report.is_char_boundary(end) {
            end -= 1;
        }
        report.truncate(end);
        report.push('…');
    }
}
