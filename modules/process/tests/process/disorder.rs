//! Events that come twice, late, in the wrong order, at once, or from nowhere.

use chrono::TimeDelta;
use customer_relationship::EmailKind;
use foundation::Currency;
use foundation::testing::Backend;
use foundation::{DeliveryWorker, Money};
use payments::{PayerId, PaymentCaptured, PaymentFailed, PaymentId, PaymentStatus};
use process::{PaymentDue, ProcessView, ReminderDue};
use rstest::rstest;
use shaku::HasComponent;
use shipping::PackageShipped;

use crate::bench::Bench;
use crate::bench_lots::hammer;

fn captured(process: &ProcessView) -> PaymentCaptured {
    PaymentCaptured {
        payment: process.payment,
        payer: PayerId::from(process.customer.uuid()),
        amount: process.price,
    }
}

fn failed(process: &ProcessView) -> PaymentFailed {
    PaymentFailed {
        payment: process.payment,
        payer: PayerId::from(process.customer.uuid()),
        amount: process.price,
        reason: "the card was declined".into(),
    }
}

#[rstest]
fn a_hammer_heard_twice_starts_one_payment(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let buyer = bench.customer();
    let ended = hammer(Some(buyer));
    bench.post(&[&ended, &ended]);
    bench.app.deliver_due();
    let first = bench.process_of(ended.auction).unwrap();
    bench.post(&[&ended]);
    bench.app.deliver_due();
    assert_eq!(bench.process_of(ended.auction).unwrap(), first);
    let payer = PayerId::from(buyer.uuid());
    assert_eq!(
        bench
            .read(|reader| bench.payments.payments_of(payer, reader))
            .len(),
        1
    );
    assert_eq!(bench.letters_to(buyer), [EmailKind::Won]);
    let waiting = bench.deliveries("ready");
    assert!(
        waiting.iter().all(|delivery| delivery.last_error.is_none()),
        "{waiting:?}"
    );
    let timers = waiting.iter();
    assert_eq!(
        timers
            .filter(|timer| timer.event == "process.payment_due")
            .count(),
        1
    );
}

#[rstest]
fn a_hammer_heard_by_two_workers_at_once_starts_one_payment(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let worker: &DeliveryWorker = bench.app.resolve_ref();
    for _ in 0..10 {
        let buyer = bench.customer();
        let ended = hammer(Some(buyer));
        for _ in 0..12 {
            bench.post(&[&ended]);
        }
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| worker.run_due().unwrap());
            }
        });
        bench.after(TimeDelta::seconds(30));
        let payer = PayerId::from(buyer.uuid());
        assert_eq!(
            bench
                .read(|reader| bench.payments.payments_of(payer, reader))
                .len(),
            1
        );
        assert_eq!(bench.letters_to(buyer), [EmailKind::Won]);
    }
    assert!(bench.deliveries("dead").is_empty());
}

#[rstest]
fn repeated_events_of_every_step_change_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    bench.pays(&won, "tok_approved");
    let paid = bench.again(&won);
    bench.post(&[&captured(&won), &failed(&won), &captured(&won)]);
    bench.app.deliver_due();
    assert_eq!(bench.again(&won), paid);
    assert_eq!(bench.packages_of(won.customer).len(), 1);

    bench.ship(paid.package.unwrap()).unwrap();
    bench.app.deliver_due();
    let shipped = bench.again(&won);
    let again = PackageShipped {
        package: paid.package.unwrap(),
        consignee: bench.packages_of(won.customer)[0].consignee,
        item: won.title.clone(),
        carrier: "Korea Post".into(),
        tracking_number: "6123-4567".into(),
    };
    bench.post(&[&again, &captured(&won), &failed(&won)]);
    bench.app.deliver_due();
    assert_eq!(bench.again(&won), shipped);
    let letters = [
        EmailKind::Won,
        EmailKind::PaymentSucceeded,
        EmailKind::Shipped,
    ];
    assert_eq!(bench.letters_to(won.customer), letters);
    assert_eq!(bench.audit_log(), []);
}

#[rstest]
fn stale_timers_do_nothing(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    let payment = won.payment;
    bench.post(&[
        &PaymentDue { payment, epoch: 0 },
        &ReminderDue {
            payment,
            epoch: 0,
            number: 1,
        },
    ]);
    bench.app.deliver_due();
    assert_eq!(bench.again(&won), won, "timers of an earlier epoch");
    let reminder = ReminderDue {
        payment,
        epoch: 1,
        number: 1,
    };
    bench.post(&[&reminder, &reminder]);
    bench.app.deliver_due();
    assert_eq!(
        bench.letters_to(won.customer),
        [EmailKind::Won, EmailKind::Reminder]
    );

    bench.pays(&won, "tok_approved");
    let paid = bench.again(&won);
    for epoch in 0..4 {
        bench.post(&[
            &PaymentDue { payment, epoch },
            &ReminderDue {
                payment,
                epoch,
                number: 2,
            },
        ]);
    }
    bench.app.deliver_due();
    assert_eq!(bench.again(&won), paid, "timers of a paid item");
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::Captured);
    assert_eq!(
        bench.letters_to(won.customer).last(),
        Some(&EmailKind::PaymentSucceeded)
    );
}

#[rstest]
fn what_arrives_after_the_time_out_ships_nothing_and_is_seen_by_staff(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    bench.after(TimeDelta::days(4));
    let over = bench.again(&won);
    let letters = bench.letters_to(won.customer);
    bench.post(&[&captured(&won), &failed(&won)]);
    bench.app.deliver_due();
    assert_eq!(bench.again(&won), over);
    assert_eq!(bench.letters_to(won.customer), letters);
    assert!(bench.packages_of(won.customer).is_empty());
    let entry = (
        "process".into(),
        "process.late_payment".into(),
        "the process is UNSOLD".into(),
    );
    assert_eq!(bench.audit_log(), [entry]);
}

#[rstest]
fn an_event_that_finds_no_process_is_tried_again_and_never_dropped(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.post(&[&PaymentCaptured {
        payment: PaymentId::generate(),
        payer: PayerId::generate(),
        amount: Money::zero(Currency::USD),
    }]);
    bench.app.deliver_due();
    let waiting = bench.deliveries("ready");
    assert_eq!(waiting.len(), 1);
    let reason = waiting[0].last_error.as_deref().unwrap();
    assert!(reason.contains("no process has payment:"), "{reason}");
    for _ in 0..12 {
        bench.after(TimeDelta::days(1));
    }
    assert_eq!(bench.deliveries("dead").len(), 1);
}

#[rstest]
fn a_step_that_cannot_be_taken_whole_is_not_taken_at_all(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let nobody = customer_relationship::CustomerId::generate();
    let ended = hammer(Some(nobody));
    bench.post(&[&ended]);
    bench.app.deliver_due();
    assert_eq!(bench.process_of(ended.auction), None);
    let payer = PayerId::from(nobody.uuid());
    assert!(
        bench
            .read(|reader| bench.payments.payments_of(payer, reader))
            .is_empty()
    );
    let waiting = bench.deliveries("ready");
    assert_eq!(waiting.len(), 1, "it is tried again");
    let reason = waiting[0].last_error.as_deref().unwrap();
    assert!(reason.contains("there is no customer"), "{reason}");
}
