//! How often a statement reads marts once each `with` name stands for its query. A short text can unfold to 2^40 reads, and
//! the engine walks the unfolded plan while it makes it: counted before that (A51).

use crate::{fault::QueryFault, gate::relation};
use datafusion::sql::sqlparser::ast::{ObjectName, Query, Visitor};
use std::{
    collections::{BTreeMap, HashMap},
    ops::ControlFlow,
};

pub(crate) struct Reads {
    most: u64,
    /// The selects that the walk is within, the innermost last.
    within: Vec<Frame>,
    /// Queries of `with` that the walk has not reached, by their place in memory, and the names that they give.
    named: HashMap<*const Query, String>,
}

#[derive(Default)]
struct Frame {
    /// Names of its own `with`, and how often each reads a mart.
    own: BTreeMap<String, u64>,
    reads: u64,
}

impl Reads {
    pub(crate) fn at_most(most: u64) -> Self {
        Self { most, within: vec![Frame::default()], named: HashMap::new() }
    }
}

impl Visitor for Reads {
    type Break = QueryFault;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<QueryFault> {
        for own in query.with.iter().flat_map(|with| &with.cte_tables) {
            let name = &own.alias.name;
            let name = if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() };
            self.named.insert(&raw const *own.query, name);
        }
        self.within.push(Frame::default());
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<QueryFault> {
        let known = relation(name).ok().and_then(|name| self.within.iter().rev().find_map(|frame| frame.own.get(&name).copied()));
        if let Some(frame) = self.within.last_mut() {
            frame.reads = frame.reads.saturating_add(known.unwrap_or(1));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<QueryFault> {
        let (done, name) = (self.within.pop().unwrap_or_default(), self.named.remove(&(&raw const *query)));
        if done.reads > self.most {
            return ControlFlow::Break(QueryFault::TooMuch("parts of the select"));
        }
        if let Some(outer) = self.within.last_mut() {
            match name {
                Some(name) => drop(outer.own.insert(name, done.reads)),
                None => outer.reads = outer.reads.saturating_add(done.reads),
            }
        }
        ControlFlow::Continue(())
    }
}
