//! Proxy bidding: the house bids up to each bidder's secret maximum.

use rstest::rstest;

use super::room::{Room, a_lot, person, proxy, usd};
use super::*;
use crate::events::AuctionEvent;

const A: u8 = 1;
const B: u8 = 2;
const C: u8 = 3;
const D: u8 = 4;

/// Who states which maximum, and the price and the leader afterwards.
type Step<'e> = (u8, &'e str, &'e str, u8);

/// What the table in the rules says, each row after those before it.
#[rstest]
#[case::one_bidder_pays_the_start(&[(A, "20", "1.00", A)])]
#[case::the_loser_raises_the_price(&[(A, "20", "1.00", A), (B, "9", "9.50", A)])]
#[case::a_cent_above_the_leader_is_enough(&[
    (A, "20", "1.00", A),
    (B, "9", "9.50", A),
    (C, "20.01", "20.01", C),
])]
#[case::exactly_the_next_step(&[
    (A, "20", "1.00", A),
    (B, "9", "9.50", A),
    (C, "20.01", "20.01", C),
    (B, "20.51", "20.51", B),
])]
#[case::the_same_maximum_goes_to_the_earlier(&[
    (A, "20", "1.00", A),
    (B, "9", "9.50", A),
    (C, "20.01", "20.01", C),
    (B, "20.51", "20.51", B),
    (A, "50", "21.01", A),
    (B, "50", "50.00", A),
])]
#[case::a_tie_goes_to_who_reached_the_amount_first(&[
    (A, "10", "1.00", A),
    (B, "50", "10.50", B),
    (A, "50", "50.00", B),
])]
#[case::the_losers_maximum_counts(&[(A, "100", "1.00", A), (B, "90", "91.00", A)])]
#[case::never_above_the_leaders_maximum(&[(A, "10", "1.00", A), (B, "9.80", "10.00", A)])]
#[case::the_third_bidder_changes_nothing_of_the_first_two(&[
    (A, "20", "1.00", A),
    (B, "9", "9.50", A),
    (C, "12", "12.50", A),
    (D, "30", "20.50", D),
])]
#[case::the_step_is_that_of_the_second_maximum(&[
    (A, "30", "1.00", A),
    (B, "24.99", "25.49", A),
    (C, "26.49", "27.49", A),
])]
#[case::the_start_is_the_floor(&[(A, "1", "1.00", A), (B, "5", "1.25", B)])]
fn the_table(#[case] steps: &[Step<'_>]) {
    let mut room = Room::open("1", proxy());
    for (index, (bidder, maximum, price, leader)) in steps.iter().enumerate() {
        let verdict = room.bid(*bidder, maximum).unwrap();
        let after = format!("after step {index}");
        assert!(verdict.accepted, "{after}");
        assert_eq!(verdict.is_winner, bidder == leader, "{after}");
        assert_eq!(verdict.current_price, usd(price), "{after}");
        assert_eq!(
            room.standing(),
            (usd(price), Some(person(*leader))),
            "{after}"
        );
    }
}

#[rstest]
#[case::what_the_note_refuses("20.50", false)]
#[case::exactly_the_least("20.51", true)]
fn a_challenger_must_reach_the_price_and_its_step(#[case] maximum: &str, #[case] accepted: bool) {
    let mut room = Room::open("1", proxy());
    for (bidder, maximum) in [(A, "20"), (B, "9"), (C, "20.01")] {
        room.bid(bidder, maximum).unwrap();
    }
    room.told();
    let verdict = room.bid(B, maximum).unwrap();
    assert_eq!(verdict.accepted, accepted);
    if !accepted {
        assert!(!verdict.is_winner);
        assert_eq!(verdict.minimum_next, usd("20.51"));
        assert_eq!(room.standing(), (usd("20.01"), Some(person(C))));
        assert_eq!((room.history.len(), room.told()), (3, vec![]));
    }
}

