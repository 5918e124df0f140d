//! A lot that was not sold is offered to the next bidder, over HTTP.

use std::sync::Barrier;

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::support::{Lot, Person, TestApp, money};

/// Bob bid 50 and Ann 60; the reserve of 100 was not met.
fn unsold(app: &TestApp, seller: &Person<'_>, ann: &Person<'_>, bob: &Person<'_>) -> Lot {
    let ends_at = app.now() + TimeDelta::hours(2);
    let terms = json!({"reserve": money("100 USD")});
    let lot = seller.lists_on("Astrolabe", "10 USD", ends_at, terms);
    bob.bids(&lot, "50").has_status(200);
    ann.bids(&lot, "60").has_status(200);
    offers(seller, &lot).is_problem(422, "no-second-chance");
    app.passes(TimeDelta::hours(2) + TimeDelta::seconds(1));
    assert_eq!(ann.sees(&lot)["status"], "unsold");
    lot
}

fn offers(person: &Person<'_>, lot: &Lot) -> crate::support::Answer {
    person.does(lot, "second-chance", json!({}))
}

fn answers(person: &Person<'_>, lot: &Lot, accepts: bool) -> crate::support::Answer {
    person.does(lot, "second-chance/answer", json!({"accepts": accepts}))
}

#[rstest]
fn a_second_chance_goes_from_bidder_to_bidder_until_one_accepts(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, other, tess) = (app.seller("sam"), app.seller("sue"), app.staff("tess"));
    let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
    let lot = unsold(&app, &seller, &ann, &bob);
    ann.reads(&lot, "second-chance")
        .is_problem(404, "not-found");
    offers(&other, &lot).is_problem(404, "not-found");

    let offer = offers(&seller, &lot).has_status(201).json();
    assert_eq!(offer["price"], money("60.00 USD"));
    assert_eq!(
        (&offer["state"], &offer["yours"]),
        (&json!("open"), &json!(false))
    );
    assert_eq!(offer["expires_at"], json!(app.now() + TimeDelta::hours(48)));
    offers(&tess, &lot).is_problem(422, "no-second-chance");
    assert_eq!(ann.reads(&lot, "second-chance").json()["yours"], true);
    for manager in [&seller, &tess] {
        manager.reads(&lot, "second-chance").has_status(200);
    }
    for stranger in [&bob, &other] {
        stranger
            .reads(&lot, "second-chance")
            .is_problem(404, "not-found");
    }
    app.nobody()
        .reads(&lot, "second-chance")
        .is_problem(401, "not-logged-in");

    answers(&bob, &lot, true).is_problem(422, "no-second-chance");
    let declined = answers(&ann, &lot, false).has_status(200).json();
    assert_eq!(declined["state"], "declined");
    answers(&ann, &lot, true).is_problem(422, "no-second-chance");

    let offer = offers(&tess, &lot).has_status(201).json();
    assert_eq!(
        offer["price"],
        money("50.00 USD"),
        "each at the own highest bid"
    );
    ann.reads(&lot, "second-chance")
        .is_problem(404, "not-found");
    let accepted = answers(&bob, &lot, true).has_status(200).json();
    assert_eq!(
        (&accepted["state"], &accepted["yours"]),
        (&json!("accepted"), &json!(true))
    );
    app.deliver_due();
    offers(&seller, &lot).is_problem(422, "no-second-chance");
}

#[rstest]
fn a_second_chance_expires_after_two_days(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let seller = app.seller("sam");
    let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
    let lot = unsold(&app, &seller, &ann, &bob);
    offers(&seller, &lot).has_status(201);
    app.clock.advance(TimeDelta::hours(48));
    let ann = Person::log_in(&app, &ann.email);
    answers(&ann, &lot, true).is_problem(422, "no-second-chance");
    app.passes(TimeDelta::seconds(1));
    assert_eq!(ann.reads(&lot, "second-chance").json()["state"], "expired");
    let seller = Person::log_in(&app, &seller.email);
    assert_eq!(
        offers(&seller, &lot).has_status(201).json()["price"],
        money("50.00 USD")
    );
    let bob = Person::log_in(&app, &bob.email);
    answers(&bob, &lot, false).has_status(200);
    offers(&seller, &lot).is_problem(422, "no-second-chance");
}

#[rstest]
fn of_several_answers_at_once_one_counts(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let seller = app.seller("sam");
    let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
    let lot = unsold(&app, &seller, &ann, &bob);
    offers(&seller, &lot).has_status(201);
    let gate = Barrier::new(8);
    let counted: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let (ann, lot, gate) = (&ann, &lot, &gate);
                scope.spawn(move || {
                    gate.wait();
                    let accepts = number % 2 == 0;
                    let answer = answers(ann, lot, accepts);
                    if answer.status == 200 {
                        return Some(accepts);
                    }
                    answer.is_problem(422, "no-second-chance");
                    None
                })
            })
            .collect();
        let answers = threads
            .into_iter()
            .filter_map(|thread| thread.join().unwrap());
        answers.collect()
    });
    assert_eq!(counted.len(), 1);
    let state = ann.reads(&lot, "second-chance").json()["state"].clone();
    assert_eq!(state, if counted[0] { "accepted" } else { "declined" });
}
