//! Keeps address books.

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, UnitOfWork};

use super::rows::{AddressRow, postal_text};
use crate::application::AddressBooks;
use crate::domain::{Address, AddressBook};
use crate::ids::ConsigneeId;
use crate::schema::{shipping_address_books as books, shipping_addresses as addresses};

/// Address books in the database. Addresses are only ever added.
pub(crate) struct DieselAddressBooks {}

impl AddressBooks for DieselAddressBooks {
    fn get(&self, consignee: ConsigneeId, uow: &mut UnitOfWork) -> Result<AddressBook, Failure> {
        if uow.locks_rows() {
            let row = books::table.find(consignee).select(books::version);
            Locked(row).get_result::<i64>(uow.connection()).optional()?;
        }
        let version: Option<i64> = books::table
            .find(consignee)
            .select(books::version)
            .first(uow.connection())
            .optional()?;
        let Some(version) = version else {
            return Ok(AddressBook::empty(consignee));
        };
        let rows: Vec<AddressRow> = addresses::table
            .filter(addresses::consignee.eq(consignee))
            .order(addresses::position)
            .load(uow.connection())?;
        Ok(AddressBook {
            consignee,
            version,
            addresses: rows
                .into_iter()
                .map(AddressRow::into_address)
                .collect::<Result<_, _>>()?,
        })
    }

    fn save(&self, book: &mut AddressBook, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let next = book.version + 1;
        if book.version == 0 {
            diesel::insert_into(books::table)
                .values((books::consignee.eq(book.consignee), books::version.eq(next)))
                .execute(uow.connection())
                .map_err(Failure::conflict_if_taken)?;
        } else {
            let same_version = books::table
                .find(book.consignee)
                .filter(books::version.eq(book.version));
            let saved = diesel::update(same_version)
                .set(books::version.eq(next))
                .execute(uow.connection())?;
            if saved == 0 {
                return Err(Failure::Conflict);
            }
        }
        book.version = next;
        add_new_addresses(book, uow)
    }
}

fn add_new_addresses(book: &AddressBook, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let stored: i64 = addresses::table
        .filter(addresses::consignee.eq(book.consignee))
        .count()
        .get_result(uow.connection())?;
    for (position, address) in (0_i64..).zip(&book.addresses) {
        if position >= stored {
            add_address(book.consignee, position, address, uow)?;
        }
    }
    Ok(())
}

fn add_address(
    consignee: ConsigneeId,
    position: i64,
    address: &Address,
    uow: &mut UnitOfWork,
) -> Result<(), Failure> {
    let row = AddressRow {
        id: address.id,
        consignee,
        position,
        postal: postal_text(&address.postal)?,
        added_at: address.added_at,
    };
    diesel::insert_into(addresses::table)
        .values(row)
        .execute(uow.connection())?;
    Ok(())
}
