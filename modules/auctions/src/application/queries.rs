//! What can be read. Nothing here feeds a decision.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use foundation::{Failure, Interface, Money, Reader};
use uuid::Uuid;

use super::log_export::LogExport;
use crate::domain::{AuctionState, Bidding, BuyersPremium, Increments, Line, LotGoods, OfferState};
use crate::ids::{AuctionId, BidId, BidderId, SaleId, SellerId};

/// The most entries that one page holds.
const LONGEST_PAGE: i64 = 100;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many entries; out of 1 to 100, the nearest is taken.
    pub limit: i64,
    /// The id of the entry after which to go on: the last of the page before. An id that is not in the
    /// list's table has nothing after it.
    pub after: Option<Uuid>,
}

impl Page {
    /// The first so many entries.
    pub const fn first(limit: i64) -> Self {
        Self { limit, after: None }
    }

    /// As many entries again, after the given one.
    pub const fn next(self, after: Uuid) -> Self {
        Self {
            limit: self.limit,
            after: Some(after),
        }
    }

    pub(crate) fn size(self) -> i64 {
        self.limit.clamp(1, LONGEST_PAGE)
    }
}

/// Where an auction is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuctionStatus {
    /// Bidding has not begun.
    Scheduled,
    /// Open for bids until the end, and shortly after it waiting for the hammer.
    Running,
    /// Ended with a winner.
    Sold,
    /// Ended without a bid, or below the reserve.
    Unsold,
    /// Taken off before its end.
    Cancelled,
}

/// A lot as anybody may see it, but for the persons: who leads is for the eyes of that person and of staff,
/// so that pages compare these ids and do not show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuctionView {
    /// The auction.
    pub id: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// The sale it belongs to.
    pub sale: Option<SaleId>,
    /// What the lot is called.
    pub title: String,
    /// What is said about it.
    pub description: String,
    /// How bids are taken.
    pub bidding: Bidding,
    /// The least first bid.
    pub starting_price: Money,
    /// The price; the starting price until somebody bids.
    pub current_price: Money,
    /// The least next bid.
    pub minimum_next: Money,
    /// Who leads, or has won.
    pub leader: Option<BidderId>,
    /// How many bids count.
    pub bids: i64,
    /// Whether the reserve is met, where there is one. The reserve itself is shown to its seller alone; after
    /// the end the log reveals it, as it reveals the maxima.
    pub reserve_met: Option<bool>,
    /// The price at which the lot can be bought at once, while it can.
    pub buy_now: Option<Money>,
    /// When bidding begins or began.
    pub began_at: DateTime<Utc>,
    /// From this moment on, bids are too late.
    pub ends_at: DateTime<Utc>,
    /// When the hammer fell.
    pub ended_at: Option<DateTime<Utc>>,
    /// Where it is in its life.
    pub status: AuctionStatus,
    /// What a late bid leaves at least, where late bids move the end.
    pub soft_close: Option<TimeDelta>,
    /// Late bids move the end no further than this; without limit if nothing.
    pub latest_end: Option<DateTime<Utc>>,
    /// By how much bids rise.
    pub increments: Increments,
    /// The hash of the newest line of the log: whoever keeps it can prove later that nothing before it was
    /// changed. While the lot runs, that is the line of the newest bid that everybody sees. Only where one lot
    /// is asked for; lists leave it out.
    pub log_hash: Option<[u8; 32]>,
    /// What it takes from the stock. Only where one lot is asked for; lists leave it out.
    pub goods: Option<LotGoods>,
}

/// One bid of a lot's history. Why and by whom it was withdrawn stays inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BidView {
    /// The bid.
    pub id: BidId,
    /// Its place among the bids of its lot that everybody sees, counted from 1.
    pub sequence: i64,
    /// Who bids; pages compare it and do not show it.
    pub bidder: BidderId,
    /// The price that the bid left. With proxy bidding, what was bid is another amount and secret: more where
    /// the bid leads, and less where the leader's maximum outbid it at once.
    pub amount: Money,
    /// When it arrived.
    pub placed_at: DateTime<Utc>,
    /// When it was withdrawn: from then on it does not count.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// The newest second chance of a lot. Who is asked, and for how much, is for the eyes of that person, of the
/// seller and of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondChanceView {
    /// The auction.
    pub auction: AuctionId,
    /// What the lot is called.
    pub title: String,
    /// Who is asked.
    pub bidder: BidderId,
    /// The bidder's own highest bid.
    pub price: Money,
    /// Until when the bidder may answer.
    pub expires_at: DateTime<Utc>,
    /// What became of it.
    pub state: OfferState,
}

/// Who reads a lot's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogAccess {
    /// Anybody: while the lot runs the hashes only, up to the newest bid that everybody sees; afterwards
    /// everything.
    Everybody,
    /// Staff: while the lot runs the entries too, in which amounts are commitments and persons pseudonyms.
    Staff,
}

/// Answers what the pages and the JSON API ask.
pub(crate) trait AuctionQueries: Interface {
    fn single(&self, id: AuctionId, reader: &mut Reader) -> Result<Option<AuctionView>, Failure>;

    fn goods_of(&self, id: AuctionId, reader: &mut Reader) -> Result<Option<LotGoods>, Failure>;

    fn active(&self, page: Page, reader: &mut Reader) -> Result<Vec<AuctionView>, Failure>;

    fn of_bidder(
        &self,
        bidder: BidderId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure>;

    fn of_seller(
        &self,
        seller: SellerId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure>;

    fn of_sale(
        &self,
        sale: SaleId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure>;

    fn bids_of(
        &self,
        auction: AuctionId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<BidView>, Failure>;

    fn maximum_of(
        &self,
        auction: AuctionId,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Option<Money>, Failure>;

    fn maxima_of(
        &self,
        auctions: &[AuctionId],
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<HashMap<AuctionId, Money>, Failure>;

    fn first_end(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<DateTime<Utc>>, Failure>;

    fn reserve_of(
        &self,
        auction: AuctionId,
        seller: SellerId,
        reader: &mut Reader,
    ) -> Result<Option<Money>, Failure>;

    fn buyers_premium(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<BuyersPremium>, Failure>;

    fn second_chance(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<SecondChanceView>, Failure>;

    fn open_second_chances(
        &self,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Vec<SecondChanceView>, Failure>;

    /// The lot with the head of its log.
    fn auction_of_log(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<AuctionState>, Failure>;

    /// The newest line of a running lot that everybody may know of.
    fn newest_line_seen(&self, auction: &AuctionState, reader: &mut Reader)
    -> Result<i64, Failure>;

    /// The lines after those that are told, so many at most, with as much of each as is to be told.
    fn lines_of_log(
        &self,
        export: &LogExport,
        at_most: usize,
        reader: &mut Reader,
    ) -> Result<Vec<Line>, Failure>;
}
