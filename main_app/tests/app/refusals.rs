//! Bad input: each is refused with a problem that names the rule, and nothing changes.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Lot, TestApp};

fn on(backend: Backend) -> Option<TestApp> {
    TestApp::spawn(backend)
}

fn lot(app: &TestApp, change: Value) -> Value {
    let mut lot = json!({
        "title": "Brass sextant",
        "starting_price": {"amount": "10.00", "currency": "USD"},
        "ends_at": app.now() + TimeDelta::hours(2),
    });
    lot.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    lot
}

fn price(amount: &str, currency: &str) -> Value {
    json!({"starting_price": {"amount": amount, "currency": currency}})
}

#[rstest]
#[case::unknown_currency(price("1", "XYZ"), "starting_price", "not a currency")]
#[case::negative(price("-1", "USD"), "starting_price", "negative")]
#[case::three_decimals(price("1.001", "USD"), "starting_price", "USD has 2 decimals")]
#[case::a_decimal_of_yen(price("1.5", "JPY"), "starting_price", "JPY has 0 decimals")]
#[case::exponent(price("1E2", "USD"), "starting_price", "not an amount")]
#[case::not_a_number(price("NaN", "USD"), "starting_price", "not an amount")]
#[case::nothing(price("0", "USD"), "starting_price", "more than zero")]
#[case::an_end_in_the_past(json!({"ends_at": "2026-11-21T11:59:59Z"}), "ends_at", "future")]
#[case::no_title(json!({"title": ""}), "title", "empty")]
#[case::a_long_title(json!({"title": "x".repeat(300)}), "title", "200")]
#[case::a_long_description(json!({"description": "x".repeat(5001)}), "description", "5000")]
#[case::no_increment(
    json!({"increment": {"amount": "0", "currency": "USD"}}), "increment", "more than zero"
)]
fn a_lot_that_breaks_a_rule_is_refused(
    #[case] change: Value,
    #[case] field: &str,
    #[case] rule: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = on(backend) else { return };
    let seller = app.seller("sam");
    let before = app.contents();
    let refusal = seller.post("/api/auctions", &lot(&app, change));
    let problem = refusal.is_problem(422, "invalid-fields");
    let told = problem["errors"][field].to_string();
    assert!(told.contains(rule), "{problem}");
    assert_eq!(app.contents(), before);
}

#[rstest]
#[case::unknown_field(r#"{"amount": "12.00", "bidder_id": "x"}"#, 422, "invalid-body")]
#[case::a_field_of_the_path(r#"{"amount": "12.00", "auction_id": "x"}"#, 422, "invalid-body")]
#[case::a_number(r#"{"amount": 12.00}"#, 422, "invalid-body")]
#[case::no_amount("{}", 422, "invalid-body")]
#[case::no_object("[]", 422, "invalid-body")]
#[case::malformed(r#"{"amount": "#, 400, "malformed-json")]
#[case::nothing("", 400, "malformed-json")]
#[case::nan("NaN", 400, "malformed-json")]
#[case::unknown_currency(r#"{"amount": "12", "currency": "XYZ"}"#, 422, "invalid-fields")]
#[case::other_currency(r#"{"amount": "12", "currency": "EUR"}"#, 422, "wrong-currency")]
#[case::negative(r#"{"amount": "-12"}"#, 422, "invalid-fields")]
#[case::three_decimals(r#"{"amount": "12.001"}"#, 422, "invalid-fields")]
fn a_bid_that_cannot_be_read_is_refused(
    #[case] body: &str,
    #[case] status: u16,
    #[case] kind: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = on(backend) else { return };
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let alice = app.bidder("alice");
    let before = app.contents();
    let path = format!("/api/auctions/{}/bids", lot.id);
    alice
        .post_raw(&path, body.to_owned())
        .is_problem(status, kind);
    assert_eq!(app.contents(), before);
}

#[rstest]
fn a_bid_is_refused_after_the_end_on_ones_own_lot_and_on_no_lot(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = on(backend) else { return };
    let seller = app.seller("sam");
    let alice = app.bidder("alice");
    let lot = seller.lists("Brass sextant", "10.00 USD");
    let before = app.contents();
    seller.bids(&lot, "12.00").is_problem(422, "own-lot");
    let unknown = Lot {
        id: "00000000-0000-7000-8000-000000000000".to_owned(),
        ends_at: lot.ends_at,
    };
    alice.bids(&unknown, "12.00").is_problem(404, "not-found");
    let nonsense = Lot {
        id: "lot-1".to_owned(),
        ..unknown
    };
    alice.bids(&nonsense, "12.00").is_problem(404, "not-found");
    app.clock.set(lot.ends_at);
    alice
        .bids(&lot, "12.00")
        .is_problem(422, "auction-has-ended");
    assert_eq!(app.contents(), before);
}

