//! What is refused, and that the refusal names its cause and changes nothing.

use foundation::testing::Backend;
use foundation::{Currency, Money};
use payments::{
    ChargeOutcome, ChargePayment, ChargePaymentError, GatewayError, PayerId, PaymentId,
    PaymentStatus, PaymentToken, StartPayment, StartPaymentError, TimeOutError,
};
use rstest::rstest;

use crate::bench::{Bench, states};
use crate::gateway::ScriptedGateway;

#[rstest]
fn a_charge_of_a_payment_that_is_not_payable_is_refused_naming_the_state(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(
        PaymentStatus::Charged,
        PaymentStatus::Captured,
        PaymentStatus::TimedOut
    )]
    status: PaymentStatus,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let payment = bench.started();
    if status == PaymentStatus::TimedOut {
        bench.times_out(payment);
    } else {
        bench.charge(payment, "tok_approved").unwrap();
    }
    if status == PaymentStatus::Captured {
        bench.app.deliver_due();
    }
    let before = bench.operation_states();
    let refusal = bench.charge(payment, "tok_approved").unwrap_err();
    assert!(refusal.to_string().contains(status.as_str()), "{refusal}");
    let ChargePaymentError::NotPayable { status: named } = refusal else {
        panic!("{refusal:?}");
    };
    assert_eq!(named, status);
    assert_eq!(bench.status(payment), status);
    assert_eq!(bench.operation_states(), before);
}

#[rstest]
fn nobody_pays_a_foreign_or_an_unknown_payment(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let payment = bench.started();
    let foreign = ChargePayment {
        payment,
        payer: PayerId::generate(),
        token: PaymentToken::parse("tok_approved").unwrap(),
    };
    let refusal = bench.desk.charge(foreign).unwrap_err();
    assert!(matches!(refusal, ChargePaymentError::NotFound(id) if id == payment));
    let refusal = bench.charge(PaymentId::generate(), "tok_approved");
    assert!(matches!(refusal, Err(ChargePaymentError::NotFound(_))));
    assert_eq!(bench.status(payment), PaymentStatus::New);
    assert_eq!(bench.operations(), []);
}

#[rstest]
fn a_payment_is_about_more_than_nothing_and_starts_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let start = |payment: PaymentId, amount: Money, description: &str| {
        let command = StartPayment {
            payment,
            payer: bench.payer,
            payee: None,
            premium: None,
            amount,
            description: description.to_owned(),
        };
        let transactions = bench.app.transactions();
        let started =
            transactions.run(|uow| bench.payments.start_new_payment(command.clone(), uow));
        started.unwrap_err()
    };
    let one = Money::parse(Currency::USD, "1").unwrap();
    let fresh = PaymentId::generate();
    let refusal = start(fresh, Money::zero(Currency::USD), "A lamp");
    assert!(matches!(refusal, StartPaymentError::NothingToPay));
    let refusal = start(fresh, one, &"x".repeat(501));
    assert!(matches!(refusal, StartPaymentError::DescriptionTooLong));
    let known = bench.started();
    let refusal = start(known, one, "A lamp");
    assert!(matches!(refusal, StartPaymentError::AlreadyStarted(id) if id == known));
    assert_eq!(bench.pending(), [known]);
}

#[rstest]
fn an_unknown_payment_does_not_time_out(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let transactions = bench.app.transactions();
    let refusal = transactions.run(|uow| bench.payments.time_out(PaymentId::generate(), uow));
    assert!(matches!(refusal, Err(TimeOutError::NotFound(_))));
}

#[rstest]
fn what_the_gateway_does_not_understand_is_explained_to_staff_and_not_to_the_payer(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] key_refused: bool,
) {
    let detail = "400 parameter_missing: currency".to_owned();
    let error = match key_refused {
        true => GatewayError::Unauthorised {
            detail: detail.clone(),
        },
        false => GatewayError::Rejected {
            detail: detail.clone(),
        },
    };
    let gateway = ScriptedGateway::default().then(Err(error));
    let Some(bench) = Bench::with_gateway(backend, gateway) else {
        return;
    };
    let payment = bench.started();
    let outcome = bench.charge(payment, "tok_any").unwrap();
    let ChargeOutcome::Declined { reason } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(!reason.contains("currency"), "{reason}");
    assert_eq!(bench.status(payment), PaymentStatus::Failed);
    assert_eq!(bench.operations()[0].detail, Some(detail));
    assert_eq!(bench.operation_states(), states([("authorise", "failed")]));
    let outcome = bench.charge(payment, "tok_any").unwrap();
    assert_eq!(outcome, ChargeOutcome::Charged);
}
