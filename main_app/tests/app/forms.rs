//! What people do with forms, from registration to the parcel.

use chrono::TimeDelta;
use foundation::testing::Backend;
use reqwest::Method;
use rstest::rstest;

use crate::browsing::{NO_SUCH_ID, payment_of, won_by};
use crate::support::{PASSWORD, Person, TestApp};

#[rstest]
fn whoever_registers_is_logged_in_and_goes_on(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let form = [
        ("name", "Ada Byron"),
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("role", "seller"),
        ("language", "ko"),
        ("time_zone", "Asia/Seoul"),
        ("next", "/my/lots"),
    ];
    let answer = app.nobody().fills_in("/register", &form);
    answer.goes_to("/my/lots");
    let cookies = answer.cookies();
    let page = app.nobody().sends(Method::GET, "/my/lots", |request| {
        request.header("cookie", &cookies)
    });
    page.shows("Ada Byron");
    app.nobody()
        .sends(Method::POST, "/logout", |request| {
            request.header("cookie", &cookies)
        })
        .goes_to("/");
    let page = app.nobody().sends(Method::GET, "/my/lots", |request| {
        request.header("cookie", &cookies)
    });
    page.has_status(303);
    let again = app.nobody().fills_in("/register", &form);
    assert!([409, 422].contains(&again.status), "{}", again.status);
    again.shows(r#"value="ada@example.com""#);
    again.shows("id=\"email-error\"");
    again.hides(PASSWORD);
}

#[rstest]
fn a_login_leads_on_inside_this_site_only(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let bea = app.bidder("bea");
    let login = |next, password| {
        let form = [
            ("email", bea.email.as_str()),
            ("password", password),
            ("next", next),
        ];
        app.nobody().post_form("/login", &form)
    };
    login("/my/bids", PASSWORD).goes_to("/my/bids");
    login("//evil.example", PASSWORD).goes_to("/");
    let refused = login("/my/bids", "not the password");
    refused.shows("The e-mail address or the password is wrong.");
    refused.shows(r#"value="/my/bids""#);
    assert_eq!(refused.status, 401);
}

#[rstest]
fn a_lot_is_put_up_and_bid_on_with_forms(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice, bob) = (app.seller("sam"), app.bidder("alice"), app.bidder("bob"));
    let ends_at = (app.now() + TimeDelta::hours(2))
        .format("%Y-%m-%dT%H:%M")
        .to_string();
    let form = [
        ("lot", NO_SUCH_ID),
        ("title", "Brass sextant"),
        ("description", "As seen."),
        ("starting_price", "1250"),
        ("currency", "USD"),
        ("increment", "10"),
        ("ends_at", &ends_at),
    ];
    let address = format!("/lots/{NO_SUCH_ID}");
    seller.fills_in("/sell", &form).goes_to(&address);
    app.nobody().looks_at("/").shows("Brass sextant");
    app.nobody()
        .looks_at(&address)
        .shows("Log in to bid on this lot.");
    seller.looks_at(&address).shows("This is your own lot");
    alice.looks_at(&address).shows(r#"value="1250.00""#);

    let bids = format!("{address}/bids");
    let told = |person: &Person<'_>, amount| {
        let answer = person.fills_in(&bids, &[("amount", amount)]);
        answer.goes_to(&address);
        let cookies = answer.cookies();
        let page = person.sends(Method::GET, &address, |request| {
            request.header("cookie", cookies)
        });
        assert!(
            page.cookies().contains("gavel_flash="),
            "the message is shown once"
        );
        page
    };
    told(&alice, "1300").shows("You are the highest bidder at 1,300.00 USD");
    let too_low = told(&bob, "1305");
    too_low.shows("Your bid of 1,305.00 USD is too low. The price is 1,300.00 USD; bid at least 1,310.00 USD.");
    told(&bob, "1310").shows("You are the highest bidder");
    let page = alice.looks_at(&address);
    page.shows("You were outbid");
    page.shows("Bidder B");
    page.hides("bob");
    alice.looks_at("/my/bids").shows("You were outbid");
    seller.looks_at("/my/lots").shows("Open for bids");
}

#[rstest]
fn a_refused_form_comes_back_with_what_was_typed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice) = (app.seller("sam"), app.bidder("alice"));
    let lot = seller.lists("Brass sextant", "10.00 USD");
    let before = app.contents();
    let form = [
        ("lot", NO_SUCH_ID),
        ("title", " "),
        ("description", "Typed with care"),
        ("starting_price", "1.005"),
        ("currency", "USD"),
        ("increment", ""),
        ("ends_at", "tomorrow"),
    ];
    let page = seller.fills_in("/sell", &form).has_status(422);
    for text in [
        "title-error",
        "starting_price-error",
        "ends_at-error",
        "Typed with care",
        "1.005",
    ] {
        page.shows(text);
    }
    page.hides("currency-error");
    let page = alice
        .fills_in(&format!("/lots/{}/bids", lot.id), &[("amount", "12,50")])
        .has_status(422);
    page.shows(r#"value="12,50""#);
    page.shows("is not an amount such as 15.99");
    let address = [
        ("address", NO_SUCH_ID),
        ("recipient", "Alice"),
        ("street", "1 Main Street"),
        ("street2", ""),
        ("city", ""),
        ("region", ""),
        ("postcode", "1"),
        ("country", "US"),
    ];
    let page = alice.fills_in("/my/addresses", &address).has_status(422);
    for text in [
        "city-error",
        "region-error",
        "postcode-error",
        "1 Main Street",
    ] {
        page.shows(text);
    }
    alice.fills_in("/sell", &[]).has_status(403);
    alice
        .fills_in("/login", &[("email", "x"), ("surprise", "y")])
        .has_status(422);
    assert_eq!(app.contents(), before);
}

