//! The port to the stored ledger.

use foundation::{Failure, Interface, UnitOfWork};

use crate::domain::ledger::{Book, Posting};
use crate::ids::{BillingId, PayerId};

/// The ledger: it is read and added to, and nothing else.
pub(crate) trait Ledger: Interface {
    /// What it tells of a billing.
    fn book(
        &self,
        billing: BillingId,
        payer: PayerId,
        uow: &mut UnitOfWork,
    ) -> Result<Book, Failure>;

    /// Adds to it; what somebody else has told meanwhile is a [`Failure::Conflict`].
    fn enter(&self, postings: Vec<Posting>, uow: &mut UnitOfWork) -> Result<(), Failure>;
}
