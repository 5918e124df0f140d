//! What this module does for others.

use std::sync::Arc;

use auctions::AuctionId;
use customer_relationship::CustomerId;
use foundation::{Failure, Reader, UnitOfWork};
use shipping::PackageId;

use crate::application::{
    Correlation, PayingForWonItems, ProcessQueries, ProcessView, PushOnError,
};
use crate::domain::ProcessState;
use crate::ids::ProcessId;

/// The processes that wait, and the way to push them on.
pub struct ProcessFacade {
    pub(crate) steps: Arc<PayingForWonItems>,
    pub(crate) queries: Arc<dyn ProcessQueries>,
}

impl ProcessFacade {
    /// Every process that waits for something, oldest first.
    pub fn unfinished(&self, reader: &mut Reader) -> Result<Vec<ProcessView>, Failure> {
        self.queries.unfinished(reader)
    }

    /// What a customer bought, newest first, with the payment and the package of each. What was not paid in
    /// time is `TIMED_OUT` to its buyer, whatever became of the lot.
    pub fn of_customer(
        &self,
        customer: CustomerId,
        reader: &mut Reader,
    ) -> Result<Vec<ProcessView>, Failure> {
        self.queries.of_customer(customer, reader)
    }

    /// How the item won in an auction is doing.
    pub fn of_auction(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<ProcessView>, Failure> {
        self.queries.single(Correlation::Auction(auction), reader)
    }

    /// What a package is sent for.
    pub fn of_package(
        &self,
        package: PackageId,
        reader: &mut Reader,
    ) -> Result<Option<ProcessView>, Failure> {
        self.queries.single(Correlation::Package(package), reader)
    }

    /// Takes the step whose event got lost, or gives up waiting for a payment that nobody makes; says where
    /// the process is then. A second chance stays open until it is answered or expires. Who did it and why goes
    /// to the audit log.
    pub fn push_on(
        &self,
        id: ProcessId,
        staff: &str,
        reason: &str,
        uow: &mut UnitOfWork,
    ) -> Result<ProcessState, PushOnError> {
        self.steps.push_on(id, staff, reason, uow)
    }
}
