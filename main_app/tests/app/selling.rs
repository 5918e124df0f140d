//! One lot from its listing to the shipped parcel, over HTTP only. Its other ends: a declined card, nobody
//! bidding, three days gone by.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::Value;

use crate::support::{Lot, Person, TestApp, items};

/// The subjects of the e-mails to one person, as staff see them, the oldest first.
fn mail_to(person: &Person<'_>, staff: &Person<'_>) -> Vec<String> {
    let mut emails = items(&staff.get("/api/emails?limit=100"));
    emails.retain(|email| email["recipient"] == person.email.as_str());
    assert!(
        emails.iter().all(|email| email["state"] == "sent"),
        "{emails:?}"
    );
    let subjects = emails.iter().rev();
    subjects
        .map(|email| email["subject"].as_str().unwrap().to_owned())
        .collect()
}

/// Sessions end after a while: the same person logs in anew.
fn again<'a>(app: &'a TestApp, person: &Person<'_>) -> Person<'a> {
    Person::log_in(app, &person.email)
}

fn text_of(subject: &str, staff: &Person<'_>) -> String {
    let emails = items(&staff.get("/api/emails?limit=100"));
    let found: Vec<&Value> = emails
        .iter()
        .filter(|email| email["subject"] == subject)
        .collect();
    assert_eq!(found.len(), 1, "{subject}");
    found[0]["text"].as_str().unwrap().to_owned()
}

/// Alice bids, Bob bids more, and the hammer falls: Bob owes the price.
fn bob_wins(app: &TestApp, seller: &Person<'_>, alice: &Person<'_>, bob: &Person<'_>) -> Lot {
    let lot = seller.lists("Brass sextant", "10.00 USD");
    assert_eq!(
        alice.bids(&lot, "12").has_status(200).json()["is_winner"],
        true
    );
    let verdict = bob.bids(&lot, "15.99").has_status(200).json();
    assert_eq!(verdict["message"], "Hooray! You are a winner");
    app.deliver_due();
    app.passes(TimeDelta::hours(2) + TimeDelta::seconds(1));
    assert_eq!(bob.sees(&lot)["status"], "sold");
    assert_eq!(bob.sees(&lot)["you_lead"], true);
    lot
}

#[rstest]
fn a_won_lot_is_paid_and_shipped_and_everybody_is_told_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, staff) = (app.seller("sam"), app.staff("tess"));
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    bob.lives_somewhere();
    bob_wins(&app, &seller, &alice, &bob);
    assert_eq!(
        mail_to(&alice, &staff),
        ["You have been overbid: Brass sextant"]
    );
    assert_eq!(mail_to(&bob, &staff), ["You won: Brass sextant"]);
    assert!(text_of("You have been overbid: Brass sextant", &staff).contains("15.99"));

    let owed = bob.owes();
    assert_eq!(owed.len(), 1);
    assert_eq!(owed[0]["amount"]["amount"], "15.99");
    assert_eq!(
        bob.pays(&owed[0], "tok_approved").has_status(200).json()["outcome"],
        "charged"
    );
    app.deliver_due();
    assert!(bob.owes().is_empty());
    assert!(text_of("Payment received: Brass sextant", &staff).contains("/my/parcels"));

    let package = staff.takes_next_package().unwrap();
    assert_eq!(package["item"], "Brass sextant");
    assert_eq!(package["address"]["city"], "Bristol");
    staff.ships(&package, "6123456789012").has_status(200);
    app.deliver_due();
    let expected = [
        "You won: Brass sextant",
        "Payment received: Brass sextant",
        "On its way: Brass sextant",
    ];
    assert_eq!(mail_to(&bob, &staff), expected);
    assert!(text_of("On its way: Brass sextant", &staff).contains("6123456789012"));
    assert_eq!(bob.won_items()[0]["state"], "SHIPPED");
    assert!(
        items(&staff.get("/api/processes")).is_empty(),
        "the process is finished"
    );

    app.passes(TimeDelta::days(30));
    let staff = again(&app, &staff);
    assert_eq!(
        mail_to(&bob, &staff),
        expected,
        "no timer speaks up afterwards"
    );
    assert_eq!(mail_to(&alice, &staff).len(), 1);
    assert!(
        items(&staff.get("/api/deliveries")).is_empty(),
        "nothing is left to deliver"
    );
}

