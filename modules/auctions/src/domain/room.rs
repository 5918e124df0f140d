//! A lot without a database, for the tests of the rules: it keeps what the repository would keep.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use foundation::{Currency, Money};
use uuid::Uuid;

use super::lot_log::{LotLog, Telling};
use super::verify::{VerifiedLot, verify_log};
use super::*;
use crate::application::Decided;
use crate::events::AuctionEvent;
use crate::ids::{AuctionId, BidderId, SellerId};

/// How long the lots of these tests run.
pub(super) const RUNS: TimeDelta = TimeDelta::days(2);

pub(super) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap()
}

pub(super) fn usd(amount: &str) -> Money {
    Money::parse(Currency::USD, amount).unwrap()
}

pub(super) fn cents(amount: i64) -> Money {
    Money::from_minor_units(Currency::USD, amount).unwrap()
}

pub(super) fn person(number: u8) -> BidderId {
    BidderId::from(Uuid::from_u128(number.into()))
}

pub(super) fn seller() -> SellerId {
    SellerId::from(Uuid::from_u128(2_000))
}

/// Proxy bidding, with nothing else chosen.
pub(super) fn proxy() -> LotTerms {
    LotTerms {
        bidding: Bidding::Proxy,
        ..LotTerms::default()
    }
}

/// A lot that begins at noon and ends two days later.
pub(super) fn a_lot(starting_price: Money, terms: LotTerms) -> BeginAuction {
    BeginAuction {
        auction: AuctionId::from(Uuid::from_u128(1_000)),
        seller: seller(),
        title: AuctionTitle::parse("A chair").unwrap(),
        description: LotDescription::parse("").unwrap(),
        starting_price,
        ends_at: noon() + RUNS,
        terms,
    }
}

/// A lot with its whole history and its log.
pub(super) struct Room {
    pub(super) auction: Auction,
    pub(super) history: Vec<Bid>,
    pub(super) lines: Vec<Line>,
    /// What was announced and not asked for yet.
    told: Vec<AuctionEvent>,
    pub(super) now: DateTime<Utc>,
}

impl Room {
    pub(super) fn begin(command: BeginAuction) -> Self {
        let secret = LotSecret::from([7; 32]);
        let mut room = Self {
            auction: Auction::begin(command, secret, noon()).unwrap(),
            history: Vec::new(),
            lines: Vec::new(),
            told: Vec::new(),
            now: noon(),
        };
        room.save();
        room.told();
        room
    }

    /// A lot that has just begun.
    pub(super) fn open(starting_price: &str, terms: LotTerms) -> Self {
        Self::begin(a_lot(usd(starting_price), terms))
    }

    pub(super) fn lot(&self) -> &Lot {
        &self.auction.state().lot
    }

    /// Jumps to the moment at which the hammer may fall, and lets it fall.
    pub(super) fn close(&mut self) {
        self.now = self.auction.closing_due_at();
        self.end().unwrap();
    }

    pub(super) fn bid(&mut self, bidder: u8, amount: &str) -> Decided<Verdict> {
        self.bid_at(self.now, bidder, usd(amount))
    }

    pub(super) fn bid_at(
        &mut self,
        arrived_at: DateTime<Utc>,
        bidder: u8,
        amount: Money,
    ) -> Decided<Verdict> {
        let bid = PlaceBid {
            auction: self.auction.state().id,
            bidder: person(bidder),
            amount: amount.into(),
            arrived_at,
            key: None,
        };
        let answer = self.auction.place_bid(&bid, true);
        self.save();
        answer
    }

    pub(super) fn buy_now(&mut self, bidder: u8) -> Decided<Bought> {
        let command = BuyNow {
            auction: self.auction.state().id,
            bidder: person(bidder),
            arrived_at: self.now,
        };
        let answer = self.auction.buy_now(&command, true);
        self.save();
        answer
    }

    pub(super) fn withdraw(&mut self, by: WithdrawnBy) -> Decided<Withdrawn> {
        let answer = self.auction.withdraw_bids(&self.history, by, self.now);
        self.save();
        answer
    }

    /// Withdraws the bids of these places in the history.
    pub(super) fn staff_withdraw(&mut self, indices: &[usize]) -> Decided<Withdrawn> {
        let bids = indices.iter().map(|index| self.history[*index].id);
        let by = WithdrawnBy::Staff {
            bids: bids.collect(),
            staff: "dora".to_owned(),
            reason: "a typing error".to_owned(),
        };
        self.withdraw(by)
    }

    pub(super) fn lower_reserve(&mut self, reserve: Money) -> Decided<()> {
        let command = LowerReserve {
            auction: self.auction.state().id,
            seller: seller(),
            reserve,
        };
        let answer = self.auction.lower_reserve(&command, self.now);
        self.save();
        answer
    }

    pub(super) fn cancel(&mut self, by: &CancelledBy) -> Decided<()> {
        let mut bidders: Vec<BidderId> = self.history.iter().map(|bid| bid.bidder).collect();
        bidders.sort();
        bidders.dedup();
        let answer = self.auction.cancel(by, "it broke", bidders, self.now);
        self.save();
        answer
    }

    pub(super) fn end(&mut self) -> Result<(), EndAuctionError> {
        let answer = self.auction.end(self.now);
        self.save();
        answer
    }

    pub(super) fn offer(&mut self, because: SecondChanceReason) -> Decided<SecondChance> {
        let answer = self.auction.offer_second_chance(because, self.now);
        self.save();
        answer
    }

    pub(super) fn answer(&mut self, bidder: u8, accepts: bool) -> Decided<()> {
        let command = AnswerSecondChance {
            auction: self.auction.state().id,
            bidder: person(bidder),
            accepts,
            arrived_at: self.now,
        };
        let answer = self.auction.answer_second_chance(&command);
        self.save();
        answer
    }

    pub(super) fn expire(&mut self) -> Option<DateTime<Utc>> {
        let newest = self.lot().offers.len();
        let answer = self.auction.expire_second_chance(newest, self.now);
        self.save();
        answer
    }

    /// Does what the repository does.
    fn save(&mut self) {
        let changes = self.auction.take_changes();
        self.history.extend(changes.bids);
        for id in changes.withdrawals.iter().flat_map(|w| &w.bids) {
            let bid = self.history.iter_mut().find(|bid| bid.id == *id).unwrap();
            assert!(!bid.withdrawn, "a bid is withdrawn once");
            bid.withdrawn = true;
        }
        self.lines.extend(changes.lines);
        self.told.extend(changes.events);
    }

    /// What was announced since this was asked last.
    pub(super) fn told(&mut self) -> Vec<AuctionEvent> {
        std::mem::take(&mut self.told)
    }

    /// The price in dollars, and who leads.
    pub(super) fn standing(&self) -> (Money, Option<BidderId>) {
        let standing = self.lot().standing;
        (
            cents(standing.price),
            standing.leader.map(|place| place.bidder),
        )
    }

    /// The bids that everybody sees, as their prices.
    pub(super) fn bid_lines(&self) -> Vec<Money> {
        let seen = self.history.iter().filter(|bid| bid.number.is_some());
        seen.map(|bid| cents(bid.price)).collect()
    }

    /// The whole log with all its secrets, as it is told after the end.
    pub(super) fn log(&self) -> LotLog {
        let state = self.auction.state();
        let mut log = LotLog::of(state);
        for line in &self.lines {
            log.tell(state, line, Telling::Everything).unwrap();
        }
        log
    }

    /// What the log proves.
    pub(super) fn verified(&self) -> VerifiedLot {
        verify_log(&self.log()).unwrap()
    }
}
