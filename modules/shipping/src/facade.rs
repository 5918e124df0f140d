//! What this module does for others.

mod stock;

use std::sync::Arc;

use foundation::{Failure, Reader, UnitOfWork};

use crate::application::{
    self, AddAddress, AddAddressError, AddressBooks, AddressView, CreatePackage,
    CreatePackageError, DeliverPackageError, PackageView, Packages, Products, ShipPackage,
    ShipPackageError, ShippingQueries,
};
use crate::domain::PackageStatus;
use crate::ids::{ConsigneeId, PackageId};

/// Addresses, stock, packages and the packing desk.
pub struct ShippingFacade {
    pub(crate) books: Arc<dyn AddressBooks>,
    pub(crate) packages: Arc<dyn Packages>,
    pub(crate) products: Arc<dyn Products>,
    pub(crate) queries: Arc<dyn ShippingQueries>,
}

impl ShippingFacade {
    /// Puts an address into a consignee's book. Packages that waited for one go there.
    pub fn add_address(
        &self,
        command: AddAddress,
        uow: &mut UnitOfWork,
    ) -> Result<(), AddAddressError> {
        application::add_address(&*self.books, &*self.packages, command, uow)
    }

    /// Creates a package to the consignee's newest address; without one it waits for the first.
    pub fn create_package(
        &self,
        command: CreatePackage,
        uow: &mut UnitOfWork,
    ) -> Result<(), CreatePackageError> {
        application::create_package(&*self.books, &*self.packages, command, uow)
    }

    /// Gives the packer the oldest package that nobody else is packing, for 15 minutes. Asked again in that
    /// time, it is the same package and the time begins anew.
    pub fn next_package(
        &self,
        packer: &str,
        uow: &mut UnitOfWork,
    ) -> Result<Option<PackageView>, Failure> {
        match application::next_package(&*self.packages, packer, uow)? {
            Some(package) => self.queries.package(package, uow.reader()),
            None => Ok(None),
        }
    }

    /// Hands a package to a carrier, once, and posts [`PackageShipped`](crate::PackageShipped).
    pub fn ship(&self, command: ShipPackage, uow: &mut UnitOfWork) -> Result<(), ShipPackageError> {
        application::ship(&*self.packages, command, uow)
    }

    /// Notes that a package arrived, once, and posts [`PackageDelivered`](crate::PackageDelivered).
    pub fn deliver(
        &self,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeliverPackageError> {
        application::deliver(&*self.packages, package, uow)
    }

    /// The consignee's addresses, newest first: packages go to the first.
    pub fn addresses_of(
        &self,
        consignee: ConsigneeId,
        reader: &mut Reader,
    ) -> Result<Vec<AddressView>, Failure> {
        self.queries.addresses_of(consignee, reader)
    }

    /// One package.
    pub fn package(
        &self,
        id: PackageId,
        reader: &mut Reader,
    ) -> Result<Option<PackageView>, Failure> {
        self.queries.package(id, reader)
    }

    /// The consignee's packages, newest first.
    pub fn packages_of(
        &self,
        consignee: ConsigneeId,
        reader: &mut Reader,
    ) -> Result<Vec<PackageView>, Failure> {
        self.queries.packages_of(consignee, reader)
    }

    /// Packages of one status or of all, oldest first.
    pub fn packages(
        &self,
        status: Option<PackageStatus>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<PackageView>, Failure> {
        self.queries.packages(status, limit, reader)
    }
}
