//! What is shown of processes.

use std::fmt;

use auctions::AuctionId;
use chrono::{DateTime, Utc};
use customer_relationship::CustomerId;
use foundation::Money;
use payments::PaymentId;
use shipping::PackageId;

use crate::domain::{PayingForWonItem, ProcessState};
use crate::ids::ProcessId;

/// What has to happen before a process moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// The buyer pays.
    Payment,
    /// The warehouse hands the package to a carrier.
    Shipment,
}

impl fmt::Display for WaitsFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Payment => "the buyer to pay",
            Self::Shipment => "the warehouse to ship the package",
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
    /// The buyer is told the tracking number, and the process is finished.
    Finish,
}

impl fmt::Display for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimeOut { at } => write!(f, "the payment times out at {}", at.to_rfc3339()),
            Self::Finish => f.write_str("the buyer is told the tracking number"),
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
    /// The hammer price.
    pub price: Money,
    /// Who bought it.
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
    /// When the hammer's event arrived.
    pub started_at: DateTime<Utc>,
}

impl From<PayingForWonItem> for ProcessView {
    fn from(process: PayingForWonItem) -> Self {
        let state = process.state();
        let at = process.item.pay_by;
        let (waits_for, next) = match state {
            ProcessState::PaymentStarted => {
                (Some(WaitsFor::Payment), Some(NextStep::TimeOut { at }))
            }
            ProcessState::Paid => (Some(WaitsFor::Shipment), Some(NextStep::Finish)),
            ProcessState::Shipped | ProcessState::TimedOut => (None, None),
        };
        Self {
            id: process.id,
            auction: process.item.auction,
            title: process.item.title,
            price: process.item.price,
            customer: process.item.buyer,
            state,
            payment: process.payment,
            package: process.package,
            pay_by: at,
            waits_for,
            since: process.changed_at,
            next,
            started_at: process.started_at,
        }
    }
}
