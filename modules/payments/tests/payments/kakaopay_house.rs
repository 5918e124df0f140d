//! Payments through KakaoPay from the desk to its books, whatever gets lost on the way.

use chrono::TimeDelta;
use foundation::Money;
use foundation::testing::Backend;
use payments::{PayOutcome, PaymentStatus};
use rstest::rstest;

use crate::bench::Bench;
use crate::kakaopay_server::{KakaoPayServer, Trouble};
use crate::till::{comes_back, opened, pays, refund};

fn won(text: &str) -> Money {
    Money::parse_with_code("KRW", text).unwrap()
}

/// A house, a payment of 15990 won in a billing, and its payer at KakaoPay, who has confirmed.
macro_rules! confirmed {
    ($backend:ident => $kakao:ident, $bench:ident, $payment:ident, $billing:ident, $proof:ident) => {
        let $kakao = KakaoPayServer::start();
        let Some($bench) = Bench::with_settings($backend, $kakao.settings()) else {
            return;
        };
        let $payment = $bench.started_with(won("15990"));
        let $billing = opened(&$bench, $payment);
        let outcome = pays(&$bench, $billing, "kakaopay").unwrap();
        assert!(
            matches!(outcome, PayOutcome::ActionRequired { .. }),
            "{outcome:?}"
        );
        let $proof = $kakao.confirms(&$kakao.only_transaction());
    };
}

#[rstest]
#[case(Trouble::AnswerIsLost)]
#[case(Trouble::Breaks)]
fn an_approval_whose_answer_got_lost_takes_the_money_once(
    #[case] trouble: Trouble,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    confirmed!(backend => kakao, bench, payment, billing, proof);
    kakao.troubles("approve", trouble);
    let outcome = comes_back(&bench, billing, Some(&proof)).unwrap();
    assert_eq!(outcome, PayOutcome::Pending);
    bench.after(TimeDelta::seconds(30));
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    assert_eq!(kakao.kept(), 15_990);
    bench.after(TimeDelta::hours(1));
    assert_eq!(kakao.kept(), 15_990);
}

#[rstest]
#[case(Trouble::AnswerIsLost)]
#[case(Trouble::Breaks)]
fn a_refund_whose_answer_got_lost_is_given_once(
    #[case] trouble: Trouble,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    confirmed!(backend => kakao, bench, payment, billing, proof);
    comes_back(&bench, billing, Some(&proof)).unwrap();
    bench.app.deliver_due();
    kakao.troubles("cancel", trouble);
    refund(&bench, payment, won("990"));
    bench.app.deliver_due();
    bench.after(TimeDelta::hours(1));
    assert_eq!(kakao.kept(), 15_000);
    refund(&bench, payment, won("15000"));
    bench.app.deliver_due();
    assert_eq!(bench.status(payment), PaymentStatus::Refunded);
    assert_eq!(kakao.kept(), 0);
}

#[rstest]
fn a_declined_approval_is_told_and_the_payer_can_try_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    confirmed!(backend => kakao, bench, payment, billing, proof);
    kakao.troubles("approve", Trouble::Declined);
    let outcome = comes_back(&bench, billing, Some(&proof)).unwrap();
    let PayOutcome::Declined { reason } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(reason.contains("KakaoPay -780 LACK_BALANCE"), "{reason}");
    assert_eq!(bench.status(payment), PaymentStatus::Failed);
    let outcome = pays(&bench, billing, "kakaopay").unwrap();
    assert!(
        matches!(outcome, PayOutcome::ActionRequired { .. }),
        "{outcome:?}"
    );
    assert_eq!(kakao.kept(), 0);
}

#[rstest]
fn what_was_approved_for_a_payment_that_had_ended_is_given_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    confirmed!(backend => kakao, bench, payment, billing, proof);
    kakao.troubles("approve", Trouble::AnswerIsLost);
    let outcome = comes_back(&bench, billing, Some(&proof)).unwrap();
    assert_eq!(outcome, PayOutcome::Pending);
    assert_eq!(kakao.kept(), 15_990);
    bench.times_out(payment);
    bench.after(TimeDelta::minutes(5));
    assert_eq!(bench.status(payment), PaymentStatus::TimedOut);
    assert_eq!(kakao.kept(), 0);
}
