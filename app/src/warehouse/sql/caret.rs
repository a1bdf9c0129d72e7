//! The editor's text area as the browser holds it: its text, where one writes, putting something in that can be undone.
//! Places are counted in characters.

#[cfg(feature = "hydrate")]
use crate::ui::characters::{in_characters, in_units};
use leptos::{html, prelude::*};

/// What stands in the text area; `None` on the server.
pub fn text(area: NodeRef<html::Textarea>) -> Option<String> {
    #[cfg(feature = "hydrate")]
    return area.get_untracked().map(|area| area.value());
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = area;
        None
    }
}

/// First and last character of what is marked; twice the caret when nothing is.
pub fn marked(area: NodeRef<html::Textarea>) -> (usize, usize) {
    #[cfg(feature = "hydrate")]
    if let Some(area) = area.get_untracked() {
        let text = area.value();
        let place = |unit: Option<u32>| in_characters(&text, unit.map_or(usize::MAX, |unit| unit as usize));
        return (place(area.selection_start().ok().flatten()), place(area.selection_end().ok().flatten()));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = area;
    (0, 0)
}

/// Puts `text` in the place of some characters; the caret stands after it.
pub fn put(area: NodeRef<html::Textarea>, from: usize, until: usize, text: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(area) = area.get_untracked() {
        use wasm_bindgen::JsCast;
        let before = area.value();
        let (from, until) = (in_units(&before, from) as u32, in_units(&before, until) as u32);
        let _ = area.focus();
        let _ = area.set_selection_range(from, until);
        // Inserted as by hand it can be undone; setting the value would forget everything that was written before.
        let document = document();
        let by_hand = document
            .dyn_ref::<web_sys::HtmlDocument>()
            .is_some_and(|document| document.exec_command_with_show_ui_and_value("insertText", false, text).unwrap_or(false));
        if !by_hand {
            let _ = area.set_range_text_with_start_and_end_and_mode(text, from, until, "end");
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (area, from, until, text);
}

/// Moves a list below the caret: the sheet reckons its place from these.
pub fn place(list: NodeRef<html::Ul>, area: NodeRef<html::Textarea>, text: &str, at: usize) {
    #[cfg(feature = "hydrate")]
    if let (Some(list), Some(area)) = (list.get_untracked(), area.get_untracked()) {
        let (row, column) = row_and_column(text, at);
        let style = web_sys::HtmlElement::style(&list);
        let _ = style.set_property("--row", &row.to_string());
        let _ = style.set_property("--column", &column.to_string());
        let _ = style.set_property("--down", &format!("{}px", area.scroll_top()));
        let _ = style.set_property("--across", &format!("{}px", area.scroll_left()));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (list, area, text, at);
}

/// Both from 0. A tab fills up to the next fourth column, as the sheet sets it.
#[cfg(any(feature = "hydrate", test))]
fn row_and_column(text: &str, at: usize) -> (usize, usize) {
    text.chars().take(at).fold((0, 0), |(row, column), letter| match letter {
        '\n' => (row + 1, 0),
        '\t' => (row, (column / 4 + 1) * 4),
        _ => (row, column + 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_in_rows_and_columns() {
        assert_eq!(row_and_column("select 1", 0), (0, 0));
        assert_eq!(row_and_column("select\n  1", 9), (1, 2));
        assert_eq!(row_and_column("a\tb", 2), (0, 4));
        assert_eq!(row_and_column("a\n", 9), (1, 0));
    }
}
