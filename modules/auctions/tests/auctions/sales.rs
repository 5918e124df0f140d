//! Sales, and how bidders get into them.

use std::num::NonZeroU32;

use auctions::{
    Admission, ApproveRegistrationError, BidderId, BidderRegistered, CancelRegistrationError,
    CreateSale, CreateSaleError, Increments, RefuseRegistrationError, RegisterBidderError,
    RegistrationApproved, RegistrationCancelled, RegistrationId, RegistrationRefused,
    RegistrationStatus, SaleCreated, SaleId,
};
use chrono::TimeDelta;
use foundation::Currency;
use foundation::testing::Backend;
use rstest::rstest;

use crate::sales_bench::{Bench, Entry, Told, a_sale};

fn entry(act: &str, subject: SaleId, detail: &str) -> Entry {
    Entry {
        actor: "dora".to_owned(),
        act: act.to_owned(),
        subject: subject.to_string(),
        detail: detail.to_owned(),
    }
}

#[rstest]
fn a_sale_that_is_created_can_be_seen_and_is_announced(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(Admission::Open, Admission::ByApproval)] admission: Admission,
    #[values(None, NonZeroU32::new(40))] seats: Option<NonZeroU32>,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let command = CreateSale {
        admission,
        seats,
        ..a_sale(bench.now())
    };
    bench.try_create(command.clone()).unwrap();

    let view = bench.view(command.sale);
    assert_eq!(view.title, "Autumn");
    assert_eq!(view.currency, Currency::USD);
    assert_eq!(view.created_at, bench.now());
    assert_eq!(view.opens_at, command.opens_at);
    assert_eq!(view.terms, command.terms);
    assert_eq!(view.admission, admission);
    assert_eq!((view.seats, view.seats_taken), (seats, 0));
    assert_eq!(view.seats_left(), seats.map(|_| 40));
    let created = SaleCreated {
        sale: command.sale,
        title: "Autumn".to_owned(),
        opens_at: command.opens_at,
    };
    assert_eq!(bench.told(), [Told::Created(created)]);
    let expected = entry("auctions.create_sale", command.sale, "Autumn");
    assert_eq!(bench.audit(), [expected]);
}

#[rstest]
fn a_sale_is_created_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let command = a_sale(bench.now());
    bench.try_create(command.clone()).unwrap();
    bench.told();
    let again = bench.try_create(CreateSale {
        admission: Admission::ByApproval,
        ..command.clone()
    });
    assert!(matches!(again, Err(CreateSaleError::AlreadyCreated)));
    assert_eq!(bench.view(command.sale).admission, Admission::Open);
    assert_eq!(bench.told(), []);
    assert_eq!(bench.audit().len(), 1);
}

#[rstest]
#[case::opened_before(|sale: &mut CreateSale| sale.opens_at -= TimeDelta::days(8), "must not open in the past")]
#[case::opens_far_away(|sale: &mut CreateSale| sale.opens_at += TimeDelta::days(100_000), "within ten years")]
#[case::foreign_increments(|sale: &mut CreateSale| sale.terms.increments = Increments::smallest(Currency::EUR), "must be in USD")]
fn a_bad_sale_is_refused_by_name_of_the_rule(
    #[case] spoil: fn(&mut CreateSale),
    #[case] rule: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let mut command = a_sale(bench.now());
    let sale = command.sale;
    spoil(&mut command);
    let refusal = bench.try_create(command).unwrap_err();
    assert!(refusal.to_string().contains(rule), "{refusal}");
    let nothing = bench.read(|reader| bench.facade.single_sale(sale, reader));
    assert_eq!(nothing, None);
    assert_eq!((bench.told(), bench.audit()), (vec![], vec![]));
}

#[rstest]
#[case(Admission::Open, RegistrationStatus::Approved)]
#[case(Admission::ByApproval, RegistrationStatus::Pending)]
fn whoever_registers_gets_a_paddle_and_everybody_concerned_is_told(
    #[case] admission: Admission,
    #[case] status: RegistrationStatus,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(None, admission);
    for paddle in 1..=3 {
        let bidder = BidderId::generate();
        assert_eq!(bench.registration_of(sale, bidder), None);
        let registered = bench.register(sale, bidder).unwrap();
        assert_eq!((registered.paddle, registered.status), (paddle, status));

        let view = bench.registration_of(sale, bidder).unwrap();
        assert_eq!(view.id, registered.registration);
        assert_eq!((view.sale, view.bidder), (sale, bidder));
        assert_eq!((view.paddle, view.status), (paddle, status));
        assert_eq!(view.registered_at, bench.now());
        assert_eq!((view.since, view.reason), (bench.now(), None));
        let event = BidderRegistered {
            sale,
            registration: registered.registration,
            bidder,
            title: "Autumn".to_owned(),
            paddle,
            approved: status == RegistrationStatus::Approved,
        };
        assert_eq!(bench.told(), [Told::Registered(event)]);
    }
    let view = bench.view(sale);
    assert_eq!((view.seats_taken, view.seats_left()), (3, None));
}