/// Of every band: the price that a lot stands at, the last amount that is too low, and the least next bid.
#[rstest]
#[case("0.99", "1.03", "1.04")]
#[case("1.00", "1.24", "1.25")]
#[case("4.99", "5.23", "5.24")]
#[case("5.00", "5.49", "5.50")]
#[case("24.99", "25.48", "25.49")]
#[case("25.00", "25.99", "26.00")]
#[case("99.99", "100.98", "100.99")]
#[case("100.00", "102.49", "102.50")]
#[case("249.99", "252.48", "252.49")]
#[case("250.00", "254.99", "255.00")]
#[case("499.99", "504.98", "504.99")]
#[case("500.00", "509.99", "510.00")]
#[case("999.99", "1009.98", "1009.99")]
#[case("1000.00", "1024.99", "1025.00")]
#[case("2499.99", "2524.98", "2524.99")]
#[case("2500.00", "2549.99", "2550.00")]
#[case("4999.99", "5049.98", "5049.99")]
#[case("5000.00", "5099.99", "5100.00")]
fn nothing_is_accepted_a_cent_below_the_step(
    #[case] price: &str,
    #[case] too_low: &str,
    #[case] least: &str,
    #[values(Bidding::Plain, Bidding::Proxy)] bidding: Bidding,
) {
    let terms = LotTerms {
        bidding,
        increments: Some(Increments::standard(usd(price).currency())),
        ..LotTerms::default()
    };
    let mut room = Room::open(price, terms);
    assert_eq!(room.bid(A, price).unwrap().minimum_next, usd(least));
    let refused = room.bid(B, too_low).unwrap();
    assert!(!refused.accepted && !refused.is_winner);
    assert_eq!(refused.current_price, usd(price));
    let accepted = room.bid(B, least).unwrap();
    assert!(accepted.accepted && accepted.is_winner);
    assert_eq!(accepted.current_price, usd(least));
}

#[test]
fn the_first_bid_must_reach_the_start() {
    let mut room = Room::open("10", proxy());
    let refused = room.bid(A, "9.99").unwrap();
    assert!(!refused.accepted);
    assert_eq!(refused.minimum_next, usd("10"));
    assert!(room.bid(A, "10").unwrap().is_winner);
}

#[test]
fn a_leader_raises_without_a_bid_an_announcement_or_an_extension() {
    let mut room = Room::open("1", proxy());
    room.bid(A, "20").unwrap();
    room.bid(B, "9").unwrap();
    room.told();
    room.now = room.lot().ends_at - chrono::TimeDelta::seconds(1);
    let (before, ends_at) = (room.bid_lines(), room.lot().ends_at);

    let raised = room.bid(A, "30").unwrap();
    assert!(raised.accepted && raised.is_winner);
    assert_eq!((raised.current_price, raised.sequence), (usd("9.50"), 2));
    assert_eq!(raised.ends_at, ends_at);
    assert_eq!(room.bid_lines(), before);
    assert_eq!((room.lot().bids, room.lot().ends_at), (2, ends_at));
    assert_eq!(room.told(), []);

    room.bid(B, "25").unwrap();
    assert_eq!(room.standing(), (usd("26"), Some(person(A))));
}

#[rstest]
#[case::lower("19.99")]
#[case::the_same("20")]
#[case::the_next_step_of_the_price("1.25")]
fn nobody_lowers(#[case] maximum: &str) {
    let mut room = Room::open("1", proxy());
    room.bid(A, "20").unwrap();
    let refused = room.bid(A, maximum).unwrap();
    assert!(!refused.accepted && !refused.is_winner);
    room.bid(B, "19").unwrap();
    assert_eq!(room.standing(), (usd("19.50"), Some(person(A))));
}

#[test]
fn a_raise_by_one_cent_is_a_raise() {
    let mut room = Room::open("1", proxy());
    room.bid(A, "20").unwrap();
    assert!(room.bid(A, "20.01").unwrap().accepted);
    assert_eq!(room.bid(B, "20.01").unwrap().current_price, usd("20.01"));
    assert_eq!(room.standing().1, Some(person(A)));
}

