//! What the process needs from the outside, beside the facades of the other modules.

use std::fmt;

use auctions::AuctionId;
use customer_relationship::CustomerId;
use foundation::{Failure, Interface, Reader, UnitOfWork};
use payments::PaymentId;
use shipping::PackageId;

use super::views::ProcessView;
use crate::domain::PayingForWonItem;
use crate::ids::ProcessId;

/// What finds the process that an event speaks of: each module knows another id of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Correlation {
    Auction(AuctionId),
    Payment(PaymentId),
    Package(PackageId),
    Process(ProcessId),
}

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auction(id) => write!(f, "auction:{id}"),
            Self::Payment(id) => write!(f, "payment:{id}"),
            Self::Package(id) => write!(f, "package:{id}"),
            Self::Process(id) => write!(f, "process:{id}"),
        }
    }
}

/// Keeps processes.
pub(crate) trait Processes: Interface {
    /// Locks and loads a process. By the payment of an earlier buyer it is found too.
    fn get(
        &self,
        by: Correlation,
        uow: &mut UnitOfWork,
    ) -> Result<Option<PayingForWonItem>, Failure>;

    /// Adds a process. One auction has one: a second is a conflict, and whoever tries again finds the first.
    fn add(&self, process: &PayingForWonItem, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Saves the process under its next version, with whoever lost the item.
    fn save(&self, process: &mut PayingForWonItem, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// Answers questions, decides nothing.
pub(crate) trait ProcessQueries: Interface {
    /// Processes that wait for something, oldest first.
    fn unfinished(&self, reader: &mut Reader) -> Result<Vec<ProcessView>, Failure>;

    /// What a customer bought, newest first, as the customer sees it: who did not pay sees no more than that.
    fn of_customer(
        &self,
        customer: CustomerId,
        reader: &mut Reader,
    ) -> Result<Vec<ProcessView>, Failure>;

    /// The process that another module knows by this id.
    fn single(&self, by: Correlation, reader: &mut Reader) -> Result<Option<ProcessView>, Failure>;
}
