//! The log of a lot, exported over HTTP and checked by `gavel verify`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::gavel_process::{gavel, until, verify};
use crate::support::{Lot, Person, TestApp, money};

/// A lot that saw proxy bids, refusals, a withdrawal, a lowered reserve and an extension, still running.
fn eventful(app: &TestApp, seller: &Person<'_>, [ann, bob, cy]: [&Person<'_>; 3]) -> Lot {
    let terms = json!({"bidding": "proxy", "reserve": money("90 USD")});
    let ends_at = app.now() + TimeDelta::hours(11);
    let lot = seller.lists_on("Astrolabe", "10 USD", ends_at, terms);
    ann.bids(&lot, "40").has_status(200);
    bob.bids(&lot, "10.20").has_status(200);
    bob.bids(&lot, "35").has_status(200);
    cy.bids(&lot, "75").has_status(200);
    cy.withdraws(&lot).has_status(200);
    seller
        .does(&lot, "reserve", json!({"reserve": money("60 USD")}))
        .has_status(200);
    seller.bids(&lot, "99").is_problem(422, "own-lot");
    app.clock.set(ends_at - TimeDelta::seconds(30));
    bob.bids(&lot, "80").has_status(200);
    lot
}

fn log_of(app: &TestApp, lot: &Lot) -> Value {
    app.nobody().reads(lot, "log").has_status(200).json()
}

fn fact<'a>(report: &'a str, name: &str) -> &'a str {
    let line = report.lines().find(|line| line.starts_with(name));
    line.unwrap_or_else(|| panic!("no {name} in {report}"))[name.len()..].trim()
}

#[rstest]
fn an_exported_log_proves_leader_price_extensions_and_winner(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let seller = app.seller("sam");
    let (ann, bob, cy) = (app.bidder("ann"), app.bidder("bob"), app.bidder("cy"));
    let lot = eventful(&app, &seller, [&ann, &bob, &cy]);
    let kept = log_of(&app, &lot)["head"].as_str().unwrap().to_owned();
    app.passes(TimeDelta::minutes(3));
    let seen = app.nobody().sees(&lot);
    assert_eq!(seen["status"], "sold");
    let log = log_of(&app, &lot);
    let last = &log["lines"].as_array().unwrap().last().unwrap()["entry"]["board"];

    let (proved, report) = verify(&log.to_string(), &["--kept", &kept]);
    assert!(proved, "{report}");
    assert_eq!(fact(&report, "state"), "sold");
    assert_eq!(fact(&report, "price"), "60.00 USD");
    assert_eq!(fact(&report, "leader"), last["leader"].as_str().unwrap());
    assert_eq!(fact(&report, "winner"), fact(&report, "leader"));
    assert_eq!(fact(&report, "extensions"), "1");
    let line = log["lines"].as_array().unwrap().len() - 1;
    assert_eq!(fact(&report, "kept"), format!("the hash of line {line}"));
    assert_eq!(seen["current_price"], money("60.00 USD"));

    let (proved, report) = verify(
        &log.to_string(),
        &["--kept", &kept.replace(['a', '1'], "7")],
    );
    assert!(
        !proved && report.contains("no line has the hash"),
        "{report}"
    );
}

#[test]
fn a_log_is_read_from_a_file_and_needs_no_database() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let seller = app.seller("sam");
    let (ann, bob, cy) = (app.bidder("ann"), app.bidder("bob"), app.bidder("cy"));
    let lot = eventful(&app, &seller, [&ann, &bob, &cy]);
    app.passes(TimeDelta::minutes(3));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lot.json");
    std::fs::write(&file, log_of(&app, &lot).to_string()).unwrap();
    let run = |path: &Path| {
        let mut command = gavel("postgres://nobody@127.0.0.1:1/nothing");
        let output = command.arg("verify").arg(path).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(printed).unwrap())
    };
    let (proved, report) = run(&file);
    assert!(proved && report.contains("60.00 USD"), "{report}");
    let (proved, report) = run(&folder.path().join("another.json"));
    assert!(!proved && report.contains("another.json"), "{report}");
}

