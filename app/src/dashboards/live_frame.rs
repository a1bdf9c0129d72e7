//! The frame of a tile that lives: its title leads to the search behind it.

use super::asks::Tile;
use crate::visit::use_language;
use leptos::prelude::*;

/// `shape`: `figure`, `chart` or `table`, as other tiles have it.
#[component]
pub fn LiveFrame(tile: Tile, shape: &'static str, href: String, children: Children) -> impl IntoView {
    let language = use_language();
    let class = format!("tile w{} h{} tile-{shape}", tile.width.clamp(1, 12), tile.height.clamp(1, 12));
    let id = format!("tile-{}", tile.id);
    let (title, note, heading) = (tile.title.get(language).to_owned(), tile.note.get(language).to_owned(), id.clone());
    view! {
        <article class=class aria-labelledby=heading>
            <header class="tile-head">
                <h2 id=id><a href=href>{title}</a></h2>
                {(!note.is_empty()).then(|| view! { <small>{note}</small> })}
            </header>
            <div class="tile-body">{children()}</div>
        </article>
    }
}
