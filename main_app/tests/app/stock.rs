//! Stock over the API and on the pages: from a file of batches to a refund for what is out of stock.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, items};

const FILE: &str = "reference,sku,quantity,eta\nB-1,clock,1,\nB-2,clock,1,2027-01-15\n";

/// The seller whose the clocks are.
const SAM: &str = "sam@seller.example";

/// Staff take the file in, and say that all of it is Sam's.
fn take_in_clocks(app: &TestApp, tess: &Person<'_>) {
    app.seller("sam");
    let imported = tess.post("/api/stock/import", &json!({"csv": FILE}));
    assert_eq!(imported.has_status(201).json(), json!({"batches": 2}));
    let sam = json!({"consignor": SAM});
    tess.post("/api/stock/products/clock/consignor", &sam)
        .has_status(200);
}

/// The house had a clock of Sam's, and has none any more.
fn ran_out_of_clocks(app: &TestApp) {
    app.seller("sam");
    let tess = app.staff("olga");
    let batch = json!({"reference": "B-0", "sku": "clock", "quantity": 1, "consignor": SAM});
    tess.post("/api/stock/batches", &batch).has_status(201);
    tess.post("/api/stock/batches/B-0", &json!({"quantity": 0}))
        .has_status(200);
}

/// Somebody with an address wins so many of Sam's clocks and pays for them.
fn buys_clocks<'a>(app: &'a TestApp, name: &str, pieces: u32) -> Person<'a> {
    let seller = Person::log_in(app, SAM);
    let buyer = app.bidder(name);
    buyer.lives_somewhere();
    let goods = json!({"goods": {"sku": "clock", "quantity": pieces}});
    let ends_at = app.now() + TimeDelta::hours(2);
    let lot = seller.lists_on("A clock", "10.00 USD", ends_at, goods);
    let shown = json!({"sku": "CLOCK", "quantity": pieces});
    assert_eq!(buyer.sees(&lot)["goods"], shown);
    buyer
        .looks_at(&format!("/lots/{}", lot.id))
        .shows("<code>CLOCK</code>");
    buyer.bids(&lot, "15.00").has_status(200);
    app.passes(TimeDelta::hours(3));
    let buyer = Person::log_in(app, &buyer.email);
    let owed = buyer.owes().pop().unwrap();
    buyer.pays(&owed, "tok_approved").has_status(200);
    app.deliver_due();
    buyer
}

fn package_of(buyer: &Person<'_>) -> Value {
    items(&buyer.get("/api/my/packages")).remove(0)
}

#[test]
fn each_field_of_a_batch_names_the_rule_that_it_breaks() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let tess = app.staff("tess");
    let batch = json!({"reference": "-B", "sku": "a clock", "quantity": 0, "eta": "tomorrow"});
    let refused = tess.post("/api/stock/batches", &batch);
    let errors = &refused.is_problem(422, "invalid-fields")["errors"];
    for (field, rule) in [
        ("reference", "a batch's reference has 1 to 40 letters"),
        ("sku", "an SKU has 1 to 40 letters"),
        ("quantity", "a quantity is a number from 1 to 1000000"),
        ("eta", "an eta is a date such as 2026-12-24"),
    ] {
        let said = errors[field][0].as_str().unwrap();
        assert!(said.starts_with(rule), "{field}: {said}");
    }
    let day = json!({"quantity": 1, "eta": "2026-02-30"});
    let refused = tess.post("/api/stock/batches/B-1", &day);
    assert!(refused.is_problem(422, "invalid-fields")["errors"]["eta"].is_array());
    assert_eq!(items(&tess.get("/api/stock")), [] as [Value; 0]);
}

