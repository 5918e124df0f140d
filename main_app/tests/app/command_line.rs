//! The command line, run as its users run it.

use std::process::Stdio;

use chrono::TimeDelta;
use foundation::testing::{Backend, TestDatabase};
use rstest::rstest;

use crate::gavel_process::gavel;
use crate::support::{PASSWORD, TestApp};

/// Runs a command to its end; gives whether it succeeded, and all it printed.
fn run(database: &str, arguments: &[&str]) -> (bool, String) {
    run_with(database, arguments, &[])
}

fn run_with(database: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let mut command = gavel(database);
    command.args(arguments).envs(variables.iter().copied());
    let output = command.output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(printed).unwrap())
}

#[rstest]
fn migrations_go_down_and_up_again(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(database) = TestDatabase::on(backend) else {
        return;
    };
    let (_, all) = run(database.url(), &["migrate", "--status"]);
    let count = all.lines().count();
    assert!(count >= 7 && !all.contains("missing"), "{all}");
    for left in (0..count).rev() {
        let (succeeded, printed) = run(database.url(), &["migrate", "--down"]);
        assert!(succeeded, "{printed}");
        assert_eq!(printed.matches("applied").count(), left, "{printed}");
    }
    let (succeeded, printed) = run(database.url(), &["create-admin", "--email", "a@b.example"]);
    assert!(!succeeded && !printed.is_empty());
    let (succeeded, printed) = run(database.url(), &["migrate"]);
    assert!(succeeded && !printed.contains("missing"), "{printed}");
}

#[rstest]
#[case("serve")]
#[case("worker")]
fn nothing_starts_while_a_delivery_names_no_handler(
    #[case] command: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    app.seller("sam").lists("Brass sextant", "10.00 USD");
    app.database()
        .tamper("UPDATE foundation_deliveries SET handler = 'auctions.of_another_version'");
    let bind = [("GAVEL_HTTP__BIND", "127.0.0.1:0")];
    let (succeeded, printed) = run_with(app.database().url(), &[command], &bind);
    assert!(!succeeded);
    assert!(printed.contains("auctions.of_another_version"), "{printed}");
    let (healthy, printed) = run(app.database().url(), &["doctor"]);
    assert!(
        !healthy && printed.contains("auctions.of_another_version"),
        "{printed}"
    );
}

#[test]
fn a_setting_that_nobody_knows_stops_every_command() {
    let database = TestDatabase::on(Backend::Sqlite).unwrap();
    let misspelt = [("GAVEL_HTTP__BIMD", "127.0.0.1:0")];
    let (succeeded, printed) = run_with(database.url(), &["config", "show"], &misspelt);
    assert!(!succeeded && printed.contains("bimd"), "{printed}");
    let elsewhere = "mysql://gavel:s3cret@db/gavel";
    let (succeeded, printed) = run(elsewhere, &["doctor"]);
    assert!(!succeeded && printed.contains("'postgres://'"), "{printed}");
    assert!(!printed.contains("s3cret"), "{printed}");
}

#[test]
fn settings_are_shown_without_their_secrets() {
    let database = TestDatabase::on(Backend::Sqlite).unwrap();
    let secret = [
        ("GAVEL_PAYMENTS__STRIPE__SECRET_KEY", "sk_test_0123"),
        ("GAVEL_MAIL__SMTP__PASSWORD", "s3cret"),
    ];
    let (succeeded, printed) = run_with(database.url(), &["config", "show"], &secret);
    assert!(succeeded && printed.contains("http.bind"), "{printed}");
    assert!(
        !printed.contains("sk_test") && !printed.contains("s3cret"),
        "{printed}"
    );
}

#[test]
fn a_healthy_house_is_told_so_by_its_doctor() {
    let database = TestDatabase::on(Backend::Sqlite).unwrap();
    let (succeeded, printed) = run(database.url(), &["doctor", "--json"]);
    assert!(succeeded, "{printed}");
    let findings: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let findings = findings.as_array().unwrap();
    assert!(findings.len() >= 6);
    assert!(
        findings.iter().all(|finding| finding["healthy"] == true),
        "{printed}"
    );
}