#[test]
fn whoever_raises_to_a_tie_was_there_later() {
    let mut room = Room::open("1", proxy());
    for (bidder, maximum) in [(A, "10"), (B, "50"), (A, "40"), (B, "60"), (A, "60")] {
        room.bid(bidder, maximum).unwrap();
    }
    assert_eq!(room.standing(), (usd("60"), Some(person(B))));
    // The raise to 60 is withdrawn: who reached 50 first is asked again.
    let raise = room
        .history
        .iter()
        .position(|bid| bid.number.is_none())
        .unwrap();
    room.staff_withdraw(&[raise, 4]).unwrap();
    assert_eq!(room.standing(), (usd("41"), Some(person(B))));
}

/// Who hears what of a bid: each line is a bid, whether somebody is told to lead, and who was overbid.
#[rstest]
#[case::outbid_at_once(B, "9", Some(A), None)]
#[case::takes_the_lead(B, "25", Some(B), Some(A))]
#[case::the_leader_raises(A, "25", None, None)]
#[case::too_low(B, "1.10", None, None)]
fn who_is_told_of_a_bid(
    #[case] bidder: u8,
    #[case] maximum: &str,
    #[case] leads: Option<u8>,
    #[case] overbid: Option<u8>,
) {
    let mut room = Room::open("1", proxy());
    room.bid(A, "20").unwrap();
    room.told();
    room.bid(bidder, maximum).unwrap();
    let (mut told_leading, mut told_overbid) = (None, None);
    for event in room.told() {
        if let AuctionEvent::WinningBidPlaced(event) = event {
            told_leading = Some(event.bidder);
        } else if let AuctionEvent::BidderOverbid(event) = event {
            told_overbid = Some(event.bidder);
        } else {
            panic!("{event:?}");
        }
    }
    assert_eq!(told_leading, leads.map(person));
    assert_eq!(told_overbid, overbid.map(person));
}

#[test]
fn staff_who_withdraw_what_they_see_withdraw_the_raise_that_nobody_sees() {
    let mut room = Room::open("1", proxy());
    room.bid(A, "20").unwrap();
    room.bid(A, "3000").unwrap();
    assert_eq!(room.bid_lines().len(), 1);
    let withdrawn = room.staff_withdraw(&[0]).unwrap();
    assert_eq!(withdrawn.bids.len(), 2);
    assert_eq!(room.standing(), (usd("1"), None), "nobody leads");
    assert_eq!(room.lot().bids, 0);
    room.verified();
    room.bid(B, "2").unwrap();
    assert_eq!(room.standing(), (usd("1"), Some(person(B))));
}

#[test]
fn no_debug_output_tells_a_secret_amount() {
    const SECRETS: [&str; 4] = ["7777777", "8888888", "77777.77", "88888.88"];
    let terms = LotTerms {
        reserve: Some(usd("88888.88")),
        ..proxy()
    };
    let begin = a_lot(usd("1"), terms.clone());
    let mut room = Room::begin(begin.clone());
    let bid = PlaceBid {
        auction: begin.auction,
        bidder: person(A),
        amount: usd("77777.77").into(),
        arrived_at: room.now,
        key: None,
    };
    let typed = BidAmount::InLotCurrency("77777.77".to_owned());
    let lower = LowerReserve {
        auction: begin.auction,
        seller: begin.seller,
        reserve: usd("88888.88"),
    };
    room.bid(B, "20").unwrap();
    room.auction.place_bid(&bid, true).unwrap();
    let mut outputs = vec![format!("{:?}", room.auction)];
    room.bid(A, "77777.78").unwrap();
    let earlier = EarlierBid::parse(&room.lines[1].entry, 7_777_777).unwrap();
    outputs.extend([
        format!("{begin:?} {terms:?}"),
        format!("{bid:?} {typed:?} {lower:?} {earlier:?}"),
        format!("{:?} {:?}", room.history, room.lines),
        format!("{:?} {:?}", room.auction.state(), room.log()),
    ]);
    for output in outputs {
        for secret in SECRETS {
            assert!(!output.contains(secret), "{secret} is told by {output}");
        }
    }
}
