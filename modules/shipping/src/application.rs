//! What can be done with addresses and packages, and what it takes.

mod addresses;
mod packages;
mod ports;
mod views;

pub use addresses::{AddAddress, AddAddressError};
pub use packages::{
    CreatePackage, CreatePackageError, DeliverPackageError, ShipPackage, ShipPackageError,
};
pub use views::{AddressView, PackageView};

pub(crate) use addresses::add_address;
pub(crate) use packages::{create_package, deliver, next_package, ship};
pub(crate) use ports::{AddressBooks, Packages, ShippingQueries};
