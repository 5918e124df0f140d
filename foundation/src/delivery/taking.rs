//! Finds what is due and takes it: fairly, whatever piles up for one handler.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::{QueryableByName, sql_query, sql_types};

use super::claim::{Claim, LEASE};
use super::{DeliveryId, EventId};
use crate::database::{Connection, Guid};
use crate::failure::Failure;
use crate::schema::foundation_events as events;
use crate::unit_of_work::UnitOfWork;

/// A handler, and how many of its due deliveries to take.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) handler: &'static str,
    pub(super) limit: usize,
}

/// The handlers for which something is due. A read that spares idle workers the write lock; it looks at
/// one entry of an index for each handler, however much is due.
pub(super) fn due(
    handlers: &[&'static str],
    now: DateTime<Utc>,
    connection: &mut Connection,
) -> Result<Vec<&'static str>, Failure> {
    #[derive(QueryableByName)]
    struct DueRow {
        #[diesel(sql_type = sql_types::Text)]
        handler: String,
    }
    if handlers.is_empty() {
        return Ok(Vec::new());
    }
    let known = handlers.join("'), ('");
    let query = sql_query(format!(
        "WITH known (handler) AS (VALUES ('{known}'))
         SELECT known.handler FROM known WHERE (
             SELECT d.due_at FROM foundation_deliveries d
             WHERE d.handler = known.handler AND d.state = 'ready'
             ORDER BY d.due_at LIMIT 1) <= $1"
    ));
    let rows: Vec<DueRow> = query
        .bind::<sql_types::Timestamp, _>(now.naive_utc())
        .load(connection)?;
    let is_due = |handler: &&&'static str| rows.iter().any(|row| row.handler == **handler);
    Ok(handlers.iter().filter(is_due).copied().collect())
}

/// Takes each handler's share of due deliveries whose aggregate has no earlier unfinished delivery for the
/// same handler. What another worker is taking at the same moment is passed over.
pub(super) fn take(
    shares: &[Share],
    owner: &str,
    uow: &mut UnitOfWork,
) -> Result<Vec<Claim>, Failure> {
    let now = uow.now();
    let connection = uow.connection();
    let (skip_locked, chosen) = match connection {
        // An array leads PostgreSQL to the index, whatever it believes about the table's size.
        Connection::Postgres(_) => (
            "FOR UPDATE OF d SKIP LOCKED",
            "= ANY (ARRAY(SELECT id FROM candidate))",
        ),
        Connection::Sqlite(_) => ("", "IN (SELECT id FROM candidate)"),
    };
    let candidates: Vec<String> = shares
        .iter()
        .map(|share| candidates_of(share, skip_locked))
        .collect();
    let candidates = candidates.join(" UNION ALL ");
    let take = sql_query(format!(
        "WITH candidate AS ({candidates})
         UPDATE foundation_deliveries
         SET state = 'running', owner = $2, fence = fence + 1, attempt = attempt + 1,
             lease_until = $3
         WHERE id {chosen} AND state = 'ready'
         RETURNING id, event_id, handler, attempt, fence, due_at, sequence"
    ));
    let taken: Vec<TakenRow> = take
        .bind::<sql_types::Timestamp, _>(now.naive_utc())
        .bind::<sql_types::Text, _>(owner)
        .bind::<sql_types::Timestamp, _>((now + LEASE).naive_utc())
        .load(connection)?;
    with_payloads(taken, connection)
}

/// What is due for a handler. The OFFSET, which skips nothing, has PostgreSQL look for earlier deliveries one
/// aggregate at a time: it would make a join of NOT EXISTS, and one that reads all of the handler's deliveries
/// whenever it underrates how many there are.
fn candidates_of(share: &Share, skip_locked: &str) -> String {
    let Share { handler, limit } = share;
    format!(
        "SELECT * FROM (
             SELECT d.id FROM foundation_deliveries d
             WHERE d.state = 'ready' AND d.handler = '{handler}' AND d.due_at <= $1
               AND NOT EXISTS (
                   SELECT 1 FROM foundation_deliveries e
                   WHERE e.handler = d.handler AND e.ordering_key = d.ordering_key
                     AND e.sequence < d.sequence AND e.state <> 'done'
                     AND (e.state <> 'dead' OR e.blocks)
                   LIMIT 1 OFFSET 0)
             ORDER BY d.due_at, d.sequence LIMIT {limit} {skip_locked}) AS share"
    )
}

#[derive(QueryableByName)]
struct TakenRow {
    #[diesel(sql_type = Guid)]
    id: DeliveryId,
    #[diesel(sql_type = Guid)]
    event_id: EventId,
    #[diesel(sql_type = sql_types::Text)]
    handler: String,
    #[diesel(sql_type = sql_types::Integer)]
    attempt: i32,
    #[diesel(sql_type = sql_types::BigInt)]
    fence: i64,
    #[diesel(sql_type = sql_types::Timestamp)]
    due_at: NaiveDateTime,
    #[diesel(sql_type = sql_types::BigInt)]
    sequence: i64,
}

/// Puts what was taken in the order in which it became due, with the payloads of the events.
fn with_payloads(
    mut taken: Vec<TakenRow>,
    connection: &mut Connection,
) -> Result<Vec<Claim>, Failure> {
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    taken.sort_unstable_by_key(|row| (row.due_at, row.sequence));
    let payloads: Vec<(EventId, String)> = events::table
        .filter(events::id.eq_any(taken.iter().map(|row| row.event_id)))
        .select((events::id, events::payload))
        .load(connection)?;
    let payloads: HashMap<_, _> = payloads.into_iter().collect();
    let claim = |row: TakenRow| Claim {
        id: row.id,
        handler: row.handler,
        attempt: row.attempt,
        fence: row.fence,
        payload: payloads.get(&row.event_id).cloned().unwrap_or_default(),
    };
    Ok(taken.into_iter().map(claim).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Backend, TestDatabase};

    #[derive(QueryableByName)]
    struct PlanRow {
        #[diesel(sql_type = sql_types::Text, column_name = "QUERY PLAN")]
        line: String,
    }

    /// Ten thousand deliveries may come within a second for a handler that hardly ever had any: the plan must
    /// not go by what was counted before.
    #[test]
    fn earlier_deliveries_are_found_by_the_index_whatever_the_statistics_say() {
        let Some(database) = TestDatabase::on(Backend::Postgres) else {
            return;
        };
        database.tamper(
            "INSERT INTO foundation_events
             SELECT gen_random_uuid(), 'test', '', NULL, n, now() FROM generate_series(1, 3000) AS n;
             INSERT INTO foundation_deliveries
             SELECT id, id, 'other', id::text, sequence, NULL, now(), 'ready', TRUE, 0, 0, 0
             FROM foundation_events;
             ANALYZE foundation_deliveries",
        );
        let share = Share {
            handler: "rare",
            limit: 100,
        };
        let explain = format!(
            "EXPLAIN {}",
            candidates_of(&share, "FOR UPDATE OF d SKIP LOCKED")
        );
        let mut connection = database.database().writer().unwrap();
        let plan: Vec<PlanRow> = sql_query(explain)
            .bind::<sql_types::Timestamp, _>(DateTime::UNIX_EPOCH.naive_utc())
            .load(&mut *connection)
            .unwrap();
        let plan: Vec<String> = plan.into_iter().map(|row| row.line).collect();
        let probe = "(ordering_key = d.ordering_key) AND (sequence < d.sequence)";
        let probes = |line: &String| line.contains("Index Cond") && line.contains(probe);
        assert!(plan.iter().any(probes), "{plan:#?}");
    }
}
