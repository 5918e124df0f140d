//! Stripe's webhooks: only genuine ones count, each once, and in whatever order they come.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::testing::Backend;
use foundation::{Clock, Failure};
use payments::{
    ChargeOutcome, GatewayName, NoticeRefusal, PayOutcome, PaymentStatus, ReceiveNotice,
    ReceiveNoticeError,
};
use rstest::rstest;
use wiremock::ResponseTemplate;

use crate::bench::Bench;
use crate::stripe_server::{StripeServer, WEBHOOK_SECRET, error, intent, intent_json, key, page};
use crate::till::{only_billing, opened, pays};

const INTENTS: &str = "/v1/payment_intents";
const INTENT: &str = "/v1/payment_intents/pi_1";
const CAPTURE: &str = "/v1/payment_intents/pi_1/capture";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn kept(bench: &Bench) -> i64 {
    let transactions = bench.app.transactions();
    let query = "SELECT count(*) AS count FROM payments_notices";
    let read: Result<Count, Failure> =
        transactions.read(|reader| Ok(sql_query(query).get_result(reader.connection())?));
    read.unwrap().count
}

/// A message about the intent `pi_1`, as Stripe sends it.
fn event(id: &str, kind: &str) -> String {
    format!(
        r#"{{"id": "{id}", "object": "event", "type": "{kind}", "data": {{"object":
            {{"id": "pi_1", "object": "payment_intent", "metadata": {{}}}}}}}}"#
    )
}

fn signed(body: &str, at: DateTime<Utc>, secret: &str) -> String {
    let time = at.timestamp();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = ring::hmac::sign(&key, format!("{time}.{body}").as_bytes());
    let tag: String = tag
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("t={time},v1={tag}")
}

/// A message arrives. `false` when it had arrived before.
pub fn receive(bench: &Bench, signature: &str, body: &str) -> Result<bool, ReceiveNoticeError> {
    let command = ReceiveNotice {
        gateway: GatewayName::from("stripe"),
        signature: signature.to_owned(),
        body: body.as_bytes().to_vec(),
    };
    let transactions = bench.app.transactions();
    transactions.run(|uow| bench.payments.receive_notice(&command, uow))
}

/// Stripe sends a message now.
fn sends(bench: &Bench, id: &str, kind: &str) -> bool {
    let body = event(id, kind);
    let signature = signed(&body, bench.clock.now(), WEBHOOK_SECRET);
    receive(bench, &signature, &body).unwrap()
}

/// A charge whose answer got lost, although Stripe holds the amount.
fn lost_charge(bench: &Bench, stripe: &StripeServer) -> payments::PaymentId {
    stripe.answers("POST", INTENTS, error(500, "api_error", "", ""));
    let payment = bench.started();
    let outcome = bench.charge(payment, "pm_card_visa").unwrap();
    assert_eq!(outcome, ChargeOutcome::Pending);
    let operation = key(&stripe.requests()[0]).to_owned();
    let found = [intent_json("pi_1", "requires_capture", &operation)];
    stripe.answers("GET", INTENTS, page(&found, false));
    stripe.answers("POST", CAPTURE, intent("succeeded"));
    payment
}

