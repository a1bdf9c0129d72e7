//! Saying what a dataset is: who is in charge, its description and tags, its columns. Each change is one audit record with what was said before.

use super::{sight::Sight, things};
use crate::{
    access::{Action, Kind, Need, Permit},
    fault::{Fault, Result},
    portal::Portal,
    warehouse::described::{Described, DescribedColumn, store},
};
use app::{
    catalog::asks::{DescribeColumn as AskColumn, DescribeEntry},
    text::Text,
};
use serde_json::{Value, json};

/// Longest description and longest tag, in characters; most tags of one dataset.
const DESCRIPTION: usize = 2_000;
const TAG: usize = 40;
const TAGS: usize = 12;

/// Describes a dataset that the asker may know of. Gives the new version.
pub(super) async fn describe(portal: Portal, permit: Permit, ask: DescribeEntry) -> Result<i64> {
    let before = known(&portal, &permit, &ask.name, ask.version, None).await?;
    let after = Described {
        keeper: keeper(&portal, &permit, ask.keeper.as_deref(), &before).await?,
        tags: checked_tags(&ask.tags)?,
        description: checked_text(&ask.description)?,
        ..Described::default()
    };
    let said = |described: &Described| json!({ "keeper": described.keeper, "tags": described.tags, "description": described.description });
    permit.about(object(&ask.name), json!({ "dataset": ask.name, "before": said(&before), "after": said(&after) }));
    save(&portal, &ask.name, &after, ask.version, None).await
}

/// Describes one column. Gives the new version of the dataset's entry.
pub(super) async fn describe_column(portal: Portal, permit: Permit, ask: AskColumn) -> Result<i64> {
    let before = known(&portal, &permit, &ask.name, ask.version, Some(ask.column.as_str())).await?;
    let after = DescribedColumn { description: checked_text(&ask.description)?, personal: ask.personal };
    let said = |column: &DescribedColumn| json!({ "description": column.description, "personal": column.personal });
    let earlier = before.columns.get(&ask.column).cloned().unwrap_or_default();
    permit.about(object(&ask.name), json!({ "dataset": ask.name, "columns": [ask.column], "before": said(&earlier), "after": said(&after) }));
    save(&portal, &ask.name, &before, ask.version, Some((ask.column.as_str(), &after))).await
}

/// What is said now of a dataset (and a column of it) that the asker may know of; a conflict when that is not the version that was edited.
async fn known(portal: &Portal, permit: &Permit, name: &str, version: i64, column: Option<&str>) -> Result<Described> {
    permit.about(object(name), Value::Null);
    let sight = Sight::of(portal, permit).await?;
    let things = things::all(portal).await?;
    let thing = things.get(name).filter(|thing| sight.sees(&thing.name)).ok_or_else(Fault::not_found)?;
    if column.is_some_and(|column| !sight.columns(thing).iter().any(|seen| seen.name == column)) {
        return Err(Fault::not_found());
    }
    if thing.described.version == version { Ok(thing.described.clone()) } else { Err(Fault::conflict()) }
}

async fn save(portal: &Portal, dataset: &str, described: &Described, version: i64, column: Option<(&str, &DescribedColumn)>) -> Result<i64> {
    let mut changes = portal.database.begin().await?;
    if !store::put(&mut changes, dataset, described, version).await? {
        return Err(Fault::conflict());
    }
    if let Some((name, column)) = column {
        store::put_column(&mut changes, dataset, name, column).await?;
    }
    changes.commit().await?;
    Ok(version + 1)
}

/// Id of the person in charge. Who may not look at people must not find out by trying who there is.
async fn keeper(portal: &Portal, permit: &Permit, email: Option<&str>, before: &Described) -> Result<Option<String>> {
    let Some(email) = email else { return Ok(before.keeper.clone()) };
    if !permit.allows(Need(Kind::Person, Action::View)) {
        return Err(Fault::forbidden());
    }
    if email.trim().is_empty() {
        return Ok(None);
    }
    match portal.identity.person_by_email(email).await?.filter(|person| !person.disabled) {
        Some(person) => Ok(Some(person.id)),
        None => Err(Fault::invalid("Nobody here has this address.", "Nadie tiene aquí esa dirección.").on("keeper")),
    }
}

fn checked_text(text: &Text) -> Result<Text> {
    let (en, es) = (text.en.trim(), text.es.trim());
    let wrong = |text: &str| text.chars().count() > DESCRIPTION || text.chars().any(|character| character.is_control() && character != '\n');
    if wrong(en) || wrong(es) {
        return Err(Fault::invalid(
            format!("A description is plain text of at most {DESCRIPTION} characters."),
            format!("Una descripción es texto sin formato de {DESCRIPTION} caracteres como mucho."),
        )
        .on("description"));
    }
    Ok(Text::of(en, es))
}

/// In lower case, each once.
fn checked_tags(tags: &[String]) -> Result<Vec<String>> {
    let mut checked: Vec<String> = Vec::new();
    for tag in tags.iter().map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()) {
        if tag.chars().count() > TAG || tag.chars().any(|character| character.is_control() || character == ',') {
            return Err(Fault::invalid(
                format!("A tag has at most {TAG} characters and no comma."),
                format!("Una etiqueta tiene {TAG} caracteres como mucho y ninguna coma."),
            )
            .on("tags"));
        }
        if !checked.contains(&tag) {
            checked.push(tag);
        }
    }
    if checked.len() > TAGS {
        return Err(Fault::invalid(format!("At most {TAGS} tags."), format!("{TAGS} etiquetas como mucho.")).on("tags"));
    }
    Ok(checked)
}

/// As the audit log names it.
fn object(dataset: &str) -> String {
    format!("catalog {dataset}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_short_words_each_once() {
        let tags = |tags: &[&str]| checked_tags(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
        assert_eq!(tags(&[" Retail ", "retail", "", "weekly"]).unwrap(), ["retail", "weekly"]);
        assert!(tags(&["a,b"]).is_err() && tags(&["x\ny"]).is_err() && tags(&[&"x".repeat(41)]).is_err());
        let many: Vec<String> = (0..13).map(|number| number.to_string()).collect();
        assert!(checked_tags(&many).is_err());
    }

    #[test]
    fn descriptions_are_plain_text() {
        assert_eq!(checked_text(&Text::of(" a\nb ", "")).unwrap(), Text::of("a\nb", ""));
        assert!(checked_text(&Text::same("\u{1b}[2J")).is_err() && checked_text(&Text::same("x".repeat(2_001))).is_err());
    }
}