#[rstest]
fn a_won_item_is_paid_packed_and_tracked_with_forms(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (winner, lot) = won_by(&app, "alice");
    winner
        .looks_at(&format!("/lots/{}", lot.id))
        .shows("You won this lot");
    let payment = payment_of(&winner);
    winner
        .looks_at(&payment)
        .shows("Test mode: no real card is used");
    let charge = format!("{payment}/charge");
    winner
        .fills_in(&charge, &[("token", "tok_declined")])
        .goes_to(&payment);
    winner.looks_at(&payment).shows("declined");
    winner
        .fills_in(&charge, &[("token", "4242 4242 4242 4242")])
        .has_status(422)
        .shows("card number");
    winner
        .fills_in(&charge, &[("token", "tok_approved")])
        .goes_to("/my/won");
    app.deliver_due();
    winner.looks_at("/my/won").shows("Paid");
    winner
        .fills_in(&charge, &[("token", "tok_approved")])
        .has_status(422);

    let tess = app.staff("tess");
    tess.looks_at("/desk/packing")
        .shows("Waiting for an address");
    tess.looks_at("/desk/processes")
        .shows("The warehouse to ship the package.");
    winner.lives_somewhere();
    let taken = tess.fills_in("/desk/packing/next", &[]).has_status(303);
    let package = taken.header("location");
    tess.looks_at(package).shows("12 Harbour Street");
    let ship = format!("{package}/ship");
    let form = [("carrier", "Royal Mail"), ("tracking_number", "§")];
    tess.fills_in(&ship, &form)
        .has_status(422)
        .shows("tracking_number-error");
    let form = [("carrier", "Royal Mail"), ("tracking_number", "RM 123")];
    tess.fills_in(&ship, &form).goes_to("/desk/packing");
    tess.fills_in(&ship, &form)
        .has_status(422)
        .shows("This package was shipped already.");
    app.deliver_due();
    winner.looks_at("/my/parcels").shows("RM 123");
    tess.looks_at("/desk/processes")
        .shows("Nothing is waiting.");
    tess.fills_in(&format!("{package}/deliver"), &[])
        .goes_to(package);
    winner.looks_at("/my/parcels").shows("Delivered");
    tess.fills_in("/desk/packing/next", &[])
        .goes_to("/desk/packing");
}

#[rstest]
fn bids_are_taken_back_with_forms(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice, bob) = (app.seller("sam"), app.bidder("alice"), app.bidder("bob"));
    let tess = app.staff("tess");
    let lot = seller.lists_for("Brass sextant", "10.00 USD", TimeDelta::days(3));
    let address = format!("/lots/{}", lot.id);
    alice.bids(&lot, "11").has_status(200);
    bob.bids(&lot, "12").has_status(200);
    alice.looks_at(&address).shows("Withdraw my bids");
    bob.fills_in(&format!("{address}/withdrawals"), &[])
        .goes_to(&address);
    let page = alice.looks_at(&address);
    page.shows("You are the highest bidder");
    page.shows("withdrawn");
    bob.fills_in(&format!("{address}/withdrawals"), &[])
        .has_status(422)
        .shows("There is no bid to withdraw.");

    let page = tess.looks_at(&address).text;
    let (_, rest) = page.split_once(r#"name="bid" value=""#).unwrap();
    let bid = rest.split_once('"').unwrap().0;
    let path = format!("{address}/staff-withdrawals");
    tess.fills_in(&path, &[("bid", bid), ("reason", " ")])
        .has_status(422);
    tess.fills_in(&path, &[("bid", bid), ("surprise", "x")])
        .has_status(400);
    tess.fills_in(&path, &[("bid", bid), ("reason", "Typed by mistake")])
        .goes_to(&address);
    alice.looks_at(&address).shows("Starting price");
}
