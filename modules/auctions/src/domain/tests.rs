//! The aggregate without a database: the tables of plain bidding, and what is true after every command.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use foundation::{Currency, Money};
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::events::AuctionEvent;
use crate::ids::{AuctionId, BidderId, SellerId};

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap()
}

fn usd(amount: &str) -> Money {
    Money::parse(Currency::USD, amount).unwrap()
}

fn person(number: u8) -> BidderId {
    BidderId::from(Uuid::from_u128(number.into()))
}

/// A lot from 1 dollar that ends in two days, with its whole history.
struct Room {
    auction: Auction,
    history: Vec<Bid>,
    now: DateTime<Utc>,
}

impl Room {
    fn open(increment: Option<&str>) -> Self {
        let command = BeginAuction {
            auction: AuctionId::from(Uuid::from_u128(1_000)),
            seller: SellerId::from(Uuid::from_u128(2_000)),
            title: AuctionTitle::parse("A chair").unwrap(),
            description: LotDescription::parse("").unwrap(),
            starting_price: usd("1"),
            increment: increment.map(usd),
            ends_at: noon() + TimeDelta::days(2),
        };
        let mut room = Self {
            auction: Auction::begin(command, noon()).unwrap(),
            history: Vec::new(),
            now: noon(),
        };
        room.save();
        room
    }

    fn bid(&mut self, bidder: u8, amount: Money) -> Result<Verdict, PlaceBidError> {
        self.auction.place_bid(&PlaceBid {
            auction: self.auction.state().id,
            bidder: person(bidder),
            amount,
            arrived_at: self.now,
        })
    }

    fn withdraw(&mut self, by: WithdrawnBy) -> Result<Withdrawn, WithdrawBidsError> {
        self.auction.withdraw_bids(&self.history, by, self.now)
    }

    /// Does what the repository does; says what was announced.
    fn save(&mut self) -> Vec<AuctionEvent> {
        let changes = self.auction.take_changes();
        self.history.extend(changes.bids);
        for id in changes.withdrawals.iter().flat_map(|w| &w.bids) {
            let bid = self.history.iter_mut().find(|bid| bid.id == *id).unwrap();
            assert!(!bid.withdrawn, "a bid is withdrawn once");
            bid.withdrawn = true;
        }
        changes.events
    }

    fn price(&self) -> Money {
        self.auction.state().standing.price
    }

    fn standing_bids(&self) -> impl Iterator<Item = &Bid> {
        self.history.iter().filter(|bid| !bid.withdrawn)
    }
}

type Expected<'e> = (u8, &'e str, bool, &'e str, &'e str);

/// Who bids what; whether it wins; the price and the least next bid after it.
#[rstest]
#[case::by_cents(None, &[
    (1, "0.99", false, "1.00", "1.00"),
    (1, "1.00", true, "1.00", "1.01"),
    (2, "1.00", false, "1.00", "1.01"),
    (2, "1.01", true, "1.01", "1.02"),
    (2, "1.01", false, "1.01", "1.02"),
    (2, "5.00", true, "5.00", "5.01"),
    (2, "4.00", false, "5.00", "5.01"),
    (1, "100.00", true, "100.00", "100.01"),
])]
#[case::by_an_increment(Some("2.50"), &[
    (1, "1.00", true, "1.00", "3.50"),
    (2, "3.49", false, "1.00", "3.50"),
    (2, "3.50", true, "3.50", "6.00"),
    (2, "5.99", false, "3.50", "6.00"),
    (1, "7.77", true, "7.77", "10.27"),
])]
fn plain_bidding(#[case] increment: Option<&str>, #[case] bids: &[Expected<'_>]) {
    let mut room = Room::open(increment);
    let mut accepted = 0;
    for (bidder, amount, wins, price, minimum) in bids {
        let verdict = room.bid(*bidder, usd(amount)).unwrap();
        accepted += i64::from(*wins);
        let expected = Verdict {
            is_winner: *wins,
            current_price: usd(price),
            minimum_next: usd(minimum),
            sequence: accepted,
        };
        assert_eq!(verdict, expected, "after {bidder} bid {amount}");
    }
}

#[test]
fn yen_rise_by_a_whole_yen() {
    let yen = |minor| Money::from_minor_units(Currency::JPY, minor).unwrap();
    let terms = Terms::try_new(yen(100), None).unwrap();
    assert_eq!(terms.increment(), yen(1));
}

#[test]
fn the_largest_bids_leave_room_for_one_more_increment() {
    let largest = Money::from_minor_units(Currency::USD, i64::MAX).unwrap();
    let almost = Money::from_minor_units(Currency::USD, i64::MAX - 1).unwrap();
    let mut room = Room::open(None);
    assert!(matches!(
        room.bid(1, largest),
        Err(PlaceBidError::AmountTooLarge)
    ));
    let verdict = room.bid(1, almost).unwrap();
    assert_eq!(verdict.minimum_next, largest);
}

