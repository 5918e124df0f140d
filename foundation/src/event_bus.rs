//! The event bus: synchronous handlers now, a delivery for every other.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use shaku::{Component, HasComponent, Interface, Module, ModuleBuildContext};

use crate::delivery::Bell;
use crate::events::{AnyEvent, Origin};
use crate::failure::Failure;
use crate::subscriptions::{Reaction, Subscriptions};
use crate::unit_of_work::UnitOfWork;

/// An event on its way to its handlers.
#[derive(Clone)]
pub struct Posting<'e> {
    /// The event.
    pub event: &'e dyn AnyEvent,
    /// The version of the aggregate that it comes from, where it comes from one.
    pub origin: Option<Origin>,
    /// For a timer: not before then.
    pub due_at: Option<DateTime<Utc>>,
}

/// Hands events to their handlers.
pub trait EventBus: Interface {
    /// Runs the synchronous handlers in the unit of work's transaction, and notes one delivery for each
    /// asynchronous handler, to be written in the same transaction.
    fn post(&self, posting: Posting<'_>, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// The bus of the application: in process, durable through the database.
pub struct InProcessEventBus {
    subscriptions: Arc<Subscriptions>,
    bell: Arc<Bell>,
}

impl<M> Component<M> for InProcessEventBus
where
    M: Module + HasComponent<Subscriptions> + HasComponent<Bell>,
{
    type Interface = dyn EventBus;
    type Parameters = ();

    fn build(context: &mut ModuleBuildContext<M>, _: ()) -> Box<dyn EventBus> {
        Box::new(Self {
            subscriptions: M::build_component(context),
            bell: M::build_component(context),
        })
    }
}

impl EventBus for InProcessEventBus {
    fn post(&self, posting: Posting<'_>, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let event = posting.event;
        let now = uow.now();
        let mut recorded = None;
        for subscription in self.subscriptions.to(event.name()) {
            match subscription.reaction() {
                Reaction::Now(react) => {
                    react(event, uow).map_err(|error| handler_failure(event.name(), error))?;
                }
                Reaction::Later(later) if !(later.concerns)(event) => {}
                Reaction::Later(later) => {
                    let outbox = uow.outbox();
                    let event = match recorded {
                        Some(event) => event,
                        None => *recorded.insert(outbox.record(&posting, now)?),
                    };
                    outbox.deliver(event, &posting, later, now);
                }
            }
        }
        let due = posting.due_at.is_none_or(|at| at <= now);
        if recorded.is_some() && due && uow.outbox().rings_first() {
            let bell = Arc::clone(&self.bell);
            uow.after_commit(move || bell.ring());
        }
        Ok(())
    }
}

fn handler_failure(event: &'static str, error: anyhow::Error) -> Failure {
    let conflict = error
        .chain()
        .any(|cause| matches!(cause.downcast_ref(), Some(Failure::Conflict)));
    if conflict {
        return Failure::Conflict;
    }
    Failure::Handler {
        event,
        source: error.into(),
    }
}
