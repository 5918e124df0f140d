//! The use cases of address books.

use foundation::{Failure, UnitOfWork};

use super::ports::{AddressBooks, Packages};
use crate::domain::{Address, AddressBook, AddressBookError, PostalAddress};
use crate::ids::{AddressId, ConsigneeId};

/// Puts an address into a consignee's book.
#[derive(Debug, Clone)]
pub struct AddAddress {
    /// Identifies the new address.
    pub address: AddressId,
    /// Whose it is.
    pub consignee: ConsigneeId,
    /// The address itself.
    pub postal: PostalAddress,
}

/// Why an address was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddAddressError {
    /// The book has this address already.
    #[error("this address is in the book already")]
    AlreadyAdded,
    /// The book has no room.
    #[error("an address book has room for {} addresses", AddressBook::CAPACITY)]
    BookFull,
    /// The machinery failed.
    #[error("the address could not be added")]
    Unexpected(#[from] Failure),
}

impl From<AddressBookError> for AddAddressError {
    fn from(error: AddressBookError) -> Self {
        match error {
            AddressBookError::AlreadyAdded => Self::AlreadyAdded,
            AddressBookError::Full => Self::BookFull,
        }
    }
}

/// Adds the address, and sends the consignee's waiting packages there.
pub(crate) fn add_address(
    books: &dyn AddressBooks,
    packages: &dyn Packages,
    command: AddAddress,
    uow: &mut UnitOfWork,
) -> Result<(), AddAddressError> {
    let mut book = books.get(command.consignee, uow)?;
    book.add(Address {
        id: command.address,
        postal: command.postal.clone(),
        added_at: uow.now(),
    })?;
    books.save(&mut book, uow)?;
    for mut package in packages.awaiting_address(command.consignee, uow)? {
        package.give_address(command.postal.clone());
        packages.save(&mut package, uow)?;
    }
    Ok(())
}
