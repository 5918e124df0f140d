//! Claims: which worker may deliver what, and until when.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::{QueryableByName, sql_query, sql_types};

use super::DeliveryId;
use crate::database::{Connection, Guid, Locked};
use crate::failure::Failure;
use crate::schema::foundation_deliveries as deliveries;
use crate::unit_of_work::UnitOfWork;

/// How long a worker may hold a delivery without renewing its claim.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How often a claim is renewed.
pub(super) const RENEWAL: Duration = Duration::from_secs(10);
/// After so many expired leases a delivery is dead: whoever touches it dies.
const MAX_RESCUES: i32 = 3;

/// A delivery in the hands of one worker.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Claim {
    pub(crate) id: DeliveryId,
    pub(crate) handler: String,
    pub(crate) attempt: i32,
    pub(crate) fence: i64,
    pub(crate) payload: String,
}

/// The worker that asks, and the handlers it knows.
pub(super) struct Claimant<'c> {
    pub(super) owner: &'c str,
    pub(super) handlers: &'c [&'static str],
    pub(super) limit: i64,
}

/// Whether a claim could find anything: a read that spares idle workers the write lock.
pub(super) fn anything_due(
    connection: &mut Connection,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let due = deliveries::table
        .filter(deliveries::state.eq("ready"))
        .filter(deliveries::due_at.le(now.naive_utc()));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(connection)?)
}

/// Takes due deliveries whose aggregate has no earlier unfinished delivery for the same handler.
pub(super) fn claim(claimant: &Claimant<'_>, uow: &mut UnitOfWork) -> Result<Vec<Claim>, Failure> {
    let now = uow.now();
    let connection = uow.connection();
    let skip_locked = match connection {
        Connection::Postgres(_) => "FOR UPDATE SKIP LOCKED",
        Connection::Sqlite(_) => "",
    };
    let known = claimant.handlers.join("', '");
    let take = sql_query(format!(
        "WITH candidate AS (
             SELECT d.id FROM foundation_deliveries d
             WHERE d.state = 'ready' AND d.due_at <= $1 AND d.handler IN ('{known}')
               AND NOT EXISTS (
                   SELECT 1 FROM foundation_deliveries e
                   WHERE e.handler = d.handler AND e.ordering_key = d.ordering_key
                     AND e.sequence < d.sequence AND e.state <> 'done'
                     AND (e.state <> 'dead' OR e.blocks))
             ORDER BY d.due_at, d.sequence LIMIT $2 {skip_locked})
         UPDATE foundation_deliveries
         SET state = 'running', owner = $3, fence = fence + 1, attempt = attempt + 1,
             lease_until = $4
         WHERE id IN (SELECT id FROM candidate) AND state = 'ready'
         RETURNING id"
    ));
    let taken: Vec<TakenRow> = take
        .bind::<sql_types::Timestamp, _>(now.naive_utc())
        .bind::<sql_types::BigInt, _>(claimant.limit)
        .bind::<sql_types::Text, _>(claimant.owner)
        .bind::<sql_types::Timestamp, _>((now + LEASE).naive_utc())
        .load(connection)?;
    load(&taken, connection)
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

/// The delivery as long as this claim on it holds: every later claim raises the fence.
#[diesel::dsl::auto_type(no_type_alias)]
fn held(id: DeliveryId, fence: i64) -> _ {
    deliveries::table
        .filter(deliveries::id.eq(id))
        .filter(deliveries::fence.eq(fence))
        .filter(deliveries::state.eq("running"))
}

impl Claim {
    /// Locks the delivery for the rest of the transaction; false when the claim is no longer held.
    pub(super) fn lock(&self, uow: &mut UnitOfWork) -> Result<bool, Failure> {
        let held = held(self.id, self.fence).select(deliveries::id);
        let row = Locked(held).get_result::<DeliveryId>(uow.connection());
        Ok(row.optional()?.is_some())
    }

    /// Marks the delivery done, in the transaction of its effect; false when the claim is no longer held.
    pub(super) fn finish(&self, uow: &mut UnitOfWork) -> Result<bool, Failure> {
        let now = uow.now();
        let change = (
            deliveries::state.eq("done"),
            deliveries::finished_at.eq(now.naive_utc()),
            deliveries::owner.eq(None::<String>),
            deliveries::lease_until.eq(None::<NaiveDateTime>),
        );
        let held = held(self.id, self.fence);
        let updated = diesel::update(held).set(change).execute(uow.connection())?;
        Ok(updated == 1)
    }

    /// Extends the lease; false when the claim is no longer held.
    pub(super) fn renew(&self, uow: &mut UnitOfWork) -> Result<bool, Failure> {
        let until = uow.now() + LEASE;
        let held = held(self.id, self.fence);
        let updated = diesel::update(held)
            .set(deliveries::lease_until.eq(until.naive_utc()))
            .execute(uow.connection())?;
        Ok(updated == 1)
    }

    /// Gives the delivery back after a failure: to be tried again at a time, or dead.
    pub(super) fn give_up(
        &self,
        retry_at: Option<DateTime<Utc>>,
        reason: &str,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let now = uow.now();
        let change = (
            deliveries::state.eq(if retry_at.is_some() { "ready" } else { "dead" }),
            deliveries::due_at.eq(retry_at.unwrap_or(now).naive_utc()),
            deliveries::last_error.eq(reason),
            deliveries::owner.eq(None::<String>),
            deliveries::lease_until.eq(None::<NaiveDateTime>),
        );
        let held = held(self.id, self.fence);
        diesel::update(held).set(change).execute(uow.connection())?;
        Ok(())
    }

    /// Gives the delivery back untried: at a stop, or because a lock is taken.
    pub(super) fn hand_back(
        &self,
        due_at: DateTime<Utc>,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let change = (
            deliveries::state.eq("ready"),
            deliveries::attempt.eq(deliveries::attempt - 1),
            deliveries::due_at.eq(due_at.naive_utc()),
            deliveries::owner.eq(None::<String>),
            deliveries::lease_until.eq(None::<NaiveDateTime>),
        );
        let held = held(self.id, self.fence);
        diesel::update(held).set(change).execute(uow.connection())?;
        Ok(())
    }
}

/// Returns deliveries whose lease ran out to the queue; after three such rescues one is dead.
pub(super) fn rescue_expired(uow: &mut UnitOfWork) -> Result<usize, Failure> {
    let now = uow.now();
    let expired = || {
        deliveries::table
            .filter(deliveries::state.eq("running"))
            .filter(deliveries::lease_until.lt(now.naive_utc()))
    };
    let doomed = diesel::update(expired().filter(deliveries::rescues.ge(MAX_RESCUES - 1)))
        .set((
            deliveries::state.eq("dead"),
            deliveries::rescues.eq(deliveries::rescues + 1),
            deliveries::last_error.eq("its worker vanished three times while delivering it"),
        ))
        .execute(uow.connection())?;
    let rescued = diesel::update(expired())
        .set((
            deliveries::state.eq("ready"),
            deliveries::rescues.eq(deliveries::rescues + 1),
            deliveries::owner.eq(None::<String>),
            deliveries::lease_until.eq(None::<NaiveDateTime>),
        ))
        .execute(uow.connection())?;
    Ok(doomed + rescued)
}
