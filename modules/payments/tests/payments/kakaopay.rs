//! The client of KakaoPay, against a server that is as strict as its description.

use std::sync::Arc;

use foundation::Money;
use payments::{
    Answer, Attempt, GatewayError, GatewayReference, Instruction, PaymentToken, PaymentsFacade,
    RefundId, ReturnUrl, Task,
};
use rstest::rstest;
use serde_json::json;

use crate::kakaopay_server::{CID, KakaoPayServer, SECRET, Trouble};
use crate::stripe_server::{facade, instruction};

pub const WON: &str = "15990";

impl KakaoPayServer {
    pub fn facade(&self) -> Arc<PaymentsFacade> {
        facade(self.settings())
    }
}

pub fn won(text: &str) -> Money {
    Money::parse_with_code("KRW", text).unwrap()
}

pub fn asked_for(task: Task) -> Instruction {
    Instruction {
        amount: won(WON),
        ..instruction(task)
    }
}

pub fn again(instruction: &Instruction) -> Instruction {
    Instruction {
        attempt: Attempt::Again,
        ..instruction.clone()
    }
}

fn authorise() -> Instruction {
    asked_for(Task::Authorise {
        token: PaymentToken::parse("kakaopay").unwrap(),
        return_url: Some(ReturnUrl::parse("https://gavel.example/checkout/1").unwrap()),
    })
}

/// A transaction whose payer has confirmed, and the instruction to go on with it.
pub fn confirmed(
    kakao: &KakaoPayServer,
    gateway: &PaymentsFacade,
) -> (GatewayReference, Instruction) {
    let begun = authorise();
    let Answer::ActionRequired { reference, .. } = gateway.call_gateway(&begun).unwrap() else {
        panic!("nobody is sent to KakaoPay");
    };
    let proof = kakao.confirms(reference.as_str());
    let complete = Instruction {
        billing: begun.billing,
        payer: begun.payer,
        ..asked_for(Task::Complete {
            reference: reference.clone(),
            proof: Some(PaymentToken::parse(&proof).unwrap()),
        })
    };
    (reference, complete)
}

pub fn paid(kakao: &KakaoPayServer, gateway: &PaymentsFacade) -> GatewayReference {
    let (tid, complete) = confirmed(kakao, gateway);
    let answer = gateway.call_gateway(&complete).unwrap();
    assert_eq!(answer, authorised(&tid));
    tid
}

fn authorised(tid: &GatewayReference) -> Answer {
    Answer::Authorised {
        reference: tid.clone(),
        capture_before: None,
    }
}

pub fn refund(tid: &GatewayReference, amount: &str) -> Instruction {
    asked_for(Task::Refund {
        authorisation: tid.clone(),
        amount: won(amount),
        refund: RefundId::generate(),
    })
}

#[test]
fn the_payer_is_sent_to_kakaopay_and_money_moves_only_after_the_way_back() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let answer = gateway.call_gateway(&authorise()).unwrap();
    let Answer::ActionRequired { redirect, .. } = answer else {
        panic!("{answer:?}");
    };
    assert!(redirect.desktop.ends_with("/pc"), "{redirect:?}");
    assert!(redirect.mobile.ends_with("/mobile"), "{redirect:?}");
    assert_eq!(kakao.kept(), 0);
    let tid = paid(&kakao, &gateway);
    assert_eq!(kakao.kept(), 15_990);
    let capture = asked_for(Task::Capture { authorisation: tid });
    assert_eq!(gateway.call_gateway(&capture).unwrap(), Answer::Captured);
    assert_eq!(
        gateway.call_gateway(&again(&capture)).unwrap(),
        Answer::Captured
    );
    assert_eq!(kakao.asked(), ["ready", "ready", "approve"]);
}

#[test]
fn addresses_for_a_cancelled_and_a_failed_confirmation_say_so() {
    let kakao = KakaoPayServer::start();
    kakao.facade().call_gateway(&authorise()).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&kakao.requests()[0].body).unwrap();
    let place = "https://gavel.example/checkout/1";
    assert_eq!(body["approval_url"], place);
    assert_eq!(body["cancel_url"], format!("{place}?outcome=cancelled"));
    assert_eq!(body["fail_url"], format!("{place}?outcome=failed"));
}

#[test]
fn a_long_description_is_cut_and_an_empty_one_filled() {
    let kakao = KakaoPayServer::start();
    for description in ["\u{b4f1}".repeat(101), String::new()] {
        let instruction = Instruction {
            description,
            ..authorise()
        };
        let answer = kakao.facade().call_gateway(&instruction);
        assert!(
            matches!(answer, Ok(Answer::ActionRequired { .. })),
            "{answer:?}"
        );
    }
}

#[test]
fn won_are_carried_and_nothing_else() {
    let kakao = KakaoPayServer::start();
    let dollars = Instruction {
        amount: Money::parse_with_code("USD", "1").unwrap(),
        ..authorise()
    };
    let result = kakao.facade().call_gateway(&dollars);
    assert!(
        matches!(result, Err(GatewayError::Rejected { .. })),
        "{result:?}"
    );
    assert_eq!(kakao.asked(), [] as [&str; 0]);
    let facade = kakao.facade();
    let offered = |money: Money| facade.gateways().offered(money.currency()).count();
    assert_eq!((offered(won("1")), offered(dollars.amount)), (1, 0));
}

