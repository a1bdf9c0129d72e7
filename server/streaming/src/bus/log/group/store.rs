//! SQL of consumer groups.

use super::rules::{Place, assign};
use crate::bus::Position;
use sqlx::{SqliteConnection, SqlitePool};
use std::collections::{BTreeMap, BTreeSet};

/// A member of a group and until when it counts as alive without another sign.
#[derive(Clone, Debug)]
pub struct Sign {
    pub group: String,
    pub member: String,
    pub topics: Vec<String>,
    /// Unix milliseconds.
    pub until_ms: i64,
}

/// A partition that a member has.
#[derive(Clone, Debug)]
pub struct Hold {
    pub topic: String,
    pub topic_id: i64,
    pub partition: u32,
    /// Under which it got it: what it commits is taken only while this stands.
    pub generation: i64,
    /// Where the group goes on; `None`: at the oldest record.
    pub committed: Option<i64>,
}

/// A finished offset, and the generation under which its partition was read.
#[derive(Clone, Debug)]
pub struct Finished {
    pub position: Position,
    pub generation: i64,
}

/// A sign of life: joins the group, or stays in it. Members that are silent for too long go.
pub async fn sign(connection: &mut SqliteConnection, sign: &Sign, now_ms: i64) -> Result<(), sqlx::Error> {
    let topics = serde_json::Value::from(sign.topics.clone()).to_string();
    let known = sqlx::query("update member set until_ms = $3 where consumer_group = $1 and id = $2 and topics = $4")
        .bind(&sign.group)
        .bind(&sign.member)
        .bind(sign.until_ms)
        .bind(&topics)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let gone = sqlx::query("delete from member where consumer_group = $1 and until_ms < $2").bind(&sign.group).bind(now_ms).execute(&mut *connection).await?;
    if known == 1 && gone.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query("insert into consumer_group (name, generation) values ($1, 0) on conflict do nothing").bind(&sign.group).execute(&mut *connection).await?;
    sqlx::query("insert into member (consumer_group, id, topics, until_ms) values ($1, $2, $3, $4) on conflict do nothing")
        .bind(&sign.group)
        .bind(&sign.member)
        .bind(&topics)
        .bind(sign.until_ms)
        .execute(&mut *connection)
        .await?;
    rebalance(connection, &sign.group).await
}

pub async fn leave(connection: &mut SqliteConnection, group: &str, member: &str) -> Result<(), sqlx::Error> {
    sqlx::query("delete from member where consumer_group = $1 and id = $2").bind(group).bind(member).execute(&mut *connection).await?;
    rebalance(connection, group).await
}

/// Rebalances every group that reads a topic: it has more partitions now.
pub async fn widened(connection: &mut SqliteConnection, topic: &str) -> Result<(), sqlx::Error> {
    let groups: Vec<(String,)> = sqlx::query_as("select distinct consumer_group from member, json_each(member.topics) where json_each.value = $1")
        .bind(topic)
        .fetch_all(&mut *connection)
        .await?;
    for (group,) in groups {
        rebalance(connection, &group).await?;
    }
    Ok(())
}

/// Grows whenever the group's members or their partitions change.
pub async fn generation(read: &SqlitePool, group: &str) -> Result<i64, sqlx::Error> {
    let row: Option<(i64,)> = sqlx::query_as("select generation from consumer_group where name = $1").bind(group).fetch_optional(read).await?;
    Ok(row.map_or(0, |(generation,)| generation))
}

/// Lets go of what others should have; what the member has then, and the group's generation.
pub async fn settle(connection: &mut SqliteConnection, group: &str, member: &str) -> Result<(i64, Vec<Hold>), sqlx::Error> {
    let let_go = sqlx::query(
        "update assignment set owner = wanted, wanted = null, generation = generation + 1
         where consumer_group = $1 and owner = $2 and wanted is not null",
    )
    .bind(group)
    .bind(member)
    .execute(&mut *connection)
    .await?;
    if let_go.rows_affected() > 0 {
        grow(connection, group).await?;
    }
    let (generation,): (i64,) = sqlx::query_as("select generation from consumer_group where name = $1").bind(group).fetch_one(&mut *connection).await?;
    let rows: Vec<(String, i64, i64, i64, Option<i64>)> = sqlx::query_as(
        "select a.topic, t.id, a.partition, a.generation, c.next from assignment a join topic t on t.name = a.topic
         left join committed c on c.consumer_group = a.consumer_group and c.topic = a.topic and c.partition = a.partition
         where a.consumer_group = $1 and a.owner = $2 order by a.topic, a.partition",
    )
    .bind(group)
    .bind(member)
    .fetch_all(connection)
    .await?;
    let hold = |(topic, topic_id, partition, generation, committed)| Hold { topic, topic_id, partition: partition as u32, generation, committed };
    Ok((
        generation,
        rows.into_iter().map(|(topic, id, partition, generation, next): (_, _, i64, _, _)| hold((topic, id, partition, generation, next))).collect(),
    ))
}

