//! Texts of a column by their places in its list.

use std::collections::HashMap;
use tantivy::columnar::StrColumn;

/// In one pass over the list: to look each up by itself reads its block from the beginning every time.
pub(super) fn texts(column: &StrColumn, places: impl Iterator<Item = u64>) -> Result<HashMap<u64, String>, String> {
    let mut places: Vec<u64> = places.collect();
    places.sort_unstable();
    places.dedup();
    let mut found = HashMap::with_capacity(places.len());
    let mut next = places.iter();
    let keep = |bytes: &[u8]| {
        if let Some(place) = next.next() {
            found.insert(*place, String::from_utf8_lossy(bytes).into_owned());
        }
    };
    match column.dictionary().sorted_ords_to_term_cb(&places, keep) {
        Ok(true) => Ok(found),
        Ok(false) => Err("a column's list of texts is shorter than its values say".into()),
        Err(cause) => Err(cause.to_string()),
    }
}
