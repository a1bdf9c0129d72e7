//! What reads marts and streams: dashboards, questions, statements, searches and reports, of everybody. Which of them a reader may see
//! is said of each; the others may be counted at most.

use super::{
    rules::{Used, of_question},
    things::Thing,
};
use crate::{
    access::{Action, Kind, Need, Permit},
    dashboards::uses as dashboards,
    fault::Result,
    portal::Portal,
    reports::{self, Content},
    search, warehouse,
};
use app::{
    catalog::asks::NodeKind,
    search::asks::ListSearches,
    text::Text,
    warehouse::{asks::Question, sql::asks::ListStatements},
};
use std::collections::BTreeMap;

/// One thing that reads data.
pub(super) struct Use {
    pub kind: NodeKind,
    pub id: String,
    pub title: Text,
    pub href: String,
    /// Whose it is, or whose owner's.
    pub department: String,
    /// The reader opens it, as far as they see the data.
    pub theirs: bool,
    /// Each dataset that it reads, with the columns of it.
    pub reads: BTreeMap<String, Used>,
}

impl Use {
    fn read(&mut self, dataset: String, used: Used) {
        self.reads.entry(dataset).or_default().and(used);
    }

    fn ask(&mut self, question: &Question, things: &BTreeMap<String, Thing>) {
        let dataset = mart(&question.mart);
        let used = of_question(question, things.get(&dataset).and_then(|thing| thing.definition.as_deref()));
        self.read(dataset, used);
    }
}

/// Everybody's. Statements and searches are the reader's own alone: what those of others read is settled by their owners' shares.
pub(super) async fn all(portal: &Portal, permit: &Permit, things: &BTreeMap<String, Thing>) -> Result<Vec<Use>> {
    let mut uses = Vec::new();
    for (kind, plans) in [(NodeKind::Dashboard, dashboards::dashboards(portal).await?), (NodeKind::Question, dashboards::saved_questions(portal).await?)] {
        uses.extend(plans.into_iter().map(|plan| of_plan(kind, plan, permit, things)));
    }
    uses.extend(reports::uses::orders(portal).await?.into_iter().map(|ordered| of_report(ordered, permit, things)));
    if permit.allows(Need(Kind::Mart, Action::Sql)) {
        uses.extend(statements(portal, permit).await?);
    }
    if permit.allows(Need(Kind::Stream, Action::View)) {
        for kept in search::saved_searches(portal.clone(), permit.clone(), ListSearches {}).await? {
            let reads = BTreeMap::from([(format!("stream.{}", kept.stream), Used::All)]);
            uses.push(own(permit, NodeKind::Search, kept.id, kept.title, format!("/search/{}", kept.stream), reads));
        }
    }
    Ok(uses)
}

fn of_plan(kind: NodeKind, plan: dashboards::Plan, permit: &Permit, things: &BTreeMap<String, Thing>) -> Use {
    let principal = permit.principal();
    let href = if kind == NodeKind::Dashboard { format!("/dashboards/{}", plan.id) } else { format!("/questions?open={}", plan.id) };
    let theirs = match &plan.owner {
        Some(owner) if *owner == principal.person => true,
        Some(_) => plan.department == principal.department && plan.shared.contains(&principal.person),
        None => plan.department == principal.department,
    };
    let mut found = Use { kind, id: plan.id, title: plan.title, href, department: plan.department, theirs, reads: BTreeMap::new() };
    for question in &plan.questions {
        found.ask(question, things);
    }
    for stream in plan.streams {
        found.read(format!("stream.{stream}"), Used::All);
    }
    for (name, column) in plan.filtered {
        // A filter over a mart of which no tile is left changes nothing.
        if let Some(used) = found.reads.get_mut(&mart(&name)) {
            used.and(Used::Known([column].into()));
        }
    }
    found
}

fn of_report(ordered: reports::uses::Ordered, permit: &Permit, things: &BTreeMap<String, Thing>) -> Use {
    let principal = permit.principal();
    let mut found = Use {
        kind: NodeKind::Report,
        id: ordered.id,
        title: Text::same(ordered.title),
        href: "/reports".to_owned(),
        theirs: ordered.owner == principal.person && ordered.department == principal.department,
        department: ordered.department,
        reads: BTreeMap::new(),
    };
    for content in ordered.contents {
        match content {
            Content::Question(question) => found.ask(&question, things),
            Content::Statement(statement) => statement.marts.iter().for_each(|name| found.read(mart(name), Used::All)),
            // Named as policies name it.
            Content::Given(given) if given.dataset.starts_with("stream.") => found.read(given.dataset, Used::All),
            Content::Given(given) => found.read(mart(&given.dataset), Used::All),
        }
    }
    found
}

/// The reader's own, as far as they can be run.
async fn statements(portal: &Portal, permit: &Permit) -> Result<Vec<Use>> {
    let mut uses = Vec::new();
    for kept in warehouse::sql::list(portal.clone(), permit.clone(), ListStatements {}).await? {
        let Ok(marts) = warehouse::sql::reads(portal, permit, &kept.statement).await else { continue };
        let reads = marts.iter().map(|name| (mart(name), Used::All)).collect();
        uses.push(own(permit, NodeKind::Statement, kept.id, kept.title, "/sql".to_owned(), reads));
    }
    Ok(uses)
}

fn own(permit: &Permit, kind: NodeKind, id: String, title: String, href: String, reads: BTreeMap<String, Used>) -> Use {
    Use { kind, id, title: Text::same(title), href, department: permit.principal().department.clone(), theirs: true, reads }
}

fn mart(name: &str) -> String {
    format!("mart.{name}")
}
