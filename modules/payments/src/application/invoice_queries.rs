//! What pages and the API show of invoices.

use chrono::NaiveDate;
use foundation::{Failure, Interface, Money, Reader};

use crate::domain::invoice::{Invoice, InvoiceNumber};
use crate::ids::{BillingId, PayerId};

/// An invoice or a credit note as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceSummary {
    /// Its number.
    pub number: InvoiceNumber,
    /// What was paid.
    pub billing: BillingId,
    /// Whose it is.
    pub payer: PayerId,
    /// The name that it is made out to.
    pub buyer: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// What it comes to.
    pub total: Money,
    /// For a credit note: the invoice that it corrects.
    pub corrects: Option<InvoiceNumber>,
}

/// Which invoices are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichInvoices {
    /// Everybody's.
    All,
    /// Those of one customer.
    OfPayer(PayerId),
    /// Those of one billing.
    OfBilling(BillingId),
}

impl WhichInvoices {
    /// Whether an invoice is one of these.
    pub(crate) fn has(self, invoice: &Invoice) -> bool {
        match self {
            Self::All => true,
            Self::OfPayer(payer) => invoice.payer == payer,
            Self::OfBilling(billing) => invoice.billing == billing,
        }
    }
}

/// Reads invoices.
pub(crate) trait InvoiceQueries: Interface {
    /// One invoice or credit note.
    fn single(
        &self,
        number: InvoiceNumber,
        reader: &mut Reader,
    ) -> Result<Option<Invoice>, Failure>;

    /// The newest first.
    fn list(
        &self,
        which: WhichInvoices,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<InvoiceSummary>, Failure>;
}
