//! Sales and registrations over HTTP: paddles, approval, seats, and the terms that lots take over.

use std::collections::BTreeSet;
use std::sync::Barrier;

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, items, money};

/// A sale that opens in an hour, made by staff; gives its path.
fn sale(app: &TestApp, staff: &Person<'_>, terms: Value) -> String {
    let sale = body(app, terms);
    let made = staff.post("/api/sales", &sale).has_status(201);
    let path = format!("/api/sales/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(made.header("location"), path);
    path
}

fn body(app: &TestApp, terms: Value) -> Value {
    let mut sale = json!({"title": "Autumn sale", "currency": "USD", "admission": "open",
        "opens_at": app.now() + TimeDelta::hours(1)});
    let terms = terms.as_object().unwrap().clone();
    sale.as_object_mut().unwrap().extend(terms);
    sale
}

fn registers(person: &Person<'_>, sale: &str) -> Answer {
    person.post(&format!("{sale}/registrations"), &json!({}))
}

fn id_of(sale: &str) -> &str {
    sale.rsplit('/').next().unwrap()
}

#[rstest]
fn only_whoever_has_a_paddle_bids_on_the_lots_of_a_sale(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, tess) = (app.seller("sam"), app.staff("tess"));
    let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
    let sale = sale(&app, &tess, json!({}));
    let ends_at = app.now() + TimeDelta::hours(3);
    let lot = seller.lists_on(
        "Astrolabe",
        "10 USD",
        ends_at,
        json!({"sale": id_of(&sale)}),
    );
    assert_eq!(ann.sees(&lot)["status"], "scheduled");
    let listed = items(&app.nobody().get(&format!("{sale}/lots")));
    assert_eq!(listed[0]["id"], lot.id.as_str());

    let first = registers(&ann, &sale).has_status(201).json();
    assert_eq!(
        (&first["paddle"], &first["status"]),
        (&json!(1), &json!("approved"))
    );
    registers(&ann, &sale).is_problem(409, "already-registered");
    ann.bids(&lot, "12").is_problem(422, "not-open-yet");
    app.passes(TimeDelta::hours(1));
    ann.bids(&lot, "12").has_status(200);
    bob.bids(&lot, "13").is_problem(403, "no-paddle");

    assert_eq!(registers(&bob, &sale).has_status(201).json()["paddle"], 2);
    bob.bids(&lot, "13").has_status(200);
    let cancelled = bob.delete(&format!("{sale}/registration")).has_status(200);
    assert_eq!(cancelled.json()["status"], "cancelled");
    bob.bids(&lot, "15").is_problem(403, "no-paddle");
    assert_eq!(
        bob.sees(&lot)["you_lead"],
        true,
        "what was bid stays binding"
    );
    bob.delete(&format!("{sale}/registration"))
        .is_problem(409, "wrong-state");
    let again = registers(&bob, &sale).has_status(201).json();
    assert_eq!(again["paddle"], 3, "no paddle is given twice");
}

