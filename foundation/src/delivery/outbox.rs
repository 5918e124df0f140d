//! Collects what a unit of work posts, and writes it just before the commit: with a few statements,
//! however many events there are.

mod rows;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{DeliveryId, EventId};
use crate::database::Connection;
use crate::event_bus::Posting;
use crate::failure::Failure;
use crate::subscriptions::Later;
use rows::{DeliveryRow, EventRow};

/// What a unit of work has posted and not yet written.
#[derive(Default)]
pub(crate) struct Outbox {
    events: Vec<EventRow>,
    deliveries: Vec<DeliveryRow>,
    /// Where the delivery of a handler and a coalescing key stands among the deliveries.
    coalescing: HashMap<(&'static str, String), usize>,
    rings: bool,
}

impl Outbox {
    /// Notes an event, for the deliveries that follow.
    pub(crate) fn record(
        &mut self,
        posting: &Posting<'_>,
        now: DateTime<Utc>,
    ) -> Result<EventId, Failure> {
        let id = EventId::generate();
        let origin = posting.origin.as_ref();
        self.events.push(EventRow {
            id,
            name: posting.event.name(),
            payload: posting.event.payload()?,
            aggregate: origin.map(|origin| origin.aggregate().to_owned()),
            sequence: origin.map_or(0, |origin| origin.sequence()),
            recorded_at: now.naive_utc(),
        });
        Ok(id)
    }

    /// Notes a delivery of a noted event, or puts the event in the place of an earlier one with the same
    /// coalescing key.
    pub(crate) fn deliver(
        &mut self,
        event: EventId,
        posting: &Posting<'_>,
        later: &Later,
        now: DateTime<Utc>,
    ) {
        let coalescing_key = (later.coalescing_key)(posting.event);
        if let Some(key) = &coalescing_key {
            let place = (later.name, key.clone());
            let next = self.deliveries.len();
            let index = *self.coalescing.entry(place).or_insert(next);
            if let Some(waiting) = self.deliveries.get_mut(index) {
                waiting.event_id = event;
                return;
            }
        }
        let origin = posting.origin.as_ref();
        self.deliveries.push(DeliveryRow {
            id: DeliveryId::generate(),
            event_id: event,
            handler: later.name,
            ordering_key: origin.map(|origin| origin.aggregate().to_owned()),
            sequence: origin.map_or(0, |origin| origin.sequence()),
            coalescing_key,
            due_at: posting.due_at.unwrap_or(now).naive_utc(),
            state: "ready",
            blocks: later.policy.blocks,
            attempt: 0,
            rescues: 0,
            fence: 0,
        });
    }

    /// Whether the bell has to be told to ring: once is enough, whatever is due.
    pub(crate) fn rings_first(&mut self) -> bool {
        !std::mem::replace(&mut self.rings, true)
    }

    /// Writes everything: events before the deliveries that refer to them, and of the events only those
    /// that a delivery needs.
    pub(crate) fn write(mut self, connection: &mut Connection) -> Result<(), Failure> {
        let needed: HashSet<EventId> = self.deliveries.iter().map(|row| row.event_id).collect();
        self.events.retain(|row| needed.contains(&row.id));
        rows::insert_events(&self.events, connection)?;
        if !self.coalescing.is_empty() {
            let keyed = self.coalescing.into_values();
            let mut keyed: Vec<&DeliveryRow> = keyed.map(|index| &self.deliveries[index]).collect();
            // Two units of work that lock several rows in one order do not wait for each other in a circle.
            keyed.sort_unstable_by(|a, b| a.place().cmp(&b.place()));
            let replaced = rows::replace_waiting(&keyed, connection)?;
            self.deliveries.retain(|row| !replaced.contains(row));
        }
        rows::insert_deliveries(&self.deliveries, connection)
    }
}
