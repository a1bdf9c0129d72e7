//! Words in both languages: for the portal's own texts and for the titles that an organisation gives to its things.

use serde::{Deserialize, Serialize};

/// The languages of the portal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Es,
}

impl Language {
    /// The BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// The first supported language of an `Accept-Language` header or a tag; English when none is.
    pub fn parse(header: &str) -> Self {
        header
            .split(',')
            .find_map(|part| match part.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("es") => Some(Self::Es),
                Some("en") => Some(Self::En),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// A text that stands alone between two tags whose content a server writes as it is given (a title, a text area): what would be read as
/// markup is escaped there; in a browser it is set as text (A17).
pub fn between_tags(text: String) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { text }
}

/// One text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    pub en: String,
    pub es: String,
}

impl Text {
    pub fn of(en: impl Into<String>, es: impl Into<String>) -> Self {
        Self { en: en.into(), es: es.into() }
    }

    /// A text that reads the same in both languages: a name, or what somebody typed.
    pub fn same(text: impl Into<String>) -> Self {
        let en: String = text.into();
        Self { es: en.clone(), en }
    }

    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Es => &self.es,
        }
    }
}

/// Declares the words of one domain, both languages side by side, so that a missing translation does not compile:
/// `words! { sign_in: "Sign in", "Entrar"; }` makes `fn sign_in(Language) -> &'static str`.
#[macro_export]
macro_rules! words {
    ($($name:ident: $en:literal, $es:literal;)*) => {
        $(pub const fn $name(language: $crate::text::Language) -> &'static str {
            match language { $crate::text::Language::En => $en, $crate::text::Language::Es => $es }
        })*
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Short, plain words: no exclamation marks, and a Spanish reader is addressed as usted.
    #[test]
    fn texts_keep_the_house_style() {
        let source = std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())).join("src");
        let folders = std::fs::read_dir(source).unwrap().map(|entry| entry.unwrap().path().join("words.rs"));
        let files: Vec<_> = folders.filter(|file| file.exists()).collect();
        assert!(files.len() > 5, "the words of the domains were not found");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap().replace("crate::words! {", "");
            let text: String = text.lines().filter(|line| !line.starts_with("//")).collect();
            assert!(!text.contains(['!', '¡']), "an exclamation mark in {}", file.display());
            for familiar in [" tú ", " tus ", "Tu ", " puedes", " tienes", " quieres"] {
                assert!(!text.contains(familiar), "{familiar:?} in {}", file.display());
            }
        }
    }

    #[test]
    fn takes_the_first_language_it_speaks() {
        assert_eq!(Language::parse("fr-FR,es-ES;q=0.8,en;q=0.5"), Language::Es);
        assert_eq!(Language::parse("de"), Language::En);
    }
}