#[rstest]
fn the_doctor_proves_the_ledger_and_lists_what_does_not_hold(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (sam, alice) = (app.seller("sam"), app.bidder("alice"));
    let lot = sam.lists("Brass sextant", "10.00 USD");
    alice.bids(&lot, "15.99").has_status(200);
    app.passes(TimeDelta::hours(2) + TimeDelta::seconds(1));
    alice.pays(&alice.owes()[0], "tok_approved").has_status(200);
    app.deliver_due();
    let url = app.database().url();
    let (healthy, printed) = run(url, &["doctor", "--ledger"]);
    assert!(healthy && printed.contains("ok     USD"), "{printed}");
    app.database().is_left_broken();
    app.database()
        .tamper("UPDATE payments_billings SET captured_minor = captured_minor - 1");
    let (healthy, printed) = run(url, &["doctor", "--ledger", "--json"]);
    assert!(!healthy, "{printed}");
    let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let told = report["differences"][0].as_str().unwrap();
    assert!(
        told.contains("captured") && told.contains("in the ledger"),
        "{told}"
    );
}

#[test]
fn whoever_is_made_on_the_command_line_works_for_the_house() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let make = |email: &str, role: &str, password: &str| {
        let arguments = ["create-admin", "--email", email, "--role", role];
        let variables = [("GAVEL_ADMIN_PASSWORD", password)];
        run_with(app.database().url(), &arguments, &variables)
    };
    let (succeeded, printed) = make("ravi@house.example", "admin", PASSWORD);
    assert!(succeeded, "{printed}");
    let (succeeded, printed) = make("tess@house.example", "staff", PASSWORD);
    assert!(succeeded, "{printed}");
    for (email, role) in [
        ("ravi@house.example", "admin"),
        ("tess@house.example", "staff"),
    ] {
        let person = crate::support::Person::log_in(&app, email);
        assert_eq!(person.get("/api/me").json()["role"], role);
    }
    let before = app.contents();
    for (role, password) in [("bidder", PASSWORD), ("admin", "iloveyou123")] {
        let (succeeded, printed) = make("eve@house.example", role, password);
        assert!(!succeeded && !printed.is_empty());
    }
    assert_eq!(app.contents(), before);
}

#[test]
fn dead_deliveries_are_listed_retried_and_let_go() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    app.seller("sam").lists("Brass sextant", "10.00 USD");
    let url = app.database().url();
    let kill = "UPDATE foundation_deliveries SET state = 'dead', last_error = 'it rained'";
    app.database().tamper(kill);
    let (_, listed) = run(url, &["deliveries", "list", "--state", "dead"]);
    assert!(
        listed.contains("it rained") && listed.contains("auctions.end_due_auction"),
        "{listed}"
    );
    let id = listed.split_whitespace().next().unwrap();
    let (succeeded, printed) = run(url, &["deliveries", "retry", id]);
    assert!(succeeded, "{printed}");
    let (succeeded, printed) = run(url, &["deliveries", "retry", id]);
    assert!(
        !succeeded && printed.contains("no dead delivery"),
        "{printed}"
    );
    app.database().tamper(kill);
    let (succeeded, printed) = run(url, &["deliveries", "discard", id, "--reason", "a test"]);
    assert!(succeeded, "{printed}");
    let (_, listed) = run(url, &["deliveries", "list"]);
    assert_eq!(listed.trim(), "0 deliveries");
}

#[test]
fn routes_and_the_description_of_the_api_are_printed() {
    let database = TestDatabase::on(Backend::Sqlite).unwrap();
    let (succeeded, routes) = run(database.url(), &["routes"]);
    assert!(
        succeeded && routes.contains("POST    /api/auctions/{id}/bids"),
        "{routes}"
    );
    let (succeeded, openapi) = run(database.url(), &["openapi"]);
    let openapi: serde_json::Value = serde_json::from_str(&openapi).unwrap();
    assert!(succeeded && openapi["paths"]["/api/auctions/{id}/bids"]["post"].is_object());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let database = TestDatabase::on(Backend::Sqlite).unwrap();
    for arguments in [["openapi", ""], ["routes", ""], ["config", "show"]] {
        let arguments = arguments.iter().filter(|argument| !argument.is_empty());
        let mut child = gavel(database.url())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && told.is_empty(), "{told}");
    }
}

#[rstest]
#[case(&["doctor"])]
#[case(&["deliveries", "list"])]
#[case(&["create-admin", "--email", "ravi@house.example"])]
fn a_database_file_that_is_missing_is_said_to_be_missing_and_not_made(#[case] arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gavel.db");
    let url = format!("sqlite:{}", file.display());
    let (succeeded, printed) = run_with(&url, arguments, &[("GAVEL_ADMIN_PASSWORD", PASSWORD)]);
    assert!(!succeeded, "{printed}");
    let told = format!("the database {url} does not exist");
    assert!(
        printed.contains(&told) && printed.contains("run: gavel migrate"),
        "{printed}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let (succeeded, printed) = run(&url, &["migrate"]);
    assert!(succeeded, "{printed}");
    let (healthy, printed) = run(&url, &["doctor"]);
    assert!(healthy, "{printed}");
}
