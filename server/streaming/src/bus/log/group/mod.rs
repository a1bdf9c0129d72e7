//! Consumer groups of the built-in log: who is in, whose partition is whose, what is finished.
//!
//! Owns the tables `consumer_group`, `member`, `assignment` and `committed`. A partition that another member should have stays its
//! owner's until the owner lets go of it in a poll, leaves, or is silent for longer than its lease: two never work on it at once,
//! unless one was taken for dead, and then its commits are refused by the generation under which it got the partition.

pub(super) mod rules;
pub(super) mod store;

#[cfg(test)]
mod tests {
    use super::{
        super::store as log,
        store::{Finished, Sign, commit, settle, sign},
    };
    use crate::bus::{Position, Topic};
    use sqlx::{Connection, SqliteConnection};
    use std::time::Duration;

    async fn tables() -> SqliteConnection {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        log::create(&mut connection).await.unwrap();
        let topic = Topic { name: "web".into(), partitions: 4, keep: Duration::from_secs(60), keep_bytes: 1 << 20, record_bytes: 1000 };
        log::ensure(&mut connection, &topic).await.unwrap();
        connection
    }

    fn life(member: &str, until_ms: i64) -> Sign {
        Sign { group: "g".into(), member: member.into(), topics: vec!["web".into()], until_ms }
    }

    async fn partitions(connection: &mut SqliteConnection, member: &str) -> Vec<u32> {
        settle(connection, "g", member).await.unwrap().1.into_iter().map(|hold| hold.partition).collect()
    }

    #[tokio::test]
    async fn a_silent_member_is_taken_for_dead_and_commits_no_more() {
        let mut connection = tables().await;
        sign(&mut connection, &life("a", 1000), 0).await.unwrap();
        let (_, held) = settle(&mut connection, "g", "a").await.unwrap();
        assert_eq!(held.len(), 4);
        sign(&mut connection, &life("b", 3000), 900).await.unwrap();
        assert!(partitions(&mut connection, "b").await.is_empty(), "a lives, and has let go of nothing yet");
        sign(&mut connection, &life("b", 4000), 1500).await.unwrap();
        assert_eq!(partitions(&mut connection, "b").await, [0, 1, 2, 3]);
        let position = |offset| Position { topic: "web".into(), partition: 0, offset };
        let late = Finished { position: position(7), generation: held[0].generation };
        commit(&mut connection, "g", "a", std::slice::from_ref(&late)).await.unwrap();
        let (_, now) = settle(&mut connection, "g", "b").await.unwrap();
        assert_eq!(now[0].committed, None, "the dead commit nothing");
        commit(&mut connection, "g", "b", &[Finished { position: position(9), generation: now[0].generation }]).await.unwrap();
        // It comes back, gets a partition back, and what it read before is still not its to commit.
        sign(&mut connection, &life("a", 9000), 1600).await.unwrap();
        assert_eq!(partitions(&mut connection, "b").await.len(), 2);
        let (_, again) = settle(&mut connection, "g", "a").await.unwrap();
        assert_eq!(again.len(), 2);
        for hold in again {
            let stale = Finished { position: Position { partition: hold.partition, ..position(7) }, generation: held[0].generation };
            commit(&mut connection, "g", "a", &[stale]).await.unwrap();
        }
        sign(&mut connection, &life("a", 0), 1600).await.unwrap();
        sign(&mut connection, &life("b", 9000), 1700).await.unwrap();
        let (_, all) = settle(&mut connection, "g", "b").await.unwrap();
        assert_eq!(all.iter().map(|hold| hold.committed).collect::<Vec<_>>(), [Some(9), None, None, None]);
    }
}
