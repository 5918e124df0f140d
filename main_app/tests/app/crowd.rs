//! Many who bid on one lot of real servers, and the proof that each was answered what the lot's log says.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use foundation::{Clock, SystemClock};
use reqwest::blocking::Client;
use serde_json::{Value, json};

use crate::gavel_process::{until, verify};

const PASSWORD: &str = "a lantern in the harbour";

/// A lot, and bidders with sessions.
pub struct Crowd {
    client: Client,
    addresses: Vec<String>,
    cookies: Vec<String>,
    seller: String,
    lot: String,
}

/// One bid, and what became of it: nothing if the connection ended without an answer.
#[derive(Debug)]
pub struct Heard {
    bidder: usize,
    /// In cents; no two bids of a crowd are alike.
    amount: i64,
    pub answer: Option<(u16, Value)>,
}

impl Crowd {
    /// Bidders at servers on these ports.
    pub fn gather(ports: &[u16], bidders: usize) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(Duration::from_secs(60)).build();
        let mut crowd = Self {
            client: client.unwrap(),
            addresses: ports
                .iter()
                .map(|port| format!("http://127.0.0.1:{port}"))
                .collect(),
            cookies: Vec::new(),
            seller: String::new(),
            lot: String::new(),
        };
        for address in &crowd.addresses {
            let ready = format!("{address}/health/ready");
            until("the server is ready", || {
                let answer = crowd.client.get(&ready).send().ok()?;
                answer.status().is_success().then_some(())
            });
        }
        crowd.seller = crowd.join("sam", "seller");
        let cookies = (0..bidders).map(|number| crowd.join(&format!("b{number}"), "bidder"));
        crowd.cookies = cookies.collect();
        crowd
    }

    fn join(&self, name: &str, role: &str) -> String {
        let email = format!("{name}@{role}.example");
        let body = json!({"email": email, "name": name, "password": PASSWORD, "role": role});
        let send = |path: &str| {
            let request = self.client.post(format!("{}{path}", self.addresses[0]));
            request.json(&body).send().unwrap()
        };
        assert_eq!(send("/api/register").status(), 201);
        self.log_in(&email)
    }

    fn log_in(&self, email: &str) -> String {
        let request = self.client.post(format!("{}/api/login", self.addresses[0]));
        let body = json!({"email": email, "password": PASSWORD});
        let answer = request.json(&body).send().unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Puts the lot up. Late bids do not move its end.
    pub fn list(&mut self, ends_after: TimeDelta) {
        let ends_at = SystemClock::default().now() + ends_after;
        let lot = json!({"title": "Brass sextant", "ends_at": ends_at, "bidding": "plain",
            "starting_price": {"amount": "10.00", "currency": "USD"}});
        let request = self
            .client
            .post(format!("{}/api/auctions", self.addresses[0]));
        let request = request.header("cookie", &self.seller).json(&lot);
        let listed: Value = request.send().unwrap().json().unwrap();
        listed["id"].as_str().unwrap().clone_into(&mut self.lot);
    }

    /// Everybody bids, at each server in turn, until a bid is refused or there is no answer.
    pub fn bid(&self, each: impl Fn(&Heard) + Sync) -> Vec<Heard> {
        std::thread::scope(|scope| {
            let each = &each;
            let threads: Vec<_> = (0..self.cookies.len())
                .map(|bidder| scope.spawn(move || self.bid_alone(bidder, each)))
                .collect();
            let heard = threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap());
            heard.collect()
        })
    }

    fn bid_alone(&self, bidder: usize, each: impl Fn(&Heard)) -> Vec<Heard> {
        let mut all: Vec<Heard> = Vec::new();
        let mut price = 1_000;
        loop {
            let amount = (price / 100 + 1) * 100 + i64::try_from(bidder).unwrap();
            let server = &self.addresses[(all.len() + bidder) % self.addresses.len()];
            let heard = Heard {
                bidder,
                amount,
                answer: self.send_bid(server, bidder, amount),
            };
            each(&heard);
            price = match &heard.answer {
                Some((200, verdict)) => cents(&verdict["current_price"]),
                // Others were always quicker; nothing was decided.
                Some((409, _)) => amount,
                Some(_) | None => {
                    all.push(heard);
                    return all;
                }
            };
            all.push(heard);
        }
    }

    fn send_bid(&self, server: &str, bidder: usize, amount: i64) -> Option<(u16, Value)> {
        let request = self
            .client
            .post(format!("{server}/api/auctions/{}/bids", self.lot));
        let amount = format!("{}.{:02}", amount / 100, amount % 100);
        let request = request.header("cookie", &self.cookies[bidder]);
        let answer = request.json(&json!({"amount": amount})).send().ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().ok()?))
    }

    /// Waits until the lot has ended, and gives its log, which `gavel verify` accepts.
    pub fn log(&self) -> Value {
        let log = format!("{}/api/auctions/{}/log", self.addresses[0], self.lot);
        let log: Value = until("the lot has ended", || {
            let log: Value = self.client.get(&log).send().ok()?.json().ok()?;
            log["lines"][0]["entry"].is_object().then_some(log)
        });
        let (proved, report) = verify(&log.to_string(), &[]);
        assert!(proved, "{report}");
        log
    }
}

fn cents(money: &Value) -> i64 {
    let amount = money["amount"].as_str().unwrap();
    amount.replace('.', "").parse().unwrap()
}

/// Every answer is what the log says, every bid of the log was answered, and no answer is made up. Gives how
/// many bids stand and how many were too low.
pub fn answers_are_in(log: &Value, heard: &[Heard]) -> (usize, usize) {
    let mut logged: BTreeMap<i64, &Value> = BTreeMap::new();
    for line in log["lines"].as_array().unwrap() {
        if line["entry"]["command"]["bid"].is_object() {
            let amount = line["opening"]["amount"].as_i64().unwrap();
            let before = logged.insert(amount, &line["entry"]);
            assert!(before.is_none(), "a bid was placed twice: {line}");
        }
    }
    let mut names: BTreeMap<usize, &Value> = BTreeMap::new();
    let mut counts = (0, 0);
    for one in heard {
        let entry = logged.remove(&one.amount);
        let (status, answer, entry) = match (&one.answer, entry) {
            (Some((status @ (200 | 422), answer)), Some(entry)) => (*status, answer, entry),
            (Some((409 | 503, _)) | None, None) => continue,
            (_, entry) => panic!("{one:?} but the log has {entry:?}"),
        };
        let (bidder, board) = (&entry["command"]["bid"]["bidder"], &entry["board"]);
        assert_eq!(*names.entry(one.bidder).or_insert(bidder), bidder);
        if status == 422 {
            assert_eq!(entry["refused"], "has_ended", "{answer}");
            continue;
        }
        assert_eq!(
            answer["accepted"] == true,
            entry["refused"].is_null(),
            "{entry}"
        );
        assert_eq!(
            answer["is_winner"] == true,
            &board["leader"] == bidder,
            "{entry}"
        );
        assert_eq!(cents(&answer["current_price"]), board["price"], "{entry}");
        assert_eq!(
            cents(&answer["minimum_next"]),
            board["minimum_next"],
            "{entry}"
        );
        assert_eq!(answer["sequence"], board["number"], "{entry}");
        if answer["accepted"] == true {
            counts.0 += 1;
        } else {
            counts.1 += 1;
        }
    }
    assert!(logged.is_empty(), "nobody was told of {logged:?}");
    counts
}
