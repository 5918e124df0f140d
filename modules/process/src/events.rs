//! What this module tells itself: its timers, and the step after a time-out.

use auctions::AuctionId;
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

/// The buyer did not pay: the lot is to be offered to the next bidder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferDue {
    /// The auction that finds the process.
    pub auction: AuctionId,
    /// The epoch of the time-out: in a later one it means nothing.
    pub epoch: i64,
}

impl Event for ReminderDue {
    const NAME: &'static str = "process.reminder_due";
}

impl Event for PaymentDue {
    const NAME: &'static str = "process.payment_due";
}

impl Event for OfferDue {
    const NAME: &'static str = "process.offer_due";
}
