//! A permit: proof that governance allowed a principal one kind of action, with the scope of data it may touch.

use super::{
    Principal, Viewer, access_words,
    looking::{Looked, only_looking},
};
use crate::fault::Result;
use app::warehouse::asks::Access;
use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, Mutex, PoisonError},
};
use warehouse::Scope;

/// What is acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Account,
    Dashboard,
    Mart,
    Question,
    Report,
    Job,
    Source,
    Quarantine,
    Person,
    Policy,
    Audit,
    /// Events of a stream: searched, watched, downloaded; a person's own saved searches.
    Stream,
    Keyword,
    Agent,
    /// Files of one format, whatever they hold.
    Csv,
    Json,
    Pdf,
}

impl Kind {
    pub const ALL: [Self; 17] = [
        Self::Account,
        Self::Dashboard,
        Self::Mart,
        Self::Question,
        Self::Report,
        Self::Job,
        Self::Source,
        Self::Quarantine,
        Self::Person,
        Self::Policy,
        Self::Audit,
        Self::Stream,
        Self::Keyword,
        Self::Agent,
        Self::Csv,
        Self::Json,
        Self::Pdf,
    ];

    /// As Casbin rules name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Dashboard => "dashboard",
            Self::Mart => "mart",
            Self::Question => "question",
            Self::Report => "report",
            Self::Job => "job",
            Self::Source => "source",
            Self::Quarantine => "quarantine",
            Self::Person => "person",
            Self::Policy => "policy",
            Self::Audit => "audit",
            Self::Stream => "stream",
            Self::Keyword => "keyword",
            Self::Agent => "agent",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Pdf => "pdf",
        }
    }
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    View,
    /// Ask questions of one's own.
    Explore,
    /// Ask in SQL of one's own.
    Sql,
    /// Download values as a file.
    Export,
    /// Make and change one's own things.
    Edit,
    /// Show one's own things to colleagues.
    Share,
    /// Give one's own things to the department.
    Publish,
    /// Have one's own made again and again, without asking each time.
    Schedule,
    /// Govern other people's things, jobs and policies.
    Administer,
    /// Look with somebody else's eyes.
    ViewAs,
}

impl Action {
    pub const ALL: [Self; 10] =
        [Self::View, Self::Explore, Self::Sql, Self::Export, Self::Edit, Self::Share, Self::Publish, Self::Schedule, Self::Administer, Self::ViewAs];

    /// Whether it alters something, takes values out, asks in words that nobody foresaw or takes another's place: such requests wait
    /// until the audit log has them.
    pub fn is_weighty(self) -> bool {
        matches!(self, Self::Sql | Self::Export | Self::Edit | Self::Share | Self::Publish | Self::Schedule | Self::Administer | Self::ViewAs)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Explore => "explore",
            Self::Sql => "sql",
            Self::Export => "export",
            Self::Edit => "edit",
            Self::Share => "share",
            Self::Publish => "publish",
            Self::Schedule => "schedule",
            Self::Administer => "administer",
            Self::ViewAs => "view-as",
        }
    }
}

/// What a route or a job needs. Every route names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Need(pub Kind, pub Action);

impl Need {
    /// By the names of its kind and its action, as Casbin rules write them.
    pub fn named(kind: &str, action: &str) -> Option<Self> {
        let kind = Kind::ALL.into_iter().find(|known| known.name() == kind)?;
        let action = Action::ALL.into_iter().find(|known| known.name() == action)?;
        Some(Self(kind, action))
    }
}

/// Proof of a decision, with what it allows. Private fields: only governance makes one.
#[derive(Clone, Debug)]
pub struct Permit {
    principal: Arc<Principal>,
    need: Need,
    allowed: Arc<HashSet<Need>>,
    scope: Arc<Scope>,
    grades: Arc<Grades>,
    policy_version: i64,
    looked: Option<Arc<Looked>>,
    trail: Arc<Mutex<Trail>>,
}

/// What was decided of one caller: all that a permit holds but the need it was asked for.
#[derive(Clone, Debug)]
pub struct Grant {
    pub principal: Arc<Principal>,
    /// All that the caller may do.
    pub allowed: Arc<HashSet<Need>>,
    pub scope: Arc<Scope>,
    pub grades: Arc<Grades>,
    pub policy_version: i64,
    /// Of a look through somebody else's eyes alone.
    pub looked: Option<Arc<Looked>>,
}

