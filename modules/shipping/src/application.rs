//! What can be done with addresses, packages and stock, and what it takes.

mod addresses;
mod packages;
mod ports;
mod stock;
mod views;

pub use addresses::{AddAddress, AddAddressError};
pub use packages::{
    CreatePackage, CreatePackageError, DeliverPackageError, ShipPackage, ShipPackageError,
};
pub use stock::{
    AddBatch, AddBatchError, AllocateError, ChangeBatch, ChangeBatchError, DeallocateError,
};
pub use views::{AddressView, PackageView};

pub(crate) use addresses::add_address;
pub(crate) use packages::{create_package, deliver, next_package, ship};
pub(crate) use ports::{AddressBooks, Packages, Products, Scope, ShippingQueries};
pub(crate) use stock::{add_batch, allocate, change_batch, deallocate, finish, take_back};
