//! What this module does for others.

mod labels;
mod stock;

use std::sync::Arc;

use foundation::{Failure, Reader, UnitOfWork};

use crate::application::{
    self, AddAddress, AddAddressError, AddressBooks, AddressView, CancelPackageError,
    ChooseForPackage, ChooseForPackageError, CreatePackage, CreatePackageError,
    DeliverPackageError, Labelling, PackageView, Serving, ShipPackage, ShipPackageError,
    ShippingQueries, StockQueries,
};
use crate::domain::PackageStatus;
use crate::ids::{ConsigneeId, PackageId};

/// Addresses, stock, packages and the packing desk.
pub struct ShippingFacade {
    pub(crate) books: Arc<dyn AddressBooks>,
    pub(crate) serving: Arc<Serving>,
    pub(crate) labelling: Arc<Labelling>,
    pub(crate) queries: Arc<dyn ShippingQueries>,
    pub(crate) stock: Arc<dyn StockQueries>,
}

impl ShippingFacade {
    /// Puts an address into a consignee's book. Packages that waited for one go there.
    pub fn add_address(
        &self,
        command: AddAddress,
        uow: &mut UnitOfWork,
    ) -> Result<(), AddAddressError> {
        application::add_address(&*self.books, &*self.serving.packages, command, uow)
    }

    /// Creates a package to the consignee's newest address; without one it waits for the first. Stocked goods are
    /// promised to it, or it waits for them until its turn comes.
    pub fn create_package(
        &self,
        command: CreatePackage,
        uow: &mut UnitOfWork,
    ) -> Result<(), CreatePackageError> {
        application::create_package(&*self.books, &self.serving, command, uow)
    }

    /// Gives the packer the oldest package that nobody else is packing, for 15 minutes. Asked again in that
    /// time, it is the same package and the time begins anew.
    pub fn next_package(
        &self,
        packer: &str,
        uow: &mut UnitOfWork,
    ) -> Result<Option<PackageView>, Failure> {
        match application::next_package(&*self.serving.packages, packer, uow)? {
            Some(package) => self.queries.package(package, uow.reader()),
            None => Ok(None),
        }
    }

    /// Hands a package to a carrier, once, and posts [`PackageShipped`](crate::PackageShipped).
    pub fn ship(&self, command: ShipPackage, uow: &mut UnitOfWork) -> Result<(), ShipPackageError> {
        application::ship(&self.serving, command, uow)
    }

    /// Notes that a package arrived, once, and posts [`PackageDelivered`](crate::PackageDelivered).
    pub fn deliver(
        &self,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeliverPackageError> {
        application::deliver(&*self.serving.packages, package, uow)
    }

    /// Hands a package to its consignee, who came for it, and posts
    /// [`PackageCollected`](crate::PackageCollected).
    pub fn collect(
        &self,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<(), ShipPackageError> {
        application::collect(&self.serving, package, uow)
    }

    /// Notes that a carrier brought a package back, once: its goods are in their batch again, and whoever waits
    /// for them is served. Posts [`PackageReturned`](crate::PackageReturned).
    pub fn take_back(
        &self,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeliverPackageError> {
        application::take_back(&self.serving, package, uow)
    }

    /// Lets whoever waits for goods go on waiting, or have the money back: then
    /// [`PackageRefundChosen`](crate::PackageRefundChosen) is posted, and others are served. The same choice again
    /// changes nothing.
    pub fn choose(
        &self,
        command: &ChooseForPackage,
        uow: &mut UnitOfWork,
    ) -> Result<(), ChooseForPackageError> {
        application::choose(&self.serving, command, uow)
    }

    /// Keeps a package from leaving; again, it changes nothing. Whoever waits for its goods is served.
    pub fn cancel(
        &self,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<(), CancelPackageError> {
        application::cancel(&self.serving, package, uow)
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
