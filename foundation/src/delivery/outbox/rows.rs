//! The rows of the outbox, written set by set.

use std::collections::HashSet;
use std::fmt::Write;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::{QueryableByName, sql_query, sql_types};

use crate::database::{Connection, Guid, MultiBackend, rows_per_statement};
use crate::delivery::{DeliveryId, EventId};
use crate::failure::Failure;
use crate::on_each;
use crate::schema::{foundation_deliveries as deliveries, foundation_events as events};

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(super) struct EventRow {
    pub(super) id: EventId,
    pub(super) name: &'static str,
    pub(super) payload: String,
    pub(super) aggregate: Option<String>,
    pub(super) sequence: i64,
    pub(super) recorded_at: NaiveDateTime,
}

const EVENT_COLUMNS: usize = 6;

#[derive(Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
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

const DELIVERY_COLUMNS: usize = 12;

impl DeliveryRow {
    /// What coalescing goes by.
    pub(super) fn place(&self) -> (&str, Option<&str>) {
        (self.handler, self.coalescing_key.as_deref())
    }
}

pub(super) fn insert_events(rows: &[EventRow], connection: &mut Connection) -> Result<(), Failure> {
    for rows in rows.chunks(rows_per_statement(EVENT_COLUMNS)) {
        on_each!(connection, c => diesel::insert_into(events::table).values(rows).execute(c))?;
    }
    Ok(())
}

pub(super) fn insert_deliveries(
    rows: &[DeliveryRow],
    connection: &mut Connection,
) -> Result<(), Failure> {
    for rows in rows.chunks(rows_per_statement(DELIVERY_COLUMNS)) {
        on_each!(connection, c => diesel::insert_into(deliveries::table).values(rows).execute(c))?;
    }
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
    let mut replaced = HashSet::with_capacity(newer.len());
    for rows in newer.chunks(rows_per_statement(KEY_COLUMNS)) {
        let mut update = sql_query(replacement(rows.len())).into_boxed::<MultiBackend>();
        for row in rows {
            update = update
                .bind::<sql_types::Text, _>(row.handler)
                .bind::<sql_types::Nullable<sql_types::Text>, _>(&row.coalescing_key)
                .bind::<Guid, _>(row.event_id);
        }
        let rows: Vec<ReplacedRow> = update.load(connection)?;
        let places = rows.into_iter();
        replaced.extend(places.map(|row| (row.handler, row.coalescing_key)));
    }
    Ok(Replaced(replaced))
}

fn replacement(rows: usize) -> String {
    let mut values = String::with_capacity(rows * 24);
    for row in 0..rows {
        let comma = if row == 0 { "" } else { ", " };
        let first = row * KEY_COLUMNS + 1;
        let (second, third) = (first + 1, first + 2);
        // Writing to a string does not fail.
        let _ = write!(values, "{comma}(${first}, ${second}, ${third})");
    }
    format!(
        "WITH newer (handler, coalescing_key, event_id) AS (VALUES {values})
         UPDATE foundation_deliveries SET event_id = newer.event_id FROM newer
         WHERE foundation_deliveries.state = 'ready' AND foundation_deliveries.id = (
             SELECT d.id FROM foundation_deliveries d
             WHERE d.handler = newer.handler AND d.coalescing_key = newer.coalescing_key
               AND d.state = 'ready'
             ORDER BY d.due_at DESC, d.id DESC LIMIT 1)
         RETURNING foundation_deliveries.handler, foundation_deliveries.coalescing_key"
    )
}
