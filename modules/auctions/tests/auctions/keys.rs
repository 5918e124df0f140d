//! Idempotency keys: a bid that is sent again is answered again.

use std::sync::Barrier;

use auctions::{AuctionId, BidAmount, BidderId, CommandError, Decided, IdempotencyKey, Verdict};
use foundation::testing::Backend;
use foundation::{Currency, Failure, Money};
use rstest::rstest;

use crate::bench::Bench;
use crate::bench_commands::proxy;

fn lines(bench: &Bench, auction: AuctionId) -> usize {
    let log = bench.log_json(auction, auctions::LogAccess::Staff);
    log["lines"].as_array().unwrap().len()
}

#[rstest]
#[case::one_that_led("20")]
#[case::one_that_was_outbid_at_once("12")]
#[case::one_that_was_too_low("9.99")]
#[case::one_that_was_refused("92233720368547758.07")]
fn a_repeated_bid_gets_the_first_answer(
    #[case] amount: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("apart", "in one batch", "after the end")] when: &str,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin_on(proxy());
    bench.bid(auction, BidderId::generate(), "15");
    let bid = bench.keyed(auction, BidderId::generate(), amount, "k-1");
    let other = bench.a_bid(auction, BidderId::generate(), "1000");
    let answers = match when {
        "in one batch" => bench.place(&[bid.clone(), other, bid.clone()]).unwrap(),
        "apart" => [&bid, &other, &bid].map(|bid| bench.try_bid(bid)).into(),
        _ => {
            let first = bench.try_bid(&bid);
            bench.close(auction);
            vec![first, bench.try_bid(&other), bench.try_bid(&bid)]
        }
    };
    assert_eq!(answers[0], answers[2]);
    if when != "after the end" {
        assert_eq!(lines(&bench, auction), 4, "the repetition is no command");
    }
    let (standing, told) = (bench.view(auction), bench.told().len());
    assert_eq!(bench.try_bid(&bid), answers[0]);
    assert_eq!(
        (bench.view(auction), bench.told().len()),
        (standing, 0),
        "{told}"
    );
}

#[rstest]
fn a_key_belongs_to_one_amount_of_one_bidder_on_one_lot(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] in_one_batch: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (one, other) = (bench.begin(), bench.begin());
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let bids = [
        bench.keyed(one, alice, "20", "k"),
        bench.keyed(one, alice, "30", "k"),
        bench.keyed(one, bob, "30", "k"),
        bench.keyed(other, alice, "30", "k"),
        bench.keyed(one, alice, "40", "K"),
        bench.keyed(one, alice, "20", "k"),
    ];
    let answers: Vec<Decided<Verdict>> = match in_one_batch {
        true => bench.place(&bids).unwrap(),
        false => bids.iter().map(|bid| bench.try_bid(bid)).collect(),
    };
    assert_eq!(answers[1], Err(CommandError::KeyReused));
    assert_eq!(answers[0], answers[5]);
    let winners = answers.iter().flatten().filter(|v| v.is_winner).count();
    assert_eq!(winners, 5, "{answers:?}");
    assert_eq!((bench.view(one).bids, bench.view(other).bids), (3, 1));
}

#[rstest]
fn the_same_amount_may_be_written_in_two_ways(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] in_one_batch: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (auction, alice) = (bench.begin(), BidderId::generate());
    let mut bids = vec![bench.keyed(auction, alice, "20", "k"); 3];
    bids[1].amount = BidAmount::InLotCurrency("20.0".to_owned());
    bids[2].amount = BidAmount::InLotCurrency("20".to_owned());
    let answers: Vec<Decided<Verdict>> = match in_one_batch {
        true => bench.place(&bids).unwrap(),
        false => bids.iter().map(|bid| bench.try_bid(bid)).collect(),
    };
    assert!(answers[0].as_ref().unwrap().is_winner);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(bench.view(auction).bids, 1);
}

#[rstest]
#[case::another_currency(BidAmount::Money(Money::parse(Currency::EUR, "20").unwrap()))]
#[case::no_amount(BidAmount::InLotCurrency("twenty".to_owned()))]
fn what_is_no_amount_leaves_the_key_to_the_next_bid(
    #[case] amount: BidAmount,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] in_one_batch: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (auction, alice) = (bench.begin(), BidderId::generate());
    let mut bids = vec![bench.keyed(auction, alice, "20", "k"); 2];
    bids[0].amount = amount;
    let answers: Vec<Decided<Verdict>> = match in_one_batch {
        true => bench.place(&bids).unwrap(),
        false => bids.iter().map(|bid| bench.try_bid(bid)).collect(),
    };
    assert!(answers[0].is_err(), "{answers:?}");
    assert!(answers[1].as_ref().unwrap().is_winner, "{answers:?}");
}

#[rstest]
fn a_bid_that_is_sent_many_times_at_once_is_one_bid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin_on(proxy());
    for round in 1..=5 {
        let amount = (round * 100).to_string();
        let bid = bench.keyed(auction, BidderId::generate(), &amount, "k");
        let start = Barrier::new(8);
        let send = || {
            start.wait();
            loop {
                match bench.place(std::slice::from_ref(&bid)) {
                    Err(Failure::TooBusy) => {}
                    answers => return answers.unwrap().remove(0).unwrap(),
                }
            }
        };
        let answers: Vec<Verdict> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:?}"
        );
        assert_eq!(bench.view(auction).bids, round);
        assert_eq!(lines(&bench, auction), 1 + usize::try_from(round).unwrap());
    }
}

#[rstest]
#[case("k", true)]
#[case("0f8fad5b-d9cb-469f-a165-70867728950e", true)]
#[case(&"x".repeat(100), true)]
#[case(&"x".repeat(101), false)]
#[case("", false)]
#[case("two words", false)]
#[case("new\nline", false)]
#[case("schlüssel", false)]
fn what_a_key_may_be(#[case] text: &str, #[case] valid: bool) {
    assert_eq!(IdempotencyKey::parse(text).is_ok(), valid);
}
