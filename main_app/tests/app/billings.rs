//! Paying several won items in one go, over the API.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::shopping::{fresh, with_premium_and_tax, won_by_ann};
use crate::support::{Person, TestApp, items, money};

const SEXTANT: (&str, &str) = ("Brass sextant", "15.99 USD");
const LAMP: (&str, &str) = ("Oil lamp", "4.01 USD");

/// The amount of money in JSON.
fn amount(value: &Value) -> &str {
    value["amount"].as_str().unwrap()
}

#[rstest]
fn two_won_lots_are_settled_at_once_with_coupon_credit_and_collection(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn_with(backend, with_premium_and_tax) else {
        return;
    };
    let (ann, staff) = won_by_ann(&app, &[SEXTANT, LAMP]);
    staff.issues("WELCOME-5", "5 USD", 10);
    staff.grants(&ann, "3 USD");
    let slot = staff.opens_slot(&app, 2);
    let extras = json!({"coupon": "welcome-5", "credit": money("100 USD"), "slot": slot});
    let refused = ann
        .opens(&fresh(), extras)
        .is_problem(422, "not-enough-credit");
    assert!(
        refused["errors"]["credit"][0]
            .as_str()
            .unwrap()
            .contains("3.00 USD")
    );
    let extras = json!({"coupon": "welcome-5", "credit": money("3 USD"), "slot": slot});

    // 15.99 + 1.60 + 3.52, and 4.01 + 0.40 + 0.88: premium and tax of each line, half up.
    let mut wanted = json!({"id": fresh(), "payments": ann.basket()});
    wanted
        .as_object_mut()
        .unwrap()
        .extend(extras.as_object().unwrap().clone());
    let before = app.contents();
    let quote = ann
        .post("/api/billings/quote", &wanted)
        .has_status(200)
        .json();
    assert_eq!(app.contents(), before, "a quote keeps nothing");
    assert_eq!(amount(&quote["amount_due"]), "18.40");

    let id = wanted["id"].as_str().unwrap().to_owned();
    let opened = ann.opens(&id, extras.clone()).has_status(201).json();
    for part in ["orders", "coupon", "credit", "amount_due"] {
        assert_eq!(opened[part], quote[part], "{part}");
    }
    assert_eq!(
        (&opened["status"], &opened["coupon"]["code"]),
        (&json!("OPEN"), &json!("WELCOME-5"))
    );
    let lines = opened["orders"].as_array().unwrap().iter();
    let mut lines: Vec<_> = lines
        .map(|line| ["hammer", "premium", "tax"].map(|part| amount(&line[part]).to_owned()))
        .collect();
    lines.sort();
    assert_eq!(lines, [["15.99", "1.60", "3.52"], ["4.01", "0.40", "0.88"]]);
    assert_eq!(ann.credit(), [("0.00".to_owned(), "3.00".to_owned())]);
    let free = |person: &Person<'_>| items(&person.get("/api/slots"))[0]["free"].clone();
    assert_eq!(free(&ann), 1);
    assert_eq!(
        ann.opens(&id, extras).has_status(200).json(),
        opened,
        "twice is once"
    );

    assert_eq!(
        ann.settles(&id, "tok_approved").has_status(200).json(),
        json!({"outcome": "paid"})
    );
    app.deliver_due();
    let paid = ann.billing(&id);
    assert_eq!(
        (&paid["status"], amount(&paid["captured"])),
        (&json!("SUCCESS"), "18.40")
    );
    assert_eq!(ann.statuses(), ["CAPTURED", "CAPTURED"]);
    assert_eq!(ann.credit(), [("0.00".to_owned(), "0.00".to_owned())]);
    assert_eq!(free(&staff), 1);
    let coupon = &items(&staff.get("/api/coupons"))[0];
    assert_eq!(
        (&coupon["held"], &coupon["redeemed"]),
        (&json!(0), &json!(1))
    );
    ann.settles(&id, "tok_approved")
        .is_problem(409, "billing-ended");
    let paths = ["cancel"].map(|act| format!("/api/billings/{id}/{act}"));
    ann.post(&paths[0], &json!({}))
        .is_problem(409, "billing-ended");
    assert_eq!(items(&ann.get("/api/billings")), [ann.billing(&id)]);
}

#[rstest]
fn what_nothing_is_due_for_is_paid_without_a_card(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, staff) = won_by_ann(&app, &[SEXTANT, LAMP]);
    staff.grants(&ann, "50 USD");
    let id = fresh();
    let opened = ann
        .opens(&id, json!({"credit": money("50 USD")}))
        .has_status(201)
        .json();
    assert_eq!(
        (amount(&opened["credit"]), amount(&opened["amount_due"])),
        ("20.00", "0.00")
    );
    assert_eq!(opened["ways_to_pay"], json!([]));
    let path = format!("/api/billings/{id}/pay");
    assert_eq!(
        ann.post(&path, &json!({})).has_status(200).json()["outcome"],
        "paid"
    );
    app.deliver_due();
    assert_eq!(ann.statuses(), ["CAPTURED", "CAPTURED"]);
    assert_eq!(ann.credit(), [("30.00".to_owned(), "0.00".to_owned())]);
}

