//! Lists compiled into one automaton: all their terms are looked for in one pass over a text.

use super::{
    fold::{Boundaries, fold, primary},
    list::{List, TERMS_MOST, Unusable, check},
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::HashMap;

/// The lists that are on. The default set is empty and matches nothing.
#[derive(Default)]
pub struct Set {
    automaton: Option<AhoCorasick>,
    terms: Vec<Term>,
    lists: Vec<Named>,
}

struct Term {
    /// Folded.
    text: Box<str>,
    /// Places of the lists that have it.
    lists: Vec<u32>,
}

struct Named {
    name: String,
    language: Option<String>,
    sources: Vec<String>,
}

/// What was said, by whom, in which language.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Title, text: a phrase does not reach from one into the next.
    pub texts: &'a [&'a str],
    /// A BCP 47 tag; `None` when the source does not say: then lists of every language match.
    pub language: Option<&'a str>,
    /// Names by which lists may know where it was said: of the source and of its kind.
    pub sources: &'a [&'a str],
}

impl Set {
    /// Compiles the lists that are on; those that are off are not looked at.
    pub fn new(lists: &[List]) -> Result<Self, (String, Unusable)> {
        let mut set = Self::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        for list in lists.iter().filter(|list| list.on) {
            let of_list = u32::try_from(set.lists.len()).unwrap_or(u32::MAX);
            let language = list.language.as_deref().map(|tag| primary(tag).into_owned()).filter(|tag| !tag.is_empty());
            set.lists.push(Named { name: list.name.clone(), language, sources: list.sources.clone() });
            for term in &list.terms {
                let folded = check(term).map_err(|why| (list.name.clone(), why))?;
                let place = *places.entry(folded).or_insert_with_key(|folded| {
                    set.terms.push(Term { text: folded.as_str().into(), lists: Vec::new() });
                    set.terms.len() - 1
                });
                let of_term = &mut set.terms[place].lists;
                if of_term.last() != Some(&of_list) {
                    of_term.push(of_list);
                }
                if set.terms.len() > TERMS_MOST {
                    return Err((list.name.clone(), Unusable::Many));
                }
            }
        }
        if !set.terms.is_empty() {
            let built = AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .match_kind(MatchKind::Standard)
                .build(set.terms.iter().map(|term| term.text.as_bytes()));
            set.automaton = Some(built.map_err(|fault| (String::new(), Unusable::Automaton(fault.to_string())))?);
        }
        Ok(set)
    }

    pub fn terms(&self) -> usize {
        self.terms.len()
    }

    /// Names of the lists that match, in the order in which they were given; one that lists of several departments have stands once.
    pub fn matching(&self, said: &Said<'_>) -> Vec<&str> {
        let mut matched: Vec<bool> = Vec::new();
        self.look(said, |lists, _| {
            matched.resize(self.lists.len(), false);
            for list in lists {
                if let Some(place) = matched.get_mut(*list as usize) {
                    *place = true;
                }
            }
        });
        let mut names: Vec<&str> = Vec::new();
        for (list, _) in self.lists.iter().zip(&matched).filter(|(_, matched)| **matched) {
            if !names.contains(&list.name.as_str()) {
                names.push(&list.name);
            }
        }
        names
    }

