//! Mail to people: one SMTP server by the settings, letters of plain text. Jobs send them; what the server puts off is tried again.

use crate::{
    access::audit::Record,
    config::Config,
    fault::{Fault, Result},
    jobs::{Failure, Lease},
    portal::Portal,
};
use app::text::{Language, Text};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use rustls::CertificateError;
use serde_json::json;
use std::{error::Error, io, net::IpAddr, path::Path, time::Duration};

/// Tries of a letter: the pauses between them grow, about half an hour in all. A server that greets strangers with "later" is waited for.
pub const TRIES: u32 = 11;
/// Longest silence of the server.
const PATIENCE: Duration = Duration::from_secs(30);

/// The way to the mail server.
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// A letter to one person.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    /// Where it is not known, the letter says everything in both languages.
    pub language: Option<Language>,
    pub subject: Text,
    pub text: Text,
}

impl Mail {
    /// From the settings: `None` without `smtp_host`.
    pub fn of(config: &Config) -> Result<Option<Self>> {
        let Some(host) = &config.smtp_host else { return Ok(None) };
        let from = config.smtp_from.as_deref().unwrap_or_default();
        let from: Mailbox = from.parse().map_err(|_| {
            Fault::operator(
                "ATALAYA_SMTP_FROM must be the sender's address, like portal@example.org",
                "ATALAYA_SMTP_FROM debe ser la dirección del remitente, como portal@example.org",
            )
        })?;
        let (tls, usual_port) = match config.smtp_tls.as_str() {
            "tls" => (Tls::Wrapper(parameters(host, config.smtp_ca.as_deref())?), 465),
            "starttls" => (Tls::Required(parameters(host, config.smtp_ca.as_deref())?), 587),
            "none" if is_this_machine(host) => (Tls::None, 25),
            "none" => {
                return Err(Fault::operator(
                    "ATALAYA_SMTP_TLS is none, which is for a mail server on this machine alone: links in mail open accounts",
                    "ATALAYA_SMTP_TLS es none, que solo vale para un servidor de correo en esta máquina: los enlaces del correo abren cuentas",
                ));
            }
            _ => return Err(Fault::operator("ATALAYA_SMTP_TLS is tls, starttls or none", "ATALAYA_SMTP_TLS es tls, starttls o none")),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.as_str())
            .port(config.smtp_port.unwrap_or(usual_port))
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some(user) = &config.smtp_user {
            builder = builder.credentials(Credentials::new(user.clone(), password(config)?));
        }
        Ok(Some(Self { transport: builder.build(), from }))
    }

    /// Hands a letter to the server. What the server refuses for good is not to be tried again.
    async fn send(&self, letter: &Letter) -> Result<(), Failure> {
        let message = self.message(letter)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let code = error.status().map(|code| code.to_string()).unwrap_or_default();
                if error.is_permanent() {
                    // Without what the server said: it often repeats the address.
                    return Err(Failure::config(Fault::operator(
                        format!("the mail server refused the letter ({code}): check the address, and the portal's right to send as {}", self.from.email),
                        format!(
                            "el servidor de correo rechazó la carta ({code}): compruebe la dirección y que el portal pueda enviar como {}",
                            self.from.email
                        ),
                    )));
                }
                if let Some(reason) = untrusted(&error) {
                    return Err(Failure::config(distrusted(reason)));
                }
                if error.is_client() {
                    return Err(Failure::config(unusable(&error.to_string())));
                }
                let fault = Fault::operator(
                    format!("the mail server does not take the letter now {code}"),
                    format!("el servidor de correo no acepta la carta por ahora {code}"),
                );
                // A put-off names the address too; a broken connection does not.
                Err(Failure::transient(if error.is_transient() { fault } else { fault.because(error) }))
            }
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, Failure> {
        let unwritable = || Failure::data(Fault::operator("this address cannot be written to", "no se puede escribir a esta dirección"));
        // The address alone: nothing that people call themselves stands in a header.
        let to: Address = letter.to.parse().map_err(|_| unwritable())?;
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&letter.said(&letter.subject, " / ")))
            .message_id(Some(format!("<{}@{}>", uuid::Uuid::new_v4().simple(), self.from.email.domain())))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.said(&letter.text, "\n\n----\n\n"))
            .map_err(|_| unwritable())
    }
}

impl Letter {
    fn said(&self, text: &Text, between: &str) -> String {
        match self.language {
            Some(language) => text.get(language).to_owned(),
            None => format!("{}{between}{}", text.en, text.es),
        }
    }
}

