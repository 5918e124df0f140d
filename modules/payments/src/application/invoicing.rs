//! Invoices and credit notes are written: once each, under numbers without gaps.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use foundation::{Failure, Interface, MoneyError, Reader, UnitOfWork};

use crate::application::payments::Payments;
use crate::application::stores::Billings;
use crate::domain::billing::{Billing, BillingData};
use crate::domain::invoice::{
    Buyer, Invoice, InvoiceContent, InvoiceKind, InvoiceLine, InvoiceNumber, Party, SellerOfRecord,
};
use crate::domain::refund::{Refund, RefundState};
use crate::ids::{BillingId, PayerId, PaymentId, RefundId};

/// Knows who the customers are. Other modules keep them, and whoever puts the application together says how
/// they are asked.
pub trait Buyers: Interface {
    /// Name, address and language of a customer at this moment; `None` when there is no such customer.
    fn buyer(&self, payer: PayerId, reader: &mut Reader) -> Result<Option<Buyer>, Failure>;
}

/// Knows nobody, and writes invoices to nobody in particular: for applications without customers, as the
/// tests of other modules are.
pub(crate) struct NamelessBuyers {}

impl Buyers for NamelessBuyers {
    fn buyer(&self, _: PayerId, _: &mut Reader) -> Result<Option<Buyer>, Failure> {
        let party = Party::default();
        let language = "en".to_owned();
        Ok(Some(Buyer { party, language }))
    }
}

/// In whose name invoices are written, and by whose calendar.
#[derive(Debug, Clone)]
pub struct InvoicingTerms {
    /// The house.
    pub seller: SellerOfRecord,
    /// The house's time zone: a new year of numbers begins with its new year.
    pub time_zone: Tz,
}

impl Default for InvoicingTerms {
    /// Nobody in particular, in UTC.
    fn default() -> Self {
        Self {
            seller: SellerOfRecord::default(),
            time_zone: Tz::UTC,
        }
    }
}

foundation::handed_in!(InvoicingTerms);

