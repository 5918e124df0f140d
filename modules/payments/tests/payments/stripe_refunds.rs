//! Refunds through Stripe, and what its books show.

use payments::{Answer, Attempt, GatewayError, Instruction, RefundId, Shown, Task};
use rstest::rstest;
use wiremock::ResponseTemplate;

use crate::stripe_server::{StripeServer, error, form, instruction, key, page};

const INTENT: &str = "/v1/payment_intents/pi_1";
const REFUNDS: &str = "/v1/refunds";

fn usd(text: &str) -> foundation::Money {
    foundation::Money::parse_with_code("USD", text).unwrap()
}

fn refund(attempt: Attempt) -> (RefundId, Instruction) {
    let id = RefundId::generate();
    let task = Task::Refund {
        authorisation: "pi_1".to_owned().into(),
        amount: usd("5.01"),
        refund: id,
    };
    let instruction = Instruction {
        attempt,
        ..instruction(task)
    };
    (id, instruction)
}

fn refund_json(id: &str, status: &str, refund: &str) -> String {
    format!(
        r#"{{"id": "{id}", "object": "refund", "status": "{status}", "metadata": {{"refund": "{refund}"}},
            "failure_reason": "expired_or_canceled_card"}}"#
    )
}

fn answered(status: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(refund_json("re_1", status, "any"))
}

fn given_back() -> Answer {
    Answer::Refunded {
        reference: "re_1".to_owned().into(),
    }
}

#[test]
fn a_refund_gives_back_a_part_under_its_key() {
    let stripe = StripeServer::start();
    stripe.answers("POST", REFUNDS, answered("succeeded"));
    let (id, instruction) = refund(Attempt::First);
    let answer = stripe.facade().call_gateway(&instruction).unwrap();
    assert_eq!(answer, given_back());
    let request = &stripe.requests()[0];
    assert_eq!(key(request), instruction.operation.to_string());
    let form = form(request);
    for (name, value) in [
        ("payment_intent", "pi_1"),
        ("amount", "501"),
        ("metadata[refund]", id.to_string().as_str()),
        (
            "metadata[billing]",
            instruction.billing.to_string().as_str(),
        ),
    ] {
        assert_eq!(form[name], value, "{name}");
    }
}

#[rstest]
#[case("failed")]
#[case("canceled")]
fn a_refund_that_failed_is_refused_with_stripes_reason(#[case] status: &str) {
    let stripe = StripeServer::start();
    stripe.answers("POST", REFUNDS, answered(status));
    let answer = stripe.facade().call_gateway(&refund(Attempt::First).1);
    let Ok(Answer::Refused { reason, .. }) = answer else {
        panic!("{answer:?}");
    };
    assert!(reason.contains("expired_or_canceled_card"), "{reason}");
}

#[rstest]
#[case("pending")]
#[case("requires_action")]
#[case("a_status_of_the_future")]
fn a_refund_that_may_still_fail_is_unknown(#[case] status: &str) {
    let stripe = StripeServer::start();
    stripe.answers("POST", REFUNDS, answered(status));
    let result = stripe.facade().call_gateway(&refund(Attempt::First).1);
    assert!(
        matches!(result, Err(GatewayError::Unknown(_))),
        "{result:?}"
    );
}

#[test]
fn a_payment_that_was_given_back_by_hand_is_not_given_back_again() {
    let stripe = StripeServer::start();
    let code = "charge_already_refunded";
    let refusal = error(
        400,
        "invalid_request_error",
        code,
        "Charge has been refunded.",
    );
    stripe.answers("POST", REFUNDS, refusal);
    let answer = stripe.facade().call_gateway(&refund(Attempt::First).1);
    assert!(matches!(answer, Ok(Answer::Refused { .. })), "{answer:?}");
}

#[test]
fn more_than_is_left_is_explained_to_staff() {
    let stripe = StripeServer::start();
    let message = "Refund amount is greater than unrefunded amount";
    stripe.answers(
        "POST",
        REFUNDS,
        error(400, "invalid_request_error", "", message),
    );
    let result = stripe.facade().call_gateway(&refund(Attempt::First).1);
    let Err(GatewayError::Rejected { detail }) = result else {
        panic!("{result:?}");
    };
    assert!(detail.contains(message), "{detail}");
}

#[test]
fn a_repeated_refund_is_looked_for_by_its_own_name_first() {
    let stripe = StripeServer::start();
    let (id, instruction) = refund(Attempt::Again);
    let others = [refund_json("re_9", "succeeded", "another")];
    let own = [refund_json("re_1", "succeeded", &id.to_string())];
    stripe.answers("GET", REFUNDS, page(&others, true));
    stripe.answers("GET", REFUNDS, page(&own, false));
    let answer = stripe.facade().call_gateway(&instruction).unwrap();
    assert_eq!(answer, given_back());
    assert_eq!(stripe.asked(), ["GET /v1/refunds", "GET /v1/refunds"]);
    let query = stripe.requests()[1].url.query().unwrap().to_owned();
    assert!(query.contains("payment_intent=pi_1"), "{query}");
    assert!(query.contains("starting_after=re_9"), "{query}");
}

#[test]
fn a_refund_that_stripe_does_not_know_is_sent_again() {
    let stripe = StripeServer::start();
    stripe.answers("GET", REFUNDS, page(&[], false));
    stripe.answers("POST", REFUNDS, answered("succeeded"));
    let answer = stripe
        .facade()
        .call_gateway(&refund(Attempt::Again).1)
        .unwrap();
    assert_eq!(answer, given_back());
}

#[rstest]
#[case("requires_capture", "19.99", "0", "0")]
#[case("succeeded", "0", "19.99", "5.01")]
#[case("canceled", "0", "0", "0")]
fn stripes_books_say_what_is_held_taken_and_given_back(
    #[case] status: &str,
    #[case] held: &str,
    #[case] taken: &str,
    #[case] refunded: &str,
) {
    let stripe = StripeServer::start();
    let given_back = if status == "succeeded" { 501 } else { 0 };
    let body = format!(
        r#"{{"id": "pi_1", "status": "{status}", "amount": 1999, "currency": "usd",
            "latest_charge": {{"id": "ch_1", "amount_refunded": {given_back}}}}}"#
    );
    stripe.answers(
        "GET",
        INTENT,
        ResponseTemplate::new(200).set_body_string(body),
    );
    let facade = stripe.facade();
    let shown = facade
        .gateways()
        .preferred()
        .shown(&"pi_1".to_owned().into());
    let expected = Shown {
        held: usd(held),
        taken: usd(taken),
        refunded: usd(refunded),
    };
    assert_eq!(shown.unwrap(), Some(expected));
}

#[test]
fn an_authorisation_that_stripe_does_not_know_is_shown_as_none() {
    let stripe = StripeServer::start();
    let message = "No such payment_intent: 'pi_1'";
    stripe.answers(
        "GET",
        INTENT,
        error(404, "invalid_request_error", "resource_missing", message),
    );
    let facade = stripe.facade();
    let shown = facade
        .gateways()
        .preferred()
        .shown(&"pi_1".to_owned().into());
    assert_eq!(shown.unwrap(), None);
}
