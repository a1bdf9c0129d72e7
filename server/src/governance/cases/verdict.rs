//! What a test says of what its person would get: pure, decided by rules alone, in words that tell no value which must not be told.

use super::implication::{Among, among};
use crate::{
    access::{Principal, words::shown},
    governance::{
        Catalogue, Dataset, accepted,
        emptiness::leaves_nothing,
        literal, masks,
        policies::problem_words,
        rules::{self, Bound, Closed, Policy, applying},
    },
};
use app::{
    governance::cases::asks::{Expectation, Outcome, Verdict},
    text::Text,
};
use warehouse::{Comparison, Literal, Mask, Predicate};

/// Stands for a value that is not told.
const HIDDEN: &str = "•••";

/// Whether a value of a column may be told to who reads the verdict.
pub type Told<'a> = &'a dyn Fn(&str, &Literal) -> bool;

/// What one person gets of one mart or stream under certain policies.
pub enum Seen<'a> {
    Unpublished,
    NotGranted,
    Closed(Closed),
    Granted(&'a Dataset, Bound),
}

impl<'a> Seen<'a> {
    pub fn by(principal: &Principal, mart: &str, policies: &[Policy], catalogue: &'a Catalogue) -> Self {
        let Some(dataset) = catalogue.governed(mart) else { return Self::Unpublished };
        let applying: Vec<Policy> = applying(policies, mart, principal).into_iter().map(|policy| pinned(policy, dataset)).collect();
        match rules::bind(&applying.iter().collect::<Vec<_>>(), dataset, principal) {
            None => Self::NotGranted,
            Some(Err(closed)) => Self::Closed(closed),
            Some(Ok(bound)) => Self::Granted(dataset, bound),
        }
    }
}

/// As the next read will pin it.
fn pinned(policy: &Policy, dataset: &Dataset) -> Policy {
    let mut policy = policy.clone();
    if accepted::is_unpinned(&policy) && !policy.unreadable {
        policy.accepted = Some(accepted::pin(&policy, &dataset.columns));
    }
    policy
}

pub fn verdict(expectation: &Expectation, seen: &Seen, told: Told) -> Verdict {
    let (dataset, bound) = match seen {
        Seen::Granted(dataset, bound) => (*dataset, bound),
        // Nothing is expected of them but that something is not seen.
        Seen::Unpublished if matches!(expectation, Expectation::SeesNothing) => return holds(not_seen(seen)),
        Seen::Unpublished => return cannot_tell(not_seen(seen)),
        _ => {
            return match expectation {
                Expectation::SeesNothing | Expectation::HidesColumn(_) | Expectation::OnlyRows { .. } => holds(not_seen(seen)),
                _ => broken(not_seen(seen)),
            };
        }
    };
    match expectation {
        Expectation::SeesNothing => broken(granted(bound, told)),
        Expectation::IsGranted => holds(granted(bound, told)),
        Expectation::SeesColumn(column) if is_seen(bound, column) => holds(of_column(bound, column)),
        Expectation::SeesColumn(column) => broken(if has(dataset, column) { of_column(bound, column) } else { no_column(column) }),
        Expectation::HidesColumn(column) | Expectation::Masked { column, .. } | Expectation::OnlyRows { column, .. } if !has(dataset, column) => {
            cannot_tell(no_column(column))
        }
        Expectation::HidesColumn(column) if is_seen(bound, column) => broken(of_column(bound, column)),
        Expectation::HidesColumn(column) => holds(of_column(bound, column)),
        Expectation::Masked { column, mask } => {
            let now = if is_seen(bound, column) { bound.masks.get(column).copied() } else { Some(Mask::Hide) };
            let as_expected = now.is_some() && now == masks::parse(mask);
            if as_expected { holds(of_column(bound, column)) } else { broken(of_column(bound, column)) }
        }
        Expectation::OnlyRows { column, values } => only_rows(dataset, bound, column, values, told),
        Expectation::LeavesNoRow if leaves_nothing(&bound.rows) => holds(rows(bound, told)),
        Expectation::LeavesNoRow => broken(rows(bound, told)),
    }
}