#[rstest]
fn goods_come_from_a_file_and_go_to_whoever_pays_first(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let tess = app.staff("tess");
    let broken = FILE
        .replace("B-2", "B-1")
        .replace("clock,1,\n", "clock,none,\n");
    let refused = tess.post("/api/stock/import", &json!({"csv": broken}));
    let refused = refused.is_problem(422, "invalid-fields");
    assert!(
        refused["errors"]["csv"][0]
            .as_str()
            .unwrap()
            .starts_with("line 2: a quantity")
    );
    assert_eq!(items(&tess.get("/api/stock")), [] as [Value; 0]);
    take_in_clocks(&app, &tess);
    let [first, second, third] =
        [("ann", 1), ("bob", 1), ("cem", 2)].map(|(name, pieces)| buys_clocks(&app, name, pieces));
    assert_eq!(package_of(&first)["status"], "CREATED");
    let expected = package_of(&second);
    assert_eq!(
        (&expected["status"], &expected["goods"]["expected"]),
        (&json!("AWAITING_STOCK"), &json!("2027-01-15"))
    );
    let waits = package_of(&third);
    assert_eq!(
        waits["waits_for"],
        json!(["2 of CLOCK, of which no batch has so many left"])
    );
    let tess = Person::log_in(&app, &tess.email);
    let sam = Person::log_in(&app, SAM);
    let sam = json!({"id": sam.id, "name": "sam", "email": SAM});
    let stock = json!([{"sku": "CLOCK", "consignor": sam, "available": 0, "expected": 0,
        "allocated": 2, "gone": 0, "wanted": 2}]);
    assert_eq!(json!(items(&tess.get("/api/stock"))), stock);
    let product = tess.get("/api/stock/products/clock").has_status(200).json();
    assert_eq!(product["batches"][0]["lines"][0]["item"], "A clock");
    assert_eq!(product["waiting"][0]["id"], waits["id"]);
    assert_eq!(items(&tess.get("/api/shipping/waiting")).len(), 2);
    let file = tess.get("/api/stock/allocations.csv").has_status(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.text.lines().count(), 3);

    let arrived = json!({"quantity": 3, "eta": null});
    let changed = tess
        .post("/api/stock/batches/B-2", &arrived)
        .has_status(200);
    assert_eq!(changed.json(), json!({"out_of_stock": []}));
    for buyer in [&second, &third] {
        assert_eq!(package_of(buyer)["status"], "CREATED");
    }
    let package = package_of(&first);
    tess.ships(&package, "RM 1").has_status(200);
    let path = format!(
        "/api/shipping/package/{}/return",
        package["id"].as_str().unwrap()
    );
    assert_eq!(
        tess.post(&path, &json!({})).has_status(200).json()["status"],
        "RETURNED"
    );
    assert_eq!(items(&tess.get("/api/stock"))[0]["available"], 1);
}

#[rstest]
fn refusals_of_the_stock_have_names(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let tess = app.staff("tess");
    take_in_clocks(&app, &tess);
    let order = "0192c0de-0000-7000-8000-000000000001";
    let allocate = |sku: &str, quantity: i64| {
        let body = json!({"order": order, "sku": sku, "quantity": quantity});
        tess.post("/api/stock/allocations", &body)
    };
    allocate("clock", 2).is_problem(422, "out-of-stock");
    allocate("chair", 1).is_problem(422, "invalid-sku");
    allocate("a/b", 0).is_problem(422, "invalid-fields");
    let gives_up = |sku: &str| {
        tess.post(
            "/api/stock/deallocations",
            &json!({"order": order, "sku": sku}),
        )
    };
    gives_up("clock").is_problem(422, "not-allocated");
    assert_eq!(
        allocate("clock", 1).has_status(200).json(),
        json!({"batch": "B-1"})
    );
    assert_eq!(
        allocate("clock", 1).has_status(200).json(),
        json!({"batch": "B-1"})
    );
    gives_up("clock").has_status(204);
    let batch = json!({"reference": "b-1", "sku": "chair", "quantity": 1});
    tess.post("/api/stock/batches", &batch)
        .is_problem(409, "batch-reference-taken");
    let change = json!({"quantity": 0});
    tess.post("/api/stock/batches/B-9", &change)
        .is_problem(404, "not-found");
    tess.get("/api/stock/products/chair")
        .is_problem(404, "not-found");
}

