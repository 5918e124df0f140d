//! The winner does not pay, and the runner-up is asked, over HTTP only: from the lot to the parcel, or to a
//! lot that stays unsold.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::support::{Lot, Person, TestApp, items};

const LOT: &str = "Brass sextant";

/// Bob wins before Alice and does not pay for three days. Alice is the one who is asked then, and all are
/// logged in anew, since their sessions ended in that time.
struct Unpaid<'a> {
    lot: Lot,
    seller: Person<'a>,
    alice: Person<'a>,
    bob: Person<'a>,
    staff: Person<'a>,
}

impl<'a> Unpaid<'a> {
    fn after_three_days(app: &'a TestApp) -> Self {
        let (seller, alice, bob) = (app.seller("sam"), app.bidder("alice"), app.bidder("bob"));
        let staff = app.staff("tess");
        alice.lives_somewhere();
        bob.lives_somewhere();
        let lot = seller.lists(LOT, "10.00 USD");
        alice.bids(&lot, "12").has_status(200);
        bob.bids(&lot, "15.99").has_status(200);
        app.passes(TimeDelta::hours(2) + TimeDelta::seconds(1));
        for _ in 0..3 {
            app.passes(TimeDelta::days(1));
        }
        let again = |person: Person<'_>| Person::log_in(app, &person.email);
        Self {
            lot,
            seller: again(seller),
            alice: again(alice),
            bob: again(bob),
            staff: again(staff),
        }
    }
}

/// The address in the newest e-mail to a person, without the house's own part.
fn link_to(app: &TestApp, person: &Person<'_>) -> String {
    let mut emails = app.emails().into_iter();
    let newest = emails.find(|email| email.recipient == person.email);
    let text = newest.unwrap().text;
    let (_, after) = text.split_once(": http://").unwrap();
    let (url, _) = after.split_once('\n').unwrap();
    url[url.find('/').unwrap()..].to_owned()
}

#[rstest]
fn the_runner_up_is_asked_buys_pays_and_gets_the_parcel(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let Unpaid {
        lot,
        seller,
        alice,
        bob,
        staff,
    } = Unpaid::after_three_days(&app);
    assert_eq!(
        app.subjects_to(&bob).last().unwrap(),
        "Not paid in time: Brass sextant"
    );
    assert_eq!(
        app.subjects_to(&alice).last().unwrap(),
        "A second chance: Brass sextant"
    );
    let link = alice.get(&link_to(&app, &alice)).has_status(303);
    assert_eq!(
        link.header("location"),
        format!("/lots/{}#second-chance", lot.id)
    );
    let offer = alice.reads(&lot, "second-chance").has_status(200).json();
    assert_eq!(
        (&offer["state"], &offer["yours"]),
        (&json!("open"), &json!(true))
    );
    assert_eq!(offer["price"]["amount"], "12.00", "her own highest bid");
    assert!(
        alice.owes().is_empty(),
        "nothing is bought before she accepts"
    );
    bob.reads(&lot, "second-chance")
        .is_problem(404, "not-found");
    bob.does(&lot, "second-chance/answer", json!({"accepts": true}))
        .is_problem(422, "no-second-chance");

    let answered = alice.does(&lot, "second-chance/answer", json!({"accepts": true}));
    assert_eq!(answered.has_status(200).json()["state"], "accepted");
    app.deliver_due();
    let owed = alice.owes();
    assert_eq!(owed.len(), 1);
    assert_eq!(owed[0]["amount"]["amount"], "12.00");
    alice.pays(&owed[0], "tok_approved").has_status(200);
    app.deliver_due();
    let package = staff.takes_next_package().unwrap();
    assert_eq!(package["item"], LOT);
    staff.ships(&package, "6123456789012").has_status(200);
    app.deliver_due();

    let told = app.subjects_to(&alice);
    assert_eq!(
        told[1..],
        [
            "A second chance: Brass sextant",
            "You bought: Brass sextant",
            "Payment received: Brass sextant",
            "On its way: Brass sextant",
        ]
    );
    assert_eq!(alice.won_items()[0]["state"], "SHIPPED");
    assert_eq!(bob.won_items()[0]["state"], "TIMED_OUT");
    assert!(staff.takes_next_package().is_none(), "one parcel");
    assert!(app.subjects_to(&seller).is_empty());
    is_all_over(&app, &staff, &[&alice, &bob, &seller]);
}

/// No timer speaks up afterwards, and nothing waits.
fn is_all_over(app: &TestApp, staff: &Person<'_>, people: &[&Person<'_>]) {
    let told = || {
        people
            .iter()
            .map(|one| app.subjects_to(one))
            .collect::<Vec<_>>()
    };
    let before = told();
    app.passes(TimeDelta::days(30));
    let staff = Person::log_in(app, &staff.email);
    assert_eq!(told(), before);
    for list in ["/api/processes", "/api/deliveries"] {
        assert_eq!(items(&staff.get(list)), Vec::<serde_json::Value>::new());
    }
}

#[rstest]
#[case::declined(true)]
#[case::not_answered(false)]
fn a_lot_that_nobody_accepts_is_unsold_and_its_seller_is_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] answers: bool,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let Unpaid {
        lot,
        seller,
        alice,
        bob,
        staff,
    } = Unpaid::after_three_days(&app);
    let waiting = items(&staff.get("/api/processes"));
    assert_eq!(waiting[0]["state"], "OFFERED");
    let reason = if answers {
        let answered = alice.does(&lot, "second-chance/answer", json!({"accepts": false}));
        assert_eq!(answered.has_status(200).json()["state"], "declined");
        app.deliver_due();
        "who declined"
    } else {
        app.passes(TimeDelta::hours(48) + TimeDelta::seconds(1));
        "who did not answer in time"
    };
    let (alice, staff) = (
        Person::log_in(&app, &alice.email),
        Person::log_in(&app, &staff.email),
    );
    alice
        .does(&lot, "second-chance/answer", json!({"accepts": true}))
        .is_problem(422, "no-second-chance");
    assert!(alice.owes().is_empty() && alice.won_items().is_empty());
    assert_eq!(
        app.subjects_to(&seller),
        ["Not sold after all: Brass sextant"]
    );
    let email = &app.emails()[0];
    assert!(email.text.contains(reason), "{}", email.text);
    assert!(staff.takes_next_package().is_none());
    is_all_over(&app, &staff, &[&alice, &bob, &seller]);
}
