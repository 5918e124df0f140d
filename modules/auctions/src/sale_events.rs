//! What this module tells the others about its sales.

use chrono::{DateTime, Utc};
use foundation::{AnyEvent, Event};
use serde::{Deserialize, Serialize};

use crate::ids::{BidderId, RegistrationId, SaleId};

/// There is a new sale, for which bidders can register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleCreated {
    /// The sale.
    pub sale: SaleId,
    /// What it is called.
    pub title: String,
    /// When its lots come under the hammer.
    pub opens_at: DateTime<Utc>,
}

/// A bidder has registered for a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidderRegistered {
    /// The sale.
    pub sale: SaleId,
    /// The registration.
    pub registration: RegistrationId,
    /// Who registered.
    pub bidder: BidderId,
    /// What the sale is called.
    pub title: String,
    /// The number on the paddle.
    pub paddle: i64,
    /// Whether the bidder may bid at once; otherwise staff decide.
    pub approved: bool,
}

/// Staff let a bidder bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationApproved {
    /// The sale.
    pub sale: SaleId,
    /// The registration.
    pub registration: RegistrationId,
    /// Who may bid now.
    pub bidder: BidderId,
    /// What the sale is called.
    pub title: String,
    /// The number on the paddle.
    pub paddle: i64,
}

/// Staff keep a bidder from bidding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationRefused {
    /// The sale.
    pub sale: SaleId,
    /// The registration.
    pub registration: RegistrationId,
    /// Who may not bid.
    pub bidder: BidderId,
    /// What the sale is called.
    pub title: String,
    /// The number on the paddle.
    pub paddle: i64,
    /// Why.
    pub reason: String,
}

/// A bidder has given the paddle back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationCancelled {
    /// The sale.
    pub sale: SaleId,
    /// The registration.
    pub registration: RegistrationId,
    /// Who bids no more.
    pub bidder: BidderId,
    /// What the sale is called.
    pub title: String,
    /// The number on the paddle, which nobody gets again.
    pub paddle: i64,
}

impl Event for SaleCreated {
    const NAME: &'static str = "auctions.sale_created";
}

impl Event for BidderRegistered {
    const NAME: &'static str = "auctions.bidder_registered";
}

impl Event for RegistrationApproved {
    const NAME: &'static str = "auctions.registration_approved";
}

impl Event for RegistrationRefused {
    const NAME: &'static str = "auctions.registration_refused";
}

impl Event for RegistrationCancelled {
    const NAME: &'static str = "auctions.registration_cancelled";
}

/// Any event of a sale, as the aggregate records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SaleEvent {
    Created(SaleCreated),
    Registered(BidderRegistered),
    Approved(RegistrationApproved),
    Refused(RegistrationRefused),
    Cancelled(RegistrationCancelled),
}

impl SaleEvent {
    /// The event as the bus takes it.
    pub(crate) fn as_any_event(&self) -> &dyn AnyEvent {
        match self {
            Self::Created(event) => event,
            Self::Registered(event) => event,
            Self::Approved(event) => event,
            Self::Refused(event) => event,
            Self::Cancelled(event) => event,
        }
    }
}
