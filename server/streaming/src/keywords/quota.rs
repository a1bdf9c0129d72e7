//! How much a list matches: one that matches nearly everything says nothing, and fills an index.

use crate::Words;
use std::collections::BTreeMap;

/// What a list may match.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quota {
    /// Of the posts that were looked at, from 0 to 1.
    pub share: f64,
    /// Before so many were looked at, no list is judged.
    pub least: u64,
}

impl Default for Quota {
    fn default() -> Self {
        Self { share: 0.25, least: 500 }
    }
}

/// Counts of one period; a plain value, merged and thrown away as the caller likes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    looked_at: u64,
    matched: BTreeMap<String, u64>,
}

/// A list that matches more than its quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooMany {
    pub list: String,
    pub matched: u64,
    pub looked_at: u64,
}

impl Tally {
    /// One post, and the lists that matched it.
    pub fn count<'a>(&mut self, lists: impl IntoIterator<Item = &'a str>) {
        self.looked_at += 1;
        for list in lists {
            match self.matched.get_mut(list) {
                Some(matched) => *matched += 1,
                None => drop(self.matched.insert(list.to_owned(), 1)),
            }
        }
    }

    pub fn looked_at(&self) -> u64 {
        self.looked_at
    }

    pub fn matched(&self, list: &str) -> u64 {
        self.matched.get(list).copied().unwrap_or_default()
    }

    /// The lists above their quota: to be shown, and to be kept from filling the index.
    pub fn too_many(&self, quota: Quota) -> Vec<TooMany> {
        if self.looked_at < quota.least {
            return Vec::new();
        }
        let above = self.matched.iter().filter(|(_, matched)| **matched as f64 > quota.share * self.looked_at as f64);
        above.map(|(list, matched)| TooMany { list: list.clone(), matched: *matched, looked_at: self.looked_at }).collect()
    }
}

impl TooMany {
    pub fn words(&self) -> Words {
        let Self { list, matched, looked_at } = self;
        Words::of(
            format!("The list {list} matches {matched} of {looked_at} posts: make its terms more precise or switch it off."),
            format!("La lista {list} coincide con {matched} de {looked_at} publicaciones: precise sus términos o desactívela."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ft_s19_over_matching_is_reported() {
        let mut tally = Tally::default();
        for number in 0..1_000 {
            tally.count(["wide"].into_iter().filter(|_| number % 2 == 0).chain(["narrow"].into_iter().filter(|_| number % 10 == 0)));
            if number == 400 {
                assert!(tally.too_many(Quota::default()).is_empty(), "too early to judge");
            }
        }
        let over = tally.too_many(Quota::default());
        assert_eq!(over, [TooMany { list: "wide".into(), matched: 500, looked_at: 1_000 }]);
        assert!(over[0].words().es.contains("500 de 1000"));
        assert_eq!((tally.matched("narrow"), tally.matched("none")), (100, 0));
    }
}
