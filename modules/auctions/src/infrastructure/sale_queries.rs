//! Read models of sales in SQL.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use foundation::{Failure, Reader};
use uuid::Uuid;

use super::queries::Start;
use super::sale_rows::{RegistrationRow, SaleRow, status_text};
use crate::application::{Page, RegistrationView, SaleQueries, SaleView};
use crate::domain::RegistrationStatus;
use crate::ids::{BidderId, RegistrationId, SaleId};
use crate::schema::{auctions_registrations as registrations, auctions_sales as sales};

/// Reads sales from the database.
pub(crate) struct DieselSaleQueries;

impl SaleQueries for DieselSaleQueries {
    fn single(&self, id: SaleId, reader: &mut Reader) -> Result<Option<SaleView>, Failure> {
        let row = sales::table
            .find(id)
            .select(SaleRow::as_select())
            .first(reader.connection())
            .optional()?;
        row.map(SaleRow::into_view).transpose()
    }

    fn newest(&self, page: Page, reader: &mut Reader) -> Result<Vec<SaleView>, Failure> {
        let connection = reader.connection();
        let mut list = sales::table.into_boxed();
        let created_at = |id: Uuid| {
            let entry = sales::table.find(SaleId::from(id));
            let key = (sales::created_at, sales::id);
            entry
                .select(key)
                .first::<(NaiveDateTime, SaleId)>(connection)
        };
        match Start::of(page, created_at)? {
            Start::AtTheTop => {}
            Start::Nowhere => return Ok(Vec::new()),
            Start::After((created_at, id)) => {
                let earlier = sales::created_at.lt(created_at);
                let same = sales::created_at.eq(created_at).and(sales::id.lt(id));
                list = list.filter(earlier.or(same));
            }
        }
        let rows = list
            .order((sales::created_at.desc(), sales::id.desc()))
            .limit(page.size())
            .select(SaleRow::as_select())
            .load(reader.connection())?;
        rows.into_iter().map(SaleRow::into_view).collect()
    }

    fn registrations(
        &self,
        sale: SaleId,
        status: Option<RegistrationStatus>,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<RegistrationView>, Failure> {
        let connection = reader.connection();
        let mut list = registrations::table
            .filter(registrations::sale.eq(sale))
            .into_boxed();
        if let Some(status) = status {
            list = list.filter(registrations::status.eq(status_text(status)));
        }
        let paddle = |id: Uuid| {
            let entry = registrations::table.find(RegistrationId::from(id));
            let entry = entry.filter(registrations::sale.eq(sale));
            entry.select(registrations::paddle).first::<i64>(connection)
        };
        match Start::of(page, paddle)? {
            Start::AtTheTop => {}
            Start::Nowhere => return Ok(Vec::new()),
            Start::After(paddle) => list = list.filter(registrations::paddle.gt(paddle)),
        }
        let rows = list
            .order(registrations::paddle)
            .limit(page.size())
            .select(RegistrationRow::as_select())
            .load(reader.connection())?;
        rows.into_iter().map(RegistrationRow::into_view).collect()
    }

    fn registration_of(
        &self,
        sale: SaleId,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Option<RegistrationView>, Failure> {
        let row = registrations::table
            .filter(registrations::sale.eq(sale))
            .filter(registrations::bidder.eq(bidder))
            .order(registrations::paddle.desc())
            .select(RegistrationRow::as_select())
            .first(reader.connection())
            .optional()?;
        row.map(RegistrationRow::into_view).transpose()
    }
}
