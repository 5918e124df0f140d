//! What happens across modules: process managers, which hear what one module did and set the next to work.
//!
//! There is one kind so far, `PayingForWonItem`: from the fall of the hammer over payment to the parcel,
//! and when the buyer does not pay, by a second chance to the next bidder.
//!
//! | to read about | open |
//! |---|---|
//! | what can be asked | `facade.rs` |
//! | the states and what moves between them | `domain.rs` |
//! | what each event leads to | `application/paying_for_won_item.rs` |
//! | what follows when the buyer does not pay | `application/second_chances.rs` |
//! | how events find their process | `handlers.rs`, `infrastructure/processes.rs` |
//! | how staff push a waiting process on | `application/push_on.rs` |
//!
//! The modules that it sets to work know nothing of it, nor of each other.

mod application;
mod domain;
mod events;
mod facade;
mod handlers;
mod ids;
mod infrastructure;
mod schema;
mod wiring;

pub use application::{NextStep, ProcessSettings, ProcessView, PushOnError, WaitsFor};
pub use domain::{ProcessState, UnknownProcessState};
pub use events::{OfferDue, PaymentDue, ReminderDue};
pub use facade::ProcessFacade;
pub use ids::ProcessId;
pub use wiring::{ProcessModule, module};
