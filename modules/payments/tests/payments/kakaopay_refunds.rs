//! Giving money back through KakaoPay, which knows no idempotency keys, and what its books show.

use payments::{Answer, GatewayError, GatewayReference, Instruction, Shown, Task};
use rstest::rstest;

use crate::kakaopay::{WON, again, asked_for, confirmed, paid, refund, won};
use crate::kakaopay_server::{KakaoPayServer, Trouble};

fn void(tid: &GatewayReference) -> Instruction {
    asked_for(Task::Void {
        authorisation: tid.clone(),
    })
}

#[test]
fn money_is_given_back_in_parts_up_to_what_was_taken() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let tid = paid(&kakao, &gateway);
    let part = gateway.call_gateway(&refund(&tid, "990")).unwrap();
    assert!(matches!(part, Answer::Refunded { .. }), "{part:?}");
    assert_eq!(kakao.kept(), 15_000);
    let too_much = gateway.call_gateway(&refund(&tid, "15001")).unwrap();
    let Answer::Refused { reason, .. } = too_much else {
        panic!("{too_much:?}");
    };
    assert!(reason.contains("15000 won"), "{reason}");
    let rest = gateway.call_gateway(&refund(&tid, "15000")).unwrap();
    assert_ne!(rest, part);
    assert_eq!(kakao.kept(), 0);
}

#[rstest]
#[case(Trouble::AnswerIsLost)]
#[case(Trouble::Breaks)]
fn a_refund_without_an_answer_is_looked_up_and_happens_once(
    #[case] trouble: Trouble,
    #[values(false, true)] sent_as_if_new: bool,
) {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let tid = paid(&kakao, &gateway);
    let refund = refund(&tid, "990");
    kakao.troubles("cancel", trouble);
    let lost = gateway.call_gateway(&refund);
    assert!(matches!(lost, Err(GatewayError::Unknown(_))), "{lost:?}");
    for _ in 0..2 {
        let repeated = match sent_as_if_new {
            true => refund.clone(),
            false => again(&refund),
        };
        let answer = gateway.call_gateway(&repeated).unwrap();
        assert!(matches!(answer, Answer::Refunded { .. }), "{answer:?}");
        assert_eq!(kakao.kept(), 15_000);
    }
}

#[test]
fn two_refunds_of_one_amount_are_two() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let tid = paid(&kakao, &gateway);
    for _ in 0..2 {
        gateway.call_gateway(&refund(&tid, "1000")).unwrap();
    }
    assert_eq!(kakao.kept(), 13_990);
}

#[test]
fn what_was_paid_too_late_is_given_back_whole_and_what_nobody_paid_holds_nothing() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (unpaid, _) = confirmed(&kakao, &gateway);
    assert_eq!(
        gateway.call_gateway(&void(&unpaid)).unwrap(),
        Answer::Voided
    );
    assert!(!kakao.asked().contains(&"cancel".to_owned()));
    let tid = paid(&kakao, &gateway);
    let void = void(&tid);
    for instruction in [&void, &void, &again(&void)] {
        assert_eq!(gateway.call_gateway(instruction).unwrap(), Answer::Voided);
    }
    assert_eq!(kakao.kept(), 0);
}

#[test]
fn kakaopays_books_say_what_is_taken_and_given_back() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (tid, complete) = confirmed(&kakao, &gateway);
    let shown = |tid| gateway.gateways().preferred().shown(tid).unwrap();
    let books = |taken, refunded| {
        Some(Shown {
            held: won("0"),
            taken: won(taken),
            refunded: won(refunded),
        })
    };
    assert_eq!(shown(&tid), books("0", "0"));
    gateway.call_gateway(&complete).unwrap();
    gateway.call_gateway(&refund(&tid, "990")).unwrap();
    assert_eq!(shown(&tid), books(WON, "990"));
}