#[rstest]
fn whoever_does_not_wait_is_refunded(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    ran_out_of_clocks(&app);
    let [alice, bob] = ["alice", "bob"].map(|name| buys_clocks(&app, name, 1));
    let alice = Person::log_in(&app, &alice.email);
    let package = package_of(&alice);
    let id = package["id"].as_str().unwrap().to_owned();
    assert_eq!(package["may_choose"], true);
    alice
        .looks_at("/my/parcels")
        .shows("Waits for 1 of CLOCK, of which no batch has so many left.");
    let foreign = format!("/api/my/packages/{id}/choice");
    bob.post(&foreign, &json!({"choice": "refund"}))
        .is_problem(404, "not-found");
    let choice = format!("/my/parcels/{id}/choice");
    alice
        .fills_in(&choice, &[("choice", "wait")])
        .goes_to("/my/parcels");
    alice
        .fills_in(&choice, &[("choice", "refund")])
        .goes_to("/my/parcels");
    app.deliver_due();
    alice.looks_at("/my/parcels").shows("Cancelled");
    alice.looks_at("/my/won").shows("Refunded");
    alice
        .post(&foreign, &json!({"choice": "wait"}))
        .is_problem(409, "wrong-state");

    let tess = app.staff("tess");
    let waiting = items(&tess.get("/api/shipping/waiting"));
    assert_eq!(waiting.len(), 1);
    let path = format!(
        "/api/shipping/package/{}/choice",
        waiting[0]["id"].as_str().unwrap()
    );
    tess.post(&path, &json!({"choice": "refund"}))
        .has_status(200);
    app.deliver_due();
    assert_eq!(package_of(&bob)["status"], "CANCELLED");
}

fn adds_batch(staff: &Person<'_>, reference: &str, quantity: &str) -> Answer {
    let form = [
        ("reference", reference),
        ("sku", "clock"),
        ("quantity", quantity),
        ("eta", "2027-01-15"),
    ];
    staff.fills_in("/desk/stock/batches", &form)
}

#[test]
fn staff_keep_the_stock_on_its_pages() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    ran_out_of_clocks(&app);
    let alice = buys_clocks(&app, "alice", 1);
    let tess = app.staff("tess");
    tess.looks_at("/desk/packing")
        .shows("of which no batch has so many left");
    let batch = |reference, quantity| adds_batch(&tess, reference, quantity);
    batch("two words", "0")
        .has_status(422)
        .shows("reference-error");
    batch("B-1", "2").goes_to("/desk/stock/CLOCK");
    batch("B-1", "2")
        .has_status(409)
        .shows("There is a batch B-1 already.");
    let goods = tess.looks_at("/desk/stock/CLOCK").has_status(200);
    goods.shows("arrives on 15 Jan 2027");
    goods.shows("A clock");
    tess.looks_at("/desk/stock").shows("/desk/stock/CLOCK");
    alice
        .looks_at("/my/parcels")
        .shows("expected on 15 Jan 2027");
    let arrived = [("sku", "CLOCK"), ("quantity", "2"), ("eta", "")];
    tess.fills_in("/desk/stock/batches/B-1", &arrived)
        .goes_to("/desk/stock/CLOCK");
    let package = format!(
        "/desk/packing/{}",
        package_of(&alice)["id"].as_str().unwrap()
    );
    tess.looks_at(&package).shows("1 × CLOCK");
}

