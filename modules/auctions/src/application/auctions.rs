//! Where auctions are kept.

use std::collections::HashMap;

use foundation::{Failure, Interface, UnitOfWork};

use crate::domain::{Auction, Bid, EarlierBid, LotGoods, WithdrawnBy};
use crate::ids::{AuctionId, BidderId};

/// A bid's idempotency key with what it is unique among.
pub(crate) type BidKey = (AuctionId, BidderId, String);

/// Keeps auctions, each whole and under a version.
pub(crate) trait Auctions: Interface {
    /// Takes auctions up. While the unit of work locks rows, nobody else can change them until the end of
    /// the transaction.
    fn get_all(
        &self,
        ids: &[AuctionId],
        uow: &mut UnitOfWork,
    ) -> Result<HashMap<AuctionId, Auction>, Failure>;

    /// The bids on the lot that somebody wants to withdraw, oldest first: the bidder's own, also withdrawn
    /// ones, or those that staff name. The rules can refuse from these alone.
    fn concerned(
        &self,
        id: AuctionId,
        by: &WithdrawnBy,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Bid>, Failure>;

    /// Every bid ever accepted on the lot, oldest first: the part of the aggregate that only an accepted
    /// withdrawal needs.
    fn history(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<Bid>, Failure>;

    /// Everybody who has ever bid on the lot.
    fn bidders(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<BidderId>, Failure>;

    /// The bids among these that were decided before.
    fn earlier_bids(
        &self,
        keys: &[BidKey],
        uow: &mut UnitOfWork,
    ) -> Result<HashMap<BidKey, EarlierBid>, Failure>;

    /// Keeps a new auction and posts its events. Another one of the same id is a [`Failure::Conflict`].
    fn add(&self, auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Keeps what a new auction takes from the stock. That never changes.
    fn add_goods(
        &self,
        id: AuctionId,
        goods: &LotGoods,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure>;

    /// Keeps what changed and posts the events. When somebody else saved one of the auctions since it was
    /// taken up, that is a [`Failure::Conflict`] for all of them.
    fn save_all(&self, auctions: &mut [Auction], uow: &mut UnitOfWork) -> Result<(), Failure>;
}

impl dyn Auctions {
    /// Takes one auction up.
    pub(crate) fn get(
        &self,
        id: AuctionId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Auction>, Failure> {
        Ok(self.get_all(&[id], uow)?.remove(&id))
    }

    /// Keeps what changed in one auction.
    pub(crate) fn save(&self, auction: Auction, uow: &mut UnitOfWork) -> Result<(), Failure> {
        self.save_all(&mut [auction], uow)
    }
}
