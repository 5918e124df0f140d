//! How invoices lie in their tables.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Currency, Failure, Money};

use crate::application::invoice_queries::InvoiceSummary;
use crate::domain::invoice::{
    Correction, Invoice, InvoiceLine, InvoiceNumber, Party, SellerOfRecord,
};
use crate::ids::{BillingId, PayerId, PaymentId, RefundId};
use crate::schema::{payments_invoice_lines, payments_invoices};

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments_invoices, treat_none_as_default_value = false)]
pub(super) struct InvoiceRow {
    number: String,
    kind: String,
    year: i64,
    sequence: i64,
    billing: BillingId,
    payer: PayerId,
    issued_on: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    issued_at: DateTime<Utc>,
    language: String,
    seller_name: String,
    seller_address: String,
    seller_registration: String,
    seller_contact: String,
    buyer_name: String,
    buyer_address: String,
    currency: String,
    total_minor: i64,
    credit_minor: i64,
    paid_minor: i64,
    corrects: Option<String>,
    refund: Option<RefundId>,
    reason: Option<String>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments_invoice_lines)]
pub(super) struct InvoiceLineRow {
    invoice: String,
    position: i64,
    payment: PaymentId,
    title: String,
    hammer_minor: i64,
    premium_minor: i64,
    tax_minor: i64,
    discount_minor: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = payments_invoices)]
pub(super) struct SummaryRow {
    number: String,
    billing: BillingId,
    payer: PayerId,
    buyer_name: String,
    issued_on: String,
    currency: String,
    total_minor: i64,
    corrects: Option<String>,
}

impl InvoiceRow {
    pub(super) fn of(invoice: &Invoice) -> Self {
        let (number, correction) = (invoice.number, invoice.correction.as_ref());
        Self {
            number: number.to_string(),
            kind: number.kind().to_string(),
            year: number.year().into(),
            sequence: number.sequence(),
            billing: invoice.billing,
            payer: invoice.payer,
            issued_on: invoice.issued_on.to_string(),
            issued_at: invoice.issued_at,
            language: invoice.language.clone(),
            seller_name: invoice.seller.party.name.clone(),
            seller_address: invoice.seller.party.address.join("\n"),
            seller_registration: invoice.seller.registration.clone(),
            seller_contact: invoice.seller.contact.clone(),
            buyer_name: invoice.buyer.name.clone(),
            buyer_address: invoice.buyer.address.join("\n"),
            currency: invoice.total.currency().code().to_owned(),
            total_minor: invoice.total.minor_units(),
            credit_minor: invoice.credit.minor_units(),
            paid_minor: invoice.paid.minor_units(),
            corrects: correction.map(|correction| correction.invoice.to_string()),
            refund: correction.map(|correction| correction.refund),
            reason: correction.map(|correction| correction.reason.clone()),
        }
    }

    pub(super) fn number(&self) -> &str {
        &self.number
    }

    pub(super) fn into_invoice(self, lines: Vec<InvoiceLineRow>) -> Result<Invoice, Failure> {
        let currency = Currency::parse(&self.currency).map_err(Failure::damaged)?;
        let money = |units| Money::from_minor_units(currency, units).map_err(Failure::damaged);
        let lines = lines.into_iter().map(|line| line.into_line(currency));
        let correction = match (self.corrects, self.refund, self.reason) {
            (Some(invoice), Some(refund), Some(reason)) => Some(Correction {
                invoice: parsed(&invoice)?,
                refund,
                reason,
            }),
            _ => None,
        };
        Ok(Invoice {
            number: parsed(&self.number)?,
            billing: self.billing,
            payer: self.payer,
            issued_on: self.issued_on.parse().map_err(Failure::damaged)?,
            issued_at: self.issued_at,
            language: self.language,
            seller: SellerOfRecord {
                party: party(self.seller_name, &self.seller_address),
                registration: self.seller_registration,
                contact: self.seller_contact,
            },
            buyer: party(self.buyer_name, &self.buyer_address),
            lines: lines.collect::<Result<_, _>>()?,
            total: money(self.total_minor)?,
            credit: money(self.credit_minor)?,
            paid: money(self.paid_minor)?,
            correction,
        })
    }
}

impl InvoiceLineRow {
    pub(super) fn of(line: &InvoiceLine, invoice: InvoiceNumber, position: i64) -> Self {
        Self {
            invoice: invoice.to_string(),
            position,
            payment: line.payment,
            title: line.title.clone(),
            hammer_minor: line.hammer.minor_units(),
            premium_minor: line.premium.minor_units(),
            tax_minor: line.tax.minor_units(),
            discount_minor: line.discount.minor_units(),
        }
    }

    fn into_line(self, currency: Currency) -> Result<InvoiceLine, Failure> {
        let money = |units| Money::from_minor_units(currency, units).map_err(Failure::damaged);
        Ok(InvoiceLine {
            payment: self.payment,
            title: self.title,
            hammer: money(self.hammer_minor)?,
            premium: money(self.premium_minor)?,
            tax: money(self.tax_minor)?,
            discount: money(self.discount_minor)?,
        })
    }
}

impl SummaryRow {
    pub(super) fn into_summary(self) -> Result<InvoiceSummary, Failure> {
        let total = Money::try_from((self.total_minor, self.currency));
        let corrects = self.corrects.as_deref().map(parsed);
        Ok(InvoiceSummary {
            number: parsed(&self.number)?,
            billing: self.billing,
            payer: self.payer,
            buyer: self.buyer_name,
            issued_on: self.issued_on.parse().map_err(Failure::damaged)?,
            total: total.map_err(Failure::damaged)?,
            corrects: corrects.transpose()?,
        })
    }
}

fn parsed(number: &str) -> Result<InvoiceNumber, Failure> {
    InvoiceNumber::parse(number).map_err(Failure::damaged)
}

fn party(name: String, address: &str) -> Party {
    let address = address.lines().map(ToOwned::to_owned).collect();
    Party { name, address }
}
