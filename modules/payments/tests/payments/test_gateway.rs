//! The gateway of demonstrations: its tokens, and the choice among gateways.

use std::sync::Arc;

use foundation::{Currency, Money};
use payments::{
    Answer, Attempt, GatewayError, GatewayName, Gateways, Instruction, PaymentToken,
    PaymentsFacade, PaymentsSettings, RefundId, ReturnUrl, TEST_TOKENS, Task,
};
use rstest::rstest;
use shaku::HasComponent;

use crate::gateway::ScriptedGateway;
use crate::kakaopay_server::KakaoPayServer;
use crate::stripe_server::{instruction, settings};

fn house(gateways: PaymentsSettings) -> Arc<PaymentsFacade> {
    payments::module(gateways).resolve()
}

fn test_gateway() -> Arc<PaymentsFacade> {
    house(PaymentsSettings::default())
}

fn authorise(token: &str) -> Instruction {
    instruction(Task::Authorise {
        token: PaymentToken::parse(token).unwrap(),
        return_url: Some(ReturnUrl::parse("https://gavel.example/back?of=1").unwrap()),
    })
}

/// What a gateway has answered, in a word.
fn word(answer: Result<Answer, GatewayError>) -> &'static str {
    match answer {
        Ok(Answer::Authorised { .. }) => "authorised",
        Ok(Answer::ActionRequired { .. }) => "action",
        Ok(Answer::Captured) => "captured",
        Ok(Answer::Voided) => "voided",
        Ok(Answer::Refunded { .. }) => "refunded",
        Ok(Answer::Refused { .. }) => "refused",
        Err(_) => "no answer",
    }
}

#[rstest]
#[case("tok_approved", "authorised", "authorised")]
#[case("tok_declined", "refused", "refused")]
#[case("tok_insufficient_funds", "refused", "refused")]
#[case("tok_timeout_then_success", "no answer", "authorised")]
#[case("tok_timeout_then_failure", "no answer", "refused")]
#[case("tok_action_required", "action", "action")]
#[case("tok_action_failed", "action", "action")]
#[case("tok_unheard_of", "refused", "refused")]
fn every_token_is_answered_as_it_says(
    #[case] token: &str,
    #[case] first: &str,
    #[case] again: &str,
) {
    let house = test_gateway();
    let instruction = authorise(token);
    assert_eq!(word(house.call_gateway(&instruction)), first);
    let repeated = Instruction {
        attempt: Attempt::Again,
        ..instruction
    };
    assert_eq!(word(house.call_gateway(&repeated)), again);
    let listed = TEST_TOKENS.iter().any(|(known, _)| *known == token);
    assert_eq!(listed, token != "tok_unheard_of");
}

#[rstest]
#[case("tok_action_required", "authorised")]
#[case("tok_action_failed", "refused")]
fn a_payer_who_is_asked_to_confirm_comes_back_with_the_banks_word(
    #[case] token: &str,
    #[case] end: &str,
) {
    let house = test_gateway();
    let answer = house.call_gateway(&authorise(token)).unwrap();
    let Answer::ActionRequired {
        reference,
        redirect,
    } = answer
    else {
        panic!("{answer:?}");
    };
    let (place, proof) = redirect.desktop.split_once("&pg_token=").unwrap();
    assert_eq!(place, "https://gavel.example/back?of=1");
    let complete = |proof: Option<&str>| {
        house.call_gateway(&instruction(Task::Complete {
            reference: reference.clone(),
            proof: proof.map(|text| PaymentToken::parse(text).unwrap()),
        }))
    };
    assert_eq!(word(complete(Some(proof))), end);
    assert_eq!(word(complete(None)), "refused");
}

#[test]
fn nobody_is_sent_to_confirm_who_could_not_come_back() {
    let nowhere = instruction(Task::Authorise {
        token: PaymentToken::parse("tok_action_required").unwrap(),
        return_url: None,
    });
    assert_eq!(word(test_gateway().call_gateway(&nowhere)), "refused");
}

#[test]
fn refunds_are_given() {
    let refund = instruction(Task::Refund {
        authorisation: "test_1".to_owned().into(),
        amount: Money::parse_with_code("USD", "1").unwrap(),
        refund: RefundId::generate(),
    });
    assert_eq!(word(test_gateway().call_gateway(&refund)), "refunded");
}

#[test]
fn without_settings_the_test_gateway_serves_every_currency() {
    let house = test_gateway();
    assert!(house.is_test_gateway());
    for currency in [Currency::USD, Currency::KRW] {
        let names: Vec<_> = house
            .gateways()
            .offered(currency)
            .map(|one| one.name())
            .collect();
        assert_eq!(names, ["test"]);
    }
}

#[test]
fn several_gateways_serve_by_name_and_currency_in_the_order_of_the_settings() {
    let kakao = KakaoPayServer::start();
    let house = house(PaymentsSettings {
        gateways: vec![kakao.settings(), settings("https://stripe.invalid")],
        ..PaymentsSettings::default()
    });
    let offered = |currency| {
        let offered = house.gateways().offered(currency);
        offered.map(|one| one.name()).collect::<Vec<_>>()
    };
    assert_eq!(offered(Currency::KRW), ["kakaopay", "stripe"]);
    assert_eq!(offered(Currency::USD), ["stripe"]);
    assert!(!house.is_test_gateway());
    let named = |name: &str| house.gateways().named(&GatewayName::from(name)).is_some();
    assert!(named("stripe") && named("kakaopay") && !named("test"));
}

#[test]
fn an_instruction_goes_to_the_gateway_that_it_names() {
    let (first, second) = (ScriptedGateway::default(), ScriptedGateway::named("second"));
    let gateways = Gateways::new(Arc::new(first.clone()), vec![Arc::new(second.clone())]);
    let house: Arc<PaymentsFacade> =
        payments::module_with(gateways, payments::BillingTerms::default()).resolve();
    let to = |name: Option<&str>| Instruction {
        gateway: name.map(GatewayName::from),
        ..authorise("tok_any")
    };
    house.call_gateway(&to(Some("second"))).unwrap();
    house.call_gateway(&to(None)).unwrap();
    assert_eq!((first.calls().len(), second.calls().len()), (1, 1));
    let gone = house.call_gateway(&to(Some("third")));
    assert!(matches!(gone, Err(GatewayError::Unknown(_))), "{gone:?}");
}
