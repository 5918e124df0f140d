//! The use cases of packages on their way: created, packed, handed over, delivered.

use chrono::{DateTime, Utc};
use foundation::{Failure, UnitOfWork};

use super::ports::{AddressBooks, Packages, Scope};
use super::serving::Serving;
use crate::domain::{
    CarrierName, Collection, Consignment, DeliveryRefusal, Goods, NewPackage, OrderLine, Package,
    PostalAddress, Product, Quantity, ShippingRefusal, Sku, TrackingNumber,
};
use crate::ids::{ConsigneeId, OrderId, PackageId};

/// Lets an item leave for its consignee.
#[derive(Debug, Clone)]
pub struct CreatePackage {
    /// Identifies the new package.
    pub package: PackageId,
    /// Who is to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
    /// When it was paid: who paid first is served first.
    pub paid_at: DateTime<Utc>,
    /// Which goods it takes from the stock, and how many; nothing for a piece of which there is only the one.
    pub goods: Option<(Sku, Quantity)>,
    /// When it is fetched, if it is not sent.
    pub collection: Option<Collection>,
}

/// Hands a package to a carrier.
#[derive(Debug, Clone)]
pub struct ShipPackage {
    /// The package.
    pub package: PackageId,
    /// Who carries it.
    pub carrier: CarrierName,
    /// By which number the carrier knows it.
    pub tracking_number: TrackingNumber,
}