/// Takes finished offsets of partitions that the member still has under the same generation; others are ignored.
pub async fn commit(connection: &mut SqliteConnection, group: &str, member: &str, finished: &[Finished]) -> Result<(), sqlx::Error> {
    for Finished { position, generation } in finished {
        sqlx::query(
            "insert into committed (consumer_group, topic, partition, next)
             select consumer_group, topic, partition, $6 from assignment
             where consumer_group = $1 and topic = $2 and partition = $3 and owner = $4 and generation = $5
             on conflict (consumer_group, topic, partition) do update set next = excluded.next",
        )
        .bind(group)
        .bind(&position.topic)
        .bind(i64::from(position.partition))
        .bind(member)
        .bind(generation)
        .bind(position.offset)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

pub async fn committed(read: &SqlitePool, group: &str, topic: &str) -> Result<Vec<Position>, sqlx::Error> {
    let rows: Vec<(i64, i64)> = sqlx::query_as("select partition, next from committed where consumer_group = $1 and topic = $2 order by partition")
        .bind(group)
        .bind(topic)
        .fetch_all(read)
        .await?;
    Ok(rows.into_iter().map(|(partition, offset)| Position { topic: topic.to_owned(), partition: partition as u32, offset }).collect())
}

async fn rebalance(connection: &mut SqliteConnection, group: &str) -> Result<(), sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as("select id, topics from member where consumer_group = $1").bind(group).fetch_all(&mut *connection).await?;
    let topics = |text: &str| serde_json::from_str::<BTreeSet<String>>(text).unwrap_or_default();
    let members: BTreeMap<String, BTreeSet<String>> = rows.into_iter().map(|(id, text)| (id, topics(&text))).collect();
    let rows: Vec<(String, i64, Option<String>, Option<String>)> = sqlx::query_as(
        "select t.name, p.partition, a.owner, a.wanted from topic t join partition p on p.topic = t.id
         left join assignment a on a.consumer_group = $1 and a.topic = t.name and a.partition = p.partition
         where exists (select 1 from member m, json_each(m.topics) where m.consumer_group = $1 and json_each.value = t.name)
         order by t.name, p.partition",
    )
    .bind(group)
    .fetch_all(&mut *connection)
    .await?;
    let alive = |owner: &String| members.contains_key(owner);
    let place = |(topic, partition, owner, _): &(String, i64, Option<String>, Option<String>)| Place {
        topic: topic.clone(),
        partition: *partition as u32,
        owner: owner.clone().filter(alive),
    };
    let places: Vec<Place> = rows.iter().map(place).collect();
    let mut changed = false;
    for ((place, target), (_, _, _, wanted_before)) in places.iter().zip(assign(&members, &places)).zip(&rows) {
        let Some(target) = target else { continue };
        let wanted = Some(&target).filter(|target| Some(*target) != place.owner.as_ref());
        match &place.owner {
            Some(_) if wanted == wanted_before.as_ref() => continue,
            Some(_) => {
                sqlx::query("update assignment set wanted = $4 where consumer_group = $1 and topic = $2 and partition = $3")
                    .bind(group)
                    .bind(&place.topic)
                    .bind(i64::from(place.partition))
                    .bind(wanted)
                    .execute(&mut *connection)
                    .await?
            }
            None => {
                sqlx::query(
                    "insert into assignment (consumer_group, topic, partition, owner, wanted, generation) values ($1, $2, $3, $4, null, 1)
                     on conflict (consumer_group, topic, partition) do update set owner = excluded.owner, wanted = null, generation = generation + 1",
                )
                .bind(group)
                .bind(&place.topic)
                .bind(i64::from(place.partition))
                .bind(&target)
                .execute(&mut *connection)
                .await?
            }
        };
        changed = true;
    }
    if changed {
        grow(connection, group).await?;
    }
    Ok(())
}

async fn grow(connection: &mut SqliteConnection, group: &str) -> Result<(), sqlx::Error> {
    sqlx::query("update consumer_group set generation = generation + 1 where name = $1").bind(group).execute(connection).await?;
    Ok(())
}
