//! The catalog: every mart, stream, model and table with what it means, what it is made of and what uses it, as far as its reader may
//! know. Puts together what the rooms know; owns no table. Nothing leaves it but through `Sight`.
//!
//! Who may know what (A41): a reader knows the marts and streams of their scope, with the columns that they are shown, and what of the
//! lineage is theirs to open. Who administers jobs also knows names and columns of the datasets whose *figures* they hold, their counts, and how many
//! dashboards, questions and reports of each department use them. Titles and owners of what is private, and values, are for neither.

mod edit;
mod entry;
mod formula;
mod lineage;
mod list;
mod rules;
mod sight;
mod things;
mod uses;

use crate::{
    access::{Action::*, Kind::*, Need},
    routing::Routes,
};

/// The catalog's part of the API. Everybody may ask for what they may know of: that is settled dataset by dataset.
pub fn routes(routes: Routes) -> Routes {
    routes
        .ask(Need(Account, View), list::list)
        .ask(Need(Account, View), entry::open)
        .ask(Need(Mart, Administer), edit::describe)
        .ask(Need(Mart, Administer), edit::describe_column)
}