/// Takes the line with a number out, puts one in, or changes one; the first bad line is named.
#[rstest]
#[case::a_price("line 4: the hash", |log: &mut Vec<Value>| log[3]["entry"]["board"]["price"] = json!(1))]
#[case::a_time("line 5: the hash", |log: &mut Vec<Value>| log[4]["entry"]["at"] = json!("2026-11-21T12:00:01Z"))]
#[case::a_refusal("line 3: the hash", |log: &mut Vec<Value>| {
    log[2]["entry"].as_object_mut().unwrap().remove("refused").unwrap();
})]
#[case::a_maximum("line 2: the amount", |log: &mut Vec<Value>| log[1]["opening"]["amount"] = json!(4_001))]
#[case::a_salt("line 2: the amount", |log: &mut Vec<Value>| log[1]["opening"]["salt"] = json!("00"))]
#[case::a_hash("line 6: the hash", |log: &mut Vec<Value>| {
    let hash = log[5]["hash"].as_str().unwrap();
    let other = if hash.ends_with('0') { "1" } else { "0" };
    log[5]["hash"] = json!(hash[..hash.len() - 1].to_owned() + other);
})]
#[case::missing("line 4: this is line 5", |log: &mut Vec<Value>| { log.remove(3); })]
#[case::the_first_missing("line 1: this is line 2", |log: &mut Vec<Value>| { log.remove(0); })]
#[case::reordered("line 4: this is line 5", |log: &mut Vec<Value>| log.swap(3, 4))]
#[case::doubled("line 5: this is line 4", |log: &mut Vec<Value>| { let line = log[3].clone(); log.insert(4, line); })]
#[case::cut_off("line 9: the log ends here", |log: &mut Vec<Value>| log.truncate(8))]
#[case::empty("line 1: the log is empty", |log: &mut Vec<Value>| log.clear())]
#[case::untold("line 4: the entry is not told", |log: &mut Vec<Value>| {
    log[3].as_object_mut().unwrap().remove("entry").unwrap();
})]
#[case::a_name_nobody_knows("line 4: unknown field", |log: &mut Vec<Value>| log[3]["entry"]["lie"] = json!(1))]
#[case::no_hash("line 7: missing field", |log: &mut Vec<Value>| {
    log[6].as_object_mut().unwrap().remove("hash").unwrap();
})]
fn whatever_is_changed_is_found_and_the_first_bad_line_is_named(
    #[case] told: &str,
    #[case] change: fn(&mut Vec<Value>),
) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let seller = app.seller("sam");
    let (ann, bob, cy) = (app.bidder("ann"), app.bidder("bob"), app.bidder("cy"));
    let lot = eventful(&app, &seller, [&ann, &bob, &cy]);
    app.passes(TimeDelta::minutes(3));
    let mut log = log_of(&app, &lot);
    let whole = log.to_string();
    assert!(verify(&whole, &[]).0);
    change(log["lines"].as_array_mut().unwrap());
    let (proved, report) = verify(&log.to_string(), &[]);
    assert!(!proved && report.contains(told), "{report}");
}

#[test]
fn the_log_of_a_running_lot_shows_hashes_and_proves_nothing_yet() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let seller = app.seller("sam");
    let (ann, bob, cy) = (app.bidder("ann"), app.bidder("bob"), app.bidder("cy"));
    let lot = eventful(&app, &seller, [&ann, &bob, &cy]);
    let running = log_of(&app, &lot);
    for line in running["lines"].as_array().unwrap() {
        assert_eq!(
            line.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["hash"]
        );
    }
    let (proved, report) = verify(&running.to_string(), &[]);
    assert!(
        !proved && report.contains("line 1: the entry is not told"),
        "{report}"
    );
    let told_staff = app.staff("tess").reads(&lot, "log").has_status(200).json();
    for line in told_staff["lines"].as_array().unwrap() {
        assert!(
            line["entry"].is_object() && line["opening"].is_null(),
            "{line}"
        );
    }
    app.passes(TimeDelta::minutes(3));
    let ended = log_of(&app, &lot);
    for (index, line) in running["lines"].as_array().unwrap().iter().enumerate() {
        assert_eq!(
            ended["lines"][index]["hash"], line["hash"],
            "what was shown still holds"
        );
    }
    // Cut before the hammer and given a heading that fits: the end is what is missing.
    let mut cut = ended.clone();
    cut["lines"].as_array_mut().unwrap().pop().unwrap();
    cut["head"] = running["head"].clone();
    let (proved, report) = verify(&cut.to_string(), &[]);
    assert!(
        !proved && report.contains("the end of the lot is missing"),
        "{report}"
    );
    let (proved, report) = verify("[]", &[]);
    assert!(
        !proved && report.contains("not the log of a lot"),
        "{report}"
    );
    app.nobody()
        .get("/api/auctions/00000000-0000-7000-8000-000000000000/log")
        .is_problem(404, "not-found");
}

/// Sends a request and reads no more than the status of its answer: the rest of a long one stays with the
/// server.
fn slow_reader(app: &TestApp, lot: &Lot) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).unwrap();
    let head = format!(
        "GET /api/auctions/{}/log HTTP/1.1\r\nHost: localhost\r\n\r\n",
        lot.id
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    (stream, String::from_utf8(status.to_vec()).unwrap())
}

/// Writes lines into the log of a lot with one bid, more than a network takes in at once.
fn lengthen(app: &TestApp, lot: &Lot) {
    const LINES: i64 = 300_000;
    let id = format!("x'{}'", lot.id.replace('-', ""));
    app.database().tamper(&format!(
        "INSERT INTO auctions_log (auction, line, entry, hash)
         WITH RECURSIVE lines (line) AS (SELECT 3 UNION ALL SELECT line + 1 FROM lines WHERE line < {LINES})
         SELECT {id}, line, '', zeroblob(32) FROM lines"
    ));
    app.database().tamper(&format!(
        "UPDATE auctions_auctions SET log_length = {LINES} WHERE id = {id};
         UPDATE auctions_bids SET sequence = {LINES} WHERE auction = {id}"
    ));
}

#[test]
fn two_logs_are_read_at_once_and_nobody_can_keep_a_third_reader_out_by_leaving() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let lot = app.seller("sam").lists("Astrolabe", "10 USD");
    app.bidder("ann").bids(&lot, "20").has_status(200);
    lengthen(&app, &lot);
    let (first, status) = slow_reader(&app, &lot);
    assert_eq!(status, "HTTP/1.1 200");
    let (_second, status) = slow_reader(&app, &lot);
    assert_eq!(status, "HTTP/1.1 200");
    let third = app.nobody().reads(&lot, "log");
    third.is_problem(503, "unavailable");
    assert_eq!(third.header("retry-after"), "5");
    drop(first);
    let log = until("a turn is free", || {
        let answer = app.nobody().reads(&lot, "log");
        (answer.status == 200).then(|| answer.json())
    });
    assert_eq!(log["lines"].as_array().unwrap().len(), 300_000);
    assert!(log["head"].is_string());
}