#[rstest]
fn staff_approve_and_refuse_who_may_bid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, tess) = (app.seller("sam"), app.staff("tess"));
    let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
    let sale = sale(&app, &tess, json!({"admission": "by_approval"}));
    let ends_at = app.now() + TimeDelta::hours(3);
    let lot = seller.lists_on(
        "Astrolabe",
        "10 USD",
        ends_at,
        json!({"sale": id_of(&sale)}),
    );
    app.passes(TimeDelta::hours(1));
    ann.get(&format!("{sale}/registration"))
        .is_problem(404, "not-found");
    assert_eq!(
        registers(&ann, &sale).has_status(201).json()["status"],
        "pending"
    );
    registers(&bob, &sale).has_status(201);
    ann.bids(&lot, "12").is_problem(403, "no-paddle");

    let waiting = items(&tess.get(&format!("{sale}/registrations?status=pending")));
    assert_eq!(waiting.len(), 2);
    let of = |person: &Person<'_>| {
        let mine = waiting
            .iter()
            .find(|one| one["bidder"] == person.id.as_str());
        let id = mine.unwrap()["id"].as_str().unwrap();
        format!("{sale}/registrations/{id}")
    };
    tess.post(&format!("{}/approve", of(&ann)), &json!({}))
        .has_status(204);
    tess.post(&format!("{}/approve", of(&ann)), &json!({}))
        .is_problem(409, "wrong-state");
    let unreasoned = tess.post(&format!("{}/refuse", of(&bob)), &json!({"reason": " "}));
    assert!(unreasoned.is_problem(422, "invalid-fields")["errors"]["reason"].is_array());
    let reason = json!({"reason": "Unpaid last time."});
    tess.post(&format!("{}/refuse", of(&bob)), &reason)
        .has_status(204);
    ann.bids(&lot, "12").has_status(200);
    bob.bids(&lot, "13").is_problem(403, "no-paddle");
    let told = bob
        .get(&format!("{sale}/registration"))
        .has_status(200)
        .json();
    assert_eq!(
        (&told["status"], &told["reason"]),
        (&json!("refused"), &reason["reason"])
    );
    registers(&bob, &sale).is_problem(403, "registration-refused");
    let missing = format!("{sale}/registrations/{}/approve", id_of(&sale));
    tess.post(&missing, &json!({})).is_problem(404, "not-found");
}

/// Eight bidders, each twice, all at once, for three seats.
#[rstest]
fn seats_and_paddles_hold_when_all_register_at_once(
    #[values("open", "by_approval")] admission: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let tess = app.staff("tess");
    let sale = sale(&app, &tess, json!({"seats": 3, "admission": admission}));
    let bidders: Vec<_> = (0..8)
        .map(|number| app.bidder(&format!("b{number}")))
        .collect();
    let gate = Barrier::new(16);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|number| {
                let (bidder, gate, sale) = (&bidders[number % 8], &gate, &sale);
                scope.spawn(move || {
                    gate.wait();
                    registers(bidder, sale)
                })
            })
            .collect();
        let answers = threads.into_iter().map(|thread| thread.join().unwrap());
        answers.collect()
    });
    let seated: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert_eq!(seated.len(), 3);
    let part = |name: &str| -> BTreeSet<_> {
        seated
            .iter()
            .map(|answer| answer.json()[name].to_string())
            .collect()
    };
    assert_eq!((part("bidder").len(), part("paddle").len()), (3, 3));
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        let slug = refused.json()["type"].as_str().unwrap().to_owned();
        assert!(
            slug.ends_with("sale-is-full") || slug.ends_with("already-registered"),
            "{refused:?}"
        );
    }
    let shown = app.nobody().get(&sale).has_status(200).json();
    assert_eq!(
        (&shown["seats"], &shown["seats_left"]),
        (&json!(3), &json!(0))
    );

    let first = seated[0].json();
    let free = bidders
        .iter()
        .find(|one| one.id == first["bidder"].as_str().unwrap());
    free.unwrap()
        .delete(&format!("{sale}/registration"))
        .has_status(200);
    assert_eq!(app.nobody().get(&sale).json()["seats_left"], 1);
    let without = bidders
        .iter()
        .find(|one| !part("bidder").contains(&json!(one.id).to_string()));
    let last = registers(without.unwrap(), &sale).has_status(201).json();
    assert!(!part("paddle").contains(&last["paddle"].to_string()));
}

