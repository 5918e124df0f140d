//! A bid under an idempotency key is placed once, however often it is sent.

use std::sync::Barrier;

use foundation::testing::Backend;
use main_app::configuration::{Settings, StrategyChoice};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, Lot, Person, TestApp};

fn bids(person: &Person<'_>, lot: &Lot, key: &str, body: &Value) -> Answer {
    let path = format!("/api/auctions/{}/bids", lot.id);
    person.sends(Method::POST, &path, |request| {
        request.json(body).header("idempotency-key", key)
    })
}

fn deciding_by(strategy: StrategyChoice) -> impl FnOnce(&mut Settings) {
    move |settings| settings.bidding.strategy = strategy
}

#[rstest]
fn a_repeated_bid_gets_the_first_answer_and_another_bid_under_its_key_is_refused(
    #[values(
        StrategyChoice::Desk,
        StrategyChoice::Optimistic,
        StrategyChoice::RowLock
    )]
    strategy: StrategyChoice,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn_with(backend, deciding_by(strategy)) else {
        return;
    };
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let other = app.seller("sue").lists("Astrolabe", "10.00 USD");
    let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
    let twenty = json!({"amount": "20"});
    let first = bids(&ann, &lot, "k-1", &twenty).has_status(200).json();
    assert_eq!(first["is_winner"], true);
    bids(&bob, &lot, "k-1", &json!({"amount": "30"})).has_status(200);
    let low = bids(&ann, &lot, "k-2", &json!({"amount": "25"}))
        .has_status(200)
        .json();
    assert_eq!(low["accepted"], false);
    bob.bids(&lot, "40").has_status(200);

    let before = app.contents();
    assert_eq!(
        bids(&ann, &lot, "k-1", &twenty).has_status(200).json(),
        first
    );
    let the_same = json!({"amount": "20.00", "currency": "USD"});
    assert_eq!(
        bids(&ann, &lot, "k-1", &the_same).has_status(200).json(),
        first
    );
    let again = bids(&ann, &lot, "k-2", &json!({"amount": "25"}));
    assert_eq!(
        again.has_status(200).json(),
        low,
        "a refusal is an answer too"
    );
    for (key, amount) in [("k-1", "50"), ("k-2", "50"), ("k-1", "25")] {
        let another = bids(&ann, &lot, key, &json!({"amount": amount}));
        another.is_problem(422, "idempotency-key-reused");
    }
    assert_eq!(app.contents(), before);
    bids(&ann, &other, "k-1", &json!({"amount": "11"})).has_status(200);
    app.clock.set(lot.ends_at);
    assert_eq!(
        bids(&ann, &lot, "k-1", &twenty).has_status(200).json(),
        first
    );
}

#[rstest]
fn the_same_bid_sent_many_times_at_once_is_placed_once(
    #[values(
        StrategyChoice::Desk,
        StrategyChoice::Optimistic,
        StrategyChoice::RowLock
    )]
    strategy: StrategyChoice,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn_with(backend, deciding_by(strategy)) else {
        return;
    };
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let ann = app.bidder("ann");
    let gate = Barrier::new(8);
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let sends = || {
            gate.wait();
            let answer = bids(&ann, &lot, "once", &json!({"amount": "20"}));
            answer.has_status(200).json()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(sends)).collect();
        let answers = threads.into_iter().map(|thread| thread.join().unwrap());
        answers.collect()
    });
    assert_eq!(answers[0]["is_winner"], true);
    assert!(
        answers.iter().all(|answer| answer == &answers[0]),
        "{answers:#?}"
    );
    assert_eq!(ann.sees(&lot)["bids"], 1);
}

#[rstest]
#[case("")]
#[case("two words")]
#[case(&"k".repeat(101))]
fn a_key_that_is_none_is_refused(#[case] key: &str) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let ann = app.bidder("ann");
    let before = app.contents();
    bids(&ann, &lot, key, &json!({"amount": "20"})).is_problem(400, "bad-request");
    assert_eq!(app.contents(), before);
}
