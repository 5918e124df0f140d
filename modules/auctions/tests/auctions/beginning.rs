//! Putting lots up.

use auctions::{AuctionBegan, AuctionStatus, BeginAuction, BeginAuctionError, Increments, SaleId};
use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{Currency, Money};
use rstest::rstest;

use crate::bench::{Bench, END, Told, a_lot, usd};

#[rstest]
fn a_lot_that_begins_can_be_seen_and_is_announced(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let command = a_lot(bench.now());
    bench.try_begin(command.clone()).unwrap();

    let view = bench.view(command.auction);
    assert_eq!(view.seller, command.seller);
    assert_eq!(view.title, "A chair");
    assert_eq!(view.description, "Walnut, around 1930.");
    assert_eq!(view.starting_price, usd("10"));
    assert_eq!(view.current_price, usd("10"));
    assert_eq!(view.minimum_next, usd("10"), "the first bid may equal it");
    assert_eq!((view.leader, view.bids), (None, 0));
    assert_eq!(view.began_at, bench.now());
    assert_eq!(view.ends_at, bench.now() + END);
    assert_eq!((view.ended_at, view.status), (None, AuctionStatus::Running));
    let began = AuctionBegan {
        auction: command.auction,
        seller: command.seller,
        title: "A chair".to_owned(),
        starting_price: usd("10"),
        ends_at: bench.now() + END,
    };
    assert_eq!(bench.told(), [Told::Began(began)]);
}

fn euros(amount: &str) -> Money {
    Money::parse(Currency::EUR, amount).unwrap()
}

#[rstest]
fn a_lot_begins_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let command = a_lot(bench.now());
    bench.try_begin(command.clone()).unwrap();
    bench.told();
    let again = bench.try_begin(BeginAuction {
        starting_price: usd("1"),
        ..command.clone()
    });
    assert!(matches!(again, Err(BeginAuctionError::AlreadyBegun)));
    assert_eq!(bench.view(command.auction).starting_price, usd("10"));
    assert_eq!(bench.told(), []);
}

#[rstest]
#[case::zero_price(|lot: &mut BeginAuction| lot.starting_price = usd("0"), "the starting price must be more than zero")]
#[case::huge_price(|lot: &mut BeginAuction| lot.starting_price = usd("92233720368547758.07"), "the price is too large")]
#[case::foreign_increments(|lot: &mut BeginAuction| lot.terms.increments = Some(Increments::smallest(Currency::EUR)), "must be in USD")]
#[case::foreign_reserve(|lot: &mut BeginAuction| lot.terms.reserve = Some(euros("50")), "must be in USD")]
#[case::foreign_buy_now(|lot: &mut BeginAuction| lot.terms.buy_now = Some(euros("50")), "must be in USD")]
#[case::huge_reserve(|lot: &mut BeginAuction| lot.terms.reserve = Some(usd("92233720368547758.07")), "the price is too large")]
#[case::reserve_below_start(|lot: &mut BeginAuction| lot.terms.reserve = Some(usd("9.99")), "the reserve must not be below")]
#[case::buy_now_below_start(|lot: &mut BeginAuction| lot.terms.buy_now = Some(usd("9.99")), "the price to buy now must not be below")]
#[case::buy_now_below_reserve(|lot: &mut BeginAuction| { lot.terms.reserve = Some(usd("50")); lot.terms.buy_now = Some(usd("49.99")) }, "the price to buy now must not be below")]
#[case::opens_in_the_past(|lot: &mut BeginAuction| lot.terms.opens_at = Some(lot.ends_at - END - TimeDelta::microseconds(1)), "must not begin in the past")]
#[case::opens_at_its_end(|lot: &mut BeginAuction| lot.terms.opens_at = Some(lot.ends_at), "must begin before it ends")]
#[case::unknown_sale(|lot: &mut BeginAuction| lot.terms.sale = Some(SaleId::generate()), "there is no such sale")]
#[case::ends_now(|lot: &mut BeginAuction| lot.ends_at -= END, "must end in the future")]
#[case::ends_before_a_microsecond_passes(|lot: &mut BeginAuction| lot.ends_at -= END - TimeDelta::nanoseconds(999), "must end in the future")]
#[case::ended_long_ago(|lot: &mut BeginAuction| lot.ends_at -= TimeDelta::days(1000), "must end in the future")]
#[case::ends_far_away(|lot: &mut BeginAuction| lot.ends_at += TimeDelta::days(100_000), "within ten years")]
fn a_bad_lot_is_refused_by_name_of_the_rule(
    #[case] spoil: fn(&mut BeginAuction),
    #[case] rule: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let mut command = a_lot(bench.now());
    let auction = command.auction;
    spoil(&mut command);
    let refusal = bench.try_begin(command).unwrap_err();
    assert!(refusal.to_string().contains(rule), "{refusal}");
    let nothing = bench.read(|reader| bench.facade.single_auction(auction, reader));
    assert_eq!(nothing, None);
    assert_eq!(bench.told(), []);
}

#[rstest]
fn an_end_is_kept_to_the_microsecond_on_both_databases(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let mut command = a_lot(bench.now());
    let auction = command.auction;
    command.ends_at += TimeDelta::nanoseconds(1_999);
    bench.try_begin(command).unwrap();
    let expected = bench.now() + END + TimeDelta::microseconds(1);
    assert_eq!(bench.view(auction).ends_at, expected);
}
