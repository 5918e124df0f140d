//! Statements and payouts, as sellers, buyers and staff meet them.

use chrono::TimeDelta;
use foundation::testing::Backend;
use main_app::configuration::Settings;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, items, money};

/// A house that keeps a tenth of what sellers get.
fn house(backend: Backend) -> Option<TestApp> {
    TestApp::spawn_with(backend, |settings: &mut Settings| {
        settings.payments.commission_basis_points = 1_000;
    })
}

/// Sam sells something to Alice for 20 dollars, and she pays.
fn sold(app: &TestApp, sam: &Person<'_>, alice: &Person<'_>, title: &str) {
    let lot = sam.lists(title, "10.00 USD");
    alice.bids(&lot, "20.00").has_status(200);
    app.passes(TimeDelta::hours(2) + TimeDelta::seconds(1));
    let owed = alice.owes();
    alice.pays(&owed[0], "tok_approved").has_status(200);
    app.deliver_due();
}

fn payout(id: &str, amount: &str) -> Value {
    json!({"id": id, "amount": money(amount), "note": "transfer 17"})
}

#[rstest]
fn a_seller_is_paid_out_what_the_house_owes_and_not_more(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = house(backend) else {
        return;
    };
    let (sam, alice, tess) = (app.seller("sam"), app.bidder("alice"), app.staff("tess"));
    sold(&app, &sam, &alice, "Brass sextant");
    let owed = items(&tess.get("/api/sellers/payable").has_status(200));
    assert_eq!(owed[0]["payable"], "18.00");
    let seller = owed[0]["seller"].as_str().unwrap();
    let path = format!("/api/sellers/{seller}/payouts");
    let id = "00000000-0000-7000-8000-000000000001";

    let beyond = tess.post(&path, &payout(id, "18.01 USD"));
    let told = beyond.is_problem(422, "too-much");
    let sentence = told["detail"].as_str().unwrap();
    assert!(
        sentence.contains("at most 18.00 USD is payable"),
        "{sentence}"
    );
    tess.post(&path, &payout(id, "15.00 USD")).has_status(201);
    tess.post(&path, &payout(id, "15.00 USD")).has_status(200);
    tess.post(&path, &payout(id, "3.00 USD"))
        .is_problem(409, "wrong-state");

    let mine = items(&sam.get("/api/my/earnings").has_status(200));
    assert_eq!(mine[0]["closing"], "3.00");
    let lines = mine[0]["lines"].as_array().unwrap();
    let shown = |line: &Value| {
        [
            "entry",
            "description",
            "hammer_price",
            "commission",
            "payout",
            "balance",
        ]
        .map(|name| line[name].as_str().unwrap().to_owned())
    };
    let expected = [
        ["sale", "Brass sextant", "20.00", "-2.00", "0.00", "18.00"],
        ["payout", "transfer 17", "0.00", "0.00", "-15.00", "3.00"],
    ];
    assert_eq!(lines.iter().map(shown).collect::<Vec<_>>(), expected);
    let of_sam = format!("/api/sellers/{seller}/statement");
    assert_eq!(items(&tess.get(&of_sam).has_status(200)), mine);
    let before = items(&sam.get("/api/my/earnings?to=2000-01-01").has_status(200));
    assert_eq!(
        (&before[0]["closing"], &before[0]["payable"]),
        (&json!("0.00"), &json!("3.00"))
    );
    sam.get("/api/my/earnings?from=2026-12-01&to=2026-11-01")
        .is_problem(422, "invalid-query");
}

#[rstest]
fn a_statement_is_a_table_in_which_no_words_are_a_formula(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = house(backend) else {
        return;
    };
    let (sam, alice) = (app.seller("sam"), app.bidder("alice"));
    sold(&app, &sam, &alice, "=SUM(A1), \"fine\"");
    let table = sam.get("/api/my/earnings.csv").has_status(200);
    let lines: Vec<_> = table.text.lines().collect();
    assert_eq!(
        lines[0],
        "date,entry,id,description,currency,hammer_price,commission,payout,balance"
    );
    assert!(lines[1].starts_with("2026-11-21,sale,"), "{}", lines[1]);
    let end = r#","'=SUM(A1), ""fine""",USD,20.00,-2.00,0.00,18.00"#;
    assert!(lines[1].ends_with(end), "{}", lines[1]);
    assert!(table.header("content-type").starts_with("text/csv"));
    assert!(table.header("content-disposition").contains("earnings.csv"));

    let table = alice.get("/api/my/statement.csv").has_status(200);
    let paid = table.text.lines().nth(2).unwrap();
    let end = ",USD,0.00,0.00,0.00,0.00,0.00,-20.00,0.00,0.00";
    assert!(paid.contains(",payment,") && paid.ends_with(end), "{paid}");
}

#[test]
fn the_pages_show_what_the_ledger_tells_and_take_payouts() {
    let app = house(Backend::Sqlite).unwrap();
    let (sam, alice, tess) = (app.seller("sam"), app.bidder("alice"), app.staff("tess"));
    for (person, path) in [(&sam, "/my/earnings"), (&alice, "/my/statement")] {
        assert!(
            person
                .get(path)
                .has_status(200)
                .text
                .contains("Nothing has been")
        );
    }
    sold(&app, &sam, &alice, "Brass sextant");
    for (person, path, words) in [
        (&sam, "/my/earnings", "To be paid out now"),
        (&alice, "/my/statement", "Hammer price"),
    ] {
        let page = person.get(path).has_status(200).text;
        assert!(
            page.contains("Brass sextant") && page.contains(words),
            "{page}"
        );
    }
    let desk = tess.get("/desk/payouts").has_status(200).text;
    assert!(desk.contains("sam") && desk.contains("18.00"), "{desk}");
    let (_, rest) = desk.split_once("/desk/sellers/").unwrap();
    let seller = format!("/desk/sellers/{}", &rest[..36]);
    let form = tess.get(&seller).has_status(200).text;
    let (_, rest) = form.split_once("name=\"payout\" value=\"").unwrap();
    let id = &rest[..36];
    let fields = |amount| {
        [
            ("payout", id),
            ("currency", "USD"),
            ("amount", amount),
            ("note", "transfer 17"),
        ]
    };
    for amount in ["18.01", "18.00", "18.00"] {
        let sent = tess.post_form(&format!("{seller}/payouts"), &fields(amount));
        assert_eq!(sent.status, 303);
    }
    let page = tess.get(&seller).has_status(200).text;
    assert!(
        page.contains("−18.00") && !page.contains("Write down a payout"),
        "{page}"
    );
}
