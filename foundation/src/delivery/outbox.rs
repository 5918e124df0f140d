//! Writes deliveries with their cause.

use diesel::prelude::*;

use super::{DeliveryId, EventId};
use crate::event_bus::Posting;
use crate::failure::Failure;
use crate::schema::{foundation_deliveries as deliveries, foundation_events as events};
use crate::subscriptions::Later;
use crate::unit_of_work::UnitOfWork;

/// Writes one delivery, and the event itself with the first of them.
pub(crate) fn write(
    posting: &Posting<'_>,
    later: &Later,
    recorded: &mut Option<EventId>,
    uow: &mut UnitOfWork,
) -> Result<(), Failure> {
    let event = match *recorded {
        Some(event) => event,
        None => *recorded.insert(record(posting, uow)?),
    };
    let coalescing_key = (later.coalescing_key)(posting.event);
    if let Some(key) = &coalescing_key
        && replace_waiting(later.name, key, event, uow)?
    {
        return Ok(());
    }
    let origin = posting.origin.as_ref();
    let row = (
        deliveries::id.eq(DeliveryId::generate()),
        deliveries::event_id.eq(event),
        deliveries::handler.eq(later.name),
        deliveries::ordering_key.eq(origin.map(|origin| origin.aggregate())),
        deliveries::sequence.eq(origin.map_or(0, |origin| origin.sequence())),
        deliveries::coalescing_key.eq(coalescing_key),
        deliveries::due_at.eq(posting.due_at.unwrap_or_else(|| uow.now()).naive_utc()),
        deliveries::state.eq("ready"),
        deliveries::blocks.eq(later.policy.blocks),
        deliveries::attempt.eq(0),
        deliveries::rescues.eq(0),
        deliveries::fence.eq(0_i64),
    );
    diesel::insert_into(deliveries::table)
        .values(row)
        .execute(uow.connection())?;
    Ok(())
}

fn record(posting: &Posting<'_>, uow: &mut UnitOfWork) -> Result<EventId, Failure> {
    let id = EventId::generate();
    let origin = posting.origin.as_ref();
    let row = (
        events::id.eq(id),
        events::name.eq(posting.event.name()),
        events::payload.eq(posting.event.payload()?),
        events::aggregate.eq(origin.map(|origin| origin.aggregate())),
        events::sequence.eq(origin.map_or(0, |origin| origin.sequence())),
        events::recorded_at.eq(uow.now().naive_utc()),
    );
    diesel::insert_into(events::table)
        .values(row)
        .execute(uow.connection())?;
    Ok(id)
}

/// Puts the newer event in the place of one that still waits. When a worker takes that delivery at the
/// same moment, no row is updated, and the caller adds a delivery of its own.
fn replace_waiting(
    handler: &str,
    key: &str,
    event: EventId,
    uow: &mut UnitOfWork,
) -> Result<bool, Failure> {
    let waiting = deliveries::table
        .filter(deliveries::handler.eq(handler))
        .filter(deliveries::coalescing_key.eq(key))
        .filter(deliveries::state.eq("ready"));
    let replaced = diesel::update(waiting)
        .set(deliveries::event_id.eq(event))
        .execute(uow.connection())?;
    Ok(replaced > 0)
}
