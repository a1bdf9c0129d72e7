//! What a look through somebody else's eyes leaves out, and what is said to who would do more than look (A40).

use super::Action;
use crate::fault::Fault;
use app::{ask::FaultKind, text::Text, warehouse::asks::Access};
use std::collections::{BTreeMap, BTreeSet};

/// What a look leaves out, and what is said in its place. Marts and streams are named as policies name them: `baskets`, `stream.web`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    /// Those of which no value is shown, because who looks has no share of them.
    pub veiled: BTreeSet<String>,
    /// The rules of the person who is looked at, in words.
    pub rules: BTreeMap<String, Access>,
}

/// Why what was asked for is not done meanwhile.
pub fn only_looking(action: Action) -> Fault {
    let text = match action {
        Action::View | Action::Explore => return Fault::forbidden(),
        Action::Export => Text::of(
            "You are looking as somebody else, and a file would carry their share away. End the view and download under your own name.",
            "Está mirando como otra persona, y un archivo se llevaría lo que ella ve. Termine la vista y descargue con su propio nombre.",
        ),
        Action::Sql => Text::of(
            "You are looking as somebody else, and SQL is not written meanwhile. End the view first.",
            "Está mirando como otra persona, y mientras tanto no se escribe SQL. Termine antes la vista.",
        ),
        Action::Edit | Action::Share | Action::Publish | Action::Schedule | Action::Administer | Action::ViewAs => Text::of(
            "You are looking as somebody else, and nothing can be changed meanwhile. End the view first.",
            "Está mirando como otra persona, y mientras tanto no se puede cambiar nada. Termine antes la vista.",
        ),
    };
    Fault::new(FaultKind::Forbidden, text)
}

/// What a person keeps for themselves: its title is all that is shown to who looks.
pub fn kept_private() -> Fault {
    Fault::new(
        FaultKind::Forbidden,
        Text::of(
            "This is the person's own: while you look as them, only its title is shown.",
            "Esto es propio de la persona: mientras mira como ella, solo se muestra el título.",
        ),
    )
}

/// The look cannot go on; what is asked for next is asked under one's own name.
pub fn over() -> Fault {
    Fault::new(
        FaultKind::Forbidden,
        Text::of("You no longer look as somebody else. Load the page again.", "Ya no está mirando como otra persona. Vuelva a cargar la página."),
    )
}
