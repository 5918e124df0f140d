//! The repository of sales, and the door to bidding.

use std::collections::HashSet;

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, Origin, UnitOfWork};

use super::sale_rows::{RegistrationProgress, RegistrationRow, SaleProgress, SaleRow, status_text};
use crate::application::{Paddles, Sales};
use crate::domain::{Registration, RegistrationStatus, Sale, SaleChanges};
use crate::ids::{BidderId, RegistrationId, SaleId};
use crate::sale_events::SaleEvent;
use crate::schema::{auctions_registrations as registrations, auctions_sales as sales};

/// How many bidders one statement asks after: a statement does not take any number of values.
const BIDDERS_PER_STATEMENT: usize = 10_000;

/// Keeps sales in the database.
pub(crate) struct DieselSales;

impl Sales for DieselSales {
    fn get(&self, id: SaleId, uow: &mut UnitOfWork) -> Result<Option<Sale>, Failure> {
        if uow.locks_rows() {
            let lock = Locked(sales::table.find(id).select(sales::version));
            lock.load::<i64>(uow.connection())?;
        }
        let row = sales::table
            .find(id)
            .select(SaleRow::as_select())
            .first(uow.connection())
            .optional()?;
        row.map(|row| row.into_state().map(Sale::restore))
            .transpose()
    }

    fn registration(
        &self,
        sale: SaleId,
        id: RegistrationId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Registration>, Failure> {
        let row = registrations::table
            .find(id)
            .filter(registrations::sale.eq(sale))
            .select(RegistrationRow::as_select())
            .first(uow.connection())
            .optional()?;
        row.map(RegistrationRow::into_registration).transpose()
    }

    fn latest_registration(
        &self,
        sale: SaleId,
        bidder: BidderId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Registration>, Failure> {
        let row = registrations::table
            .filter(registrations::sale.eq(sale))
            .filter(registrations::bidder.eq(bidder))
            .order(registrations::paddle.desc())
            .select(RegistrationRow::as_select())
            .first(uow.connection())
            .optional()?;
        row.map(RegistrationRow::into_registration).transpose()
    }

    fn add(&self, sale: &mut Sale, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(sales::table)
            .values(SaleRow::new(sale.state()))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        write_changes(sale, uow)
    }

    fn save(&self, sale: &mut Sale, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let state = sale.state();
        let as_loaded = sales::table
            .find(state.id)
            .filter(sales::version.eq(state.version));
        let saved = diesel::update(as_loaded)
            .set(SaleProgress::next(state))
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        write_changes(sale, uow)
    }
}

/// Writes the registrations that belong to a row that was just saved, then posts the events.
fn write_changes(sale: &mut Sale, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let SaleChanges {
        registered,
        decided,
        events,
    } = sale.take_changes();
    let id = sale.state().id;
    for registration in &registered {
        diesel::insert_into(registrations::table)
            .values(RegistrationRow::new(id, registration))
            .execute(uow.connection())?;
    }
    for registration in &decided {
        diesel::update(registrations::table.find(registration.id))
            .set(RegistrationProgress::of(registration))
            .execute(uow.connection())?;
    }
    let origin = Origin::new("auctions.sale", id, sale.state().version);
    uow.post_from(&origin, events.iter().map(SaleEvent::as_any_event))
}

/// Looks paddles up in the database.
pub(crate) struct DieselPaddles;

impl Paddles for DieselPaddles {
    fn admitted(
        &self,
        sale: SaleId,
        bidders: &[BidderId],
        uow: &mut UnitOfWork,
    ) -> Result<HashSet<BidderId>, Failure> {
        let mut admitted = HashSet::with_capacity(bidders.len());
        for some in bidders.chunks(BIDDERS_PER_STATEMENT) {
            let approved: Vec<BidderId> = registrations::table
                .filter(registrations::sale.eq(sale))
                .filter(registrations::bidder.eq_any(some))
                .filter(registrations::status.eq(status_text(RegistrationStatus::Approved)))
                .select(registrations::bidder)
                .load(uow.connection())?;
            admitted.extend(approved);
        }
        Ok(admitted)
    }
}
