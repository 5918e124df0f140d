//! A payment from its start to its end.

use foundation::Money;
use foundation::testing::Backend;
use payments::{ChargeOutcome, PayerId, PaymentStatus};
use rstest::rstest;

use crate::bench::{Bench, states};

#[rstest]
fn a_started_payment_is_charged_and_captured(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let payment = bench.started();
    assert_eq!(bench.pending(), [payment]);
    assert_eq!(bench.status(payment), PaymentStatus::New);

    let outcome = bench.charge(payment, "tok_approved").unwrap();
    assert_eq!(outcome, ChargeOutcome::Charged);
    assert_eq!(bench.status(payment), PaymentStatus::Charged);
    assert_eq!(bench.pending(), []);

    bench.app.deliver_due();
    let view = bench.view(payment);
    assert_eq!(view.status, PaymentStatus::Captured);
    assert!(view.charged_at.is_some() && view.captured_at.is_some());
    assert_eq!(bench.told(), ["started", "charged", "captured"]);
}

#[rstest]
fn a_declined_payment_can_be_tried_again_and_each_try_is_kept(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let payment = bench.started();
    let reason = "there is not enough money on the card".to_owned();
    let declined = ChargeOutcome::Declined {
        reason: reason.clone(),
    };
    let outcome = bench.charge(payment, "tok_insufficient_funds").unwrap();
    assert_eq!(outcome, declined);
    let view = bench.view(payment);
    assert_eq!(view.status, PaymentStatus::Failed);
    assert_eq!(view.failure, Some(reason));
    assert_eq!(bench.pending(), [payment]);

    let outcome = bench.charge(payment, "tok_approved").unwrap();
    assert_eq!(outcome, ChargeOutcome::Charged);
    assert_eq!(bench.view(payment).failure, None);
    bench.app.deliver_due();
    assert_eq!(bench.told(), ["started", "failed", "charged", "captured"]);
    let expected = states([
        ("authorise", "failed"),
        ("authorise", "succeeded"),
        ("capture", "succeeded"),
    ]);
    assert_eq!(bench.operation_states(), expected);
    let tokens = bench
        .operations()
        .into_iter()
        .filter_map(|shown| shown.token);
    assert_eq!(
        tokens.count(),
        0,
        "a token is kept for as long as it is needed"
    );
}

#[rstest]
fn a_payment_that_nobody_paid_times_out_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] after_a_failed_try: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let payment = bench.started();
    if after_a_failed_try {
        bench.charge(payment, "tok_declined").unwrap();
    }
    assert!(bench.times_out(payment));
    assert!(!bench.times_out(payment));
    assert_eq!(bench.status(payment), PaymentStatus::TimedOut);
    assert_eq!(bench.pending(), []);
    bench.app.deliver_due();
    assert_eq!(bench.told().last(), Some(&"timed_out"));
}

#[rstest]
fn a_payment_that_is_paid_does_not_time_out(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let payment = bench.started();
    bench.charge(payment, "tok_approved").unwrap();
    assert!(!bench.times_out(payment));
    bench.app.deliver_due();
    assert!(!bench.times_out(payment));
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
}

#[rstest]
#[case("USD", "19.99", 1999)]
#[case("KRW", "15990", 15990)]
#[case("KWD", "1.234", 1234)]
fn an_amount_is_kept_to_the_last_minor_unit(
    #[case] currency: &str,
    #[case] amount: &str,
    #[case] minor_units: i64,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let amount = Money::parse_with_code(currency, amount).unwrap();
    let payment = bench.started_with(amount);
    assert_eq!(bench.view(payment).amount, amount);
    assert_eq!(bench.view(payment).amount.minor_units(), minor_units);
}

#[rstest]
fn a_payer_sees_only_their_own_payments(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let first = bench.started();
    bench.clock.advance(chrono::TimeDelta::seconds(1));
    let second = bench.started();
    let stranger = PayerId::generate();
    let transactions = bench.app.transactions();
    let of = |payer| {
        let all = transactions.read(|reader| bench.payments.payments_of(payer, reader));
        all.unwrap()
            .into_iter()
            .map(|view| view.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(bench.payer), [second, first]);
    assert_eq!(of(stranger), []);
    let foreign =
        transactions.read(|reader| bench.payments.single_payment(first, stranger, reader));
    assert_eq!(foreign.unwrap(), None);
}

#[rstest]
fn the_test_gateway_says_what_it_is() {
    let Some(bench) = Bench::on(Backend::Sqlite) else {
        return;
    };
    assert_eq!(bench.payments.gateway_name(), "test gateway");
    assert!(bench.payments.is_test_gateway());
}
