//! What can be asked of a sale, and what it answers.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use foundation::Currency;

use super::registration::RegistrationStatus;
use super::sale_terms::{SaleTerms, SaleTitle};
use crate::ids::{BidderId, RegistrationId, SaleId};

/// How bidders get into a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Whoever registers may bid at once.
    Open,
    /// Whoever registers waits until staff have approved it.
    ByApproval,
}

/// Creates a sale, for which bidders can register from now on.
#[derive(Debug, Clone)]
pub struct CreateSale {
    /// The id of the new sale, chosen by the caller so that a repeated command is recognised.
    pub sale: SaleId,
    /// What it is called.
    pub title: SaleTitle,
    /// The currency of all its lots.
    pub currency: Currency,
    /// When its lots come under the hammer; not in the past.
    pub opens_at: DateTime<Utc>,
    /// On which terms its lots are sold.
    pub terms: SaleTerms,
    /// How many bidders there is room for; unlimited unless given.
    pub seats: Option<NonZeroU32>,
    /// How bidders get in.
    pub admission: Admission,
    /// Who of the staff creates it.
    pub staff: String,
}

/// Registers a bidder for a sale.
#[derive(Debug, Clone, Copy)]
pub struct RegisterBidder {
    /// The sale.
    pub sale: SaleId,
    /// Who wants to bid.
    pub bidder: BidderId,
}

/// What a bidder gets who registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// The registration.
    pub registration: RegistrationId,
    /// The number on the paddle; nobody else of this sale ever gets it.
    pub paddle: i64,
    /// Approved, or pending until staff approve it.
    pub status: RegistrationStatus,
}

/// Lets a registered bidder bid: one who waits, or one who was refused before.
#[derive(Debug, Clone)]
pub struct ApproveRegistration {
    /// The sale.
    pub sale: SaleId,
    /// The registration.
    pub registration: RegistrationId,
    /// Who of the staff approves.
    pub staff: String,
}

/// Keeps a registered bidder from bidding: one who waits, or one who was approved before.
#[derive(Debug, Clone)]
pub struct RefuseRegistration {
    /// The sale.
    pub sale: SaleId,
    /// The registration.
    pub registration: RegistrationId,
    /// Why, in up to 500 characters: the bidder is told.
    pub reason: String,
    /// Who of the staff refuses.
    pub staff: String,
}

/// Gives a paddle back. Bids placed with it stay as binding as they were.
#[derive(Debug, Clone, Copy)]
pub struct CancelRegistration {
    /// The sale.
    pub sale: SaleId,
    /// Whose registration.
    pub bidder: BidderId,
}
