//! Who is told what when another module's events arrive.

use auctions::{AuctionEnded, AuctionId, BidderHasBeenOverbid, BidderId, BidsWithdrawn, SellerId};
use chrono::TimeDelta;
use customer_relationship::{CreateCustomer, CustomerId, EmailKind, SendEmailError};
use foundation::Clock;
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, CALM, ada, usd};

fn overbid(auction: AuctionId, customer: CustomerId, dollars: i64) -> BidderHasBeenOverbid {
    BidderHasBeenOverbid {
        auction,
        bidder: BidderId::from(customer.uuid()),
        title: "A chair".into(),
        new_price: usd(&dollars.to_string()),
        minimum_next: usd(&(dollars + 1).to_string()),
        ends_at: "2026-11-22T12:00:00Z".parse().unwrap(),
    }
}

fn ended(seller: CustomerId, winner: Option<CustomerId>) -> AuctionEnded {
    AuctionEnded {
        auction: AuctionId::generate(),
        seller: SellerId::from(seller.uuid()),
        title: "A chair".into(),
        winner: winner.map(|winner| BidderId::from(winner.uuid())),
        price: usd("10"),
        reserve_met: None,
    }
}

#[rstest]
fn ten_overbids_before_the_delivery_make_one_email_with_the_latest_price(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (ada, chair) = (bench.ada(), AuctionId::generate());
    for dollars in 11..=20 {
        bench.post(&overbid(chair, ada, dollars));
    }
    bench.deliver_all();
    let email = bench.only_email();
    assert_eq!((email.kind, email.customer), (EmailKind::Overbid, ada));
    assert!(
        email.text.contains("Price now: 20.00 USD"),
        "{}",
        email.text
    );

    bench.post(&overbid(chair, ada, 30));
    bench.deliver_all();
    assert_eq!(bench.emails().len(), 2, "a later overbid is told again");
}

#[rstest]
fn an_overbid_every_second_makes_an_email_every_half_minute(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (ada, chair) = (bench.ada(), AuctionId::generate());
    for dollars in 1..=90 {
        bench.post(&overbid(chair, ada, dollars));
        bench.after(TimeDelta::seconds(1));
    }
    let told = bench.emails().len();
    assert!(
        (2..=3).contains(&told),
        "{told} e-mails in a minute and a half"
    );
    bench.deliver_all();
    let emails = bench.emails();
    assert!(emails.len() <= 4);
    assert!(emails[0].text.contains("Price now: 90.00 USD"));
}

#[rstest]
fn nobody_is_invited_to_bid_on_a_lot_that_has_ended_since(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let ada = bench.ada();
    let mut at_the_last_moment = overbid(AuctionId::generate(), ada, 11);
    at_the_last_moment.ends_at = bench.clock.now() + CALM;
    bench.post(&at_the_last_moment);
    bench.deliver_all();
    let text = bench.only_email().text;
    assert!(text.contains("Price now: 11.00 USD"), "{text}");
    assert!(
        !text.contains("Bid again") && !text.contains("Ends"),
        "{text}"
    );
}

#[rstest]
fn overbids_of_other_bidders_and_lots_are_told_apart(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (ada, hana) = (bench.ada(), bench.hana());
    let (chair, table) = (AuctionId::generate(), AuctionId::generate());
    for event in [
        overbid(chair, ada, 11),
        overbid(chair, hana, 12),
        overbid(table, ada, 13),
    ] {
        bench.post(&event);
    }
    bench.deliver_all();
    let to_ada = |email: &&_| customer_of(email) == ada;
    assert_eq!(bench.emails().len(), 3);
    assert_eq!(bench.emails().iter().filter(to_ada).count(), 2);
}

fn customer_of(email: &customer_relationship::EmailView) -> CustomerId {
    email.customer
}

#[rstest]
fn a_seller_is_told_when_nobody_won(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let ada = bench.ada();
    bench.post(&ended(ada, None));
    bench.app.deliver_due();
    let email = bench.only_email();
    assert_eq!((email.kind, email.customer), (EmailKind::Unsold, ada));
    assert!(!email.text.contains("reserve"), "{}", email.text);
}

#[rstest]
fn a_seller_is_told_that_the_reserve_was_not_met_but_not_what_it_was(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let ada = bench.ada();
    let reserve_met = Some(false);
    bench.post(&AuctionEnded {
        reserve_met,
        ..ended(ada, None)
    });
    bench.app.deliver_due();
    let email = bench.only_email();
    assert_eq!((email.kind, email.customer), (EmailKind::Unsold, ada));
    assert!(email.text.contains("Its reserve was not met"));
    let amounts = email.text.matches(" USD").count();
    assert_eq!(
        amounts, 1,
        "only the price that all could see: {}",
        email.text
    );
    assert!(email.text.contains("Price at the end: 10.00 USD"));
}

#[rstest]
fn a_sold_lot_is_left_to_the_process_of_paying(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (ada, hana) = (bench.ada(), bench.hana());
    bench.post(&ended(hana, Some(ada)));
    bench.app.deliver_due();
    assert!(bench.emails().is_empty());
    assert!(bench.unfinished().is_empty());
}

#[rstest]
fn everybody_affected_by_a_withdrawal_is_told_how_they_stand(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let bidder = |customer: CustomerId| BidderId::from(customer.uuid());
    let (ada, hana) = (bench.ada(), bench.hana());
    bench.post(&BidsWithdrawn {
        auction: AuctionId::generate(),
        title: "A chair".into(),
        affected: vec![bidder(hana), bidder(ada)],
        leader: Some(bidder(ada)),
        new_price: usd("10"),
        minimum_next: usd("11"),
        reason: Some("not the bidder's card".into()),
    });
    bench.app.deliver_due();
    let emails = bench.emails();
    assert_eq!(emails.len(), 2);
    for email in emails {
        assert_eq!(email.kind, EmailKind::BidsWithdrawn);
        assert!(email.text.contains("not the bidder's card"));
        let leads = email.text.contains("you have the highest bid now.");
        assert_eq!(leads, email.customer == ada, "{}", email.text);
    }
}

#[rstest]
fn a_missing_customer_is_an_error_and_the_delivery_is_tried_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let missing = CustomerId::generate();
    bench.post(&overbid(AuctionId::generate(), missing, 11));
    bench.deliver_all();
    assert!(bench.emails().is_empty());
    let unfinished = bench.unfinished();
    assert_eq!(unfinished.len(), 1);
    let error = unfinished[0].last_error.clone().unwrap();
    assert!(error.contains(&format!("no customer {missing}")), "{error}");

    let late = CreateCustomer {
        customer: missing,
        ..ada()
    };
    bench.register(late).unwrap();
    bench.after(TimeDelta::minutes(1));
    assert_eq!(bench.only_email().customer, missing);
    assert!(bench.unfinished().is_empty());
}

#[rstest]
fn a_caller_learns_that_a_customer_is_missing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let missing = CustomerId::generate();
    let refusal = bench.tell_of_winning(missing, "A chair").unwrap_err();
    assert!(matches!(refusal, SendEmailError::CustomerNotFound(id) if id == missing));
    assert_eq!(bench.app.deliver_due(), 0);
}
