//! What a process remembers for a moment: nobody in it notices, and others not for long.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::support::{Lot, Person, TestApp};

/// How long a process remembers credentials, and how long it shows a lot, unless it is told otherwise.
const CREDENTIALS: TimeDelta = TimeDelta::seconds(1);
const WINDOW: TimeDelta = TimeDelta::milliseconds(100);

const fn just_before(time: TimeDelta) -> TimeDelta {
    match time.checked_sub(&TimeDelta::milliseconds(1)) {
        Some(time) => time,
        None => TimeDelta::zero(),
    }
}

fn price(person: &Person<'_>, lot: &Lot) -> String {
    let amount = &person.sees(lot)["current_price"]["amount"];
    amount.as_str().unwrap().to_owned()
}

fn first_price_of_list(person: &Person<'_>) -> String {
    let list = person.get("/api/auctions").has_status(200).json();
    let amount = &list["items"][0]["current_price"]["amount"];
    amount.as_str().unwrap().to_owned()
}

#[rstest]
fn what_is_revoked_opens_nothing_at_the_next_request(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let alice = app.bidder("alice");
    let elsewhere = Person::log_in(&app, &alice.email);
    let made = alice.post("/api/tokens", &json!({"label": "x"})).json();
    let program = alice.with_token(made["token"].as_str().unwrap());
    for person in [&alice, &elsewhere, &program] {
        person.get("/api/me").has_status(200);
    }

    let token = format!("/api/tokens/{}", made["id"].as_str().unwrap());
    alice.delete(&token).has_status(204);
    program.get("/api/me").is_problem(401, "not-logged-in");

    let login = json!({"email": alice.email, "password": crate::support::PASSWORD});
    elsewhere.post("/api/login", &login).has_status(200);
    elsewhere.get("/api/me").is_problem(401, "not-logged-in");

    alice.get("/api/me").has_status(200);
    alice.post("/api/logout", &json!({})).has_status(204);
    alice.get("/api/me").is_problem(401, "not-logged-in");
}

#[rstest]
fn another_instance_lets_nobody_in_longer_than_a_second_after_a_revocation(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let other = app.spawn_beside(|_| {});
    let exact = app.spawn_beside(|settings| settings.accounts.remember_credentials_ms = 0);
    let alice = app.bidder("alice");
    alice.at(&other).get("/api/me").has_status(200);
    alice.at(&exact).get("/api/me").has_status(200);
    alice.post("/api/logout", &json!({})).has_status(204);
    alice.at(&exact).get("/api/me").has_status(401);
    app.clock.advance(just_before(CREDENTIALS));
    alice.at(&other).get("/api/me").has_status(200);
    app.clock.advance(TimeDelta::milliseconds(1));
    alice.at(&other).get("/api/me").has_status(401);
}

#[rstest]
fn a_role_that_was_changed_counts_a_second_later(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let tess = app.staff("tess");
    tess.get("/api/deliveries").has_status(200);
    app.database()
        .tamper("UPDATE main_app_users SET role = 'bidder' WHERE email = 'tess@house.example'");
    app.clock.advance(CREDENTIALS);
    tess.get("/api/deliveries").is_problem(403, "not-allowed");
}

#[test]
fn a_session_ends_at_its_end_also_while_it_is_remembered() {
    let app = TestApp::spawn_with(Backend::Sqlite, |settings| {
        settings.accounts.session_idle_hours = 400;
    });
    let app = app.unwrap();
    let alice = app.bidder("alice");
    app.clock
        .advance(TimeDelta::days(14) - TimeDelta::milliseconds(500));
    alice.get("/api/me").has_status(200);
    app.clock.advance(TimeDelta::milliseconds(500));
    alice.get("/api/me").is_problem(401, "not-logged-in");
}

