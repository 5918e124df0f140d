//! What stays secret: a bidder's maximum, the reserve, and who bids. Every route that can be read is read by
//! everybody who could be curious.

use chrono::TimeDelta;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::Failure;
use foundation::testing::Backend;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::authorisation::ROUTES;
use crate::support::{Lot, Person, TestApp, money};

/// Ann's maximum and the reserve, as people and as the database write them. No hash or id looks like that by
/// accident.
const MAXIMUM: [&str; 3] = ["43210987.65", "43,210,987.65", "4321098765"];
const RESERVE: [&str; 3] = ["51703142.88", "51,703,142.88", "5170314288"];

struct Scene<'a> {
    ann: Person<'a>,
    seller: Person<'a>,
    others: Vec<(&'static str, Person<'a>)>,
    lot: Lot,
    sale: String,
}

impl<'a> Scene<'a> {
    /// A lot of a sale on which Ann leads with a maximum that nobody knows, below a reserve that nobody knows.
    fn set(app: &'a TestApp) -> Self {
        let (seller, tess) = (app.seller("sam"), app.staff("tess"));
        let (ann, bob) = (app.bidder("ann"), app.bidder("bob"));
        let opens_at = app.now() + TimeDelta::minutes(1);
        let sale = json!({"title": "Autumn sale", "currency": "USD", "admission": "open",
            "opens_at": opens_at});
        let sale = tess.post("/api/sales", &sale).has_status(201).json()["id"].clone();
        let sale = sale.as_str().unwrap().to_owned();
        for bidder in [&ann, &bob] {
            let registrations = format!("/api/sales/{sale}/registrations");
            bidder.post(&registrations, &json!({})).has_status(201);
        }
        let terms = json!({"bidding": "proxy", "sale": sale,
            "reserve": money(&format!("{} USD", RESERVE[0]))});
        let ends_at = app.now() + TimeDelta::hours(2);
        let lot = seller.lists_on("Astrolabe", "10 USD", ends_at, terms);
        app.passes(TimeDelta::minutes(1));
        ann.bids(&lot, "500").has_status(200);
        ann.bids(&lot, MAXIMUM[0]).has_status(200);
        let others = vec![
            ("nobody", app.nobody()),
            ("bob", bob),
            ("cy", app.bidder("cy")),
            ("sue", app.seller("sue")),
            ("tess", tess),
            ("ravi", app.admin("ravi")),
        ];
        Self {
            ann,
            seller,
            others,
            lot,
            sale,
        }
    }

    fn bob(&self) -> &Person<'a> {
        &self.others[1].1
    }

    /// Everything that can be read, with the lot, the sale or a bidder in the place of the id.
    fn reads_everything(&self, person: &Person<'_>, mut look: impl FnMut(&str, &str)) {
        for (method, pattern, ..) in ROUTES {
            if *method != "GET" || pattern.contains("{_") {
                continue;
            }
            let id = if pattern.starts_with("/api/sales") || pattern.starts_with("/sales") {
                &self.sale
            } else {
                &self.lot.id
            };
            let path = pattern.replace("{id}", id).replace("{name}", "gavel.css");
            let answer = person.sends(Method::GET, &path, |request| request);
            look(&path, &format!("{:?} {}", answer.headers, answer.text));
        }
    }
}

fn hides(text: &str, secrets: &[&str], what: &str) {
    for secret in secrets {
        assert!(!text.contains(secret), "{what} tells {secret}: {text}");
    }
}

/// What the house told others inside and by e-mail.
fn events_and_emails(app: &TestApp) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let told: Result<Vec<Told>, Failure> = app.transactions().read(|reader| {
        let all = "SELECT payload AS text FROM foundation_events";
        Ok(sql_query(all).load(reader.connection())?)
    });
    let emails = app.emails().into_iter().map(|email| format!("{email:?}"));
    let told = told.unwrap().into_iter().map(|told| told.text);
    told.chain(emails).collect()
}

