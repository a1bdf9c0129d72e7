//! Why a fetch failed, in words for whoever set it up: they name the host and the bound, never what came.

use super::{resolve::NothingOpen, rules::Refusal};
use crate::{
    fault::Fault,
    jobs::{Class, Failure},
};
use app::{ask::FaultKind, text::Text};
use std::{error::Error, time::Duration};

#[derive(Debug, thiserror::Error)]
pub enum FetchFault {
    #[error("the address of {host} is not one that may be fetched ({why:?})")]
    Address { host: String, why: Refusal },
    #[error("{host} leads to an address that is not open to fetches")]
    Blocked { host: String },
    #[error("{host} asks robots not to read this address")]
    Robots { host: String },
    #[error("{host} cannot be reached: {cause}")]
    Unreachable { host: String, cause: String },
    #[error("{host} did not answer in time")]
    TimedOut { host: String },
    #[error("{what} from {host} is larger than {most} bytes")]
    TooLarge { host: String, what: &'static str, most: usize },
    #[error("{host} sends from one address to the next without an end")]
    Redirects { host: String },
    #[error("{what} from {host} cannot be read")]
    Malformed { host: String, what: &'static str },
    /// Nobody asked the host: it wants to be left alone, or others wait already.
    #[error("{host} wants to be asked again in {} s", .wait.as_secs())]
    Later { host: String, wait: Duration },
}

/// What the HTTP library says, told apart.
pub fn of(host: String, cause: reqwest::Error) -> FetchFault {
    let mut next: Option<&(dyn Error + 'static)> = Some(&cause);
    let mut deepest = String::new();
    while let Some(error) = next {
        if error.is::<NothingOpen>() {
            return FetchFault::Blocked { host };
        }
        deepest = error.to_string();
        next = error.source();
    }
    if cause.is_timeout() { FetchFault::TimedOut { host } } else { FetchFault::Unreachable { host, cause: deepest } }
}

impl FetchFault {
    pub fn words(&self) -> Text {
        match self {
            Self::Address { host, why } => match why {
                Refusal::Scheme => Text::of("Only http:// and https:// addresses are fetched.", "Solo se leen direcciones http:// y https://."),
                Refusal::UserInfo => Text::of(
                    "Leave name and password out of the address: there is a field for them.",
                    "Quite el nombre y la contraseña de la dirección: tienen su propio campo.",
                ),
                Refusal::Host => Text::of("The address has no host.", "La dirección no tiene servidor."),
                Refusal::Port => Text::of(
                    format!("The port of {host} is not open to fetches: 80, 443, or a pair in ATALAYA_FETCH_ALLOW."),
                    format!("El puerto de {host} no está abierto a las lecturas: 80, 443 o una pareja en ATALAYA_FETCH_ALLOW."),
                ),
            },
            Self::Blocked { host } => Text::of(
                format!("{host} is not on the public internet: the operator can open it in ATALAYA_FETCH_ALLOW."),
                format!("{host} no está en la internet pública: el operador puede abrirlo en ATALAYA_FETCH_ALLOW."),
            ),
            Self::Robots { host } => Text::of(
                format!("The robots.txt of {host} asks us not to read this address: ask its owner, or choose another one."),
                format!("El robots.txt de {host} pide no leer esta dirección: pregunte a su dueño o elija otra."),
            ),
            Self::Unreachable { host, .. } => Text::of(
                format!("{host} cannot be reached: check the address. It is tried again."),
                format!("No se puede llegar a {host}: compruebe la dirección. Se volverá a intentar."),
            ),
            Self::TimedOut { host } => {
                Text::of(format!("{host} did not answer in time. It is tried again."), format!("{host} no ha respondido a tiempo. Se volverá a intentar."))
            }
            Self::TooLarge { host, most, .. } => Text::of(
                format!("The answer of {host} is larger than {most} bytes, the most that is read: choose a smaller page."),
                format!("La respuesta de {host} supera los {most} bytes, lo máximo que se lee: elija una página menor."),
            ),
            Self::Redirects { host } => Text::of(
                format!("{host} sends from one address to the next without an end: enter the final address."),
                format!("{host} envía de una dirección a otra sin fin: escriba la dirección final."),
            ),
            Self::Malformed { host, .. } => Text::of(
                format!("The answer of {host} breaks the rules of HTTP: tell its owner."),
                format!("La respuesta de {host} incumple las reglas de HTTP: avise a su dueño."),
            ),
            Self::Later { host, wait } => Text::of(
                format!("{host} wants to be asked again in {} seconds; it is.", wait.as_secs()),
                format!("{host} quiere que se le pregunte de nuevo en {} segundos; así se hará.", wait.as_secs()),
            ),
        }
    }
}

impl From<FetchFault> for Failure {
    fn from(fault: FetchFault) -> Self {
        let (class, kind) = match &fault {
            FetchFault::Address { .. } | FetchFault::Blocked { .. } | FetchFault::Robots { .. } => (Class::Config, FaultKind::Invalid),
            FetchFault::TooLarge { .. } | FetchFault::Redirects { .. } | FetchFault::Malformed { .. } => (Class::Data, FaultKind::Invalid),
            FetchFault::Unreachable { .. } | FetchFault::TimedOut { .. } => (Class::Transient, FaultKind::Unavailable),
            FetchFault::Later { .. } => (Class::Transient, FaultKind::TooMany),
        };
        Self::new(class, Fault::new(kind, fault.words()).because(fault))
    }
}
