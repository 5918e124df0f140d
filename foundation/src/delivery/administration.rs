//! What staff and operators see of deliveries, and what they may do.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{Bell, DeliveryId};
use crate::audit;
use crate::database::Moment;
use crate::failure::Failure;
use crate::injectable;
use crate::schema::{foundation_deliveries as deliveries, foundation_events as events};
use crate::subscriptions::Subscriptions;
use crate::unit_of_work::{Reader, UnitOfWork};

/// Lists, retries and discards deliveries.
pub struct DeliveryAdministration {
    subscriptions: Arc<Subscriptions>,
    bell: Arc<Bell>,
}

injectable!(DeliveryAdministration {
    subscriptions: Subscriptions,
    bell: Bell,
});

/// A delivery as an operator sees it.
#[derive(Debug, Clone, Queryable, serde::Serialize)]
pub struct DeliverySummary {
    /// Identifies it.
    pub id: DeliveryId,
    /// Name of the event.
    pub event: String,
    /// Name of the handler.
    pub handler: String,
    /// `ready`, `running`, `done` or `dead`.
    pub state: String,
    /// Tries so far.
    pub attempt: i32,
    /// Not before then.
    #[diesel(deserialize_as = Moment)]
    pub due_at: DateTime<Utc>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// The event as JSON.
    pub payload: String,
}

/// How much is waiting.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeliveryTotals {
    /// Due or under way.
    pub due: i64,
    /// Waiting for their time.
    pub scheduled: i64,
    /// Given up: somebody has to look.
    pub dead: i64,
    /// Since when the oldest due delivery has been waiting.
    pub oldest_due: Option<DateTime<Utc>>,
}

/// Why a delivery stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryAdministrationError {
    /// Only dead deliveries are retried or discarded.
    #[error("there is no dead delivery {0}")]
    NotDead(DeliveryId),
    /// The machinery failed.
    #[error("the delivery could not be changed")]
    Unexpected(#[from] Failure),
}

impl DeliveryAdministration {
    /// Unfinished deliveries in one state (or all), the oldest first.
    pub fn list(
        &self,
        state: Option<&str>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<DeliverySummary>, Failure> {
        let mut query = deliveries::table
            .inner_join(events::table)
            .select((
                deliveries::id,
                events::name,
                deliveries::handler,
                deliveries::state,
                deliveries::attempt,
                deliveries::due_at,
                deliveries::last_error,
                events::payload,
            ))
            .order((deliveries::due_at, deliveries::id))
            .limit(limit)
            .into_boxed();
        query = match state {
            Some(state) => query.filter(deliveries::state.eq(state.to_owned())),
            None => query.filter(deliveries::state.ne("done")),
        };
        Ok(query.load(reader.connection())?)
    }

    /// Counts what waits.
    pub fn totals(&self, reader: &mut Reader) -> Result<DeliveryTotals, Failure> {
        use diesel::dsl::{count_star, min};
        let now = reader.now();
        let connection = reader.connection();
        let unfinished = || deliveries::state.eq_any(["ready", "running"]);
        let due =
            deliveries::table.filter(unfinished().and(deliveries::due_at.le(now.naive_utc())));
        let (due, oldest_due): (i64, Option<NaiveDateTime>) = due
            .select((count_star(), min(deliveries::due_at)))
            .first(connection)?;
        let scheduled = deliveries::table
            .filter(unfinished().and(deliveries::due_at.gt(now.naive_utc())))
            .count()
            .get_result(connection)?;
        let dead = deliveries::table
            .filter(deliveries::state.eq("dead"))
            .count()
            .get_result(connection)?;
        Ok(DeliveryTotals {
            due,
            scheduled,
            dead,
            oldest_due: oldest_due.map(|time| time.and_utc()),
        })
    }

    /// Gives a dead delivery all its tries again.
    pub fn retry(
        &self,
        id: DeliveryId,
        actor: &str,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeliveryAdministrationError> {
        let now = uow.now();
        let change = (
            deliveries::state.eq("ready"),
            deliveries::attempt.eq(0),
            deliveries::rescues.eq(0),
            deliveries::due_at.eq(now.naive_utc()),
        );
        let revived = diesel::update(dead(id))
            .set(change)
            .execute(uow.connection())
            .map_err(Failure::from)?;
        if revived == 0 {
            return Err(DeliveryAdministrationError::NotDead(id));
        }
        audit::record(actor, "delivery.retry", &id.to_string(), "", uow)?;
        let bell = Arc::clone(&self.bell);
        uow.after_commit(move || bell.ring());
        Ok(())
    }

    /// Lets a dead delivery go for good, with a reason.
    pub fn discard(
        &self,
        id: DeliveryId,
        actor: &str,
        reason: &str,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeliveryAdministrationError> {
        let now = uow.now();
        let change = (
            deliveries::state.eq("done"),
            deliveries::finished_at.eq(now.naive_utc()),
        );
        let discarded = diesel::update(dead(id))
            .set(change)
            .execute(uow.connection())
            .map_err(Failure::from)?;
        if discarded == 0 {
            return Err(DeliveryAdministrationError::NotDead(id));
        }
        audit::record(actor, "delivery.discard", &id.to_string(), reason, uow)?;
        Ok(())
    }

    /// Handlers that unfinished deliveries name but this application does not have: it must not start.
    pub fn unknown_handlers(&self, reader: &mut Reader) -> Result<Vec<String>, Failure> {
        let named: Vec<String> = deliveries::table
            .filter(deliveries::state.ne("done"))
            .select(deliveries::handler)
            .distinct()
            .load(reader.connection())?;
        let known = self.subscriptions.handler_names();
        let unknown = named.into_iter();
        Ok(unknown
            .filter(|name| !known.contains(&name.as_str()))
            .collect())
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn dead(id: DeliveryId) -> _ {
    deliveries::table
        .filter(deliveries::id.eq(id))
        .filter(deliveries::state.eq("dead"))
}
