//! The client of Stripe, against a server that answers as Stripe's documentation says.

use chrono::{DateTime, TimeDelta};
use foundation::testing::Backend;
use payments::{Answer, Attempt, ChargeOutcome, GatewayError, Instruction, PaymentStatus};
use rstest::rstest;
use wiremock::ResponseTemplate;

use crate::bench::Bench;
use crate::stripe_server::{
    SECRET, StripeServer, authorise, capture, error, form, instruction, intent, intent_json, key,
    page, too_late, void,
};

const INTENTS: &str = "/v1/payment_intents";
const INTENT: &str = "/v1/payment_intents/pi_1";
const CAPTURE: &str = "/v1/payment_intents/pi_1/capture";
const CANCEL: &str = "/v1/payment_intents/pi_1/cancel";

fn again(instruction: Instruction) -> Instruction {
    Instruction {
        attempt: Attempt::Again,
        ..instruction
    }
}

#[test]
fn an_authorisation_holds_the_amount_and_says_whose_it_is() {
    let stripe = StripeServer::start();
    stripe.answers("POST", INTENTS, intent("requires_capture"));
    let instruction = authorise();
    let answer = stripe.facade().call_gateway(&instruction).unwrap();
    let expected = Answer::Authorised {
        reference: "pi_1".to_owned().into(),
        capture_before: DateTime::from_timestamp(1_795_604_800, 0),
    };
    assert_eq!(answer, expected);

    let request = &stripe.requests()[0];
    assert_eq!(key(request), instruction.operation.to_string());
    let bearer = format!("Bearer {SECRET}");
    assert_eq!(request.headers["Authorization"], bearer.as_str());
    let form = form(request);
    let (billing, operation) = (instruction.billing, instruction.operation);
    for (name, value) in [
        ("amount", "1999"),
        ("currency", "usd"),
        ("payment_method", "pm_card_visa"),
        ("capture_method", "manual"),
        ("confirm", "true"),
        ("metadata[billing]", billing.to_string().as_str()),
        ("metadata[operation]", operation.to_string().as_str()),
        ("metadata[description]", "A lamp & its shade"),
    ] {
        assert_eq!(form[name], value, "{name}");
    }
}

#[test]
fn a_declined_card_is_an_answer_with_its_reason() {
    let stripe = StripeServer::start();
    let declined = error(
        402,
        "card_error",
        "card_declined",
        "Your card was declined.",
    );
    stripe.answers("POST", INTENTS, declined);
    let answer = stripe.facade().call_gateway(&authorise()).unwrap();
    let expected = Answer::Refused {
        reason: "Your card was declined.".to_owned(),
        reference: Some("pi_1".to_owned().into()),
    };
    assert_eq!(answer, expected);
}

#[rstest]
#[case("requires_action")]
#[case("requires_payment_method")]
#[case("canceled")]
fn an_intent_that_holds_nothing_is_refused(#[case] status: &str) {
    let stripe = StripeServer::start();
    stripe.answers("POST", INTENTS, intent(status));
    let answer = stripe.facade().call_gateway(&authorise()).unwrap();
    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
}

#[rstest]
#[case(error(500, "api_error", "", ""))]
#[case(error(503, "api_error", "", ""))]
#[case(error(409, "invalid_request_error", "idempotency_key_in_use", ""))]
#[case(error(429, "invalid_request_error", "rate_limit", ""))]
#[case(error(
    400,
    "idempotency_error",
    "",
    "Keys can only be used with the same parameters"
))]
#[case(ResponseTemplate::new(200).set_body_string("<html>"))]
#[case(ResponseTemplate::new(302).insert_header("Location", "/elsewhere"))]
#[case(intent("processing"))]
#[case(intent("a_status_of_the_future"))]
#[case(too_late())]
fn an_outcome_that_nobody_knows_is_unknown_and_not_failed(#[case] response: ResponseTemplate) {
    let stripe = StripeServer::start();
    stripe.answers("POST", INTENTS, response);
    let result = stripe.facade().call_gateway(&authorise());
    assert!(
        matches!(result, Err(GatewayError::Unknown(_))),
        "{result:?}"
    );
    assert_eq!(stripe.asked(), ["POST /v1/payment_intents"]);
}

