//! The way that most won items go: paid, packed, shipped.

use std::slice;

use auctions::{
    AuctionId, AuctionTitle, BeginAuction, BidderId, LotDescription, LotTerms, PlaceBid, SellerId,
};
use chrono::TimeDelta;
use customer_relationship::EmailKind;
use foundation::testing::Backend;
use foundation::{Clock, Currency, Money};
use payments::{ChargeOutcome, PaymentStatus};
use process::{NextStep, ProcessState, WaitsFor};
use rstest::rstest;
use shipping::PackageStatus;

use crate::bench::Bench;
use crate::bench_lots::hammer;

#[rstest]
fn a_won_item_goes_from_the_hammer_to_the_parcel(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (seller, buyer) = (bench.customer(), bench.customer());
    bench.lives_somewhere(buyer);
    let auction = AuctionId::generate();
    let price = Money::parse(Currency::USD, "150.00").unwrap();
    let begin = BeginAuction {
        auction,
        seller: SellerId::from(seller.uuid()),
        title: AuctionTitle::parse("A long case clock").unwrap(),
        description: LotDescription::parse("").unwrap(),
        starting_price: price,
        ends_at: bench.clock.now() + TimeDelta::hours(1),
        terms: LotTerms::default(),
    };
    let bid = PlaceBid {
        auction,
        bidder: BidderId::from(buyer.uuid()),
        amount: price.into(),
        arrived_at: bench.clock.now(),
        key: None,
    };
    let transactions = bench.app.transactions();
    transactions
        .run(|uow| bench.auctions.begin(begin.clone(), uow))
        .unwrap();
    let verdicts = transactions.run(|uow| bench.auctions.place_bids(slice::from_ref(&bid), uow));
    assert!(verdicts.unwrap()[0].as_ref().unwrap().is_winner);
    bench.after(TimeDelta::hours(2));

    let won = bench.process_of(auction).unwrap();
    assert_eq!(won.state, ProcessState::PaymentStarted);
    assert_eq!(
        (won.title.as_str(), won.price, won.customer),
        ("A long case clock", price, buyer)
    );
    assert_eq!(won.waits_for, Some(WaitsFor::Payment));
    assert_eq!(won.next, Some(NextStep::TimeOut { at: won.pay_by }));
    assert_eq!(won.pay_by, bench.clock.now() + TimeDelta::days(3));
    assert_eq!(bench.payment_of(&won).amount, price);
    let unfinished = bench.read(|reader| bench.process.unfinished(reader));
    assert_eq!(unfinished.iter().collect::<Vec<_>>(), [&won]);

    assert_eq!(bench.pays(&won, "tok_approved"), ChargeOutcome::Charged);
    let paid = bench.again(&won);
    assert_eq!(paid.state, ProcessState::Paid);
    assert_eq!(paid.waits_for, Some(WaitsFor::Shipment));
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::Captured);

    let next = transactions.run(|uow| bench.shipping.next_package("packer", uow));
    let package = next.unwrap().unwrap();
    assert_eq!(
        (Some(package.id), package.item.as_str()),
        (paid.package, "A long case clock")
    );
    bench.ship(package.id).unwrap();
    bench.app.deliver_due();
    let shipped = bench.again(&won);
    assert_eq!(
        (shipped.state, shipped.waits_for),
        (ProcessState::Shipped, None)
    );
    assert_eq!(bench.read(|reader| bench.process.unfinished(reader)), []);
    assert_eq!(
        bench.read(|reader| bench.process.of_customer(buyer, reader)),
        [shipped]
    );

    bench.after(TimeDelta::days(30));
    let letters = [
        EmailKind::Won,
        EmailKind::PaymentSucceeded,
        EmailKind::Shipped,
    ];
    assert_eq!(bench.letters_to(buyer), letters);
    let mailbox = bench.read(|reader| bench.customers.emails(1, reader));
    assert!(
        mailbox[0].text.contains("6123-4567"),
        "the tracking number is told"
    );
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}

#[rstest]
fn a_declined_card_is_told_and_the_next_one_pays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    assert!(matches!(
        bench.pays(&won, "tok_declined"),
        ChargeOutcome::Declined { .. }
    ));
    let declined = bench.again(&won);
    assert_eq!(
        (declined.state, declined.pay_by),
        (ProcessState::PaymentStarted, won.pay_by)
    );
    assert!(bench.packages_of(won.customer).is_empty());
    let mailbox = bench.read(|reader| bench.customers.emails(1, reader));
    assert!(mailbox[0].text.contains("declined"), "{}", mailbox[0].text);

    bench.pays(&won, "tok_approved");
    assert_eq!(bench.again(&won).state, ProcessState::Paid);
    let letters = [
        EmailKind::Won,
        EmailKind::PaymentFailed,
        EmailKind::PaymentSucceeded,
    ];
    assert_eq!(bench.letters_to(won.customer), letters);
}

#[rstest]
fn without_a_winner_nothing_begins(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let seller = bench.customer();
    let mut ended = hammer(None);
    ended.seller = SellerId::from(seller.uuid());
    bench.post(&[&ended]);
    bench.app.deliver_due();
    assert_eq!(bench.process_of(ended.auction), None);
    assert!(
        bench.deliveries("ready").is_empty(),
        "no timer, and nothing failed"
    );
}

#[rstest]
fn a_paid_item_waits_for_the_buyers_address(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let buyer = bench.customer();
    let ended = hammer(Some(buyer));
    bench.post(&[&ended]);
    bench.app.deliver_due();
    bench.pays(&bench.process_of(ended.auction).unwrap(), "tok_approved");
    assert_eq!(
        bench.packages_of(buyer)[0].status,
        PackageStatus::AwaitingAddress
    );

    bench.lives_somewhere(buyer);
    let package = &bench.packages_of(buyer)[0];
    assert_eq!(package.status, PackageStatus::Created);
    bench.ship(package.id).unwrap();
    bench.app.deliver_due();
    assert_eq!(
        bench.process_of(ended.auction).unwrap().state,
        ProcessState::Shipped
    );
}
