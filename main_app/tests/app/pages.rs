//! Whom the pages answer, and what they never do.

use foundation::testing::Backend;
use reqwest::Method;
use rstest::rstest;

use crate::browsing::{NO_SUCH_ID, payment_of, won_by};
use crate::support::TestApp;

#[rstest]
fn each_page_answers_whom_it_is_for(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let people = [
        app.nobody(),
        app.bidder("bea"),
        app.seller("sam"),
        app.staff("tess"),
        app.admin("ravi"),
    ];
    let table = [
        ("/", [200, 200, 200, 200, 200]),
        ("/sales", [200, 200, 200, 200, 200]),
        ("/login", [200, 303, 303, 303, 303]),
        ("/register", [200, 303, 303, 303, 303]),
        ("/my/bids", [303, 200, 200, 403, 403]),
        ("/my/won", [303, 200, 200, 403, 403]),
        ("/my/checkout", [303, 200, 200, 403, 403]),
        ("/my/billings", [303, 200, 200, 403, 403]),
        ("/my/parcels", [303, 200, 200, 403, 403]),
        ("/my/addresses", [303, 200, 200, 403, 403]),
        ("/my/lots", [303, 403, 200, 403, 403]),
        ("/sell", [303, 403, 200, 403, 403]),
        ("/desk/sales", [303, 403, 403, 200, 200]),
        ("/desk/sales/new", [303, 403, 403, 200, 200]),
        ("/desk/packing", [303, 403, 403, 200, 200]),
        ("/desk/billings", [303, 403, 403, 200, 200]),
        ("/desk/coupons", [303, 403, 403, 200, 200]),
        ("/desk/slots", [303, 403, 403, 200, 200]),
        ("/desk/credit", [303, 403, 403, 200, 200]),
        ("/desk/differences", [303, 403, 403, 200, 200]),
        ("/desk/processes", [303, 403, 403, 200, 200]),
        ("/desk/deliveries", [303, 403, 403, 200, 200]),
    ];
    for (path, statuses) in table {
        for (person, status) in people.iter().zip(statuses) {
            let answer = person.looks_at(path).has_status(status);
            match status {
                303 if person.email.is_empty() => {
                    let next = path.replace('/', "%2F");
                    assert_eq!(answer.header("location"), format!("/login?next={next}"));
                }
                303 => answer.goes_to("/"),
                _ => answer.shows("<main id=\"main\""),
            }
        }
    }
}

#[rstest]
fn a_form_of_the_staff_does_nothing_for_others(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (bidder, before) = (app.bidder("bea"), app.contents());
    let paths = [
        format!("/lots/{NO_SUCH_ID}/staff-withdrawals"),
        format!("/lots/{NO_SUCH_ID}/end"),
        format!("/lots/{NO_SUCH_ID}/cancel"),
        format!("/lots/{NO_SUCH_ID}/second-chance"),
        "/desk/sales/new".to_owned(),
        format!("/desk/sales/{NO_SUCH_ID}/registrations/{NO_SUCH_ID}/approve"),
        format!("/desk/sales/{NO_SUCH_ID}/registrations/{NO_SUCH_ID}/refuse"),
        "/desk/packing/next".to_owned(),
        format!("/desk/packing/{NO_SUCH_ID}/ship"),
        format!("/desk/packing/{NO_SUCH_ID}/deliver"),
        format!("/desk/processes/{NO_SUCH_ID}/push"),
        format!("/desk/deliveries/{NO_SUCH_ID}/retry"),
        format!("/desk/deliveries/{NO_SUCH_ID}/discard"),
    ];
    for path in &paths {
        bidder.fills_in(path, &[]).has_status(403);
        app.nobody().fills_in(path, &[]).goes_to("/login?next=%2F");
    }
    let mut after = app.contents();
    after.insert("main_app_credentials", before["main_app_credentials"]);
    after.insert("main_app_users", before["main_app_users"]);
    assert_eq!(after, before);
}

#[rstest]
fn nobody_sees_or_pays_anothers_item(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (winner, _) = won_by(&app, "alice");
    let payment = payment_of(&winner);
    let bob = app.bidder("bob");
    bob.looks_at(&payment).has_status(404).hides("sextant");
    bob.looks_at("/my/won").hides("sextant");
    let charge = format!("{payment}/charge");
    bob.fills_in(&charge, &[("token", "tok_approved")])
        .has_status(404);
    winner.looks_at(&payment).shows("To be paid");
}

