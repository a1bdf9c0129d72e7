//! The way from source to report, drawn as stages from left to right: lists of links, which a screen reader reads in the same order.

use super::{
    asks::{Entry, EntryKind, Node, NodeKind},
    say::stage_name,
    words,
};
use crate::text::Language;
use leptos::prelude::*;

/// Everything on the way that the reader may know of, this entry among it.
pub fn lineage(entry: &Entry, language: Language) -> AnyView {
    if entry.upstream.is_empty() && entry.downstream.is_empty() {
        return view! { <p class="field-help">{words::only_this(language)}</p> }.into_any();
    }
    let own = own_kind(entry.card.kind);
    let mut stages: Vec<AnyView> = staged(&entry.upstream).into_iter().map(|(kind, nodes)| stage(kind, nodes, language)).collect();
    let title = entry.card.title.get(language).to_owned();
    stages.push(
        view! {
            <li class="flow-stage here">
                <h3>{words::this(language)}": "{stage_name(own, language)}</h3>
                <ul><li><b aria-current="true">{title}</b></li></ul>
            </li>
        }
        .into_any(),
    );
    stages.extend(staged(&entry.downstream).into_iter().map(|(kind, nodes)| stage(kind, nodes, language)));
    // The region can be scrolled by keys; the list within stays a list.
    view! { <div class="flow-scroll" tabindex="0" role="region" aria-label=words::lineage(language)><ol class="flow">{stages}</ol></div> }.into_any()
}

/// The nodes by kind, which come in the order of the way.
fn staged(nodes: &[Node]) -> Vec<(NodeKind, Vec<&Node>)> {
    let mut stages: Vec<(NodeKind, Vec<&Node>)> = Vec::new();
    for node in nodes {
        match stages.last_mut() {
            Some((kind, stage)) if *kind == node.kind => stage.push(node),
            _ => stages.push((node.kind, vec![node])),
        }
    }
    stages
}

fn stage(kind: NodeKind, nodes: Vec<&Node>, language: Language) -> AnyView {
    let nodes = nodes.into_iter().map(|node| {
        let (href, title) = (node.href.clone(), node.title.get(language).to_owned());
        view! { <li><a href=href>{title}</a></li> }
    });
    view! {
        <li class="flow-stage">
            <h3>{stage_name(kind, language)}</h3>
            <ul>{nodes.collect_view()}</ul>
        </li>
    }
    .into_any()
}

fn own_kind(kind: EntryKind) -> NodeKind {
    match kind {
        EntryKind::Mart => NodeKind::Mart,
        EntryKind::Stream => NodeKind::Stream,
        EntryKind::Model => NodeKind::Model,
        EntryKind::Table => NodeKind::Table,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn nodes_of_one_kind_stand_in_one_stage() {
        let node =
            |kind, name: &str| Node { kind, name: name.into(), title: Text::same(name), href: String::new(), direct: true, columns: Vec::new(), sure: true };
        let nodes = [node(NodeKind::Source, "tills"), node(NodeKind::Table, "a"), node(NodeKind::Table, "b")];
        let stages: Vec<(NodeKind, usize)> = staged(&nodes).into_iter().map(|(kind, nodes)| (kind, nodes.len())).collect();
        assert_eq!(stages, [(NodeKind::Source, 1), (NodeKind::Table, 2)]);
    }
}
