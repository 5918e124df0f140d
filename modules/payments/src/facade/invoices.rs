//! Invoices and credit notes.

use foundation::{Failure, Reader};

use super::PaymentsFacade;
use crate::application::invoice_queries::{InvoiceSummary, WhichInvoices};
use crate::domain::invoice::{Invoice, InvoiceNumber};

impl PaymentsFacade {
    /// Invoices and credit notes, the newest first.
    pub fn invoices(
        &self,
        which: WhichInvoices,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<InvoiceSummary>, Failure> {
        self.invoices.list(which, limit, reader)
    }

    /// One invoice or credit note, if it is among these.
    pub fn invoice(
        &self,
        number: InvoiceNumber,
        among: WhichInvoices,
        reader: &mut Reader,
    ) -> Result<Option<Invoice>, Failure> {
        let found = self.invoices.single(number, reader)?;
        Ok(found.filter(|found| among.has(found)))
    }
}