#[rstest]
fn what_people_type_is_text(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    const TITLE: &str = r#"<script>alert("1")</script>"#;
    let (seller, alice) = (app.seller("sam"), app.bidder("alice"));
    let lot = seller.lists(TITLE, "10.00 USD");
    alice.bids(&lot, "11").has_status(200);
    let address = format!("/lots/{}", lot.id);
    let pages = [
        app.nobody().looks_at("/"),
        app.nobody().looks_at(&address),
        seller.looks_at("/my/lots"),
        alice.looks_at("/my/bids"),
        alice.fills_in(
            &format!("{address}/bids"),
            &[("amount", r#""><script>alert(1)</script>"#)],
        ),
        app.nobody().fills_in(
            "/login",
            &[
                ("email", "\"><script>"),
                ("password", "x"),
                ("next", "\"><script>"),
            ],
        ),
    ];
    for page in pages {
        page.shows("#60;script"); // askama writes `<` as a number
        page.hides("<script>");
        page.hides("alert(\"1\")");
    }
}

#[rstest]
fn a_form_on_another_site_does_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice) = (app.seller("sam"), app.bidder("alice"));
    let lot = seller.lists("Brass sextant", "10.00 USD");
    let path = format!("/lots/{}/bids", lot.id);
    let answer = alice.sends(Method::POST, &path, |request| {
        let request = request.header("origin", "https://evil.example");
        request
            .header("accept", "text/html")
            .form(&[("amount", "11")])
    });
    answer.has_status(403).shows("another site");
    assert_eq!(alice.sees(&lot)["bids"], 0);
}

#[rstest]
fn a_refusal_is_a_page_for_people_and_json_for_programs(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let bea = app.bidder("bea");
    let missing = format!("/lots/{NO_SUCH_ID}");
    let page = bea.looks_at(&missing).has_status(404);
    page.shows("We cannot find that");
    page.shows("There is no such lot.");
    page.shows("Log out");
    bea.looks_at("/lots/nonsense")
        .has_status(404)
        .shows("We cannot find that");
    let page = app.nobody().looks_at("/nowhere").has_status(404);
    page.shows("We cannot find that");
    page.hides("Log out");
    bea.looks_at("/desk/packing")
        .has_status(403)
        .shows("This page is for the staff of the house.");
    app.nobody().get(&missing).is_problem(404, "not-found");
}

#[rstest]
fn a_house_that_serves_shows_nothing_of_the_demo(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    won_by(&app, "alice");
    let email = app.emails().first().unwrap().id;
    let admin = app.admin("ravi");
    for person in [app.nobody(), admin] {
        person.looks_at("/dev/mail").has_status(404);
        person
            .looks_at(&format!("/dev/mail/{email}"))
            .has_status(404);
        person
            .looks_at(&format!("/dev/mail/{email}/html"))
            .has_status(404);
        person.looks_at("/").hides("/dev/mail");
    }
    app.nobody().looks_at("/login").hides("gavel.example");
    app.nobody()
        .looks_at("/")
        .shows("Test gateway: no money moves");
}

#[rstest]
fn pages_bring_their_own_style_and_script_and_nothing_inline(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let page = app.nobody().looks_at("/");
    page.hides("style=");
    page.hides("<style");
    page.hides("onclick");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(page.text.matches("<script").count(), 1);
    for name in ["gavel.css", "gavel.js", "gavel.svg"] {
        let (_, rest) = page.text.split_once(&format!("/assets/{name}?v=")).unwrap();
        let version = rest.split_once('"').unwrap().0;
        let asset = app
            .nobody()
            .get(&format!("/assets/{name}?v={version}"))
            .has_status(200);
        assert!(asset.header("cache-control").contains("immutable"));
    }
    app.nobody().get("/assets/nothing.css").has_status(404);
}

#[test]
fn the_navigation_marks_the_page_and_its_menu() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let page = app.seller("sam").looks_at("/my/earnings");
    page.shows(r#"<summary aria-current="true">Selling</summary>"#);
    page.shows("<summary>Buying</summary>");
    page.shows(r#"<a href="/my/earnings" aria-current="page">Earnings</a>"#);
    page.shows(r#"<a href="/my/won">Won items</a>"#);
}