#[rstest]
fn nobody_registers_twice_or_beyond_the_seats(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(Some(2), Admission::ByApproval);
    let (alice, bob, carol) = (
        BidderId::generate(),
        BidderId::generate(),
        BidderId::generate(),
    );
    bench.register(sale, alice).unwrap();
    let again = bench.register(sale, alice);
    assert!(matches!(again, Err(RegisterBidderError::AlreadyRegistered)));
    bench.register(sale, bob).unwrap();
    let full = bench.register(sale, carol);
    assert!(matches!(full, Err(RegisterBidderError::SaleIsFull)));
    let again = bench.register(sale, alice);
    assert!(
        matches!(again, Err(RegisterBidderError::AlreadyRegistered)),
        "whoever has a seat need not hear that there is none"
    );
    let view = bench.view(sale);
    assert_eq!((view.seats_taken, view.seats_left()), (2, Some(0)));
    assert_eq!(bench.registrations(sale).len(), 2);

    let other = bench.create(Some(1), Admission::Open);
    let elsewhere = bench.register(other, alice).unwrap();
    assert_eq!(elsewhere.paddle, 1, "each sale has its own paddles");
}

#[rstest]
fn staff_approve_and_the_audit_log_says_who(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(None, Admission::ByApproval);
    let bidder = BidderId::generate();
    let registration = bench.register(sale, bidder).unwrap().registration;
    let registered_at = bench.now();
    bench.clock.advance(TimeDelta::hours(1));
    bench.told();
    bench.approve(sale, registration).unwrap();

    let view = bench.registration_of(sale, bidder).unwrap();
    assert_eq!(view.status, RegistrationStatus::Approved);
    assert_eq!(view.registered_at, registered_at);
    assert_eq!(view.since, bench.now());
    let approved = RegistrationApproved {
        sale,
        registration,
        bidder,
        title: "Autumn".to_owned(),
        paddle: 1,
    };
    assert_eq!(bench.told(), [Told::Approved(approved)]);
    let detail = registration.to_string();
    let expected = entry("auctions.approve_registration", sale, &detail);
    assert_eq!(bench.audit()[1..], [expected]);

    let again = bench.approve(sale, registration);
    assert!(matches!(
        again,
        Err(ApproveRegistrationError::AlreadyApproved)
    ));
    assert_eq!((bench.told(), bench.audit().len()), (vec![], 2));
}

#[rstest]
fn staff_refuse_with_a_reason_which_frees_the_seat_and_keeps_the_bidder_out(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(Admission::Open, Admission::ByApproval)] admission: Admission,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(Some(1), admission);
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let registration = bench.register(sale, alice).unwrap().registration;
    bench.told();
    bench.refuse(sale, registration, " unpaid bills ").unwrap();

    let view = bench.registration_of(sale, alice).unwrap();
    assert_eq!(view.status, RegistrationStatus::Refused);
    assert_eq!(view.reason.as_deref(), Some("unpaid bills"));
    let refused = RegistrationRefused {
        sale,
        registration,
        bidder: alice,
        title: "Autumn".to_owned(),
        paddle: 1,
        reason: "unpaid bills".to_owned(),
    };
    assert_eq!(bench.told(), [Told::Refused(refused)]);
    let detail = format!("unpaid bills ({registration})");
    let expected = entry("auctions.refuse_registration", sale, &detail);
    assert_eq!(bench.audit()[1..], [expected]);

    let again = bench.register(sale, alice);
    assert!(matches!(again, Err(RegisterBidderError::RefusedBefore)));
    let cancelled = bench.cancel(sale, alice);
    assert!(matches!(
        cancelled,
        Err(CancelRegistrationError::NotRegistered)
    ));
    assert_eq!(bench.register(sale, bob).unwrap().paddle, 2);
    let back = bench.approve(sale, registration);
    assert!(matches!(back, Err(ApproveRegistrationError::SaleIsFull)));
    bench.cancel(sale, bob).unwrap();
    bench.approve(sale, registration).unwrap();
    let view = bench.registration_of(sale, alice).unwrap();
    assert_eq!(view.status, RegistrationStatus::Approved);
    assert_eq!((view.paddle, view.reason), (1, None));
}

