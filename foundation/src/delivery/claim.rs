//! Claims: what a worker holds, and until when.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::DeliveryId;
use crate::database::{Locked, LockedIfFree};
use crate::failure::Failure;
use crate::schema::foundation_deliveries as deliveries;
use crate::unit_of_work::UnitOfWork;

/// How long a worker may hold a delivery without renewing its claim.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How often a claim is renewed.
pub(super) const RENEWAL: Duration = Duration::from_secs(10);
/// After so many expired leases a delivery is dead: whoever touches it dies.
const MAX_RESCUES: i32 = 3;
/// Rescues per transaction, so that nobody waits long for them; the next round finds the others.
const MAX_RESCUED_TOGETHER: i64 = 1_000;

/// A delivery in the hands of one worker.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) id: DeliveryId,
    pub(crate) handler: String,
    pub(crate) attempt: i32,
    pub(crate) fence: i64,
    pub(crate) payload: String,
}

/// Deliveries under way with one fence: every later claim on one of them raises its fence.
#[diesel::dsl::auto_type(no_type_alias)]
fn held(ids: Vec<DeliveryId>, fence: i64) -> _ {
    deliveries::table
        .filter(deliveries::id.eq_any(ids))
        .filter(deliveries::fence.eq(fence))
        .filter(deliveries::state.eq("running"))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn under_way(ids: Vec<DeliveryId>) -> _ {
    deliveries::table
        .filter(deliveries::id.eq_any(ids))
        .filter(deliveries::state.eq("running"))
        .order(deliveries::id)
        .select((deliveries::id, deliveries::fence))
}

fn ids(claims: &[Claim]) -> Vec<DeliveryId> {
    claims.iter().map(|claim| claim.id).collect()
}

/// Claims that were taken together mostly have one fence.
fn by_fence<'c>(claims: impl IntoIterator<Item = &'c Claim>) -> BTreeMap<i64, Vec<DeliveryId>> {
    let mut groups: BTreeMap<i64, Vec<DeliveryId>> = BTreeMap::new();
    for claim in claims {
        groups.entry(claim.fence).or_default().push(claim.id);
    }
    groups
}

/// Locks the deliveries for the rest of the transaction; says which claims are still held.
pub(super) fn lock<'c>(
    claims: &'c [Claim],
    uow: &mut UnitOfWork,
) -> Result<Vec<&'c Claim>, Failure> {
    let rows: Vec<(DeliveryId, i64)> = Locked(under_way(ids(claims))).load(uow.connection())?;
    let rows: HashSet<_> = rows.into_iter().collect();
    let still_held = |claim: &&Claim| rows.contains(&(claim.id, claim.fence));
    Ok(claims.iter().filter(still_held).collect())
}

/// Marks the deliveries done, in the transaction of their effect; false when one of the claims is no
/// longer held.
pub(super) fn finish(claims: &[&Claim], uow: &mut UnitOfWork) -> Result<bool, Failure> {
    let now = uow.now();
    let mut finished = 0;
    for (fence, ids) in by_fence(claims.iter().copied()) {
        let change = (
            deliveries::state.eq("done"),
            deliveries::finished_at.eq(now.naive_utc()),
            deliveries::owner.eq(None::<String>),
            deliveries::lease_until.eq(None::<NaiveDateTime>),
        );
        finished += diesel::update(held(ids, fence))
            .set(change)
            .execute(uow.connection())?;
    }
    Ok(finished == claims.len())
}

/// Locks those deliveries that are still held and that nobody is working on. One whose transaction is under
/// way is passed over: nobody can take it before that ends, and nobody must wait for it.
fn lock_idle(claims: &[Claim], uow: &mut UnitOfWork) -> Result<Vec<DeliveryId>, Failure> {
    let idle: Vec<(DeliveryId, i64)> =
        LockedIfFree(under_way(ids(claims))).load(uow.connection())?;
    let idle: HashSet<_> = idle.into_iter().collect();
    let still_held = claims
        .iter()
        .filter(|claim| idle.contains(&(claim.id, claim.fence)));
    Ok(still_held.map(|claim| claim.id).collect())
}

/// Extends the leases; says of which.
pub(super) fn renew(claims: &[Claim], uow: &mut UnitOfWork) -> Result<Vec<DeliveryId>, Failure> {
    let idle = lock_idle(claims, uow)?;
    let until = uow.now() + LEASE;
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(&idle)))
        .set(deliveries::lease_until.eq(until.naive_utc()))
        .execute(uow.connection())?;
    Ok(idle)
}

/// Gives deliveries back untried: at a stop, or because a lock is taken.
pub(super) fn hand_back(
    claims: &[Claim],
    due_at: DateTime<Utc>,
    uow: &mut UnitOfWork,
) -> Result<(), Failure> {
    let idle = lock_idle(claims, uow)?;
    let change = (
        deliveries::state.eq("ready"),
        deliveries::attempt.eq(deliveries::attempt - 1),
        deliveries::due_at.eq(due_at.naive_utc()),
        deliveries::owner.eq(None::<String>),
        deliveries::lease_until.eq(None::<NaiveDateTime>),
    );
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(idle)))
        .set(change)
        .execute(uow.connection())?;
    Ok(())
}

/// Gives a delivery back after a failure: to be tried again at a time, or dead.
pub(super) fn give_up(
    claim: &Claim,
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
    diesel::update(held(vec![claim.id], claim.fence))
        .set(change)
        .execute(uow.connection())?;
    Ok(())
}

/// Returns deliveries whose lease ran out to the queue; after three such rescues one is dead. One whose
/// transaction is still under way, however late, is left to it.
pub(super) fn rescue_expired(uow: &mut UnitOfWork) -> Result<usize, Failure> {
    let now = uow.now();
    let expired = deliveries::table
        .filter(deliveries::state.eq("running"))
        .filter(deliveries::lease_until.lt(now.naive_utc()))
        .select((deliveries::id, deliveries::rescues))
        .limit(MAX_RESCUED_TOGETHER);
    let expired: Vec<(DeliveryId, i32)> = LockedIfFree(expired).load(uow.connection())?;
    if expired.is_empty() {
        return Ok(0);
    }
    let (doomed, rescued): (Vec<_>, Vec<_>) = expired
        .into_iter()
        .partition(|(_, rescues)| *rescues >= MAX_RESCUES - 1);
    let ids = |rows: Vec<(DeliveryId, i32)>| -> Vec<DeliveryId> {
        rows.into_iter().map(|(id, _)| id).collect()
    };
    let doomed = diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids(doomed))))
        .set((
            deliveries::state.eq("dead"),
            deliveries::rescues.eq(deliveries::rescues + 1),
            deliveries::last_error.eq("its worker vanished three times while delivering it"),
        ))
        .execute(uow.connection())?;
    let rescued = diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids(rescued))))
        .set((
            deliveries::state.eq("ready"),
            deliveries::rescues.eq(deliveries::rescues + 1),
            deliveries::owner.eq(None::<String>),
            deliveries::lease_until.eq(None::<NaiveDateTime>),
        ))
        .execute(uow.connection())?;
    Ok(doomed + rescued)
}

#[cfg(test)]
mod tests;
