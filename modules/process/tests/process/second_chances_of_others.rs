//! Second chances outside the usual way: of lots that nobody bought, or nobody else wants, or that have a buyer.

use auctions::{BidderId, SecondChanceAccepted, SecondChanceReason};
use chrono::TimeDelta;
use customer_relationship::{CustomerId, EmailKind};
use foundation::testing::Backend;
use process::ProcessState;
use rstest::rstest;

use crate::bench::Bench;
use crate::bench_lots::{Contested, usd};

#[rstest]
fn a_seller_whose_only_bidder_does_not_pay_is_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    assert_eq!(bench.is_not_paid(&won).state, ProcessState::Unsold);
    let email = &bench.read(|reader| bench.customers.emails(1, reader))[0];
    assert_eq!(email.kind, EmailKind::LeftUnsold);
    assert!(
        email.text.contains("There is no other bidder"),
        "{}",
        email.text
    );
}

#[rstest]
fn a_lot_below_its_reserve_can_be_bought_by_a_second_chance(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (lot, bidder) = (bench.begins(), bench.customer());
    bench.bids(lot.auction, bidder, "140");
    bench.after(TimeDelta::hours(2));
    assert_eq!(bench.process_of(lot.auction), None);
    let offer = bench.offers(lot.auction, SecondChanceReason::NotSold);
    assert_eq!(offer.unwrap().price, usd("140"));
    bench.app.deliver_due();
    assert_eq!(bench.process_of(lot.auction), None, "nobody bought it yet");

    bench.answers(lot.auction, bidder, true).unwrap();
    bench.app.deliver_due();
    let bought = bench.process_of(lot.auction).unwrap();
    assert_eq!(bought.state, ProcessState::PaymentStarted);
    assert_eq!((bought.customer, bought.price), (bidder, usd("140")));
    let unsold = bench.is_not_paid(&bought);
    assert_eq!(unsold.state, ProcessState::Unsold);
    let email = &bench.read(|reader| bench.customers.emails(1, reader))[0];
    assert_eq!(email.kind, EmailKind::LeftUnsold);
    assert!(email.text.contains("found no buyer"), "{}", email.text);
}

#[rstest]
fn a_lot_that_nobody_had_bought_and_nobody_wants_has_no_process(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (lot, bidder) = (bench.begins(), bench.customer());
    bench.bids(lot.auction, bidder, "140");
    bench.after(TimeDelta::hours(2));
    bench
        .offers(lot.auction, SecondChanceReason::NotSold)
        .unwrap();
    bench.answers(lot.auction, bidder, false).unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.process_of(lot.auction), None);
    let seller = CustomerId::from(lot.seller.uuid());
    bench.after(TimeDelta::days(3));
    let letters = [EmailKind::Unsold, EmailKind::LeftUnsold];
    assert_eq!(bench.letters_to(seller), letters);
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}

#[rstest]
fn an_item_with_a_buyer_is_not_sold_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let Contested { won, runner_up, .. } = bench.contested_item();
    bench
        .offers(won.auction, SecondChanceReason::NotPaid)
        .unwrap();
    bench.answers(won.auction, runner_up, true).unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.again(&won), won, "the buyer still has time to pay");
    let waiting = bench.deliveries("ready").into_iter();
    let refused = waiting.filter_map(|delivery| delivery.last_error);
    let refused: Vec<String> = refused.collect();
    assert!(
        refused.len() == 1 && refused[0].contains("was bought by somebody else"),
        "{refused:?}"
    );
    bench.pays(&won, "tok_approved");
    for _ in 0..20 {
        bench.after(TimeDelta::days(1));
    }
    assert_eq!(bench.again(&won).state, ProcessState::Paid);
    assert_eq!(bench.deliveries("dead").len(), 1, "which staff see");
}

#[rstest]
fn a_lot_that_was_not_paid_is_not_offered_below_its_reserve(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (lot, runner_up, buyer) = (bench.begins(), bench.customer(), bench.customer());
    bench.bids(lot.auction, runner_up, "140");
    bench.bids(lot.auction, buyer, "150");
    bench.after(TimeDelta::hours(2));
    let won = bench.process_of(lot.auction).unwrap();
    assert_eq!(bench.is_not_paid(&won).state, ProcessState::Unsold);
    let chance = bench.read(|reader| bench.auctions.second_chance(lot.auction, reader));
    assert_eq!(chance, None, "the runner-up was not asked");
    let email = &bench.read(|reader| bench.customers.emails(1, reader))[0];
    assert_eq!(email.customer, CustomerId::from(lot.seller.uuid()));
    assert!(email.text.contains("below your reserve"), "{}", email.text);
    assert!(!bench.has_proven_buyer(lot.auction));
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}

#[rstest]
fn an_unsold_lot_goes_on_to_the_next_when_its_second_buyer_does_not_pay(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(true, false)] next_pays: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (lot, first, next) = (bench.begins(), bench.customer(), bench.customer());
    bench.lives_somewhere(next);
    bench.bids(lot.auction, next, "130");
    bench.bids(lot.auction, first, "140");
    bench.after(TimeDelta::hours(2));
    bench
        .offers(lot.auction, SecondChanceReason::NotSold)
        .unwrap();
    bench.answers(lot.auction, first, true).unwrap();
    bench.app.deliver_due();
    let bought = bench.process_of(lot.auction).unwrap();
    assert_eq!(bought.customer, first);

    let offered = bench.is_not_paid(&bought);
    assert_eq!(offered.state, ProcessState::Offered);
    assert_eq!(offered.offered_to, Some(next));
    assert!(!bench.has_proven_buyer(lot.auction));
    bench.answers(lot.auction, next, true).unwrap();
    bench.app.deliver_due();
    let second = bench.again(&bought);
    assert_eq!((second.customer, second.price), (next, usd("130")));
    assert!(bench.has_proven_buyer(lot.auction));
    if next_pays {
        bench.pays(&second, "tok_approved");
        assert_eq!(bench.again(&bought).state, ProcessState::Paid);
        return;
    }
    assert_eq!(bench.is_not_paid(&second).state, ProcessState::Unsold);
    assert!(!bench.has_proven_buyer(lot.auction), "nor did they");
    let heard_again = SecondChanceAccepted {
        auction: lot.auction,
        seller: lot.seller,
        title: bought.title.clone(),
        bidder: BidderId::from(first.uuid()),
        price: usd("140"),
    };
    bench.post(&[&heard_again]);
    bench.app.deliver_due();
    assert_eq!(bench.again(&bought).state, ProcessState::Unsold);
    let seller = CustomerId::from(lot.seller.uuid());
    assert_eq!(
        bench.letters_to(seller).last(),
        Some(&EmailKind::LeftUnsold)
    );
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}
