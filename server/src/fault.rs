//! The one error: what happened, who must act, whether to try again.

use app::{
    ask::{Fault as Answered, FaultKind},
    text::Text,
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use warehouse::QueryFault;

pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// What went wrong, in words a reader may see, and (for the log alone) the cause.
#[derive(Debug)]
pub struct Fault {
    pub kind: FaultKind,
    pub message: Text,
    pub who: Who,
    pub retry: bool,
    pub field: Option<String>,
    /// Never shown; logged once, where the fault is handled.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Who must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    User,
    Operator,
    Us,
}

impl Fault {
    pub fn new(kind: FaultKind, message: Text) -> Self {
        let who = match kind {
            FaultKind::Internal => Who::Us,
            FaultKind::Unavailable => Who::Operator,
            _ => Who::User,
        };
        Self { kind, message, who, retry: matches!(kind, FaultKind::Unavailable | FaultKind::TooMany), field: None, cause: None }
    }

    /// No session.
    pub fn sign_in() -> Self {
        Self::new(FaultKind::SignIn, Text::of("Sign in first.", "Inicie sesión primero."))
    }

    /// The one answer for what is not there and for what is not the reader's.
    pub fn not_found() -> Self {
        Self::new(FaultKind::NotFound, Text::of("Not found.", "No se encuentra."))
    }

    /// Visible, but this action is not allowed.
    pub fn forbidden() -> Self {
        Self::new(
            FaultKind::Forbidden,
            Text::of("Your role does not allow this. Ask an administrator.", "Su función no permite hacer esto. Pídaselo a un administrador."),
        )
    }

    /// A bad request: the words say what to change.
    pub fn invalid(en: impl Into<String>, es: impl Into<String>) -> Self {
        Self::new(FaultKind::Invalid, Text::of(en, es))
    }

    /// The same from words that stand elsewhere.
    pub fn invalid_text(message: Text) -> Self {
        Self::new(FaultKind::Invalid, message)
    }

    pub fn conflict() -> Self {
        Self::new(FaultKind::Conflict, Text::of("Somebody changed this meanwhile. Load it again.", "Alguien lo ha cambiado mientras tanto. Vuelva a cargarlo."))
    }

    /// Our mistake, or a failure inside: the cause goes to the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut fault = Self::new(
            FaultKind::Internal,
            Text::of(
                "Something failed on our side. Try again; if it stays, tell the operator.",
                "Algo ha fallado por nuestra parte. Inténtelo de nuevo; si persiste, avise al operador.",
            ),
        );
        fault.cause = Some(cause.into());
        fault
    }

    /// For the operator (command line, start): what to do, with its cause.
    pub fn operator(en: impl Into<String>, es: impl Into<String>) -> Self {
        Self::new(FaultKind::Unavailable, Text::of(en, es))
    }

    pub fn on(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    pub fn status(&self) -> StatusCode {
        match self.kind {
            FaultKind::SignIn => StatusCode::UNAUTHORIZED,
            FaultKind::Forbidden => StatusCode::FORBIDDEN,
            FaultKind::NotFound => StatusCode::NOT_FOUND,
            FaultKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            FaultKind::Conflict => StatusCode::CONFLICT,
            FaultKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            FaultKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message.en)
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        if self.kind == FaultKind::Internal {
            tracing::error!(cause = ?self.cause, "request failed");
        }
        let status = self.status();
        (status, Json(Answered { kind: self.kind, message: self.message, field: self.field, retry: self.retry })).into_response()
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::internal(error)
    }
}

impl From<QueryFault> for Fault {
    fn from(fault: QueryFault) -> Self {
        match fault {
            QueryFault::UnknownMart(_) => Self::not_found(),
            QueryFault::UnknownColumn(name) => Self::invalid(format!("Unknown column {name}."), format!("Columna desconocida: {name}.")).on(name),
            QueryFault::UnknownMeasure(name) => Self::invalid(format!("Unknown measure {name}."), format!("Medida desconocida: {name}.")).on(name),
            QueryFault::NotAvailable(name) => {
                Self::invalid(format!("The measure {name} is not available to you."), format!("La medida {name} no está a su alcance.")).on(name)
            }
            QueryFault::Refused(reason) => {
                Self::invalid(format!("Not a question that can be asked: {reason}."), format!("No es una pregunta que se pueda hacer: {reason}."))
            }
            QueryFault::IllTyped { column, expected } => {
                Self::invalid(format!("The value for {column} is not of type {expected}."), format!("El valor de {column} no es del tipo {expected}."))
                    .on(column)
            }
            QueryFault::TooMuch(what) => Self::invalid(
                format!("This asks for too much ({what}). Narrow the filters or group less finely."),
                format!("Esto pide demasiado ({what}). Acote los filtros o agrupe con menos detalle."),
            ),
            QueryFault::Expression(what) => Self::invalid(format!("The expression failed: {what}."), format!("La expresión ha fallado: {what}.")),
            QueryFault::Definition { name, reason } => Self::invalid(format!("{name}: {reason}"), format!("{name}: {reason}")),
            QueryFault::Engine(cause) => Self::internal(cause),
        }
    }
}
