//! Goods of the stock belong to somebody, and nobody else puts them up.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::browsing::NO_SUCH_ID;
use crate::support::{Answer, Person, TestApp, items, money};

const OTHERS: &str = "belong to another seller, and goods never change hands: use another SKU";

/// Two sellers, and staff who look after what the warehouse has of theirs.
struct Warehouse<'a> {
    app: &'a TestApp,
    sam: Person<'a>,
    rita: Person<'a>,
    tess: Person<'a>,
}

impl<'a> Warehouse<'a> {
    /// With a clock of Sam's and a chair of nobody's.
    fn of(app: &'a TestApp) -> Self {
        let warehouse = Self {
            app,
            sam: app.seller("sam"),
            rita: app.seller("rita"),
            tess: app.staff("tess"),
        };
        let clock = json!({"reference": "B-1", "sku": "clock", "quantity": 1,
            "consignor": warehouse.sam.email});
        let chair = json!({"reference": "B-2", "sku": "chair", "quantity": 1});
        for batch in [clock, chair] {
            warehouse
                .tess
                .post("/api/stock/batches", &batch)
                .has_status(201);
        }
        warehouse
    }

    fn puts_up(&self, seller: &Person<'_>, sku: &str) -> Answer {
        let body = json!({
            "title": "A clock",
            "starting_price": money("10.00 USD"),
            "ends_at": self.app.now() + TimeDelta::hours(2),
            "goods": {"sku": sku, "quantity": 1},
        });
        seller.post("/api/auctions", &body)
    }

    fn fills_in(&self, seller: &Person<'_>, sku: &str) -> Answer {
        let ends_at = self.app.now() + TimeDelta::hours(2);
        let ends_at = ends_at.format("%Y-%m-%dT%H:%M").to_string();
        let form = [
            ("lot", NO_SUCH_ID),
            ("title", "A clock"),
            ("description", ""),
            ("starting_price", "10"),
            ("currency", "USD"),
            ("increment", ""),
            ("ends_at", &ends_at),
            ("sku", sku),
        ];
        seller.fills_in("/sell", &form)
    }

    fn entrusts(&self, sku: &str, consignor: &str) -> Answer {
        let path = format!("/api/stock/products/{sku}/consignor");
        self.tess.post(&path, &json!({"consignor": consignor}))
    }
}

