//! What the other crates can ask of this module.

use std::sync::Arc;

use foundation::{Failure, Reader, UnitOfWork};

use crate::application::{self, AuctionQueries, AuctionView, Auctions, BidView, Page};
use crate::domain::{
    BeginAuction, BeginAuctionError, EndAuction, EndAuctionError, PlaceBid, PlaceBidError, Verdict,
    WithdrawBids, WithdrawBidsError, Withdrawn,
};
use crate::ids::{AuctionId, BidderId, SellerId};

/// Lots, bids and closings.
pub struct AuctionsFacade {
    pub(crate) auctions: Arc<dyn Auctions>,
    pub(crate) queries: Arc<dyn AuctionQueries>,
}

impl AuctionsFacade {
    /// Puts a lot up for bids. It ends by itself, a quarter of a second after its end.
    pub fn begin(
        &self,
        command: BeginAuction,
        uow: &mut UnitOfWork,
    ) -> Result<(), BeginAuctionError> {
        application::begin_auction(command, &*self.auctions, uow)
    }

    /// Bids on a lot. A bid that is too low is an ordinary verdict and changes nothing.
    pub fn place_bid(
        &self,
        command: PlaceBid,
        uow: &mut UnitOfWork,
    ) -> Result<Verdict, PlaceBidError> {
        application::place_bid(&command, &*self.auctions, uow)
    }

    /// Takes bids back; the standing is recomputed from those that remain.
    pub fn withdraw_bids(
        &self,
        command: WithdrawBids,
        uow: &mut UnitOfWork,
    ) -> Result<Withdrawn, WithdrawBidsError> {
        application::withdraw_bids(command, &*self.auctions, uow)
    }

    /// Lets the hammer fall on a lot that is due, a quarter of a second after its end or later.
    pub fn end(&self, command: EndAuction, uow: &mut UnitOfWork) -> Result<(), EndAuctionError> {
        application::end_auction(&command, &*self.auctions, uow)
    }

    /// One auction.
    pub fn single_auction(
        &self,
        id: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<AuctionView>, Failure> {
        self.queries.single(id, reader)
    }

    /// The auctions that are open for bids, the one that ends next first.
    pub fn active_auctions(
        &self,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure> {
        self.queries.active(page, reader)
    }

    /// The auctions that a person has bid in, also with bids withdrawn since; the newest first.
    pub fn auctions_of_bidder(
        &self,
        bidder: BidderId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure> {
        self.queries.of_bidder(bidder, page, reader)
    }

    /// The auctions of a seller, the newest first.
    pub fn auctions_of_seller(
        &self,
        seller: SellerId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure> {
        self.queries.of_seller(seller, page, reader)
    }

    /// The bids on a lot, withdrawn ones included and marked; the newest first.
    pub fn bids_of(
        &self,
        auction: AuctionId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<BidView>, Failure> {
        self.queries.bids_of(auction, page, reader)
    }
}