fn only_rows(dataset: &Dataset, bound: &Bound, column: &str, values: &[String], told: Told) -> Verdict {
    let kind = dataset.columns.iter().find(|known| known.name == column).map(|known| known.kind);
    let expected: Option<Vec<Literal>> = kind.and_then(|kind| values.iter().map(|value| literal::parse(value, kind)).collect());
    let Some(expected) = expected else {
        return cannot_tell(Text::of(
            format!("An expected value is not of the type of the column {column} any more."),
            format!("Un valor esperado ya no es del tipo de la columna {column}."),
        ));
    };
    match among(&bound.rows, column, &expected) {
        Among::Yes => holds(rows(bound, told)),
        Among::No => broken(rows(bound, told)),
        Among::CannotTell => cannot_tell(rows(bound, told)),
    }
}

fn has(dataset: &Dataset, column: &str) -> bool {
    dataset.columns.iter().any(|known| known.name == column)
}

fn is_seen(bound: &Bound, column: &str) -> bool {
    bound.columns.iter().any(|known| known.name == column) && bound.masks.get(column) != Some(&Mask::Hide)
}

pub fn holds(why: Text) -> Verdict {
    Verdict { outcome: Outcome::Holds, why }
}

pub fn broken(why: Text) -> Verdict {
    Verdict { outcome: Outcome::Broken, why }
}

pub fn cannot_tell(why: Text) -> Verdict {
    Verdict { outcome: Outcome::CannotTell, why }
}

fn not_seen(seen: &Seen) -> Text {
    match seen {
        Seen::Unpublished => problem_words(&Closed::NotPublished),
        Seen::Closed(closed) => problem_words(closed),
        Seen::NotGranted | Seen::Granted(..) => Text::of("No policy grants it.", "Ninguna política lo concede."),
    }
}

fn no_column(column: &str) -> Text {
    Text::of(format!("It has no column {column}."), format!("No tiene la columna {column}."))
}

fn granted(bound: &Bound, told: Told) -> Text {
    let rows = rows(bound, told);
    Text::of(format!("It is granted. {}", rows.en), format!("Está concedido. {}", rows.es))
}

fn rows(bound: &Bound, told: Told) -> Text {
    let rules = written(&bound.rows, told);
    if rules.is_empty() {
        return Text::of("All rows.", "Todas las filas.");
    }
    Text::of(format!("Rows: {rules}."), format!("Filas: {rules}."))
}

fn of_column(bound: &Bound, column: &str) -> Text {
    if !is_seen(bound, column) {
        return Text::of(format!("The column {column} is hidden."), format!("La columna {column} está oculta."));
    }
    match bound.masks.get(column) {
        None => Text::of(format!("The column {column} is as it is."), format!("La columna {column} está tal cual.")),
        Some(mask) => {
            let mask = mask_written(*mask);
            Text::of(format!("The column {column} is masked: {mask}."), format!("La columna {column} tiene máscara: {mask}."))
        }
    }
}

/// As policies write it.
fn mask_written(mask: Mask) -> String {
    match mask {
        Mask::Hide => "hide".to_owned(),
        Mask::Null => "null".to_owned(),
        Mask::Hash => "hash".to_owned(),
        Mask::Bucket(width) => format!("bucket:{width}"),
        Mask::KeepLast(kept) => format!("keep-last:{kept}"),
    }
}

