//! What is told of registrations, cancelled lots and second chances.

use auctions::{
    AuctionCancelled, AuctionId, BidderId, BidderRegistered, RegistrationApproved, RegistrationId,
    RegistrationRefused, SaleId, SecondChanceOffered, SellerId,
};
use customer_relationship::{CreateCustomer, CustomerId, EmailAddress, EmailKind};
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, ada, usd};

fn bidder(customer: CustomerId) -> BidderId {
    BidderId::from(customer.uuid())
}

fn registered(customer: CustomerId, approved: bool) -> BidderRegistered {
    BidderRegistered {
        sale: SaleId::generate(),
        registration: RegistrationId::generate(),
        bidder: bidder(customer),
        title: "Clocks".into(),
        paddle: 12,
        approved,
    }
}

fn cancelled(seller: CustomerId, bidders: Vec<BidderId>) -> AuctionCancelled {
    AuctionCancelled {
        auction: AuctionId::generate(),
        seller: SellerId::from(seller.uuid()),
        title: "A chair".into(),
        bidders,
        reason: "it is not walnut".into(),
    }
}

#[rstest]
#[case(true, EmailKind::RegistrationApproved)]
#[case(false, EmailKind::RegistrationPending)]
fn who_registers_is_told_the_paddle_and_whether_to_wait(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] approved: bool,
    #[case] kind: EmailKind,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let ada = bench.ada();
    bench.post(&registered(ada, approved));
    bench.app.deliver_due();
    let email = bench.only_email();
    assert_eq!((email.kind, email.customer), (kind, ada));
    assert!(email.text.contains("Your paddle: 12"), "{}", email.text);
}

#[rstest]
fn what_staff_decide_about_a_registration_is_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (ada, hana) = (bench.ada(), bench.hana());
    let waiting = registered(ada, false);
    bench.post(&RegistrationApproved {
        sale: waiting.sale,
        registration: waiting.registration,
        bidder: bidder(hana),
        title: "Clocks".into(),
        paddle: 13,
    });
    bench.post(&RegistrationRefused {
        sale: waiting.sale,
        registration: waiting.registration,
        bidder: bidder(ada),
        title: "Clocks".into(),
        paddle: 12,
        reason: "no deposit".into(),
    });
    bench.app.deliver_due();
    let emails = bench.emails();
    assert_eq!(emails.len(), 2);
    for email in emails {
        let refused = email.customer == ada;
        let kind = if refused {
            EmailKind::RegistrationRefused
        } else {
            EmailKind::RegistrationApproved
        };
        assert_eq!(email.kind, kind);
        assert_eq!(email.text.contains("Reason: no deposit"), refused);
    }
}

#[rstest]
fn everybody_concerned_is_told_of_a_cancelled_lot_and_why(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (ada, hana) = (bench.ada(), bench.hana());
    bench.post(&cancelled(hana, vec![bidder(ada)]));
    bench.app.deliver_due();
    let emails = bench.emails();
    assert_eq!(emails.len(), 2);
    for email in emails {
        let (kind, to) = (email.kind, email.customer);
        let expected = [
            (EmailKind::LotCancelled, ada),
            (EmailKind::OwnLotCancelled, hana),
        ];
        assert!(expected.contains(&(kind, to)), "{kind} to {to}");
        assert!(email.text.contains("it is not walnut"), "{}", email.text);
    }
}

#[rstest]
fn one_bidder_who_cannot_be_written_to_keeps_a_cancellation_from_nobody(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let seller = bench.hana();
    let mut bidders = vec![BidderId::generate()];
    for number in 0..40 {
        let email = EmailAddress::parse(&format!("bidder{number}@example.org")).unwrap();
        let customer = CustomerId::generate();
        let command = CreateCustomer {
            customer,
            email,
            ..ada()
        };
        bidders.push(bidder(bench.register(command).unwrap()));
    }
    bench.post(&cancelled(seller, bidders.clone()));
    bench.app.deliver_due();
    let emails = bench.emails().into_iter();
    let mut told: Vec<BidderId> = emails
        .filter(|email| email.kind == EmailKind::LotCancelled)
        .map(|email| bidder(email.customer))
        .collect();
    told.sort_unstable();
    let mut known = bidders.split_off(1);
    known.sort_unstable();
    assert_eq!(told, known);
    let unfinished = bench.unfinished();
    assert_eq!(unfinished.len(), 1, "the stranger's, which staff see");
}

#[rstest]
fn whoever_gets_a_second_chance_is_told_the_price_and_until_when(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (ada, hana) = (bench.ada(), bench.hana());
    bench.post(&SecondChanceOffered {
        auction: AuctionId::generate(),
        seller: SellerId::from(hana.uuid()),
        title: "A chair".into(),
        bidder: bidder(ada),
        price: usd("95"),
        expires_at: "2026-11-26T12:00:00Z".parse().unwrap(),
    });
    bench.app.deliver_due();
    let email = bench.only_email();
    assert_eq!((email.kind, email.customer), (EmailKind::SecondChance, ada));
    assert!(email.text.contains("Price: 95.00 USD"), "{}", email.text);
    assert!(
        email
            .text
            .contains("Please answer by: Thursday, 26 November 2026, 07:00")
    );
}
