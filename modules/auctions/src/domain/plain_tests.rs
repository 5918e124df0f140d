//! Plain bidding: the highest bid is the price.

use chrono::TimeDelta;
use foundation::{Currency, Money};
use rstest::rstest;

use super::room::{Room, a_lot, cents, person, usd};
use super::*;
use crate::events::AuctionEvent;

fn rising_by(step: Option<&str>) -> LotTerms {
    LotTerms {
        increments: step.map(|step| Increments::fixed(usd(step)).unwrap()),
        ..LotTerms::default()
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
    let mut room = Room::open("1", rising_by(increment));
    let ends_at = room.lot().ends_at;
    let mut counted = 0;
    for (bidder, amount, wins, price, minimum) in bids {
        let verdict = room.bid(*bidder, amount).unwrap();
        counted += i64::from(*wins);
        let expected = Verdict {
            accepted: *wins,
            is_winner: *wins,
            current_price: usd(price),
            minimum_next: usd(minimum),
            sequence: counted,
            ends_at,
        };
        assert_eq!(verdict, expected, "after {bidder} bid {amount}");
    }
}

#[test]
fn yen_rise_by_a_whole_yen() {
    let yen = |minor| Money::from_minor_units(Currency::JPY, minor).unwrap();
    let room = Room::begin(a_lot(yen(100), LotTerms::default()));
    assert_eq!(room.lot().terms.step(100), 1);
}

#[test]
fn the_largest_bids_leave_room_for_one_more_increment() {
    let mut room = Room::open("1", LotTerms::default());
    let refused = room.bid_at(room.now, 1, cents(i64::MAX));
    assert_eq!(refused, Err(Refusal::AmountTooLarge.into()));
    let verdict = room.bid_at(room.now, 1, cents(i64::MAX - 1)).unwrap();
    assert_eq!(verdict.minimum_next, cents(i64::MAX));
}

#[test]
fn the_hammer_falls_once_and_nothing_follows() {
    let mut room = Room::open("1", LotTerms::default());
    room.bid(1, "5").unwrap();
    room.told();
    let (started, due_at) = (room.now, room.auction.closing_due_at());
    room.now = due_at - TimeDelta::microseconds(1);
    let early = room.end();
    assert!(matches!(early, Err(EndAuctionError::NotDueYet { due_at: at }) if at == due_at));
    room.now = due_at;
    room.end().unwrap();
    assert!(matches!(&room.told()[..], [AuctionEvent::Ended(_)]));

    assert!(matches!(room.end(), Err(EndAuctionError::AlreadyEnded)));
    let bid_in_time = room.bid_at(started, 2, usd("9"));
    assert_eq!(bid_in_time, Err(Refusal::HasEnded.into()));
    let withdrawal = room.withdraw(WithdrawnBy::Bidder(person(1)));
    assert_eq!(withdrawal, Err(Refusal::HasEnded.into()));
    assert_eq!(room.told(), []);
}
