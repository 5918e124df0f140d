//! What is shown of processes.

use std::fmt;

use auctions::AuctionId;
use chrono::{DateTime, Utc};
use customer_relationship::CustomerId;
use foundation::Money;
use payments::PaymentId;
use shipping::PackageId;

use crate::domain::{EarlierBuyer, PayingForWonItem, ProcessState};
use crate::ids::ProcessId;

/// What has to happen before a process moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// The buyer pays.
    Payment,
    /// The goods are not in the house: they arrive, or the buyer has the money back.
    Goods,
    /// The warehouse hands the package to a carrier.
    Shipment,
    /// The house offers the lot to the next bidder.
    Offer,
    /// The next bidder answers.
    Answer,
}

impl WaitsFor {
    /// What stands between a paid item and its buyer.
    pub(crate) const fn of_paid(process: &PayingForWonItem) -> Self {
        match process.told_missing {
            Some(_) => Self::Goods,
            None => Self::Shipment,
        }
    }
}

impl fmt::Display for WaitsFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Payment => "the buyer to pay",
            Self::Goods => "the goods to arrive, or the buyer to have the money back",
            Self::Shipment => "the warehouse to ship the package",
            Self::Offer => "the house to offer the lot to the next bidder",
            Self::Answer => "the next bidder to answer the second chance",
        })
    }
}

/// What comes next when nothing else happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// The payment times out.
    TimeOut {
        /// When.
        at: DateTime<Utc>,
    },
    /// The package leaves the house.
    Ship,
    /// The buyer is told the tracking number, and the process is finished.
    Finish,
    /// The next bidder is asked; without one the lot stays unsold.
    Offer,
    /// The second chance expires, and the lot stays unsold.
    OfferExpires {
        /// When.
        at: DateTime<Utc>,
    },
}

impl fmt::Display for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimeOut { at } => write!(f, "the payment times out at {}", at.to_rfc3339()),
            Self::Ship => f.write_str("the warehouse ships the package"),
            Self::Finish => f.write_str("the buyer is told the tracking number"),
            Self::Offer => f.write_str("the next bidder is asked"),
            Self::OfferExpires { at } => {
                write!(f, "the second chance expires at {}", at.to_rfc3339())
            }
        }
    }
}

/// A won item on its way, as staff and its buyer see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessView {
    /// Identifies the process.
    pub id: ProcessId,
    /// Where it was won.
    pub auction: AuctionId,
    /// What the lot is called.
    pub title: String,
    /// The hammer price; what the buyer accepted when it was bought by a second chance.
    pub price: Money,
    /// Who bought it: the last one to do so.
    pub customer: CustomerId,
    /// How far it has come.
    pub state: ProcessState,
    /// The payment that was started for it.
    pub payment: PaymentId,
    /// The package that was created for it.
    pub package: Option<PackageId>,
    /// Until when it is to be paid.
    pub pay_by: DateTime<Utc>,
    /// What it waits for; nothing when it is finished.
    pub waits_for: Option<WaitsFor>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What comes next; nothing when it is finished.
    pub next: Option<NextStep>,
    /// When the house heard that it was sold.
    pub started_at: DateTime<Utc>,
    /// To whom it is offered as a second chance; for staff only.
    pub offered_to: Option<CustomerId>,
}

impl From<PayingForWonItem> for ProcessView {
    fn from(process: PayingForWonItem) -> Self {
        let (state, (waits_for, next)) = (process.state(), outlook(&process));
        Self {
            id: process.id,
            auction: process.item.auction,
            title: process.item.title,
            price: process.item.price,
            customer: process.item.buyer,
            state,
            payment: process.payment,
            package: process.package,
            pay_by: process.item.pay_by,
            waits_for,
            since: process.changed_at,
            next,
            started_at: process.started_at,
            offered_to: process.offer.map(|offer| offer.bidder),
        }
    }
}

fn outlook(process: &PayingForWonItem) -> (Option<WaitsFor>, Option<NextStep>) {
    match process.state() {
        ProcessState::PaymentStarted => {
            let at = process.item.pay_by;
            (Some(WaitsFor::Payment), Some(NextStep::TimeOut { at }))
        }
        ProcessState::Paid => {
            let next = match process.told_missing {
                Some(_) => NextStep::Ship,
                None => NextStep::Finish,
            };
            (Some(WaitsFor::of_paid(process)), Some(next))
        }
        ProcessState::TimedOut => (Some(WaitsFor::Offer), Some(NextStep::Offer)),
        ProcessState::Offered => {
            let expires_at = process.offer.as_ref().map(|offer| offer.expires_at);
            let next = expires_at.map(|at| NextStep::OfferExpires { at });
            (Some(WaitsFor::Answer), next)
        }
        ProcessState::Shipped
        | ProcessState::Unsold
        | ProcessState::Collected
        | ProcessState::Refunded => (None, None),
    }
}

impl ProcessView {
    /// What its buyer may know: who did not pay in time learns nothing of what became of the lot.
    pub(crate) fn shown_to_its_buyer(self) -> Self {
        if self.state.is_free() {
            self.lost()
        } else {
            self
        }
    }

    /// What an earlier buyer may know.
    pub(crate) fn shown_to_earlier_buyer(self, earlier: EarlierBuyer) -> Self {
        Self {
            price: earlier.price,
            customer: earlier.customer,
            payment: earlier.payment,
            pay_by: earlier.pay_by,
            since: earlier.pay_by,
            ..self.lost()
        }
    }

    fn lost(self) -> Self {
        Self {
            state: ProcessState::TimedOut,
            package: None,
            waits_for: None,
            since: self.pay_by,
            next: None,
            offered_to: None,
            ..self
        }
    }
}
