//! What pages and the API show.

use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, Money, Reader};

use crate::domain::order::Order;
use crate::domain::status::PaymentStatus;
use crate::ids::{BillingId, PayerId, PaymentId};

/// A payment as its payer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentView {
    /// The payment.
    pub id: PaymentId,
    /// Who is to pay.
    pub payer: PayerId,
    /// How much, before premium and tax: of a lot, the hammer price.
    pub amount: Money,
    /// What comes to it and off it: as its billing says; before there is one, as the terms are now.
    pub order: Order,
    /// What is to be paid for it in the end, or was.
    pub total: Money,
    /// What for.
    pub description: String,
    /// Where it stands.
    pub status: PaymentStatus,
    /// Why the last try came to nothing.
    pub failure: Option<String>,
    /// Whether the gateway was asked and has not answered yet.
    pub in_progress: bool,
    /// The open or successful billing that it is part of.
    pub billing: Option<BillingId>,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// Since when the gateway holds the amount.
    pub charged_at: Option<DateTime<Utc>>,
    /// Since when the money is taken.
    pub captured_at: Option<DateTime<Utc>>,
}

/// Reads payments for their payer.
pub(crate) trait PaymentQueries: Interface {
    /// Those that can be paid now, the oldest first.
    fn pending(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<PaymentView>, Failure>;

    /// All of them, the newest first.
    fn of_payer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<PaymentView>, Failure>;

    fn single(
        &self,
        payment: PaymentId,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Option<PaymentView>, Failure>;
}
