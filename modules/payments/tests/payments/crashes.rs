//! Crashes between the steps, and gateways that do not answer.

use chrono::TimeDelta;
use foundation::testing::Backend;
use payments::{
    ChargeOutcome, ChargePaymentError, GatewayError, OperationId, PaymentId, PaymentStatus,
};
use rstest::rstest;

use crate::bench::{Bench, states};
use crate::gateway::{ScriptedGateway, authorised, refused, unknown};

const BACKSTOP: TimeDelta = TimeDelta::seconds(30);

fn bench(backend: Backend, gateway: &ScriptedGateway) -> Option<Bench> {
    Bench::with_gateway(backend, gateway.clone())
}

fn one_key(keys: &[OperationId]) -> bool {
    keys.windows(2).all(|pair| pair[0] == pair[1])
}

#[rstest]
fn a_crash_before_the_call_is_finished_under_the_same_key(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default();
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    let instruction = bench.begun(payment, "tok_any");
    assert!(bench.view(payment).in_progress);
    let again = bench.charge(payment, "tok_any");
    assert!(matches!(again, Err(ChargePaymentError::InProgress)));

    bench.after(BACKSTOP - TimeDelta::seconds(1));
    assert_eq!(
        gateway.calls(),
        [] as [&str; 0],
        "the desk may still be at it"
    );

    bench.after(TimeDelta::seconds(1));
    assert_eq!(gateway.calls(), ["fetch", "authorise", "capture"]);
    assert_eq!(gateway.keys()[..2], [instruction.operation; 2]);
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    assert!(!bench.view(payment).in_progress);
}

#[rstest]
fn a_crash_after_the_call_is_finished_without_a_second_charge(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default().then_fetched(Ok(Some(authorised())));
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    let instruction = bench.begun(payment, "tok_any");
    let lost = bench.payments.call_gateway(&instruction);
    drop(lost);

    bench.after(BACKSTOP);
    assert_eq!(gateway.calls(), ["authorise", "fetch", "capture"]);
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    assert_eq!(bench.told(), ["started", "charged", "captured"]);
}

#[rstest]
fn an_answer_that_comes_after_the_backstop_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default();
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    let instruction = bench.begun(payment, "tok_any");
    bench.after(BACKSTOP);
    assert_eq!(bench.status(payment), PaymentStatus::Captured);

    let before = bench.operations();
    let transactions = bench.app.transactions();
    for late in [Ok(authorised()), Ok(refused("declined")), Err(unknown())] {
        let recorded =
            transactions.run(|uow| bench.payments.record_charge(&instruction, &late, uow));
        let outcome = recorded.unwrap().outcome().unwrap();
        assert_eq!(outcome, ChargeOutcome::Charged);
    }
    assert_eq!(bench.operations(), before);
    bench.app.deliver_due();
    assert_eq!(bench.told(), ["started", "charged", "captured"]);
    assert_eq!(gateway.calls(), ["fetch", "authorise", "capture"]);
}

#[rstest]
#[case("tok_timeout_then_success", PaymentStatus::Captured)]
#[case("tok_timeout_then_failure", PaymentStatus::Failed)]
fn a_gateway_that_gives_no_answer_is_asked_half_a_minute_later(
    #[case] token: &str,
    #[case] end: PaymentStatus,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let payment = bench.started();
    let outcome = bench.charge(payment, token).unwrap();
    assert_eq!(outcome, ChargeOutcome::Pending);
    assert_eq!(bench.status(payment), PaymentStatus::New);
    assert!(bench.view(payment).in_progress);
    assert_eq!(bench.operation_states(), states([("authorise", "unknown")]));

    bench.after(BACKSTOP);
    assert_eq!(bench.status(payment), end);
}

#[rstest]
fn an_outcome_that_stays_unknown_is_asked_for_again_under_the_same_key(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default()
        .then(Err(unknown()))
        .then(Err(unknown()))
        .then_fetched(Ok(None))
        .then_fetched(Err(GatewayError::Unauthorised {
            detail: "rotated".to_owned(),
        }))
        .then_fetched(Ok(None));
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    bench.charge(payment, "tok_any").unwrap();
    for _ in 0..3 {
        bench.after(TimeDelta::minutes(1));
    }
    let expected = [
        "authorise",
        "fetch",
        "authorise",
        "fetch",
        "fetch",
        "authorise",
        "capture",
    ];
    assert_eq!(gateway.calls(), expected);
    assert!(one_key(&gateway.keys()[..6]));
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
}

