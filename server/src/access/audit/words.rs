//! What is wrong with the audit log, in words for an administrator and for the command line.

use super::{Broken, Damage};
use app::text::Text;

/// One sentence: which record, of when, and what is wrong with it.
pub fn broken_words(broken: &Broken) -> Text {
    let Broken { at, at_ms, what } = broken;
    let told = at_ms.map(moment);
    let of = told.as_ref().map(|told| Text::same(format!("({told}) "))).unwrap_or_default();
    let after = told.map(|told| Text::of(format!(" (the one before it is of {told})"), format!(" (el anterior es del {told})"))).unwrap_or_default();
    match what {
        Damage::Changed => Text::of(
            format!("record {at} {}is not as the portal wrote it: it was changed, or put there from outside", of.en),
            format!("el registro {at} {}no es como lo escribió el portal: alguien lo cambió o lo puso desde fuera", of.es),
        ),
        Damage::OutOfOrder { was } => Text::of(
            format!("record {at} {}is out of order: it was written as number {was}", of.en),
            format!("el registro {at} {}está fuera de orden: se escribió con el número {was}", of.es),
        ),
        Damage::Missing => Text::of(format!("record {at} is missing{}", after.en), format!("falta el registro {at}{}", after.es)),
        Damage::CutOff { to, checkpoint_ms } => Text::of(
            format!(
                "record {at} is missing: the log was cut off at the end{}; checkpoint {to} of {} sealed records up to {to}",
                after.en,
                moment(*checkpoint_ms)
            ),
            format!(
                "falta el registro {at}: el registro de auditoría está cortado al final{}; el punto de control {to} del {} selló hasta el {to}",
                after.es,
                moment(*checkpoint_ms)
            ),
        ),
        Damage::CutOffHead { to } => Text::of(
            format!("record {at} is missing: the log was cut off at the end{}; the head file knows of records up to {to}", after.en),
            format!("falta el registro {at}: el registro de auditoría está cortado al final{}; el fichero de cabeza conoce hasta el {to}", after.es),
        ),
        Damage::Replaced { to, checkpoint_ms } => Text::of(
            format!("records {at} to {to} are not those that checkpoint {to} of {} sealed: the log was cut and went on", moment(*checkpoint_ms)),
            format!(
                "los registros {at} a {to} no son los que selló el punto de control {to} del {}: el registro de auditoría se cortó y siguió",
                moment(*checkpoint_ms)
            ),
        ),
        Damage::ReplacedHead { to } => Text::of(
            format!("records {at} to {to} are not those that the head file knows: the log was cut and went on"),
            format!("los registros {at} a {to} no son los que conoce el fichero de cabeza: el registro de auditoría se cortó y siguió"),
        ),
        Damage::Checkpoint { to } => Text::of(
            format!("the records hold, but checkpoint {to} was not signed by this portal: it was changed, or put there from outside"),
            format!("los registros son correctos, pero el punto de control {to} no lo firmó este portal: alguien lo cambió o lo puso desde fuera"),
        ),
        Damage::CheckpointMissing { to } => Text::of(
            format!("the records hold, but the checkpoints over records {at} to {to} are missing"),
            format!("los registros son correctos, pero faltan los puntos de control de los registros {at} a {to}"),
        ),
    }
}

/// To the second, in UTC: who compares it with another log needs no zone.
fn moment(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).map(|at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_its_time_and_the_damage_are_named() {
        let said = |what: Damage| broken_words(&Broken { at: 4, at_ms: Some(1_795_522_800_000), what });
        assert_eq!(said(Damage::Missing).en, "record 4 is missing (the one before it is of 2026-11-24 12:20:00 UTC)");
        assert_eq!(said(Damage::OutOfOrder { was: 9 }).es, "el registro 4 (2026-11-24 12:20:00 UTC) está fuera de orden: se escribió con el número 9");
        let cut = said(Damage::CutOff { to: 9, checkpoint_ms: 1_795_522_800_000 });
        assert!(cut.en.contains("checkpoint 9 of 2026-11-24 12:20:00 UTC"), "{}", cut.en);
        assert!(broken_words(&Broken { at: 1, at_ms: None, what: Damage::Missing }).en.ends_with("missing"));
    }
}
