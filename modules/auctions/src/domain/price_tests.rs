//! The reserve, and buying at once.

use chrono::TimeDelta;
use rstest::rstest;

use super::room::{Room, a_lot, cents, person, proxy, usd};
use super::*;
use crate::events::AuctionEvent;
use crate::ids::{BidderId, SellerId};

const A: u8 = 1;
const B: u8 = 2;
const C: u8 = 3;

fn reserve(price: &str) -> LotTerms {
    LotTerms {
        reserve: Some(usd(price)),
        ..proxy()
    }
}

/// Who states which maximum; the price, whether the reserve is met, and the leader afterwards.
type Step<'e> = (u8, &'e str, &'e str, bool, u8);

#[rstest]
#[case::below(&[(A, "40", "10", false, A)])]
#[case::the_second_meets_it(&[(A, "40", "10", false, A), (B, "60", "50", true, B)])]
#[case::and_is_bid_up_from_there(&[
    (A, "40", "10", false, A),
    (B, "60", "50", true, B),
    (C, "55", "56", true, B),
])]
#[case::at_once(&[(A, "60", "50", true, A), (B, "51", "52", true, A)])]
#[case::exactly(&[(A, "50", "50", true, A)])]
#[case::a_cent_below(&[(A, "49.99", "10", false, A)])]
#[case::two_below_it(&[(A, "40", "10", false, A), (B, "30", "31", false, A)])]
#[case::the_leader_raises_to_it(&[(A, "40", "10", false, A), (A, "70", "50", true, A)])]
#[case::the_price_is_not_pushed_below_the_second(&[
    (A, "49", "10", false, A),
    (B, "49.50", "49.50", false, B),
    (A, "60", "50.50", true, A),
])]
fn the_price_with_a_reserve_of_fifty(#[case] steps: &[Step<'_>]) {
    let mut room = Room::open("10", reserve("50"));
    for (index, (bidder, maximum, price, met, leader)) in steps.iter().enumerate() {
        room.bid(*bidder, maximum).unwrap();
        let standing = (usd(price), Some(person(*leader)));
        assert_eq!(room.standing(), standing, "after step {index}");
        assert_eq!(room.lot().reserve_met(), Some(*met), "after step {index}");
    }
}

#[test]
fn a_raise_that_meets_the_reserve_is_a_bid() {
    let mut room = Room::open("10", reserve("50"));
    room.bid(A, "40").unwrap();
    let met = room.bid(A, "70").unwrap();
    assert_eq!((met.current_price, met.sequence), (usd("50"), 2));
    assert_eq!(room.bid_lines(), [usd("10"), usd("50")]);
    assert_eq!(
        room.told().len(),
        2,
        "both moved what everybody sees: {:?}",
        room.bid_lines()
    );
}

#[rstest]
#[case::plain_below(Bidding::Plain, "49.99", "49.99", false)]
#[case::plain_met(Bidding::Plain, "50", "50", true)]
#[case::proxy_below(Bidding::Proxy, "49.99", "10", false)]
#[case::proxy_met(Bidding::Proxy, "60", "50", true)]
fn a_lot_is_sold_only_when_its_reserve_is_met(
    #[case] bidding: Bidding,
    #[case] bid: &str,
    #[case] price: &str,
    #[case] met: bool,
) {
    let mut room = Room::open(
        "10",
        LotTerms {
            bidding,
            ..reserve("50")
        },
    );
    room.bid(A, bid).unwrap();
    room.told();
    room.close();
    let told = room.told();
    let [AuctionEvent::Ended(ended)] = &told[..] else {
        panic!("one end: {told:?}");
    };
    assert_eq!(ended.winner, met.then(|| person(A)));
    assert_eq!((ended.price, ended.reserve_met), (usd(price), Some(met)));
}

#[test]
fn a_lot_without_bids_has_not_met_its_reserve() {
    let mut room = Room::open("10", reserve("50"));
    room.close();
    assert_eq!(room.lot().winner(), None);
    assert_eq!(room.lot().reserve_met(), Some(false));
}

#[test]
fn lowering_the_reserve_makes_no_earlier_bid_win() {
    let mut room = Room::open("10", reserve("50"));
    room.bid(A, "40").unwrap();
    room.told();
    room.lower_reserve(usd("30")).unwrap();
    assert_eq!(room.standing(), (usd("10"), Some(person(A))));
    assert_eq!(room.lot().reserve_met(), Some(false));
    assert_eq!(room.told(), [], "nobody learns of it");
    room.close();
    assert_eq!(room.lot().winner(), None);
}

