//! Paying through KakaoPay, over HTTP on both sides: this house, and a server that is as strict as KakaoPay's
//! description of itself.

use foundation::testing::Backend;
use main_app::configuration::{GatewayChoice, Settings};
use rstest::rstest;
use serde_json::json;

use crate::kakaopay_server::{KakaoPayServer, SECRET, Trouble};
use crate::shopping::{fresh, won_by_ann};
use crate::support::{Person, TestApp, money};

const LOTS: &[(&str, &str)] = &[("Celadon vase", "15990 KRW"), ("Moon jar", "20000 KRW")];

fn through<'k>(kakao: &'k KakaoPayServer) -> impl FnOnce(&mut Settings) + 'k {
    |settings| {
        settings.payments.gateways = vec![GatewayChoice::KakaoPay, GatewayChoice::Test];
        settings.payments.kakaopay.base_url = kakao.address();
        settings.payments.kakaopay.secret_key = Some(SECRET.to_owned().into());
        settings.payments.kakaopay.timeout_seconds = 2;
    }
}

/// Ann's open bill of 35990 won, and the page of it.
fn opened(ann: &Person<'_>) -> (String, String) {
    let id = ann.opened();
    let page = format!("/my/billings/{id}");
    (id, page)
}

fn pays_with_kakaopay(ann: &Person<'_>, bill: &str) {
    let answer = ann.fills_in(&format!("{bill}/pay"), &[("gateway", "kakaopay")]);
    answer.goes_to(&format!("{bill}/confirm"));
}

#[rstest]
fn a_customer_confirms_at_kakaopay_and_comes_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let kakao = KakaoPayServer::start();
    let Some(app) = TestApp::spawn_with(backend, through(&kakao)) else {
        return;
    };
    let (ann, staff) = won_by_ann(&app, LOTS);
    let (id, bill) = opened(&ann);
    let page = ann.looks_at(&bill).has_status(200);
    page.shows("Pay 35,990 KRW with KakaoPay");
    page.shows("tok_approved");
    pays_with_kakaopay(&ann, &bill);
    let tid = kakao.only_transaction();
    let page = ann.looks_at(&format!("{bill}/confirm")).has_status(200);
    page.shows(&format!(
        "content=\"0;url=https://kakaopay.example/{tid}/pc\""
    ));
    let phone = ann.sends(
        reqwest::Method::GET,
        &format!("{bill}/confirm"),
        |request| {
            request.header(
                "user-agent",
                "Mozilla/5.0 (Linux; Android 16) Mobile Safari",
            )
        },
    );
    phone.shows(&format!("https://kakaopay.example/{tid}/mobile"));

    let failed = ann.looks_at(&format!("{bill}/return?outcome=failed"));
    failed.goes_to(&bill);
    ann.looks_at(&format!("{bill}/return")).goes_to(&bill);
    assert_eq!(
        ann.billing(&id)["status"],
        "OPEN",
        "nothing was confirmed yet"
    );
    let proof = kakao.confirms(&tid);
    let back = format!("{bill}/return?pg_token={proof}");
    for _ in 0..3 {
        ann.looks_at(&back).goes_to(&bill);
    }
    app.deliver_due();
    assert_eq!(ann.statuses(), ["CAPTURED", "CAPTURED"]);
    assert_eq!(kakao.kept(), 35_990);
    ann.looks_at(&bill)
        .has_status(200)
        .shows("Carried by KakaoPay");

    let history = staff.get(&format!("/api/desk/billings?find={tid}")).json();
    assert_eq!(history["items"][0]["billing"]["id"], id);
    let payment = history["items"][0]["billing"]["orders"][0]["payment"].clone();
    let refunds = format!("/api/payments/{}/refunds", payment.as_str().unwrap());
    let part = json!({"id": fresh(), "amount": money("990 KRW"), "reason": "a chip"});
    staff.post(&refunds, &part).has_status(201);
    app.deliver_due();
    assert_eq!(kakao.kept(), 35_000);
    assert_eq!(ann.billing(&id)["refunds"][0]["state"], "DONE");
}

#[rstest]
fn what_kakaopay_declines_can_be_paid_again_over_the_api(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let kakao = KakaoPayServer::start();
    let Some(app) = TestApp::spawn_with(backend, through(&kakao)) else {
        return;
    };
    let (ann, _) = won_by_ann(&app, LOTS);
    let (id, _) = opened(&ann);
    let ways = ann.billing(&id)["ways_to_pay"].clone();
    assert_eq!(
        (&ways[0]["name"], &ways[0]["takes_token"]),
        (&json!("kakaopay"), &json!(false))
    );
    let pay = format!("/api/billings/{id}/pay");
    let place = "https://shop.example/back";
    let answer = ann
        .post(&pay, &json!({"return_url": place}))
        .has_status(202)
        .json();
    assert_eq!(answer["outcome"], "action_required");
    let tid = kakao.only_transaction();
    ann.completes(&id, None).is_problem(422, "invalid-fields");
    kakao.troubles("approve", Trouble::Declined);
    let proof = kakao.confirms(&tid);
    let declined = ann.completes(&id, Some(&proof)).has_status(200).json();
    assert_eq!(declined["outcome"], "declined");
    assert!(
        declined["reason"]
            .as_str()
            .unwrap()
            .contains("LACK_BALANCE"),
        "{declined}"
    );
    let other = json!({"gateway": "test", "token": "tok_approved"});
    assert_eq!(
        ann.post(&pay, &other).has_status(200).json()["outcome"],
        "paid"
    );
    app.deliver_due();
    assert_eq!(kakao.kept(), 0);
}

#[test]
fn an_approval_whose_answer_is_lost_is_looked_up_and_taken_once() {
    let kakao = KakaoPayServer::start();
    let app = TestApp::spawn_with(Backend::Sqlite, through(&kakao)).unwrap();
    let (ann, _) = won_by_ann(&app, LOTS);
    let (id, bill) = opened(&ann);
    pays_with_kakaopay(&ann, &bill);
    let proof = kakao.confirms(&kakao.only_transaction());
    kakao.troubles("approve", Trouble::Breaks);
    ann.looks_at(&format!("{bill}/return?pg_token={proof}"))
        .goes_to(&bill);
    ann.looks_at(&bill)
        .has_status(200)
        .shows("Do not pay twice");
    app.passes(chrono::TimeDelta::seconds(31));
    app.deliver_due();
    assert_eq!(
        (ann.billing(&id)["status"].clone(), kakao.kept()),
        (json!("SUCCESS"), 35_990)
    );
}