#[test]
fn a_shrunk_batch_a_file_and_a_return_are_seen_on_the_pages() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let tess = app.staff("tess");
    take_in_clocks(&app, &tess);
    let alice = buys_clocks(&app, "alice", 1);
    let tess = Person::log_in(&app, &tess.email);
    let package = format!(
        "/desk/packing/{}",
        package_of(&alice)["id"].as_str().unwrap()
    );
    let nothing = [("sku", "CLOCK"), ("quantity", "0"), ("eta", "")];
    for batch in ["B-2", "B-1"] {
        tess.fills_in(&format!("/desk/stock/batches/{batch}"), &nothing)
            .goes_to("/desk/stock/CLOCK");
    }
    tess.looks_at("/desk/stock/CLOCK")
        .shows("of which no batch has so many left");
    tess.fills_in("/desk/stock/import", &[("csv", FILE)])
        .has_status(422)
        .shows("B-1 already");
    tess.fills_in("/desk/stock/import", &[("csv", &FILE.replace("B-", "C-"))])
        .goes_to("/desk/stock");
    let ship = [("carrier", "Royal Mail"), ("tracking_number", "RM 1")];
    tess.fills_in(&format!("{package}/ship"), &ship)
        .goes_to("/desk/packing");
    tess.fills_in(&format!("{package}/return"), &[])
        .goes_to(&package);
    tess.looks_at(&package).shows("Came back to us");
    tess.fills_in(&format!("{package}/collect"), &[])
        .goes_to(&package);
}

/// The part of a page between two texts.
#[track_caller]
fn between<'p>(page: &'p Answer, start: &str, end: &str) -> &'p str {
    let (_, rest) = page.text.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

#[test]
fn pages_lead_from_the_lot_to_its_bill_its_package_and_its_goods_and_back() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let tess = app.staff("tess");
    app.seller("sam");
    let batch = json!({"reference": "B-1", "sku": "clock", "quantity": 4, "consignor": SAM});
    tess.post("/api/stock/batches", &batch).has_status(201);
    let alice = buys_clocks(&app, "alice", 3);
    let tess = Person::log_in(&app, &tess.email);
    let id = package_of(&alice)["id"].as_str().unwrap().to_owned();
    let (package, parcel) = (
        format!("/desk/packing/{id}"),
        format!("/my/parcels#parcel-{id}"),
    );
    let won = alice.looks_at("/my/won");
    won.shows(&parcel);
    let lot = format!("/lots/{}", between(&won, r#"href="/lots/"#, "\""));
    let bill = format!(
        "/my/billings/{}",
        between(&won, r#"href="/my/billings/"#, "\"")
    );
    alice.looks_at("/my/parcels").shows(&lot);
    for path in [&parcel, &lot] {
        alice.looks_at(&bill).shows(path);
    }
    for path in [&package, &lot] {
        tess.looks_at(&bill.replace("/my/", "/desk/")).shows(path);
        tess.looks_at("/desk/processes").shows(path);
    }
    for path in [&package, "/desk/stock/CLOCK"] {
        tess.looks_at(&lot).shows(path);
        alice.looks_at(&lot).hides(path);
    }
    let page = tess.looks_at(&package);
    for text in [
        &lot,
        "/desk/stock/CLOCK",
        "3 × CLOCK",
        "<code>B-1</code>",
        &alice.email,
    ] {
        page.shows(text);
    }
    let slip = tess.looks_at(&format!("/packing/{id}/slip"));
    slip.shows("A clock (CLOCK)");
    slip.shows(">3</td>");
}

#[test]
fn whoever_waits_is_not_asked_again() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    ran_out_of_clocks(&app);
    let alice = buys_clocks(&app, "alice", 1);
    let parcels = alice.looks_at("/my/parcels");
    parcels.shows(r#"value="wait""#);
    let id = package_of(&alice)["id"].as_str().unwrap().to_owned();
    alice
        .fills_in(&format!("/my/parcels/{id}/choice"), &[("choice", "wait")])
        .goes_to("/my/parcels");
    let parcels = alice.looks_at("/my/parcels");
    parcels.shows("You chose to wait.");
    parcels.hides(r#"value="wait""#);
    parcels.shows(r#"value="refund""#);
}