/// Why a package was not created.
#[derive(Debug, thiserror::Error)]
pub enum CreatePackageError {
    /// There is a package of this id.
    #[error("this package was created already")]
    AlreadyCreated,
    /// The machinery failed.
    #[error("the package could not be created")]
    Unexpected(#[from] Failure),
}

/// Why a package did not leave.
#[derive(Debug, thiserror::Error)]
pub enum ShipPackageError {
    /// There is no such package.
    #[error("there is no such package")]
    NotFound,
    /// It left before, and leaves once.
    #[error("this package was shipped already")]
    PackageAlreadyShipped,
    /// Nobody knows where to.
    #[error("this package waits for an address")]
    AwaitsAddress,
    /// Its goods are not in the warehouse.
    #[error("this package waits for its goods")]
    AwaitsStock,
    /// It is fetched, and not sent.
    #[error("this package is collected, not shipped")]
    IsCollected,
    /// It is sent, and not fetched.
    #[error("this package is shipped, not collected")]
    IsShipped,
    /// It will not leave.
    #[error("this package was cancelled")]
    Cancelled,
    /// The machinery failed.
    #[error("the package could not be handed over")]
    Unexpected(#[from] Failure),
}

/// Why a package was not marked delivered or returned.
#[derive(Debug, thiserror::Error)]
pub enum DeliverPackageError {
    /// There is no such package.
    #[error("there is no such package")]
    NotFound,
    /// It has not left yet.
    #[error("this package was not shipped yet")]
    NotShipped,
    /// It arrived before.
    #[error("this package was delivered already")]
    AlreadyDelivered,
    /// It came back before.
    #[error("this package was returned already")]
    AlreadyReturned,
    /// The machinery failed.
    #[error("the package could not be marked delivered")]
    Unexpected(#[from] Failure),
}

impl ShipPackageError {
    /// What was tried is in the name of the refusal.
    fn of(refusal: ShippingRefusal, other_way: Self) -> Self {
        match refusal {
            ShippingRefusal::AwaitsAddress => Self::AwaitsAddress,
            ShippingRefusal::AwaitsStock => Self::AwaitsStock,
            ShippingRefusal::AlreadyShipped => Self::PackageAlreadyShipped,
            ShippingRefusal::OtherWay => other_way,
            ShippingRefusal::Cancelled => Self::Cancelled,
        }
    }
}

impl From<DeliveryRefusal> for DeliverPackageError {
    fn from(refusal: DeliveryRefusal) -> Self {
        match refusal {
            DeliveryRefusal::NotShipped => Self::NotShipped,
            DeliveryRefusal::AlreadyDelivered => Self::AlreadyDelivered,
            DeliveryRefusal::AlreadyReturned => Self::AlreadyReturned,
        }
    }
}

/// Creates a package to the consignee's newest address, or one that waits for the first; its goods are promised
/// to it, or it waits for them.
pub(crate) fn create_package(
    books: &dyn AddressBooks,
    serving: &Serving,
    command: CreatePackage,
    uow: &mut UnitOfWork,
) -> Result<(), CreatePackageError> {
    if serving.packages.get(command.package, uow)?.is_some() {
        return Err(CreatePackageError::AlreadyCreated);
    }
    let address = match command.collection {
        Some(_) => None,
        None => destination(books, command.consignee, uow)?,
    };
    let turn = (command.paid_at, command.package);
    let goods = match command.goods {
        Some((sku, quantity)) => {
            let line = OrderLine {
                order: OrderId::from(command.package.uuid()),
                sku: sku.clone(),
                quantity,
            };
            Some(Goods {
                sku,
                quantity,
                place: serving.serve_new(&line, turn, uow)?,
            })
        }
        None => None,
    };
    let new = NewPackage {
        id: command.package,
        consignee: command.consignee,
        item: command.item,
        address,
        goods,
        collection: command.collection,
        paid_at: command.paid_at,
    };
    let mut package = Package::create(new, uow.now());
    serving.packages.add(&mut package, uow)?;
    Ok(())
}

/// The consignee's newest address. Where there is none the book is saved, so that whoever adds one at the same
/// moment sees the package, or is seen.
fn destination(
    books: &dyn AddressBooks,
    consignee: ConsigneeId,
    uow: &mut UnitOfWork,
) -> Result<Option<PostalAddress>, Failure> {
    let mut book = books.get(consignee, uow)?;
    let address = book.newest().cloned();
    if address.is_none() {
        books.save(&mut book, uow)?;
    }
    Ok(address)
}

/// Gives the packer a package for a quarter of an hour.
pub(crate) fn next_package(
    packages: &dyn Packages,
    packer: &str,
    uow: &mut UnitOfWork,
) -> Result<Option<PackageId>, Failure> {
    let now = uow.now();
    let Some(mut package) = packages.next_for(packer, now, uow)? else {
        return Ok(None);
    };
    package.lease_to(packer, now);
    packages.save(&mut package, uow)?;
    Ok(Some(package.id))
}

/// Hands the package to a carrier.
pub(crate) fn ship(
    serving: &Serving,
    command: ShipPackage,
    uow: &mut UnitOfWork,
) -> Result<(), ShipPackageError> {
    let product = product_of(serving, command.package, uow)?;
    let package = serving.packages.get(command.package, uow)?;
    let mut package = package.ok_or(ShipPackageError::NotFound)?;
    let consignment = Consignment {
        carrier: command.carrier.as_str().to_owned(),
        tracking_number: command.tracking_number.as_str().to_owned(),
    };
    let shipped = package.ship(consignment, uow.now());
    shipped.map_err(|refusal| ShipPackageError::of(refusal, ShipPackageError::IsCollected))?;
    Ok(leave(serving, product, &mut package, uow)?)
}

/// Hands the package to its consignee.
pub(crate) fn collect(
    serving: &Serving,
    package: PackageId,
    uow: &mut UnitOfWork,
) -> Result<(), ShipPackageError> {
    let product = product_of(serving, package, uow)?;
    let package = serving.packages.get(package, uow)?;
    let mut package = package.ok_or(ShipPackageError::NotFound)?;
    let collected = package.collect(uow.now());
    collected.map_err(|refusal| ShipPackageError::of(refusal, ShipPackageError::IsShipped))?;
    Ok(leave(serving, product, &mut package, uow)?)
}

/// Notes that the package arrived.
pub(crate) fn deliver(
    packages: &dyn Packages,
    package: PackageId,
    uow: &mut UnitOfWork,
) -> Result<(), DeliverPackageError> {
    let package = packages.get(package, uow)?;
    let mut package = package.ok_or(DeliverPackageError::NotFound)?;
    package.deliver(uow.now())?;
    packages.save(&mut package, uow)?;
    Ok(())
}

/// Notes that the package came back: its goods are in their batch again, for whoever waits for them.
pub(crate) fn take_back(
    serving: &Serving,
    package: PackageId,
    uow: &mut UnitOfWork,
) -> Result<(), DeliverPackageError> {
    let product = product_of(serving, package, uow)?;
    let package = serving.packages.get(package, uow)?;
    let mut package = package.ok_or(DeliverPackageError::NotFound)?;
    package.take_back(uow.now())?;
    serving.packages.save(&mut package, uow)?;
    if let Some(mut product) = product {
        let back = product.take_back(package.order());
        back.map_err(|refusal| contradiction(&package, refusal))?;
        serving.settle(&mut product, &[], uow)?;
    }
    Ok(())
}

/// The goods of a package, taken before the package itself.
pub(super) fn product_of(
    serving: &Serving,
    package: PackageId,
    uow: &mut UnitOfWork,
) -> Result<Option<Product>, Failure> {
    let Some(sku) = serving.packages.sku_of(package, uow)? else {
        return Ok(None);
    };
    let order = OrderId::from(package.uuid());
    let product = serving.product(&sku, Scope::Orders(&[order]), uow)?;
    Ok(Some(product))
}

fn leave(
    serving: &Serving,
    product: Option<Product>,
    package: &mut Package,
    uow: &mut UnitOfWork,
) -> Result<(), Failure> {
    if let Some(mut product) = product {
        let finished = product.finish(package.order(), uow.now());
        finished.map_err(|refusal| contradiction(package, refusal))?;
        serving.products.save(&mut product, uow)?;
    }
    serving.packages.save(package, uow)
}

/// The package and its line were changed together or not at all.
fn contradiction(package: &Package, refusal: impl std::fmt::Debug) -> Failure {
    Failure::Defect(format!(
        "package {} and its line contradict each other: {refusal:?}",
        package.id
    ))
}
