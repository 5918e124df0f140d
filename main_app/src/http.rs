//! What all requests have in common: who asks, from where, how often, and how refusals look.

pub mod arrival;
pub mod blocking;
mod compression;
pub(crate) mod csv;
pub mod errors;
pub mod exports;
pub mod extract;
mod gate;
mod head;
pub mod health;
mod house;
pub mod identity;
pub mod logging;
mod metrics;
pub mod problem;
mod rate_limit;
mod registration;
pub mod routes;
pub mod security;
mod server;
mod webhooks;

pub use arrival::ArrivedAt;
pub use blocking::Work;
pub use extract::{ClientAddress, Json};
pub use house::House;
pub use identity::{As, Visitor};
pub use problem::{FieldErrors, Problem};
pub use registration::Registration;
pub use security::CspNonce;
pub use server::{application, listen, openapi};
