//! What customers are told, in values that no template or language has touched yet.

use auctions::AuctionId;
use chrono::{DateTime, Utc};
use foundation::Money;

use crate::domain::EmailKind;

/// A lot that the customer won, and has to pay.
#[derive(Debug, Clone)]
pub struct WonLot {
    /// What the lot is called.
    pub title: String,
    /// The hammer price.
    pub price: Money,
    /// The end of the time to pay.
    pub pay_by: DateTime<Utc>,
}

/// A lot that the customer has paid.
#[derive(Debug, Clone)]
pub struct PaidLot {
    /// What the lot is called.
    pub title: String,
    /// What was paid.
    pub amount: Money,
}

/// A payment that did not go through.
#[derive(Debug, Clone)]
pub struct FailedPayment {
    /// What the lot is called.
    pub title: String,
    /// What was to be paid.
    pub amount: Money,
    /// Why it failed, as the card network said.
    pub reason: String,
    /// The end of the time to pay.
    pub pay_by: DateTime<Utc>,
}

/// A lot that was not paid in time.
#[derive(Debug, Clone)]
pub struct NotPaid {
    /// What the lot is called.
    pub title: String,
    /// What was to be paid.
    pub amount: Money,
}

/// A parcel on its way.
#[derive(Debug, Clone)]
pub struct Shipment {
    /// What the lot is called.
    pub title: String,
    /// Who carries it.
    pub carrier: String,
    /// Under which number.
    pub tracking_number: String,
}

/// A lot on which somebody else now leads.
#[derive(Debug, Clone)]
pub(crate) struct OverbidLot {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) price: Money,
    pub(crate) minimum_next: Money,
    pub(crate) ends_at: DateTime<Utc>,
}

/// The seller's lot that nobody bid on.
#[derive(Debug, Clone)]
pub(crate) struct UnsoldLot {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) starting_price: Money,
}

/// A lot from which bids were withdrawn.
#[derive(Debug, Clone)]
pub(crate) struct WithdrawnBids {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) price: Money,
    pub(crate) minimum_next: Money,
    pub(crate) leads: bool,
    pub(crate) reason: Option<String>,
}

/// One thing that a customer is told.
#[derive(Debug, Clone)]
pub(crate) enum Notice {
    Overbid(OverbidLot),
    Won(WonLot),
    Reminder(WonLot),
    PaymentSucceeded(PaidLot),
    PaymentFailed(FailedPayment),
    NotPaid(NotPaid),
    Shipped(Shipment),
    Unsold(UnsoldLot),
    BidsWithdrawn(WithdrawnBids),
}

impl Notice {
    /// What the e-mail is about.
    pub(crate) const fn kind(&self) -> EmailKind {
        match self {
            Self::Overbid(_) => EmailKind::Overbid,
            Self::Won(_) => EmailKind::Won,
            Self::Reminder(_) => EmailKind::Reminder,
            Self::PaymentSucceeded(_) => EmailKind::PaymentSucceeded,
            Self::PaymentFailed(_) => EmailKind::PaymentFailed,
            Self::NotPaid(_) => EmailKind::NotPaid,
            Self::Shipped(_) => EmailKind::Shipped,
            Self::Unsold(_) => EmailKind::Unsold,
            Self::BidsWithdrawn(_) => EmailKind::BidsWithdrawn,
        }
    }
}
