//! What the use cases need from the outside.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, Reader, UnitOfWork};

use super::consignors::Ownership;
use super::stock_views::{BatchView, ProductView, StockView};
use super::views::{AddressView, LabelView, PackageView};
use crate::domain::{
    AddressBook, BatchReference, Label, Package, PackageStatus, Product, Sku, Turn,
};
use crate::ids::{ConsigneeId, ConsignorId, LabelId, OrderId, PackageId};

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

    /// Which goods a package is of, without loading it: that never changes.
    fn sku_of(&self, id: PackageId, uow: &mut UnitOfWork) -> Result<Option<Sku>, Failure>;

    /// Those of these orders that are packages.
    fn of_orders(&self, orders: &[OrderId], uow: &mut UnitOfWork) -> Result<Vec<Package>, Failure>;

    /// The packages that are to be served next with these goods, so many at most: in the order of their payments,
    /// those whose turn comes after the given one. Whoever wants the money back is not among them.
    fn awaiting_stock(
        &self,
        sku: &Sku,
        after: Option<Turn>,
        limit: i64,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Package>, Failure>;

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

    /// Loads the lines of further orders into the product.
    fn recall(
        &self,
        product: &mut Product,
        orders: &[OrderId],
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure>;

    /// Which goods a batch is of. Batches never change their goods.
    fn sku_of(
        &self,
        reference: &BatchReference,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Sku>, Failure>;

    /// Those of these references that are taken.
    fn taken(
        &self,
        references: &[&BatchReference],
        uow: &mut UnitOfWork,
    ) -> Result<HashSet<BatchReference>, Failure>;

    /// Saves the product under its next version and posts its events; one that did not change is left alone.
    fn save(&self, product: &mut Product, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// Keeps what was asked of carriers.
pub(crate) trait Labels: Interface {
    /// The label.
    fn get(&self, id: LabelId, uow: &mut UnitOfWork) -> Result<Option<Label>, Failure>;

    /// The label of a package, bought or on its way; those that failed do not count.
    fn of_package(
        &self,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Label>, Failure>;

    /// Adds a label. A second one for a package is a conflict.
    fn add(&self, label: &Label, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Saves the label under its next version.
    fn save(&self, label: &mut Label, uow: &mut UnitOfWork) -> Result<(), Failure>;
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

    /// What was last asked of a carrier for a package.
    fn label_of(&self, id: PackageId, reader: &mut Reader) -> Result<Option<LabelView>, Failure>;

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

/// Answers questions about the stock, decides nothing.
pub(crate) trait StockQueries: Interface {
    /// All goods after the given ones, by name, so many at most.
    fn stock(
        &self,
        after: Option<&Sku>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<StockView>, Failure>;

    /// The goods of a consignor after the given ones, by name, so many at most.
    fn goods_of(
        &self,
        consignor: ConsignorId,
        after: Option<&Sku>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<StockView>, Failure>;

    /// Everybody who has goods here.
    fn consignors(&self, reader: &mut Reader) -> Result<Vec<ConsignorId>, Failure>;

    /// Whose goods they are; nothing when the house never had any.
    fn ownership(&self, sku: &Sku, reader: &mut Reader) -> Result<Option<Ownership>, Failure>;

    /// One kind of goods with its batches, who was promised what, and who waits.
    fn product(&self, sku: &Sku, reader: &mut Reader) -> Result<Option<ProductView>, Failure>;

    /// All batches with those who were promised their pieces, so many at most.
    fn batches(&self, limit: i64, reader: &mut Reader) -> Result<Vec<BatchView>, Failure>;

    /// How many packages there are in each status.
    fn counts(&self, reader: &mut Reader) -> Result<Vec<(PackageStatus, i64)>, Failure>;

    /// The packages that wait for something, oldest first.
    fn waiting(&self, limit: i64, reader: &mut Reader) -> Result<Vec<PackageView>, Failure>;
}