/// After the reserve was lowered from 50 to 30 below the leader's 40: what the next bid leaves.
#[rstest]
#[case::a_losing_challenger(B, "20", "30", A)]
#[case::a_challenger_below_the_leader(B, "35", "36", A)]
#[case::a_winning_challenger(B, "45", "41", B)]
#[case::the_leaders_own_raise(A, "41", "30", A)]
fn a_bid_after_the_lowering_meets_it(
    #[case] bidder: u8,
    #[case] maximum: &str,
    #[case] price: &str,
    #[case] leader: u8,
) {
    let mut room = Room::open("10", reserve("50"));
    room.bid(A, "40").unwrap();
    room.lower_reserve(usd("30")).unwrap();
    room.bid(bidder, maximum).unwrap();
    assert_eq!(room.standing(), (usd(price), Some(person(leader))));
    assert_eq!(room.lot().reserve_met(), Some(true));
}

#[test]
fn a_withdrawal_does_not_let_the_lowered_reserve_be_met_by_an_earlier_bid() {
    let mut room = Room::open("10", reserve("50"));
    room.bid(A, "40").unwrap();
    room.bid(C, "12").unwrap();
    room.lower_reserve(usd("30")).unwrap();
    room.staff_withdraw(&[1]).unwrap();
    assert_eq!(room.lot().reserve_met(), Some(false));
    room.bid(B, "20").unwrap();
    assert_eq!(room.lot().reserve_met(), Some(true));
    room.told();
    room.staff_withdraw(&[2]).unwrap();
    assert_eq!(room.lot().reserve_met(), Some(false));
    assert_eq!(room.standing(), (usd("10"), Some(person(A))));
    let told = room.told();
    let [AuctionEvent::BidsWithdrawn(withdrawn)] = &told[..] else {
        panic!("{told:?}");
    };
    let affected = [person(A), person(B)];
    assert_eq!(
        withdrawn.affected, affected,
        "A no longer meets the reserve"
    );
}

#[rstest]
#[case::not_lower("50", Refusal::ReserveNotLower)]
#[case::higher("50.01", Refusal::ReserveNotLower)]
#[case::below_the_start("9.99", Refusal::ReserveBelowStart)]
fn how_a_reserve_is_not_lowered(#[case] to: &str, #[case] because: Refusal) {
    let mut room = Room::open("10", reserve("50"));
    assert_eq!(room.lower_reserve(usd(to)), Err(because.into()));
    assert_eq!(room.lot().reserve.map(|reserve| reserve.price), Some(50_00));
}

#[test]
fn who_may_lower_which_reserve() {
    let mut room = Room::open("10", reserve("50"));
    let command = LowerReserve {
        auction: room.auction.state().id,
        seller: SellerId::generate(),
        reserve: usd("20"),
    };
    let foreign = room.auction.lower_reserve(&command, room.now);
    assert_eq!(foreign, Err(Refusal::NotYourLot.into()));
    room.bid(A, "50").unwrap();
    let met = room.lower_reserve(usd("20"));
    assert_eq!(met, Err(Refusal::ReserveMet.into()));
    room.now = room.lot().ends_at;
    let late = room.lower_reserve(usd("20"));
    assert_eq!(late, Err(Refusal::HasEnded.into()));

    let mut without = Room::open("10", proxy());
    let none = without.lower_reserve(usd("20"));
    assert_eq!(none, Err(Refusal::NoReserve.into()));
}

fn buy_now(price: &str, reserve: Option<&str>, bidding: Bidding) -> LotTerms {
    LotTerms {
        bidding,
        buy_now: Some(usd(price)),
        reserve: reserve.map(usd),
        ..LotTerms::default()
    }
}

#[rstest]
fn buying_ends_the_lot_at_once(#[values(Bidding::Plain, Bidding::Proxy)] bidding: Bidding) {
    let mut room = Room::open("10", buy_now("80", None, bidding));
    assert_eq!(room.lot().buy_now(), Some(80_00));
    room.now += TimeDelta::hours(5);
    let bought = room.buy_now(A).unwrap();
    assert_eq!(bought.price, usd("80"));
    assert_eq!(room.standing(), (usd("80"), Some(person(A))));
    assert_eq!(room.lot().winner(), Some(person(A)));
    assert_eq!(room.lot().ends_at, room.now);
    assert_eq!(room.lot().buy_now(), None);
    let told = room.told();
    let [
        AuctionEvent::WinningBidPlaced(bid),
        AuctionEvent::Ended(ended),
    ] = &told[..]
    else {
        panic!("a bid and the end: {told:?}");
    };
    assert_eq!((bid.bidder, bid.price), (person(A), usd("80")));
    assert_eq!((ended.winner, ended.price), (Some(person(A)), usd("80")));

    let after = [
        room.bid(B, "90").map(drop),
        room.buy_now(B).map(drop),
        room.withdraw(WithdrawnBy::Bidder(person(A))).map(drop),
    ];
    assert_eq!(after, [(); 3].map(|()| Err(Refusal::HasEnded.into())));
    assert!(matches!(room.end(), Err(EndAuctionError::AlreadyEnded)));
}

