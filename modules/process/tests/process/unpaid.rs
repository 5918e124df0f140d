//! Reminders and the end of the time to pay.

use chrono::TimeDelta;
use customer_relationship::EmailKind;
use foundation::testing::Backend;
use payments::{
    Answer, BillingTerms, ChargePaymentError, GatewayError, GatewayReference, Gateways,
    Instruction, PaymentGateway, PaymentStatus, Shown,
};
use process::{ProcessSettings, ProcessState};
use rstest::rstest;

use crate::bench::Bench;

/// Five minutes after the items of these tests are to be paid.
const CAPTURE_LATER: &str = "UPDATE foundation_deliveries SET due_at = '2026-11-24 12:05:00'
                             WHERE handler = 'payments.capture_payment'";

#[rstest]
fn an_unpaid_item_is_reminded_of_twice_and_times_out_after_three_days(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    let a_moment = TimeDelta::microseconds(1);
    let mut letters = vec![EmailKind::Won];
    for kind in [EmailKind::Reminder, EmailKind::Reminder, EmailKind::NotPaid] {
        bench.after(TimeDelta::hours(24) - a_moment);
        assert_eq!(bench.letters_to(won.customer), letters);
        assert_eq!(bench.again(&won).state, ProcessState::PaymentStarted);
        bench.after(a_moment);
        letters.push(kind);
        assert_eq!(bench.letters_to(won.customer), letters);
    }
    let over = bench.again(&won);
    assert_eq!(
        (over.state, over.waits_for, over.next),
        (ProcessState::Unsold, None, None)
    );
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::TimedOut);
    assert!(bench.packages_of(won.customer).is_empty());
    let too_late = bench.tries_to_pay(&won, "tok_approved");
    assert!(
        matches!(too_late, Err(ChargePaymentError::NotPayable { .. })),
        "{too_late:?}"
    );
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}

#[rstest]
#[case(TimeDelta::hours(1), 0)]
#[case(TimeDelta::hours(25), 1)]
#[case(TimeDelta::hours(49), 2)]
fn who_has_paid_is_not_reminded(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] pays_after: TimeDelta,
    #[case] reminders: usize,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    for _ in 0..pays_after.num_hours() {
        bench.after(TimeDelta::hours(1));
    }
    bench.pays(&won, "tok_approved");
    bench.after(TimeDelta::days(4));
    let letters = bench.letters_to(won.customer);
    let sent = letters
        .iter()
        .filter(|kind| **kind == EmailKind::Reminder)
        .count();
    assert_eq!(sent, reminders);
    assert_eq!(letters.last(), Some(&EmailKind::PaymentSucceeded));
    assert_eq!(bench.again(&won).state, ProcessState::Paid);
}

#[rstest]
fn a_payment_made_at_the_last_moment_is_waited_for(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    bench.clock.set(won.pay_by - TimeDelta::seconds(1));
    bench.tries_to_pay(&won, "tok_approved").unwrap();
    bench.database.tamper(CAPTURE_LATER);
    bench.after(TimeDelta::seconds(2));
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::Charged);
    assert_eq!(
        bench.again(&won).state,
        ProcessState::PaymentStarted,
        "the timer waits"
    );

    bench.after(TimeDelta::minutes(10));
    assert_eq!(bench.again(&won).state, ProcessState::Paid);
    bench.after(TimeDelta::days(1));
    let letters = bench.letters_to(won.customer);
    assert_eq!(letters.last(), Some(&EmailKind::PaymentSucceeded));
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}

/// Holds every amount and lets none be taken.
struct Stingy;

impl PaymentGateway for Stingy {
    fn name(&self) -> &'static str {
        "stingy"
    }

    fn title(&self) -> &'static str {
        "a stingy gateway"
    }

    fn authorise(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Authorised {
            reference: instruction.operation.to_string().into(),
            capture_before: None,
        })
    }

    fn complete(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        self.authorise(instruction)
    }

    fn capture(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Refused {
            reason: "the amount is gone".into(),
            reference: None,
        })
    }

    fn void(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Voided)
    }

    fn refund(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Refused {
            reason: "nothing was taken".into(),
            reference: None,
        })
    }

    fn shown(&self, _: &GatewayReference) -> Result<Option<Shown>, GatewayError> {
        Ok(None)
    }

    fn fetch(&self, _: &Instruction) -> Result<Option<Answer>, GatewayError> {
        Ok(None)
    }
}

#[rstest]
fn a_payment_that_fails_after_its_time_is_not_waited_for_any_longer(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let payments = payments::module_with(Gateways::only(Stingy), BillingTerms::default());
    let Some(bench) = Bench::of(backend, ProcessSettings::default(), payments) else {
        return;
    };
    let won = bench.won_item();
    bench.clock.set(won.pay_by - TimeDelta::seconds(1));
    bench.tries_to_pay(&won, "tok_approved").unwrap();
    bench.database.tamper(CAPTURE_LATER);
    bench.after(TimeDelta::seconds(2));
    bench.after(TimeDelta::minutes(6));
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::Failed);
    assert_eq!(
        bench.again(&won).state,
        ProcessState::PaymentStarted,
        "the timer waits"
    );

    bench.after(TimeDelta::minutes(10));
    assert_eq!(bench.again(&won).state, ProcessState::Unsold);
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::TimedOut);
    let letters = bench.letters_to(won.customer);
    assert!(
        letters.ends_with(&[EmailKind::PaymentFailed, EmailKind::NotPaid]),
        "{letters:?}"
    );
}

#[rstest]
fn the_times_are_settings(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let settings = ProcessSettings {
        pay_within: TimeDelta::seconds(90),
        reminders: vec![
            TimeDelta::seconds(30),
            TimeDelta::seconds(90),
            TimeDelta::hours(1),
        ],
    };
    let Some(bench) = Bench::with(backend, settings) else {
        return;
    };
    let won = bench.won_item();
    bench.after(TimeDelta::seconds(30));
    bench.after(TimeDelta::seconds(60));
    assert_eq!(bench.again(&won).state, ProcessState::Unsold);
    bench.after(TimeDelta::hours(2));
    let letters = [EmailKind::Won, EmailKind::Reminder, EmailKind::NotPaid];
    assert_eq!(bench.letters_to(won.customer), letters);
}
