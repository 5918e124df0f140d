//! The one outcome that a lot must have: its log, its bids, its row and what was told of it say the same.

use std::collections::HashMap;

use auctions::{AuctionStatus, BidderId, CommandError, LogAccess, PlaceBid, Refusal};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::bench::{Bench, GRACE, Told};
use crate::closing_races::{Answered, Schedule};

/// How often what can happen did.
#[derive(Debug, Default)]
pub struct Tally {
    /// Bids that arrived in time, had their turn after the end and were accepted.
    late_turn: usize,
    /// Those of them that moved the end.
    late_extension: usize,
    /// Bids that arrived too late.
    late: usize,
    /// Bids that arrived in time and had their turn after the hammer had fallen.
    after_the_hammer: usize,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.late_turn += other.late_turn;
        self.late_extension += other.late_extension;
        self.late += other.late;
        self.after_the_hammer += other.after_the_hammer;
    }

    pub fn has_everything(&self) -> bool {
        let rarest = self.late_turn.min(self.late_extension).min(self.late);
        rarest.min(self.after_the_hammer) > 0
    }

    fn count(&mut self, answered: &Answered, before: &Value, after: &Value) {
        let end = time(&before["ends_at"]);
        if after["refused"] == "has_ended" {
            let in_time = answered.bid.arrived_at < end;
            self.after_the_hammer += usize::from(in_time);
            self.late += usize::from(!in_time);
        } else if after["refused"].is_null() && answered.decided_at >= end {
            self.late_turn += 1;
            self.late_extension += usize::from(time(&after["board"]["ends_at"]) > end);
        }
    }
}

/// All that is known of a lot that has ended.
pub struct Outcome<'s> {
    bench: &'s Bench,
    schedule: &'s Schedule,
    lines: Vec<Value>,
    told: Vec<Told>,
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

/// The line's amount in cents, if it is a bid.
fn amount(line: &Value) -> Option<i64> {
    line["entry"]["command"]["bid"].as_object()?;
    line["opening"]["amount"].as_i64()
}

impl<'s> Outcome<'s> {
    pub fn read(bench: &'s Bench, schedule: &'s Schedule) -> Self {
        let log = bench.log_json(schedule.auction, LogAccess::Everybody);
        Self {
            bench,
            schedule,
            lines: log["lines"].as_array().unwrap().clone(),
            told: bench.told(),
        }
    }

    /// Checks everything, and counts what kinds of bids there were.
    pub fn assert_single(&self, answers: &[Answered]) -> Tally {
        self.assert_one_end();
        self.assert_decided_by_the_rules();
        let mut tally = Tally::default();
        for answered in answers {
            let line = self.line_of(&answered.bid);
            let entry = &self.lines[line]["entry"];
            self.assert_answered(answered, entry);
            tally.count(answered, &self.lines[line - 1]["entry"]["board"], entry);
        }
        let bids = self.lines.iter().filter(|line| amount(line).is_some());
        assert_eq!(bids.count(), answers.len(), "every bid is a line, once");
        tally
    }

    fn line_of(&self, bid: &PlaceBid) -> usize {
        let auctions::BidAmount::Money(money) = bid.amount else {
            panic!("these bids are money");
        };
        let cents = Some(money.minor_units());
        let line = self.lines.iter().position(|line| amount(line) == cents);
        line.unwrap()
    }

    /// The hammer fell once, was told once, and everybody agrees on the winner.
    fn assert_one_end(&self) {
        let ended: Vec<_> = self.told.iter().filter_map(Told::ended).collect();
        assert_eq!(ended.len(), 1, "{:?}", self.told);
        let ends = self
            .lines
            .iter()
            .filter(|line| line["entry"]["command"] == "end");
        assert_eq!(
            ends.count(),
            1,
            "an attempt that comes early or late is no line"
        );
        let verified = self.bench.verified(self.schedule.auction);
        let view = self.bench.view(self.schedule.auction);
        let names = self.names();
        let winner = verified.winner.map(|winner| names[&winner.to_string()]);
        assert_eq!(ended[0].winner, winner);
        assert_eq!(view.leader, winner);
        assert_eq!(
            (ended[0].price, view.current_price),
            (verified.price, verified.price)
        );
        assert_eq!((view.bids, view.ends_at), (verified.bids, verified.ends_at));
        let status = match winner {
            Some(_) => AuctionStatus::Sold,
            None => AuctionStatus::Unsold,
        };
        assert_eq!(view.status, status);
        let extended = self
            .told
            .iter()
            .filter(|told| matches!(told, Told::Extended(_)));
        assert_eq!(extended.count(), verified.extensions.len());
    }

