//! Invoices of what customers bought.

use chrono::{Datelike, TimeDelta};
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::support::{Answer, Person, TestApp, items};

const TITLE: &str = "Brass sextant <script>alert(1)</script>";

/// The number of the first invoice of the test's year.
fn first(app: &TestApp) -> String {
    format!("{}-000001", app.now().year())
}

/// Somebody wins a lot, pays for it, and has got the invoice.
fn pays_for_a_lot(app: &TestApp, winner: &Person<'_>) {
    winner.lives_somewhere();
    let lot = app.seller("sam").lists(TITLE, "10.00 USD");
    winner.bids(&lot, "12.00").has_status(200);
    app.passes(TimeDelta::hours(3));
    let payment = winner.owes().pop().unwrap();
    winner.pays(&payment, "tok_approved").has_status(200);
    app.deliver_due();
}

fn is_pdf(answer: &Answer) -> bool {
    answer.header("content-type") == "application/pdf" && answer.text.starts_with("%PDF-")
}

#[rstest]
fn a_winner_who_paid_has_an_invoice_in_their_name(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let alice = app.bidder("alice");
    pays_for_a_lot(&app, &alice);
    let number = first(&app);
    let listed = items(&alice.get("/api/invoices"));
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["number"], number.as_str());
    let shown = alice.get(&format!("/api/invoices/{number}")).json();
    assert_eq!(shown["buyer"]["name"], "alice");
    let address = ["Somebody", "12 Harbour Street", "Bristol BS1 4QA", "GB"];
    assert_eq!(shown["buyer"]["address"], json!(address));
    assert_eq!(shown["seller"]["name"], "Gavel");
    assert_eq!(shown["lines"][0]["title"], TITLE);
    assert_eq!(
        shown["total"],
        json!({"amount": "12.00", "currency": "USD"})
    );
    let page = alice.get("/invoices").has_status(200).text;
    assert!(page.contains(&format!("/invoices/{number}")), "{page}");
    let page = alice.get(&format!("/invoices/{number}")).has_status(200);
    assert!(page.text.contains("12 Harbour Street"), "{}", page.text);
    assert!(page.text.contains("12.00 USD"), "{}", page.text);
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
    let paper = alice.get(&format!("/invoices/{number}.pdf"));
    assert!(is_pdf(&paper.has_status(200)));
}

#[test]
fn an_invoice_is_for_its_customer_and_for_staff_and_does_not_exist_for_others() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (alice, bob, tess) = (app.bidder("alice"), app.bidder("bob"), app.staff("tess"));
    pays_for_a_lot(&app, &alice);
    let number = first(&app);
    for path in ["/api/invoices/", "/invoices/"] {
        let path = format!("{path}{number}");
        tess.get(&path).has_status(200);
        bob.get(&path).has_status(404);
    }
    let paper = format!("/invoices/{number}.pdf");
    assert!(is_pdf(&tess.get(&paper).has_status(200)));
    bob.get(&paper).has_status(404);
    assert_eq!(items(&bob.get("/api/invoices")).len(), 0);
    assert!(!bob.get("/invoices").text.contains(&number));
    assert_eq!(items(&tess.get("/api/invoices")).len(), 1);
    for unknown in ["2026-999999", "2026-1", "..", "x"] {
        let path = format!("/api/invoices/{unknown}");
        alice.get(&path).is_problem(404, "not-found");
    }
}

#[test]
fn without_a_korean_font_the_page_still_works_and_paper_says_what_is_missing() {
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().to_owned();
    let spawned = TestApp::spawn_with(Backend::Sqlite, |settings| {
        settings.documents.font_folder = Some(folder);
        settings.house.name = "가벨 경매".to_owned();
    });
    let app = spawned.unwrap();
    let alice = app.bidder("alice");
    pays_for_a_lot(&app, &alice);
    let path = format!("/invoices/{}", first(&app));
    let page = alice.get(&path).has_status(200).text;
    assert!(page.contains("가벨 경매"), "{page}");
    let refused = alice.get(&format!("{path}.pdf")).has_status(503);
    assert!(refused.text.contains("fonts-noto-cjk"), "{}", refused.text);
}
