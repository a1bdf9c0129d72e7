//! What is said to people, in both languages, and why a setting was refused.

use serde::{Deserialize, Serialize};

/// One sentence in English and Spanish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub en: String,
    pub es: String,
}

impl Words {
    pub fn of(en: impl Into<String>, es: impl Into<String>) -> Self {
        Self { en: en.into(), es: es.into() }
    }
}

impl std::fmt::Display for Words {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.en)
    }
}

/// A setting that cannot be: what is wrong with it and what would do. The caller makes a fault of the user's out of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Refusal {
    pub message: Words,
    /// The setting's place, as in `windows.by_minute.keys`.
    pub field: String,
}

impl Refusal {
    pub fn new(field: impl Into<String>, en: impl Into<String>, es: impl Into<String>) -> Self {
        Self { message: Words::of(en, es), field: field.into() }
    }
}
