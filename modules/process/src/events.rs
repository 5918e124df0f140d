//! The timers that this module sets for itself.

use foundation::Event;
use payments::PaymentId;
use serde::{Deserialize, Serialize};

/// A timer: the buyer is to be reminded, should the payment still be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderDue {
    /// The payment that finds the process.
    pub payment: PaymentId,
    /// The epoch in which the timer was set: in a later one it means nothing.
    pub epoch: i64,
    /// Which reminder it is; the first is 1.
    pub number: u32,
}

/// A timer: the time to pay is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentDue {
    /// The payment that finds the process.
    pub payment: PaymentId,
    /// The epoch in which the timer was set: in a later one it means nothing.
    pub epoch: i64,
}

impl Event for ReminderDue {
    const NAME: &'static str = "process.reminder_due";
}

impl Event for PaymentDue {
    const NAME: &'static str = "process.payment_due";
}