/// Row rules as policies write them. Values that must not be told are one mark, however many they are.
fn written(predicate: &Predicate, told: Told) -> String {
    let list = |column: &str, values: &[Literal]| {
        let mut words: Vec<String> = values.iter().filter(|value| told(column, value)).map(shown).collect();
        if words.len() < values.len() {
            words.push(HIDDEN.to_owned());
        }
        words.join(", ")
    };
    match predicate {
        Predicate::Compare { column, comparison, value } => format!("{column} {} {}", sign(*comparison), list(column, std::slice::from_ref(value))),
        Predicate::In { column, values } => format!("{column} in {}", list(column, values)),
        Predicate::NotIn { column, values } => format!("{column} not in {}", list(column, values)),
        Predicate::IsNull { column } => format!("{column} is null"),
        Predicate::IsNotNull { column } => format!("{column} is not null"),
        Predicate::Contains { column, .. } => format!("{column} contains {HIDDEN}"),
        Predicate::All(all) => all.iter().map(|one| written(one, told)).collect::<Vec<_>>().join("; "),
        Predicate::Any(any) => any.iter().map(|one| written(one, told)).collect::<Vec<_>>().join(" | "),
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::fixtures::{self, baskets, principal};
    use app::governance::asks::RowRule;

    /// Own regions, households hashed, the sales not accepted; not pinned yet.
    fn policy() -> Policy {
        let shown = |name: &str| accepted::Accepted { name: name.into(), kind: None, shown: true };
        let accepted = Some(vec![shown("region"), shown("household_id")]);
        Policy { accepted, ..fixtures::policy(&[("region", "in", &["person.regions"])], &[("household_id", "hash")]) }
    }

    fn hidden(_column: &str, _value: &Literal) -> bool {
        false
    }

    fn said(expectation: &Expectation, policies: &[Policy], regions: &[&str]) -> Verdict {
        let catalogue = Catalogue::new(1, vec![baskets()]);
        verdict(expectation, &Seen::by(&principal(regions), "baskets", policies, &catalogue), &hidden)
    }

    fn masked(column: &str, mask: &str) -> Expectation {
        Expectation::Masked { column: column.into(), mask: mask.into() }
    }

    fn only(values: &[&str]) -> Expectation {
        Expectation::OnlyRows { column: "region".into(), values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    #[test]
    fn each_expectation_is_told_from_the_bound_rules() {
        use Outcome::{Broken, CannotTell, Holds};
        for (expectation, outcome) in [
            (Expectation::SeesNothing, Broken),
            (Expectation::IsGranted, Holds),
            (Expectation::SeesColumn("region".into()), Holds),
            (Expectation::SeesColumn("household_id".into()), Holds),
            (Expectation::SeesColumn("sales_value".into()), Broken),
            (Expectation::SeesColumn("town".into()), Broken),
            (Expectation::HidesColumn("sales_value".into()), Holds),
            (Expectation::HidesColumn("region".into()), Broken),
            (Expectation::HidesColumn("town".into()), CannotTell),
            (masked("household_id", "hash"), Holds),
            (masked("household_id", "null"), Broken),
            (masked("region", "hash"), Broken),
            (masked("sales_value", "hide"), Holds),
            (masked("town", "hash"), CannotTell),
            (only(&["North", "South"]), Holds),
            (only(&["South"]), Broken),
            (Expectation::OnlyRows { column: "household_id".into(), values: vec!["1".into()] }, Broken),
            (Expectation::OnlyRows { column: "household_id".into(), values: vec!["one".into()] }, CannotTell),
            (Expectation::LeavesNoRow, Broken),
        ] {
            assert_eq!(said(&expectation, &[policy()], &["North"]).outcome, outcome, "{expectation:?}");
        }
        let mut south = policy();
        south.rows = vec![RowRule { column: "region".into(), operator: "=".into(), values: vec!["South".into()] }];
        assert_eq!(said(&Expectation::LeavesNoRow, &[policy(), south], &["North"]).outcome, Holds);
    }

    #[test]
    fn what_is_not_granted_or_closed_is_seen_by_nobody() {
        use Outcome::{Broken, CannotTell, Holds};
        // Without the attribute the rule closes the mart (A47).
        let unseen: [(Vec<Policy>, &[&str]); 2] = [(Vec::new(), &["North"]), (vec![policy()], &[])];
        for (policies, regions) in unseen {
            for expectation in [Expectation::SeesNothing, Expectation::HidesColumn("region".into()), only(&["North"])] {
                assert_eq!(said(&expectation, &policies, regions).outcome, Holds, "{expectation:?}");
            }
            for expectation in [Expectation::IsGranted, Expectation::SeesColumn("region".into()), masked("region", "hash"), Expectation::LeavesNoRow] {
                assert_eq!(said(&expectation, &policies, regions).outcome, Broken, "{expectation:?}");
            }
        }
        let (ana, nowhere) = (principal(&["North"]), Catalogue::new(1, Vec::new()));
        let unpublished = |expectation: &Expectation| verdict(expectation, &Seen::by(&ana, "baskets", &[policy()], &nowhere), &hidden).outcome;
        assert_eq!((unpublished(&Expectation::SeesNothing), unpublished(&Expectation::IsGranted)), (Holds, CannotTell));
    }

    #[test]
    fn a40_a_verdict_tells_only_values_that_may_be_told() {
        let catalogue = Catalogue::new(1, vec![baskets()]);
        let seen = Seen::by(&principal(&["North", "South"]), "baskets", &[policy()], &catalogue);
        let why = |told: &dyn Fn(&str, &Literal) -> bool| verdict(&only(&["East"]), &seen, told).why.en;
        assert_eq!(why(&hidden), "Rows: region in •••.");
        let north = |column: &str, value: &Literal| column == "region" && *value == Literal::Text("North".into());
        assert_eq!(why(&north), "Rows: region in North, •••.");
    }
}