#[test]
fn the_hammer_falls_once_and_nothing_follows() {
    let mut room = Room::open(None);
    room.bid(1, usd("5")).unwrap();
    room.save();
    let due_at = room.auction.closing_due_at();
    let early = room.auction.end(due_at - TimeDelta::microseconds(1));
    assert!(matches!(early, Err(EndAuctionError::NotDueYet { due_at: at }) if at == due_at));
    room.auction.end(due_at).unwrap();
    assert!(matches!(&room.save()[..], [AuctionEvent::Ended(_)]));

    assert!(matches!(
        room.auction.end(due_at),
        Err(EndAuctionError::AlreadyEnded)
    ));
    let bid_in_time = room.bid(2, usd("9"));
    assert!(matches!(bid_in_time, Err(PlaceBidError::HasEnded)));
    let withdrawal = room.withdraw(WithdrawnBy::Bidder(person(1)));
    assert!(matches!(withdrawal, Err(WithdrawBidsError::HasEnded)));
    assert_eq!(room.save(), []);
}

/// What may happen in a room.
#[derive(Debug, Clone)]
enum Act {
    Bid(u8, i64),
    BidderWithdraws(u8),
    StaffWithdraw(Vec<prop::sample::Index>),
    MinutesPass(i64),
    HammerIsTried,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (1..5_u8, 0..2_000_i64).prop_map(|(bidder, cents)| Act::Bid(bidder, cents)),
        2 => (1..5_u8).prop_map(Act::BidderWithdraws),
        1 => prop::collection::vec(any::<prop::sample::Index>(), 1..3).prop_map(Act::StaffWithdraw),
        2 => (0..700_i64).prop_map(Act::MinutesPass),
        1 => Just(Act::HammerIsTried),
    ]
}

impl Room {
    /// Whether the act was carried out, rather than refused.
    fn perform(&mut self, act: &Act) -> bool {
        match act {
            Act::Bid(bidder, cents) => {
                let amount = Money::from_minor_units(Currency::USD, *cents).unwrap();
                self.bid(*bidder, amount)
                    .is_ok_and(|verdict| verdict.is_winner)
            }
            Act::BidderWithdraws(bidder) => {
                self.withdraw(WithdrawnBy::Bidder(person(*bidder))).is_ok()
            }
            Act::StaffWithdraw(chosen) => {
                if self.history.is_empty() {
                    return false;
                }
                let bids = chosen.iter().map(|index| index.get(&self.history).id);
                let by = WithdrawnBy::Staff {
                    bids: bids.collect(),
                    staff: "dora".to_owned(),
                    reason: "a typing error".to_owned(),
                };
                self.withdraw(by).is_ok()
            }
            Act::MinutesPass(minutes) => {
                self.now += TimeDelta::minutes(*minutes);
                false
            }
            Act::HammerIsTried => self.auction.end(self.now).is_ok(),
        }
    }

    /// What is true at every moment.
    fn assert_sound(&self) {
        let state = self.auction.state();
        let terms = &state.terms;
        let highest = self.standing_bids().max_by_key(|b| b.amount.minor_units());
        assert_eq!(state.standing.leader, highest.map(|bid| bid.bidder));
        let price = highest.map_or(terms.starting_price(), |bid| bid.amount);
        assert_eq!(state.standing.price, price);
        let count = |bids: usize| i64::try_from(bids).unwrap();
        assert_eq!(state.bids, count(self.standing_bids().count()));
        assert_eq!(state.last_sequence, count(self.history.len()));
        assert_eq!(state.standing, Standing::from_bids(terms, &self.history));
        for (index, bid) in self.history.iter().enumerate() {
            assert_eq!(bid.sequence, count(index) + 1);
            assert!(bid.placed_at < state.ends_at, "no bid is accepted late");
        }
    }
}

proptest! {
    #[test]
    fn price_falls_only_by_withdrawal_and_the_highest_bid_leads(
        acts in prop::collection::vec(act(), 0..60)
    ) {
        let mut room = Room::open(Some("0.25"));
        let mut hammers = 0;
        for act in &acts {
            let before = room.auction.state().clone();
            let carried_out = room.perform(act);
            if !carried_out {
                prop_assert_eq!(room.auction.state(), &before, "a refusal changes nothing");
            }
            let announced = room.save();
            prop_assert_eq!(announced.is_empty(), !carried_out);
            let after = room.price().minor_units();
            let rises = match act {
                Act::Bid(..) if carried_out && before.standing.leader.is_some() => 25,
                Act::BidderWithdraws(_) | Act::StaffWithdraw(_) => i64::MIN,
                Act::Bid(..) | Act::MinutesPass(_) | Act::HammerIsTried => 0,
            };
            prop_assert!(after >= before.standing.price.minor_units().saturating_add(rises));
            hammers += u32::from(carried_out && matches!(act, Act::HammerIsTried));
            room.assert_sound();
        }
        prop_assert!(hammers <= 1);
    }
}