/// One try of a job to send a letter; `object` says in the audit log whom it is for. A letter that left and one that was given up are recorded.
pub async fn deliver(portal: &Portal, lease: &Lease, letter: &Letter, object: &str) -> Result<(), Failure> {
    let mail = portal.mail.as_ref().ok_or_else(|| Failure::config(not_configured()))?;
    let sent = mail.send(letter).await;
    let given_up = sent.as_ref().err().filter(|failure| !failure.retry() || lease.attempt >= TRIES).map(|failure| failure.fault.message.en.clone());
    if sent.is_err() && given_up.is_none() {
        return sent;
    }
    let outcome = if sent.is_ok() { "allowed" } else { "failed" };
    let record = Record::by("portal", "identity.mail", object, outcome).with(json!({ "refusal": given_up }));
    portal.audit.note(record).await?;
    sent
}

/// Nothing was set by which mail could leave.
pub fn not_configured() -> Fault {
    Fault::operator("no mail server is configured: set ATALAYA_SMTP_HOST", "no hay servidor de correo configurado: indique ATALAYA_SMTP_HOST")
}

/// Without line ends and other control characters, which would begin another header.
pub fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

fn parameters(host: &str, authority: Option<&Path>) -> Result<TlsParameters> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = authority {
        let certificate = std::fs::read(file).ok().and_then(|pem| Certificate::from_pem(&pem).ok()).ok_or_else(|| {
            Fault::operator(
                format!("{} is no readable PEM file: check ATALAYA_SMTP_CA", file.display()),
                format!("{} no es un fichero PEM legible: compruebe ATALAYA_SMTP_CA", file.display()),
            )
        })?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| unusable(&error.to_string()))
}

fn password(config: &Config) -> Result<String> {
    let Some(file) = &config.smtp_password_file else { return Ok(config.smtp_password.clone().unwrap_or_default()) };
    let text = std::fs::read_to_string(file).map_err(|cause| {
        Fault::operator(
            format!("{} cannot be read: check ATALAYA_SMTP_PASSWORD_FILE", file.display()),
            format!("no se puede leer {}: compruebe ATALAYA_SMTP_PASSWORD_FILE", file.display()),
        )
        .because(cause)
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Why the server's certificate is not taken, where that is what ended the connection.
fn untrusted<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CertificateError> {
    // What such an error carries is no source of it.
    let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match carried.and_then(|carried| carried.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(reason)) => Some(reason),
        _ => untrusted(error.source()?),
    }
}

fn distrusted(reason: &CertificateError) -> Fault {
    Fault::operator(
        format!(
            "the certificate of the mail server is not trusted ({reason}): name its authority in ATALAYA_SMTP_CA, and in ATALAYA_SMTP_HOST the name that \
             the certificate holds"
        ),
        format!(
            "el certificado del servidor de correo no es de confianza ({reason}): indique su autoridad en ATALAYA_SMTP_CA, y en ATALAYA_SMTP_HOST el nombre \
             que figura en el certificado"
        ),
    )
}

fn unusable(reason: &str) -> Fault {
    Fault::operator(
        format!("the mail server cannot be used as it is set: {reason}"),
        format!("no se puede usar el servidor de correo tal como está configurado: {reason}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(host: &str, tls: &str) -> Config {
        Config {
            smtp_host: Some(host.to_owned()),
            smtp_tls: tls.to_owned(),
            smtp_from: Some("Atalaya <portal@atalaya.example>".to_owned()),
            ..Config::default()
        }
    }

    fn letter(to: &str, subject: &str) -> Letter {
        Letter { to: to.to_owned(), language: None, subject: Text::same(subject), text: Text::of("Good day", "Buenos días") }
    }

    #[test]
    fn without_encryption_only_this_machine_is_spoken_to() {
        assert!(Mail::of(&Config::default()).unwrap().is_none());
        assert!(Mail::of(&settings("127.0.0.1", "none")).unwrap().is_some());
        for (host, tls) in [("mail.example.org", "none"), ("10.0.0.1", "none"), ("127.0.0.1", "maybe")] {
            assert!(Mail::of(&settings(host, tls)).is_err(), "{host} {tls}");
        }
        assert!(Mail::of(&Config { smtp_from: None, ..settings("127.0.0.1", "none") }).is_err());
    }

    #[test]
    fn a11_nothing_that_is_called_something_adds_a_header() {
        let mail = Mail::of(&settings("127.0.0.1", "none")).unwrap().unwrap();
        let text = |letter: &Letter| String::from_utf8(mail.message(letter).unwrap().formatted()).unwrap();
        let written = text(&letter("ana@atalaya.example", "Cedar\r\nBcc: eve@evil.example\r\n\r\nHello"));
        let head = written.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert!(head.contains("To: ana@atalaya.example") && head.contains("Auto-Submitted: auto-generated"), "{head}");
        for wrong in ["ana@atalaya.example\r\nRCPT TO:<eve@evil.example>", "ana", "ana@atalaya.example,eve@evil.example"] {
            assert!(mail.message(&letter(wrong, "x")).is_err(), "{wrong:?}");
        }
    }
}
