//! The share of two people: rows, columns and values that both may see, in the shape of the one who is looked at (A40). No I/O.

use super::{catalogue::Dataset, rules::Bound};
use std::collections::BTreeMap;
use warehouse::{Mask, Predicate};

/// What is left of `theirs` for somebody who has `own`. Rows are those of both. A column of theirs alone stays, without its values; one
/// that only a rule of one's own uses is hidden.
pub fn both(theirs: &Bound, own: &Bound, dataset: &Dataset, one_department: bool) -> Bound {
    let mut columns = Vec::new();
    let mut masks = BTreeMap::new();
    for column in &dataset.columns {
        let mask = match (seen(theirs, &column.name), seen(own, &column.name)) {
            (None, None) => continue,
            (None, Some(_)) | (Some(Some(Mask::Hide)), None) => Some(Mask::Hide),
            (Some(_), None) => Some(Mask::Null),
            (Some(theirs), Some(own)) => meet(theirs, own, one_department),
        };
        masks.extend(mask.map(|mask| (column.name.clone(), mask)));
        columns.push(column.clone());
    }
    // Sorted and without repetition, as one person's are.
    let rows: BTreeMap<String, Predicate> = parts(&theirs.rows).chain(parts(&own.rows)).map(|part| (format!("{part:?}"), part.clone())).collect();
    Bound { columns, rows: Predicate::All(rows.into_values().collect()), masks }
}

/// The shape of `theirs` without a row: for somebody who has no share of it. `None` where there is nothing by which rows could be kept away.
pub fn veiled(theirs: Bound, dataset: &Dataset) -> Option<Bound> {
    let by = dataset.time.as_ref().or_else(|| dataset.columns.first().map(|column| &column.name))?;
    // What no row can be: an empty choice would say the same, and is refused by the engines as a mistake.
    let nothing = vec![Predicate::IsNull { column: by.clone() }, Predicate::IsNotNull { column: by.clone() }];
    let mut masks = theirs.masks;
    if !theirs.columns.iter().any(|column| column.name == *by) {
        masks.insert(by.clone(), Mask::Hide);
    }
    let columns = dataset.columns.iter().filter(|column| column.name == *by || theirs.columns.contains(column)).cloned().collect();
    Some(Bound { columns, rows: Predicate::All(nothing), masks })
}

/// `None`: not there at all; else with its mask.
fn seen(bound: &Bound, name: &str) -> Option<Option<Mask>> {
    bound.columns.iter().any(|column| column.name == name).then(|| bound.masks.get(name).copied())
}

/// A value that each of the two could make of what they see themselves; where there is none, nothing.
fn meet(theirs: Option<Mask>, own: Option<Mask>, one_department: bool) -> Option<Mask> {
    match (theirs, own) {
        (None, None) => None,
        (Some(Mask::Hide), _) => Some(Mask::Hide),
        (Some(Mask::Null), _) | (_, Some(Mask::Hide | Mask::Null)) => Some(Mask::Null),
        // Of another department's codes whoever sees the values could make a dictionary.
        (Some(Mask::Hash), None | Some(Mask::Hash)) | (None, Some(Mask::Hash)) => Some(if one_department { Mask::Hash } else { Mask::Null }),
        (Some(mask), None) | (None, Some(mask)) => Some(mask),
        (Some(Mask::KeepLast(one)), Some(Mask::KeepLast(other))) => Some(Mask::KeepLast(one.min(other))),
        (Some(Mask::Bucket(one)), Some(Mask::Bucket(other))) => {
            let (narrow, wide) = (one.min(other), one.max(other));
            // Steps that do not fit into each other would together tell more than either.
            Some(if (wide / narrow).fract() == 0.0 { Mask::Bucket(wide) } else { Mask::Null })
        }
        (Some(_), Some(_)) => Some(Mask::Null),
    }
}

