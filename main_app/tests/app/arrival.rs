//! A request has arrived with its last byte, and is not waited for without end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Lot, Person, TestApp};

/// What the server says once it has seen the head of a request, and stamped it.
const GO_ON: &str = "HTTP/1.1 100 Continue\r\n\r\n";

/// A request of which the head is sent, and the server knows it.
struct Begun(TcpStream);

impl Begun {
    fn post(app: &TestApp, person: &Person<'_>, path: &str, form: Form, length: usize) -> Self {
        let mut stream = connect(app);
        let (cookie, media_type) = (person.cookie(), form.media_type());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Type: {media_type}\r\n\
             Content-Length: {length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut said = [0; GO_ON.len()];
        stream.read_exact(&mut said).unwrap();
        assert_eq!(String::from_utf8_lossy(&said), GO_ON);
        Self(stream)
    }

    /// Sends a part of the body.
    fn sends(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// The status and the body of the answer, after which the connection is closed.
    fn answer(mut self) -> (u16, String) {
        let mut text = String::new();
        self.0.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse();
        (status.unwrap(), body.to_owned())
    }
}

/// How a bid is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Page,
}

impl Form {
    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Page => "application/x-www-form-urlencoded",
        }
    }

    fn path(self, lot: &Lot) -> String {
        match self {
            Self::Json => format!("/api/auctions/{}/bids", lot.id),
            Self::Page => format!("/lots/{}/bids", lot.id),
        }
    }

    fn bid(self, amount: &str) -> String {
        match self {
            Self::Json => json!({"amount": amount}).to_string(),
            Self::Page => format!("amount={amount}"),
        }
    }
}

fn connect(app: &TestApp) -> TcpStream {
    let address = app.url.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(address).unwrap();
    // Whoever is not answered shall fail, and not wait.
    let patience = Some(Duration::from_secs(120));
    stream.set_read_timeout(patience).unwrap();
    stream
}

/// Sends the head of a bid, keeps its last byte back for a time, and sends that too.
fn bids_with_a_pause(app: &TestApp, form: Form, lot: &Lot, pause: TimeDelta) -> (u16, String) {
    let bid = form.bid("15");
    let (most, last) = bid.split_at(bid.len() - 1);
    let bidder = app.bidder("ann");
    let mut begun = Begun::post(app, &bidder, &form.path(lot), form, bid.len());
    begun.sends(most);
    app.clock.advance(pause);
    begun.sends(last);
    begun.answer()
}

#[rstest]
fn a_bid_whose_last_byte_comes_after_the_end_is_too_late(
    #[values(Form::Json, Form::Page)] form: Form,
) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let time = TimeDelta::minutes(1);
    let lot = app
        .seller("sam")
        .lists_for("Brass sextant", "10.00 USD", time);
    let (status, told) = bids_with_a_pause(&app, form, &lot, time);
    assert_eq!(status, 422, "{told}");
    assert!(told.to_lowercase().contains("ended"), "{told}");
    assert_eq!(app.nobody().sees(&lot)["bids"], 0);
}

#[rstest]
fn a_bid_extends_the_lot_by_when_its_last_byte_comes(#[values(Form::Json, Form::Page)] form: Form) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let ends_at = app.now() + TimeDelta::minutes(10);
    let terms = json!({"soft_close": {"window_seconds": 60}});
    let lot = app
        .seller("sam")
        .lists_on("Brass sextant", "10.00 USD", ends_at, terms);
    let pause = TimeDelta::minutes(9) + TimeDelta::seconds(40);
    let (status, told) = bids_with_a_pause(&app, form, &lot, pause);
    assert!(status < 400, "{status} {told}");
    let moved_to = ends_at + TimeDelta::seconds(40);
    assert_eq!(app.nobody().sees(&lot)["ends_at"], json!(moved_to));
}

#[rstest]
fn a_body_that_does_not_come_is_waited_for_as_long_as_the_settings_say(
    #[values(Form::Json, Form::Page)] form: Form,
) {
    let app = TestApp::spawn_with(Backend::Sqlite, |settings| settings.http.body_seconds = 1);
    let app = app.unwrap();
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let bidder = app.bidder("ann");
    let mut begun = Begun::post(&app, &bidder, &form.path(&lot), form, 100);
    begun.sends(&form.bid("15"));
    let (status, body) = begun.answer();
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, problem["status"].as_i64()), (408, Some(408)));
    assert_eq!(problem["type"], "urn:problem-type:gavel:too-slow");
    let rule = problem["detail"].as_str().unwrap();
    assert!(rule.contains("1 seconds after its head"), "{rule}");
    assert_eq!(app.nobody().sees(&lot)["bids"], 0);
}

#[rstest]
#[case::nothing("")]
#[case::half_a_head("GET /api/auctions HTTP/1.1\r\nHost: local")]
fn a_connection_on_which_no_request_comes_is_cut(#[case] sent: &str) {
    let app = TestApp::spawn_with(Backend::Sqlite, |settings| settings.http.head_seconds = 1);
    let app = app.unwrap();
    let mut stream = connect(&app);
    let began = Instant::now();
    stream.write_all(sent.as_bytes()).unwrap();
    let mut told = String::new();
    stream.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 408"), "{told}");
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "sooner than by default"
    );
}