/// The stored invoices.
pub(crate) trait Invoices: Interface {
    /// The invoice of a billing.
    fn of_billing(
        &self,
        billing: BillingId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Invoice>, Failure>;

    /// The credit notes of a billing, the oldest first.
    fn notes_of(&self, billing: BillingId, uow: &mut UnitOfWork) -> Result<Vec<Invoice>, Failure>;

    /// Takes the next number of a year's series. Whoever else wants one waits until this transaction has
    /// ended, and gets the same number should it be undone.
    fn next_number(
        &self,
        kind: InvoiceKind,
        year: i32,
        uow: &mut UnitOfWork,
    ) -> Result<InvoiceNumber, Failure>;

    /// Keeps a new invoice; one for the same billing or refund that came first is a [`Failure::Conflict`].
    fn add(&self, invoice: &Invoice, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// Why an invoice was not written. The delivery is tried again, and then dead where staff see it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvoicingError {
    #[error("billing {0} is gone")]
    NoBilling(BillingId),
    #[error("payment {0} is gone")]
    NoPayment(PaymentId),
    #[error("no billing contains payment {0}")]
    NotBilled(PaymentId),
    #[error("nobody knows customer {0}")]
    NoBuyer(PayerId),
    #[error("refund {0} is of a payment that is not on the invoice")]
    NotInvoiced(RefundId),
    #[error("the amounts do not add up")]
    Amount(#[from] MoneyError),
    #[error("the invoice could not be written")]
    Unexpected(#[from] Failure),
}

/// Writes invoices and credit notes.
pub(crate) struct Invoicing {
    pub(crate) invoices: Arc<dyn Invoices>,
    pub(crate) billings: Arc<dyn Billings>,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) buyers: Arc<dyn Buyers>,
    pub(crate) terms: Arc<InvoicingTerms>,
}

impl Invoicing {
    /// The money of a billing is taken, or nothing was due: its invoice is written, unless there is one.
    pub(crate) fn invoice(
        &self,
        billing: BillingId,
        uow: &mut UnitOfWork,
    ) -> Result<(), InvoicingError> {
        let payments = self.billings.payments_in(billing, uow)?;
        let titles = self.titles(&payments, uow)?;
        let found = self.billings.get(billing, uow)?;
        let found = found.ok_or(InvoicingError::NoBilling(billing))?;
        self.invoice_of(&found, titles, uow).map(drop)
    }

    /// Money of a payment was given back: each refund that is done and has no credit note yet gets one.
    pub(crate) fn credit(
        &self,
        payment: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<(), InvoicingError> {
        let billing = self.billings.containing(payment, uow)?;
        let billing = billing.ok_or(InvoicingError::NotBilled(payment))?;
        let payments = self.billings.payments_in(billing, uow)?;
        let titles = self.titles(&payments, uow)?;
        let found = self.billings.get(billing, uow)?;
        let found = found.ok_or(InvoicingError::NoBilling(billing))?;
        let Some(invoice) = self.invoice_of(&found, titles, uow)? else {
            return Ok(());
        };
        let mut notes = self.invoices.notes_of(billing, uow)?;
        for refund in done(found.data()) {
            let known = |note: &Invoice| {
                let correction = note.correction.as_ref();
                correction.is_some_and(|correction| correction.refund == refund.id)
            };
            if !notes.iter().any(known) {
                notes.push(self.credit_note(&invoice, &notes, refund, uow)?);
            }
        }
        Ok(())
    }

    /// The billing's invoice, written now unless it was; `None` while its money is not taken.
    fn invoice_of(
        &self,
        billing: &Billing,
        titles: Vec<(PaymentId, String)>,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Invoice>, InvoicingError> {
        let data = billing.data();
        if data.captured_at.is_none() {
            return Ok(None);
        }
        if let Some(known) = self.invoices.of_billing(data.id, uow)? {
            return Ok(Some(known));
        }
        let buyer = self.buyers.buyer(data.payer, uow.reader())?;
        let buyer = buyer.ok_or(InvoicingError::NoBuyer(data.payer))?;
        let lines = data.orders.iter().map(|order| {
            let title = titles.iter().find(|(payment, _)| *payment == order.payment);
            let title = title.map(|(_, title)| title.clone());
            InvoiceLine::charged(order, title.unwrap_or_default())
        });
        let content = InvoiceContent::charged(lines.collect(), data.credit)?;
        let addressee = Addressee {
            billing: data.id,
            payer: data.payer,
            buyer,
        };
        let invoice = self.issue(InvoiceKind::Invoice, addressee, content, uow)?;
        Ok(Some(invoice))
    }

    fn credit_note(
        &self,
        invoice: &Invoice,
        earlier: &[Invoice],
        refund: &Refund,
        uow: &mut UnitOfWork,
    ) -> Result<Invoice, InvoicingError> {
        let content = InvoiceContent::credited(invoice, earlier, refund)?;
        let content = content.ok_or(InvoicingError::NotInvoiced(refund.id))?;
        let addressee = Addressee {
            billing: invoice.billing,
            payer: invoice.payer,
            buyer: Buyer {
                party: invoice.buyer.clone(),
                language: invoice.language.clone(),
            },
        };
        self.issue(InvoiceKind::CreditNote, addressee, content, uow)
    }

    /// The number is taken before the clock is read for the date, so that later numbers have later dates.
    /// When the year has ended in between, all of it begins again.
    fn issue(
        &self,
        kind: InvoiceKind,
        addressee: Addressee,
        content: InvoiceContent,
        uow: &mut UnitOfWork,
    ) -> Result<Invoice, InvoicingError> {
        let year = self.day(uow.now()).year();
        let number = self.invoices.next_number(kind, year, uow)?;
        let issued_at = uow.now();
        let issued_on = self.day(issued_at);
        if issued_on.year() != year {
            return Err(Failure::Conflict.into());
        }
        let invoice = Invoice {
            number,
            billing: addressee.billing,
            payer: addressee.payer,
            issued_on,
            issued_at,
            language: addressee.buyer.language,
            seller: self.terms.seller.clone(),
            buyer: addressee.buyer.party,
            lines: content.lines,
            total: content.total,
            credit: content.credit,
            paid: content.paid,
            correction: content.correction,
        };
        self.invoices.add(&invoice, uow)?;
        Ok(invoice)
    }

    fn day(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.terms.time_zone).date_naive()
    }

    fn titles(
        &self,
        payments: &[PaymentId],
        uow: &mut UnitOfWork,
    ) -> Result<Vec<(PaymentId, String)>, InvoicingError> {
        let titles = payments.iter().map(|id| {
            let found = self.payments.get(*id, uow)?;
            let found = found.ok_or(InvoicingError::NoPayment(*id))?;
            Ok((*id, found.data().description.clone()))
        });
        titles.collect()
    }
}

/// Whom an invoice is written to, and about what.
struct Addressee {
    billing: BillingId,
    payer: PayerId,
    buyer: Buyer,
}

/// The refunds whose money was given back, in the order in which it was.
fn done(billing: &BillingData) -> Vec<&Refund> {
    let done = |refund: &&Refund| match refund.state {
        RefundState::Done => true,
        RefundState::Pending | RefundState::Failed => false,
    };
    let mut refunds: Vec<_> = billing.refunds.iter().filter(done).collect();
    refunds.sort_by_key(|refund| (refund.finished_at, refund.id));
    refunds
}
