//! Every refusal of the cashier has a name and says which field it is about.

use chrono::TimeDelta;
use foundation::testing::Backend;
use serde_json::{Value, json};

use crate::browsing::NO_SUCH_ID;
use crate::shopping::{fresh, winners};
use crate::support::{Answer, Person, TestApp, money};

/// Expects a refusal that is about a field.
#[track_caller]
fn about(answer: &Answer, status: u16, slug: &str, field: &str) {
    let problem = answer.is_problem(status, slug);
    assert!(problem["errors"][field].is_array(), "{field}: {problem}");
}

fn basket_of(person: &Person<'_>, currency: &str) -> Vec<Value> {
    let owed = person.owes().into_iter();
    let of_currency = owed.filter(|payment| payment["amount"]["currency"] == currency);
    of_currency.map(|payment| payment["id"].clone()).collect()
}

#[test]
fn what_cannot_be_opened_is_refused_by_name_and_keeps_nothing() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let lots: &[_] = &[("Sextant", "15.99 USD"), ("Celadon", "20000 KRW")];
    let (people, staff) = winners(&app, &[("ann", lots), ("bob", &lots[..1])]);
    let [ann, bob] = people.as_slice() else {
        unreachable!("two have won")
    };
    staff.issues("WON-500", "500 KRW", 5);
    staff.issues("USED", "1 USD", 5);
    let soon = json!({"id": fresh(), "code": "OVER", "basis_points": 1000, "allowed": 5,
        "valid_until": app.now() + TimeDelta::minutes(1)});
    staff.post("/api/coupons", &soon).has_status(201);
    let begun = staff.opens_slot(&app, 1);
    let (used, usd, krw) = (fresh(), basket_of(ann, "USD"), basket_of(ann, "KRW"));
    let body = json!({"id": used, "payments": krw, "coupon": "WON-500"});
    ann.post("/api/billings", &body).has_status(201);
    let opened = ann.settles(&used, "tok_approved");
    assert_eq!(opened.json()["outcome"], "paid");
    app.passes(TimeDelta::hours(24) + TimeDelta::seconds(1));
    let (ann, bob, staff) = (
        Person::log_in(&app, &ann.email),
        Person::log_in(&app, &bob.email),
        Person::log_in(&app, &staff.email),
    );
    let before = app.contents();
    let table: Vec<(u16, &str, &str, Value)> = vec![
        (422, "invalid-fields", "payments", json!({"payments": []})),
        (
            422,
            "no-such-payment",
            "payments",
            json!({"payments": [NO_SUCH_ID]}),
        ),
        (
            422,
            "no-such-payment",
            "payments",
            json!({"payments": basket_of(&bob, "USD")}),
        ),
        (422, "not-payable", "payments", json!({"payments": krw})),
        (
            422,
            "no-such-coupon",
            "coupon",
            json!({"coupon": "NOBODYS"}),
        ),
        (422, "invalid-fields", "coupon", json!({"coupon": "?"})),
        (422, "coupon-expired", "coupon", json!({"coupon": "OVER"})),
        (
            422,
            "coupon-already-used",
            "coupon",
            json!({"coupon": "WON-500"}),
        ),
        (
            422,
            "not-enough-credit",
            "credit",
            json!({"credit": money("1 USD")}),
        ),
        (
            422,
            "wrong-currency",
            "credit",
            json!({"credit": money("1 KRW")}),
        ),
        (
            422,
            "invalid-fields",
            "credit",
            json!({"credit": money("1.001 USD")}),
        ),
        (422, "no-such-slot", "slot", json!({"slot": NO_SUCH_ID})),
        (422, "slot-begun", "slot", json!({"slot": begun})),
    ];
    for path in ["/api/billings", "/api/billings/quote"] {
        for (status, slug, field, extras) in &table {
            let mut body = json!({"id": fresh(), "payments": usd});
            body.as_object_mut()
                .unwrap()
                .extend(extras.as_object().unwrap().clone());
            about(&ann.post(path, &body), *status, slug, field);
        }
    }
    ann.post(
        "/api/billings",
        &json!({"id": fresh(), "payments": usd, "token": "x"}),
    )
    .is_problem(422, "invalid-body");
    assert_eq!(app.contents(), before);
    let taken = json!({"id": used, "payments": usd});
    about(
        &ann.post("/api/billings", &taken),
        409,
        "billing-id-taken",
        "id",
    );
    let taken = json!({"id": used, "payments": basket_of(&bob, "USD")});
    about(
        &bob.post("/api/billings", &taken),
        409,
        "billing-id-taken",
        "id",
    );
    staff.get("/api/billings").is_problem(403, "not-allowed");
}

#[test]
fn payments_of_two_currencies_or_in_another_billing_are_not_paid_together() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let lots: &[_] = &[("Sextant", "15.99 USD"), ("Celadon", "20000 KRW")];
    let (people, staff) = winners(&app, &[("ann", lots)]);
    let ann = &people[0];
    about(
        &ann.opens(&fresh(), json!({})),
        422,
        "wrong-currency",
        "payments",
    );
    staff.issues("WON-500", "500 KRW", 5);
    let usd = json!({"id": fresh(), "payments": basket_of(ann, "USD"), "coupon": "WON-500"});
    about(
        &ann.post("/api/billings", &usd),
        422,
        "wrong-currency",
        "coupon",
    );
    let usd = |id: &str| json!({"id": id, "payments": basket_of(ann, "USD")});
    let first = fresh();
    ann.post("/api/billings", &usd(&first)).has_status(201);
    let refused = ann.post("/api/billings", &usd(&fresh()));
    about(&refused, 409, "in-billing", "payments");
    assert!(
        refused.text.contains(&first),
        "it says which: {}",
        refused.text
    );
}

#[test]
fn what_cannot_be_paid_is_refused_by_name() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let lots: &[_] = &[("Sextant", "15.99 USD")];
    let (people, _) = winners(&app, &[("ann", lots), ("bob", lots)]);
    let [ann, bob] = people.as_slice() else {
        unreachable!("two have won")
    };
    let id = ann.opened();
    let pay = format!("/api/billings/{id}/pay");
    about(&ann.post(&pay, &json!({})), 422, "invalid-fields", "token");
    let card = json!({"token": "4242 4242 4242 4242"});
    about(&ann.post(&pay, &card), 422, "invalid-fields", "token");
    let nowhere = json!({"token": "tok_approved", "gateway": "stripe"});
    about(&ann.post(&pay, &nowhere), 422, "no-such-gateway", "gateway");
    let place = json!({"token": "tok_approved", "return_url": "javascript:alert(1)"});
    about(&ann.post(&pay, &place), 422, "invalid-fields", "return_url");
    for path in ["pay", "complete", "cancel"] {
        let body = match path {
            "pay" => json!({"token": "tok_approved"}),
            _ => json!({}),
        };
        let path = format!("/api/billings/{id}/{path}");
        bob.post(&path, &body).is_problem(404, "not-found");
    }
    bob.get(&format!("/api/billings/{id}"))
        .is_problem(404, "not-found");
    let single = ann.owes().remove(0);
    assert_eq!(single["billing"], id);
    let charged = ann.pays(&single, "tok_approved").has_status(200);
    assert_eq!(
        charged.json()["outcome"],
        "charged",
        "a billing of one is paid as one"
    );
}
