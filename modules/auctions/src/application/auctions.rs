//! Where auctions are kept.

use foundation::{Failure, Interface, UnitOfWork};

use crate::domain::{Auction, Bid};
use crate::ids::AuctionId;

/// Keeps auctions, each whole and under a version.
pub(crate) trait Auctions: Interface {
    /// Takes an auction up. While the unit of work locks rows, nobody else can change it until the end of
    /// the transaction.
    fn get(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Option<Auction>, Failure>;

    /// Every bid ever accepted on the lot, oldest first: the part of the aggregate that only a withdrawal
    /// needs.
    fn history(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<Bid>, Failure>;

    /// Keeps a new auction and posts its events. Another one of the same id is a [`Failure::Conflict`].
    fn add(&self, auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Keeps what changed and posts the events. When somebody else saved the auction since it was taken
    /// up, that is a [`Failure::Conflict`].
    fn save(&self, auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure>;
}
