//! What verdicts hang on, as one connection sees it: what is in force, or what a transaction would bring into force.

use crate::{
    access::Principal,
    fault::Result,
    governance::{memberships::seated, rules::Policy, store},
    identity,
};
use app::{governance::cases::asks::Case, text::Text};
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// What was read until now: policies by mart, people by who and where. Each once, and only what tests speak of.
#[derive(Default)]
pub struct State {
    policies: BTreeMap<String, Vec<Policy>>,
    seats: BTreeMap<(String, Option<String>), Seat>,
}

/// The person of a test where it judges them, or why they cannot be judged there.
type Seat = std::result::Result<Principal, Text>;

/// Of what one test is judged.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub policies: &'a [Policy],
    pub seat: &'a Seat,
}

impl State {
    /// Ask it over the same connection each time.
    pub async fn of(&mut self, connection: &mut AnyConnection, case: &Case) -> Result<Given<'_>> {
        let key = (case.person.clone(), case.department.clone());
        if !self.policies.contains_key(&case.mart) {
            let policies = store::policies_on(&mut *connection, &case.mart).await?;
            self.policies.insert(case.mart.clone(), policies);
        }
        if !self.seats.contains_key(&key) {
            let seat = seat(connection, case).await?;
            self.seats.insert(key.clone(), seat);
        }
        Ok(Given { policies: &self.policies[&case.mart], seat: &self.seats[&key] })
    }
}

async fn seat(connection: &mut AnyConnection, case: &Case) -> Result<Seat> {
    let Some(person) = identity::store::person_within(&mut *connection, &case.person).await?.filter(|person| !person.disabled) else {
        return Ok(Err(Text::of("This person is disabled or gone.", "Esta persona está desactivada o ya no está.")));
    };
    let held = store::memberships_within(&mut *connection, &person.id).await?;
    let attributes = store::attributes_within(connection, &person.id).await?;
    let principal = seated(person, held, attributes, case.department.as_deref());
    // Who is not where the test says acts in their first department: that says nothing about it.
    if case.department.as_ref().is_some_and(|department| *department != principal.department) {
        return Ok(Err(Text::of("This person does not belong to this department any more.", "Esta persona ya no pertenece a este departamento.")));
    }
    Ok(Ok(principal))
}
