//! The auction room of the house under test: lots, bids, hammers, second chances.

use std::slice;

use auctions::{
    AnswerSecondChance, AuctionEnded, AuctionId, AuctionTitle, BeginAuction, BidderId, BuyNow,
    CommandError, LogAccess, LotDescription, LotGoods, LotTerms, LowerReserve, OfferSecondChance,
    PlaceBid, SecondChance, SecondChanceReason, SellerId, verify_log,
};
use chrono::TimeDelta;
use customer_relationship::CustomerId;
use foundation::{Clock, Currency, Money};
use process::ProcessView;

use crate::bench::Bench;

/// An item that was won by one of two bidders.
pub struct Contested {
    pub won: ProcessView,
    pub runner_up: CustomerId,
    pub seller: CustomerId,
}

impl Bench {
    /// Somebody won something for which somebody else had bid 140 dollars before.
    pub fn contested_item(&self) -> Contested {
        let runner_up = self.customer();
        self.lives_somewhere(runner_up);
        let won = self.won_item_after(Some(runner_up));
        let lot = self.read(|reader| self.auctions.single_auction(won.auction, reader));
        Contested {
            won,
            runner_up,
            seller: CustomerId::from(lot.unwrap().seller.uuid()),
        }
    }

    /// Puts up a lot with a reserve of 150 dollars, for which it can also be bought at once.
    pub fn begins(&self) -> AuctionEnded {
        self.begins_of(None)
    }

    /// The same, of stocked goods.
    pub fn begins_of(&self, goods: Option<LotGoods>) -> AuctionEnded {
        let (auction, seller) = (AuctionId::generate(), self.customer());
        let reserve = usd("150");
        let begin = BeginAuction {
            auction,
            seller: SellerId::from(seller.uuid()),
            title: AuctionTitle::parse("A long case clock").unwrap(),
            description: LotDescription::parse("").unwrap(),
            starting_price: usd("100"),
            ends_at: self.clock.now() + TimeDelta::hours(1),
            terms: LotTerms {
                reserve: Some(reserve),
                buy_now: Some(reserve),
                goods,
                ..LotTerms::default()
            },
        };
        let transactions = self.app.transactions();
        transactions
            .run(|uow| self.auctions.begin(begin.clone(), uow))
            .unwrap();
        AuctionEnded {
            auction,
            seller: begin.seller,
            reserve_met: Some(false),
            price: begin.starting_price,
            ..hammer(None)
        }
    }

    pub fn bids(&self, auction: AuctionId, bidder: CustomerId, dollars: &str) {
        let bid = PlaceBid {
            auction,
            bidder: BidderId::from(bidder.uuid()),
            amount: usd(dollars).into(),
            arrived_at: self.clock.now(),
            key: None,
        };
        let bids = slice::from_ref(&bid);
        let transactions = self.app.transactions();
        let verdicts = transactions.run(|uow| self.auctions.place_bids(bids, uow));
        assert!(verdicts.unwrap()[0].as_ref().unwrap().accepted);
    }

    /// Somebody buys a lot at once, perhaps after somebody else's bid. Says what the house hears of it.
    pub fn sells(&self, buyer: CustomerId, runner_up: Option<CustomerId>) -> AuctionEnded {
        let begun = self.begins();
        if let Some(runner_up) = runner_up {
            self.bids(begun.auction, runner_up, "140");
            self.lowers_reserve(&begun, "140");
        }
        let bidder = BidderId::from(buyer.uuid());
        let command = BuyNow {
            auction: begun.auction,
            bidder,
            arrived_at: self.clock.now(),
        };
        let transactions = self.app.transactions();
        let bought = transactions.run(|uow| self.auctions.buy_now(&command, uow));
        AuctionEnded {
            winner: Some(bidder),
            price: bought.unwrap().unwrap().price,
            reserve_met: Some(true),
            ..begun
        }
    }

    /// The seller would take less, which makes no earlier bid win.
    pub fn lowers_reserve(&self, lot: &AuctionEnded, dollars: &str) {
        let command = LowerReserve {
            auction: lot.auction,
            seller: lot.seller,
            reserve: usd(dollars),
        };
        let transactions = self.app.transactions();
        let lowered = transactions.run(|uow| self.auctions.lower_reserve(&command, uow));
        lowered.unwrap().unwrap();
    }

    /// Staff offer a lot to the next bidder.
    pub fn offers(
        &self,
        auction: AuctionId,
        because: SecondChanceReason,
    ) -> Result<SecondChance, CommandError> {
        let command = OfferSecondChance { auction, because };
        let transactions = self.app.transactions();
        let offered = transactions.run(|uow| self.auctions.offer_second_chance(&command, uow));
        offered.unwrap()
    }

    /// Whether somebody bought the lot, as its log proves it.
    pub fn has_proven_buyer(&self, auction: AuctionId) -> bool {
        let told = self.read(|reader| {
            let everybody = LogAccess::Everybody;
            let mut export = self.auctions.export_log(auction, everybody, reader)?;
            let mut told = String::new();
            while let Some(part) =
                self.auctions
                    .next_part_of_log(export.as_mut().unwrap(), 100, reader)?
            {
                told += &part;
            }
            Ok(told)
        });
        let log = serde_json::from_str(&told).unwrap();
        verify_log(&log).unwrap().winner.is_some()
    }

    /// Somebody answers a second chance.
    pub fn answers(
        &self,
        auction: AuctionId,
        bidder: CustomerId,
        accepts: bool,
    ) -> Result<(), CommandError> {
        let answer = AnswerSecondChance {
            auction,
            bidder: BidderId::from(bidder.uuid()),
            accepts,
            arrived_at: self.clock.now(),
        };
        let transactions = self.app.transactions();
        let answered = transactions.run(|uow| self.auctions.answer_second_chance(&answer, uow));
        answered.unwrap()
    }
}

pub fn usd(dollars: &str) -> Money {
    Money::parse(Currency::USD, dollars).unwrap()
}

/// An auction that ended, as auctions tells it.
pub fn hammer(winner: Option<CustomerId>) -> AuctionEnded {
    AuctionEnded {
        auction: AuctionId::generate(),
        seller: SellerId::generate(),
        title: "A long case clock".into(),
        winner: winner.map(|winner| BidderId::from(winner.uuid())),
        price: usd("150"),
        reserve_met: None,
    }
}
