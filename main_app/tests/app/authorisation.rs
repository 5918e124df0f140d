//! Every route, tried by nobody and by every role. The routes are asked of the application itself, so a new
//! one fails here until somebody has written down who may use it.

#[path = "authorisation/routes.rs"]
mod routes_for;

use std::collections::BTreeSet;

use actix_web::web;
use foundation::SystemClock;
use foundation::testing::{Backend, TestDatabase};
use main_app::composition::compose;
use main_app::configuration::Settings;
use main_app::http::{House, routes};
use reqwest::Method;

pub use routes_for::ROUTES;

use crate::support::{Answer, Person, TestApp};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Whoever comes along.
    Everybody,
    /// Whoever is logged in.
    Users,
    /// Bidders and sellers.
    Customers,
    /// Sellers.
    Sellers,
    /// Sellers, staff and administrators.
    SellersAndStaff,
    /// Staff and administrators.
    Staff,
    /// Nobody but in the demo, where it is for everybody.
    TheDemo,
}

use For::{Customers, Everybody, Sellers, SellersAndStaff, Staff, TheDemo, Users};

#[test]
fn every_route_has_a_row_that_says_who_may_use_it() {
    let database = TestDatabase::on(Backend::Sqlite).unwrap();
    let settings = Settings::default();
    let clock = Box::new(SystemClock::default());
    let app = compose(&settings, database.database().clone(), clock);
    let house = web::Data::new(House::new(app, settings));
    let routes = actix_web::rt::System::new().block_on(routes::all(house));
    let served: BTreeSet<_> = routes
        .iter()
        .map(|route| (route.method.as_str(), route.pattern.as_str()))
        .collect();
    let listed: BTreeSet<_> = ROUTES
        .iter()
        .map(|(method, path, ..)| (*method, *path))
        .collect();
    let unlisted: Vec<_> = served.difference(&listed).collect();
    assert!(
        unlisted.is_empty(),
        "say in ROUTES who may use {unlisted:?}"
    );
    let gone: Vec<_> = listed.difference(&served).collect();
    assert!(
        gone.is_empty(),
        "there are no such routes any more: {gone:?}"
    );
    assert_eq!(listed.len(), ROUTES.len(), "a route is listed twice");
}

#[test]
fn nobody_gets_past_a_route_that_is_not_for_them() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let visitors = [
        ("nobody", app.nobody()),
        ("bidder", app.bidder("alice")),
        ("seller", app.seller("sam")),
        ("staff", app.staff("tess")),
        ("admin", app.admin("ravi")),
    ];
    let mut wrong = Vec::new();
    for row @ (method, path, whom, _) in ROUTES {
        for (role, visitor) in &visitors {
            if *path == "/api/logout" || *path == "/logout" {
                continue;
            }
            let answer = tries(visitor, row);
            let refused = is_refused(&answer, path, *whom);
            let expected = !admits(*whom, role);
            if refused != expected {
                wrong.push(format!("{method} {path} as {role}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    app.nobody()
        .post("/api/logout", &serde_json::json!({}))
        .has_status(401);
}

fn admits(whom: For, role: &str) -> bool {
    match whom {
        Everybody => true,
        Users => role != "nobody",
        Customers => ["bidder", "seller"].contains(&role),
        Sellers => role == "seller",
        SellersAndStaff => ["seller", "staff", "admin"].contains(&role),
        Staff => ["staff", "admin"].contains(&role),
        TheDemo => false,
    }
}

/// Refused: not logged in, not allowed, or sent to the login. What only the demo shows is not there at all.
/// At the login itself, 401 is about what was typed, not about who asks.
fn is_refused(answer: &Answer, path: &str, whom: For) -> bool {
    if whom == TheDemo {
        return answer.status == 404;
    }
    let to_login = answer.status == 303 && answer.header("location").starts_with("/login");
    let at_login = ["/login", "/api/login"].contains(&path);
    to_login || answer.status == 403 || (answer.status == 401 && !at_login)
}

fn tries(visitor: &Person<'_>, (method, path, _, form): &(&str, &str, For, &str)) -> Answer {
    let path = path
        .replace("{id}", "00000000-0000-7000-8000-000000000000")
        .replace("{registration}", "00000000-0000-7000-8000-000000000000")
        .replace("{number}", "2026-000001")
        .replace("{name}", "gavel.css")
        .replace("{_:.*}", "index.html");
    let method = match *method {
        "ANY" => Method::GET,
        other => other.parse().unwrap(),
    };
    let sends_form = method == Method::POST && !path.starts_with("/api");
    visitor.sends(method.clone(), &path, |request| {
        if sends_form {
            let kind = "application/x-www-form-urlencoded";
            request
                .header("content-type", kind)
                .body((*form).to_owned())
        } else if method == Method::POST {
            request.json(&serde_json::json!({}))
        } else {
            request
        }
    })
}

#[test]
fn a_foreign_payment_address_or_package_does_not_exist_for_others() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let seller = app.seller("sam");
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    alice.lives_somewhere();
    let lot = seller.lists("Brass sextant", "10.00 USD");
    alice.bids(&lot, "12.00").has_status(200);
    app.passes(chrono::TimeDelta::hours(3));
    let payment = alice.owes().pop().unwrap();
    let path = format!("/api/payments/{}", payment["id"].as_str().unwrap());
    alice.get(&path).has_status(200);
    bob.get(&path).is_problem(404, "not-found");
    let before = app.contents();
    bob.pays(&payment, "tok_approved")
        .is_problem(404, "not-found");
    assert_eq!(app.contents(), before);
    for path in [
        "/api/addresses",
        "/api/my/packages",
        "/api/my/won-items",
        "/api/payments?all=true",
    ] {
        assert_eq!(
            crate::support::items(&bob.get(path)),
            [] as [serde_json::Value; 0],
            "{path}"
        );
    }
}
