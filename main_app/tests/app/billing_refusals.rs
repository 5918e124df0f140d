//! Every refusal of the cashier has a name and says which field it is about.

use chrono::TimeDelta;
use foundation::testing::Backend;
use serde_json::{Value, json};

use crate::browsing::NO_SUCH_ID;
use crate::shopping::{fresh, winners};
use crate::support::{Answer, Person, TestApp, money};

const LOTS: &[(&str, &str)] = &[("Sextant", "15.99 USD"), ("Celadon", "20000 KRW")];

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

/// Ann and Bob, who have won, with everything that makes a billing impossible.
struct Scene<'a> {
    ann: Person<'a>,
    bob: Person<'a>,
    /// A billing that Ann has paid, in won, with the coupon `WON-500`.
    paid: String,
    usd: Vec<Value>,
    krw: Vec<Value>,
    begun: String,
}

impl<'a> Scene<'a> {
    fn set(app: &'a TestApp) -> Self {
        let (people, staff) = winners(app, &[("ann", LOTS), ("bob", &LOTS[..1])]);
        let ann = &people[0];
        staff.issues("WON-500", "500 KRW", 5);
        let soon = json!({"id": fresh(), "code": "OVER", "basis_points": 1000, "allowed": 5,
            "valid_until": app.now() + TimeDelta::minutes(1)});
        staff.post("/api/coupons", &soon).has_status(201);
        let begun = staff.opens_slot(app, 1);
        let (paid, usd, krw) = (fresh(), basket_of(ann, "USD"), basket_of(ann, "KRW"));
        let body = json!({"id": paid, "payments": krw, "coupon": "WON-500"});
        ann.post("/api/billings", &body).has_status(201);
        ann.settles(&paid, "tok_approved").has_status(200);
        app.passes(TimeDelta::hours(24) + TimeDelta::seconds(1));
        Self {
            ann: Person::log_in(app, &people[0].email),
            bob: Person::log_in(app, &people[1].email),
            paid,
            usd,
            krw,
            begun,
        }
    }

    /// What is wrong with a billing, and how that is called.
    fn table(&self) -> Vec<(&'static str, &'static str, Value)> {
        let foreign = basket_of(&self.bob, "USD");
        vec![
            ("invalid-fields", "payments", json!({"payments": []})),
            (
                "no-such-payment",
                "payments",
                json!({"payments": [NO_SUCH_ID]}),
            ),
            ("no-such-payment", "payments", json!({"payments": foreign})),
            ("not-payable", "payments", json!({"payments": self.krw})),
            ("no-such-coupon", "coupon", json!({"coupon": "NOBODYS"})),
            ("invalid-fields", "coupon", json!({"coupon": "?"})),
            ("coupon-expired", "coupon", json!({"coupon": "OVER"})),
            (
                "coupon-already-used",
                "coupon",
                json!({"coupon": "WON-500"}),
            ),
            (
                "not-enough-credit",
                "credit",
                json!({"credit": money("1 USD")}),
            ),
            (
                "wrong-currency",
                "credit",
                json!({"credit": money("1 KRW")}),
            ),
            (
                "invalid-fields",
                "credit",
                json!({"credit": money("1.001 USD")}),
            ),
            ("no-such-slot", "slot", json!({"slot": NO_SUCH_ID})),
            ("slot-begun", "slot", json!({"slot": self.begun})),
        ]
    }
}

#[test]
fn what_cannot_be_opened_is_refused_by_name_and_keeps_nothing() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let scene = Scene::set(&app);
    let (ann, usd) = (&scene.ann, &scene.usd);
    let before = app.contents();
    for path in ["/api/billings", "/api/billings/quote"] {
        for (slug, field, extras) in scene.table() {
            let mut body = json!({"id": fresh(), "payments": usd});
            let extras = extras.as_object().unwrap().clone();
            body.as_object_mut().unwrap().extend(extras);
            about(&ann.post(path, &body), 422, slug, field);
        }
    }
    let unknown = json!({"id": fresh(), "payments": usd, "token": "x"});
    ann.post("/api/billings", &unknown)
        .is_problem(422, "invalid-body");
    let taken = json!({"id": scene.paid, "payments": usd});
    about(
        &ann.post("/api/billings", &taken),
        409,
        "billing-id-taken",
        "id",
    );
    let taken = json!({"id": scene.paid, "payments": basket_of(&scene.bob, "USD")});
    let refused = scene.bob.post("/api/billings", &taken);
    about(&refused, 409, "billing-id-taken", "id");
    assert_eq!(app.contents(), before);
}

#[test]
fn payments_of_two_currencies_or_in_another_billing_are_not_paid_together() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (people, staff) = winners(&app, &[("ann", LOTS)]);
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
