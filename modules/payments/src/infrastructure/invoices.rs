//! The stored invoices and credit notes.

use diesel::prelude::*;
use foundation::database::Connection;
use foundation::{Failure, Reader, UnitOfWork};

use super::invoice_rows::{InvoiceLineRow, InvoiceRow, SummaryRow};
use crate::application::invoice_queries::{InvoiceQueries, InvoiceSummary, WhichInvoices};
use crate::application::invoicing::Invoices;
use crate::domain::invoice::{Invoice, InvoiceKind, InvoiceNumber};
use crate::ids::BillingId;
use crate::schema::{
    payments_invoice_lines as lines, payments_invoice_series as series,
    payments_invoices as invoices,
};

/// Keeps invoices in the database.
pub(crate) struct DieselInvoices {}

/// Reads invoices from the database.
pub(crate) struct DieselInvoiceQueries {}

impl Invoices for DieselInvoices {
    fn of_billing(
        &self,
        billing: BillingId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Invoice>, Failure> {
        let mut found = of_kind(InvoiceKind::Invoice, billing, uow.connection())?;
        Ok(found.pop())
    }

    fn notes_of(&self, billing: BillingId, uow: &mut UnitOfWork) -> Result<Vec<Invoice>, Failure> {
        of_kind(InvoiceKind::CreditNote, billing, uow.connection())
    }

    fn next_number(
        &self,
        kind: InvoiceKind,
        year: i32,
        uow: &mut UnitOfWork,
    ) -> Result<InvoiceNumber, Failure> {
        let own = series::table.find((kind.as_str(), i64::from(year)));
        let taken: Option<i64> = diesel::update(own)
            .set(series::last.eq(series::last + 1))
            .returning(series::last)
            .get_result(uow.connection())
            .optional()?;
        if let Some(last) = taken {
            return Ok(InvoiceNumber::new(kind, year, last));
        }
        diesel::insert_into(series::table)
            .values((
                series::kind.eq(kind.as_str()),
                series::year.eq(i64::from(year)),
                series::last.eq(1_i64),
            ))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(InvoiceNumber::new(kind, year, 1))
    }

    fn add(&self, invoice: &Invoice, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(invoices::table)
            .values(InvoiceRow::of(invoice))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        for (position, line) in (1..).zip(&invoice.lines) {
            diesel::insert_into(lines::table)
                .values(InvoiceLineRow::of(line, invoice.number, position))
                .execute(uow.connection())?;
        }
        Ok(())
    }
}

impl InvoiceQueries for DieselInvoiceQueries {
    fn single(
        &self,
        number: InvoiceNumber,
        reader: &mut Reader,
    ) -> Result<Option<Invoice>, Failure> {
        let row = invoices::table.find(number.to_string());
        let row = row.first::<InvoiceRow>(reader.connection()).optional()?;
        row.map(|row| whole(row, reader.connection())).transpose()
    }

    fn list(
        &self,
        which: WhichInvoices,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<InvoiceSummary>, Failure> {
        let mut wanted = invoices::table.into_boxed();
        match which {
            WhichInvoices::All => {}
            WhichInvoices::OfPayer(payer) => wanted = wanted.filter(invoices::payer.eq(payer)),
            WhichInvoices::OfBilling(billing) => {
                wanted = wanted.filter(invoices::billing.eq(billing));
            }
        }
        let rows: Vec<SummaryRow> = wanted
            .order((invoices::issued_at.desc(), invoices::sequence.desc()))
            .limit(limit)
            .select(SummaryRow::as_select())
            .load(reader.connection())?;
        rows.into_iter().map(SummaryRow::into_summary).collect()
    }
}

fn of_kind(
    kind: InvoiceKind,
    billing: BillingId,
    connection: &mut Connection,
) -> Result<Vec<Invoice>, Failure> {
    let rows: Vec<InvoiceRow> = invoices::table
        .filter(invoices::billing.eq(billing))
        .filter(invoices::kind.eq(kind.as_str()))
        .order((invoices::issued_at, invoices::sequence))
        .load(connection)?;
    rows.into_iter().map(|row| whole(row, connection)).collect()
}

fn whole(row: InvoiceRow, connection: &mut Connection) -> Result<Invoice, Failure> {
    let lines: Vec<InvoiceLineRow> = lines::table
        .filter(lines::invoice.eq(row.number()))
        .order(lines::position)
        .load(connection)?;
    row.into_invoice(lines)
}
