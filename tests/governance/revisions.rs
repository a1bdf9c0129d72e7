//! Policies over time: changes at once, who changed what and why, and what once was in force again.

use super::fingerprint;
use app::{
    governance::{
        asks::{DeletePolicy, ListAudit, ListPolicies, PolicyCard, SavePolicy},
        policy::asks::{ChangeKind, PolicyChange, PolicyColumns, PolicyHistory, RestorePolicy},
    },
    warehouse::asks::ColumnKind,
};
use http::StatusCode;
use tests::house::{House, ORGANISATION, POLICIES, Visitor, baskets, houses};
use warehouse::{ColumnType, PinnedColumn};

async fn policy_of(visitor: &mut Visitor, department: &str) -> PolicyCard {
    visitor.ask(&ListPolicies {}).await.unwrap().policies.into_iter().find(|policy| policy.department == department).unwrap()
}

fn save(policy: &PolicyCard, why: &str) -> SavePolicy {
    SavePolicy { policy: policy.clone(), why: why.into() }
}

/// Newest first.
async fn history(visitor: &mut Visitor, policy: &str) -> Vec<PolicyChange> {
    visitor.ask(&PolicyHistory { policy: policy.into(), before: None }).await.unwrap().changes
}

/// Trap 10 too.
#[tokio::test]
async fn a_change_of_the_same_policy_is_a_conflict_and_of_another_is_none() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut adela, mut again) = (house.signed_in("adela").await, house.signed_in("adela").await);
        let (sales, finance) = (policy_of(&mut adela, "sales").await, policy_of(&mut adela, "finance").await);
        again.ask(&save(&PolicyCard { enabled: false, ..finance.clone() }, "the year is closed")).await.unwrap();
        let wider = PolicyCard { masks: Vec::new(), ..sales.clone() };
        let revision = adela.ask(&save(&wider, "households are needed")).await.unwrap();
        // Who began from what was there before changes and deletes nothing.
        let stale = again.ask(&save(&PolicyCard { enabled: false, ..sales.clone() }, "off")).await.unwrap_err();
        assert_eq!(stale.0, StatusCode::CONFLICT);
        let stale = again.ask(&DeletePolicy { id: sales.id.clone(), revision: sales.revision, why: "off".into() }).await.unwrap_err();
        assert_eq!(stale.0, StatusCode::CONFLICT);
        let now = policy_of(&mut adela, "sales").await;
        assert_eq!(now, PolicyCard { revision, ..wider.clone() });
        // What is there now, and by whom, is what the merge lays beside the own wish.
        let theirs = history(&mut again, &sales.id).await.remove(0);
        assert_eq!((theirs.revision, theirs.newest, theirs.who.as_str(), theirs.became), (revision, revision, "adela@atalaya.example", Some(now.clone())));
        again.ask(&save(&PolicyCard { enabled: false, ..now.clone() }, "off")).await.unwrap();
        // Deleted meanwhile is a conflict too; what never was is not there.
        let last = policy_of(&mut adela, "sales").await;
        adela.ask(&DeletePolicy { id: last.id.clone(), revision: last.revision, why: "gone".into() }).await.unwrap();
        assert_eq!(again.ask(&save(&last, "on")).await.unwrap_err().0, StatusCode::CONFLICT);
        assert_eq!(again.ask(&save(&PolicyCard { id: "nothing".into(), ..last }, "on")).await.unwrap_err().0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_history_says_what_by_whom_and_why_and_the_old_comes_back() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let share = fingerprint(&house, "ana").await;
        let before = policy_of(&mut adela, "sales").await;
        for why in ["", "  ", "two\nlines"] {
            let refused = adela.ask(&save(&PolicyCard { rows: Vec::new(), ..before.clone() }, why)).await.unwrap_err();
            assert_eq!((refused.0, refused.1.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("why")), "{why:?}");
        }
        adela.ask(&save(&PolicyCard { rows: Vec::new(), ..before.clone() }, "Ana stands in for all regions")).await.unwrap();
        assert_ne!(fingerprint(&house, "ana").await, share);
        let changes = history(&mut adela, &before.id).await;
        assert_eq!(changes.iter().map(|change| change.change).collect::<Vec<_>>(), [ChangeKind::Save, ChangeKind::Apply]);
        let (changed, applied) = (&changes[0], &changes[1]);
        assert!(applied.who.starts_with("operator ") && applied.was.is_none(), "{applied:?}");
        assert_eq!((changed.who.as_str(), changed.why.as_str()), ("adela@atalaya.example", "Ana stands in for all regions"));
        let rows = |policy: &Option<PolicyCard>| policy.as_ref().map(|policy| policy.rows.len());
        assert_eq!((rows(&changed.was), rows(&changed.became)), (Some(1), Some(0)));
        assert!(changed.version > applied.version);
        // The audit log has the reason as well.
        house.portal.audit.flush().await.unwrap();
        let audit = adela.ask(&ListAudit { action: "governance.save_policy".into(), ..ListAudit::default() }).await.unwrap();
        assert!(audit.records[0].details.contains("Ana stands in for all regions"), "{}", audit.records[0].details);

        // What was applied before the mart was published comes back with the columns that it was pinned to.
        let restore = |change: &PolicyChange, why: &str| RestorePolicy { change: change.id.clone(), revision: change.newest, why: why.into() };
        assert_eq!(adela.ask(&restore(applied, "")).await.unwrap_err().1.field.as_deref(), Some("why"));
        assert_eq!(adela.ask(&restore(changed, "again")).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY, "it is so already");
        let revision = adela.ask(&restore(applied, "Ana is back")).await.unwrap();
        assert_eq!(policy_of(&mut adela, "sales").await, PolicyCard { revision, ..before.clone() });
        assert_eq!(fingerprint(&house, "ana").await, share);
        assert_eq!(adela.ask(&restore(applied, "once more")).await.unwrap_err().0, StatusCode::CONFLICT, "looked at before the last change");

        // A deleted one too.
        adela.ask(&DeletePolicy { id: before.id.clone(), revision, why: "a mistake".into() }).await.unwrap();
        assert_eq!(fingerprint(&house, "ana").await, None);
        let deleted = history(&mut adela, &before.id).await.remove(0);
        assert!(deleted.deleted && deleted.became.is_none() && deleted.why == "a mistake");
        let revision = adela.ask(&restore(&deleted, "it was one")).await.unwrap();
        assert_eq!(policy_of(&mut adela, "sales").await, PolicyCard { revision, ..before.clone() });
        assert_eq!(fingerprint(&house, "ana").await, share);
        let all = history(&mut adela, "").await;
        assert!(all.len() > 5 && all.iter().any(|change| change.policy != before.id));
        let older = adela.ask(&PolicyHistory { policy: before.id.clone(), before: Some(deleted.id) }).await.unwrap();
        assert_eq!(older.changes.iter().map(|change| change.revision).collect::<Vec<_>>(), [3, 2, 1]);
        // Nobody else reads or moves the history.
        let mut sergio = house.signed_in("sergio").await;
        assert_eq!(sergio.ask(&PolicyHistory::default()).await.unwrap_err().0, StatusCode::FORBIDDEN);
        assert_eq!(sergio.ask(&restore(applied, "mine")).await.unwrap_err().0, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a49_a_restored_policy_that_no_longer_fits_is_refused_and_accepts_nothing_new() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let before = policy_of(&mut adela, "sales").await;
        adela.ask(&DeletePolicy { id: before.id.clone(), revision: before.revision, why: "a mistake".into() }).await.unwrap();
        let deleted = history(&mut adela, &before.id).await.remove(0);
        let restore = RestorePolicy { change: deleted.id, revision: deleted.newest, why: "it was one".into() };
        let mut next = baskets(2);
        next.columns[0].name = "area".into();
        house.publish(&[next.clone()]).await;
        let refused = adela.ask(&restore).await.unwrap_err();
        assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.1.message.en.contains("region"), "{}", refused.1.message.en);
        next.columns[0].name = "region".into();
        next.columns[2].kind = ColumnType::Text;
        house.publish(&[next.clone()]).await;
        let refused = adela.ask(&restore).await.unwrap_err();
        assert!(refused.1.message.en.contains("sales_value"), "a retyped column is accepted by nobody: {}", refused.1.message.en);
        assert_eq!(history(&mut adela, &before.id).await[0].newest, restore.revision, "what is refused is no change");
        let mut next = baskets(3);
        next.columns.push(PinnedColumn { name: "loyalty_card".into(), kind: ColumnType::Text });
        house.publish(&[next]).await;
        let revision = adela.ask(&restore).await.unwrap();
        assert_eq!(policy_of(&mut adela, "sales").await, PolicyCard { revision, waiting: vec!["loyalty_card".into()], ..before });
    }
}

