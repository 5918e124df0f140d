//! Shipping: who lives where, and which package is on its way to whom.
//!
//! - [`ShippingFacade`]: the address book, packages, the packing desk.
//! - [`PackageShipped`] and the other events: what the rest of the application hears of it.
//! - `domain`: addresses by country ([`PostalAddress`]), and the life of a package ([`PackageStatus`]).
//!
//! Persons are known here as [`ConsigneeId`]. The module depends on no other module: what makes a package is
//! decided in `process`.

mod application;
mod domain;
mod events;
mod facade;
mod ids;
mod infrastructure;
mod schema;
mod wiring;

pub use application::{
    AddAddress, AddAddressError, AddressView, CreatePackage, CreatePackageError,
    DeliverPackageError, PackageView, ShipPackage, ShipPackageError,
};
pub use domain::{
    AddressPart, AddressParts, AddressProblem, BrokenRule, CarrierName, InvalidAddress,
    InvalidConsignment, PackageStatus, PostalAddress, TrackingNumber, UnknownPackageStatus,
};
pub use events::{PackageCreated, PackageDelivered, PackageShipped};
pub use facade::ShippingFacade;
pub use ids::{AddressId, ConsigneeId, PackageId};
pub use wiring::{ShippingModule, module};
