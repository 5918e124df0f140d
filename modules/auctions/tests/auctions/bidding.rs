//! Plain bidding.

use auctions::{
    AuctionId, BeginAuction, BidderHasBeenOverbid, BidderId, Increments, LotTerms, PlaceBid,
    Refusal, WinningBidPlaced,
};
use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{Currency, Money};
use rstest::rstest;

use crate::bench::{Bench, END, Told, a_lot, usd};

#[rstest]
fn a_higher_bid_leads_and_whoever_led_is_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let auction = bench.begin();

    let first = bench.bid(auction, alice, "10");
    assert!(first.is_winner);
    assert_eq!(first.current_price, usd("10"));
    assert_eq!(first.minimum_next, usd("10.01"));
    assert_eq!(first.sequence, 1);
    let alice_leads = WinningBidPlaced {
        auction,
        bidder: alice,
        title: "A chair".to_owned(),
        price: usd("10"),
        minimum_next: usd("10.01"),
    };
    assert_eq!(bench.told(), [Told::Leading(alice_leads.clone())]);

    let second = bench.bid(auction, bob, "12.50");
    assert_eq!((second.is_winner, second.sequence), (true, 2));
    let bob_leads = WinningBidPlaced {
        bidder: bob,
        price: usd("12.50"),
        minimum_next: usd("12.51"),
        ..alice_leads
    };
    let alice_is_overbid = BidderHasBeenOverbid {
        auction,
        bidder: alice,
        title: "A chair".to_owned(),
        new_price: usd("12.50"),
        minimum_next: usd("12.51"),
        ends_at: bench.now() + END,
    };
    let told = bench.told();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&Told::Leading(bob_leads)));
    assert!(told.contains(&Told::Overbid(alice_is_overbid)));

    let view = bench.view(auction);
    assert_eq!((view.leader, view.bids), (Some(bob), 2));
    assert_eq!(view.current_price, usd("12.50"));
}

#[rstest]
#[case::the_same("15")]
#[case::lower("14.99")]
#[case::less_than_the_increment("15.99")]
#[case::nothing("0")]
fn a_bid_that_is_too_low_is_answered_and_changes_nothing(
    #[case] amount: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("the leader", "somebody else")] by: &str,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = BidderId::generate();
    let auction = bench.begin_on(LotTerms {
        increments: Some(Increments::fixed(usd("1")).unwrap()),
        ..LotTerms::default()
    });
    bench.bid(auction, alice, "15");
    bench.told();
    let before = (bench.view(auction), bench.bids(auction));

    let bidder = match by {
        "the leader" => alice,
        _ => BidderId::generate(),
    };
    let verdict = bench.bid(auction, bidder, amount);
    assert!(!verdict.accepted && !verdict.is_winner);
    assert_eq!(verdict.current_price, usd("15"));
    assert_eq!(verdict.minimum_next, usd("16"));
    assert_eq!(verdict.sequence, 1);
    assert_eq!((bench.view(auction), bench.bids(auction)), before);
    assert_eq!(bench.told(), []);
}

#[rstest]
fn the_first_bid_must_reach_the_starting_price(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let verdict = bench.bid(auction, BidderId::generate(), "9.99");
    assert!(!verdict.accepted && !verdict.is_winner);
    assert_eq!(verdict.minimum_next, usd("10"));
    assert_eq!(verdict.sequence, 0);
}

#[rstest]
fn a_leader_who_raises_is_not_overbid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = BidderId::generate();
    let auction = bench.begin();
    bench.bid(auction, alice, "10");
    assert!(bench.bid(auction, alice, "11").is_winner);
    let told = bench.told();
    assert!(told.iter().all(|event| matches!(event, Told::Leading(_))));
    assert_eq!(told.len(), 2);
}

type Spoil = fn(&mut PlaceBid, &BeginAuction);

#[rstest]
#[case::unknown_lot(|bid: &mut PlaceBid, _: &BeginAuction| bid.auction = AuctionId::generate(), "there is no such auction")]
#[case::own_lot(|bid: &mut PlaceBid, lot: &BeginAuction| bid.bidder = BidderId::from(lot.seller.uuid()), "own lot")]
#[case::foreign(|bid: &mut PlaceBid, _: &BeginAuction| bid.amount = Money::parse(Currency::EUR, "50").unwrap().into(), "must be in USD")]
#[case::huge(|bid: &mut PlaceBid, _: &BeginAuction| bid.amount = usd("92233720368547758.07").into(), "too large")]
#[case::at_the_end(|bid: &mut PlaceBid, lot: &BeginAuction| bid.arrived_at = lot.ends_at, "has ended")]
#[case::late(|bid: &mut PlaceBid, lot: &BeginAuction| bid.arrived_at = lot.ends_at + TimeDelta::days(1), "has ended")]
fn a_bad_bid_is_refused_by_name_of_the_rule(
    #[case] spoil: Spoil,
    #[case] rule: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let lot = a_lot(bench.now());
    bench.try_begin(lot.clone()).unwrap();
    bench.told();
    let before = bench.view(lot.auction);

    let mut bid = bench.a_bid(lot.auction, BidderId::generate(), "50");
    spoil(&mut bid, &lot);
    let refusal = bench.try_bid(&bid).unwrap_err();
    assert!(refusal.to_string().contains(rule), "{refusal}");
    assert_eq!(bench.view(lot.auction), before);
    assert_eq!(bench.bids(lot.auction), []);
    assert_eq!(bench.told(), []);
}

#[rstest]
fn the_moment_of_arrival_decides_however_late_the_bid_has_its_turn(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let mut bid = bench.a_bid(auction, BidderId::generate(), "10");
    bid.arrived_at = bench.now() + END - TimeDelta::nanoseconds(1);
    bench.clock.advance(END + TimeDelta::milliseconds(200));
    assert!(bench.try_bid(&bid).unwrap().is_winner);

    bench.clock.advance(TimeDelta::seconds(1));
    bench.end(auction).unwrap();
    bid.amount = usd("20").into();
    assert_eq!(bench.try_bid(&bid), Err(Refusal::HasEnded.into()));
}

#[rstest]
fn several_bids_may_share_one_transaction(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (one, other) = (bench.begin(), bench.begin());
    let bids = [(one, "10"), (other, "11"), (one, "12"), (one, "12")]
        .map(|(auction, amount)| bench.a_bid(auction, BidderId::generate(), amount));
    let verdicts = bench.place(&bids).unwrap().into_iter();
    let won: Vec<bool> = verdicts.map(|verdict| verdict.unwrap().is_winner).collect();
    assert_eq!(won, [true, true, true, false]);
    assert_eq!(bench.bids(one).len(), 2);
    assert_eq!(bench.bids(other).len(), 1);
}
