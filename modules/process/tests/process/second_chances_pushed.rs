//! Staff push second chances on whose events were lost.

use customer_relationship::EmailKind;
use foundation::LockFactory;
use foundation::testing::Backend;
use process::{ProcessState, ProcessView, PushOnError, WaitsFor};
use rstest::rstest;
use shaku::HasComponent;

use chrono::TimeDelta;

use crate::bench::Bench;
use crate::bench_lots::Contested;

/// Whatever the process hears of this lot is lost, while the rest happens.
fn lost(bench: &Bench, won: &ProcessView, event: &str) {
    let locks: &LockFactory = bench.app.resolve_ref();
    let step = format!("process.paying_for_won_item:auction:{}", won.auction);
    let held = locks.acquire(&step, TimeDelta::minutes(1)).unwrap();
    bench.app.deliver_due();
    bench.lose(event, "process.");
    drop(held);
}

#[rstest]
fn an_offer_that_was_never_made_is_made(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let Contested { won, runner_up, .. } = bench.contested_item();
    bench.clock.set(won.pay_by);
    lost(&bench, &won, "process.offer_due");
    let waiting = bench.again(&won);
    assert_eq!(
        (waiting.state, waiting.waits_for),
        (ProcessState::TimedOut, Some(WaitsFor::Offer))
    );
    let unfinished = bench.read(|reader| bench.process.unfinished(reader));
    assert_eq!(unfinished, [waiting], "staff see it");
    let state = bench.push(&won, "Nobody was asked.").unwrap();
    assert_eq!(state, ProcessState::Offered);
    bench.app.deliver_due();
    let letters = bench.letters_to(runner_up);
    assert_eq!(letters.last(), Some(&EmailKind::SecondChance));

    let open = bench.push(&won, "He does not answer.");
    assert!(
        matches!(open, Err(PushOnError::StillWaiting(WaitsFor::Answer))),
        "{open:?}"
    );
    let detail = "TIMED_OUT to OFFERED: Nobody was asked.".into();
    assert_eq!(
        bench.audit_log(),
        [("olga".into(), "process.push_on".into(), detail)]
    );
}

#[rstest]
#[case::accepted(Some(true), "accepted", ProcessState::PaymentStarted)]
#[case::declined(Some(false), "declined", ProcessState::Unsold)]
#[case::expired(None, "expired", ProcessState::Unsold)]
fn an_answer_that_was_lost_is_looked_up(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] answer: Option<bool>,
    #[case] event: &str,
    #[case] then: ProcessState,
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
    match answer {
        Some(accepts) => bench.answers(won.auction, runner_up, accepts).unwrap(),
        None => bench.clock.advance(TimeDelta::hours(49)),
    }
    lost(&bench, &won, &format!("auctions.second_chance_{event}"));
    assert_eq!(bench.again(&won), offered);
    assert_eq!(bench.push(&won, "What did he say?").unwrap(), then);
    bench.app.deliver_due();
    let process = bench.again(&won);
    assert_eq!(process.state, then);
    let sold = then == ProcessState::PaymentStarted;
    assert_eq!(process.customer == runner_up, sold);
    let told: &[EmailKind] = if sold { &[] } else { &[EmailKind::LeftUnsold] };
    assert_eq!(bench.letters_to(seller), told);
    if sold {
        bench.pays(&process, "tok_approved");
        assert_eq!(bench.again(&won).state, ProcessState::Paid);
    }
}
