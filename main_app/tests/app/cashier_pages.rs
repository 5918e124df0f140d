//! The pages on which staff look up payments, give money back, and offer coupons, collection times and credit.

use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::browsing::NO_SUCH_ID;
use crate::shopping::{fresh, won_by_ann};
use crate::support::{Person, TestApp, items};

const LOTS: &[(&str, &str)] = &[("Brass sextant", "15.99 USD"), ("Oil lamp", "4.01 USD")];

/// Ann, staff, and Ann's paid billing.
fn paid<'a>(app: &'a TestApp) -> (Person<'a>, Person<'a>, String) {
    let (ann, staff) = won_by_ann(app, LOTS);
    let id = ann.opened();
    ann.settles(&id, "tok_declined").has_status(200);
    ann.settles(&id, "tok_approved").has_status(200);
    app.deliver_due();
    (ann, staff, id)
}

#[rstest]
fn staff_find_a_billing_read_its_history_and_give_money_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, staff, id) = paid(&app);
    let page = format!("/desk/billings/{id}");
    let list = staff.looks_at("/desk/billings").has_status(200);
    list.shows(&format!("href=\"{page}\""));
    list.shows("ann &#60;ann@bidder.example&#62;");
    for typed in ["ann%40bidder.example", &id, &ann.id] {
        staff
            .looks_at(&format!("/desk/billings?find={typed}&status=SUCCESS"))
            .shows(&page);
    }
    staff
        .looks_at("/desk/billings?find=pi_none&status=")
        .shows("Nothing fits");
    staff
        .looks_at("/desk/billings?status=OPEN")
        .shows("Nothing fits");
    let shown = staff.looks_at(&page).has_status(200);
    for text in [
        "Hold the amount",
        "Refused",
        "The card was declined",
        "Take the amount",
        "test_",
        "15.99",
    ] {
        shown.shows(text);
    }
    shown.hides("tok_");

    let payment = ann.billing(&id)["orders"][0]["payment"]
        .as_str()
        .unwrap()
        .to_owned();
    let refunds = format!("{page}/refunds");
    let refund = fresh();
    let gives = |refund: &str, amount: &str, reason: &str| {
        let form = [
            ("refund", refund),
            ("payment", &payment),
            ("amount", amount),
            ("reason", reason),
        ];
        staff.fills_in(&refunds, &form)
    };
    for _ in 0..2 {
        gives(&refund, "1.50", "a scratch").goes_to(&page);
    }
    app.deliver_due();
    let shown = staff.looks_at(&page).has_status(200);
    for text in [
        "A scratch.",
        "tess@house.example",
        "Given back",
        "Give back <span class=\"money\">1.50",
    ] {
        shown.shows(text);
    }
    let wrong = gives(&fresh(), "1000", "too much").has_status(422);
    wrong.shows("can be given back");
    wrong.shows("value=\"too much\"");
    gives(&fresh(), "much", "x")
        .has_status(422)
        .shows("id=\"amount-error\"");
    gives(&fresh(), "1", " ")
        .has_status(422)
        .shows("id=\"reason-error\"");
    gives(&fresh(), "", "all of it").goes_to(&page);
    app.deliver_due();
    staff.looks_at(&page).shows("everything was given back");
    assert_eq!(ann.statuses(), ["CAPTURED", "REFUNDED"]);
    assert_eq!(ann.billing(&id)["refunds"].as_array().unwrap().len(), 2);
    staff
        .looks_at(&format!("/desk/billings/{NO_SUCH_ID}"))
        .has_status(404);
}

#[test]
fn staff_issue_a_coupon_once_and_are_told_what_is_wrong() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (staff, coupon) = (app.staff("tess"), fresh());
    let issues = |code: &str, worth: &str, allowed: &str| {
        let form = [
            ("coupon", coupon.as_str()),
            ("code", code),
            ("takes", "share"),
            ("worth", worth),
            ("currency", "USD"),
            ("allowed", allowed),
            ("valid_until", ""),
        ];
        staff.fills_in("/desk/coupons", &form)
    };
    let wrong = issues("?", "ten", "0.5").has_status(422);
    for field in ["code", "worth", "allowed"] {
        wrong.shows(&format!("id=\"{field}-error\""));
    }
    issues("SPRING", "0", "1")
        .has_status(422)
        .shows("id=\"worth-error\"");
    for _ in 0..2 {
        issues("spring", "12.5", "3").goes_to("/desk/coupons");
    }
    let page = staff.looks_at("/desk/coupons").has_status(200);
    page.shows("SPRING");
    page.shows("12.50 %");
    assert_eq!(items(&staff.get("/api/coupons")).len(), 1);
}

#[test]
fn staff_open_a_collection_time() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (staff, slot) = (app.staff("tess"), fresh());
    let opens = |place: &str, from: &str, until: &str| {
        let form = [
            ("slot", slot.as_str()),
            ("place", place),
            ("starts_at", from),
            ("ends_at", until),
            ("capacity", "2"),
        ];
        staff.fills_in("/desk/slots", &form)
    };
    let (ten, eleven) = ("2026-12-24T10:00", "2026-12-24T11:00");
    let wrong = opens("", ten, "x").has_status(422);
    wrong.shows("id=\"ends_at-error\"");
    wrong.shows("id=\"place-error\"");
    let backwards = opens("the ramp", eleven, ten).has_status(422);
    backwards.shows("id=\"starts_at-error\"");
    opens("the ramp", ten, eleven).goes_to("/desk/slots");
    let page = staff.looks_at("/desk/slots").has_status(200);
    page.shows("the ramp");
}

#[test]
fn staff_grant_credit_once_however_often_the_form_is_sent() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (ann, staff) = (app.bidder("ann"), app.staff("tess"));
    let page = staff.looks_at("/desk/credit?customer=Ann%40bidder.example");
    let page = page.has_status(200);
    page.shows("No credit yet");
    let (_, rest) = page.text.split_once("name=\"seen\" value=\"").unwrap();
    let seen = rest.split_once('"').unwrap().0.to_owned();
    let grants = |amount: &str| {
        let form = [
            ("customer", ann.id.as_str()),
            ("seen", &seen),
            ("amount", amount),
            ("currency", "USD"),
            ("reason", "a late parcel"),
        ];
        staff.fills_in("/desk/credit", &form)
    };
    let wrong = grants("much").has_status(422);
    wrong.shows("id=\"amount-error\"");
    grants("7").goes_to(&format!("/desk/credit?customer={}", ann.id));
    let twice = grants("7").has_status(409);
    twice.shows("The credit has changed since you looked");
    assert_eq!(ann.credit(), [("7.00".to_owned(), "0.00".to_owned())]);
    let nobody = staff
        .looks_at("/desk/credit?customer=nobody")
        .has_status(200);
    nobody.shows("There is no such customer");
}

#[test]
fn staff_have_the_books_compared_and_read_what_differs() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (_, staff, _) = paid(&app);
    staff
        .looks_at("/desk/differences")
        .has_status(200)
        .shows("The books agree");
    staff
        .fills_in("/desk/differences/compare", &[])
        .goes_to("/desk/differences");
    app.deliver_due();
    staff
        .looks_at("/desk/differences?all=true")
        .has_status(200)
        .shows("never been a difference");
    let resolve = format!("/desk/differences/{NO_SUCH_ID}/resolve");
    staff.fills_in(&resolve, &[("note", "x")]).has_status(404);
    let nobody = app.nobody().post("/api/differences/compare", &json!({}));
    nobody.is_problem(401, "not-logged-in");
}
