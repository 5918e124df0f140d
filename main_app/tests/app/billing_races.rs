//! Several who want the last of something at the same moment: one gets it, the others keep what they had.

use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::shopping::{fresh, winners, won_by_ann};
use crate::support::{Answer, Person, TestApp, money};

const LOTS: &[(&str, &str)] = &[("Brass sextant", "15.99 USD")];

/// Everybody opens a billing at once.
fn all_open(people: &[Person<'_>], extras: &Value) -> Vec<Answer> {
    std::thread::scope(|threads| {
        let opening: Vec<_> = people
            .iter()
            .map(|person| threads.spawn(|| person.opens(&fresh(), extras.clone())))
            .collect();
        let answers = opening.into_iter().map(|one| one.join().unwrap());
        answers.collect()
    })
}

/// One has opened it, and the others are told why they have not.
#[track_caller]
fn one_of(answers: &[Answer], (status, slug): (u16, &str)) {
    let opened = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(opened.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.is_problem(status, slug);
    }
}

#[rstest]
#[case("coupon", "coupon-used-up")]
#[case("slot", "slot-full")]
fn the_last_of_its_kind_goes_to_one(
    #[case] what: &str,
    #[case] slug: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let all = ["ann", "bob", "cy", "dot", "eve"].map(|name| (name, LOTS));
    let (people, staff) = winners(&app, &all);
    staff.issues("LAST", "5 USD", 1);
    for person in &people {
        staff.grants(person, "2 USD");
    }
    let last = match what {
        "coupon" => json!("LAST"),
        _ => json!(staff.opens_slot(&app, 1)),
    };
    let extras = json!({what: last, "credit": money("2 USD")});
    let answers = all_open(&people, &extras);
    one_of(&answers, (422, slug));
    let with_all = people
        .iter()
        .filter(|person| person.credit()[0].0 == "2.00");
    assert_eq!(
        with_all.count(),
        people.len() - 1,
        "the others keep their credit"
    );
}

#[rstest]
fn a_payment_and_its_payers_credit_are_taken_by_one_of_many_requests(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, staff) = won_by_ann(&app, LOTS);
    staff.grants(&ann, "2 USD");
    let (basket, credit) = (ann.basket(), money("2 USD"));
    let answers: Vec<Answer> = std::thread::scope(|threads| {
        let opening: Vec<_> = (0..5)
            .map(|_| {
                let body = json!({"id": fresh(), "payments": basket, "credit": credit});
                let ann = &ann;
                threads.spawn(move || ann.post("/api/billings", &body))
            })
            .collect();
        let answers = opening.into_iter().map(|one| one.join().unwrap());
        answers.collect()
    });
    one_of(&answers, (409, "in-billing"));
    assert_eq!(ann.credit(), [("0.00".to_owned(), "2.00".to_owned())]);
}
