//! What an entry is made of and what uses it. The way leads over what the reader may know of alone: where it would pass through something
//! else it ends, without a word.

use super::{
    list::{Names, title},
    rules::{Used, of_select},
    sight::Sight,
    things::Thing,
    uses::{self, Use},
};
use crate::{
    access::Permit,
    fault::Result,
    ingestion::{job, listening, source},
    portal::Portal,
    streaming::processor::work::archive_dataset,
};
use app::{
    catalog::asks::{EntryKind, Node, NodeKind, Unseen},
    text::Text,
};
use std::collections::{BTreeMap, BTreeSet};

/// About which entry is asked, and by whom.
pub(super) struct Asked<'a> {
    pub things: &'a BTreeMap<String, Thing>,
    pub thing: &'a Thing,
    pub sight: &'a Sight<'a>,
    /// Columns of the entry that the reader may know of.
    pub columns: BTreeSet<String>,
}

impl Asked<'_> {
    fn is_about(&self, dataset: &str) -> bool {
        self.thing.name == dataset
    }

    /// What the reader may know of that feeds each dataset.
    fn feeds(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let seen = self.things.values().filter(|thing| self.sight.sees(&thing.name));
        let feeds = seen.map(|thing| {
            let mut reads = thing.reads();
            if let Some(stream) = archived(thing, self.things) {
                reads.insert(stream);
            }
            reads.retain(|read| *read != thing.name && self.things.contains_key(read) && self.sight.sees(read));
            (thing.name.as_str(), reads)
        });
        feeds.collect()
    }
}

/// The stream whose events a table of the lake holds.
fn archived(thing: &Thing, things: &BTreeMap<String, Thing>) -> Option<String> {
    let streams = things.values().filter(|thing| thing.kind == EntryKind::Stream);
    streams.map(|stream| (stream, archive_dataset(stream.short()))).find(|(_, dataset)| *dataset == thing.name).map(|(stream, _)| stream.name.clone())
}

/// Datasets that it is made of, and the sources, listeners and jobs that load them.
pub(super) async fn upstream(portal: &Portal, asked: &Asked<'_>) -> Result<Vec<Node>> {
    let feeds = asked.feeds();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut open = vec![asked.thing.name.as_str()];
    while let Some(dataset) = open.pop() {
        for read in feeds.get(dataset).into_iter().flatten() {
            if !asked.is_about(read) && found.insert(read) {
                open.push(read);
            }
        }
    }
    let direct = |name: &str| feeds.get(asked.thing.name.as_str()).is_some_and(|reads| reads.contains(name));
    let mut nodes: Vec<Node> = found.iter().filter_map(|name| asked.things.get(*name)).map(|thing| dataset_node(thing, direct(&thing.name))).collect();
    found.insert(&asked.thing.name);
    loading(portal, asked, &found, &mut nodes).await?;
    Ok(in_order(nodes))
}

/// Sources, listeners and jobs, for who administers them.
async fn loading(portal: &Portal, asked: &Asked<'_>, datasets: &BTreeSet<&str>, nodes: &mut Vec<Node>) -> Result<()> {
    if !asked.sight.administers {
        return Ok(());
    }
    let loads = |dataset: &str| datasets.contains(dataset) && asked.sight.figures(dataset);
    let mut loaded: BTreeSet<String> = BTreeSet::new();
    for source in source::store::all(&portal.database).await? {
        let tables: Vec<String> = source.tables.iter().map(source::Table::dataset).filter(|dataset| loads(dataset)).collect();
        if !tables.is_empty() {
            let direct = tables.iter().any(|dataset| asked.is_about(dataset));
            nodes.push(upper(NodeKind::Source, &source.name, source.title, "/admin/sources".to_owned(), direct));
            loaded.insert(source.name);
        }
    }
    for standing in listening::store::all(&portal.database).await? {
        let stream = format!("stream.{}", standing.listening.stream);
        if loads(&stream) {
            let direct = asked.is_about(&stream);
            nodes.push(upper(NodeKind::Listener, &standing.listening.name, standing.listening.title, "/admin/sources".to_owned(), direct));
        }
    }
    // Jobs of another department are not found by anybody else.
    let own = &asked.sight.permit.principal().department;
    for standing in job::store::all(portal.database.read()).await?.into_iter().filter(|standing| standing.job.department == *own) {
        let job = standing.job;
        let models = job.models.iter().map(|model| format!("warehouse.{model}"));
        let builds: Vec<String> = models.chain(job.marts.iter().map(|mart| format!("mart.{mart}"))).filter(|dataset| loads(dataset)).collect();
        if !builds.is_empty() || job.sources.iter().any(|source| loaded.contains(source)) {
            let direct = builds.iter().any(|dataset| asked.is_about(dataset));
            nodes.push(upper(NodeKind::Job, &job.name, job.title.clone(), format!("/admin/jobs/{}", job.name), direct));
        }
    }
    Ok(())
}