/// With which bids the lot can still be bought for 80.
#[rstest]
#[case::before_the_first_bid(None, &[], true)]
#[case::not_after_it(None, &[(A, "10")], false)]
#[case::before_the_reserve_is_met(Some("50"), &[(A, "10"), (B, "49.99")], true)]
#[case::not_once_it_is(Some("50"), &[(A, "10"), (B, "50")], false)]
fn until_when_a_lot_can_be_bought(
    #[case] reserve: Option<&str>,
    #[case] bids: &[(u8, &str)],
    #[case] offered: bool,
    #[values(Bidding::Plain, Bidding::Proxy)] bidding: Bidding,
) {
    let mut room = Room::open("10", buy_now("80", reserve, bidding));
    for (bidder, amount) in bids {
        assert!(room.bid(*bidder, amount).unwrap().accepted);
    }
    assert_eq!(room.lot().buy_now(), offered.then_some(80_00));
    let bought = room.buy_now(C);
    match offered {
        true => assert_eq!(bought.unwrap().price, usd("80")),
        false => assert_eq!(bought, Err(Refusal::NotForSaleAtOnce.into())),
    }
}

#[test]
fn whoever_led_when_the_lot_was_bought_is_overbid_and_comes_next() {
    let mut room = Room::open("10", buy_now("80", Some("50"), Bidding::Proxy));
    room.bid(A, "40").unwrap();
    room.lower_reserve(usd("40")).unwrap();
    room.told();
    room.buy_now(B).unwrap();
    assert_eq!(room.lot().reserve_met(), Some(true));
    let told = room.told();
    let overbid = |event: &AuctionEvent| matches!(event, AuctionEvent::BidderOverbid(overbid) if overbid.bidder == person(A));
    assert!(told.iter().any(overbid), "{told:?}");
    let chance = room.offer(SecondChanceReason::NotPaid).unwrap();
    assert_eq!((chance.bidder, chance.price), (person(A), usd("40")));
}

#[test]
fn a_leader_who_buys_leaves_the_second_in_place() {
    let mut room = Room::open("10", buy_now("80", Some("50"), Bidding::Proxy));
    room.bid(A, "40").unwrap();
    room.bid(B, "30").unwrap();
    room.lower_reserve(usd("30")).unwrap();
    room.told();
    room.buy_now(A).unwrap();
    let told = room.told();
    let overbid = |event: &AuctionEvent| matches!(event, AuctionEvent::BidderOverbid(_));
    assert!(!told.iter().any(overbid), "nobody overbids themselves");
    let chance = room.offer(SecondChanceReason::NotPaid).unwrap();
    assert_eq!((chance.bidder, chance.price), (person(B), usd("30")));
}

#[test]
fn a_lot_without_a_price_to_buy_now_cannot_be_bought() {
    let mut room = Room::open("10", proxy());
    let refused = room.buy_now(A);
    assert_eq!(refused, Err(Refusal::NotForSaleAtOnce.into()));
}

#[test]
fn buying_keeps_the_rules_of_bidding() {
    let opens_at = super::room::noon() + TimeDelta::hours(1);
    let mut command = a_lot(usd("10"), buy_now("80", None, Bidding::Proxy));
    command.terms.opens_at = Some(opens_at);
    let ends_at = command.ends_at;
    let mut room = Room::begin(command);
    assert_eq!(room.buy_now(A), Err(Refusal::NotOpenYet.into()));
    room.now = opens_at;
    let mut own = |bidder, admitted| {
        let command = BuyNow {
            auction: room.auction.state().id,
            bidder,
            arrived_at: opens_at,
        };
        room.auction.buy_now(&command, admitted)
    };
    let seller = BidderId::from(super::room::seller().uuid());
    assert_eq!(own(seller, true), Err(Refusal::OwnLot.into()));
    assert_eq!(own(person(A), false), Err(Refusal::NotAdmitted.into()));
    room.now = ends_at;
    assert_eq!(room.buy_now(A), Err(Refusal::HasEnded.into()));
    assert_eq!(room.standing(), (cents(10_00), None));
}
