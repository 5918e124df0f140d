//! The checkout as a customer sees it in a browser without scripts.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;

use crate::browsing::NO_SUCH_ID;
use crate::shopping::{fresh, with_premium_and_tax, won_by_ann};
use crate::support::{Answer, Person, TestApp};

const LOTS: &[(&str, &str)] = &[("Brass sextant", "15.99 USD"), ("Oil lamp", "4.01 USD")];

/// The form with all that is owed, a new bill and these other fields.
fn fills_in_checkout(person: &Person<'_>, bill: &str, fields: &[(&str, &str)]) -> Answer {
    let basket = person.basket();
    let mut form = vec![("billing", bill), ("currency", "USD")];
    form.extend(basket.iter().map(|id| ("payment", id.as_str())));
    form.extend(fields);
    person.fills_in("/my/checkout", &form)
}

/// Opens a bill of all that is owed, and gives its address.
fn opens_bill(person: &Person<'_>) -> String {
    let id = fresh();
    let page = format!("/my/billings/{id}");
    fills_in_checkout(person, &id, &[("hand_over", "delivery")]).goes_to(&page);
    page
}

fn pays(person: &Person<'_>, bill: &str, token: &str) -> Answer {
    person.fills_in(
        &format!("{bill}/pay"),
        &[("gateway", "test"), ("token", token)],
    )
}

/// The page after an answer, with the message that travels in its cookie.
fn follows(app: &TestApp, person: &Person<'_>, answer: &Answer) -> Answer {
    let cookies = format!("{}; {}", person.cookie(), answer.cookies());
    let place = answer.header("location").to_owned();
    app.nobody().sends(reqwest::Method::GET, &place, |request| {
        request
            .header("accept", "text/html")
            .header("cookie", cookies)
    })
}

#[rstest]
fn a_customer_sees_the_whole_bill_before_paying_two_lots_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn_with(backend, with_premium_and_tax) else {
        return;
    };
    let (ann, staff) = won_by_ann(&app, LOTS);
    staff.issues("WELCOME-5", "5 USD", 10);
    staff.grants(&ann, "3 USD");
    let slot = staff.opens_slot(&app, 2);
    ann.looks_at("/my/won")
        .has_status(200)
        .shows("href=\"/my/checkout\"");
    let page = ann.looks_at("/my/checkout").has_status(200);
    for text in [
        "Brass sextant",
        "Oil lamp",
        "You have",
        "the ramp",
        "2 of 2 places left",
    ] {
        page.shows(text);
    }
    assert_eq!(page.text.matches("name=\"payment\"").count(), 2);
    assert_eq!(
        page.text.matches(" checked").count(),
        3,
        "both lots, and delivery"
    );

    let id = fresh();
    let typed = [
        ("coupon", "welcome-5"),
        ("credit", "3"),
        ("hand_over", slot.as_str()),
    ];
    let before = app.contents();
    let asked = fills_in_checkout(&ann, &id, &[&typed[..], &[("then", "quote")]].concat());
    let asked = asked.has_status(200);
    for text in [
        "What it comes to",
        "18.40",
        "value=\"welcome-5\"",
        "3.52",
        "To be collected at the ramp",
    ] {
        asked.shows(text);
    }
    assert_eq!(app.contents(), before, "asking keeps nothing");

    let bill = format!("/my/billings/{id}");
    let wants = [&typed[..], &[("then", "open")]].concat();
    fills_in_checkout(&ann, &id, &wants).goes_to(&bill);
    let page = ann.looks_at(&bill).has_status(200);
    for text in [
        "To be paid",
        "18.40",
        "WELCOME-5",
        "Pay 18.40 USD",
        "Cancel this bill",
    ] {
        page.shows(text);
    }
    page.hides("http-equiv=\"refresh\"");
    let payment = &ann.basket()[0];
    ann.looks_at(&format!("/my/won/{payment}")).goes_to(&bill);
    ann.looks_at("/my/won")
        .has_status(200)
        .shows(&format!("href=\"{bill}\""));
    ann.looks_at("/my/checkout")
        .has_status(200)
        .shows("pay or cancel that one");

    let declined = pays(&ann, &bill, "tok_declined");
    declined.goes_to(&bill);
    follows(&app, &ann, &declined).shows("The card was declined. You can try again.");
    let paid = pays(&ann, &bill, "tok_approved");
    paid.goes_to(&bill);
    let page = follows(&app, &ann, &paid);
    page.shows("Paid. Thank you.");
    page.shows("http-equiv=\"refresh\"");
    app.deliver_due();
    let page = ann.looks_at(&bill).has_status(200);
    page.shows("Paid");
    page.hides("http-equiv=\"refresh\"");
    page.hides("Cancel this bill");
    pays(&ann, &bill, "tok_approved")
        .has_status(200)
        .shows("Paid");
    assert_eq!(ann.statuses(), ["CAPTURED", "CAPTURED"]);
    ann.looks_at("/my/billings").has_status(200).shows(&bill);
    let refunded = format!("/api/payments/{payment}/refunds");
    let body = serde_json::json!({"id": fresh(), "reason": "a scratch on the brass"});
    staff.post(&refunded, &body).has_status(201);
    app.deliver_due();
    let page = ann.looks_at(&bill).has_status(200);
    page.shows("A scratch on the brass.");
    page.hides("tess");
}

