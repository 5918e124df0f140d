//! What can be read about sales. Nothing here feeds a decision.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use foundation::{Currency, Failure, Interface, Reader};

use super::Page;
use crate::domain::{Admission, RegistrationStatus, SaleTerms};
use crate::ids::{BidderId, RegistrationId, SaleId};

/// A sale as anybody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleView {
    /// The sale.
    pub id: SaleId,
    /// What it is called.
    pub title: String,
    /// The currency of all its lots.
    pub currency: Currency,
    /// When it was created; bidders can register since.
    pub created_at: DateTime<Utc>,
    /// When its lots come under the hammer.
    pub opens_at: DateTime<Utc>,
    /// On which terms its lots are sold.
    pub terms: SaleTerms,
    /// How bidders get in.
    pub admission: Admission,
    /// How many bidders there is room for; unlimited if nothing.
    pub seats: Option<NonZeroU32>,
    /// How many bidders wait or are approved.
    pub seats_taken: i64,
}

impl SaleView {
    /// How many seats are left; nothing when they are unlimited.
    pub fn seats_left(&self) -> Option<i64> {
        let seats = i64::from(self.seats?.get());
        Some((seats - self.seats_taken).max(0))
    }
}

/// A registration, for the bidder's and the staff's eyes: it answers why somebody can or cannot bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationView {
    /// The registration.
    pub id: RegistrationId,
    /// The sale.
    pub sale: SaleId,
    /// Who registered.
    pub bidder: BidderId,
    /// The number on the paddle.
    pub paddle: i64,
    /// Where the registration is in its life.
    pub status: RegistrationStatus,
    /// When the bidder registered.
    pub registered_at: DateTime<Utc>,
    /// Since when the status is what it is.
    pub since: DateTime<Utc>,
    /// Why staff refused the bidder.
    pub reason: Option<String>,
}

/// Answers what the pages and the JSON API ask about sales.
pub(crate) trait SaleQueries: Interface {
    fn single(&self, id: SaleId, reader: &mut Reader) -> Result<Option<SaleView>, Failure>;

    fn newest(&self, page: Page, reader: &mut Reader) -> Result<Vec<SaleView>, Failure>;

    fn registrations(
        &self,
        sale: SaleId,
        status: Option<RegistrationStatus>,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<RegistrationView>, Failure>;

    fn registration_of(
        &self,
        sale: SaleId,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Option<RegistrationView>, Failure>;
}
