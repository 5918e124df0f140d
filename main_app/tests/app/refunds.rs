//! What staff do about payments, over the API.

use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::browsing::NO_SUCH_ID;
use crate::shopping::{fresh, won_by_ann};
use crate::support::{Answer, Person, TestApp, items, money};

/// Ann's paid billing of 15.99 dollars, 3 of them from her credit, and her payment.
fn paid<'a>(app: &'a TestApp) -> (Person<'a>, Person<'a>, String, String) {
    let (ann, staff) = won_by_ann(app, &[("Brass sextant", "15.99 USD")]);
    staff.grants(&ann, "3 USD");
    let (billing, payment) = (fresh(), ann.basket().remove(0));
    let extras = json!({"credit": money("3 USD")});
    ann.opens(&billing, extras).has_status(201);
    ann.settles(&billing, "tok_approved").has_status(200);
    app.deliver_due();
    (ann, staff, billing, payment)
}

fn refunds(staff: &Person<'_>, payment: &str, body: Value) -> Answer {
    staff.post(&format!("/api/payments/{payment}/refunds"), &body)
}

#[rstest]
fn a_payment_is_given_back_in_parts_up_to_the_last_cent_and_not_beyond(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, staff, billing, payment) = paid(&app);
    let part = json!({"id": fresh(), "amount": money("10 USD"), "reason": "a scratch"});
    for _ in 0..2 {
        let refund = refunds(&staff, &payment, part.clone())
            .has_status(201)
            .json();
        assert_eq!(refund["amount"], money("10.00 USD"));
        app.deliver_due();
    }
    let other = json!({"id": part["id"], "amount": money("9 USD"), "reason": "a scratch"});
    refunds(&staff, &payment, other).is_problem(409, "refund-id-taken");
    let beyond = json!({"id": fresh(), "amount": money("6 USD"), "reason": "no"});
    let refused = refunds(&staff, &payment, beyond).is_problem(422, "refund-too-large");
    assert!(
        refused["errors"]["amount"][0]
            .as_str()
            .unwrap()
            .contains("5.99 USD")
    );
    let whole = json!({"id": fresh(), "reason": "all of it"});
    let rest = refunds(&staff, &payment, whole).has_status(201).json();
    assert_eq!(
        (&rest["amount"], &rest["to_credit"]),
        (&money("5.99 USD"), &money("3.00 USD"))
    );
    app.deliver_due();
    assert_eq!(ann.statuses(), ["REFUNDED"]);
    assert_eq!(ann.credit(), [("3.00".to_owned(), "0.00".to_owned())]);
    let cent = json!({"id": fresh(), "amount": money("0.01 USD"), "reason": "no"});
    refunds(&staff, &payment, cent).is_problem(422, "refund-too-large");
    let nothing = json!({"id": fresh(), "reason": "no"});
    refunds(&staff, &payment, nothing).is_problem(422, "invalid-fields");
    let seen = ann.billing(&billing);
    assert_eq!(seen["refunds"].as_array().unwrap().len(), 2);
    assert!(
        !seen.to_string().contains("tess"),
        "who decided it is not for customers: {seen}"
    );
}

#[test]
fn what_cannot_be_refunded_is_refused_by_name() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (ann, staff) = won_by_ann(&app, &[("Brass sextant", "15.99 USD")]);
    let payment = ann.basket().remove(0);
    let all = |reason: &str| json!({"id": fresh(), "reason": reason});
    refunds(&staff, &payment, all("no")).is_problem(409, "not-paid");
    refunds(&staff, NO_SUCH_ID, all("no")).is_problem(409, "not-paid");
    let billing = ann.opened();
    refunds(&staff, &payment, all("no")).is_problem(409, "not-paid");
    ann.settles(&billing, "tok_approved").has_status(200);
    app.deliver_due();
    let refused = refunds(&staff, &payment, all(" ")).is_problem(422, "invalid-fields");
    assert!(refused["errors"]["reason"].is_array());
    refunds(&ann, &payment, all("please")).is_problem(403, "not-allowed");
}