/// What all has to hold.
fn parts(rows: &Predicate) -> std::slice::Iter<'_, Predicate> {
    match rows {
        Predicate::All(all) => all.iter(),
        other => std::slice::from_ref(other).iter(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::{emptiness::leaves_nothing, fixtures::baskets};
    use warehouse::Literal;

    fn bound(columns: &[&str], rows: &[&str], masks: &[(&str, Mask)]) -> Bound {
        let region = |name: &&str| Predicate::In { column: "region".into(), values: vec![Literal::Text((*name).into())] };
        Bound {
            columns: baskets().columns.into_iter().filter(|column| columns.contains(&column.name.as_str())).collect(),
            rows: Predicate::All(rows.iter().map(region).collect()),
            masks: masks.iter().map(|(name, mask)| ((*name).to_owned(), *mask)).collect(),
        }
    }

    const ALL: &[&str] = &["region", "household_id", "sales_value"];

    #[test]
    fn a40_rows_of_both_and_values_of_both() {
        let theirs = bound(ALL, &["North"], &[("household_id", Mask::Hash)]);
        let own = bound(&["region", "household_id"], &["South", "North"], &[("region", Mask::Hide)]);
        let met = both(&theirs, &own, &baskets(), true);
        assert_eq!(met.columns.len(), 3, "the shape is theirs");
        assert_eq!(met.masks, BTreeMap::from([("region".into(), Mask::Null), ("household_id".into(), Mask::Hash), ("sales_value".into(), Mask::Null)]));
        let Predicate::All(rows) = &met.rows else { panic!("{:?}", met.rows) };
        assert_eq!(rows.len(), 2, "each once: {rows:?}");
        assert_eq!(both(&theirs, &theirs, &baskets(), true), theirs, "of equals nothing is taken");
        assert_eq!(both(&theirs, &theirs, &baskets(), false).masks["household_id"], Mask::Null, "codes of another department");
    }

    #[test]
    fn a40_a_column_of_ones_own_alone_is_not_added() {
        let met = both(&bound(&["sales_value"], &[], &[]), &bound(ALL, &["North"], &[]), &baskets(), true);
        assert_eq!(met.masks, BTreeMap::from([("region".into(), Mask::Hide), ("household_id".into(), Mask::Hide)]));
    }

    #[test]
    fn a40_masks_that_tell_more_together_than_either_leave_nothing() {
        let meet = |theirs, own| meet(Some(theirs), Some(own), true);
        assert_eq!(meet(Mask::Bucket(10.0), Mask::Bucket(5.0)), Some(Mask::Bucket(10.0)));
        assert_eq!(meet(Mask::Bucket(10.0), Mask::Bucket(7.0)), Some(Mask::Null));
        assert_eq!(meet(Mask::KeepLast(4), Mask::KeepLast(2)), Some(Mask::KeepLast(2)));
        assert_eq!(meet(Mask::Hash, Mask::KeepLast(2)), Some(Mask::Null));
        assert_eq!(meet(Mask::Hide, Mask::Hash), Some(Mask::Hide));
        assert_eq!(super::meet(Some(Mask::Bucket(10.0)), None, false), Some(Mask::Bucket(10.0)));
    }

    #[test]
    fn a40_a_veiled_share_has_its_columns_and_no_row() {
        let met = veiled(bound(&["household_id", "sales_value"], &[], &[("household_id", Mask::Hash)]), &baskets()).unwrap();
        assert!(leaves_nothing(&met.rows));
        assert_eq!(met.columns.len(), 3);
        assert_eq!(met.masks["region"], Mask::Hide);
        let stream = Dataset { time: Some("sales_value".into()), ..baskets() };
        let met = veiled(bound(&["sales_value"], &[], &[]), &stream).unwrap();
        assert!(met.masks.is_empty() && met.columns.len() == 1 && leaves_nothing(&met.rows));
        assert_eq!(veiled(bound(&[], &[], &[]), &Dataset { columns: Vec::new(), ..baskets() }), None);
    }
}
