//! Runs claimed deliveries through their handler.

use std::error::Error;
use std::sync::Arc;

use crate::delivery::claim::{self, Claim};
use crate::events::Event;
use crate::failure::Failure;
use crate::handlers::{AsyncHandler, BatchHandler, OutboundHandler};
use crate::locks::{LockError, LockFactory};
use crate::transactions::Transactions;
use crate::unit_of_work::UnitOfWork;

/// How long a handler may hold its named lock before another worker may take it.
const LOCK_SECONDS: i64 = 60;

/// Why a delivery did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliveryError {
    /// Another worker has the delivery by now: this one's work is rolled back.
    #[error("the claim on the delivery is no longer held")]
    ClaimLost,
    /// The handler's lock is taken: the delivery waits.
    #[error("the lock '{0}' is taken")]
    Locked(String),
    /// The stored event does not fit the handler's type.
    #[error("the stored event cannot be read")]
    Unreadable(#[source] serde_json::Error),
    /// The handler failed.
    #[error("the handler failed")]
    Handler(#[source] Box<dyn Error + Send + Sync>),
    /// The machinery failed.
    #[error("the delivery failed")]
    Unexpected(#[from] Failure),
}

impl From<anyhow::Error> for DeliveryError {
    fn from(error: anyhow::Error) -> Self {
        let conflict = error
            .chain()
            .any(|cause| matches!(cause.downcast_ref(), Some(Failure::Conflict)));
        if conflict {
            return Self::Unexpected(Failure::Conflict);
        }
        Self::Handler(error.into())
    }
}

impl DeliveryError {
    /// Whether the database is gone: the same delivery alone would fare no better.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Unexpected(Failure::Unavailable(_) | Failure::OutcomeUnknown(_))
        )
    }
}

impl Claim {
    fn event<E: Event>(&self) -> Result<E, DeliveryError> {
        serde_json::from_str(&self.payload).map_err(DeliveryError::Unreadable)
    }
}

/// What a runner works with.
pub(crate) struct Workshop<'w> {
    /// One claim, or several on deliveries for one batch handler.
    pub(crate) claims: &'w [Claim],
    pub(crate) transactions: &'w Transactions,
    pub(crate) locks: &'w LockFactory,
    /// Whether the claim could be renewed in time: asked before the outside is touched.
    pub(crate) still_held: &'w dyn Fn() -> bool,
}

impl Workshop<'_> {
    /// Runs the work in a transaction that holds the claims; it is told which were not lost.
    fn fenced<T>(
        &self,
        mut work: impl FnMut(&[&Claim], &mut UnitOfWork) -> Result<T, DeliveryError>,
    ) -> Result<T, DeliveryError> {
        let fenced = |uow: &mut UnitOfWork| {
            let held = claim::lock(self.claims, uow)?;
            if held.is_empty() {
                return Err(DeliveryError::ClaimLost);
            }
            work(&held, uow)
        };
        // Whoever lost once locks: otherwise the hammer would lose against a desk that never rests.
        self.transactions.run_then_locking(fenced)
    }

    /// Runs the work in a transaction that also marks the deliveries done.
    fn fenced_to_the_end(
        &self,
        mut work: impl FnMut(&[&Claim], &mut UnitOfWork) -> Result<(), DeliveryError>,
    ) -> Result<(), DeliveryError> {
        self.fenced(|held, uow| {
            work(held, uow)?;
            if !claim::finish(held, uow)? {
                return Err(DeliveryError::ClaimLost);
            }
            Ok(())
        })
    }

    /// The event of a runner that takes one delivery at a time.
    fn event<E: Event>(&self) -> Result<E, DeliveryError> {
        let claim = self.claims.first().ok_or(DeliveryError::ClaimLost)?;
        claim.event()
    }
}

/// A handler without its types.
pub(crate) trait Runner: Send + Sync {
    /// Delivers; when this succeeds, the deliveries are marked done.
    fn run(&self, workshop: &Workshop<'_>) -> Result<(), DeliveryError>;
}

/// Runs an [`AsyncHandler`].
pub(crate) struct AsyncRunner<E, H: ?Sized> {
    handler: Arc<H>,
    event: std::marker::PhantomData<fn() -> E>,
}

impl<E, H: ?Sized> AsyncRunner<E, H> {
    pub(crate) fn new(handler: Arc<H>) -> Self {
        Self {
            handler,
            event: std::marker::PhantomData,
        }
    }
}

impl<E: Event, H: AsyncHandler<E> + ?Sized> Runner for AsyncRunner<E, H> {
    fn run(&self, workshop: &Workshop<'_>) -> Result<(), DeliveryError> {
        let event: E = workshop.event()?;
        let _lock = match self.handler.lock(&event) {
            Some(name) => {
                let time = chrono::TimeDelta::seconds(LOCK_SECONDS);
                Some(match workshop.locks.acquire(&name, time) {
                    Ok(lock) => lock,
                    Err(LockError::AlreadyLocked(name)) => return Err(DeliveryError::Locked(name)),
                    Err(LockError::Unexpected(failure)) => return Err(failure.into()),
                })
            }
            None => None,
        };
        workshop.fenced_to_the_end(|_, uow| Ok(self.handler.handle(&event, uow)?))
    }
}

/// Runs a [`BatchHandler`].
pub(crate) struct BatchRunner<E, H: ?Sized> {
    handler: Arc<H>,
    event: std::marker::PhantomData<fn() -> E>,
}

impl<E, H: ?Sized> BatchRunner<E, H> {
    pub(crate) fn new(handler: Arc<H>) -> Self {
        Self {
            handler,
            event: std::marker::PhantomData,
        }
    }
}

impl<E: Event, H: BatchHandler<E> + ?Sized> Runner for BatchRunner<E, H> {
    fn run(&self, workshop: &Workshop<'_>) -> Result<(), DeliveryError> {
        workshop.fenced_to_the_end(|held, uow| {
            let events: Result<Vec<E>, _> = held.iter().map(|claim| claim.event()).collect();
            Ok(self.handler.handle_all(&events?, uow)?)
        })
    }
}

/// Runs an [`OutboundHandler`].
pub(crate) struct OutboundRunner<E, H: ?Sized> {
    handler: Arc<H>,
    event: std::marker::PhantomData<fn() -> E>,
}

impl<E, H: ?Sized> OutboundRunner<E, H> {
    pub(crate) fn new(handler: Arc<H>) -> Self {
        Self {
            handler,
            event: std::marker::PhantomData,
        }
    }
}

impl<E: Event, H: OutboundHandler<E> + ?Sized> Runner for OutboundRunner<E, H> {
    fn run(&self, workshop: &Workshop<'_>) -> Result<(), DeliveryError> {
        let event: E = workshop.event()?;
        let prepared = workshop.fenced(|_, uow| Ok(self.handler.prepare(&event, uow)?))?;
        let Some(request) = prepared else {
            return workshop.fenced_to_the_end(|_, _| Ok(()));
        };
        if !(workshop.still_held)() {
            return Err(DeliveryError::ClaimLost);
        }
        let mut outcome = Some(self.handler.call(request)?);
        workshop.fenced_to_the_end(|_, uow| match outcome.take() {
            Some(outcome) => Ok(self.handler.record(&event, outcome, uow)?),
            None => Err(Failure::Conflict.into()),
        })
    }
}