#[rstest]
fn nobody_learns_a_maximum_or_a_reserve_from_anything_that_can_be_read(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let scene = Scene::set(&app);
    let ann = scene.ann.id.as_str();
    // Somebody who has just looked must not make the next one see what only the first may.
    assert_eq!(
        scene.ann.sees(&scene.lot)["your_maximum"]["amount"],
        MAXIMUM[0]
    );
    let verdict = scene.bob().bids(&scene.lot, "900").has_status(200).text;
    hides(&verdict, &MAXIMUM, "the answer to Bob's bid");
    hides(&verdict, &RESERVE, "the answer to Bob's bid");
    hides(&verdict, &[ann], "the answer to Bob's bid");
    app.deliver_due();
    assert_eq!(
        scene.ann.sees(&scene.lot)["your_maximum"]["amount"],
        MAXIMUM[0]
    );
    let seen = scene.bob().sees(&scene.lot);
    assert_eq!(seen["current_price"], money("910.00 USD"));
    assert_eq!(
        (&seen["reserve_met"], &seen["your_maximum"]["amount"]),
        (&json!(false), &json!("900.00"))
    );

    for (name, person) in &scene.others {
        let maximum = &person.sees(&scene.lot)["your_maximum"];
        assert_eq!(
            maximum.is_null(),
            *name != "bob",
            "{name} is shown {maximum}"
        );
        scene.reads_everything(person, |path, text| {
            let what = format!("{path} as {name}");
            hides(text, &MAXIMUM, &what);
            hides(text, &RESERVE, &what);
            let is_registrar = path.ends_with("/registrations");
            if !(is_registrar && ["tess", "ravi"].contains(name)) {
                hides(text, &[ann], &what);
            }
            if !["tess", "ravi"].contains(name) {
                hides(text, &[&scene.ann.email], &what);
            }
        });
    }
    scene.reads_everything(&scene.seller, |path, text| {
        hides(text, &MAXIMUM, &format!("{path} as the seller"));
        hides(
            text,
            &[ann, &scene.ann.email],
            &format!("{path} as the seller"),
        );
    });
    scene.reads_everything(&scene.ann, |path, text| {
        hides(text, &RESERVE, &format!("{path} as Ann"));
    });
    for text in events_and_emails(&app) {
        hides(&text, &MAXIMUM, "an event or an e-mail");
        hides(&text, &RESERVE, "an event or an e-mail");
    }
}

#[rstest]
fn refusals_tell_no_secrets_either(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let scene = Scene::set(&app);
    let lot = &scene.lot;
    let tries: [(&str, &Person<'_>, &str, Value); 7] = [
        ("too low", scene.bob(), "bids", json!({"amount": "1"})),
        ("no number", scene.bob(), "bids", json!({"amount": "x"})),
        (
            "no paddle",
            &scene.others[2].1,
            "bids",
            json!({"amount": "900"}),
        ),
        ("buy now", scene.bob(), "buy-now", json!({})),
        ("withdrawing nothing", scene.bob(), "withdrawals", json!({})),
        (
            "another reserve",
            &scene.others[3].1,
            "reserve",
            json!({"reserve": money("11 USD")}),
        ),
        (
            "cancelling",
            &scene.seller,
            "cancel",
            json!({"reason": "no"}),
        ),
    ];
    for (what, person, path, body) in tries {
        let answer = person.does(lot, path, body);
        hides(&answer.text, &MAXIMUM, what);
        hides(&answer.text, &RESERVE, what);
        hides(&answer.text, &[&scene.ann.id, &scene.ann.email], what);
    }
    let lowered = json!({"reserve": money("50000000.01 USD")});
    let told = scene
        .seller
        .does(lot, "reserve", lowered)
        .has_status(200)
        .text;
    hides(&told, &MAXIMUM, "a lowered reserve");
    scene.bob().sees(lot);
    let seen = scene.bob().sees(lot).to_string();
    hides(&seen, &["50000000.01", "5000000001"], "the lot");
}
