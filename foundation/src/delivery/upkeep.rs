//! Throws away what is finished and old.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::{sql_query, sql_types};

use crate::failure::Failure;
use crate::transactions::Transactions;

/// How often to prune.
pub(super) const PRUNING: Duration = Duration::from_secs(3600);
/// Rows per transaction, so that nobody waits long for the pruning.
const BATCH: usize = 500;
/// A commit's mark is needed for seconds; an hour is plenty.
const KEEP_COMMITS: TimeDelta = TimeDelta::hours(1);

/// Deletes finished deliveries older than `keep`, then events that no delivery needs, then old marks of
/// commits; says how many deliveries went.
pub(super) fn prune(transactions: &Transactions, keep: TimeDelta) -> Result<usize, Failure> {
    let now = transactions.clock().now();
    let pruned = in_batches(
        transactions,
        &format!(
            "DELETE FROM foundation_deliveries WHERE id IN (SELECT id FROM foundation_deliveries
             WHERE state = 'done' AND finished_at < $1 LIMIT {BATCH})"
        ),
        now - keep,
    )?;
    in_batches(
        transactions,
        &format!(
            "DELETE FROM foundation_events WHERE id IN (SELECT e.id FROM foundation_events e
             WHERE e.recorded_at < $1 AND NOT EXISTS
                 (SELECT 1 FROM foundation_deliveries d WHERE d.event_id = e.id) LIMIT {BATCH})"
        ),
        now - keep,
    )?;
    in_batches(
        transactions,
        &format!(
            "DELETE FROM foundation_commits WHERE id IN (SELECT id FROM foundation_commits
             WHERE recorded_at < $1 LIMIT {BATCH})"
        ),
        now - KEEP_COMMITS,
    )?;
    Ok(pruned)
}

fn in_batches(
    transactions: &Transactions,
    statement: &str,
    before: chrono::DateTime<chrono::Utc>,
) -> Result<usize, Failure> {
    let mut total = 0;
    loop {
        let deleted = transactions.run(|uow| {
            let delete = sql_query(statement).bind::<sql_types::Timestamp, _>(before.naive_utc());
            Ok::<_, Failure>(delete.execute(uow.connection())?)
        })?;
        total += deleted;
        if deleted < BATCH {
            return Ok(total);
        }
    }
}
