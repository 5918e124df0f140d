//! Sales on pages: announcing them, registering, deciding who may bid, and bidding with a paddle.

use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::browsing::NO_SUCH_ID;
use crate::support::{Answer, Lot, Person, TestApp, items};
use chrono::TimeDelta;

const DECLARED: [(&str, &str); 1] = [("declared", "yes")];

/// Announces a sale in USD with the form of the staff's desk; gives the address of its page.
fn announces(staff: &Person<'_>, app: &TestApp, admission: &str, seats: &str) -> String {
    let opens_at = (app.now() + TimeDelta::minutes(1)).format("%Y-%m-%dT%H:%M");
    let opens_at = opens_at.to_string();
    let form = [
        ("sale", NO_SUCH_ID),
        ("title", "Autumn sale"),
        ("currency", "USD"),
        ("opens_at", &opens_at),
        ("admission", admission),
        ("seats", seats),
        ("buyers_premium", "12.5"),
        ("steps", "standard"),
        ("increment", ""),
        ("table", ""),
        ("soft_close", "on"),
        ("window", "5"),
        ("cap", "60"),
    ];
    let address = format!("/sales/{NO_SUCH_ID}");
    staff.fills_in("/desk/sales/new", &form).goes_to(&address);
    address
}

fn lot_in(app: &TestApp, seller: &Person<'_>) -> Lot {
    let ends_at = app.now() + TimeDelta::hours(2);
    let terms = json!({"sale": NO_SUCH_ID});
    seller.lists_on("Brass sextant", "10.00 USD", ends_at, terms)
}

/// The registrations as staff decide about them, by their paddles.
fn registrations(staff: &Person<'_>) -> Vec<String> {
    let path = format!("/api/sales/{NO_SUCH_ID}/registrations");
    let list = items(&staff.get(&path));
    let id = |entry: &serde_json::Value| entry["id"].as_str().unwrap().to_owned();
    list.iter().map(id).collect()
}

fn decides(staff: &Person<'_>, registration: &str, what: &str, reason: &str) -> Answer {
    let path = format!("/desk/sales/{NO_SUCH_ID}/registrations/{registration}/{what}");
    let fields: &[_] = if what == "refuse" {
        &[("reason", reason)]
    } else {
        &[]
    };
    staff.fills_in(&path, fields)
}

#[rstest]
fn a_bidder_registers_waits_and_bids_with_a_paddle(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (staff, seller) = (app.staff("tess"), app.seller("sam"));
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    let sale = announces(&staff, &app, "approval", "5");
    let lot = lot_in(&app, &seller);
    app.clock.advance(TimeDelta::minutes(1));
    let lot_page = format!("/lots/{}", lot.id);
    let page = app.nobody().looks_at(&sale);
    page.shows("The house approves each bidder. 5 seats are left.");
    page.shows("12.5 %");
    page.shows("Brass sextant");
    app.nobody().looks_at("/sales").shows("Autumn sale");
    let page = alice.looks_at(&lot_page);
    page.shows("Register to bid");
    page.hides("Place bid");

    let registers = format!("{sale}/registrations");
    let refused = alice.fills_in(&registers, &[]).has_status(422);
    refused.shows("declared-error");
    alice.fills_in(&registers, &DECLARED).goes_to(&sale);
    alice.looks_at(&sale).shows("Waiting for approval");
    let page = alice.looks_at(&lot_page);
    page.shows("Your paddle will be number 1.");
    page.hides("Place bid");
    let early = alice.fills_in(&format!("{lot_page}/bids"), &[("amount", "12")]);
    early.has_status(403).shows("approved paddle");
    let again = alice.fills_in(&registers, &DECLARED).has_status(409);
    again.shows("You are registered for this sale already.");

    let desk = format!("/desk/sales/{NO_SUCH_ID}");
    let page = staff.looks_at(&desk);
    page.shows("alice@bidder.example");
    page.shows("Waiting");
    let [registration] = &registrations(&staff)[..] else {
        panic!("one registration");
    };
    decides(&staff, registration, "approve", "").goes_to(&desk);
    let again = decides(&staff, registration, "approve", "").has_status(409);
    again.shows("This registration is approved already.");
    alice.looks_at(&sale).shows("Approved");
    alice.looks_at(&lot_page).shows("You bid with paddle 1.");
    alice
        .fills_in(&format!("{lot_page}/bids"), &[("amount", "12")])
        .goes_to(&lot_page);
    // Who has registered is nobody else's business.
    for person in [&app.nobody(), &bob, &seller] {
        person.looks_at(&sale).hides("alice");
        person.looks_at(&lot_page).hides("alice");
    }
}

#[rstest]
fn a_declined_bidder_is_told_why_and_cannot_come_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (staff, seller, alice) = (app.staff("tess"), app.seller("sam"), app.bidder("alice"));
    let sale = announces(&staff, &app, "open", "");
    let lot = lot_in(&app, &seller);
    app.clock.advance(TimeDelta::minutes(1));
    let registers = format!("{sale}/registrations");
    alice.fills_in(&registers, &DECLARED).goes_to(&sale);
    alice.looks_at(&sale).shows("You may bid on every lot");
    let registration = registrations(&staff).remove(0);
    let refused = decides(&staff, &registration, "refuse", " ");
    refused.has_status(422).shows("marked fields");
    let desk = format!("/desk/sales/{NO_SUCH_ID}");
    decides(&staff, &registration, "refuse", "Two unpaid lots").goes_to(&desk);
    staff
        .looks_at(&format!("{desk}?only=refused"))
        .shows("Two unpaid lots");
    staff
        .looks_at(&format!("{desk}?only=approved"))
        .hides("alice");
    staff.looks_at(&format!("{desk}?only=some")).has_status(422);
    alice.looks_at(&sale).shows("Two unpaid lots.");
    let page = alice.looks_at(&format!("/lots/{}", lot.id));
    page.shows("Two unpaid lots.");
    page.hides("Place bid");
    let again = alice.fills_in(&registers, &DECLARED).has_status(403);
    again.shows("you cannot register again");
    decides(&staff, &registration, "approve", "").goes_to(&desk);
    alice.looks_at(&sale).shows("You may bid on every lot");
}