#[rstest]
fn a_declined_card_leaves_the_billing_open_for_another(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, _) = won_by_ann(&app, &[SEXTANT, LAMP]);
    let id = ann.opened();
    let declined = ann.settles(&id, "tok_declined").has_status(200).json();
    assert_eq!(
        declined,
        json!({"outcome": "declined", "reason": "the card was declined"})
    );
    assert_eq!(
        (ann.billing(&id)["status"].clone(), ann.statuses()),
        (
            json!("OPEN"),
            vec!["FAILED".to_owned(), "FAILED".to_owned()]
        )
    );
    ann.settles(&id, "tok_approved").has_status(200);
    app.deliver_due();
    assert_eq!(ann.statuses(), ["CAPTURED", "CAPTURED"]);
    assert_eq!(amount(&ann.billing(&id)["captured"]), "20.00");
}

#[rstest]
#[case("tok_action_required", "tok_approved", "paid", "SUCCESS")]
#[case("tok_action_failed", "tok_declined", "declined", "OPEN")]
fn a_bank_that_wants_a_confirmation_is_asked_on_the_way(
    #[case] token: &str,
    #[case] proof: &str,
    #[case] outcome: &str,
    #[case] status: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, _) = won_by_ann(&app, &[SEXTANT]);
    let id = ann.opened();
    ann.completes(&id, None)
        .is_problem(409, "nothing-to-confirm");
    let answer = ann.settles(&id, token).has_status(202).json();
    assert_eq!(answer["outcome"], "action_required");
    let place = answer["redirect"]["desktop"].as_str().unwrap();
    let expected = format!("http://localhost:8080/my/billings/{id}/return?pg_token={proof}");
    assert_eq!(place, expected);
    assert_eq!(ann.billing(&id)["confirm_at"]["mobile"], place);
    let answer = ann.completes(&id, Some(proof)).has_status(200).json();
    assert_eq!(answer["outcome"], outcome);
    assert_eq!(ann.billing(&id)["status"], status);
    let again = ann.completes(&id, Some(proof));
    let slug = match status {
        "OPEN" => "nothing-to-confirm",
        _ => "billing-ended",
    };
    again.is_problem(409, slug);
}

#[rstest]
#[case("tok_timeout_then_success", "SUCCESS", "CAPTURED")]
#[case("tok_timeout_then_failure", "OPEN", "FAILED")]
fn a_gateway_that_does_not_answer_is_asked_again(
    #[case] token: &str,
    #[case] status: &str,
    #[case] payment: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, _) = won_by_ann(&app, &[SEXTANT, LAMP]);
    let id = ann.opened();
    assert_eq!(
        ann.settles(&id, token).has_status(202).json()["outcome"],
        "pending"
    );
    assert_eq!(ann.billing(&id)["in_progress"], true);
    let waits = ann.settles(&id, "tok_approved");
    waits.is_problem(409, "in-progress");
    assert_eq!(waits.header("retry-after"), "30");
    let path = format!("/api/billings/{id}/cancel");
    ann.post(&path, &json!({})).is_problem(409, "in-progress");
    app.passes(TimeDelta::seconds(31));
    app.deliver_due();
    assert_eq!(ann.billing(&id)["status"], status);
    assert_eq!(ann.statuses(), [payment, payment]);
}

#[rstest]
fn cancelling_gives_everything_back_and_twice_is_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, staff) = won_by_ann(&app, &[SEXTANT, LAMP]);
    staff.issues("ONCE", "5 USD", 1);
    staff.grants(&ann, "3 USD");
    let slot = staff.opens_slot(&app, 1);
    let extras = json!({"coupon": "ONCE", "credit": money("3 USD"), "slot": slot});
    for _ in 0..2 {
        let id = fresh();
        ann.opens(&id, extras.clone()).has_status(201);
        for _ in 0..2 {
            let cancelled = ann.post(&format!("/api/billings/{id}/cancel"), &json!({}));
            assert_eq!(cancelled.has_status(200).json()["status"], "CANCELLED");
        }
        ann.settles(&id, "tok_approved")
            .is_problem(409, "billing-ended");
    }
    assert_eq!(ann.credit(), [("3.00".to_owned(), "0.00".to_owned())]);
    assert_eq!(ann.statuses(), ["NEW", "NEW"]);
}

#[rstest]
fn a_billing_that_nobody_pays_expires_and_gives_everything_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, staff) = won_by_ann(&app, &[SEXTANT, LAMP]);
    staff.issues("ONCE", "5 USD", 1);
    let id = fresh();
    ann.opens(&id, json!({"coupon": "ONCE"})).has_status(201);
    let waits = ann.settles(&id, "tok_action_required").has_status(202);
    assert_eq!(waits.json()["outcome"], "action_required");
    app.passes(TimeDelta::minutes(31));
    app.deliver_due();
    assert_eq!(ann.billing(&id)["status"], "CANCELLED");
    ann.completes(&id, Some("tok_approved"))
        .is_problem(409, "billing-ended");
    assert_eq!(ann.statuses(), ["NEW", "NEW"]);
    ann.opens(&fresh(), json!({"coupon": "ONCE"}))
        .has_status(201);
}
