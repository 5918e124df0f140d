//! Invoices and credit notes.

use foundation::{Failure, Reader};

use super::PaymentsFacade;
use crate::application::invoice_queries::{InvoiceSummary, WhichInvoices};
use crate::domain::invoice::{Invoice, InvoiceNumber};
use crate::ids::PayerId;

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

    /// One invoice or credit note, if it is this payer's.
    pub fn single_invoice(
        &self,
        number: InvoiceNumber,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Option<Invoice>, Failure> {
        let found = self.invoices.single(number, reader)?;
        Ok(found.filter(|found| found.payer == payer))
    }

    /// One invoice or credit note, for staff.
    pub fn any_invoice(
        &self,
        number: InvoiceNumber,
        reader: &mut Reader,
    ) -> Result<Option<Invoice>, Failure> {
        self.invoices.single(number, reader)
    }
}
