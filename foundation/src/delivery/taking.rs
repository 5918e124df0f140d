//! Finds what is due and takes it: fairly, whatever piles up for one handler.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::{QueryableByName, sql_query, sql_types};

use super::DeliveryId;
use super::claim::{Claim, LEASE};
use crate::database::{Connection, Guid};
use crate::failure::Failure;
use crate::schema::foundation_deliveries as deliveries;
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
         RETURNING id"
    ));
    let taken: Vec<TakenRow> = take
        .bind::<sql_types::Timestamp, _>(now.naive_utc())
        .bind::<sql_types::Text, _>(owner)
        .bind::<sql_types::Timestamp, _>((now + LEASE).naive_utc())
        .load(connection)?;
    load(&taken, connection)
}

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
                     AND (e.state <> 'dead' OR e.blocks))
             ORDER BY d.due_at, d.sequence LIMIT {limit} {skip_locked}) AS share"
    )
}

#[derive(QueryableByName)]
struct TakenRow {
    #[diesel(sql_type = Guid)]
    id: DeliveryId,
}

fn load(taken: &[TakenRow], connection: &mut Connection) -> Result<Vec<Claim>, Failure> {
    use crate::schema::foundation_events as events;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<DeliveryId> = taken.iter().map(|row| row.id).collect();
    let claims = deliveries::table
        .inner_join(events::table)
        .filter(deliveries::id.eq_any(ids))
        .order((deliveries::due_at, deliveries::sequence))
        .select((
            deliveries::id,
            deliveries::handler,
            deliveries::attempt,
            deliveries::fence,
            events::payload,
        ))
        .load(connection)?;
    Ok(claims)
}
