//! Every route, tried by nobody and by every role. The routes are asked of the application itself, so a new
//! one fails here until somebody has written down who may use it.

use std::collections::BTreeSet;

use actix_web::web;
use foundation::SystemClock;
use foundation::testing::{Backend, TestDatabase};
use main_app::composition::compose;
use main_app::configuration::Settings;
use main_app::http::{House, routes};
use reqwest::Method;

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

/// Every route, who may use it, and for pages the form that is sent.
pub const ROUTES: &[(&str, &str, For, &str)] = &[
    ("GET", "/", Everybody, ""),
    ("GET", "/api/addresses", Customers, ""),
    ("POST", "/api/addresses", Customers, ""),
    ("GET", "/api/auctions", Everybody, ""),
    ("POST", "/api/auctions", Sellers, ""),
    ("GET", "/api/auctions/{id}", Everybody, ""),
    ("GET", "/api/auctions/{id}/bids", Everybody, ""),
    ("POST", "/api/auctions/{id}/bids", Customers, ""),
    ("POST", "/api/auctions/{id}/buy-now", Customers, ""),
    ("POST", "/api/auctions/{id}/cancel", SellersAndStaff, ""),
    ("POST", "/api/auctions/{id}/end", Staff, ""),
    ("GET", "/api/auctions/{id}/log", Everybody, ""),
    ("POST", "/api/auctions/{id}/reserve", Sellers, ""),
    ("GET", "/api/auctions/{id}/second-chance", Users, ""),
    (
        "POST",
        "/api/auctions/{id}/second-chance",
        SellersAndStaff,
        "",
    ),
    (
        "POST",
        "/api/auctions/{id}/second-chance/answer",
        Customers,
        "",
    ),
    ("POST", "/api/auctions/{id}/withdrawals", Users, ""),
    ("GET", "/api/billings", Customers, ""),
    ("POST", "/api/billings", Customers, ""),
    ("POST", "/api/billings/quote", Customers, ""),
    ("GET", "/api/billings/{id}", Customers, ""),
    ("POST", "/api/billings/{id}/cancel", Customers, ""),
    ("POST", "/api/billings/{id}/complete", Customers, ""),
    ("POST", "/api/billings/{id}/pay", Customers, ""),
    ("GET", "/api/coupons", Staff, ""),
    ("POST", "/api/coupons", Staff, ""),
    ("GET", "/api/credit", Customers, ""),
    ("GET", "/api/customers/{id}/credit", Staff, ""),
    ("POST", "/api/customers/{id}/credit", Staff, ""),
    ("GET", "/api/deliveries", Staff, ""),
    ("POST", "/api/deliveries/{id}/discard", Staff, ""),
    ("POST", "/api/deliveries/{id}/retry", Staff, ""),
    ("GET", "/api/desk/billings", Staff, ""),
    ("GET", "/api/desk/billings/{id}", Staff, ""),
    ("GET", "/api/differences", Staff, ""),
    ("POST", "/api/differences/compare", Staff, ""),
    ("POST", "/api/differences/{id}/resolve", Staff, ""),
    ("GET", "/api/emails", Staff, ""),
    ("GET", "/api/invoices", Users, ""),
    ("GET", "/api/invoices/{number}", Users, ""),
    ("POST", "/api/login", Everybody, ""),
    ("POST", "/api/logout", Users, ""),
    ("GET", "/api/me", Users, ""),
    ("GET", "/api/my/bids", Customers, ""),
    ("GET", "/api/my/lots", Sellers, ""),
    ("GET", "/api/my/packages", Customers, ""),
    ("POST", "/api/my/packages/{id}/choice", Customers, ""),
    ("GET", "/api/my/won-items", Customers, ""),
    ("GET", "/api-docs/openapi.json", Everybody, ""),
    ("GET", "/api/payments", Customers, ""),
    ("GET", "/api/payments/{id}", Customers, ""),
    ("POST", "/api/payments/{id}/charge", Customers, ""),
    ("POST", "/api/payments/{id}/refunds", Staff, ""),
    ("GET", "/api/processes", Staff, ""),
    ("POST", "/api/processes/{id}/push", Staff, ""),
    ("POST", "/api/register", Everybody, ""),
    ("GET", "/api/sales", Everybody, ""),
    ("POST", "/api/sales", Staff, ""),
    ("GET", "/api/sales/{id}", Everybody, ""),
    ("GET", "/api/sales/{id}/lots", Everybody, ""),
    ("GET", "/api/sales/{id}/registration", Customers, ""),
    ("DELETE", "/api/sales/{id}/registration", Customers, ""),
    ("GET", "/api/sales/{id}/registrations", Staff, ""),
    ("POST", "/api/sales/{id}/registrations", Customers, ""),
    (
        "POST",
        "/api/sales/{id}/registrations/{registration}/approve",
        Staff,
        "",
    ),
    (
        "POST",
        "/api/sales/{id}/registrations/{registration}/refuse",
        Staff,
        "",
    ),
    ("GET", "/api/sessions", Users, ""),
    ("DELETE", "/api/sessions/{id}", Users, ""),
    ("POST", "/api/shipping/package/next", Staff, ""),
    ("POST", "/api/shipping/package/{id}/choice", Staff, ""),
    ("POST", "/api/shipping/package/{id}/collect", Staff, ""),
    ("POST", "/api/shipping/package/{id}/deliver", Staff, ""),
    ("GET", "/api/shipping/package/{id}/label", Staff, ""),
    ("POST", "/api/shipping/package/{id}/label", Staff, ""),
    ("POST", "/api/shipping/package/{id}/return", Staff, ""),
    ("POST", "/api/shipping/package/{id}/ship", Staff, ""),
    ("GET", "/api/shipping/packages", Staff, ""),
    ("GET", "/api/shipping/waiting", Staff, ""),
    ("GET", "/api/slots", Users, ""),
    ("POST", "/api/slots", Staff, ""),
    ("GET", "/api/stock", Staff, ""),
    ("POST", "/api/stock/allocations", Staff, ""),
    ("GET", "/api/stock/allocations.csv", Staff, ""),
    ("POST", "/api/stock/batches", Staff, ""),
    ("GET", "/api/stock/batches.csv", Staff, ""),
    ("POST", "/api/stock/batches/{reference}", Staff, ""),
    ("POST", "/api/stock/deallocations", Staff, ""),
    ("POST", "/api/stock/import", Staff, ""),
    ("GET", "/api/stock/products/{sku}", Staff, ""),
    ("GET", "/api/tokens", Users, ""),
    ("POST", "/api/tokens", Users, ""),
    ("DELETE", "/api/tokens/{id}", Users, ""),
    ("GET", "/assets/{name}", Everybody, ""),
    ("GET", "/desk/deliveries", Staff, ""),
    ("POST", "/desk/deliveries/{id}/discard", Staff, "reason=x"),
    ("POST", "/desk/deliveries/{id}/retry", Staff, ""),
    ("GET", "/desk/packing", Staff, ""),
    ("POST", "/desk/packing/next", Staff, ""),
    ("GET", "/desk/packing/{id}", Staff, ""),
    ("POST", "/desk/packing/{id}/choice", Staff, "choice=wait"),
    ("POST", "/desk/packing/{id}/collect", Staff, ""),
    ("POST", "/desk/packing/{id}/deliver", Staff, ""),
    ("POST", "/desk/packing/{id}/label", Staff, "grams=1"),
    ("POST", "/desk/packing/{id}/return", Staff, ""),
    (
        "POST",
        "/desk/packing/{id}/ship",
        Staff,
        "carrier=x&tracking_number=y",
    ),
    ("GET", "/desk/processes", Staff, ""),
    ("POST", "/desk/processes/{id}/push", Staff, "reason=x"),
    ("GET", "/desk/sales", Staff, ""),
    ("GET", "/desk/sales/new", Staff, ""),
    ("POST", "/desk/sales/new", Staff, NEW_SALE),
    ("GET", "/desk/sales/{id}", Staff, ""),
    (
        "POST",
        "/desk/sales/{id}/registrations/{registration}/approve",
        Staff,
        "",
    ),
    (
        "POST",
        "/desk/sales/{id}/registrations/{registration}/refuse",
        Staff,
        "reason=x",
    ),
    ("GET", "/desk/stock", Staff, ""),
    (
        "POST",
        "/desk/stock/batches",
        Staff,
        "reference=&sku=&quantity=&eta=",
    ),
    (
        "POST",
        "/desk/stock/batches/{reference}",
        Staff,
        "sku=&quantity=&eta=",
    ),
    ("POST", "/desk/stock/import", Staff, "csv="),
    ("GET", "/desk/stock/{sku}", Staff, ""),
    ("GET", "/dev/mail", TheDemo, ""),
    ("GET", "/dev/mail/{id}", TheDemo, ""),
    ("GET", "/dev/mail/{id}/html", TheDemo, ""),
    ("ANY", "/docs", Everybody, ""),
    ("GET", "/docs/{_:.*}", Everybody, ""),
    ("GET", "/health", Everybody, ""),
    ("GET", "/health/live", Everybody, ""),
    ("GET", "/health/ready", Everybody, ""),
    ("GET", "/invoices", Users, ""),
    ("GET", "/invoices/{number}", Users, ""),
    ("GET", "/invoices/{number}.pdf", Users, ""),
    ("GET", "/login", Everybody, ""),
    ("POST", "/login", Everybody, "email=x&password=y"),
    ("POST", "/logout", Everybody, ""),
    ("GET", "/lots/{id}", Everybody, ""),
    ("POST", "/lots/{id}/bids", Customers, "amount=1"),
    ("GET", "/lots/{id}/buy-now", Customers, ""),
    ("POST", "/lots/{id}/buy-now", Customers, ""),
    ("POST", "/lots/{id}/cancel", SellersAndStaff, "reason=x"),
    ("POST", "/lots/{id}/end", Staff, ""),
    ("POST", "/lots/{id}/reserve", Sellers, "reserve=1"),
    ("POST", "/lots/{id}/second-chance", SellersAndStaff, ""),
    (
        "POST",
        "/lots/{id}/second-chance/answer",
        Customers,
        "answer=accept",
    ),
    ("POST", "/lots/{id}/staff-withdrawals", Staff, "reason=x"),
    ("POST", "/lots/{id}/withdrawals", Customers, ""),
    ("GET", "/metrics", Everybody, ""),
    ("GET", "/my/addresses", Customers, ""),
    (
        "POST",
        "/my/addresses",
        Customers,
        "recipient=x&street=x&street2=&city=x&region=&postcode=x&country=GB",
    ),
    ("GET", "/my/billings", Customers, ""),
    ("GET", "/my/billings/{id}", Customers, ""),
    ("POST", "/my/billings/{id}/cancel", Customers, ""),
    ("GET", "/my/billings/{id}/confirm", Customers, ""),
    (
        "POST",
        "/my/billings/{id}/pay",
        Customers,
        "token=tok_approved",
    ),
    ("GET", "/my/billings/{id}/return", Customers, ""),
    ("GET", "/my/bids", Customers, ""),
    ("GET", "/my/checkout", Customers, ""),
    ("POST", "/my/checkout", Customers, "hand_over=delivery"),
    ("GET", "/my/lots", Sellers, ""),
    ("GET", "/my/parcels", Customers, ""),
    ("POST", "/my/parcels/{id}/choice", Customers, "choice=wait"),
    ("GET", "/my/won", Customers, ""),
    ("GET", "/my/won/{id}", Customers, ""),
    (
        "POST",
        "/my/won/{id}/charge",
        Customers,
        "token=tok_approved",
    ),
    ("GET", "/register", Everybody, ""),
    ("POST", "/register", Everybody, ""),
    ("GET", "/sales", Everybody, ""),
    ("GET", "/sales/{id}", Everybody, ""),
    (
        "POST",
        "/sales/{id}/registrations",
        Customers,
        "declared=yes",
    ),
    ("POST", "/sales/{id}/registrations/cancel", Customers, ""),
    ("GET", "/sell", Sellers, ""),
    ("POST", "/sell", Sellers, SELL),
    ("POST", "/webhooks/stripe", Everybody, ""),
];

const NEW_SALE: &str = "sale=00000000-0000-7000-8000-000000000000&title=&currency=USD\
                        &opens_at=2026-12-01T12:00&admission=open&seats=&buyers_premium=0\
                        &steps=standard&increment=&table=&soft_close=usual&window=&cap=";
const SELL: &str = "lot=00000000-0000-7000-8000-000000000000&title=&description=&starting_price=1\
                    &currency=USD&increment=&ends_at=2026-12-01T12:00";

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
