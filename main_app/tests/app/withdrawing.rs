//! Bids taken back, by their bidder and by staff.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::support::{TestApp, items};

#[rstest]
fn a_bidder_takes_bids_back_and_the_price_falls(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let seller = app.seller("sam");
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    let lot = seller.lists_for("Brass sextant", "10.00 USD", TimeDelta::days(2));
    alice.bids(&lot, "12.00").has_status(200);
    bob.bids(&lot, "15.00").has_status(200);
    let remains = bob.withdraws(&lot).has_status(200).json();
    assert_eq!(remains["current_price"]["amount"], "12.00");
    assert_eq!(alice.sees(&lot)["you_lead"], true);
    let before = app.contents();
    bob.withdraws(&lot).is_problem(422, "not-withdrawable");
    assert_eq!(app.contents(), before);
    app.deliver_due();
    app.passes(TimeDelta::seconds(30));
    assert_eq!(
        app.subjects_to(&alice).len(),
        2,
        "overbid, and in the lead again"
    );
}

#[rstest]
fn staff_take_bids_back_with_a_reason_and_bidders_cannot_choose(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let seller = app.seller("sam");
    let (alice, tess) = (app.bidder("alice"), app.staff("tess"));
    let lot = seller.lists("Brass sextant", "10.00 USD");
    alice.bids(&lot, "12.00").has_status(200);
    let path = format!("/api/auctions/{}", lot.id);
    let bids = items(&alice.get(&format!("{path}/bids")));
    assert_eq!(bids[0]["yours"], true);
    let path = format!("{path}/withdrawals");
    let chosen = json!({"bids": [bids[0]["id"]], "reason": "typed by a cat"});

    let before = app.contents();
    alice.post(&path, &chosen).is_problem(422, "invalid-fields");
    tess.post(&path, &json!({}))
        .is_problem(422, "invalid-fields");
    let no_reason = json!({"bids": [bids[0]["id"]], "reason": " "});
    tess.post(&path, &no_reason)
        .is_problem(422, "invalid-fields");
    assert_eq!(app.contents(), before);

    let remains = tess.post(&path, &chosen).has_status(200).json();
    assert_eq!(remains["current_price"]["amount"], "10.00");
    assert_eq!(alice.sees(&lot)["bids"], 0);
}

#[test]
fn a_lot_is_ended_by_staff_when_it_is_due_and_not_before() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let tess = app.staff("tess");
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let path = format!("/api/auctions/{}/end", lot.id);
    let before = app.contents();
    tess.post(&path, &json!({})).is_problem(422, "not-due");
    assert_eq!(app.contents(), before);
    app.clock.set(lot.ends_at + TimeDelta::seconds(1));
    let ended = tess.post(&path, &json!({})).has_status(200).json();
    assert_eq!(ended["status"], "unsold");
    tess.post(&path, &json!({}))
        .is_problem(422, "auction-has-ended");
    app.deliver_due();
    assert_eq!(app.nobody().sees(&lot)["status"], "unsold");
}
