//! Where one writes in an input, counted in characters as the query language counts them.

#[cfg(feature = "hydrate")]
use crate::ui::characters::{in_characters, in_units};
use leptos::{html, prelude::*};

/// The character before which the caret stands; the end on the server.
pub fn caret(input: NodeRef<html::Input>) -> usize {
    #[cfg(feature = "hydrate")]
    if let Some(input) = input.get_untracked() {
        let text = input.value();
        let unit = input.selection_start().ok().flatten().map_or(usize::MAX, |unit| unit as usize);
        return in_characters(&text, unit);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = input;
    usize::MAX
}

/// Puts a text into the input and marks `length` characters of it from `at` on.
pub fn write(input: NodeRef<html::Input>, text: &str, at: usize, length: usize) {
    #[cfg(feature = "hydrate")]
    if let Some(input) = input.get_untracked() {
        input.set_value(text);
        let (from, until) = (in_units(text, at), in_units(text, at + length));
        let _ = input.focus();
        let _ = input.set_selection_range(from as u32, until as u32);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (input, text, at, length);
}
