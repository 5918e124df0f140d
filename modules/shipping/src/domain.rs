//! The rules of addresses and packages. Pure: time and ids come from the caller.

mod address;
mod address_book;
mod consignment;
mod package;
mod postal_rules;

pub use address::{
    AddressPart, AddressParts, AddressProblem, BrokenRule, InvalidAddress, PostalAddress,
};
pub(crate) use address_book::{Address, AddressBook, AddressBookError};
pub(crate) use consignment::Consignment;
pub use consignment::{CarrierName, InvalidConsignment, TrackingNumber};
pub(crate) use package::{DeliveryRefusal, Lease, Package, ShippingRefusal};
pub use package::{PackageStatus, UnknownPackageStatus};