#[test]
fn without_a_way_back_nobody_is_sent_there() {
    let kakao = KakaoPayServer::start();
    let lost = asked_for(Task::Authorise {
        token: PaymentToken::parse("kakaopay").unwrap(),
        return_url: None,
    });
    let answer = kakao.facade().call_gateway(&lost).unwrap();
    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
    let (_, complete) = confirmed(&kakao, &kakao.facade());
    let Task::Complete { reference, .. } = complete.task.clone() else {
        panic!();
    };
    let unproved = Instruction {
        task: Task::Complete {
            reference,
            proof: None,
        },
        ..complete
    };
    let answer = kakao.facade().call_gateway(&unproved).unwrap();
    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
    assert_eq!(kakao.kept(), 0);
}

#[test]
fn a_refused_approval_is_told_in_kakaopays_words() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (_, complete) = confirmed(&kakao, &gateway);
    kakao.troubles("approve", Trouble::Declined);
    let answer = gateway.call_gateway(&complete).unwrap();
    let Answer::Refused { reason, .. } = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(
        reason,
        "the balance is too small (KakaoPay -780 LACK_BALANCE)"
    );
    let answer = gateway.call_gateway(&again(&complete)).unwrap();
    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
    assert_eq!(kakao.kept(), 0);
}

#[test]
fn a_proof_of_another_payment_is_refused() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (tid, complete) = confirmed(&kakao, &gateway);
    let forged = Instruction {
        task: Task::Complete {
            reference: tid,
            proof: Some(PaymentToken::parse("pg_of_another").unwrap()),
        },
        ..complete
    };
    let answer = gateway.call_gateway(&forged).unwrap();
    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
    assert_eq!(kakao.kept(), 0);
}

#[rstest]
#[case(Trouble::AnswerIsLost, &["ready", "approve", "order"])]
#[case(Trouble::Breaks, &["ready", "approve", "order", "approve"])]
fn an_approval_without_an_answer_is_looked_up_and_counts_once(
    #[case] trouble: Trouble,
    #[case] asked: &[&str],
) {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (tid, complete) = confirmed(&kakao, &gateway);
    kakao.troubles("approve", trouble);
    let lost = gateway.call_gateway(&complete);
    assert!(matches!(lost, Err(GatewayError::Unknown(_))), "{lost:?}");
    let answer = gateway.call_gateway(&again(&complete)).unwrap();
    assert_eq!(answer, authorised(&tid));
    assert_eq!(kakao.asked(), asked);
    assert_eq!(kakao.kept(), 15_990);
}

#[test]
fn an_approval_that_comes_twice_counts_once() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (tid, complete) = confirmed(&kakao, &gateway);
    for _ in 0..2 {
        assert_eq!(gateway.call_gateway(&complete).unwrap(), authorised(&tid));
    }
    assert_eq!(kakao.asked(), ["ready", "approve", "approve", "order"]);
    assert_eq!(kakao.kept(), 15_990);
}

#[test]
fn a_confirmation_that_came_to_nothing_for_a_day_is_over() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (tid, complete) = confirmed(&kakao, &gateway);
    kakao.becomes(tid.as_str(), "OPEN_PAYMENT");
    for begun in [authorise(), complete] {
        let late = Instruction {
            attempt: Attempt::TooLate,
            ..begun
        };
        let answer = gateway.call_gateway(&late).unwrap();
        assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
    }
}

#[rstest]
#[case("QUIT_PAYMENT")]
#[case("FAIL_PAYMENT")]
#[case("FAIL_AUTH_PASSWORD")]
fn a_payer_who_gave_up_is_a_refusal(#[case] status: &'static str) {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (tid, complete) = confirmed(&kakao, &gateway);
    kakao.becomes(tid.as_str(), status);
    let answer = gateway.call_gateway(&again(&complete)).unwrap();
    let Answer::Refused { reason, .. } = answer else {
        panic!("{answer:?}");
    };
    assert!(reason.contains(status), "{reason}");
}

#[test]
fn a_state_of_the_future_is_unknown() {
    let kakao = KakaoPayServer::start();
    let gateway = kakao.facade();
    let (tid, complete) = confirmed(&kakao, &gateway);
    kakao.becomes(tid.as_str(), "A_STATE_OF_THE_FUTURE");
    let result = gateway.call_gateway(&again(&complete));
    assert!(
        matches!(result, Err(GatewayError::Unknown(_))),
        "{result:?}"
    );
}

#[rstest]
#[case("ready")]
#[case("approve")]
#[case("order")]
#[case("cancel")]
fn a_key_that_is_not_accepted_is_explained_without_the_key(#[case] place: &str) {
    let kakao = KakaoPayServer::start();
    let stranger = facade(kakao.settings_with("DEV_of_a_stranger"));
    let gateway = kakao.facade();
    let (tid, complete) = confirmed(&kakao, &gateway);
    let instruction = match place {
        "ready" => authorise(),
        "approve" => complete,
        "order" => again(&complete),
        _ => refund(&tid, "1"),
    };
    let error = stranger.call_gateway(&instruction).unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("invalid authorization: SECRET_KEY ***"),
        "{text}"
    );
    assert!(!text.contains("DEV_of_a_stranger"), "{text}");
}

#[rstest]
#[case(json!({"tid": "T1"}), "missing field cid")]
#[case(json!({"cid": CID, "tid": "T1", "colour": "red"}), "unknown field colour")]
#[case(json!({"cid": CID, "tid": 1}), "malformed field tid")]
#[case(json!({"cid": "TC0OTHER", "tid": "T1"}), "unknown cid")]
#[case(json!({"cid": CID, "tid": "T1"}), "unknown tid")]
fn the_server_of_these_tests_is_strict(#[case] body: serde_json::Value, #[case] message: &str) {
    let kakao = KakaoPayServer::start();
    let key = format!("SECRET_KEY {SECRET}");
    let (status, answer) = kakao.says_to("order", &key, &body);
    assert_eq!(
        (status, answer["error_message"].as_str()),
        (400, Some(message))
    );
}