#[rstest]
fn staff_find_a_billing_by_whatever_they_know_of_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, staff, billing, payment) = paid(&app);
    let history = staff.get(&format!("/api/desk/billings/{billing}"));
    let history = history.has_status(200).json();
    let kinds = history["operations"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds
        .map(|one| (one["kind"].clone(), one["state"].clone()))
        .collect();
    assert_eq!(
        kinds,
        ["authorise", "capture"].map(|kind| (json!(kind), json!("succeeded")))
    );
    assert!(
        !history.to_string().contains("tok_"),
        "what was paid with is not shown: {history}"
    );
    let reference = history["operations"][0]["reference"].as_str().unwrap();
    let bob = app.bidder("bob");
    let found = |what: &str| {
        let answer = staff.get(&format!("/api/desk/billings?find={what}"));
        let ids = items(&answer)
            .into_iter()
            .map(|one| one["billing"]["id"].clone());
        ids.collect::<Vec<_>>()
    };
    for what in [
        &billing,
        &payment,
        &ann.id,
        "ANN@bidder.example",
        reference,
        "",
    ] {
        assert_eq!(found(what), [billing.as_str()], "{what}");
    }
    for what in [
        NO_SUCH_ID,
        &bob.email,
        "nobody@nowhere.example",
        "pi_unknown",
        "%",
    ] {
        assert_eq!(found(&what.replace('%', "%25")), [] as [Value; 0], "{what}");
    }
    let of_status =
        |status: &str| items(&staff.get(&format!("/api/desk/billings?status={status}")));
    assert_eq!(of_status("SUCCESS").len(), 1);
    assert_eq!(of_status("OPEN").len(), 0);
    staff
        .get("/api/desk/billings?status=x")
        .is_problem(422, "invalid-query");
    staff
        .get(&format!("/api/desk/billings/{NO_SUCH_ID}"))
        .is_problem(404, "not-found");
    let first = staff.get("/api/desk/billings?limit=1").json();
    let next = first["next"].as_str().unwrap();
    let rest = items(&staff.get(&format!("/api/desk/billings?limit=1&after={next}")));
    assert_eq!(rest.len(), 0);
}

#[test]
fn what_staff_offer_has_its_rules() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (staff, ann) = (app.staff("tess"), app.bidder("ann"));
    let coupon = json!({"id": fresh(), "code": "TEN", "basis_points": 1000, "allowed": 1});
    for _ in 0..2 {
        staff.post("/api/coupons", &coupon).has_status(201);
    }
    assert_eq!(items(&staff.get("/api/coupons")).len(), 1, "twice is once");
    let with = |field: &str, value: Value| {
        let mut coupon = json!({"id": fresh(), "code": "NEW", "basis_points": 1000, "allowed": 1});
        coupon[field] = value;
        staff.post("/api/coupons", &coupon)
    };
    with("code", json!("ten")).is_problem(409, "coupon-taken");
    with("code", json!("?")).is_problem(422, "invalid-fields");
    with("basis_points", json!(10_001)).is_problem(422, "invalid-fields");
    with("basis_points", json!(0)).is_problem(422, "invalid-fields");
    with("allowed", json!(0)).is_problem(422, "invalid-fields");
    with("amount", money("1 USD")).is_problem(422, "invalid-fields");
    let slot = json!({"id": fresh(), "place": "the ramp", "starts_at": app.now(),
        "ends_at": app.now(), "capacity": 1});
    staff
        .post("/api/slots", &slot)
        .is_problem(422, "invalid-fields");
    let credit = format!("/api/customers/{}/credit", ann.id);
    let grant = |amount: &str, reason: &str, version: Option<i64>| {
        let body = json!({"amount": money(amount), "reason": reason, "version": version});
        staff.post(&credit, &body)
    };
    grant("5 USD", "late", Some(0)).has_status(201);
    grant("5 USD", "late", Some(0)).is_problem(409, "credit-changed");
    grant("5 USD", "late", None).has_status(201);
    grant("0 USD", "late", None).is_problem(422, "invalid-fields");
    grant("5 USD", " ", None).is_problem(422, "invalid-fields");
    assert_eq!(ann.credit(), [("10.00".to_owned(), "0.00".to_owned())]);
    assert_eq!(items(&staff.get(&credit))[0]["version"], 2);
    for nobody in [NO_SUCH_ID, &staff.id] {
        let path = format!("/api/customers/{nobody}/credit");
        staff.get(&path).is_problem(404, "not-found");
        staff
            .post(&path, &json!({"amount": money("1 USD"), "reason": "x"}))
            .is_problem(404, "not-found");
    }
    staff
        .post("/api/differences/compare", &json!({}))
        .has_status(202);
    let resolve = format!("/api/differences/{NO_SUCH_ID}/resolve");
    staff
        .post(&resolve, &json!({"note": "done"}))
        .is_problem(404, "not-found");
}
