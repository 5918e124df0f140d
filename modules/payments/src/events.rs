//! What this module tells the others, and its own timer.

use foundation::{AnyEvent, Event, Money};
use serde::{Deserialize, Serialize};

pub use crate::domain::billing::CancelReason;
use crate::ids::{BillingId, OperationId, PayerId, PaymentId, RefundId};

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

/// Money of a payment was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRefunded {
    /// The payment.
    pub payment: PaymentId,
    /// Who has got it.
    pub payer: PayerId,
    /// How much.
    pub amount: Money,
    /// Whether nothing is left that could be given back.
    pub whole: bool,
}

impl Event for PaymentRefunded {
    const NAME: &'static str = "payments.payment_refunded";
}

/// A payer is about to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingOpened {
    /// The billing.
    pub billing: BillingId,
    /// Who is to pay.
    pub payer: PayerId,
    /// What is paid in one go.
    pub payments: Vec<PaymentId>,
}

impl Event for BillingOpened {
    const NAME: &'static str = "payments.billing_opened";
}

/// Everything of a billing is paid: a gateway holds the amount, or nothing was due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingSucceeded {
    /// The billing. Before there were billings, a payment was one, and its event is understood as this.
    #[serde(alias = "payment")]
    pub billing: BillingId,
    /// Who pays.
    pub payer: PayerId,
    /// How much is held.
    pub amount: Money,
}

impl Event for BillingSucceeded {
    const NAME: &'static str = "payments.billing_succeeded";
}

/// The money of a billing is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingCaptured {
    /// The billing.
    pub billing: BillingId,
    /// Who paid.
    pub payer: PayerId,
    /// How much.
    pub amount: Money,
}

impl Event for BillingCaptured {
    const NAME: &'static str = "payments.billing_captured";
}

/// A billing came to nothing and has given back what it kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingCancelled {
    /// The billing.
    pub billing: BillingId,
    /// Who did not pay.
    pub payer: PayerId,
    /// What was to be paid.
    pub payments: Vec<PaymentId>,
    /// Why.
    pub reason: CancelReason,
}

impl Event for BillingCancelled {
    const NAME: &'static str = "payments.billing_cancelled";
}

/// A gateway holds the amount of a billing that had ended meanwhile: it is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingChargedTooLate {
    /// The billing. Before there were billings, a payment was one, and its event is understood as this.
    #[serde(alias = "payment")]
    pub billing: BillingId,
    /// Who paid too late.
    pub payer: PayerId,
    /// How much is held.
    pub amount: Money,
}

impl Event for BillingChargedTooLate {
    const NAME: &'static str = "payments.billing_charged_too_late";
}

/// A gateway may hold, or come to hold, what nobody wants any more: it is let go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuthorisationAbandoned {
    pub(crate) billing: BillingId,
    pub(crate) reference: String,
    pub(crate) gateway: Option<String>,
}

impl Event for AuthorisationAbandoned {
    const NAME: &'static str = "payments.authorisation_abandoned";
}

/// A gateway is to give money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefundDue {
    pub(crate) billing: BillingId,
    pub(crate) refund: RefundId,
}

impl Event for RefundDue {
    const NAME: &'static str = "payments.refund_due";
}

/// A gateway says that something has happened to a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NoticeReceived {
    pub(crate) gateway: String,
    pub(crate) billing: Option<BillingId>,
    pub(crate) reference: Option<String>,
}

impl Event for NoticeReceived {
    const NAME: &'static str = "payments.notice_received";
}

/// Timer: our books are to be compared with those of the gateways, from this billing on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BooksDue {
    pub(crate) after: Option<BillingId>,
}

impl Event for BooksDue {
    const NAME: &'static str = "payments.books_due";
}

/// A billing is to be compared with the gateways' books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ComparisonDue {
    pub(crate) billing: BillingId,
}

impl Event for ComparisonDue {
    const NAME: &'static str = "payments.comparison_due";
}

/// Timer: by now the operation should have its result; whatever kept it, it is finished now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OperationDue {
    #[serde(alias = "payment")]
    pub(crate) billing: BillingId,
    pub(crate) operation: OperationId,
}

impl Event for OperationDue {
    const NAME: &'static str = "payments.operation_due";
}

/// Timer: the billing's time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BillingExpires {
    pub(crate) billing: BillingId,
}

impl Event for BillingExpires {
    const NAME: &'static str = "payments.billing_expires";
}

/// Timer: the gateway will soon let go of what it holds; whatever kept the capture, it is done now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaptureDue {
    pub(crate) billing: BillingId,
}

impl Event for CaptureDue {
    const NAME: &'static str = "payments.capture_due";
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
    Refunded(PaymentRefunded),
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
            Self::Refunded(event) => event,
        }
    }
}

/// What happened to a billing since it was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BillingEvent {
    Opened(BillingOpened),
    Succeeded(BillingSucceeded),
    Captured(BillingCaptured),
    Cancelled(BillingCancelled),
    ChargedTooLate(BillingChargedTooLate),
    Abandoned(AuthorisationAbandoned),
    RefundDue(RefundDue),
}

impl BillingEvent {
    pub(crate) fn as_event(&self) -> &dyn AnyEvent {
        match self {
            Self::Opened(event) => event,
            Self::Succeeded(event) => event,
            Self::Captured(event) => event,
            Self::Cancelled(event) => event,
            Self::ChargedTooLate(event) => event,
            Self::Abandoned(event) => event,
            Self::RefundDue(event) => event,
        }
    }
}
