//! One consignee's addresses, the newest last.

use chrono::{DateTime, Utc};

use super::address::PostalAddress;
use crate::ids::{AddressId, ConsigneeId};

/// An address in a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) id: AddressId,
    pub(crate) postal: PostalAddress,
    pub(crate) added_at: DateTime<Utc>,
}

/// One consignee's addresses.
///
/// The book is also what decides between "a package waits for an address" and "an address looks for waiting
/// packages": both save the book, so that the later of the two sees what the earlier one did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddressBook {
    pub(crate) consignee: ConsigneeId,
    /// Zero as long as it was never saved.
    pub(crate) version: i64,
    pub(crate) addresses: Vec<Address>,
}

/// Why an address does not go into the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressBookError {
    /// The id is in the book already.
    AlreadyAdded,
    /// The book has as many addresses as it may have.
    Full,
}

impl AddressBook {
    /// More addresses than this are a mistake or an abuse.
    pub(crate) const CAPACITY: usize = 100;

    pub(crate) const fn empty(consignee: ConsigneeId) -> Self {
        Self {
            consignee,
            version: 0,
            addresses: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, address: Address) -> Result<(), AddressBookError> {
        if self.addresses.iter().any(|known| known.id == address.id) {
            return Err(AddressBookError::AlreadyAdded);
        }
        if self.addresses.len() >= Self::CAPACITY {
            return Err(AddressBookError::Full);
        }
        self.addresses.push(address);
        Ok(())
    }

    /// Where packages go from now on.
    pub(crate) fn newest(&self) -> Option<&PostalAddress> {
        self.addresses.last().map(|address| &address.postal)
    }
}