    /// For previews: each list that matches with each of its terms (folded) that was found, none twice.
    pub fn found(&self, said: &Said<'_>) -> Vec<(&str, &str)> {
        let mut found: Vec<(u32, &str)> = Vec::new();
        self.look(said, |lists, term| {
            found.extend(lists.iter().map(|list| (*list, term)));
        });
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|(list, term)| Some((self.lists.get(list as usize)?.name.as_str(), term))).collect()
    }

    /// Tells of each term that stands there as a whole word, with those of its lists that this language and these sources are for.
    fn look<'s>(&'s self, said: &Said<'_>, mut tell: impl FnMut(&[u32], &'s str)) {
        let Some(automaton) = &self.automaton else { return };
        let language = said.language.map(primary).filter(|tag| !tag.is_empty() && tag != "und");
        let is_for = |list: &&u32| {
            self.lists.get(**list as usize).is_some_and(|list| {
                let speaks = match (&list.language, &language) {
                    (Some(wanted), Some(language)) => wanted == language.as_ref(),
                    _ => true,
                };
                speaks && (list.sources.is_empty() || list.sources.iter().any(|source| said.sources.contains(&source.as_str())))
            })
        };
        for text in said.texts {
            let folded = fold(text);
            let mut boundaries = Boundaries::new(&folded);
            for found in automaton.find_overlapping_iter(folded.as_bytes()) {
                let Some(term) = self.terms.get(found.pattern().as_usize()) else { continue };
                let lists: Vec<u32> = term.lists.iter().filter(is_for).copied().collect();
                if !lists.is_empty() && boundaries.is_at(found.start()) && boundaries.is_at(found.end()) {
                    tell(&lists, &term.text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn list(name: &str, terms: &[&str]) -> List {
        List { name: name.to_owned(), terms: terms.iter().map(|term| (*term).to_owned()).collect(), ..List::default() }
    }

    fn matching<'s>(set: &'s Set, text: &str, language: Option<&str>, sources: &[&str]) -> Vec<&'s str> {
        set.matching(&Said { texts: &[text], language, sources })
    }

    #[test]
    fn whole_words_match_whatever_their_case_and_form() {
        let set = Set::new(&[list("places", &["Málaga", "New York", "STRASSE"]), list("none", &["york shire"])]).unwrap();
        for (text, names) in [
            ("vengo de MA\u{301}LAGA.", vec!["places"]),
            ("new\n  york", vec!["places"]),
            ("Hauptstraße", vec![]),
            ("die Straße!", vec!["places"]),
            ("malaga", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(matching(&set, text, None, &[]), names, "{text}");
        }
        assert_eq!(set.found(&Said { texts: &["new york, New York", "York"], language: None, sources: &[] }), [("places", "new york")]);
        assert_eq!(set.matching(&Said { texts: &["new", "york"], language: None, sources: &[] }), Vec::<&str>::new());
    }

    #[test]
    fn terms_within_terms_all_match() {
        let set = Set::new(&[list("a", &["new york"]), list("b", &["york city", "york"]), list("c", &["new york city"])]).unwrap();
        assert_eq!(matching(&set, "in New York City", None, &[]), ["a", "b", "c"]);
    }

    #[test]
    fn lists_are_for_a_language_and_for_sources() {
        let lists = [
            List { language: Some("es-MX".into()), ..list("spanish", &["sin duda"]) },
            List { sources: vec!["mastodon".into(), "my feed".into()], ..list("sourced", &["sin duda"]) },
            List { on: false, ..list("off", &["sin duda"]) },
        ];
        let set = Set::new(&lists).unwrap();
        assert_eq!(set.terms(), 1);
        assert_eq!(matching(&set, "Sin duda", Some("ES"), &["feeds"]), ["spanish"]);
        assert_eq!(matching(&set, "Sin duda", Some("en"), &["x", "mastodon"]), ["sourced"]);
        assert_eq!(matching(&set, "Sin duda", None, &["my feed"]), ["spanish", "sourced"]);
        assert_eq!(matching(&set, "Sin duda", Some("und"), &[]), ["spanish"]);
        assert!(matching(&Set::default(), "Sin duda", None, &[]).is_empty());
    }

    #[test]
    fn lists_of_one_name_are_named_once() {
        let set = Set::new(&[list("brand", &["cedar"]), list("other", &["street"]), list("brand", &["cedar street", "markets"])]).unwrap();
        assert_eq!(matching(&set, "Cedar Street Markets", None, &[]), ["brand", "other"]);
        assert_eq!(matching(&set, "markets", None, &[]), ["brand"]);
    }

    #[test]
    fn lists_that_cannot_be_name_the_list() {
        let refused = Set::new(&[list("good", &["word"]), list("bad", &["ok", ""])]).err().unwrap();
        assert_eq!(refused, ("bad".to_owned(), Unusable::Empty));
        assert!(Set::new(&[List { on: false, ..list("bad", &[""]) }]).is_ok());
    }

    /// Stated build time: 100,000 terms in 30 seconds, on a machine that does other things (2 seconds on one that does not).
    #[test]
    fn ft_s19_a_hundred_thousand_terms_are_built_in_time() {
        let terms: Vec<String> = (0..100_000_u64).map(|number| format!("wort{} número {number}", number.wrapping_mul(0x9e37_79b9) % 7_919)).collect();
        let start = Instant::now();
        let set = Set::new(&[List { name: "large".into(), terms, ..List::default() }]).unwrap();
        let took = start.elapsed();
        println!("100,000 terms built in {took:?}");
        assert!(took.as_secs() < 30, "{took:?}");
        assert_eq!(set.terms(), 100_000);
        let text = format!("WORT{} número 99999", 99_999_u64.wrapping_mul(0x9e37_79b9) % 7_919);
        assert_eq!(matching(&set, &text, None, &[]), ["large"]);
        let refused = Set::new(&[List { name: "larger".into(), terms: (0..=100_000).map(|number| format!("t{number}")).collect(), ..List::default() }]);
        assert_eq!(refused.err().unwrap().1, Unusable::Many);
    }
}
