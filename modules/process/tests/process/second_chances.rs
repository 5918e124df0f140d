//! The buyer does not pay, and the next bidder is asked.

use auctions::{
    BidderId, CommandError, OfferState, Refusal, SecondChanceAccepted, SecondChanceDeclined,
    SecondChanceExpired, SecondChanceReason, SellerId,
};
use chrono::TimeDelta;
use customer_relationship::EmailKind;
use foundation::Clock;
use foundation::testing::Backend;
use payments::{
    ChargeOutcome, ChargePaymentError, PayerId, PaymentCaptured, PaymentFailed, PaymentStatus,
};
use process::{NextStep, OfferDue, PaymentDue, ProcessState, ReminderDue, WaitsFor};
use rstest::rstest;

use crate::bench::Bench;
use crate::bench_lots::{Contested, usd};

const A_MOMENT: TimeDelta = TimeDelta::seconds(1);

fn accepted(contested: &Contested) -> SecondChanceAccepted {
    SecondChanceAccepted {
        auction: contested.won.auction,
        seller: SellerId::from(contested.seller.uuid()),
        title: contested.won.title.clone(),
        bidder: BidderId::from(contested.runner_up.uuid()),
        price: usd("140"),
    }
}

fn declined(contested: &Contested) -> SecondChanceDeclined {
    SecondChanceDeclined {
        auction: contested.won.auction,
        seller: SellerId::from(contested.seller.uuid()),
        title: contested.won.title.clone(),
        bidder: BidderId::from(contested.runner_up.uuid()),
    }
}

fn expired(contested: &Contested) -> SecondChanceExpired {
    SecondChanceExpired {
        auction: contested.won.auction,
        seller: SellerId::from(contested.seller.uuid()),
        title: contested.won.title.clone(),
        bidder: BidderId::from(contested.runner_up.uuid()),
    }
}

#[rstest]
fn an_item_that_was_not_paid_is_offered_and_goes_to_the_next_bidder(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let Contested {
        won,
        runner_up,
        seller,
    } = bench.contested_item();
    let offered = bench.is_not_paid(&won);
    assert_eq!(offered.state, ProcessState::Offered);
    assert_eq!(offered.offered_to, Some(runner_up));
    assert_eq!(
        (offered.waits_for, offered.since),
        (Some(WaitsFor::Answer), bench.clock.now())
    );
    let at = bench.clock.now() + TimeDelta::hours(48);
    assert_eq!(offered.next, Some(NextStep::OfferExpires { at }));
    let unfinished = bench.read(|reader| bench.process.unfinished(reader));
    assert_eq!(unfinished, [offered]);

    bench.after(TimeDelta::hours(47));
    bench.answers(won.auction, runner_up, true).unwrap();
    bench.app.deliver_due();
    let again = bench.again(&won);
    assert_eq!(
        (again.id, again.state),
        (won.id, ProcessState::PaymentStarted)
    );
    assert_eq!((again.customer, again.price), (runner_up, usd("140")));
    assert_ne!(again.payment, won.payment);
    assert_eq!(again.pay_by, bench.clock.now() + TimeDelta::days(3));
    assert_eq!(again.offered_to, None);
    assert_eq!(bench.payment_of(&again).amount, usd("140"));

    for _ in 0..2 {
        bench.after(TimeDelta::days(1));
    }
    assert_eq!(bench.pays(&again, "tok_approved"), ChargeOutcome::Charged);
    bench
        .ship(bench.again(&won).package.expect("it was paid"))
        .unwrap();
    bench.after(TimeDelta::days(30));
    assert_eq!(bench.again(&won).state, ProcessState::Shipped);
    let first = [
        EmailKind::Won,
        EmailKind::Reminder,
        EmailKind::Reminder,
        EmailKind::NotPaid,
    ];
    assert_eq!(bench.letters_to(won.customer), first);
    let second = [
        EmailKind::Overbid,
        EmailKind::SecondChance,
        EmailKind::Won,
        EmailKind::Reminder,
        EmailKind::Reminder,
        EmailKind::PaymentSucceeded,
        EmailKind::Shipped,
    ];
    assert_eq!(bench.letters_to(runner_up), second);
    assert_eq!(bench.letters_to(seller), []);
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}

