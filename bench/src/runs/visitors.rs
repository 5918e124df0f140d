//! A few people who look at lots and now and then bid, and a watchman who sees when the last lot has closed.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::driver::{Load, Next};
use crate::house::Person;
use crate::lots::Ending;
use crate::measure::{Figures, Times, Window};
use crate::wire::{self, Answer, Shown};

/// Between an answer and the next request of a visitor.
const REST: Duration = Duration::from_millis(40);
/// Between two looks of the watchman.
const ROUND: Duration = Duration::from_millis(100);
/// Of so many requests, one is a bid.
const BIDS: usize = 5;
/// A house that has not closed its lots after this long will not.
const LONGEST: Duration = Duration::from_secs(900);

/// Who is in the house while lots close. The first connection is the watchman's.
pub struct Visitors<'v> {
    /// Bidders, one for each further connection.
    pub people: &'v [Person],
    /// Lots to look at.
    pub looked_at: &'v [String],
    /// Lots to bid on; they end later.
    pub bid_on: &'v [String],
    watchman: Watchman,
    chance: fastrand::Rng,
    started: Instant,
    /// Opens when the lots end.
    window: Window,
    before: Vec<Duration>,
    meanwhile: Vec<Duration>,
    rested: Vec<bool>,
    amount: u64,
}

/// Walks through the seller's lots, page by page, and waits at each until all on it have closed.
struct Watchman {
    token: String,
    /// Lots that end up to here are those that close.
    last_end: DateTime<Utc>,
    after: String,
    closed: bool,
}

/// Answer times before the end and while lots close, and what was used meanwhile.
pub struct Visit {
    /// Before.
    pub before: Times,
    /// From the end until the last lot had closed.
    pub meanwhile: Times,
    /// What was used in the second of these.
    pub used: Figures,
    /// Whether the watchman saw the last lot close.
    pub closed: bool,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Ending>,
    next: Option<String>,
}

impl<'v> Visitors<'v> {
    /// They come now; the window opens when the lots end.
    pub fn new(
        people: &'v [Person],
        (looked_at, bid_on): (&'v [String], &'v [String]),
        (seller, last_end): (&Person, DateTime<Utc>),
        window: Window,
    ) -> Self {
        Self {
            people,
            looked_at,
            bid_on,
            watchman: Watchman {
                token: seller.token.clone(),
                last_end,
                after: String::new(),
                closed: false,
            },
            chance: fastrand::Rng::with_seed(1),
            started: Instant::now(),
            window,
            before: Vec::new(),
            meanwhile: Vec::new(),
            rested: vec![true; people.len() + 1],
            amount: 1_000,
        }
    }

    /// What they saw.
    pub fn leave(mut self) -> Visit {
        self.window.shut(Instant::now());
        let meanwhile = Times::new(self.meanwhile);
        Visit {
            used: Figures::new(&meanwhile, 0, &self.window),
            before: Times::new(self.before),
            meanwhile,
            closed: self.watchman.closed,
        }
    }

    fn visit(&mut self, person: usize, out: &mut Vec<u8>) {
        if self.chance.usize(..BIDS) > 0 {
            let lot = &self.looked_at[self.chance.usize(..self.looked_at.len())];
            wire::get(out, &format!("/api/auctions/{lot}"), Shown::Nothing);
            return;
        }
        let lot = &self.bid_on[self.chance.usize(..self.bid_on.len())];
        self.amount += 1;
        let body = format!(r#"{{"amount":"{}.00"}}"#, self.amount);
        let path = format!("/api/auctions/{lot}/bids");
        let shown = Shown::Token(&self.people[person].token);
        wire::post(out, &path, shown, body.as_bytes());
    }
}

impl Watchman {
    fn look(&self, out: &mut Vec<u8>) {
        let path = format!("/api/my/lots?limit=100{}", self.after);
        wire::get(out, &path, Shown::Token(&self.token));
    }

    fn saw(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        let page: Page = serde_json::from_slice(answer.body).context("the answer is no list")?;
        let open = |lot: &Ending| lot.ended_at.is_none() && lot.ends_at <= self.last_end;
        if page.items.iter().any(open) {
            return Ok(());
        }
        match page.next {
            Some(next) => self.after = format!("&after={next}"),
            None => self.closed = true,
        }
        Ok(())
    }
}

impl Load for Visitors<'_> {
    fn next(&mut self, connection: usize, out: &mut Vec<u8>) -> Next {
        if self.watchman.closed || self.started.elapsed() > LONGEST {
            return Next::Rest;
        }
        self.rested[connection] = !self.rested[connection];
        if self.rested[connection] {
            return Next::Wait(if connection == 0 { ROUND } else { REST });
        }
        match connection.checked_sub(1) {
            None => self.watchman.look(out),
            Some(person) => self.visit(person, out),
        }
        Next::Send
    }

    fn answered(
        &mut self,
        connection: usize,
        answer: &Answer<'_>,
        took: Duration,
    ) -> anyhow::Result<()> {
        if !matches!(answer.status, 200 | 409 | 503) {
            bail!("a visitor was answered {}", answer.status);
        }
        if connection == 0 && answer.status == 200 {
            self.watchman.saw(answer)?;
        }
        if self.window.holds(Instant::now()) {
            self.meanwhile.push(took);
        } else {
            self.before.push(took);
        }
        Ok(())
    }

    fn unanswered(&mut self, _: usize) {}
}