#[test]
fn a_server_that_is_not_there_is_unknown() {
    let facade = {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", gone.local_addr().unwrap());
        crate::stripe_server::facade(crate::stripe_server::settings(&base_url))
    };
    let result = facade.call_gateway(&authorise());
    assert!(
        matches!(result, Err(GatewayError::Unknown(_))),
        "{result:?}"
    );
}

#[rstest]
#[case(401)]
#[case(403)]
fn a_key_that_is_not_accepted_is_explained_to_staff_without_the_key(#[case] status: u16) {
    let stripe = StripeServer::start();
    let message = format!("Invalid API Key provided: {SECRET}");
    let response = error(status, "invalid_request_error", "api_key", &message);
    stripe.answers("POST", INTENTS, response);
    let error = stripe.facade().call_gateway(&authorise()).unwrap_err();
    assert!(matches!(error, GatewayError::Unauthorised { .. }));
    assert!(
        error.to_string().contains("check its secret key"),
        "{error}"
    );
    assert!(
        error.to_string().contains("Invalid API Key provided: ***"),
        "{error}"
    );
}

#[test]
fn a_request_that_is_not_understood_is_explained_to_staff() {
    let stripe = StripeServer::start();
    let response = error(
        400,
        "invalid_request_error",
        "parameter_missing",
        "No currency",
    );
    stripe.answers("POST", INTENTS, response);
    let error = stripe.facade().call_gateway(&authorise()).unwrap_err();
    let GatewayError::Rejected { detail } = error else {
        panic!("{error:?}");
    };
    assert_eq!(detail, "400 parameter_missing: No currency");
}

#[test]
fn an_amount_that_stripe_cannot_count_is_not_sent() {
    let stripe = StripeServer::start();
    let instruction = Instruction {
        amount: foundation::Money::parse_with_code("KWD", "1.234").unwrap(),
        ..authorise()
    };
    let result = stripe.facade().call_gateway(&instruction);
    assert!(
        matches!(result, Err(GatewayError::Rejected { .. })),
        "{result:?}"
    );
    assert_eq!(stripe.asked(), [] as [&str; 0]);
}

#[test]
fn a_repetition_looks_for_the_intent_first_on_every_page() {
    let stripe = StripeServer::start();
    let instruction = again(authorise());
    let operation = instruction.operation.to_string();
    let others = [intent_json("pi_8", "succeeded", "another")];
    let own = [
        intent_json("pi_6", "succeeded", "another"),
        intent_json("pi_5", "requires_capture", &operation),
    ];
    stripe.answers("GET", INTENTS, page(&others, true));
    stripe.answers("GET", INTENTS, page(&own, true));
    let answer = stripe.facade().call_gateway(&instruction).unwrap();
    let Answer::Authorised { reference, .. } = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(reference.as_str(), "pi_5");
    let requests = stripe.requests();
    assert_eq!(requests.len(), 2, "nothing was sent again");
    let query = requests[1].url.query().unwrap();
    assert!(query.contains("starting_after=pi_8"), "{query}");
}

#[test]
fn the_search_ends_where_intents_are_older_than_the_operation() {
    let stripe = StripeServer::start();
    let mut instruction = again(authorise());
    instruction.started_at += TimeDelta::hours(2);
    let others = [intent_json("pi_8", "succeeded", "another")];
    stripe.answers("GET", INTENTS, page(&others, true));
    stripe.answers("POST", INTENTS, intent("requires_capture"));
    stripe.facade().call_gateway(&instruction).unwrap();
    let expected = ["GET /v1/payment_intents", "POST /v1/payment_intents"];
    assert_eq!(stripe.asked(), expected);
}