/// A message that names the billing, as those about our own intents do.
fn event_of(billing: impl std::fmt::Display) -> String {
    let metadata = format!(r#""metadata": {{"billing": "{billing}"}}"#);
    event("evt_1", "payment_intent.amount_capturable_updated")
        .replace(r#""metadata": {}"#, &metadata)
}

#[rstest]
fn a_message_makes_the_house_look_at_once_and_again_only_when_it_is_new(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    let payment = lost_charge(&bench, &stripe);
    let billing = only_billing(&bench);
    let body = event_of(billing);
    let signature = signed(&body, bench.clock.now(), WEBHOOK_SECRET);
    assert!(receive(&bench, &signature, &body).unwrap());
    bench.app.deliver_due();
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    let asked = stripe.asked();
    for _ in 0..3 {
        assert!(
            !receive(&bench, &signature, &body).unwrap(),
            "it came before"
        );
        bench.app.deliver_due();
    }
    assert_eq!(kept(&bench), 1);
    assert_eq!(stripe.asked(), asked);
    bench.after(TimeDelta::minutes(1));
    assert_eq!(stripe.asked(), asked, "nothing was left for the backstop");
}

#[rstest]
fn a_payer_who_never_comes_back_from_the_bank_has_paid_all_the_same(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    let waiting = intent_json("pi_1", "requires_action", "any").replace(
        r#""last_payment_error""#,
        r#""next_action": {"redirect_to_url": {"url": "https://bank.example/"}}, "last_payment_error""#,
    );
    stripe.answers(
        "POST",
        INTENTS,
        ResponseTemplate::new(200).set_body_string(waiting),
    );
    let payment = bench.started();
    let outcome = pays(&bench, opened(&bench, payment), "pm_card_3ds").unwrap();
    assert!(
        matches!(outcome, PayOutcome::ActionRequired { .. }),
        "{outcome:?}"
    );
    stripe.answers("GET", INTENT, intent("requires_capture"));
    stripe.answers("POST", CAPTURE, intent("succeeded"));
    assert!(sends(
        &bench,
        "evt_1",
        "payment_intent.amount_capturable_updated"
    ));
    bench.app.deliver_due();
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
}

#[rstest]
fn messages_that_come_out_of_turn_and_late_change_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    stripe.answers("POST", INTENTS, intent("requires_capture"));
    stripe.answers("POST", CAPTURE, intent("succeeded"));
    let payment = bench.started();
    bench.charge(payment, "pm_card_visa").unwrap();
    bench.app.deliver_due();
    let told = bench.told();
    let turns = [
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.created",
        "payment_intent.canceled",
        "a.kind.of.the.future",
    ];
    for (at, kind) in turns.into_iter().enumerate() {
        assert!(sends(&bench, &format!("evt_{at}"), kind));
        bench.after(TimeDelta::minutes(2));
    }
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
    assert_eq!(bench.told(), told);
    assert_eq!(stripe.asked().len(), 2, "{:?}", stripe.asked());
}

#[rstest]
#[case::forged("whsec_of_somebody_else", 0, false, NoticeRefusal::Forged)]
#[case::too_old(WEBHOOK_SECRET, 301, false, NoticeRefusal::TooOld)]
#[case::of_the_future(WEBHOOK_SECRET, -301, false, NoticeRefusal::TooOld)]
#[case::changed(WEBHOOK_SECRET, 0, true, NoticeRefusal::Forged)]
fn a_message_that_is_not_genuine_does_nothing(
    #[case] secret: &str,
    #[case] age: i64,
    #[case] changed: bool,
    #[case] expected: NoticeRefusal,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    let payment = lost_charge(&bench, &stripe);
    let body = event_of(only_billing(&bench));
    let signature = signed(&body, bench.clock.now() - TimeDelta::seconds(age), secret);
    let sent = match changed {
        true => body.replace("evt_1", "evt_2"),
        false => body,
    };
    let refusal = receive(&bench, &signature, &sent).unwrap_err();
    let ReceiveNoticeError::Refused(refusal) = refusal else {
        panic!("{refusal:?}");
    };
    assert_eq!(refusal, expected);
    bench.app.deliver_due();
    assert_eq!(kept(&bench), 0);
    assert_eq!(stripe.asked(), ["POST /v1/payment_intents"]);
    assert_eq!(bench.status(payment), PaymentStatus::New);
}

#[rstest]
fn a_message_about_what_is_not_ours_is_kept_and_left_alone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    let strange = event("evt_1", "payment_intent.succeeded").replace("pi_1", "pi_of_another_shop");
    let nothing =
        r#"{"id": "evt_2", "type": "account.updated", "data": {"object": {"object": "account"}}}"#;
    for body in [strange, nothing.to_owned()] {
        let signature = signed(&body, bench.clock.now(), WEBHOOK_SECRET);
        assert!(receive(&bench, &signature, &body).unwrap());
    }
    bench.after(TimeDelta::hours(2));
    assert_eq!(kept(&bench), 2);
    assert_eq!(stripe.asked(), [] as [&str; 0]);
}

#[rstest]
fn messages_are_forgotten_after_a_month(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let stripe = StripeServer::start();
    let Some(bench) = Bench::with_settings(backend, stripe.settings()) else {
        return;
    };
    for (id, days) in [("evt_1", 29), ("evt_2", 2)] {
        sends(&bench, id, "payment_intent.succeeded");
        bench.clock.advance(TimeDelta::days(days));
    }
    let transactions = bench.app.transactions();
    let begun: Result<(), Failure> =
        transactions.run(|uow| bench.payments.compare_books("tess", uow));
    begun.unwrap();
    assert_eq!(kept(&bench), 1);
}

#[test]
fn a_gateway_that_sends_no_messages_is_sent_none() {
    let Some(bench) = Bench::on(Backend::Sqlite) else {
        return;
    };
    let refusal = receive(&bench, "t=1,v1=00", "{}").unwrap_err();
    assert!(
        matches!(
            refusal,
            ReceiveNoticeError::Refused(NoticeRefusal::NotExpected)
        ),
        "{refusal:?}"
    );
}
