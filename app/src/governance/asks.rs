//! Questions about access: grants, row rules, masks, why one sees what one sees, and the audit log.

use crate::{ask::Ask, text::Text, warehouse::asks::Access};
use serde::{Deserialize, Serialize};

/// What the reader sees of each mart and stream and by which rules: the page behind the access chip.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhyAccess {}

impl Ask for WhyAccess {
    const PATH: &'static str = "/api/governance/why";
    type Reply = Vec<MartAccess>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MartAccess {
    /// A stream as `stream.web`.
    pub mart: String,
    pub title: Text,
    pub access: Access,
    /// The rules that AND leave no row at all.
    pub leaves_nothing: bool,
    /// Looked at as somebody else, without a share of one's own: no value is shown.
    #[serde(default)]
    pub veiled: bool,
}

/// All policies (administrators).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListPolicies {}

impl Ask for ListPolicies {
    const PATH: &'static str = "/api/governance/policies";
    type Reply = Policies;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policies {
    /// Grows by one with each change.
    pub version: i64,
    pub policies: Vec<PolicyCard>,
    pub departments: Vec<(String, Text)>,
    pub roles: Vec<(String, Text)>,
    /// What can be granted: marts, and streams as `stream.web`.
    pub marts: Vec<String>,
}

/// Grants one role of one department a mart or a stream, with row filter and masks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PolicyCard {
    /// Empty for a new one.
    pub id: String,
    pub mart: String,
    pub department: String,
    /// Empty: every role of the department.
    pub role: String,
    /// Each is `column operator value`, value a literal or `person.<attribute>`; all hold.
    pub rows: Vec<RowRule>,
    pub masks: Vec<MaskRule>,
    /// Columns that are accepted, i.e. shown. Empty when saving: those accepted before, or of the present version for a new policy.
    #[serde(default)]
    pub columns: Vec<String>,
    /// New, renamed or retyped columns that wait to be accepted: hidden until they are among `columns`. Ignored when saving.
    #[serde(default)]
    pub waiting: Vec<String>,
    /// Why the mart is closed to everybody whom this policy serves. Ignored when saving.
    #[serde(default)]
    pub problem: Option<Text>,
    pub enabled: bool,
    /// How often it was changed. When saving: what was edited; another one meanwhile is a conflict. 0 for a new one.
    #[serde(default)]
    pub revision: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowRule {
    pub column: String,
    /// `in`, `=`, `<>`, `<`, `<=`, `>`, `>=`, `is null`, `is not null`.
    pub operator: String,
    /// Literals, or one `person.<attribute>`.
    pub values: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MaskRule {
    pub column: String,
    /// `hide`, `null`, `hash`, `bucket:<width>`, `keep-last:<n>`.
    pub mask: String,
}

/// Creates or changes a policy; takes effect at everybody's next read. Whoever changed the same policy meanwhile makes it a conflict;
/// changes of other policies do not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavePolicy {
    pub policy: PolicyCard,
    /// One line for the history and the audit log; may be empty for a new policy alone.
    #[serde(default)]
    pub why: String,
}

impl Ask for SavePolicy {
    const PATH: &'static str = "/api/governance/save-policy";
    /// The policy's new revision.
    type Reply = i64;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeletePolicy {
    pub id: String,
    /// As it was looked at; another one meanwhile is a conflict.
    pub revision: i64,
    /// One line for the history and the audit log.
    #[serde(default)]
    pub why: String,
}

impl Ask for DeletePolicy {
    const PATH: &'static str = "/api/governance/delete-policy";
    /// The policy's last revision.
    type Reply = i64;
}

/// Adds or renames a department.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveDepartment {
    /// Small letters, digits and `_`; stays.
    pub name: String,
    pub title: Text,
}

impl Ask for SaveDepartment {
    const PATH: &'static str = "/api/governance/save-department";
    type Reply = ();
}

/// Who would gain or lose what by a change, before it is saved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PreviewPolicy {
    pub policy: PolicyCard,
    /// Show what deleting it would do.
    #[serde(default)]
    pub delete: bool,
}

impl Ask for PreviewPolicy {
    const PATH: &'static str = "/api/governance/preview-policy";
    type Reply = Vec<PolicyEffect>;
}

/// What changes for one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyEffect {
    pub person: String,
    pub name: String,
    /// `None`: the mart is not there for them.
    pub before: Option<Access>,
    pub after: Option<Access>,
    /// Columns shown before and after: names of the mart's own columns, for the administrator.
    pub gained: Vec<String>,
    pub lost: Vec<String>,
}

/// Newest audit records first: those that meet all that is asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListAudit {
    /// Only records before this sequence number.
    #[serde(default)]
    pub before: Option<i64>,
    /// Stands in who, what or on what.
    #[serde(default)]
    pub search: String,
    /// A whole address, or a part of who.
    #[serde(default)]
    pub person: String,
    /// One action, as `identity.sign_in`, or all of a room, as `identity.`.
    #[serde(default)]
    pub action: String,
    /// `allowed`, `refused` or `failed`.
    #[serde(default)]
    pub outcome: String,
    /// From this moment on, in Unix milliseconds, and before that one.
    #[serde(default)]
    pub from_ms: Option<i64>,
    #[serde(default)]
    pub until_ms: Option<i64>,
}

/// All records that a `ListAudit` finds, as a file: `GET` with its fields as the query, and `format` (`csv` or `jsonl`).
pub const AUDIT_FILE: &str = "/api/governance/audit-file";

impl Ask for ListAudit {
    const PATH: &'static str = "/api/governance/audit";
    type Reply = AuditPage;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    pub records: Vec<AuditCard>,
    pub more: bool,
    /// The hash chain was checked up to here and holds.
    pub verified_to: i64,
    /// The first record that is not right, and what is wrong with it.
    pub broken_at: Option<i64>,
    #[serde(default)]
    pub broken: Option<Text>,
    /// Signed checkpoints that agree with the records.
    #[serde(default)]
    pub checkpoints: u64,
    /// Whether this reader may take the records along as a file.
    #[serde(default)]
    pub may_export: bool,
}

/// One record; also one line of the file of JSON lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditCard {
    pub sequence: i64,
    pub at_ms: i64,
    pub actor: String,
    pub department: String,
    pub action: String,
    pub object: String,
    pub outcome: String,
    /// Network address that it came from; empty inside the process and from the command line.
    pub place: String,
    /// 0 where nothing was decided.
    pub policy_version: i64,
    pub rows: Option<i64>,
    pub bytes: Option<i64>,
    /// More of it as JSON; values that may be somebody's data read `•••`. Empty when there is no more.
    pub details: String,
    /// Of this record and the one before it.
    pub hash: String,
}
