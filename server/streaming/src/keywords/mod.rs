//! Keyword lists: which of them match a post. A set of lists is compiled whole and replaced whole.

mod fold;
mod list;
mod quota;
mod set;

use arc_swap::{ArcSwap, Guard};
pub use list::{List, Unusable, check};
pub use quota::{Quota, Tally, TooMany};
pub use set::{Said, Set};
use std::sync::Arc;

/// The lists in force. Cloned, it is still the same: what one replaces, all see.
#[derive(Clone, Default)]
pub struct Keywords(Arc<ArcSwap<Set>>);

impl Keywords {
    pub fn new(set: Set) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(set)))
    }

    /// The set of this moment: whoever holds it matches with it alone, whatever is replaced meanwhile.
    pub fn load(&self) -> Guard<Arc<Set>> {
        self.0.load()
    }

    pub fn replace(&self, set: Set) {
        self.0.store(Arc::new(set));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    fn generation(number: u32) -> Set {
        // Both lists carry the generation in their name and in their term: a mixture would show.
        let list = |part: &str| List { name: format!("{part}{number}"), terms: vec![format!("{part} word {number}")], ..List::default() };
        Set::new(&[list("first"), list("second")]).unwrap()
    }

    #[test]
    fn ft_s16_no_event_is_matched_by_half_of_two_sets() {
        let keywords = Keywords::new(generation(0));
        let text = (0..20).map(|number| format!("first word {number}, second word {number}.")).collect::<String>();
        let stop = AtomicBool::new(false);
        let seen = std::thread::scope(|scope| {
            let readers: Vec<_> = (0..3)
                .map(|_| {
                    scope.spawn(|| {
                        let mut seen = std::collections::BTreeSet::new();
                        while !stop.load(Ordering::Relaxed) {
                            let set = keywords.load();
                            let said = Said { texts: &[&text], language: None, sources: &[] };
                            let names: Vec<String> = set.matching(&said).into_iter().map(str::to_owned).collect();
                            let number = names[0].trim_start_matches("first").to_owned();
                            assert_eq!(names, [format!("first{number}"), format!("second{number}")]);
                            seen.insert(number);
                        }
                        seen
                    })
                })
                .collect();
            for number in (0..20).cycle().take(2_000) {
                keywords.replace(generation(number));
                std::thread::yield_now();
            }
            stop.store(true, Ordering::Relaxed);
            readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect::<std::collections::BTreeSet<_>>()
        });
        assert!(seen.len() > 1, "the readers saw no change");
    }
}