#[rstest]
fn a_bid_that_is_too_low_is_a_verdict_and_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = on(backend) else { return };
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    let verdict = alice.bids(&lot, "15.99").has_status(200).json();
    assert_eq!(
        verdict,
        json!({
            "accepted": true,
            "is_winner": true,
            "message": "Hooray! You are a winner",
            "current_price": {"amount": "15.99", "currency": "USD"},
            "minimum_next": {"amount": "16.00", "currency": "USD"},
            "sequence": 1,
            "ends_at": verdict["ends_at"],
        })
    );
    let before = app.contents();
    for bidder in [&alice, &bob] {
        let verdict = bidder.bids(&lot, "15.99").has_status(200).json();
        assert_eq!(verdict["is_winner"], false);
        assert_eq!(
            verdict["message"],
            "Your bid is too low. Current price is 15.99 USD"
        );
    }
    assert_eq!(app.contents(), before);
    assert_eq!(alice.sees(&lot)["you_lead"], true);
    assert_eq!(bob.sees(&lot)["you_lead"], false);
}

#[rstest]
fn what_is_captured_is_not_charged_and_what_is_shipped_is_not_shipped_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = on(backend) else { return };
    let alice = app.bidder("alice");
    alice.lives_somewhere();
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    alice.bids(&lot, "12.00").has_status(200);
    app.passes(TimeDelta::hours(3));
    let payment = alice.owes().pop().unwrap();
    let charged = alice.pays(&payment, "tok_approved").has_status(200).json();
    assert_eq!(charged["outcome"], "charged");
    app.deliver_due();

    let before = app.contents();
    alice
        .pays(&payment, "tok_approved")
        .is_problem(422, "not-payable");
    assert_eq!(app.contents(), before);

    let tess = app.staff("tess");
    let package = tess.takes_next_package().unwrap();
    let empty = tess.ships(&package, " ").is_problem(422, "invalid-fields");
    assert!(empty["errors"]["tracking_number"].is_array());
    tess.ships(&package, "6123456789012").has_status(200);
    let before = app.contents();
    tess.ships(&package, "6123456789013")
        .is_problem(422, "package-already-shipped");
    assert_eq!(app.contents(), before);
}

#[test]
fn a_body_of_ten_megabytes_is_refused_with_an_answer() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let seller = app.seller("sam");
    let before = app.contents();
    let body = json!({"title": "x".repeat(10 * 1024 * 1024)}).to_string();
    seller
        .post_raw("/api/auctions", body)
        .is_problem(413, "too-large");
    assert_eq!(app.contents(), before);
}

#[test]
fn an_address_is_checked_by_the_rules_of_its_country() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let alice = app.bidder("alice");
    let before = app.contents();
    let address = json!({"recipient": "", "street": "x", "city": "Bristol",
        "postcode": "nonsense", "country": "GB"});
    let problem = alice.post("/api/addresses", &address);
    let problem = problem.is_problem(422, "invalid-fields");
    assert!(problem["errors"]["recipient"].is_array() && problem["errors"]["postcode"].is_array());
    assert_eq!(app.contents(), before);
}

#[rstest]
#[case("/api/auctions?limit=0")]
#[case("/api/auctions?limit=101")]
#[case("/api/auctions?limit=many")]
#[case("/api/auctions?after=yesterday")]
#[case("/api/auctions?page=2")]
fn a_query_that_is_not_documented_is_refused(#[case] path: &str) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    app.nobody().get(path).is_problem(422, "invalid-query");
}

#[test]
fn a_list_is_read_page_by_page() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let seller = app.seller("sam");
    let ids: Vec<_> = (1..=5)
        .map(|hours| {
            seller
                .lists_for("Lot", "1.00 USD", TimeDelta::hours(hours))
                .id
        })
        .collect();
    let mut path = "/api/auctions?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = app.nobody().get(&path).has_status(200).json();
        let items = page["items"].as_array().unwrap().iter();
        seen.extend(items.map(|lot| lot["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/auctions?limit=2&after={next}");
    }
    assert_eq!(seen, ids);
}
