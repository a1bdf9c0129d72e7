//! What everybody's dashboards and saved questions read, for the catalog. Whoever asks must look who may know of each.

use super::store;
use crate::{fault::Result, portal::Portal};
use app::{text::Text, warehouse::asks::Question};

/// A plan of what to ask, with whose it is.
#[derive(Clone, Debug)]
pub struct Plan {
    pub id: String,
    pub title: Text,
    pub department: String,
    /// `None`: the whole department's.
    pub owner: Option<String>,
    /// Who else in the department it is shared with.
    pub shared: Vec<String>,
    pub questions: Vec<Question>,
    /// Streams that it shows.
    pub streams: Vec<String>,
    /// Columns that its filters are over, as (mart, column).
    pub filtered: Vec<(String, String)>,
}

/// All dashboards.
pub async fn dashboards(portal: &Portal) -> Result<Vec<Plan>> {
    let shares = store::all_shares(&portal.database).await?;
    let plan = |kept: store::Kept| {
        let shared = shares.iter().filter(|(dashboard, _)| *dashboard == kept.id).map(|(_, person)| person.clone()).collect();
        let filters = kept.filters.into_iter().flat_map(|filter| filter.columns.into_iter().chain(filter.values_from));
        let (mut questions, mut streams) = (Vec::new(), Vec::new());
        for tile in kept.tiles {
            match tile.stream.map(|tile| tile.stream).or(tile.window.map(|tile| tile.stream)) {
                Some(stream) => streams.push(stream),
                None => questions.push(tile.question),
            }
        }
        Plan { id: kept.id, title: kept.title, department: kept.department, owner: kept.owner, shared, questions, streams, filtered: filters.collect() }
    };
    Ok(store::all(&portal.database).await?.into_iter().map(plan).collect())
}

/// All saved questions.
pub async fn saved_questions(portal: &Portal) -> Result<Vec<Plan>> {
    let plan = |(owner, department, saved): (String, String, app::dashboards::asks::SavedQuestion)| Plan {
        id: saved.id,
        title: saved.title,
        department,
        owner: Some(owner),
        shared: Vec::new(),
        questions: vec![saved.question],
        streams: Vec::new(),
        filtered: Vec::new(),
    };
    Ok(store::all_questions(&portal.database).await?.into_iter().map(plan).collect())
}
