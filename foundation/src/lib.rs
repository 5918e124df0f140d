//! What every module stands on: money, ids and time; the database, the unit of work and the event bus;
//! durable deliveries, timers and locks.
//!
//! A module keeps its state through a [`UnitOfWork`], tells the others by posting an [`Event`], and listens
//! by binding a handler with [`On`], [`OnAsync`], [`OnBatch`] or [`OnOutbound`]. How the pieces fit is in
//! `ARCHITECTURE.md`.

extern crate self as foundation;

pub mod audit;
mod clock;
mod currency;
pub mod database;
mod delivery;
mod event_bus;
mod events;
mod failure;
mod handlers;
#[cfg(feature = "https")]
pub mod https;
pub mod ids;
pub mod injectable;
mod locks;
mod money;
mod pause;
mod schema;
mod subscriptions;
#[cfg(feature = "testing")]
pub mod testing;
mod transactions;
mod unit_of_work;

pub use clock::{Ahead, Clock, SystemClock, to_microseconds};
pub use currency::{Currency, UnknownCurrency};
pub use database::{Database, DatabaseSettings, DatabaseUrl};
pub use delivery::{
    Bell, DeliveryAdministration, DeliveryAdministrationError, DeliveryId, DeliverySummary,
    DeliveryTotals, DeliveryWorker, EventId, Policy, RunningWorkers, WorkerSettings,
};
pub use event_bus::{EventBus, InProcessEventBus, Posting};
pub use events::{AnyEvent, Event, Origin};
pub use failure::Failure;
pub use shaku::Interface;

pub use handlers::{AsyncHandler, BatchHandler, Handler, HandlerResult, OutboundHandler};
pub use locks::{Lock, LockError, LockFactory};
pub use money::{Money, MoneyError};
pub use subscriptions::{
    On, OnAsync, OnBatch, OnOutbound, Submodules, Subscription, Subscriptions, WiringMistake,
};
pub use transactions::Transactions;
pub use unit_of_work::{Reader, UnitOfWork};

/// What the macros of this crate write into other crates.
#[doc(hidden)]
pub mod reexports {
    pub use diesel;
    pub use serde;
    pub use shaku;
    pub use uuid;
}