#[rstest]
#[case("tok_action_required", "Paid. Thank you.", "SUCCESS")]
#[case("tok_action_failed", "The payment did not go through.", "OPEN")]
fn whoever_comes_back_from_the_bank_finds_what_came_of_it(
    #[case] token: &str,
    #[case] told: &str,
    #[case] status: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, _) = won_by_ann(&app, LOTS);
    let bill = opens_bill(&ann);
    let confirm = format!("{bill}/confirm");
    ann.looks_at(&confirm).goes_to(&bill);
    pays(&ann, &bill, token).goes_to(&confirm);
    let page = ann.looks_at(&confirm).has_status(200).text;
    let (_, rest) = page.split_once("href=\"http://localhost:8080").unwrap();
    let back = rest.split_once('"').unwrap().0.to_owned();
    ann.looks_at(&bill)
        .has_status(200)
        .shows("Go on and confirm");

    let turned_back = ann.looks_at(&format!("{bill}/return?outcome=cancelled"));
    follows(&app, &ann, &turned_back).shows("You turned back without confirming.");
    ann.looks_at(&format!("{bill}/return")).goes_to(&bill);
    ann.looks_at(&format!("{bill}/return?pg_token=%3Cscript%3E"))
        .goes_to(&bill);
    ann.looks_at(&bill).shows("Go on and confirm");

    let returned = ann.looks_at(&back);
    returned.goes_to(&bill);
    follows(&app, &ann, &returned).shows(told);
    let contents = app.contents();
    for _ in 0..2 {
        ann.looks_at(&back).goes_to(&bill);
    }
    assert_eq!(
        app.contents(),
        contents,
        "coming back again changes nothing"
    );
    app.deliver_due();
    let id = bill.rsplit('/').next().unwrap();
    assert_eq!(ann.billing(id)["status"], status);
}

#[test]
fn whoever_comes_back_logged_out_or_as_somebody_else_loses_nothing() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (ann, staff) = won_by_ann(&app, LOTS);
    let bob = app.bidder("bob");
    let bill = opens_bill(&ann);
    pays(&ann, &bill, "tok_action_required").has_status(303);
    let back = format!("{bill}/return");
    let brought = format!("{back}?pg_token=tok_approved");
    let before = app.contents();
    for somebody in [&bob, &app.nobody()] {
        let answer = somebody.looks_at(&brought);
        let kept = answer.header("set-cookie");
        assert!(
            kept.contains(&format!("Path={back}")) && kept.contains("HttpOnly"),
            "{kept}"
        );
        answer.hides("tok_approved");
        assert!(!answer.header("location").contains("tok_approved"));
    }
    bob.looks_at(&brought)
        .has_status(404)
        .shows("This is not a bill of yours");
    let next = back.replace('/', "%2F");
    app.nobody()
        .looks_at(&brought)
        .goes_to(&format!("/login?next={next}"));
    staff.looks_at(&brought).has_status(403);
    assert_eq!(app.contents(), before);
    let kept = bob.looks_at(&brought).cookies();
    let cookies = format!("{}; {kept}", ann.cookie());
    let returned = app.nobody().sends(reqwest::Method::GET, &back, |request| {
        request
            .header("accept", "text/html")
            .header("cookie", cookies)
    });
    returned.goes_to(&bill);
    assert_eq!(
        ann.billing(bill.rsplit('/').next().unwrap())["status"],
        "SUCCESS"
    );
    for path in ["", "/confirm"] {
        bob.looks_at(&format!("{bill}{path}")).has_status(404);
    }
    for path in ["/pay", "/cancel"] {
        let form: &[_] = if path == "/pay" {
            &[("token", "tok_approved")]
        } else {
            &[]
        };
        bob.fills_in(&format!("{bill}{path}"), form).has_status(404);
    }
}