#[rstest]
fn a_lot_takes_over_the_terms_of_its_sale(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, tess) = (app.seller("sam"), app.staff("tess"));
    let ann = app.bidder("ann");
    let terms = json!({
        "buyers_premium": "12.5",
        "increments": {"bands": [{"up_to": "99.99", "step": "5"}], "above": "25"},
        "soft_close": {"window_seconds": 60, "cap_seconds": 600},
    });
    let sale = sale(&app, &tess, terms);
    let shown = app.nobody().get(&sale).has_status(200).json();
    assert_eq!(shown["buyers_premium"], "12.5");
    assert_eq!(
        shown["increments"],
        json!({"bands": [{"up_to": "99.99", "step": "5.00"}], "above": "25.00"})
    );
    assert_eq!(
        shown["soft_close"],
        json!({"window_seconds": 60, "cap_seconds": 600})
    );
    assert_eq!(shown["seats_left"], Value::Null);
    assert_eq!(items(&app.nobody().get("/api/sales")).len(), 1);

    let ends_at = app.now() + TimeDelta::hours(3);
    let sale_id = json!({"sale": id_of(&sale)});
    let lot = seller.lists_on("Astrolabe", "10 USD", ends_at, sale_id.clone());
    let lot = ann.sees(&lot);
    assert_eq!(
        (&lot["soft_close_seconds"], &lot["sale"]),
        (&json!(60), &sale_id["sale"])
    );
    assert_eq!(lot["began_at"], shown["opens_at"]);
    assert_eq!(lot["minimum_next"], money("10.00 USD"));

    let refused = |change: Value, kind: &str, field: &str| {
        let mut lot = json!({"title": "Astrolabe", "starting_price": money("10 USD"),
            "ends_at": ends_at, "sale": sale_id["sale"]});
        lot.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let problem = seller.post("/api/auctions", &lot).is_problem(422, kind);
        assert!(problem["errors"][field].is_array(), "{problem}");
    };
    refused(
        json!({"starting_price": money("10 EUR")}),
        "wrong-currency",
        "starting_price",
    );
    refused(json!({"opens_at": app.now()}), "invalid-fields", "opens_at");
    let nowhere = "00000000-0000-7000-8000-000000000000";
    refused(json!({"sale": nowhere}), "invalid-fields", "sale");
}

#[rstest]
#[case::no_title(json!({"title": " "}), "title", "empty")]
#[case::unknown_currency(json!({"currency": "XYZ"}), "currency", "not a currency")]
#[case::in_the_past(json!({"opens_at": "2026-11-21T11:59:59Z"}), "opens_at", "past")]
#[case::premium(json!({"buyers_premium": "51"}), "buyers_premium", "50")]
#[case::premium_of_words(json!({"buyers_premium": "much"}), "buyers_premium", "")]
#[case::no_step(
    json!({"increments": {"bands": [], "above": "0"}}), "increments", "more than zero"
)]
#[case::bands_out_of_order(
    json!({"increments": {"bands": [{"up_to": "9", "step": "1"}, {"up_to": "5", "step": "2"}],
        "above": "3"}}), "increments", ""
)]
#[case::bands_that_fall(
    json!({"increments": {"bands": [{"up_to": "9", "step": "100"}], "above": "1"}}),
    "increments", "lower"
)]
#[case::decimals(json!({"increments": {"bands": [], "above": "0.001"}}), "increments", "2 decimals")]
#[case::no_window(json!({"soft_close": {"window_seconds": 0}}), "soft_close", "")]
fn a_sale_that_breaks_a_rule_is_refused(
    #[case] change: Value,
    #[case] field: &str,
    #[case] rule: &str,
) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let tess = app.staff("tess");
    let before = app.contents();
    let refused = tess.post("/api/sales", &body(&app, change));
    let problem = refused.is_problem(422, "invalid-fields");
    let told = problem["errors"][field].to_string();
    assert!(told != "null" && told.contains(rule), "{problem}");
    assert_eq!(app.contents(), before);
}

#[rstest]
#[case::seats(json!({"seats": 0}))]
#[case::admission(json!({"admission": "everybody"}))]
#[case::unknown(json!({"house": "ours"}))]
#[case::soft_close(json!({"soft_close": "on"}))]
fn a_sale_that_cannot_be_read_is_refused(#[case] change: Value) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let tess = app.staff("tess");
    let refused = tess.post("/api/sales", &body(&app, change));
    refused.is_problem(422, "invalid-body");
}