#[rstest]
fn a_seller_puts_up_goods_of_their_own_only(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let house = Warehouse::of(&app);
    let before = app.contents();
    let unknown = house.puts_up(&house.rita, "lamp");
    let unknown = unknown.is_problem(422, "invalid-sku");
    let rule = json!(["there are no goods LAMP in this house"]);
    assert_eq!(unknown["errors"], json!({"goods": rule}));
    let [others, nobodys] = ["clock", "chair"].map(|sku| {
        house
            .puts_up(&house.rita, sku)
            .is_problem(422, "not-your-goods")
    });
    let rule = json!(["these are not goods of yours"]);
    assert_eq!(others["errors"], json!({"goods": rule}));
    assert_eq!(others, nobodys, "whose they are is not said");
    for sku in ["lamp", "clock", "chair"] {
        let page = house.fills_in(&house.rita, sku).has_status(422);
        page.shows("sku-error");
        page.shows(&format!(r#"value="{sku}""#));
        page.hides("sam@");
    }
    assert_eq!(app.contents(), before, "no lot was put up");

    house.puts_up(&house.sam, " Clock ").has_status(201);
    let lot = format!("/lots/{NO_SUCH_ID}");
    house.fills_in(&house.sam, "clock").goes_to(&lot);
    house.entrusts("chair", &house.rita.email).has_status(200);
    house.puts_up(&house.rita, "chair").has_status(201);
}

#[rstest]
fn it_is_said_once_whose_goods_they_are(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let house = Warehouse::of(&app);
    let bea = app.bidder("bea");
    for nobody in ["", "nobody@seller.example", &bea.email, &house.tess.id] {
        let refused = house.entrusts("chair", nobody);
        let refused = refused.is_problem(422, "invalid-fields");
        assert!(refused["errors"]["consignor"][0].is_string());
    }
    for sku in ["lamp", "a b"] {
        house
            .entrusts(sku, &house.rita.email)
            .is_problem(404, "not-found");
    }
    let rita = json!({"id": house.rita.id, "name": "rita", "email": house.rita.email});
    let entrusted = house.entrusts("chair", &house.rita.id).has_status(200);
    assert_eq!(entrusted.json()["stock"]["consignor"], rita);
    house
        .entrusts("chair", " Rita@Seller.Example ")
        .has_status(200);

    let refused = house.entrusts("clock", &house.rita.email);
    let refused = refused.is_problem(409, "wrong-state");
    let rule = json!([format!("the goods CLOCK {OTHERS}")]);
    assert_eq!(refused["errors"], json!({"consignor": rule}));
    let batch = json!({"reference": "B-3", "sku": "clock", "quantity": 1,
        "consignor": house.rita.email});
    let refused = house.tess.post("/api/stock/batches", &batch);
    let refused = refused.is_problem(409, "wrong-state");
    assert_eq!(refused["errors"], json!({"consignor": rule}));

    let stock = items(&house.tess.get("/api/stock"));
    let owners: Vec<&Value> = stock
        .iter()
        .map(|goods| &goods["consignor"]["name"])
        .collect();
    assert_eq!(owners, ["rita", "sam"]);
    let own = items(&house.rita.get("/api/my/goods"));
    assert_eq!(own.len(), 1);
    assert_eq!(
        (&own[0]["sku"], &own[0]["consignor"]),
        (&json!("CHAIR"), &rita)
    );
}

#[rstest]
fn a_file_names_sellers_by_their_addresses(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let house = Warehouse::of(&app);
    let imports = |csv: &str| house.tess.post("/api/stock/import", &json!({"csv": csv}));
    let bea = app.bidder("bea");
    let file = format!(
        "reference,sku,quantity,eta,consignor\n\
         C-1,clock,1,,{}\n\
         C-2,lamp,1,,{}\n\
         C-3,lamp,1,,nobody@seller.example\n\
         C-4,lamp,1,,Rita@Seller.Example\n",
        house.rita.email, bea.email
    );
    let refused = imports(&file).is_problem(422, "invalid-fields");
    let rules = json!([
        format!("line 2: the goods CLOCK {OTHERS}"),
        format!("line 3: there is no seller {}", bea.email),
        "line 4: there is no seller nobody@seller.example",
    ]);
    assert_eq!(refused["errors"]["csv"], rules);
    let before = items(&house.tess.get("/api/stock"));
    assert_eq!(before.len(), 2, "nothing of it was taken");

    let file = "reference,sku,quantity,eta,consignor\n\
                C-1,clock,1,,sam@seller.example\n\
                C-4,lamp,1,,Rita@Seller.Example\n\
                C-5,lamp,1,,\n";
    assert_eq!(imports(file).has_status(201).json(), json!({"batches": 3}));
    house.puts_up(&house.rita, "lamp").has_status(201);
    imports("reference,sku,quantity,eta\nD-1,lamp,1,\n").has_status(201);

    let exported = house.tess.get("/api/stock/batches.csv").has_status(200);
    let lines: Vec<&str> = exported.text.lines().collect();
    for line in [
        "reference,sku,quantity,eta,consignor,allocated,gone,available",
        "B-2,CHAIR,1,,,0,0,1",
        "C-1,CLOCK,1,,sam@seller.example,0,0,1",
        "D-1,LAMP,1,,rita@seller.example,0,0,1",
    ] {
        assert!(lines.contains(&line), "no {line} in {}", exported.text);
    }
}

#[test]
fn staff_see_on_their_pages_whose_goods_they_are() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let house = Warehouse::of(&app);
    let tess = &house.tess;
    let page = tess.looks_at("/desk/stock").has_status(200);
    page.shows("sam@seller.example");
    page.shows("Nobody’s yet");
    let goods = tess.looks_at("/desk/stock/CLOCK");
    goods.shows("sam@seller.example");
    goods.hides(r#"action="/desk/stock/CLOCK/consignor""#);
    let form = r#"action="/desk/stock/CHAIR/consignor""#;
    tess.looks_at("/desk/stock/CHAIR").shows(form);

    let entrust = |sku: &str, consignor: &str| {
        let path = format!("/desk/stock/{sku}/consignor");
        tess.fills_in(&path, &[("consignor", consignor)])
    };
    entrust("CHAIR", "nobody@seller.example").goes_to("/desk/stock/CHAIR");
    tess.looks_at("/desk/stock/CHAIR").shows(form);
    entrust("CHAIR", "rita@seller.example").goes_to("/desk/stock/CHAIR");
    tess.looks_at("/desk/stock/CHAIR")
        .shows("rita@seller.example");
    entrust("CLOCK", "rita@seller.example").goes_to("/desk/stock/CLOCK");
    tess.looks_at("/desk/stock/CLOCK")
        .hides("rita@seller.example");

    let batch = |reference: &str, consignor: &str| {
        let form = [
            ("reference", reference),
            ("sku", "lamp"),
            ("quantity", "1"),
            ("eta", ""),
            ("consignor", consignor),
        ];
        tess.fills_in("/desk/stock/batches", &form)
    };
    let refused = batch("B-3", "nobody@seller.example").has_status(422);
    refused.shows("consignor-error");
    refused.shows(r#"value="nobody@seller.example""#);
    batch("B-3", "rita@seller.example").goes_to("/desk/stock/LAMP");
    let refused = batch("B-4", "sam@seller.example").has_status(409);
    refused.shows("belong to another seller");
}

#[test]
fn sellers_are_offered_their_own_goods() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let house = Warehouse::of(&app);
    let form = house.sam.looks_at("/sell").has_status(200);
    form.shows(r#"<option value="CLOCK">1 free</option>"#);
    form.shows(r#"name="sku""#);
    let other = house.rita.looks_at("/sell").has_status(200);
    other.hides("CLOCK");
    other.hides(r#"name="sku""#);
    let lots = house.sam.looks_at("/my/lots").has_status(200);
    lots.shows("Your goods in our warehouse");
    lots.shows("CLOCK");
    let other = house.rita.looks_at("/my/lots").has_status(200);
    other.hides("Your goods in our warehouse");
    let lot = house.puts_up(&house.sam, "clock").has_status(201);
    let lot = lot.json()["id"].as_str().unwrap().to_owned();
    app.nobody()
        .looks_at(&format!("/lots/{lot}"))
        .shows("<code>CLOCK</code>");
}