#[rstest]
#[case::no_reason("  ", "must not be empty")]
#[case::a_novel(&"x".repeat(501), "longer than 500")]
#[case::two_lines("No.\nBcc: all@example.com", "control characters")]
fn a_bad_reason_is_refused_by_name_of_the_rule(
    #[case] reason: &str,
    #[case] rule: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(None, Admission::ByApproval);
    let bidder = BidderId::generate();
    let registration = bench.register(sale, bidder).unwrap().registration;
    let refused = bench.refuse(sale, registration, reason);
    let Err(RefuseRegistrationError::BadReason(because)) = refused else {
        panic!("{refused:?}");
    };
    assert!(because.to_string().contains(rule), "{because}");
    let view = bench.registration_of(sale, bidder).unwrap();
    assert_eq!(view.status, RegistrationStatus::Pending);
    assert_eq!(bench.audit().len(), 1);
}

#[rstest]
fn whoever_cancels_frees_the_seat_and_comes_back_under_a_new_number(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.create(Some(1), Admission::Open);
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let nobody = bench.cancel(sale, alice);
    assert!(matches!(
        nobody,
        Err(CancelRegistrationError::NotRegistered)
    ));
    let registration = bench.register(sale, alice).unwrap().registration;
    bench.told();
    bench.cancel(sale, alice).unwrap();
    let cancelled = RegistrationCancelled {
        sale,
        registration,
        bidder: alice,
        title: "Autumn".to_owned(),
        paddle: 1,
    };
    assert_eq!(bench.told(), [Told::Cancelled(cancelled)]);
    let again = bench.cancel(sale, alice);
    assert!(matches!(again, Err(CancelRegistrationError::NotRegistered)));

    assert_eq!(bench.register(sale, bob).unwrap().paddle, 2);
    bench.cancel(sale, bob).unwrap();
    assert_eq!(bench.register(sale, alice).unwrap().paddle, 3);
    let view = bench.registration_of(sale, alice).unwrap();
    assert_eq!(view.paddle, 3, "the latest says whether she may bid");
    let statuses: Vec<_> = bench.registrations(sale).iter().map(|r| r.status).collect();
    assert_eq!(
        statuses,
        [
            RegistrationStatus::Cancelled,
            RegistrationStatus::Cancelled,
            RegistrationStatus::Approved
        ]
    );
    let approved = bench.approve(sale, registration);
    assert!(matches!(approved, Err(ApproveRegistrationError::Cancelled)));
    let refused = bench.refuse(sale, registration, "no");
    assert!(matches!(refused, Err(RefuseRegistrationError::Cancelled)));
}

#[rstest]
fn what_does_not_exist_is_named(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (nowhere, alice) = (SaleId::generate(), BidderId::generate());
    let (sale, other) = (
        bench.create(None, Admission::ByApproval),
        bench.create(None, Admission::ByApproval),
    );
    let foreign = bench.register(other, alice).unwrap().registration;

    let registered = bench.register(nowhere, alice);
    assert!(matches!(registered, Err(RegisterBidderError::SaleNotFound)));
    let cancelled = bench.cancel(nowhere, alice);
    assert!(matches!(
        cancelled,
        Err(CancelRegistrationError::SaleNotFound)
    ));
    let approved = bench.approve(nowhere, foreign);
    assert!(matches!(
        approved,
        Err(ApproveRegistrationError::SaleNotFound)
    ));
    let refused = bench.refuse(nowhere, foreign, "no");
    assert!(matches!(
        refused,
        Err(RefuseRegistrationError::SaleNotFound)
    ));
    for unknown in [foreign, RegistrationId::generate()] {
        let approved = bench.approve(sale, unknown);
        assert!(matches!(
            approved,
            Err(ApproveRegistrationError::RegistrationNotFound)
        ));
        let refused = bench.refuse(sale, unknown, "no");
        assert!(matches!(
            refused,
            Err(RefuseRegistrationError::RegistrationNotFound)
        ));
    }
}
