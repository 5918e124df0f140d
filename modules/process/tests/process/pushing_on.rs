//! Staff push waiting processes on.

use chrono::TimeDelta;
use customer_relationship::EmailKind;
use foundation::LockFactory;
use foundation::testing::Backend;
use payments::PaymentStatus;
use process::{ProcessId, ProcessState, PushOnError, WaitsFor};
use rstest::rstest;
use shaku::HasComponent;

use crate::bench::Bench;

#[rstest]
fn waiting_for_a_payment_is_given_up_with_a_reason(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    assert!(matches!(bench.push(&won, "  "), Err(PushOnError::NoReason)));
    assert_eq!(bench.again(&won), won);

    let state = bench
        .push(&won, "The buyer wrote that he cannot pay.")
        .unwrap();
    assert_eq!(state, ProcessState::TimedOut);
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::TimedOut);
    let detail = "PAYMENT_STARTED to TIMED_OUT: The buyer wrote that he cannot pay.";
    let entry = ("olga".into(), "process.push_on".into(), detail.into());
    assert_eq!(bench.audit_log(), [entry]);

    bench.after(TimeDelta::days(5));
    assert_eq!(
        bench.letters_to(won.customer),
        [EmailKind::Won, EmailKind::NotPaid]
    );
    let again = bench.push(&won, "Once more.");
    assert!(
        matches!(again, Err(PushOnError::Finished(ProcessState::Unsold))),
        "{again:?}"
    );
    assert_eq!(bench.audit_log().len(), 1, "what was refused is no act");
}

#[rstest]
fn steps_whose_events_were_lost_are_taken(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    bench.tries_to_pay(&won, "tok_approved").unwrap();
    let early = bench.push(&won, "He says he paid.");
    assert!(
        matches!(early, Err(PushOnError::StillWaiting(WaitsFor::Payment))),
        "{early:?}"
    );

    let locks: &LockFactory = bench.app.resolve_ref();
    let step = format!("process.paying_for_won_item:payment:{}", won.payment);
    let held = locks.acquire(&step, TimeDelta::minutes(1)).unwrap();
    bench.app.deliver_due();
    assert_eq!(
        bench.deliveries("ready").len(),
        7,
        "four timers, a backstop, the end of a checkout, and what was lost"
    );
    bench.lose("payments.payment_captured", "process.");
    drop(held);
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::Captured);
    assert_eq!(bench.again(&won).state, ProcessState::PaymentStarted);
    assert_eq!(
        bench.push(&won, "He paid indeed.").unwrap(),
        ProcessState::Paid
    );
    let package = bench.packages_of(won.customer)[0].id;
    assert_eq!(bench.again(&won).package, Some(package));

    let unshipped = bench.push(&won, "It should be there.");
    assert!(matches!(
        unshipped,
        Err(PushOnError::StillWaiting(WaitsFor::Shipment))
    ));
    bench.ship(package).unwrap();
    bench.lose("shipping.package_shipped", "process.");
    assert_eq!(
        bench.push(&won, "It left yesterday.").unwrap(),
        ProcessState::Shipped
    );
    bench.app.deliver_due();
    let letters = [
        EmailKind::Won,
        EmailKind::PaymentSucceeded,
        EmailKind::Shipped,
    ];
    assert_eq!(bench.letters_to(won.customer), letters);
    assert_eq!(bench.audit_log().len(), 2);
}

#[rstest]
fn an_unknown_process_is_not_found(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let unknown = bench.app.transactions().run(|uow| {
        bench
            .process
            .push_on(ProcessId::generate(), "olga", "Why not.", uow)
    });
    assert!(
        matches!(unknown, Err(PushOnError::NotFound(_))),
        "{unknown:?}"
    );
}
