//! Payments and the gateways that carry them.
//!
//! A payment is started for a payer ([`PaymentsFacade::start_new_payment`]), charged through the
//! [`CashierDesk`], captured by a handler of this module, or times out. Whoever carries the money stands
//! behind [`PaymentGateway`]: Stripe, or the test gateway of the demo.
//!
//! - `domain`: the payment, its operations at the gateway, and the rules of both.
//! - `application`: the use cases, the ports, the read model.
//! - `infrastructure`: tables and gateways.
//! - `desk.rs`: serves a waiting customer; `handlers.rs`: captures, voids, and finishes what a crash left.

mod application;
mod desk;
mod domain;
mod events;
mod facade;
mod handlers;
mod ids;
mod infrastructure;
mod schema;
mod settings;
mod wiring;

pub use application::gateway::{
    GatewayError, Gateways, Notice, NoticeRefusal, PaymentGateway, Shown,
};
pub use application::operations::{
    ChargeOutcome, ChargePayment, ChargePaymentError, RecordedCharge,
};
pub use application::queries::PaymentView;
pub use application::starting::{StartPayment, StartPaymentError, TimeOutError};
pub use desk::CashierDesk;
pub use domain::instruction::{Answer, Attempt, GatewayName, GatewayReference, Instruction, Task};
pub use domain::redirect::{InvalidReturnUrl, Redirect, ReturnUrl};
pub use domain::status::{PaymentStatus, UnknownStatus};
pub use domain::token::{InvalidPaymentToken, PaymentToken};
pub use events::{
    PaymentCaptured, PaymentCharged, PaymentChargedTooLate, PaymentFailed, PaymentStarted,
    PaymentTimedOut,
};
pub use facade::PaymentsFacade;
pub use ids::{BillingId, OperationId, PayerId, PaymentId, RefundId};
pub use infrastructure::test_gateway::TEST_TOKENS;
pub use settings::{GatewaySettings, PaymentsSettings};
pub use wiring::{PaymentsModule, module, module_with};