#[rstest]
fn after_a_day_an_operation_is_looked_up_but_never_repeated(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default().then(Err(unknown()));
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    bench.charge(payment, "tok_any").unwrap();
    bench.after(TimeDelta::hours(24));
    assert_eq!(gateway.calls(), ["authorise", "fetch"]);
    assert!(bench.view(payment).in_progress, "staff have to look");

    let gateway = gateway.then_fetched(Ok(Some(refused("expired card"))));
    bench.after(TimeDelta::minutes(1));
    assert_eq!(gateway.calls(), ["authorise", "fetch", "fetch"]);
    assert_eq!(bench.status(payment), PaymentStatus::Failed);
}

#[rstest]
fn a_payment_that_was_charged_while_it_timed_out_is_voided(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default();
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    let instruction = bench.begun(payment, "tok_any");
    let result = bench.payments.call_gateway(&instruction);
    assert!(bench.times_out(payment));

    let transactions = bench.app.transactions();
    let recorded = transactions.run(|uow| bench.payments.record_charge(&instruction, &result, uow));
    let outcome = recorded.unwrap().outcome();
    let Err(ChargePaymentError::NotPayable { status }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(status, PaymentStatus::TimedOut);
    bench.app.deliver_due();
    assert_voided(&bench, payment);
    assert_eq!(gateway.calls(), ["authorise", "void"]);
}

#[rstest]
fn a_payment_that_turns_out_charged_after_it_timed_out_is_voided_even_after_a_crash(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default()
        .then(Ok(authorised()))
        .then(Err(unknown()))
        .then_fetched(Ok(Some(authorised())));
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    let instruction = bench.begun(payment, "tok_any");
    drop(bench.payments.call_gateway(&instruction));
    assert!(bench.times_out(payment));
    bench.after(BACKSTOP);
    assert_eq!(gateway.calls(), ["authorise", "fetch", "void"]);
    bench.after(TimeDelta::minutes(1));
    assert_voided(&bench, payment);
    let keys = gateway.keys();
    assert_eq!(gateway.calls()[2..], ["void", "fetch", "void"]);
    assert!(one_key(&keys[2..]));
}

fn assert_voided(bench: &Bench, payment: PaymentId) {
    assert_eq!(bench.status(payment), PaymentStatus::TimedOut);
    let expected = states([("authorise", "succeeded"), ("void", "succeeded")]);
    assert_eq!(bench.operation_states(), expected);
    assert_eq!(bench.told(), ["started", "timed_out", "charged_too_late"]);
}

#[rstest]
fn a_capture_without_an_answer_is_asked_for_and_repeated_under_the_same_key(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default()
        .then(Ok(authorised()))
        .then(Err(unknown()));
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    bench.charge(payment, "tok_any").unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.status(payment), PaymentStatus::Charged);
    bench.after(TimeDelta::minutes(1));
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    assert_eq!(
        gateway.calls(),
        ["authorise", "capture", "fetch", "capture"]
    );
    assert!(one_key(&gateway.keys()[1..]));
    assert_eq!(bench.told(), ["started", "charged", "captured"]);
}

#[rstest]
fn a_refused_capture_fails_the_payment_which_can_then_be_paid_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gateway = ScriptedGateway::default()
        .then(Ok(authorised()))
        .then(Ok(refused("the authorisation has expired")));
    let Some(bench) = bench(backend, &gateway) else {
        return;
    };
    let payment = bench.started();
    bench.charge(payment, "tok_any").unwrap();
    bench.app.deliver_due();
    let view = bench.view(payment);
    assert_eq!(view.status, PaymentStatus::Failed);
    assert_eq!(
        view.failure.as_deref(),
        Some("the authorisation has expired")
    );

    bench.charge(payment, "tok_any").unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    let expected = ["started", "charged", "failed", "charged", "captured"];
    assert_eq!(bench.told(), expected);
}
