//! What happened to an agent, or what it cannot go on with: said in both languages.

use serde::{Deserialize, Serialize};
use std::{fmt, io, path::Path};

/// What happened and what to do next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentFault {
    pub en: String,
    pub es: String,
}

impl AgentFault {
    pub fn new(en: impl Into<String>, es: impl Into<String>) -> Self {
        Self { en: en.into(), es: es.into() }
    }

    /// Begins with what it is about.
    pub fn about(self, what: impl fmt::Display) -> Self {
        Self { en: format!("{what}: {}", self.en), es: format!("{what}: {}", self.es) }
    }

    /// A file or folder that cannot be read or written.
    pub fn file(path: &Path, cause: &io::Error) -> Self {
        let path = path.display();
        Self::new(
            format!("{path}: {cause}. Check that the folder exists, has room and belongs to who runs the agent"),
            format!("{path}: {cause}. Compruebe que la carpeta existe, tiene sitio y pertenece a quien ejecuta el agente"),
        )
    }

    /// The process that wrote the buffer is gone: nothing can be taken any more.
    pub fn stopped() -> Self {
        Self::new("the agent has stopped: start it again", "el agente se ha detenido: vuelva a iniciarlo")
    }
}

impl fmt::Display for AgentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl std::error::Error for AgentFault {}
