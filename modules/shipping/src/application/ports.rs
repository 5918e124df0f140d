//! What the use cases need from the outside.

use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, Reader, UnitOfWork};

use super::views::{AddressView, PackageView};
use crate::domain::{AddressBook, BatchReference, Package, PackageStatus, Product, Sku};
use crate::ids::{ConsigneeId, OrderId, PackageId};

/// Keeps address books.
pub(crate) trait AddressBooks: Interface {
    /// The consignee's book; an empty one when there is none yet.
    fn get(&self, consignee: ConsigneeId, uow: &mut UnitOfWork) -> Result<AddressBook, Failure>;

    /// Saves the book under its next version.
    fn save(&self, book: &mut AddressBook, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// Keeps packages.
pub(crate) trait Packages: Interface {
    /// The package.
    fn get(&self, id: PackageId, uow: &mut UnitOfWork) -> Result<Option<Package>, Failure>;

    /// Adds a new package and posts its events.
    fn add(&self, package: &mut Package, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Saves the package under its next version and posts its events.
    fn save(&self, package: &mut Package, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// The consignee's packages that wait for an address, oldest first.
    fn awaiting_address(
        &self,
        consignee: ConsigneeId,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Package>, Failure>;

    /// The package that the packer holds, else the oldest one to pack that nobody holds.
    fn next_for(
        &self,
        packer: &str,
        now: DateTime<Utc>,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Package>, Failure>;
}

/// Which lines of a product a change is about: the others are not loaded.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'s> {
    /// Those of these orders.
    Orders(&'s [OrderId]),
    /// Those in this batch that have not left.
    Batch(&'s BatchReference),
}

/// Keeps products.
pub(crate) trait Products: Interface {
    /// The product: its version, the batches of which something is left, and the lines of the scope.
    fn get(
        &self,
        sku: &Sku,
        scope: Scope<'_>,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Product>, Failure>;

    /// Which goods a batch is of. Batches never change their goods.
    fn sku_of(
        &self,
        reference: &BatchReference,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Sku>, Failure>;

    /// Saves the product under its next version and posts its events; one that did not change is left alone.
    fn save(&self, product: &mut Product, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// Answers questions, decides nothing.
pub(crate) trait ShippingQueries: Interface {
    /// The consignee's addresses, newest first: packages go to the first.
    fn addresses_of(
        &self,
        consignee: ConsigneeId,
        reader: &mut Reader,
    ) -> Result<Vec<AddressView>, Failure>;

    /// One package.
    fn package(&self, id: PackageId, reader: &mut Reader) -> Result<Option<PackageView>, Failure>;

    /// The consignee's packages, newest first.
    fn packages_of(
        &self,
        consignee: ConsigneeId,
        reader: &mut Reader,
    ) -> Result<Vec<PackageView>, Failure>;

    /// Packages of one status or of all, oldest first.
    fn packages(
        &self,
        status: Option<PackageStatus>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<PackageView>, Failure>;
}