    /// Who stands behind which pseudonym of the log: who bid the bid of the same number.
    fn names(&self) -> HashMap<String, BidderId> {
        let mut names = HashMap::new();
        let bids = self.bench.bids(self.schedule.auction);
        let mut newest = 0;
        for line in &self.lines {
            let number = line["entry"]["board"]["number"].as_i64().unwrap();
            if number > newest {
                let bid = bids.iter().find(|bid| bid.sequence == number).unwrap();
                let pseudonym = line["entry"]["command"]["bid"]["bidder"].as_str().unwrap();
                let known = names.insert(pseudonym.to_owned(), bid.bidder);
                assert!(known.is_none_or(|known| known == bid.bidder));
            }
            newest = number;
        }
        assert_eq!(usize::try_from(newest).unwrap(), bids.len());
        names
    }

    /// A bid counts exactly if it arrived before the end that was then, and the hammer had not fallen; it
    /// moves the end as the soft close says.
    fn assert_decided_by_the_rules(&self) {
        for pair in self.lines.windows(2) {
            let (before, entry) = (&pair[0]["entry"]["board"], &pair[1]["entry"]);
            let (end, at, after) = (
                time(&before["ends_at"]),
                time(&entry["at"]),
                &entry["board"],
            );
            let moved = time(&after["ends_at"]);
            assert!(moved >= end, "the end never moves back");
            if entry["command"] == "end" {
                assert!(at >= end + GRACE, "the hammer waits for the grace");
            }
            if amount(&pair[1]).is_none() {
                assert_eq!(moved, end);
                continue;
            }
            let in_time = at < end && before["state"] == "running";
            let refused = &entry["refused"];
            match in_time {
                false => assert_eq!(refused, "has_ended", "{entry}"),
                true => assert!(refused.is_null() || refused == "too_low", "{entry}"),
            }
            let counts = after["number"].as_i64() > before["number"].as_i64();
            assert!(!counts || refused.is_null());
            let expected = if counts { self.extended(end, at) } else { end };
            assert_eq!(moved, expected, "{entry}");
        }
    }

    fn extended(&self, end: DateTime<Utc>, at: DateTime<Utc>) -> DateTime<Utc> {
        let Some(window) = self.schedule.window.filter(|window| end - at < *window) else {
            return end;
        };
        let latest = self.schedule.cap.map(|cap| self.schedule.ends_at + cap);
        let wanted = at + window;
        latest.map_or(wanted, |latest| wanted.min(latest)).max(end)
    }

    /// Whoever bid was told what the log says.
    fn assert_answered(&self, answered: &Answered, entry: &Value) {
        let Answered { bid, answer, .. } = answered;
        assert!((time(&entry["at"]) - bid.arrived_at).abs() < TimeDelta::microseconds(1));
        let board = &entry["board"];
        match answer {
            Ok(verdict) => {
                let refused = if verdict.accepted {
                    None
                } else {
                    Some("too_low")
                };
                assert_eq!(entry["refused"].as_str(), refused);
                assert_eq!(
                    Some(verdict.current_price.minor_units()),
                    board["price"].as_i64()
                );
                assert_eq!(verdict.ends_at, time(&board["ends_at"]));
                let names = self.names();
                let leader = board["leader"].as_str().map(|leader| names[leader]);
                assert_eq!(
                    verdict.is_winner,
                    verdict.accepted && leader == Some(bid.bidder)
                );
            }
            Err(refusal) => {
                assert_eq!(*refusal, CommandError::Refused(Refusal::HasEnded));
                assert_eq!(entry["refused"], "has_ended");
            }
        }
    }
}
