//! Payments that the payer has to confirm with the bank, through Stripe.

use payments::{
    Answer, Attempt, GatewayError, Instruction, PaymentToken, Redirect, ReturnUrl, Task,
};
use rstest::rstest;
use wiremock::ResponseTemplate;

use crate::stripe_server::{StripeServer, form, instruction, intent, intent_json, page};

const INTENTS: &str = "/v1/payment_intents";
const INTENT: &str = "/v1/payment_intents/pi_1";

fn authorise() -> Instruction {
    instruction(Task::Authorise {
        token: PaymentToken::parse("pm_card_threeDSecure2Required").unwrap(),
        return_url: Some(ReturnUrl::parse("https://gavel.example/checkout/1").unwrap()),
    })
}

fn complete() -> Instruction {
    instruction(Task::Complete {
        reference: "pi_1".to_owned().into(),
        proof: None,
    })
}

fn waiting_json(operation: &str) -> String {
    intent_json("pi_1", "requires_action", operation).replace(
        r#""last_payment_error""#,
        r#""next_action": {"type": "redirect_to_url", "redirect_to_url": {"url": "https://bank.example/3ds"}},
           "last_payment_error""#,
    )
}

fn waiting() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(waiting_json("any"))
}

fn sent_to_the_bank() -> Answer {
    Answer::ActionRequired {
        reference: "pi_1".to_owned().into(),
        redirect: Redirect {
            desktop: "https://bank.example/3ds".to_owned(),
            mobile: "https://bank.example/3ds".to_owned(),
        },
    }
}

#[test]
fn a_bank_that_wants_confirmation_is_where_the_payer_is_sent() {
    let stripe = StripeServer::start();
    stripe.answers("POST", INTENTS, waiting());
    let answer = stripe.facade().call_gateway(&authorise()).unwrap();
    assert_eq!(answer, sent_to_the_bank());
    let form = form(&stripe.requests()[0]);
    assert_eq!(form["return_url"], "https://gavel.example/checkout/1");
}

#[test]
fn an_authorisation_that_waits_for_its_payer_is_found_again() {
    let stripe = StripeServer::start();
    let instruction = Instruction {
        attempt: Attempt::Again,
        ..authorise()
    };
    let own = [waiting_json(&instruction.operation.to_string())];
    stripe.answers("GET", INTENTS, page(&own, false));
    let answer = stripe.facade().call_gateway(&instruction).unwrap();
    assert_eq!(answer, sent_to_the_bank());
}

#[test]
fn a_payer_who_has_confirmed_is_authorised() {
    let stripe = StripeServer::start();
    stripe.answers("GET", INTENT, intent("requires_capture"));
    let answer = stripe.facade().call_gateway(&complete()).unwrap();
    assert!(matches!(answer, Answer::Authorised { .. }), "{answer:?}");
    assert_eq!(stripe.asked(), ["GET /v1/payment_intents/pi_1"]);
}

#[test]
fn a_payer_who_comes_back_without_having_confirmed_is_sent_there_again() {
    let stripe = StripeServer::start();
    stripe.answers("GET", INTENT, waiting());
    let answer = stripe.facade().call_gateway(&complete()).unwrap();
    assert_eq!(answer, sent_to_the_bank());
}

#[rstest]
#[case("requires_payment_method")]
#[case("canceled")]
fn a_confirmation_that_failed_is_a_refusal(#[case] status: &str) {
    let stripe = StripeServer::start();
    stripe.answers("GET", INTENT, intent(status));
    let answer = stripe.facade().call_gateway(&complete()).unwrap();
    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
}

#[rstest]
#[case("processing")]
#[case("requires_confirmation")]
fn a_confirmation_that_is_not_decided_is_unknown(#[case] status: &str) {
    let stripe = StripeServer::start();
    stripe.answers("GET", INTENT, intent(status));
    let result = stripe.facade().call_gateway(&complete());
    assert!(
        matches!(result, Err(GatewayError::Unknown(_))),
        "{result:?}"
    );
}
