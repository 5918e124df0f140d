//! What this module tells the others, and its own timer.

use foundation::{AnyEvent, Event, Money};
use serde::{Deserialize, Serialize};

use crate::ids::{OperationId, PayerId, PaymentId};

/// A payment waits for its payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentStarted {
    /// The payment.
    pub payment: PaymentId,
    /// Who is to pay.
    pub payer: PayerId,
    /// How much.
    pub amount: Money,
    /// What for, in the payer's words.
    pub description: String,
}

impl Event for PaymentStarted {
    const NAME: &'static str = "payments.payment_started";
}

/// The gateway holds the amount; it is not taken yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentCharged {
    /// The payment.
    pub payment: PaymentId,
    /// Who pays.
    pub payer: PayerId,
    /// How much.
    pub amount: Money,
}

impl Event for PaymentCharged {
    const NAME: &'static str = "payments.payment_charged";
}

/// A try to pay came to nothing. The payment may be tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFailed {
    /// The payment.
    pub payment: PaymentId,
    /// Who tried to pay.
    pub payer: PayerId,
    /// How much.
    pub amount: Money,
    /// Why, in words for the payer.
    pub reason: String,
}

impl Event for PaymentFailed {
    const NAME: &'static str = "payments.payment_failed";
}

/// The money is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentCaptured {
    /// The payment.
    pub payment: PaymentId,
    /// Who paid.
    pub payer: PayerId,
    /// How much.
    pub amount: Money,
}

impl Event for PaymentCaptured {
    const NAME: &'static str = "payments.payment_captured";
}

/// The time for paying has run out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTimedOut {
    /// The payment.
    pub payment: PaymentId,
    /// Who did not pay.
    pub payer: PayerId,
}

impl Event for PaymentTimedOut {
    const NAME: &'static str = "payments.payment_timed_out";
}

/// The gateway holds the amount of a payment that had ended meanwhile: it is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentChargedTooLate {
    /// The payment.
    pub payment: PaymentId,
    /// Who paid too late.
    pub payer: PayerId,
    /// How much is held.
    pub amount: Money,
}

impl Event for PaymentChargedTooLate {
    const NAME: &'static str = "payments.payment_charged_too_late";
}

/// Timer: by now the operation should have its result; whatever kept it, it is finished now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OperationDue {
    pub(crate) payment: PaymentId,
    pub(crate) operation: OperationId,
}

impl Event for OperationDue {
    const NAME: &'static str = "payments.operation_due";
}

/// What happened to a payment since it was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PaymentEvent {
    Started(PaymentStarted),
    Charged(PaymentCharged),
    ChargedTooLate(PaymentChargedTooLate),
    Failed(PaymentFailed),
    Captured(PaymentCaptured),
    TimedOut(PaymentTimedOut),
}

impl PaymentEvent {
    pub(crate) fn as_event(&self) -> &dyn AnyEvent {
        match self {
            Self::Started(event) => event,
            Self::Charged(event) => event,
            Self::ChargedTooLate(event) => event,
            Self::Failed(event) => event,
            Self::Captured(event) => event,
            Self::TimedOut(event) => event,
        }
    }
}
