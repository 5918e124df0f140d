//! Bids that are maxima, over HTTP: the tables of the rules, row by row, and what else is done with a lot.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Lot, Person, TestApp, items, money};

fn proxy(app: &TestApp, start: &str, terms: Value) -> Lot {
    let mut all = json!({"bidding": "proxy", "soft_close": "off"});
    let terms = terms.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(terms);
    let ends_at = app.now() + TimeDelta::hours(2);
    let seller = app.seller("sam");
    seller.lists_on("Brass sextant", &format!("{start} USD"), ends_at, all)
}

/// One row: who bids how much; then the price, who leads, and whether the reserve is met.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<bool>,
);

#[rstest]
#[case::increments("1.00", json!({}), &[
    ("ann", "20", "1.00", "ann", None),
    ("bob", "9", "9.50", "ann", None),
    ("cy", "20.01", "20.01", "cy", None),
    ("bob", "20.50", "20.01", "cy", None),
    ("bob", "20.51", "20.51", "bob", None),
    ("ann", "50", "21.01", "ann", None),
    ("bob", "50", "50.00", "ann", None),
])]
#[case::who_reached_the_amount_first("1.00", json!({}), &[
    ("ann", "10", "1.00", "ann", None),
    ("bob", "50", "10.50", "bob", None),
    ("ann", "50", "50.00", "bob", None),
])]
#[case::the_loser_pushes_the_price("1.00", json!({}), &[
    ("ann", "100", "1.00", "ann", None),
    ("bob", "90", "91.00", "ann", None),
])]
#[case::reserve("10.00", json!({"reserve": money("50 USD")}), &[
    ("ann", "40", "10.00", "ann", Some(false)),
    ("bob", "60", "50.00", "bob", Some(true)),
    ("cy", "55", "56.00", "bob", Some(true)),
])]
fn the_table_of_the_rules_holds_row_by_row(
    #[case] start: &str,
    #[case] terms: Value,
    #[case] rows: &[Row],
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let lot = proxy(&app, start, terms);
    let people = ["ann", "bob", "cy"].map(|name| (name, app.bidder(name)));
    for (number, &(who, maximum, price, leader, reserve_met)) in rows.iter().enumerate() {
        let bidder = &people.iter().find(|(name, _)| *name == who).unwrap().1;
        let told = bidder.bids(&lot, maximum).has_status(200).json();
        let row = number + 1;
        assert_eq!(told["current_price"]["amount"], price, "row {row}: {told}");
        assert_eq!(told["is_winner"], who == leader, "row {row}: {told}");
        for (name, person) in &people {
            let seen = person.sees(&lot);
            assert_eq!(seen["current_price"]["amount"], price, "row {row}: {seen}");
            assert_eq!(seen["you_lead"], *name == leader, "row {row}, {name}");
            assert_eq!(seen["reserve_met"], json!(reserve_met), "row {row}");
        }
    }
}

#[rstest]
fn a_leaders_own_raise_is_no_bid_and_is_told_to_nobody(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let lot = proxy(&app, "1.00", json!({}));
    let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
    ann.bids(&lot, "20").has_status(200);
    bob.bids(&lot, "9").has_status(200);
    app.deliver_due();
    let before = (
        bob.sees(&lot),
        items(&bob.reads(&lot, "bids")),
        app.emails(),
    );
    let told = ann.bids(&lot, "50").has_status(200).json();
    assert_eq!(
        (&told["accepted"], &told["is_winner"]),
        (&json!(true), &json!(true))
    );
    app.deliver_due();
    let after = (
        bob.sees(&lot),
        items(&bob.reads(&lot, "bids")),
        app.emails(),
    );
    assert_eq!(after.0, before.0);
    assert_eq!(after.1, before.1);
    assert_eq!(after.2.len(), before.2.len());
    assert_eq!(ann.sees(&lot)["your_maximum"], money("50.00 USD"));
    let lowered = ann.bids(&lot, "30").has_status(200).json();
    assert_eq!(lowered["accepted"], false, "nobody lowers: {lowered}");
    assert_eq!(ann.sees(&lot)["your_maximum"], money("50.00 USD"));
}

