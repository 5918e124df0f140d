//! The door for gateways' messages: open to everybody, and believing nobody without a signature.

use foundation::testing::Backend;
use main_app::configuration::{GatewayChoice, Settings};
use reqwest::Method;
use rstest::rstest;

use crate::support::{Answer, TestApp};

const BODY: &str = r#"{"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {"id": "pi_1", "object": "payment_intent"}}}"#;
const SECRET: &str = "whsec_test";
/// The HMAC-SHA256 of the body at the hour at which the tests' clock stands, as Stripe would make it.
const SIGNATURE: &str =
    "t=1795262400,v1=28c18e84133d900beb249627e3d48dc6cfcd9f6eb2060afd159265e38bd3909e";

fn through_stripe(settings: &mut Settings) {
    settings.payments.gateways = vec![GatewayChoice::Stripe];
    settings.payments.stripe.secret_key = Some("sk_test".to_owned().into());
    settings.payments.stripe.webhook_secret = Some(SECRET.to_owned().into());
}

fn sends(app: &TestApp, signature: &str, body: String) -> Answer {
    app.nobody()
        .sends(Method::POST, "/webhooks/stripe", |request| {
            request.header("Stripe-Signature", signature).body(body)
        })
}

#[rstest]
fn a_signed_message_is_taken_in_byte_for_byte_as_often_as_it_comes(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn_with(backend, through_stripe) else {
        return;
    };
    for _ in 0..3 {
        sends(&app, SIGNATURE, BODY.to_owned()).has_status(200);
    }
    let spaced = BODY.replace(": ", ":");
    sends(&app, SIGNATURE, spaced).is_problem(400, "bad-request");
}

#[test]
fn a_message_that_is_not_signed_or_too_large_is_refused() {
    let Some(app) = TestApp::spawn_with(Backend::Sqlite, through_stripe) else {
        return;
    };
    sends(&app, "", BODY.to_owned()).is_problem(400, "bad-request");
    let large = " ".repeat(256 * 1024 + 1);
    sends(&app, SIGNATURE, large).is_problem(413, "too-large");
}

#[test]
fn without_stripe_there_is_no_such_door() {
    let Some(app) = TestApp::spawn(Backend::Sqlite) else {
        return;
    };
    sends(&app, SIGNATURE, BODY.to_owned()).is_problem(404, "not-found");
}
