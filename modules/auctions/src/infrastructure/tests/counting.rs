//! A repository that counts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use foundation::{Failure, UnitOfWork};

use crate::application::{Auctions, BidKey};
use crate::domain::{Auction, Bid, EarlierBid, LotGoods, WithdrawnBy};
use crate::ids::{AuctionId, BidderId};
use crate::infrastructure::DieselAuctions;

/// Counts how often it is asked for more than a lot and the bids that a command is about.
#[derive(Default)]
pub(super) struct Counting(pub(super) AtomicUsize);

impl Auctions for Counting {
    fn get_all(
        &self,
        ids: &[AuctionId],
        uow: &mut UnitOfWork,
    ) -> Result<HashMap<AuctionId, Auction>, Failure> {
        DieselAuctions.get_all(ids, uow)
    }

    fn concerned(
        &self,
        id: AuctionId,
        by: &WithdrawnBy,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Bid>, Failure> {
        DieselAuctions.concerned(id, by, uow)
    }

    fn history(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<Bid>, Failure> {
        self.0.fetch_add(1, Ordering::SeqCst);
        DieselAuctions.history(id, uow)
    }

    fn bidders(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<BidderId>, Failure> {
        self.0.fetch_add(1, Ordering::SeqCst);
        DieselAuctions.bidders(id, uow)
    }

    fn earlier_bids(
        &self,
        keys: &[BidKey],
        uow: &mut UnitOfWork,
    ) -> Result<HashMap<BidKey, EarlierBid>, Failure> {
        DieselAuctions.earlier_bids(keys, uow)
    }

    fn add(&self, auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure> {
        DieselAuctions.add(auction, uow)
    }

    fn add_goods(
        &self,
        id: AuctionId,
        goods: &LotGoods,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        DieselAuctions.add_goods(id, goods, uow)
    }

    fn save_all(&self, changed: &mut [Auction], uow: &mut UnitOfWork) -> Result<(), Failure> {
        DieselAuctions.save_all(changed, uow)
    }
}
