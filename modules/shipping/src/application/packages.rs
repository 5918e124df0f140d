//! The use cases of packages.

use foundation::{Failure, UnitOfWork};

use super::ports::{AddressBooks, Packages};
use crate::domain::{
    CarrierName, Consignment, DeliveryRefusal, Package, ShippingRefusal, TrackingNumber,
};
use crate::ids::{ConsigneeId, PackageId};

/// Lets an item leave for its consignee.
#[derive(Debug, Clone)]
pub struct CreatePackage {
    /// Identifies the new package.
    pub package: PackageId,
    /// Who is to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
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

/// Why a package was not shipped.
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
    /// The machinery failed.
    #[error("the package could not be shipped")]
    Unexpected(#[from] Failure),
}

/// Why a package was not marked delivered.
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
    /// The machinery failed.
    #[error("the package could not be marked delivered")]
    Unexpected(#[from] Failure),
}

impl From<ShippingRefusal> for ShipPackageError {
    fn from(refusal: ShippingRefusal) -> Self {
        match refusal {
            ShippingRefusal::AwaitsAddress => Self::AwaitsAddress,
            ShippingRefusal::AlreadyShipped => Self::PackageAlreadyShipped,
        }
    }
}

impl From<DeliveryRefusal> for DeliverPackageError {
    fn from(refusal: DeliveryRefusal) -> Self {
        match refusal {
            DeliveryRefusal::NotShipped => Self::NotShipped,
            DeliveryRefusal::AlreadyDelivered => Self::AlreadyDelivered,
        }
    }
}

/// Creates a package to the consignee's newest address, or one that waits for the first.
pub(crate) fn create_package(
    books: &dyn AddressBooks,
    packages: &dyn Packages,
    command: CreatePackage,
    uow: &mut UnitOfWork,
) -> Result<(), CreatePackageError> {
    if packages.get(command.package, uow)?.is_some() {
        return Err(CreatePackageError::AlreadyCreated);
    }
    let mut book = books.get(command.consignee, uow)?;
    let address = book.newest().cloned();
    if address.is_none() {
        books.save(&mut book, uow)?;
    }
    let now = uow.now();
    let mut package = Package::create(
        command.package,
        command.consignee,
        command.item,
        address,
        now,
    );
    packages.add(&mut package, uow)?;
    Ok(())
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
    packages: &dyn Packages,
    command: ShipPackage,
    uow: &mut UnitOfWork,
) -> Result<(), ShipPackageError> {
    let package = packages.get(command.package, uow)?;
    let mut package = package.ok_or(ShipPackageError::NotFound)?;
    let consignment = Consignment {
        carrier: command.carrier.as_str().to_owned(),
        tracking_number: command.tracking_number.as_str().to_owned(),
    };
    package.ship(consignment, uow.now())?;
    packages.save(&mut package, uow)?;
    Ok(())
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