#[tokio::test]
async fn what_is_applied_from_files_is_in_the_history_too() {
    for house in houses().await {
        let mut house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        let (sales, finance) = (policy_of(&mut adela, "sales").await, policy_of(&mut adela, "finance").await);
        let changed = POLICIES.replace("mask = \"hash\"", "mask = \"null\"").replace("[[policies]]\nmart = \"baskets\"\ndepartment = \"finance\"\n", "");
        house.apply(&[("organisation.toml", ORGANISATION), ("policies/all.toml", &changed)]).await;
        let altered = history(&mut adela, &sales.id).await.remove(0);
        assert_eq!((altered.change, altered.revision, altered.became.unwrap().masks[0].mask.as_str()), (ChangeKind::Apply, sales.revision + 1, "null"));
        let gone = history(&mut adela, &finance.id).await.remove(0);
        assert!(gone.change == ChangeKind::Apply && gone.deleted && gone.who.starts_with("operator "));
        let version = adela.ask(&ListPolicies {}).await.unwrap().version;
        assert_eq!((altered.version, gone.version), (version, version), "both came into force at once");
    }
}

#[tokio::test]
async fn the_form_is_given_names_and_types_and_nothing_else() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    let found = adela.ask(&PolicyColumns { mart: "baskets".into() }).await.unwrap();
    let columns: Vec<(&str, ColumnKind)> = found.columns.iter().map(|column| (column.name.as_str(), column.kind)).collect();
    assert_eq!(columns, [("region", ColumnKind::Text), ("household_id", ColumnKind::Integer), ("sales_value", ColumnKind::Number)]);
    assert_eq!(found.attributes, ["regions"]);
    assert_eq!(adela.ask(&PolicyColumns { mart: "nothing".into() }).await.unwrap_err().0, StatusCode::NOT_FOUND);
    assert_eq!(house.signed_in("sergio").await.ask(&PolicyColumns { mart: "baskets".into() }).await.unwrap_err().0, StatusCode::FORBIDDEN);
}