#[rstest]
fn the_last_seat_is_given_once_and_freed_with_its_paddle(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let staff = app.staff("tess");
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    let sale = announces(&staff, &app, "open", "1");
    let registers = format!("{sale}/registrations");
    let gives_back = format!("{sale}/registrations/cancel");
    let not_registered = bob.fills_in(&gives_back, &[]).has_status(409);
    not_registered.shows("You are not registered for this sale.");
    alice.fills_in(&registers, &DECLARED).goes_to(&sale);
    bob.looks_at(&sale)
        .shows("Every seat of this sale is taken.");
    let full = bob.fills_in(&registers, &DECLARED).has_status(422);
    full.shows("Every seat of this sale is taken.");
    alice.fills_in(&gives_back, &[]).goes_to(&sale);
    bob.fills_in(&registers, &DECLARED).goes_to(&sale);
    bob.looks_at(&sale)
        .shows("<span class=\"label\">Paddle</span> 2");
    alice
        .looks_at(&sale)
        .shows("Every seat of this sale is taken.");
}

#[rstest]
fn the_form_for_a_sale_says_everything_that_is_wrong_with_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let staff = app.staff("tess");
    staff
        .looks_at("/desk/sales/new")
        .shows("Announce this sale");
    let form = [
        ("sale", NO_SUCH_ID),
        ("title", " "),
        ("currency", "XYZ"),
        ("opens_at", "soon"),
        ("admission", "friends"),
        ("seats", "0"),
        ("buyers_premium", "51"),
        ("steps", "some"),
        ("increment", ""),
        ("table", ""),
        ("soft_close", "on"),
        ("window", "61"),
        ("cap", "x"),
    ];
    let before = app.contents();
    let page = staff.fills_in("/desk/sales/new", &form).has_status(422);
    for field in [
        "title",
        "currency",
        "opens_at",
        "admission",
        "seats",
        "buyers_premium",
        "steps",
        "cap",
    ] {
        page.shows(&format!("id=\"{field}-error\""));
    }
    page.shows(r#"value="51""#);
    assert_eq!(app.contents(), before);
    staff
        .looks_at(&format!("/desk/sales/{NO_SUCH_ID}"))
        .has_status(404);
    app.nobody()
        .looks_at(&format!("/sales/{NO_SUCH_ID}"))
        .has_status(404)
        .shows("There is no such sale.");
}

#[rstest]
fn every_term_of_a_lot_is_chosen_in_the_form_to_sell(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (staff, seller, alice) = (app.staff("tess"), app.seller("sam"), app.bidder("alice"));
    announces(&staff, &app, "open", "");
    let moment = |after| {
        let moment = app.now() + TimeDelta::hours(after);
        moment.format("%Y-%m-%dT%H:%M").to_string()
    };
    let (opens_at, ends_at) = (moment(1), moment(3));
    let lot = "0192c0de-0000-7000-8000-00000000000a";
    let good = [
        ("lot", lot),
        ("title", "Brass sextant"),
        ("description", ""),
        ("starting_price", "10"),
        ("currency", "USD"),
        ("increment", ""),
        ("ends_at", &ends_at),
        ("opens_at", &opens_at),
        ("sale", NO_SUCH_ID),
        ("bidding", "proxy"),
        ("steps", "table"),
        ("table", "99.99 2.50\nabove 5"),
        ("reserve", "50"),
        ("buy_now", "80"),
        ("soft_close", "on"),
        ("window", "3"),
        ("cap", "30"),
    ];
    let with = |changes: &[(&'static str, &'static str)]| {
        let mut form: Vec<(&str, &str)> = good.to_vec();
        for (field, value) in changes {
            let entry = form.iter_mut().find(|(name, _)| name == field).unwrap();
            entry.1 = value;
        }
        seller.fills_in("/sell", &form)
    };
    for (field, value, rule) in [
        ("reserve", "9", "must not be below the starting price"),
        (
            "buy_now",
            "49",
            "must not be below the starting price or the reserve",
        ),
        ("opens_at", "2026-01-01T00:00", "must not"),
        (
            "sale",
            "0192c0de-0000-7000-8000-0000000000ff",
            "There is no such sale.",
        ),
        ("sale", "autumn", "Choose one of the sales."),
        ("currency", "EUR", "must be in USD"),
        ("bidding", "dutch", "Choose how bids are taken."),
        ("table", "99.99 2.50", "Write each line as"),
        ("table", "99.99 0\nabove 1", "must be more than zero"),
        ("window", "0", "1 second to 1 hour"),
        ("cap", "2", "no less than its window"),
    ] {
        let page = with(&[(field, value)]).has_status(422);
        page.shows(rule);
        let marked = if field == "currency" {
            "starting_price"
        } else {
            field
        };
        page.shows(&format!("id=\"{marked}-error\""));
        page.shows(r#"value="Brass sextant""#);
    }
    with(&[]).goes_to(&format!("/lots/{lot}"));
    let page = alice.looks_at(&format!("/lots/{lot}"));
    page.shows("Bidding has not begun");
    page.shows("up to 99.99 USD");
    page.shows("There is a reserve, which is not met.");
    page.shows("a bid with less than 3 minutes left");
    page.shows("The latest end is");
    page.shows("Autumn sale");
    seller.looks_at("/my/lots").shows("Reserve not met");
}
