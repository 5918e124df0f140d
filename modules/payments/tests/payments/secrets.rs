//! Neither the gateway's key nor a payer's token is seen in debug output or in the log.

use foundation::testing::{Backend, Log};
use payments::PaymentsSettings;

use crate::bench::Bench;
use crate::stripe_server::{SECRET, StripeServer, authorise, error};

const TOKEN: &str = "pm_nobody_else_may_have";

#[test]
fn the_log_of_failing_charges_shows_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process: a subscriber of one thread may miss what other threads have logged first.
    tracing_subscriber::util::SubscriberInitExt::init(subscriber);
    let stripe = StripeServer::start();
    let message = format!("Invalid API Key provided: {SECRET}");
    let refusal = || error(401, "invalid_request_error", "api_key", &message);
    stripe.answers("POST", "/v1/payment_intents", error(500, "", "", SECRET));
    stripe.answers("GET", "/v1/payment_intents", refusal());
    stripe.answers("POST", "/v1/payment_intents", refusal());
    let Some(bench) = Bench::with_settings(Backend::Sqlite, stripe.settings()) else {
        return;
    };
    bench.charge(bench.started(), TOKEN).unwrap();
    bench.after(chrono::TimeDelta::seconds(30));
    bench.charge(bench.started(), TOKEN).unwrap();

    let text = log.text();
    assert!(text.contains("gave no answer"), "{text}");
    assert!(text.contains("a charge was not carried out"), "{text}");
    assert!(text.contains("payments.finish_operation"), "{text}");
    assert!(!text.contains(SECRET), "{text}");
    assert!(!text.contains(TOKEN), "{text}");
}

#[test]
fn debug_output_shows_no_secret() {
    let settings = PaymentsSettings {
        gateways: vec![crate::stripe_server::settings("https://stripe.invalid")],
        ..PaymentsSettings::default()
    };
    let text = format!("{settings:?} {:?}", authorise());
    assert!(
        text.contains("stripe.invalid") && text.contains("19.99"),
        "{text}"
    );
    assert!(!text.contains(SECRET), "{text}");
    assert!(!text.contains("pm_card_visa"), "{text}");
}

#[test]
fn a_token_is_forgotten_once_its_charge_has_a_result() {
    let Some(bench) = Bench::on(Backend::Sqlite) else {
        return;
    };
    let payment = bench.started();
    bench.begun(payment, "tok_approved");
    assert_eq!(bench.operations()[0].token.as_deref(), Some("tok_approved"));
    bench.after(chrono::TimeDelta::seconds(30));
    assert_eq!(bench.operations()[0].token, None);
}
