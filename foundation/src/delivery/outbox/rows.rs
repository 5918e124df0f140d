//! The rows of the outbox, written set by set.

use std::collections::HashSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::{QueryableByName, sql_query, sql_types};

use crate::database::{Connection, Guid, rows_per_statement};
use crate::delivery::{DeliveryId, EventId};
use crate::failure::Failure;
use crate::insert_all;
use crate::schema::{foundation_deliveries, foundation_events};

#[derive(Insertable)]
#[diesel(table_name = foundation_events, treat_none_as_default_value = false)]
pub(super) struct EventRow {
    pub(super) id: EventId,
    pub(super) name: &'static str,
    pub(super) payload: String,
    pub(super) aggregate: Option<String>,
    pub(super) sequence: i64,
    pub(super) recorded_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = foundation_deliveries, treat_none_as_default_value = false)]
pub(super) struct DeliveryRow {
    pub(super) id: DeliveryId,
    pub(super) event_id: EventId,
    pub(super) handler: &'static str,
    pub(super) ordering_key: Option<String>,
    pub(super) sequence: i64,
    pub(super) coalescing_key: Option<String>,
    pub(super) due_at: NaiveDateTime,
    pub(super) state: &'static str,
    pub(super) blocks: bool,
    pub(super) attempt: i32,
    pub(super) rescues: i32,
    pub(super) fence: i64,
}

impl DeliveryRow {
    /// What coalescing goes by.
    pub(super) fn place(&self) -> (&str, Option<&str>) {
        (self.handler, self.coalescing_key.as_deref())
    }
}

pub(super) fn insert_events(rows: &[EventRow], connection: &mut Connection) -> Result<(), Failure> {
    insert_all!(
        connection,
        foundation_events {
            id,
            name,
            payload,
            aggregate,
            sequence,
            recorded_at
        },
        rows
    )?;
    Ok(())
}

pub(super) fn insert_deliveries(
    rows: &[DeliveryRow],
    connection: &mut Connection,
) -> Result<(), Failure> {
    insert_all!(
        connection,
        foundation_deliveries {
            id,
            event_id,
            handler,
            ordering_key,
            sequence,
            coalescing_key,
            due_at,
            state,
            blocks,
            attempt,
            rescues,
            fence,
        },
        rows
    )?;
    Ok(())
}

/// The handlers and coalescing keys whose waiting delivery has the newer event now.
pub(super) struct Replaced(HashSet<(String, String)>);

impl Replaced {
    pub(super) fn contains(&self, row: &DeliveryRow) -> bool {
        let key = row.coalescing_key.as_ref();
        key.is_some_and(|key| self.0.contains(&(row.handler.to_owned(), key.clone())))
    }
}

#[derive(QueryableByName)]
struct ReplacedRow {
    #[diesel(sql_type = sql_types::Text)]
    handler: String,
    #[diesel(sql_type = sql_types::Text)]
    coalescing_key: String,
}

const KEY_COLUMNS: usize = 3;

/// Puts newer events in the places of those that still wait. A delivery that a worker takes at the same
/// moment is not replaced, and its newer event needs a delivery of its own. Of several that wait, as after
/// a failed try, the one to be delivered last is replaced.
pub(super) fn replace_waiting(
    newer: &[&DeliveryRow],
    connection: &mut Connection,
) -> Result<Replaced, Failure> {
    let mut replaced = Vec::with_capacity(newer.len());
    match connection {
        Connection::Postgres(connection) => {
            let handlers: Vec<_> = newer.iter().map(|row| row.handler).collect();
            let keys: Vec<_> = newer.iter().map(|row| &row.coalescing_key).collect();
            let events: Vec<_> = newer.iter().map(|row| row.event_id).collect();
            let update = sql_query(replacement(
                "SELECT * FROM unnest($1, $2, $3)",
                "AND foundation_deliveries.id = ANY (ARRAY(SELECT waiting.id FROM waiting))",
            ))
            .bind::<sql_types::Array<sql_types::Text>, _>(handlers)
            .bind::<sql_types::Array<Key>, _>(keys)
            .bind::<sql_types::Array<Guid>, _>(events);
            replaced = update.load(connection)?;
        }
        Connection::Sqlite(connection) => {
            for rows in newer.chunks(rows_per_statement(KEY_COLUMNS)) {
                let values = vec!["(?, ?, ?)"; rows.len()].join(", ");
                let update = sql_query(replacement(&format!("VALUES {values}"), ""));
                let update = update.into_boxed();
                let update = rows.iter().fold(update, |update, row| {
                    update
                        .bind::<sql_types::Text, _>(row.handler)
                        .bind::<Key, _>(&row.coalescing_key)
                        .bind::<Guid, _>(row.event_id)
                });
                replaced.extend(update.load::<ReplacedRow>(connection)?);
            }
        }
    }
    let places = replaced.into_iter();
    Ok(Replaced(
        places
            .map(|row| (row.handler, row.coalescing_key))
            .collect(),
    ))
}

type Key = sql_types::Nullable<sql_types::Text>;

/// The update, given where the newer events come from and what leads PostgreSQL to the index however many
/// they are.
fn replacement(newer: &str, indexed: &str) -> String {
    format!(
        "WITH newer (handler, coalescing_key, event_id) AS ({newer}),
         waiting (event_id, id) AS MATERIALIZED (
             SELECT newer.event_id, (
                 SELECT d.id FROM foundation_deliveries d
                 WHERE d.handler = newer.handler AND d.coalescing_key = newer.coalescing_key
                   AND d.state = 'ready'
                 ORDER BY d.due_at DESC, d.id DESC LIMIT 1)
             FROM newer)
         UPDATE foundation_deliveries SET event_id = waiting.event_id FROM waiting
         WHERE foundation_deliveries.id = waiting.id AND foundation_deliveries.state = 'ready' {indexed}
         RETURNING foundation_deliveries.handler, foundation_deliveries.coalescing_key"
    )
}