#[rstest]
fn who_did_not_pay_sees_no_more_than_that(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let Contested { won, runner_up, .. } = bench.contested_item();
    let to_first = || bench.read(|reader| bench.process.of_customer(won.customer, reader));
    bench.is_not_paid(&won);
    let seen = to_first();
    assert_eq!(seen[0].state, ProcessState::TimedOut);
    assert_eq!((seen[0].offered_to, seen[0].next), (None, None));

    bench.answers(won.auction, runner_up, true).unwrap();
    bench.app.deliver_due();
    assert_eq!(to_first(), seen, "nothing about the new buyer");
    let to_second = bench.read(|reader| bench.process.of_customer(runner_up, reader));
    assert_eq!(to_second, [bench.again(&won)]);
    bench.pays(&to_second[0], "tok_approved");
    assert_eq!(to_first(), seen);
    let late = bench.tries_to_pay(&won, "tok_approved");
    assert!(
        matches!(late, Err(ChargePaymentError::NotPayable { .. })),
        "{late:?}"
    );
}

#[rstest]
fn a_second_chance_that_is_not_taken_leaves_the_lot_unsold(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(true, false)] answers: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let contested = bench.contested_item();
    let Contested { won, runner_up, .. } = &contested;
    bench.is_not_paid(won);
    if answers {
        bench.answers(won.auction, *runner_up, false).unwrap();
        bench.app.deliver_due();
    } else {
        bench.after(TimeDelta::hours(48));
        assert_eq!(bench.again(won).state, ProcessState::Offered, "the grace");
        bench.after(A_MOMENT);
    }
    let unsold = bench.again(won);
    assert_eq!(
        (unsold.state, unsold.waits_for, unsold.next),
        (ProcessState::Unsold, None, None)
    );
    assert_eq!(bench.letters_to(contested.seller), [EmailKind::LeftUnsold]);
    bench.post(&[
        &declined(&contested),
        &expired(&contested),
        &OfferDue {
            auction: won.auction,
            epoch: 2,
        },
    ]);
    bench.after(TimeDelta::days(30));
    assert_eq!(bench.again(won), unsold);
    assert_eq!(bench.letters_to(contested.seller).len(), 1);
    assert_eq!(
        bench.letters_to(*runner_up),
        [EmailKind::Overbid, EmailKind::SecondChance]
    );
    assert_eq!(bench.read(|reader| bench.process.unfinished(reader)), []);
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}

#[rstest]
fn a_second_buyer_who_does_not_pay_either_is_the_last(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let contested = bench.contested_item();
    let Contested { won, runner_up, .. } = &contested;
    bench.is_not_paid(won);
    bench.answers(won.auction, *runner_up, true).unwrap();
    bench.app.deliver_due();
    let second = bench.again(won);
    let unsold = bench.is_not_paid(won);
    assert_eq!(unsold.state, ProcessState::Unsold);
    assert_eq!(bench.payment_of(&second).status, PaymentStatus::TimedOut);
    let letters = bench.letters_to(*runner_up);
    assert_eq!(letters.last(), Some(&EmailKind::NotPaid));
    assert_eq!(bench.letters_to(contested.seller), [EmailKind::LeftUnsold]);
    let theirs = bench.read(|reader| bench.process.of_customer(*runner_up, reader));
    assert_eq!(theirs[0].state, ProcessState::TimedOut);

    bench.post(&[&accepted(&contested)]);
    bench.app.deliver_due();
    assert_eq!(bench.again(won), unsold, "what was heard before");
    assert!(bench.deliveries("ready").is_empty() && bench.deliveries("dead").is_empty());
}