/// What a change of the entry may break: what the reader sees of it, and how much more of others there is, for who may count it.
pub(super) async fn downstream(portal: &Portal, permit: &Permit, asked: &Asked<'_>, names: &Names) -> Result<(Vec<Node>, Vec<Unseen>)> {
    let reached = reached(asked);
    let direct = |thing: &Thing| thing.reads().contains(&asked.thing.name) || archived(thing, asked.things).as_ref() == Some(&asked.thing.name);
    let of_dataset = |(name, columns): (&String, &BTreeSet<String>)| {
        let thing = asked.things.get(name)?;
        Some(Node { columns: columns.iter().cloned().collect(), ..dataset_node(thing, direct(thing)) })
    };
    let mut nodes: Vec<Node> = reached.iter().filter_map(of_dataset).collect();
    let mut unseen: BTreeMap<(NodeKind, String), (u64, BTreeMap<String, u64>)> = BTreeMap::new();
    for found in uses::all(portal, permit, asked.things).await? {
        let Some(touch) = touch(asked, &reached, &found) else { continue };
        if touch.shown {
            nodes.push(touch.node(found));
        } else if touch.counted {
            let (count, by_column) = unseen.entry((found.kind, found.department)).or_default();
            *count += 1;
            touch.columns.into_iter().for_each(|column| *by_column.entry(column).or_default() += 1);
        }
    }
    let unseen = unseen.into_iter().map(|((kind, department), (count, by_column))| Unseen {
        kind,
        department: names.department(&department),
        count,
        by_column: by_column.into_iter().collect(),
    });
    Ok((in_order(nodes), unseen.collect()))
}

/// Datasets that are made of the entry, each with the columns of the entry whose change may reach it.
fn reached(asked: &Asked<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let feeds = asked.feeds();
    let mut reached: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut open = Vec::new();
    for (name, reads) in &feeds {
        if let Some(thing) = asked.things.get(*name).filter(|_| reads.contains(&asked.thing.name)) {
            let mut used = Used::default();
            thing.selects.iter().for_each(|select| used.and(of_select(select, &asked.columns)));
            // An archive has all fields of its stream.
            let used = if thing.selects.is_empty() { Used::All } else { used };
            reached.insert(thing.name.clone(), used.of(&asked.columns));
            open.push(thing.name.clone());
        }
    }
    while let Some(from) = open.pop() {
        let columns = reached.get(&from).cloned().unwrap_or_default();
        for (name, _) in feeds.iter().filter(|(name, reads)| reads.contains(&from) && !asked.is_about(name)) {
            let new = !reached.contains_key(*name);
            let known = reached.entry((*name).to_owned()).or_default();
            let before = known.len();
            known.extend(columns.iter().cloned());
            if new || known.len() > before {
                open.push((*name).to_owned());
            }
        }
    }
    reached
}

/// What a change of the entry does to one thing that reads data.
struct Touch {
    columns: BTreeSet<String>,
    direct: bool,
    sure: bool,
    /// The reader sees it, and sees the data that it reads.
    shown: bool,
    /// The reader holds figures of the data that it reads.
    counted: bool,
}

impl Touch {
    fn node(self, found: Use) -> Node {
        Node {
            kind: found.kind,
            name: found.id,
            title: found.title,
            href: found.href,
            direct: self.direct,
            columns: self.columns.into_iter().collect(),
            sure: self.sure,
        }
    }
}

/// `None` when it does not reach it.
fn touch(asked: &Asked<'_>, reached: &BTreeMap<String, BTreeSet<String>>, found: &Use) -> Option<Touch> {
    let mut touch = Touch { columns: BTreeSet::new(), direct: false, sure: true, shown: false, counted: false };
    let mut touched = false;
    for (dataset, used) in &found.reads {
        if asked.is_about(dataset) {
            touch.direct = true;
            touch.sure &= *used != Used::All;
            touch.columns.extend(used.of(&asked.columns));
        } else if let Some(columns) = reached.get(dataset) {
            touch.sure = false;
            touch.columns.extend(columns.iter().cloned());
        } else {
            continue;
        }
        touched = true;
        touch.shown |= found.theirs && asked.sight.share(dataset).is_some();
        touch.counted |= asked.sight.figures(dataset);
    }
    touched.then_some(touch)
}

fn dataset_node(thing: &Thing, direct: bool) -> Node {
    let kind = match thing.kind {
        EntryKind::Mart => NodeKind::Mart,
        EntryKind::Stream => NodeKind::Stream,
        EntryKind::Model => NodeKind::Model,
        EntryKind::Table => NodeKind::Table,
    };
    upper(kind, &thing.name, title(thing), format!("/catalog/{}", thing.name), direct)
}

fn upper(kind: NodeKind, name: &str, title: Text, href: String, direct: bool) -> Node {
    Node { kind, name: name.to_owned(), title, href, direct, columns: Vec::new(), sure: false }
}

fn in_order(mut nodes: Vec<Node>) -> Vec<Node> {
    nodes.sort_by(|one, other| (one.kind, &one.title.en, &one.name).cmp(&(other.kind, &other.title.en, &other.name)));
    nodes
}
