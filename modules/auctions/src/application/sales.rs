//! Where sales are kept.

use std::collections::HashSet;

use foundation::{Failure, Interface, UnitOfWork};

use crate::domain::{Registration, Sale};
use crate::ids::{BidderId, RegistrationId, SaleId};

/// Keeps sales, each under a version that its registrations share.
pub(crate) trait Sales: Interface {
    /// Takes a sale up. While the unit of work locks rows, nobody else can change it until the end of the
    /// transaction.
    fn get(&self, id: SaleId, uow: &mut UnitOfWork) -> Result<Option<Sale>, Failure>;

    /// One of the sale's registrations. Take the sale up first: its version vouches for this part too.
    fn registration(
        &self,
        sale: SaleId,
        id: RegistrationId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Registration>, Failure>;

    /// The last of the bidder's registrations for the sale. Take the sale up first: its version vouches for
    /// this part too.
    fn latest_registration(
        &self,
        sale: SaleId,
        bidder: BidderId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Registration>, Failure>;

    /// Keeps a new sale and posts its events. Another one of the same id is a [`Failure::Conflict`].
    fn add(&self, sale: &mut Sale, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Keeps what changed and posts the events. When somebody else saved the sale since it was taken up,
    /// that is a [`Failure::Conflict`].
    fn save(&self, sale: &mut Sale, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// Says who may bid, for the decision on a bid.
pub(crate) trait Paddles: Interface {
    /// Who of these has an approved paddle of the sale.
    fn admitted(
        &self,
        sale: SaleId,
        bidders: &[BidderId],
        uow: &mut UnitOfWork,
    ) -> Result<HashSet<BidderId>, Failure>;
}