#[rstest]
fn a_late_bid_moves_the_end_and_a_raise_of_the_leader_does_not(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let terms = json!({"soft_close": {"window_seconds": 120, "cap_seconds": 150}});
    let lot = proxy(&app, "1.00", terms);
    let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
    assert_eq!(ann.sees(&lot)["soft_close_seconds"], 120);
    ann.bids(&lot, "20").has_status(200);
    assert_eq!(ann.sees(&lot)["ends_at"], json!(lot.ends_at));
    app.clock.set(lot.ends_at - TimeDelta::seconds(30));
    ann.bids(&lot, "30").has_status(200);
    assert_eq!(ann.sees(&lot)["ends_at"], json!(lot.ends_at));
    let told = bob.bids(&lot, "5").has_status(200).json();
    assert_eq!(told["ends_at"], json!(lot.ends_at + TimeDelta::seconds(90)));
    app.clock.set(lot.ends_at + TimeDelta::seconds(80));
    let told = bob.bids(&lot, "40").has_status(200).json();
    assert_eq!(
        told["ends_at"],
        json!(lot.ends_at + TimeDelta::seconds(150)),
        "the cap"
    );
    app.clock.set(lot.ends_at + TimeDelta::seconds(150));
    ann.bids(&lot, "99").is_problem(422, "auction-has-ended");
}

#[rstest]
fn a_lot_is_bought_at_once_until_somebody_bids(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let ann = app.bidder("ann");
    let bob = app.bidder("bob");
    let seller = app.seller("sol");
    let ends_at = app.now() + TimeDelta::hours(2);
    let terms = json!({"buy_now": money("25 USD")});
    let [bought, bid_on] = ["Brass sextant", "Astrolabe"]
        .map(|title| seller.lists_on(title, "10 USD", ends_at, terms.clone()));
    assert_eq!(ann.sees(&bought)["buy_now"], money("25.00 USD"));
    let answer = ann.does(&bought, "buy-now", json!({})).has_status(200);
    assert_eq!(answer.json()["status"], "sold");
    assert_eq!(answer.json()["you_lead"], true);
    bob.does(&bought, "buy-now", json!({}))
        .is_problem(422, "auction-has-ended");
    bob.bids(&bought, "30").is_problem(422, "auction-has-ended");
    app.deliver_due();
    assert_eq!(ann.owes()[0]["amount"], money("25.00 USD"));

    bob.bids(&bid_on, "11").has_status(200);
    assert_eq!(ann.sees(&bid_on)["buy_now"], Value::Null);
    ann.does(&bid_on, "buy-now", json!({}))
        .is_problem(422, "no-buy-now");
    seller
        .does(&bid_on, "buy-now", json!({}))
        .is_problem(422, "own-lot");
}

#[rstest]
fn a_seller_cancels_before_the_first_bid_and_staff_always(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, other) = (app.seller("sol"), app.seller("sue"));
    let (ann, tess) = (app.bidder("ann"), app.staff("tess"));
    let [quiet, bid_on] = ["Astrolabe", "Brass sextant"].map(|title| seller.lists(title, "10 USD"));
    let why = json!({"reason": "It fell off the shelf."});
    other
        .does(&quiet, "cancel", why.clone())
        .is_problem(404, "not-found");
    let nothing = seller.does(&quiet, "cancel", json!({"reason": " "}));
    nothing.is_problem(422, "invalid-fields");
    let cancelled = seller
        .does(&quiet, "cancel", why.clone())
        .has_status(200)
        .json();
    assert_eq!(cancelled["status"], "cancelled");

    ann.bids(&bid_on, "12").has_status(200);
    seller
        .does(&bid_on, "cancel", why.clone())
        .is_problem(422, "lot-has-bids");
    tess.does(&bid_on, "cancel", why).has_status(200);
    app.deliver_due();
    assert_eq!(ann.sees(&bid_on)["status"], "cancelled");
    ann.bids(&bid_on, "13").is_problem(422, "auction-has-ended");
}

#[rstest]
fn a_lowered_reserve_lets_no_earlier_bid_win_by_itself(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, other, ann) = (app.seller("sol"), app.seller("sue"), app.bidder("ann"));
    let ends_at = app.now() + TimeDelta::hours(2);
    let terms = json!({"reserve": money("50 USD")});
    let lot = seller.lists_on("Astrolabe", "10 USD", ends_at, terms);
    let lowers =
        |who: &Person<'_>, to: &str| who.does(&lot, "reserve", json!({"reserve": money(to)}));
    ann.bids(&lot, "40").has_status(200);
    lowers(&other, "30 USD").is_problem(404, "not-found");
    lowers(&seller, "60 USD").is_problem(422, "reserve-rule");
    lowers(&seller, "5 USD").is_problem(422, "reserve-rule");
    let euros = lowers(&seller, "30 EUR").is_problem(422, "wrong-currency");
    assert!(euros["errors"]["reserve"].is_array(), "{euros}");
    let lowered = lowers(&seller, "30 USD").has_status(200).json();
    assert_eq!(lowered["reserve_met"], false, "by the bid that was there");
    ann.bids(&lot, "41").has_status(200);
    assert_eq!(ann.sees(&lot)["reserve_met"], true);
    lowers(&seller, "20 USD").is_problem(422, "reserve-rule");
}
