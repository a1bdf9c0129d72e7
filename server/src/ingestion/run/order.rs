//! The order in which models and marts are built: each after the ones it reads.

use crate::{
    fault::{Fault, Result},
    warehouse::pins::Definition,
};
use warehouse::{MartDefinition, Warehouse};

/// Sorts the texts so that each stands after those it reads; the order given is kept where it does not matter.
pub fn by_dependency(definitions: Vec<Definition>) -> Result<Vec<Definition>> {
    let mut waiting = Vec::with_capacity(definitions.len());
    for definition in definitions {
        let parsed = MartDefinition::parse(&definition.name, &definition.text)?;
        let reads = Warehouse::reads(&parsed.sql)?;
        waiting.push((definition, reads));
    }
    let mut ordered: Vec<Definition> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|(_, reads)| !waiting.iter().any(|(other, _)| reads.contains(&other.dataset())));
        match ready {
            Some(at) => ordered.push(waiting.remove(at).0),
            None => {
                let names: Vec<String> = waiting.iter().map(|(definition, _)| definition.dataset()).collect();
                let names = names.join(", ");
                return Err(Fault::invalid(
                    format!("These read each other in a circle: {names}. Break it."),
                    format!("Estos se leen unos a otros en círculo: {names}. Rómpalo."),
                ));
            }
        }
    }
    Ok(ordered)
}