#[rstest]
fn after_a_declined_card_another_one_pays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, staff) = (app.seller("sam"), app.staff("tess"));
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    bob_wins(&app, &seller, &alice, &bob);
    let declined = bob
        .pays(&bob.owes()[0], "tok_declined")
        .has_status(200)
        .json();
    assert_eq!(declined["outcome"], "declined");
    let reason = declined["reason"].as_str().unwrap();
    app.deliver_due();
    let told = ["You won: Brass sextant", "Payment failed: Brass sextant"];
    assert_eq!(mail_to(&bob, &staff), told);
    assert!(text_of("Payment failed: Brass sextant", &staff).contains(reason));
    assert_eq!(bob.owes()[0]["failure"], reason);
    assert!(
        staff.takes_next_package().is_none(),
        "nothing leaves unpaid"
    );

    bob.pays(&bob.owes()[0], "tok_approved").has_status(200);
    app.deliver_due();
    assert!(
        staff.takes_next_package().is_none(),
        "the address is missing"
    );
    assert_eq!(
        items(&bob.get("/api/my/packages"))[0]["status"],
        "AWAITING_ADDRESS"
    );
    assert!(text_of("Payment received: Brass sextant", &staff).contains("/my/addresses"));
    bob.lives_somewhere();
    assert!(staff.takes_next_package().is_some());
}

#[rstest]
fn a_lot_that_nobody_bids_on_ends_unsold_and_the_seller_is_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, staff) = (app.seller("sam"), app.staff("tess"));
    let lot = seller.lists("Brass sextant", "10.00 USD");
    app.passes(TimeDelta::hours(3));
    assert_eq!(seller.sees(&lot)["status"], "unsold");
    assert_eq!(
        mail_to(&seller, &staff),
        ["Ended without a winner: Brass sextant"]
    );
    assert!(items(&staff.get("/api/processes")).is_empty());
    assert_eq!(items(&staff.get("/api/emails")).len(), 1);
    assert!(items(&staff.get("/api/deliveries")).is_empty());
}

#[rstest]
fn after_three_days_without_payment_the_lot_is_no_longer_the_winners(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, staff) = (app.seller("sam"), app.staff("tess"));
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    bob_wins(&app, &seller, &alice, &bob);
    let owed = bob.owes().remove(0);
    for _ in 0..3 {
        app.passes(TimeDelta::days(1));
    }
    let (bob, staff) = (again(&app, &bob), again(&app, &staff));
    let expected = [
        "You won: Brass sextant",
        "Please remember to pay: Brass sextant",
        "Please remember to pay: Brass sextant",
        "Not paid in time: Brass sextant",
    ];
    assert_eq!(mail_to(&bob, &staff), expected);
    assert!(bob.owes().is_empty());
    bob.pays(&owed, "tok_approved")
        .is_problem(422, "not-payable");
    assert_eq!(bob.won_items()[0]["state"], "TIMED_OUT");
    assert!(staff.takes_next_package().is_none());
    let waiting = items(&staff.get("/api/processes"));
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["state"], "OFFERED");
    assert_eq!(waiting[0]["offered_to"], alice.id);
}

/// The gateway does not answer in time. Nobody knows whether the card was charged until it is looked up.
#[rstest]
#[case("tok_timeout_then_success", "CAPTURED")]
#[case("tok_timeout_then_failure", "FAILED")]
fn a_gateway_that_times_out_is_asked_again(
    #[case] token: &str,
    #[case] status: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice, bob) = (app.seller("sam"), app.bidder("alice"), app.bidder("bob"));
    bob_wins(&app, &seller, &alice, &bob);
    let owed = bob.owes().remove(0);
    assert_eq!(
        bob.pays(&owed, token).has_status(202).json()["outcome"],
        "pending"
    );
    bob.pays(&owed, "tok_approved")
        .is_problem(409, "wrong-state");
    for _ in 0..10 {
        app.passes(TimeDelta::minutes(1));
    }
    let payments = items(&bob.get("/api/payments?all=true"));
    assert_eq!(payments.len(), 1);
    assert_eq!(payments[0]["status"], status);
}
