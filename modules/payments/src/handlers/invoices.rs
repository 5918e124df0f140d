//! Invoices when money was taken, credit notes when it was given back.

use std::sync::Arc;

use foundation::{AsyncHandler, HandlerResult, UnitOfWork};

use crate::application::invoicing::Invoicing;
use crate::events::{BillingCaptured, BillingSucceeded, PaymentRefunded};

/// Writes the invoice of a billing whose money is taken.
pub(crate) struct IssueInvoice {
    pub(crate) invoicing: Arc<Invoicing>,
}

/// Writes the credit note of a refund.
pub(crate) struct IssueCreditNote {
    pub(crate) invoicing: Arc<Invoicing>,
}

impl AsyncHandler<BillingCaptured> for IssueInvoice {
    fn name(&self) -> &'static str {
        "payments.issue_invoice"
    }

    fn handle(&self, event: &BillingCaptured, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.invoicing.invoice(event.billing, uow)?)
    }
}

impl AsyncHandler<BillingSucceeded> for IssueInvoice {
    fn name(&self) -> &'static str {
        "payments.issue_invoice_of_credit"
    }

    /// Where nothing is due, no money is taken that could be told of: the billing has succeeded, and that is
    /// all.
    fn handle(&self, event: &BillingSucceeded, uow: &mut UnitOfWork) -> HandlerResult {
        if event.amount.is_zero() {
            self.invoicing.invoice(event.billing, uow)?;
        }
        Ok(())
    }
}

impl AsyncHandler<PaymentRefunded> for IssueCreditNote {
    fn name(&self) -> &'static str {
        "payments.issue_credit_note"
    }

    fn handle(&self, event: &PaymentRefunded, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.invoicing.credit(event.payment, uow)?)
    }
}
