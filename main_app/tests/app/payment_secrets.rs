//! Whatever a card or a key is known by stays out of every log, error, page and e-mail, while payments go well
//! and while they go wrong.

use foundation::testing::{Backend, Log};
use main_app::configuration::{GatewayChoice, Settings};
use serde_json::json;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::kakaopay_server::{KakaoPayServer, SECRET, Trouble};
use crate::shopping::{fresh, won_by_ann};
use crate::support::{Answer, Person, TestApp};

const LOTS: &[(&str, &str)] = &[("Celadon vase", "15990 KRW"), ("Moon jar", "20000 KRW")];
/// A number that could be a card's, and a token that nobody has given out.
const CARD: &str = "4242424242424242";
const TOKEN: &str = "tok_of_nobody_else";
const WEBHOOK_SECRET: &str = "whsec_never_to_be_seen";
const STRIPE_KEY: &str = "sk_test_never_to_be_seen";

/// Keeps all that the house and its libraries log from now on, at the finest level; what the test's own server
/// logs is not the house's.
fn log_of_this_process() -> Log {
    let log = Log::default();
    let writer = log.clone();
    let layer = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(move || writer.clone())
        .with_filter(filter_fn(|metadata| {
            !metadata.target().starts_with("wiremock")
        }));
    let all = tracing_subscriber::registry()
        .with(LevelFilter::TRACE)
        .with(layer);
    all.init();
    log
}

fn through<'k>(kakao: &'k KakaoPayServer) -> impl FnOnce(&mut Settings) + 'k {
    |settings| {
        settings.payments.gateways = vec![
            GatewayChoice::KakaoPay,
            GatewayChoice::Test,
            GatewayChoice::Stripe,
        ];
        settings.payments.kakaopay.base_url = kakao.address();
        settings.payments.kakaopay.secret_key = Some(SECRET.to_owned().into());
        settings.payments.kakaopay.timeout_seconds = 2;
        settings.payments.stripe.base_url = kakao.address();
        settings.payments.stripe.secret_key = Some(STRIPE_KEY.to_owned().into());
        settings.payments.stripe.webhook_secret = Some(WEBHOOK_SECRET.to_owned().into());
        settings.payments.stripe.timeout_seconds = 2;
    }
}

/// Pays in every way that goes wrong, and then in one that goes well; gives all answers and KakaoPay's proof.
fn pays_in_every_way(
    ann: &Person<'_>,
    kakao: &KakaoPayServer,
    bill: &str,
) -> (Vec<Answer>, String) {
    let pay = format!("/api/billings/{bill}/pay");
    let page = format!("/my/billings/{bill}");
    let mut answers = Vec::new();
    for token in [CARD, TOKEN, "tok_declined"] {
        answers.push(ann.post(&pay, &json!({"token": token, "gateway": "test"})));
        answers.push(ann.fills_in(
            &format!("{page}/pay"),
            &[("token", token), ("gateway", "test")],
        ));
    }
    // What speaks no Stripe answers with an error of its own.
    answers.push(ann.post(
        &pay,
        &json!({"token": "pm_of_nobody_else", "gateway": "stripe"}),
    ));
    answers.push(ann.post_raw(
        &pay,
        format!("{{\"token\": \"{TOKEN}\", \"card\": \"{CARD}\"}}"),
    ));
    answers.push(ann.post(&pay, &json!({"gateway": "kakaopay"})));
    let tid = kakao.only_transaction();
    let proof = kakao.confirms(&tid);
    let complete = format!("/api/billings/{bill}/complete");
    answers.push(ann.post_raw(&complete, format!("{{\"proof\": \"{proof}\", \"x\": 1}}")));
    kakao.troubles("approve", Trouble::AnswerIsLost);
    answers.push(ann.looks_at(&format!("{page}/return?pg_token={proof}")));
    answers.push(ann.post(&complete, &json!({"proof": proof})));
    (answers, proof)
}

/// What staff and the customer are shown of it.
fn everything_shown(ann: &Person<'_>, staff: &Person<'_>, bill: &str) -> Vec<Answer> {
    let own = [
        format!("/my/billings/{bill}"),
        format!("/api/billings/{bill}"),
        "/api/payments?all=true".to_owned(),
        "/invoices".to_owned(),
    ];
    let of_staff = [
        format!("/desk/billings/{bill}"),
        format!("/api/desk/billings/{bill}"),
        "/desk/differences".to_owned(),
        "/api/differences".to_owned(),
        "/api/deliveries".to_owned(),
        "/desk/deliveries".to_owned(),
        "/api/emails?limit=100".to_owned(),
        "/metrics".to_owned(),
        "/health".to_owned(),
    ];
    let own = own.iter().map(|path| ann.get(path).has_status(200));
    let of_staff = of_staff.iter().map(|path| staff.get(path).has_status(200));
    own.chain(of_staff).collect()
}

#[test]
fn no_card_key_or_token_is_seen_anywhere() {
    let log = log_of_this_process();
    let kakao = KakaoPayServer::start();
    let app = TestApp::spawn_with(Backend::Sqlite, through(&kakao)).unwrap();
    let (ann, staff) = won_by_ann(&app, LOTS);
    let made = ann
        .post("/api/tokens", &json!({"label": "shop"}))
        .has_status(201);
    let api_token = made.json()["token"].as_str().unwrap().to_owned();
    ann.with_token(&api_token)
        .get("/api/billings")
        .has_status(200);
    let bill = fresh();
    ann.opens(&bill, json!({})).has_status(201);
    let (mut answers, proof) = pays_in_every_way(&ann, &kakao, &bill);
    answers.push(
        app.nobody()
            .sends(reqwest::Method::POST, "/webhooks/stripe", |request| {
                let signature = format!("t=1795262400,v1={}", "ab".repeat(32));
                request.header("Stripe-Signature", signature).body(CARD)
            }),
    );
    app.passes(chrono::TimeDelta::minutes(1));
    app.deliver_due();
    assert_eq!(ann.statuses(), ["CAPTURED", "CAPTURED"]);
    answers.extend(everything_shown(&ann, &staff, &bill));

    let session = ann.cookie().split_once('=').unwrap().1;
    let secrets = [
        CARD,
        TOKEN,
        "pm_of_nobody_else",
        SECRET,
        STRIPE_KEY,
        WEBHOOK_SECRET,
        &proof,
        session,
        &api_token,
    ];
    hide(&secrets, &answers, &log.text());
}

fn hide(secrets: &[&str], answers: &[Answer], logged: &str) {
    let kept = [
        "/api/billings",
        "gave no answer",
        "a charge was not carried out",
    ];
    for said in kept {
        assert!(logged.contains(said), "the log was kept: {said}");
    }
    let shown = answers.iter().map(|answer| answer.text.as_str());
    for text in shown.chain([logged]) {
        for secret in secrets {
            let before = text
                .find(secret)
                .map(|at| text.get(at.saturating_sub(300)..at));
            assert_eq!(before, None, "{secret} is shown after this");
        }
    }
}