/// What a principal may know of datasets that are no mart of theirs: quarantine, run logs, findings, catalog figures (A41).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grades {
    /// Datasets whose values may be shown.
    pub rows: BTreeSet<String>,
    /// Datasets whose counts, sizes, times and reasons may be shown.
    pub figures: BTreeSet<String>,
    /// Figures of every dataset: who administers jobs, and the operator.
    pub all_figures: bool,
}

/// What the audit log will say this request was about.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    pub object: String,
    pub details: serde_json::Value,
    /// Why it is done although a check warns against it; whoever asks that check puts it into the details.
    pub reason: Option<String>,
    /// Rows and bytes that the answer gives, where they are known.
    pub rows: Option<u64>,
    pub bytes: Option<u64>,
}

impl Permit {
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    pub fn need(&self) -> Need {
        self.need
    }

    /// Whether the same caller may do this, too: for what a page offers.
    pub fn allows(&self, need: Need) -> bool {
        self.allowed.contains(&need)
    }

    /// The marts this principal may see, everything bound. Empty for who has no mart.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Who looks with the principal's eyes, if somebody does.
    pub fn viewer(&self) -> Option<&Viewer> {
        self.principal.viewer()
    }

    /// A fault for who only looks: for what changes something although it needs no more than looking.
    pub fn own_hands(&self) -> Result<()> {
        if self.viewer().is_some() { Err(only_looking(Action::Edit)) } else { Ok(()) }
    }

    /// Whether a mart or stream (`baskets`, `stream.web`) is shown without any value: the principal's, but not of who looks.
    pub fn veils(&self, name: &str) -> bool {
        self.looked.as_ref().is_some_and(|looked| looked.veiled.contains(name))
    }

    /// All that is veiled.
    pub fn veiled(&self) -> impl Iterator<Item = &String> {
        self.looked.iter().flat_map(|looked| &looked.veiled)
    }

    /// What is not seen, or seen changed, of a mart or stream (`baskets`, `stream.web`), in words. Who looks with the principal's eyes
    /// reads the principal's rules.
    pub fn access(&self, name: &str) -> Access {
        match self.looked.as_ref().and_then(|looked| looked.rules.get(name)) {
            Some(rules) => rules.clone(),
            None => self.scope.governed(name).map(access_words).unwrap_or_default(),
        }
    }

    /// The policy version under which it was decided.
    pub fn policy_version(&self) -> i64 {
        self.policy_version
    }

    /// Whether values of `dataset` (`lake.transactions`) may be shown, e.g. its quarantined rows. Never so by default.
    pub fn rows_on(&self, dataset: &str) -> bool {
        self.grades.rows.contains(dataset)
    }

    /// Whether counts, sizes, times and reasons of `dataset` may be shown.
    pub fn figures_on(&self, dataset: &str) -> bool {
        self.grades.all_figures || self.grades.figures.contains(dataset) || self.rows_on(dataset)
    }

    /// Says what this request is about, for its one audit record: `mart baskets`, and typed literals that can be redacted.
    pub fn about(&self, object: impl Into<String>, details: serde_json::Value) {
        let mut trail = self.trail.lock().unwrap_or_else(PoisonError::into_inner);
        (trail.object, trail.details) = (object.into(), details);
    }

    /// Says why this is done although a check warns against it.
    pub fn insist(&self, reason: String) {
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).reason = Some(reason);
    }

    /// Says how many rows the answer gives.
    pub fn gave_rows(&self, rows: u64) {
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).rows = Some(rows);
    }

    /// Says how long the answer is.
    pub fn gave_bytes(&self, bytes: u64) {
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).bytes = Some(bytes);
    }

    /// What `about` said last, and how much was given.
    pub fn trail(&self) -> Trail {
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The right to make permits: not `Clone`, claimed once when the portal is built and moved into governance.
#[derive(Debug)]
pub struct PermitMaker {
    _private: (),
}

impl PermitMaker {
    /// Called in `portal.rs` alone (held by the architecture test).
    pub(crate) fn claim() -> Self {
        Self { _private: () }
    }

    pub(crate) fn make(&self, need: Need, grant: Grant) -> Permit {
        let Grant { principal, allowed, scope, grades, policy_version, looked } = grant;
        Permit { principal, need, allowed, scope, grades, policy_version, looked, trail: Arc::default() }
    }
}
