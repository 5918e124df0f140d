//! What the other crates can ask about lots.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use foundation::{Failure, Money, Reader, UnitOfWork};

use crate::application::{
    self, AuctionQueries, AuctionView, Auctions, BidView, Decided, LogAccess, LogExport, Paddles,
    Page, Sales, SecondChanceView,
};
use crate::domain::{
    AnswerSecondChance, BeginAuction, BeginAuctionError, Bought, BuyNow, BuyersPremium,
    CancelAuction, EndAuction, EndAuctionError, LotGoods, LowerReserve, OfferSecondChance,
    PlaceBid, SecondChance, Verdict, WithdrawBids, Withdrawn,
};
use crate::ids::{AuctionId, BidderId, SaleId, SellerId};

/// Lots, bids and closings.
///
/// What came of a command on a lot is [`Decided`]: a refusal is committed too, since the lot's log keeps it.
pub struct AuctionsFacade {
    pub(crate) auctions: Arc<dyn Auctions>,
    pub(crate) queries: Arc<dyn AuctionQueries>,
    pub(crate) paddles: Arc<dyn Paddles>,
    pub(crate) sales: Arc<dyn Sales>,
}

impl AuctionsFacade {
    /// Puts a lot up for bids. It ends by itself, a quarter of a second after its end.
    pub fn begin(
        &self,
        command: BeginAuction,
        uow: &mut UnitOfWork,
    ) -> Result<(), BeginAuctionError> {
        application::begin_auction(command, &*self.auctions, &*self.sales, uow)
    }

    /// Decides bids on any lots, in their order, and answers each. A bid that is too low is an ordinary
    /// verdict.
    pub fn place_bids(
        &self,
        bids: &[PlaceBid],
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Decided<Verdict>>, Failure> {
        application::place_bids(bids, &*self.auctions, &*self.paddles, uow)
    }

    /// Sells a lot at once.
    pub fn buy_now(
        &self,
        command: &BuyNow,
        uow: &mut UnitOfWork,
    ) -> Result<Decided<Bought>, Failure> {
        application::buy_now(command, &*self.auctions, &*self.paddles, uow)
    }

    /// Takes bids back; the standing is recomputed from those that remain.
    pub fn withdraw_bids(
        &self,
        command: WithdrawBids,
        uow: &mut UnitOfWork,
    ) -> Result<Decided<Withdrawn>, Failure> {
        application::withdraw_bids(command, &*self.auctions, uow)
    }

    /// Lowers the reserve of a lot that has not met it.
    pub fn lower_reserve(
        &self,
        command: &LowerReserve,
        uow: &mut UnitOfWork,
    ) -> Result<Decided<()>, Failure> {
        application::lower_reserve(command, &*self.auctions, uow)
    }

    /// Takes a lot off before its end.
    pub fn cancel(
        &self,
        command: &CancelAuction,
        uow: &mut UnitOfWork,
    ) -> Result<Decided<()>, Failure> {
        application::cancel_auction(command, &*self.auctions, uow)
    }

    /// Lets the hammer fall on a lot that is due, a quarter of a second after its end or later.
    pub fn end(&self, command: EndAuction, uow: &mut UnitOfWork) -> Result<(), EndAuctionError> {
        application::end_auction(&command, &*self.auctions, uow)
    }

    /// Offers a lot that was not paid, or not sold, to the next bidder.
    pub fn offer_second_chance(
        &self,
        command: &OfferSecondChance,
        uow: &mut UnitOfWork,
    ) -> Result<Decided<SecondChance>, Failure> {
        application::offer_second_chance(command, &*self.auctions, uow)
    }

    /// Accepts or declines a second chance.
    pub fn answer_second_chance(
        &self,
        command: &AnswerSecondChance,
        uow: &mut UnitOfWork,
    ) -> Result<Decided<()>, Failure> {
        application::answer_second_chance(command, &*self.auctions, uow)
    }

    /// What a lot takes from the stock, which was decided when it was put up.
    pub fn goods_of(
        &self,
        id: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<LotGoods>, Failure> {
        self.queries.goods_of(id, reader)
    }

    /// One auction.
    pub fn single_auction(
        &self,
        id: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<AuctionView>, Failure> {
        self.queries.single(id, reader)
    }

    /// The auctions that are open for bids or will be, the one that ends next first.
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

    /// The lots of a sale, the newest first.
    pub fn auctions_of_sale(
        &self,
        sale: SaleId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure> {
        self.queries.of_sale(sale, page, reader)
    }

    /// The bids on a lot that everybody may see, withdrawn ones included and marked; the newest first.
    pub fn bids_of(
        &self,
        auction: AuctionId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<BidView>, Failure> {
        self.queries.bids_of(auction, page, reader)
    }

    /// The highest amount that a bidder has bid on a lot: for that bidder alone.
    pub fn maximum_of(
        &self,
        auction: AuctionId,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Option<Money>, Failure> {
        self.queries.maximum_of(auction, bidder, reader)
    }

    /// The highest amount that a bidder has bid on each of some lots: for that bidder alone.
    pub fn maxima_of(
        &self,
        auctions: &[AuctionId],
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<HashMap<AuctionId, Money>, Failure> {
        self.queries.maxima_of(auctions, bidder, reader)
    }

    /// When a lot was to end before any late bid moved its end; nothing for a lot from before there were logs.
    pub fn first_end(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<DateTime<Utc>>, Failure> {
        self.queries.first_end(auction, reader)
    }

    /// The reserve of a lot: for its seller alone, and nothing for others.
    pub fn reserve_of(
        &self,
        auction: AuctionId,
        seller: SellerId,
        reader: &mut Reader,
    ) -> Result<Option<Money>, Failure> {
        self.queries.reserve_of(auction, seller, reader)
    }

    /// What the buyer of a lot pays on top of the hammer price, as the lot's sale says; `None` for a lot of no
    /// sale, for which the house's own terms hold.
    pub fn buyers_premium(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<BuyersPremium>, Failure> {
        self.queries.buyers_premium(auction, reader)
    }

    /// The newest second chance of a lot.
    pub fn second_chance(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<SecondChanceView>, Failure> {
        self.queries.second_chance(auction, reader)
    }

    /// The second chances that wait for a bidder's answer, the one that expires first in front.
    pub fn open_second_chances(
        &self,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Vec<SecondChanceView>, Failure> {
        self.queries.open_second_chances(bidder, reader)
    }

    /// Begins to tell the log of a lot, as far as it may be told.
    pub fn export_log(
        &self,
        auction: AuctionId,
        access: LogAccess,
        reader: &mut Reader,
    ) -> Result<Option<LogExport>, Failure> {
        application::export_log(auction, access, &*self.queries, reader)
    }

    /// Tells the next part of a log, of so many lines at most; nothing once all is told. The parts together
    /// are the JSON of a [`LotLog`](crate::LotLog).
    pub fn next_part_of_log(
        &self,
        export: &mut LogExport,
        lines: usize,
        reader: &mut Reader,
    ) -> Result<Option<String>, Failure> {
        application::next_part(export, lines, &*self.queries, reader)
    }
}
