//! What customers are told, in values that no template or language has touched yet.

use auctions::{AuctionId, SaleId};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::Money;

use crate::domain::EmailKind;

/// A lot that the customer bought, and has to pay.
#[derive(Debug, Clone)]
pub struct WonLot {
    /// What the lot is called.
    pub title: String,
    /// The hammer price, or what was accepted with a second chance.
    pub price: Money,
    /// The price with the buyer's premium and tax.
    pub to_pay: Money,
    /// The end of the time to pay.
    pub pay_by: DateTime<Utc>,
    /// Whether the customer accepted a second chance. Otherwise the customer won the auction.
    pub second_chance: bool,
}

/// A lot that the customer has paid.
#[derive(Debug, Clone)]
pub struct PaidLot {
    /// What the lot is called.
    pub title: String,
    /// What was paid.
    pub amount: Money,
    /// Whether the parcel cannot leave because the house does not know where to.
    pub awaits_address: bool,
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

/// A lot that the customer has paid, and that is not in the house: the customer may wait, or have the money back.
#[derive(Debug, Clone)]
pub struct MissingGoods {
    /// What the lot is called.
    pub title: String,
    /// When its goods arrive, which are kept for the customer; nothing when there are none.
    pub expected: Option<NaiveDate>,
}

/// A lot that the customer waited for, and that is in the house.
#[derive(Debug, Clone)]
pub struct ArrivedGoods {
    /// What the lot is called.
    pub title: String,
    /// Whether the customer fetches it. Otherwise it is sent.
    pub is_fetched: bool,
}

/// A lot that is out of stock, and for which the customer gets the money back.
#[derive(Debug, Clone)]
pub struct RefundedLot {
    /// What the lot is called.
    pub title: String,
    /// What is given back now; nothing when staff had given everything back before.
    pub amount: Option<Money>,
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

/// The seller's lot that stays unsold although its auction had a buyer, or somebody was asked afterwards.
#[derive(Debug, Clone)]
pub struct LeftUnsold {
    /// The lot.
    pub auction: AuctionId,
    /// What it is called.
    pub title: String,
    /// Whether somebody won it and did not pay. Otherwise nobody won it.
    pub winner_did_not_pay: bool,
    /// What became of the second chance.
    pub second_chance: LostChance,
}

/// Why a second chance did not sell a lot either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostChance {
    /// There is nobody to be asked.
    NobodyToAsk,
    /// The next bidder's highest bid is below the reserve, for which the house does not offer the lot unasked.
    BelowReserve,
    /// The bidder who was asked did not want the lot.
    Declined,
    /// The bidder who was asked did not answer in time.
    NotAnswered,
    /// The bidder who was asked accepted, and did not pay.
    NotPaid,
}

/// A lot on which somebody else now leads.
#[derive(Debug, Clone)]
pub(crate) struct OverbidLot {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) price: Money,
    pub(crate) minimum_next: Money,
    /// When bids are too late; nothing when that moment has passed before the e-mail was written.
    pub(crate) open_until: Option<DateTime<Utc>>,
}

/// The seller's lot that nobody won.
#[derive(Debug, Clone)]
pub(crate) struct UnsoldLot {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    /// The price that was reached; the starting price when nobody bid.
    pub(crate) price: Money,
    /// Whether it was not sold because of its reserve. Otherwise nobody bid.
    pub(crate) missed_reserve: bool,
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

/// A lot that is offered to the customer as a second chance.
#[derive(Debug, Clone)]
pub(crate) struct OfferedLot {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    /// The customer's own highest bid.
    pub(crate) price: Money,
    pub(crate) answer_by: DateTime<Utc>,
}

/// A lot that was taken off before its end.
#[derive(Debug, Clone)]
pub(crate) struct CancelledLot {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) reason: String,
}

/// The customer's registration for a sale.
#[derive(Debug, Clone)]
pub(crate) struct SaleRegistration {
    pub(crate) sale: SaleId,
    pub(crate) title: String,
    pub(crate) paddle: i64,
}

/// A registration for a sale that the house did not approve.
#[derive(Debug, Clone)]
pub(crate) struct RefusedRegistration {
    pub(crate) sale: SaleId,
    pub(crate) title: String,
    pub(crate) reason: String,
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
    OutOfStock(MissingGoods),
    GoodsArrived(ArrivedGoods),
    Refunded(RefundedLot),
    Shipped(Shipment),
    Unsold(UnsoldLot),
    BidsWithdrawn(WithdrawnBids),
    SecondChance(OfferedLot),
    LeftUnsold(LeftUnsold),
    LotCancelled(CancelledLot),
    OwnLotCancelled(CancelledLot),
    RegistrationPending(SaleRegistration),
    RegistrationApproved(SaleRegistration),
    RegistrationRefused(RefusedRegistration),
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
            Self::OutOfStock(_) => EmailKind::OutOfStock,
            Self::GoodsArrived(_) => EmailKind::GoodsArrived,
            Self::Refunded(_) => EmailKind::Refunded,
            Self::Shipped(_) => EmailKind::Shipped,
            Self::Unsold(_) => EmailKind::Unsold,
            Self::BidsWithdrawn(_) => EmailKind::BidsWithdrawn,
            Self::SecondChance(_) => EmailKind::SecondChance,
            Self::LeftUnsold(_) => EmailKind::LeftUnsold,
            Self::LotCancelled(_) => EmailKind::LotCancelled,
            Self::OwnLotCancelled(_) => EmailKind::OwnLotCancelled,
            Self::RegistrationPending(_) => EmailKind::RegistrationPending,
            Self::RegistrationApproved(_) => EmailKind::RegistrationApproved,
            Self::RegistrationRefused(_) => EmailKind::RegistrationRefused,
        }
    }
}
