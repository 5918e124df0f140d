//! Our books against those of the gateways, and what staff are told of the differences.

use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{Failure, Money};
use payments::{
    ChargeOutcome, Difference, DifferenceId, DifferenceKind, PayOutcome, PaymentId, PaymentStatus,
    ResolveDifference, ResolveDifferenceError,
};
use rstest::rstest;

use crate::bench::Bench;
use crate::kakaopay_server::{KakaoPayServer, Trouble};
use crate::stripe_server::{StripeServer, error};
use crate::till::{comes_back, opened, pays, refund};

fn won(text: &str) -> Money {
    Money::parse_with_code("KRW", text).unwrap()
}

/// A payment that was paid through KakaoPay.
fn paid(bench: &Bench, kakao: &KakaoPayServer) -> PaymentId {
    let payment = bench.started_with(won("15990"));
    let billing = opened(bench, payment);
    let outcome = pays(bench, billing, "kakaopay").unwrap();
    assert!(
        matches!(outcome, PayOutcome::ActionRequired { .. }),
        "{outcome:?}"
    );
    let proof = kakao.confirms(&kakao.only_transaction());
    let outcome = comes_back(bench, billing, Some(&proof)).unwrap();
    assert_eq!(outcome, PayOutcome::Paid);
    bench.app.deliver_due();
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    payment
}

fn house(backend: Backend) -> Option<(KakaoPayServer, Bench)> {
    let kakao = KakaoPayServer::start();
    let bench = Bench::with_settings(backend, kakao.settings())?;
    Some((kakao, bench))
}

/// Staff have the books compared, two hours later.
fn compare(bench: &Bench) {
    bench.clock.advance(TimeDelta::hours(2));
    let transactions = bench.app.transactions();
    let begun: Result<(), Failure> =
        transactions.run(|uow| bench.payments.compare_books("tess", uow));
    begun.unwrap();
    bench.app.deliver_due();
}

fn differences(bench: &Bench, ended_too: bool) -> Vec<Difference> {
    let transactions = bench.app.transactions();
    let listed = transactions.read(|reader| bench.payments.differences(ended_too, reader));
    listed.unwrap()
}

fn kinds(bench: &Bench) -> Vec<DifferenceKind> {
    let lasting = differences(bench, false).into_iter();
    lasting.map(|difference| difference.kind).collect()
}

fn resolve(
    bench: &Bench,
    difference: DifferenceId,
    note: &str,
) -> Result<(), ResolveDifferenceError> {
    let command = ResolveDifference {
        difference,
        staff: "Sam".to_owned(),
        note: note.to_owned(),
    };
    let transactions = bench.app.transactions();
    transactions.run(|uow| bench.payments.resolve_difference(command.clone(), uow))
}

#[rstest]
fn books_that_agree_show_nothing_through_payment_and_refund(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some((kakao, bench)) = house(backend) else {
        return;
    };
    let payment = paid(&bench, &kakao);
    compare(&bench);
    refund(&bench, payment, won("990"));
    bench.app.deliver_due();
    assert_eq!(kakao.kept(), 15_000);
    compare(&bench);
    assert_eq!(differences(&bench, true), []);
    let asked = kakao.asked();
    assert_eq!(asked.last().unwrap(), "order");
}

#[rstest]
fn money_that_was_given_back_elsewhere_is_listed_once_until_staff_have_dealt_with_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some((kakao, bench)) = house(backend) else {
        return;
    };
    let payment = paid(&bench, &kakao);
    kakao.gives_back_by_hand(&kakao.only_transaction(), 990);
    compare(&bench);
    compare(&bench);
    let found = differences(&bench, true);
    let [difference] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(difference.kind, DifferenceKind::RefundedThereOnly);
    assert_eq!(difference.gateway.as_str(), "kakaopay");
    assert!(
        difference.ours.contains("refunded 0 KRW"),
        "{}",
        difference.ours
    );
    assert!(
        difference.theirs.contains("refunded 990 KRW"),
        "{}",
        difference.theirs
    );
    assert_eq!(
        difference.seen_at - difference.found_at,
        TimeDelta::hours(2)
    );

    let refusal = resolve(&bench, difference.id, "  ").unwrap_err();
    assert!(matches!(refusal, ResolveDifferenceError::NoteMissing));
    resolve(&bench, difference.id, "Kim gave it back for a scratch").unwrap();
    assert_eq!(kinds(&bench), []);
    let refusal = resolve(&bench, difference.id, "again").unwrap_err();
    assert!(matches!(refusal, ResolveDifferenceError::Resolved(by) if by == "Sam"));
    let refusal = resolve(&bench, DifferenceId::generate(), "x").unwrap_err();
    assert!(matches!(refusal, ResolveDifferenceError::NotFound(_)));

    compare(&bench);
    assert_eq!(
        kinds(&bench),
        [DifferenceKind::RefundedThereOnly],
        "it lasts"
    );
    let _ = payment;
}

#[rstest]
fn a_difference_that_has_gone_is_ended_by_the_comparison(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some((kakao, bench)) = house(backend) else {
        return;
    };
    paid(&bench, &kakao);
    let tid = kakao.only_transaction();
    kakao.becomes(&tid, "FAIL_PAYMENT");
    compare(&bench);
    assert_eq!(kinds(&bench), [DifferenceKind::OtherAmount]);
    kakao.becomes(&tid, "SUCCESS_PAYMENT");
    compare(&bench);
    assert_eq!(kinds(&bench), []);
    let ended = differences(&bench, true).remove(0);
    assert_eq!(ended.resolution.unwrap().by, "the comparison");
}

#[rstest]
fn a_gateway_that_does_not_answer_is_asked_again_and_shows_no_difference(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some((kakao, bench)) = house(backend) else {
        return;
    };
    paid(&bench, &kakao);
    kakao.gives_back_by_hand(&kakao.only_transaction(), 990);
    kakao.troubles("order", Trouble::Breaks);
    compare(&bench);
    assert_eq!(kinds(&bench), []);
    bench.after(TimeDelta::minutes(5));
    assert_eq!(kinds(&bench), [DifferenceKind::RefundedThereOnly]);
}

#[rstest]
fn every_night_the_books_are_compared_without_anybody_asking(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some((kakao, bench)) = house(backend) else {
        return;
    };
    paid(&bench, &kakao);
    let orders = |kakao: &KakaoPayServer| {
        let asked = kakao.asked().into_iter();
        asked.filter(|verb| verb == "order").count()
    };
    for night in 1..=3 {
        bench.after(TimeDelta::days(1));
        assert_eq!(orders(&kakao), night);
    }
    kakao.gives_back_by_hand(&kakao.only_transaction(), 990);
    bench.after(TimeDelta::days(1));
    assert_eq!(kinds(&bench), [DifferenceKind::RefundedThereOnly]);
}

#[rstest]
fn an_operation_without_a_result_for_a_day_is_for_staff(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    stripe.answers(
        "POST",
        "/v1/payment_intents",
        error(500, "api_error", "", ""),
    );
    let payment = bench.started();
    let outcome = bench.charge(payment, "pm_card_visa").unwrap();
    assert_eq!(outcome, ChargeOutcome::Pending);
    compare(&bench);
    assert_eq!(kinds(&bench), [], "it may still get a result");
    bench.after(TimeDelta::hours(24));
    compare(&bench);
    assert_eq!(kinds(&bench), [DifferenceKind::NoResult]);
}
