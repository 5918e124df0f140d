//! What the page of a lot tells, and to whom alone.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::support::{Lot, Person, TestApp, money};

fn page_of(lot: &Lot) -> String {
    format!("/lots/{}", lot.id)
}

/// A lot with proxy bidding that starts at 10.00 USD and ends in two hours.
fn proxy_lot(app: &TestApp, seller: &Person<'_>, mut terms: serde_json::Value) -> Lot {
    terms["bidding"] = json!("proxy");
    let ends_at = app.now() + TimeDelta::hours(2);
    seller.lists_on("Brass sextant", "10.00 USD", ends_at, terms)
}

#[rstest]
fn a_maximum_is_shown_to_its_owner_alone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, staff) = (app.seller("sam"), app.staff("tess"));
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    let lot = proxy_lot(&app, &seller, json!({}));
    alice.bids(&lot, "77.70").has_status(200);
    bob.bids(&lot, "33.30").has_status(200);
    let page = alice.looks_at(&page_of(&lot));
    page.shows("You are the highest bidder");
    page.shows("77.70 <small>USD");
    // The leader only raises the own maximum.
    page.shows(r#"data-least="77.71""#);
    let page = bob.looks_at(&page_of(&lot));
    page.shows("You were outbid");
    page.shows("33.30 <small>USD");
    page.shows("34.30 <small>USD");
    page.shows(r#"data-least="35.30""#);
    page.hides("77.7");
    for other in [app.nobody(), seller, staff, app.bidder("carol")] {
        let page = other.looks_at(&page_of(&lot));
        page.shows("34.30 <small>USD");
        page.hides("77.7");
        page.hides("33.30");
        page.hides(">Your maximum</p>");
    }
    bob.looks_at("/my/bids").hides("77.7");
}

#[rstest]
fn a_reserve_is_shown_to_its_seller_alone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, other) = (app.seller("sam"), app.seller("sue"));
    let (alice, staff) = (app.bidder("alice"), app.staff("tess"));
    let lot = proxy_lot(&app, &seller, json!({"reserve": money("55.50 USD")}));
    alice.bids(&lot, "40").has_status(200);
    let page = alice.looks_at(&page_of(&lot));
    page.shows("You are the highest bidder, below the reserve");
    page.shows("reserve not met");
    for other in [&app.nobody(), &alice, &staff, &other] {
        other.looks_at(&page_of(&lot)).hides("55.5");
    }
    seller
        .looks_at(&page_of(&lot))
        .shows("Your reserve is <span class=\"money\">55.50");
    alice.bids(&lot, "60").has_status(200);
    let page = alice.looks_at(&page_of(&lot));
    page.shows("reserve met");
    page.hides("below the reserve");
    // Now that it is the price, the rules themselves have told it.
    page.shows("55.50 <small>USD");
}

#[rstest]
fn the_log_is_told_with_its_newest_hash(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice) = (app.seller("sam"), app.bidder("alice"));
    let lot = proxy_lot(&app, &seller, json!({}));
    alice.bids(&lot, "77.70").has_status(200);
    let log = app.nobody().reads(&lot, "log").has_status(200).json();
    let newest = log["lines"].as_array().unwrap().last().unwrap()["hash"].clone();
    let page = app.nobody().looks_at(&page_of(&lot));
    page.shows(newest.as_str().unwrap());
    page.shows(&format!("/api/auctions/{}/log", lot.id));
    page.shows("gavel verify");
}

#[rstest]
fn staff_alone_see_whose_paddle_bid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, staff) = (app.seller("sam"), app.staff("tess"));
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    let sale = json!({"title": "Autumn sale", "currency": "USD", "opens_at": app.now(), "admission": "open"});
    let sale = staff.post("/api/sales", &sale).has_status(201).json();
    let sale = sale["id"].as_str().unwrap();
    for bidder in [&bob, &alice] {
        let path = format!("/api/sales/{sale}/registrations");
        bidder.post(&path, &json!({})).has_status(201);
    }
    let lot = proxy_lot(&app, &seller, json!({"sale": sale}));
    alice.bids(&lot, "20").has_status(200);
    staff.looks_at(&page_of(&lot)).shows("Bidder A (paddle 2)");
    alice
        .looks_at(&page_of(&lot))
        .shows("You bid with paddle 2.");
    for other in [app.nobody(), seller, bob] {
        let page = other.looks_at(&page_of(&lot));
        page.shows("Bidder A");
        page.hides("paddle 2");
    }
}
