//! The rarer commands on a lot, and its log.

use auctions::{
    AnswerSecondChance, AuctionId, AuctionsFacade, BidderId, Bidding, Bought, BuyNow,
    CancelAuction, CancelledBy, Decided, IdempotencyKey, LogAccess, LotLog, LotTerms, LowerReserve,
    OfferSecondChance, PlaceBid, SecondChance, SecondChanceReason, SecondChanceView, SellerId,
    VerifiedLot, verify_log,
};
use chrono::TimeDelta;
use foundation::{Failure, Reader};

use crate::bench::{Bench, usd};

/// Proxy bidding, with nothing else chosen.
pub fn proxy() -> LotTerms {
    LotTerms {
        bidding: Bidding::Proxy,
        ..LotTerms::default()
    }
}

impl Bench {
    /// The same bid with an idempotency key.
    pub fn keyed(&self, auction: AuctionId, bidder: BidderId, amount: &str, key: &str) -> PlaceBid {
        PlaceBid {
            key: Some(IdempotencyKey::parse(key).unwrap()),
            ..self.a_bid(auction, bidder, amount)
        }
    }

    pub fn buy_now(&self, auction: AuctionId, bidder: BidderId) -> Decided<Bought> {
        let command = BuyNow {
            auction,
            bidder,
            arrived_at: self.now(),
        };
        self.transactions()
            .run(|uow| self.facade.buy_now(&command, uow))
            .unwrap()
    }

    pub fn lower_reserve(&self, auction: AuctionId, seller: SellerId, to: &str) -> Decided<()> {
        let command = LowerReserve {
            auction,
            seller,
            reserve: usd(to),
        };
        self.transactions()
            .run(|uow| self.facade.lower_reserve(&command, uow))
            .unwrap()
    }

    pub fn cancel(&self, auction: AuctionId, by: CancelledBy, reason: &str) -> Decided<()> {
        let command = CancelAuction {
            auction,
            by,
            reason: reason.to_owned(),
        };
        self.transactions()
            .run(|uow| self.facade.cancel(&command, uow))
            .unwrap()
    }

    pub fn offer(&self, auction: AuctionId, because: SecondChanceReason) -> Decided<SecondChance> {
        self.try_offer(auction, because).unwrap()
    }

    pub fn try_offer(
        &self,
        auction: AuctionId,
        because: SecondChanceReason,
    ) -> Result<Decided<SecondChance>, Failure> {
        let command = OfferSecondChance { auction, because };
        self.transactions()
            .run(|uow| self.facade.offer_second_chance(&command, uow))
    }

    pub fn answer(&self, auction: AuctionId, bidder: BidderId, accepts: bool) -> Decided<()> {
        let command = AnswerSecondChance {
            auction,
            bidder,
            accepts,
            arrived_at: self.now(),
        };
        self.try_answer(&command).unwrap()
    }

    pub fn try_answer(&self, command: &AnswerSecondChance) -> Result<Decided<()>, Failure> {
        self.transactions()
            .run(|uow| self.facade.answer_second_chance(command, uow))
    }

    pub fn second_chance(&self, auction: AuctionId) -> Option<SecondChanceView> {
        self.read(|reader| self.facade.second_chance(auction, reader))
    }

    pub fn log(&self, auction: AuctionId, access: LogAccess) -> LotLog {
        serde_json::from_str(&self.log_text(auction, access, 3)).unwrap()
    }

    /// The log as it is sent, told in parts of so many lines.
    pub fn log_text(&self, auction: AuctionId, access: LogAccess, lines: usize) -> String {
        self.read(|reader| Ok(log_in_parts(&self.facade, auction, access, lines, reader)?.concat()))
    }

    /// The log as JSON.
    pub fn log_json(&self, auction: AuctionId, access: LogAccess) -> serde_json::Value {
        serde_json::to_value(self.log(auction, access)).unwrap()
    }

    /// What the log of a lot that has ended proves.
    pub fn verified(&self, auction: AuctionId) -> VerifiedLot {
        verify_log(&self.log(auction, LogAccess::Everybody)).unwrap()
    }

    /// Lets the hammer fall on a lot, as late as it may be due.
    pub fn close(&self, auction: AuctionId) {
        let due_at = self.view(auction).ends_at + crate::bench::GRACE;
        self.clock
            .advance(TimeDelta::zero().max(due_at - self.now()));
        self.app.deliver_due();
    }
}

/// The parts in which a log is told.
pub fn log_in_parts(
    facade: &AuctionsFacade,
    auction: AuctionId,
    access: LogAccess,
    lines: usize,
    reader: &mut Reader,
) -> Result<Vec<String>, Failure> {
    let mut export = facade.export_log(auction, access, reader)?.unwrap();
    let mut parts = Vec::new();
    while let Some(part) = facade.next_part_of_log(&mut export, lines, reader)? {
        parts.push(part);
    }
    Ok(parts)
}
