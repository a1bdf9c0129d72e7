//! Pure rules of keyword lists: what a list must be before it is kept. Faults name the term by its place.

use super::KeywordList;
use crate::fault::{Fault, Result};
use std::collections::HashMap;
use streaming::keywords::{self, Unusable};

/// Longest name, in characters.
const LONGEST_NAME: usize = 80;

/// Refuses what could not be matched, or would match nearly everything. A fault of the fourth term is on `terms.3`.
pub fn check(list: &KeywordList) -> Result<()> {
    let name = list.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Fault::invalid("A name of 1 to 80 characters.", "Un nombre de 1 a 80 caracteres.").on("name"));
    }
    if list.terms.is_empty() {
        return Err(Fault::invalid("Enter at least one term.", "Escriba al menos un término.").on("terms"));
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (place, text) in list.terms.iter().enumerate() {
        let folded = keywords::check(text).map_err(|why| unusable(&why).on(format!("terms.{place}")))?;
        if let Some(first) = seen.insert(folded, place) {
            let nth = first + 1;
            return Err(Fault::invalid(format!("The same as term {nth}."), format!("Igual que el término {nth}.")).on(format!("terms.{place}")));
        }
    }
    if list.streams.is_empty() {
        return Err(Fault::invalid("Choose at least one stream.", "Elija al menos un flujo.").on("streams"));
    }
    if let Some(language) = &list.language {
        let tag = (2..=35).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !tag {
            return Err(Fault::invalid("A language by its short name: en, es, pt-BR.", "Un idioma por su nombre corto: es, en, pt-BR.").on("language"));
        }
    }
    Ok(())
}

/// A refusal of the matching rules as a fault.
pub fn unusable(why: &Unusable) -> Fault {
    let words = why.words();
    Fault::invalid(words.en, words.es)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(terms: &[&str]) -> KeywordList {
        KeywordList {
            id: String::new(),
            department: "administration".into(),
            name: "Recalls".into(),
            terms: terms.iter().map(|term| (*term).to_owned()).collect(),
            streams: vec!["posts".into()],
            sources: Vec::new(),
            language: None,
            on: true,
            origin: "portal".into(),
            changed_ms: 0,
        }
    }

    fn wrong(list: &KeywordList) -> String {
        check(list).unwrap_err().field.unwrap()
    }

    #[test]
    fn ft_s19_what_would_match_everything_is_refused_under_its_own_term() {
        check(&list(&["recall", "lot 4471", "aviso de retirada", "食品"])).unwrap();
        for bad in ["", "  ", "a", "!", "ﾅ", "--", &"w".repeat(201)] {
            assert_eq!(wrong(&list(&["recall", "lot 4471", bad])), "terms.2", "{bad:?}");
        }
        assert_eq!(wrong(&list(&["Recall", "other", " RECALL "])), "terms.2");
        assert_eq!(wrong(&list(&["ｒｅｃａｌｌ", "recall"])), "terms.1");
        assert_eq!(wrong(&list(&[])), "terms");
    }

    #[test]
    fn names_streams_and_languages_are_asked_for() {
        let good = list(&["recall"]);
        assert_eq!(wrong(&KeywordList { name: " ".into(), ..good.clone() }), "name");
        assert_eq!(wrong(&KeywordList { streams: Vec::new(), ..good.clone() }), "streams");
        assert_eq!(wrong(&KeywordList { language: Some("any language".into()), ..good.clone() }), "language");
        check(&KeywordList { language: Some("es".into()), ..good }).unwrap();
    }
}
