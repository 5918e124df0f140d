//! Durable deliveries: what happens after a commit happens, once, however often the process dies.
//!
//! A delivery is one event for one handler. It is written with its cause, claimed by one worker at a time
//! under a lease, and finished in the transaction of its effect.

mod administration;
mod bell;
mod claim;
pub(crate) mod outbox;
mod policy;
mod rota;
mod runner;
mod running;
mod taking;
mod upkeep;
mod worker;

pub use administration::{
    DeliveryAdministration, DeliveryAdministrationError, DeliverySummary, DeliveryTotals,
};
pub use bell::Bell;
pub use policy::Policy;
pub use running::{RunningWorkers, WorkerSettings};
pub use worker::DeliveryWorker;

pub(crate) use runner::{AsyncRunner, BatchRunner, OutboundRunner, Runner};

crate::typed_id! {
    /// Identifies a delivery.
    DeliveryId
}

crate::typed_id! {
    /// Identifies a posted event.
    EventId
}