#[rstest]
fn whoever_comes_back_too_late_is_told_and_gets_the_money_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, _) = won_by_ann(&app, LOTS);
    let bill = opens_bill(&ann);
    pays(&ann, &bill, "tok_action_required").has_status(303);
    app.passes(TimeDelta::minutes(31));
    app.deliver_due();
    ann.looks_at(&format!("{bill}/return?pg_token=tok_approved"))
        .goes_to(&bill);
    let page = ann.looks_at(&bill).has_status(200);
    page.shows("This bill was not paid in time");
    page.shows("href=\"/my/checkout\"");
    assert_eq!(ann.statuses(), ["NEW", "NEW"]);
}

#[rstest]
#[case("tok_timeout_then_success", "Paid")]
#[case("tok_timeout_then_failure", "To be paid")]
fn a_page_that_waits_says_so_and_looks_again(
    #[case] token: &str,
    #[case] then: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (ann, _) = won_by_ann(&app, LOTS);
    let bill = opens_bill(&ann);
    pays(&ann, &bill, token).goes_to(&bill);
    let page = ann.looks_at(&bill).has_status(200);
    for text in [
        "Do not pay twice",
        "http-equiv=\"refresh\" content=\"5\"",
        "data-refresh",
    ] {
        page.shows(text);
    }
    page.hides("name=\"token\"");
    let refused = ann.fills_in(&format!("{bill}/cancel"), &[]);
    follows(&app, &ann, &refused).shows("A try to pay has no result yet");
    pays(&ann, &bill, "tok_approved")
        .has_status(200)
        .shows("Do not pay twice");
    app.passes(TimeDelta::seconds(31));
    app.deliver_due();
    ann.looks_at(&bill).has_status(200).shows(then);
}

#[test]
fn a_bill_is_cancelled_and_a_form_that_is_sent_twice_opens_one() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (ann, _) = won_by_ann(&app, LOTS);
    let (id, basket) = (fresh(), ann.basket());
    let bill = format!("/my/billings/{id}");
    let form = [
        ("billing", id.as_str()),
        ("currency", "USD"),
        ("payment", &basket[0]),
    ];
    for _ in 0..2 {
        ann.fills_in("/my/checkout", &form).goes_to(&bill);
    }
    let cancelled = ann.fills_in(&format!("{bill}/cancel"), &[]);
    cancelled.goes_to("/my/checkout");
    ann.looks_at(&bill)
        .has_status(200)
        .shows("This bill was cancelled");
    let again = fills_in_checkout(&ann, &fresh(), &[]);
    assert_eq!(again.status, 303, "both are free again");
}

#[test]
fn what_is_wrong_with_a_checkout_stands_beside_its_field() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let (ann, staff) = won_by_ann(&app, LOTS);
    staff.grants(&ann, "3 USD");
    let before = app.contents();
    let table = [
        ([("coupon", "NOBODYS"), ("credit", "")], 422, "coupon-error"),
        ([("coupon", "?"), ("credit", "")], 422, "coupon-error"),
        ([("coupon", ""), ("credit", "3.01")], 422, "credit-error"),
        ([("coupon", ""), ("credit", "much")], 422, "credit-error"),
        (
            [("coupon", ""), ("hand_over", NO_SUCH_ID)],
            422,
            "slot-error",
        ),
        (
            [("coupon", ""), ("hand_over", "tomorrow")],
            422,
            "slot-error",
        ),
    ];
    for (fields, status, error) in table {
        for then in ["open", "quote"] {
            let fields = [&fields[..], &[("then", then)]].concat();
            let page = fills_in_checkout(&ann, &fresh(), &fields).has_status(status);
            page.shows(&format!("id=\"{error}\""));
            page.shows("checked");
        }
    }
    let nothing = ann.fills_in("/my/checkout", &[("currency", "USD")]);
    nothing.has_status(422).shows("id=\"payments-error\"");
    ann.fills_in("/my/checkout", &[("price", "1")])
        .has_status(422);
    assert_eq!(app.contents(), before);
    let bill = opens_bill(&ann);
    let refused = pays(&ann, &bill, "4242424242424242").has_status(422);
    refused.shows("id=\"token-error\"");
    refused.hides("4242424242424242");
    let nowhere = ann.fills_in(
        &format!("{bill}/pay"),
        &[("gateway", "stripe"), ("token", "x")],
    );
    nowhere.has_status(422).shows("There is no such way to pay");
}