#[rstest]
#[case("succeeded", Answer::Captured)]
#[case(
    "canceled",
    refused("the card no longer holds the amount; please pay again")
)]
fn a_capture_that_comes_too_late_is_answered_by_the_intents_state(
    #[case] status: &str,
    #[case] expected: Answer,
) {
    let stripe = StripeServer::start();
    let code = "payment_intent_unexpected_state";
    let refusal = error(400, "invalid_request_error", code, "Already done.");
    stripe.answers("POST", CAPTURE, refusal);
    stripe.answers("GET", INTENT, intent(status));
    let answer = stripe.facade().call_gateway(&capture()).unwrap();
    assert_eq!(answer, expected);
}

fn refused(reason: &str) -> Answer {
    Answer::Refused {
        reason: reason.to_owned(),
        reference: Some("pi_1".to_owned().into()),
    }
}

#[test]
fn a_capture_and_a_void_have_their_keys() {
    let stripe = StripeServer::start();
    stripe.answers("POST", CAPTURE, intent("succeeded"));
    stripe.answers("POST", CANCEL, intent("canceled"));
    let (capture, void) = (capture(), void());
    let facade = stripe.facade();
    assert_eq!(facade.call_gateway(&capture).unwrap(), Answer::Captured);
    assert_eq!(facade.call_gateway(&void).unwrap(), Answer::Voided);
    let requests = stripe.requests();
    assert_eq!(key(&requests[0]), capture.operation.to_string());
    assert_eq!(key(&requests[1]), void.operation.to_string());
}

#[test]
fn a_stored_reference_that_is_no_name_of_stripes_is_not_sent() {
    let stripe = StripeServer::start();
    let instruction = instruction(payments::Task::Capture {
        authorisation: "../customers".to_owned().into(),
    });
    let result = stripe.facade().call_gateway(&instruction);
    assert!(
        matches!(result, Err(GatewayError::Rejected { .. })),
        "{result:?}"
    );
    assert_eq!(stripe.asked(), [] as [&str; 0]);
}

#[rstest]
fn a_server_error_and_then_success_charge_once_under_one_key(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    stripe.answers("POST", INTENTS, error(500, "api_error", "", ""));
    stripe.answers("GET", INTENTS, page(&[], false));
    stripe.answers("POST", INTENTS, intent("requires_capture"));
    stripe.answers("POST", CAPTURE, error(500, "api_error", "", ""));
    stripe.answers("GET", INTENT, intent("requires_capture"));
    stripe.answers("POST", CAPTURE, intent("succeeded"));
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    let payment = bench.started();
    let outcome = bench.charge(payment, "pm_card_visa").unwrap();
    assert_eq!(outcome, ChargeOutcome::Pending);
    bench.after(TimeDelta::seconds(30));
    assert_eq!(bench.status(payment), PaymentStatus::Charged);
    bench.after(TimeDelta::minutes(1));
    assert_eq!(bench.status(payment), PaymentStatus::Captured);

    let requests = stripe.requests();
    let posts: Vec<_> = requests.iter().filter(|one| one.method == "POST").collect();
    let keys: Vec<_> = posts.iter().map(|post| key(post)).collect();
    assert_eq!(keys.len(), 4);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[2], keys[3]);
    assert_ne!(keys[0], keys[2]);
    assert_eq!(posts[0].body, posts[1].body, "one key, one request");
}

#[rstest]
fn a_charge_whose_answer_came_too_late_is_found_and_not_repeated(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    stripe.answers("POST", INTENTS, too_late());
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    let payment = bench.started();
    let outcome = bench.charge(payment, "pm_card_visa").unwrap();
    assert_eq!(outcome, ChargeOutcome::Pending);

    let operation = key(&stripe.requests()[0]).to_owned();
    let found = [intent_json("pi_1", "requires_capture", &operation)];
    stripe.answers("GET", INTENTS, page(&found, false));
    stripe.answers("POST", CAPTURE, intent("succeeded"));
    bench.after(TimeDelta::seconds(30));
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    let expected = [
        "POST /v1/payment_intents",
        "GET /v1/payment_intents",
        "POST /v1/payment_intents/pi_1/capture",
    ];
    assert_eq!(stripe.asked(), expected);
}
