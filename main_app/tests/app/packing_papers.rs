//! What staff print for a package.

use chrono::TimeDelta;
use foundation::testing::Backend;
use serde_json::Value;

use crate::support::{Person, TestApp, items};

/// Somebody has paid for something with a name that browsers would carry out.
fn package(app: &TestApp, winner: &Person<'_>, staff: &Person<'_>) -> Value {
    let title = "A lamp <script>alert(1)</script>";
    let lot = app.seller("sam").lists(title, "10.00 USD");
    winner.bids(&lot, "12.00").has_status(200);
    app.passes(TimeDelta::hours(3));
    let payment = winner.owes().pop().unwrap();
    winner.pays(&payment, "tok_approved").has_status(200);
    app.deliver_due();
    items(&staff.get("/api/shipping/packages")).pop().unwrap()
}

#[test]
fn slip_and_label_are_pages_and_paper() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (alice, tess) = (app.bidder("alice"), app.staff("tess"));
    alice.lives_somewhere();
    let package = package(&app, &alice, &tess);
    let path = format!("/packing/{}", package["id"].as_str().unwrap());
    let slip = tess.get(&format!("{path}/slip")).has_status(200).text;
    assert!(
        slip.contains("12 Harbour Street") && slip.contains("A lamp &#60;script"),
        "{slip}"
    );
    assert!(!slip.contains("12.00"), "a slip names no prices: {slip}");
    let label = tess.get(&format!("{path}/label")).has_status(200).text;
    assert!(label.contains("12 Harbour Street"), "{label}");
    assert!(
        !label.contains("A lamp"),
        "a label does not say what is inside: {label}"
    );
    for paper in ["slip.pdf", "label.pdf"] {
        let pdf = tess.get(&format!("{path}/{paper}")).has_status(200);
        assert_eq!(pdf.header("content-type"), "application/pdf");
        assert!(pdf.text.starts_with("%PDF-"));
    }
}

#[test]
fn a_package_without_an_address_has_a_slip_and_no_label() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (alice, tess) = (app.bidder("alice"), app.staff("tess"));
    let package = package(&app, &alice, &tess);
    let path = format!("/packing/{}", package["id"].as_str().unwrap());
    tess.get(&format!("{path}/slip")).has_status(200);
    tess.get(&format!("{path}/slip.pdf")).has_status(200);
    for label in ["label", "label.pdf"] {
        let refused = tess.get(&format!("{path}/{label}")).has_status(409);
        assert!(refused.text.contains("address"), "{}", refused.text);
    }
    let unknown = "/packing/00000000-0000-7000-8000-000000000000/label";
    tess.get(unknown).has_status(404);
}