#[test]
fn a_use_is_written_down_once_and_keeps_the_session() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let alice = app.bidder("alice");
    app.clock.advance(TimeDelta::minutes(2));
    alice.get("/api/me").has_status(200);
    // A second write would be refused, and the request with it.
    app.database().tamper(
        "CREATE TRIGGER once BEFORE UPDATE ON main_app_credentials \
         BEGIN SELECT RAISE(ABORT, 'written again'); END",
    );
    alice.get("/api/me").has_status(200);
    let sessions = crate::support::items(&alice.get("/api/sessions"));
    let last_used = sessions[0]["last_used_at"].as_str().unwrap();
    assert_eq!(
        last_used.parse::<chrono::DateTime<chrono::Utc>>().unwrap(),
        app.now()
    );
}

#[rstest]
fn whoever_bids_sees_it_at_once_and_another_instance_shows_it_soon(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let other = app.spawn_beside(|_| {});
    let exact = app.spawn_beside(|settings| settings.http.window_ms = 0);
    let (alice, nobody) = (app.bidder("alice"), app.nobody());
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    for app in [&app, &other, &exact] {
        assert_eq!(price(&nobody.at(app), &lot), "10.00");
        assert_eq!(first_price_of_list(&nobody.at(app)), "10.00");
    }
    alice.bids(&lot, "12.00").has_status(200);
    for person in [&alice, &nobody, &nobody.at(&exact)] {
        assert_eq!(price(person, &lot), "12.00");
        assert_eq!(first_price_of_list(person), "12.00");
    }
    let elsewhere = nobody.at(&other);
    app.clock.advance(just_before(WINDOW));
    assert_eq!(price(&elsewhere, &lot), "10.00");
    assert_eq!(first_price_of_list(&elsewhere), "10.00");
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(price(&elsewhere, &lot), "12.00");
    assert_eq!(first_price_of_list(&elsewhere), "12.00");
}

#[test]
fn every_change_of_a_lot_is_shown_at_once() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (sam, alice, bob) = (app.seller("sam"), app.bidder("alice"), app.bidder("bob"));
    let nobody = app.nobody();
    let count = || crate::support::items(&nobody.get("/api/auctions")).len();
    assert_eq!(count(), 0);
    let lot = sam.lists_for("Brass sextant", "10.00 USD", TimeDelta::days(2));
    assert_eq!(count(), 1);
    assert_eq!(price(&nobody, &lot), "10.00");
    alice.bids(&lot, "12.00").has_status(200);
    assert_eq!(price(&nobody, &lot), "12.00");
    bob.bids(&lot, "13.00").has_status(200);
    assert_eq!(price(&nobody, &lot), "13.00");
    bob.withdraws(&lot).has_status(200);
    assert_eq!(price(&nobody, &lot), "12.00");
    app.clock.set(lot.ends_at + TimeDelta::seconds(1));
    assert_eq!(nobody.sees(&lot)["status"], "running");
    app.deliver_due();
    assert_eq!(nobody.sees(&lot)["status"], "sold");
    assert_eq!(count(), 0);
}

#[test]
fn what_one_visitor_is_shown_tells_nothing_to_another() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (sam, alice, bob) = (app.seller("sam"), app.bidder("alice"), app.bidder("bob"));
    let nobody = app.nobody();
    let lot = sam.lists("Brass sextant", "10.00 USD");
    alice.bids(&lot, "12.00").has_status(200);
    let seen = |person: &Person<'_>| {
        let lot = person.sees(&lot);
        let listed = &crate::support::items(&person.get("/api/auctions"))[0];
        assert_eq!(lot, *listed);
        (lot["you_lead"] == true, lot["you_sell"] == true)
    };
    for _ in 0..2 {
        assert_eq!(seen(&alice), (true, false));
        assert_eq!(seen(&nobody), (false, false));
        assert_eq!(seen(&sam), (false, true));
        assert_eq!(seen(&bob), (false, false));
    }
}

#[test]
fn a_lot_that_is_not_there_is_not_remembered_as_missing() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let path = format!("/api/auctions/{}", crate::browsing::NO_SUCH_ID);
    for _ in 0..2 {
        app.nobody().get(&path).is_problem(404, "not-found");
    }
}