#[rstest]
fn nothing_of_the_first_buyer_touches_the_second(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let contested = bench.contested_item();
    let Contested { won, runner_up, .. } = &contested;
    bench.is_not_paid(won);
    bench.answers(won.auction, *runner_up, true).unwrap();
    bench.app.deliver_due();
    let second = bench.again(won);
    let (payment, payer) = (won.payment, PayerId::from(won.customer.uuid()));
    for epoch in 0..6 {
        bench.post(&[
            &PaymentDue { payment, epoch },
            &ReminderDue {
                payment,
                epoch,
                number: 1,
            },
            &OfferDue {
                auction: won.auction,
                epoch,
            },
        ]);
    }
    bench.post(&[
        &accepted(&contested),
        &declined(&contested),
        &expired(&contested),
        &PaymentFailed {
            payment,
            payer,
            amount: won.price,
            reason: "the card was declined".into(),
        },
        &PaymentCaptured {
            payment,
            payer,
            amount: won.price,
        },
    ]);
    bench.app.deliver_due();
    assert_eq!(bench.again(won), second);
    assert!(bench.packages_of(won.customer).is_empty());
    let letters = [EmailKind::Overbid, EmailKind::SecondChance, EmailKind::Won];
    assert_eq!(bench.letters_to(*runner_up), letters);
    assert!(bench.deliveries("dead").is_empty());
    let late = (
        "process".into(),
        "process.late_payment".into(),
        "the process is PAYMENT_STARTED".into(),
    );
    assert_eq!(bench.audit_log(), [late]);

    bench.pays(&second, "tok_approved");
    let captured = PaymentCaptured {
        payment,
        payer,
        amount: won.price,
    };
    bench.post(&[&captured]);
    bench.app.deliver_due();
    assert_eq!(
        bench.audit_log().len(),
        2,
        "a parcel for the second buyer excuses nothing"
    );
}

#[rstest]
fn money_of_the_first_buyer_that_comes_too_late_is_let_go(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let Contested { won, runner_up, .. } = bench.contested_item();
    bench.clock.set(won.pay_by - A_MOMENT);
    let pending = bench.tries_to_pay(&won, "tok_timeout_then_success");
    assert_eq!(pending.unwrap(), ChargeOutcome::Pending);
    bench.after(A_MOMENT);
    assert_eq!(bench.again(&won).state, ProcessState::Offered);
    bench.answers(won.auction, runner_up, true).unwrap();
    bench.after(TimeDelta::minutes(1));
    let second = bench.again(&won);
    assert_eq!(second.customer, runner_up);
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::TimedOut);
    assert_eq!(bench.held_for_nothing(), 0);
    bench.pays(&second, "tok_approved");
    assert_eq!(bench.again(&won).state, ProcessState::Paid);
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::TimedOut);
}

#[rstest]
fn an_offer_that_staff_have_made_is_taken_as_the_houses(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let Contested { won, runner_up, .. } = bench.contested_item();
    bench.after(TimeDelta::days(2));
    let made = bench.offers(won.auction, SecondChanceReason::NotPaid);
    let at = made.unwrap().expires_at;
    bench.after(TimeDelta::days(1));
    let offered = bench.again(&won);
    assert_eq!(offered.state, ProcessState::Offered);
    assert_eq!(offered.next, Some(NextStep::OfferExpires { at }));
    bench.answers(won.auction, runner_up, true).unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.again(&won).customer, runner_up);
    let again = bench.offers(won.auction, SecondChanceReason::NotPaid);
    assert_eq!(
        again,
        Err(CommandError::Refused(Refusal::NobodyToOffer)),
        "nobody is asked twice"
    );
    let newest = bench.read(|reader| bench.auctions.second_chance(won.auction, reader));
    assert_eq!(newest.unwrap().state, OfferState::Accepted);
}
