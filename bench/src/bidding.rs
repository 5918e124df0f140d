//! The load of bidders.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::checker::{Story, Verdict};
use crate::driver::{Load, Next};
use crate::house::Person;
use crate::lots::Amount;
use crate::measure::{Figures, Times, Window};
use crate::wire::{self, Answer, Shown};

/// What every lot here starts at, in cents.
const STARTING_PRICE: i64 = 100;
/// The least step of every lot here.
const INCREMENT: i64 = 1;
/// By how many steps a bid exceeds what its bidder believes to be the least one, at most.
const MOST_STEPS: i64 = 8;
/// How long to wait where the server does not say.
const A_SECOND: u64 = 1;

/// How people bid.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// How many bids of 100 exceed every bid that was sent before, as of people who watch the price live.
    /// The others are made by what the last answer told, and are mostly too late.
    pub eager: u32,
    /// Where chance begins.
    pub seed: u64,
}

/// People who bid until the window is over, or so many bids were accepted.
pub struct Bidding<'p> {
    people: &'p [Person],
    lots: Vec<Lot>,
    manner: Manner,
    chance: fastrand::Rng,
    window: Window,
    until_accepted: Option<usize>,
    /// For each client and lot the least next bid, as its last answer there told.
    known: Vec<i64>,
    clients: Vec<Client>,
    body: Vec<u8>,
    seen: Seen,
}

struct Lot {
    path: String,
    /// The highest bid that was sent, whatever became of it.
    highest_sent: i64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Client {
    lot: usize,
    amount: i64,
    wait: Option<Duration>,
}

/// What came of it.
#[derive(Debug, Default)]
struct Seen {
    verdicts: Vec<(usize, Verdict)>,
    unanswered: Vec<usize>,
    accepted: usize,
    times_in_window: Vec<Duration>,
    accepted_in_window: usize,
    full: u64,
    gave_up: u64,
}

#[derive(Deserialize)]
struct VerdictBody<'a> {
    is_winner: bool,
    /// Whether the bid was accepted, where that is not the same as leading.
    accepted: Option<bool>,
    #[serde(borrow)]
    current_price: Amount<'a>,
    #[serde(borrow)]
    minimum_next: Amount<'a>,
    sequence: i64,
}

impl<'p> Bidding<'p> {
    /// One client for each of the people, on these lots.
    pub fn new(people: &'p [Person], lots: &[String], manner: Manner, window: Window) -> Self {
        let lot = |id: &String| Lot {
            path: format!("/api/auctions/{id}/bids"),
            highest_sent: STARTING_PRICE - INCREMENT,
        };
        Self {
            people,
            lots: lots.iter().map(lot).collect(),
            manner,
            chance: fastrand::Rng::with_seed(manner.seed),
            window,
            until_accepted: None,
            known: vec![STARTING_PRICE; people.len() * lots.len()],
            clients: vec![Client::default(); people.len()],
            body: Vec::new(),
            seen: Seen {
                unanswered: vec![0; lots.len()],
                ..Seen::default()
            },
        }
    }

    /// Goes on until so many bids were accepted in all, in another window.
    pub fn go_on_until(&mut self, accepted: usize, window: Window) {
        self.until_accepted = Some(accepted);
        self.window = window;
        self.seen.times_in_window.clear();
        self.seen.accepted_in_window = 0;
    }

    /// What was measured in the window.
    pub fn figures(&mut self) -> Figures {
        self.window.shut(Instant::now());
        let times = Times::new(std::mem::take(&mut self.seen.times_in_window));
        Figures {
            full: self.seen.full,
            gave_up: self.seen.gave_up,
            ..Figures::new(&times, self.seen.accepted_in_window, &self.window)
        }
    }

    /// For each lot what was answered; its history is missing.
    pub fn stories(self) -> Vec<Story> {
        let told = |unanswered| Story {
            starting_price: STARTING_PRICE,
            increment: INCREMENT,
            unanswered,
            ..Story::default()
        };
        let mut stories: Vec<_> = self.seen.unanswered.into_iter().map(told).collect();
        for (lot, verdict) in self.seen.verdicts {
            stories[lot].verdicts.push(verdict);
        }
        stories
    }

    fn is_over(&self) -> bool {
        match self.until_accepted {
            Some(accepted) => self.seen.accepted >= accepted,
            None => self.window.is_over(Instant::now()),
        }
    }

    fn choose(&mut self, client: usize) -> (usize, i64) {
        let lot = self.chance.usize(..self.lots.len());
        let known = self.known[client * self.lots.len() + lot];
        let highest = &mut self.lots[lot].highest_sent;
        let amount = if self.chance.u32(..100) < self.manner.eager {
            known.max(*highest + INCREMENT)
        } else {
            known + INCREMENT * self.chance.i64(0..MOST_STEPS)
        };
        *highest = amount.max(*highest);
        (lot, amount)
    }

    fn take(&mut self, client: usize, answer: &Answer<'_>, took: Duration) -> anyhow::Result<()> {
        let Client { lot, amount, .. } = self.clients[client];
        let body: VerdictBody<'_> =
            serde_json::from_slice(answer.body).context("the answer is no verdict")?;
        let verdict = Verdict {
            client,
            amount,
            accepted: body.accepted.unwrap_or(body.is_winner),
            sequence: body.sequence,
            price: body.current_price.cents()?,
            minimum_next: body.minimum_next.cents()?,
        };
        self.known[client * self.lots.len() + lot] = verdict.minimum_next;
        self.seen.verdicts.push((lot, verdict));
        self.seen.accepted += usize::from(verdict.accepted);
        if self.window.holds(Instant::now()) {
            self.seen.times_in_window.push(took);
            self.seen.accepted_in_window += usize::from(verdict.accepted);
        }
        Ok(())
    }
}

impl Load for Bidding<'_> {
    fn next(&mut self, connection: usize, out: &mut Vec<u8>) -> Next {
        if self.is_over() {
            return Next::Rest;
        }
        if let Some(wait) = self.clients[connection].wait.take() {
            return Next::Wait(wait);
        }
        let (lot, amount) = self.choose(connection);
        self.clients[connection].lot = lot;
        self.clients[connection].amount = amount;
        self.body.clear();
        write!(
            self.body,
            r#"{{"amount":"{}.{:02}"}}"#,
            amount / 100,
            amount % 100
        )
        .expect("memory takes every byte");
        let shown = Shown::Token(&self.people[connection].token);
        wire::post(out, &self.lots[lot].path, shown, &self.body);
        Next::Send
    }

    fn answered(
        &mut self,
        connection: usize,
        answer: &Answer<'_>,
        took: Duration,
    ) -> anyhow::Result<()> {
        match answer.status {
            200 => self.take(connection, answer, took)?,
            503 => {
                let wait = Duration::from_secs(answer.retry_after.unwrap_or(A_SECOND));
                self.clients[connection].wait = Some(wait);
                self.seen.full += 1;
            }
            409 => self.seen.gave_up += 1,
            other => bail!(
                "a bid was answered {other}: {}",
                String::from_utf8_lossy(answer.body)
            ),
        }
        Ok(())
    }

    fn unanswered(&mut self, connection: usize) {
        self.seen.unanswered[self.clients[connection].lot] += 1;
    }
}
