//! The four ways to react to an event.

use shaku::Interface;

use crate::delivery::Policy;
use crate::events::Event;
use crate::unit_of_work::UnitOfWork;

/// What a handler answers. An error of a synchronous handler fails the publisher's transaction; one of an
/// asynchronous handler is retried.
pub type HandlerResult<T = ()> = anyhow::Result<T>;

/// Reacts at once, in the publisher's transaction. Bound with `On<E, H>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle `{E}`: `On<{E}, …>` needs `impl Handler<{E}> for {Self}`"
)]
pub trait Handler<E: Event>: Interface {
    /// Does its part of the publisher's transaction.
    fn handle(&self, event: &E, uow: &mut UnitOfWork) -> HandlerResult;
}

/// Reacts after the publisher's commit, in a transaction of its own that also marks the delivery done: its
/// effect in the database happens exactly once. Bound with `OnAsync<E, H>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle `{E}`: `OnAsync<{E}, …>` needs `impl AsyncHandler<{E}> for {Self}`"
)]
pub trait AsyncHandler<E: Event>: Interface {
    /// Names the reaction: unique in the application, written to the outbox, never changed.
    fn name(&self) -> &'static str;

    /// Reacts.
    fn handle(&self, event: &E, uow: &mut UnitOfWork) -> HandlerResult;

    /// How often to try, and what a dead delivery means for later ones.
    fn policy(&self) -> Policy {
        Policy::default()
    }

    /// Whether the event is of any concern, told by the event alone: asked when it is posted, so that nothing
    /// is delivered in vain.
    fn concerns(&self, _event: &E) -> bool {
        true
    }

    /// Names a lock to hold while handling, taken before the transaction begins. While another worker
    /// holds it, the delivery waits.
    fn lock(&self, _event: &E) -> Option<String> {
        None
    }

    /// While a delivery with this key is still waiting, a newer event replaces its payload instead of
    /// adding another delivery.
    fn coalescing_key(&self, _event: &E) -> Option<String> {
        None
    }
}

/// Reacts to many events at once after their publishers' commits, in one transaction that also marks all the
/// deliveries done: for what comes in avalanches, such as ten thousand lots that end in one second. Bound with
/// `OnBatch<E, H>`.
///
/// When a batch fails, each of its events is handled alone, so that only the guilty one is tried again later.
/// Whatever was tried before is handled alone, too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle `{E}`: `OnBatch<{E}, …>` needs `impl BatchHandler<{E}> for {Self}`"
)]
pub trait BatchHandler<E: Event>: Interface {
    /// Names the reaction: unique in the application, written to the outbox, never changed.
    fn name(&self) -> &'static str;

    /// Reacts to one event or more, in the order in which they became due.
    fn handle_all(&self, events: &[E], uow: &mut UnitOfWork) -> HandlerResult;

    /// How often to try, and what a dead delivery means for later ones.
    fn policy(&self) -> Policy {
        Policy::default()
    }

    /// Whether the event is of any concern, told by the event alone: asked when it is posted, so that nothing
    /// is delivered in vain.
    fn concerns(&self, _event: &E) -> bool {
        true
    }

    /// How many events to handle in one transaction, up to a thousand. The larger, the fewer commits; the
    /// smaller, the sooner others get their turn.
    fn batch(&self) -> usize {
        256
    }
}

/// Talks to the outside: prepare in a transaction, call outside any, record in another that also marks the
/// delivery done. Bound with `OnOutbound<E, H>`.
///
/// The call may happen twice when the process dies between call and record: it carries a key that lets the
/// other side recognise the repetition.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle `{E}`: `OnOutbound<{E}, …>` needs `impl OutboundHandler<{E}> for {Self}`"
)]
pub trait OutboundHandler<E: Event>: Interface {
    /// What is sent.
    type Request;
    /// What came back.
    type Outcome;

    /// Names the reaction: unique in the application, written to the outbox, never changed.
    fn name(&self) -> &'static str;

    /// Writes down what will be done, and says what to send; `None` when nothing is left to do.
    fn prepare(&self, event: &E, uow: &mut UnitOfWork) -> HandlerResult<Option<Self::Request>>;

    /// Talks to the outside, with a time-out of its own. An error means the outcome is unknown: the
    /// delivery is tried again from `prepare`.
    fn call(&self, request: Self::Request) -> HandlerResult<Self::Outcome>;

    /// Writes down what came of it.
    fn record(&self, event: &E, outcome: Self::Outcome, uow: &mut UnitOfWork) -> HandlerResult;

    /// How often to try, and what a dead delivery means for later ones.
    fn policy(&self) -> Policy {
        Policy::default()
    }
}
