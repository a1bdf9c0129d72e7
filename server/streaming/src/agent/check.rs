//! Whether an agent's settings can be meant. Pure.

use super::{
    AgentFault,
    config::{AgentConfig, Input, Multiline, Output, Portal},
};

/// Bounds of the buffer and of one event, in bytes.
const LEAST_BUFFER: u64 = 4 << 20;
const MOST_RECORD: usize = 4 << 20;
/// Longest name of an agent or topic.
const MOST_NAME: usize = 100;

/// Says the first thing that is not right.
pub fn check(config: &AgentConfig) -> Result<(), AgentFault> {
    let limits = &config.limits;
    ensure(is_name(&config.name), "`name` is letters, digits, `_`, `-` and `.` only", "`name` solo admite letras, cifras, `_`, `-` y `.`")?;
    ensure(limits.buffer_bytes >= LEAST_BUFFER, "`buffer_bytes` is at least 4194304 (4 MiB)", "`buffer_bytes` es al menos 4194304 (4 MiB)")?;
    ensure(
        (64..=MOST_RECORD).contains(&limits.record_bytes) && limits.record_bytes as u64 <= limits.buffer_bytes / 8,
        "`record_bytes` is from 64 to 4194304 (4 MiB) and at most an eighth of `buffer_bytes`",
        "`record_bytes` va de 64 a 4194304 (4 MiB) y es como mucho un octavo de `buffer_bytes`",
    )?;
    ensure((1..=50).contains(&limits.commit_ms), "`commit_ms` is from 1 to 50", "`commit_ms` va de 1 a 50")?;
    ensure(
        (1..=100_000).contains(&limits.batch_records) && (1..=8 << 20).contains(&limits.batch_bytes),
        "`batch_records` is from 1 to 100000, `batch_bytes` from 1 to 8388608",
        "`batch_records` va de 1 a 100000 y `batch_bytes` de 1 a 8388608",
    )?;
    config.inputs.iter().try_for_each(|input| self::input(config, input))?;
    match &config.output {
        Some(Output::Portal(portal)) => self::portal(portal)?,
        Some(Output::Kafka(_) | Output::Log(_)) | None => {}
    }
    config.report.iter().try_for_each(self::portal)
}

fn input(config: &AgentConfig, input: &Input) -> Result<(), AgentFault> {
    ensure(is_topic(input.topic()), "a `topic` is lower-case letters, digits, `_`, `-` and `.`", "un `topic` son minúsculas, cifras, `_`, `-` y `.`")?;
    match input {
        Input::File(file) => {
            ensure(!file.paths.is_empty(), "an input of kind `file` needs `paths`", "una entrada de tipo `file` necesita `paths`")?;
            ensure(file.scan_ms >= 10 && file.poll_ms >= 10, "`scan_ms` and `poll_ms` are at least 10", "`scan_ms` y `poll_ms` son al menos 10")?;
            for path in &file.paths {
                glob::Pattern::new(path).map_err(|cause| AgentFault::new(format!("`{path}`: {cause}"), format!("`{path}`: {cause}")))?;
            }
            file.multiline.iter().try_for_each(multiline)
        }
        Input::Spool(_) => Ok(()),
        Input::Syslog(syslog) => ensure(
            syslog.udp.is_some() || syslog.tcp.is_some(),
            "an input of kind `syslog` needs `udp`, `tcp` or both: an address and port to listen on",
            "una entrada de tipo `syslog` necesita `udp`, `tcp` o ambos: dirección y puerto en que escuchar",
        ),
        Input::Http(http) => ensure(
            http.body_bytes as u64 <= config.limits.buffer_bytes / 4,
            "`body_bytes` is at most a quarter of `buffer_bytes`",
            "`body_bytes` es como mucho un cuarto de `buffer_bytes`",
        ),
    }
}

fn multiline(multiline: &Multiline) -> Result<(), AgentFault> {
    ensure(multiline.lines > 0, "`lines` of `multiline` is at least 1", "`lines` de `multiline` es al menos 1")?;
    regex::bytes::Regex::new(&multiline.start).map(|_| ()).map_err(|cause| AgentFault::new(cause.to_string(), cause.to_string()))
}

fn portal(portal: &Portal) -> Result<(), AgentFault> {
    ensure(
        matches!(portal.url.scheme(), "http" | "https"),
        "the portal's `url` begins with http:// or https://",
        "la `url` del portal empieza por http:// o https://",
    )?;
    ensure(
        portal.token.is_some() != portal.token_file.is_some(),
        "the portal needs `token` or `token_file`: an administrator makes a token on the page Agents",
        "el portal necesita `token` o `token_file`: un administrador lo crea en la página Agentes",
    )
}

/// A name that can stand in ids, addresses and files.
pub fn is_name(name: &str) -> bool {
    (1..=MOST_NAME).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// A name that every bus takes for a topic.
pub fn is_topic(topic: &str) -> bool {
    is_name(topic) && !topic.bytes().any(|byte| byte.is_ascii_uppercase()) && topic != "." && topic != ".."
}

fn ensure(holds: bool, en: &str, es: &str) -> Result<(), AgentFault> {
    if holds { Ok(()) } else { Err(AgentFault::new(en, es)) }
}
