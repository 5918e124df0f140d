//! Whether a lot's history and the answers to its bids tell one story: nothing lost, nothing doubled, nothing
//! accepted out of order.

use std::collections::HashSet;
use std::fmt;

use crate::lots::HistoricBid;

/// What a bidder was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Which client bid.
    pub client: usize,
    /// How much, in cents.
    pub amount: i64,
    /// Whether the bid was accepted.
    pub accepted: bool,
    /// How many bids the lot had accepted then, this one included.
    pub sequence: i64,
    /// The price then.
    pub price: i64,
    /// The least next bid then.
    pub minimum_next: i64,
}

/// All that was seen of one lot.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// The least first bid.
    pub starting_price: i64,
    /// The least step.
    pub increment: i64,
    /// The lot's history, in the order in which the server shows it.
    pub history: Vec<HistoricBid>,
    /// All answers, in the order in which each client got its own.
    pub verdicts: Vec<Verdict>,
    /// Bids whose answer never came: each may or may not be in the history.
    pub unanswered: usize,
}

/// A contradiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// The history does not count 1, 2, 3 …
    Gap { place: usize, sequence: i64 },
    /// A bid does not exceed the one before it by the step.
    NotRising {
        sequence: i64,
        amount: i64,
        before: i64,
    },
    /// A bid was accepted, but the history has none, or another, at its place.
    Lost(Verdict),
    /// Two bids were told that they have the same place.
    SamePlaceTwice { sequence: i64 },
    /// The history has bids that nobody was told of.
    Unaccounted {
        in_history: usize,
        accepted: usize,
        unanswered: usize,
    },
    /// An answer's price is not what the history says for its place.
    WrongPrice { verdict: Verdict, in_history: i64 },
    /// An answer's least next bid does not follow from its price.
    WrongMinimum(Verdict),
    /// A bid was refused although it reached the least next one.
    WronglyRefused(Verdict),
    /// A client was answered with an older state than before.
    WentBack { verdict: Verdict, before: i64 },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { place, sequence } => {
                write!(
                    f,
                    "out of order: bid {place} of the history has the number {sequence}"
                )
            }
            Self::NotRising {
                sequence,
                amount,
                before,
            } => {
                write!(
                    f,
                    "out of order: bid {sequence} is {amount}, after one of {before}"
                )
            }
            Self::Lost(verdict) => write!(f, "lost: the history lacks {verdict:?}"),
            Self::SamePlaceTwice { sequence } => {
                write!(
                    f,
                    "doubled: two accepted bids were given the number {sequence}"
                )
            }
            Self::Unaccounted {
                in_history,
                accepted,
                unanswered,
            } => write!(
                f,
                "doubled: the history has {in_history} bids, {accepted} were accepted and \
                 {unanswered} remained without an answer"
            ),
            Self::WrongPrice {
                verdict,
                in_history,
            } => {
                write!(
                    f,
                    "wrong price: the history says {in_history}, but {verdict:?}"
                )
            }
            Self::WrongMinimum(verdict) => write!(f, "wrong least next bid: {verdict:?}"),
            Self::WronglyRefused(verdict) => write!(f, "wrongly refused: {verdict:?}"),
            Self::WentBack { verdict, before } => {
                write!(f, "went back: after {before} a client was told {verdict:?}")
            }
        }
    }
}

impl Story {
    /// All contradictions.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = self.of_history();
        found.extend(self.verdicts.iter().filter_map(|one| self.of_verdict(one)));
        found.extend(self.of_places());
        found.extend(self.of_clients());
        found
    }

    fn of_history(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut least = self.starting_price;
        for (index, bid) in self.history.iter().enumerate() {
            let place = index + 1;
            if usize::try_from(bid.sequence) != Ok(place) {
                found.push(Violation::Gap {
                    place,
                    sequence: bid.sequence,
                });
            }
            if bid.amount < least {
                found.push(Violation::NotRising {
                    sequence: bid.sequence,
                    amount: bid.amount,
                    before: least - self.increment,
                });
            }
            least = bid.amount + self.increment;
        }
        found
    }

    /// The price after so many accepted bids, if there were so many.
    fn price_after(&self, sequence: i64) -> Option<i64> {
        match usize::try_from(sequence).ok()? {
            0 => Some(self.starting_price),
            place => self.history.get(place - 1).map(|bid| bid.amount),
        }
    }

    fn of_verdict(&self, verdict: &Verdict) -> Option<Violation> {
        let price = self.price_after(verdict.sequence);
        let first = verdict.sequence == 0;
        let step = if first { 0 } else { self.increment };
        let own = !verdict.accepted || (!first && price == Some(verdict.amount));
        match price {
            Some(_) if !own => Some(Violation::Lost(*verdict)),
            None => Some(Violation::Lost(*verdict)),
            Some(in_history) if in_history != verdict.price => Some(Violation::WrongPrice {
                verdict: *verdict,
                in_history,
            }),
            Some(_) if verdict.minimum_next != verdict.price + step => {
                Some(Violation::WrongMinimum(*verdict))
            }
            Some(_) if !verdict.accepted && verdict.amount >= verdict.minimum_next => {
                Some(Violation::WronglyRefused(*verdict))
            }
            Some(_) => None,
        }
    }

    fn of_places(&self) -> Vec<Violation> {
        let accepted: Vec<_> = self.verdicts.iter().filter(|one| one.accepted).collect();
        let mut places = HashSet::new();
        let twice = accepted.iter().filter(|one| !places.insert(one.sequence));
        let mut found: Vec<_> = twice
            .map(|one| Violation::SamePlaceTwice {
                sequence: one.sequence,
            })
            .collect();
        let (in_history, accepted) = (self.history.len(), accepted.len());
        if in_history > accepted + self.unanswered {
            found.push(Violation::Unaccounted {
                in_history,
                accepted,
                unanswered: self.unanswered,
            });
        }
        found
    }

    fn of_clients(&self) -> Vec<Violation> {
        let mut seen = std::collections::HashMap::new();
        let mut found = Vec::new();
        for verdict in &self.verdicts {
            let last = seen.insert(verdict.client, verdict.sequence).unwrap_or(0);
            let forward = if verdict.accepted {
                verdict.sequence > last
            } else {
                verdict.sequence >= last
            };
            if !forward {
                found.push(Violation::WentBack {
                    verdict: *verdict,
                    before: last,
                });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn bid(sequence: i64, amount: i64) -> HistoricBid {
        HistoricBid { sequence, amount }
    }

    fn verdict(client: usize, amount: i64, accepted: bool, sequence: i64, price: i64) -> Verdict {
        Verdict {
            client,
            amount,
            accepted,
            sequence,
            price,
            minimum_next: if sequence == 0 { price } else { price + 1 },
        }
    }

    fn true_story() -> Story {
        Story {
            starting_price: 100,
            increment: 1,
            history: vec![bid(1, 100), bid(2, 105), bid(3, 106)],
            verdicts: vec![
                verdict(1, 99, false, 0, 100),
                verdict(0, 100, true, 1, 100),
                verdict(1, 105, true, 2, 105),
                verdict(0, 105, false, 2, 105),
                verdict(0, 106, true, 3, 106),
            ],
            unanswered: 0,
        }
    }

    #[test]
    fn a_true_story_has_no_contradiction() {
        assert_eq!(true_story().violations(), []);
    }

    #[test]
    fn a_bid_without_an_answer_may_be_in_the_history_or_not() {
        let mut story = true_story();
        story.unanswered = 1;
        assert_eq!(story.violations(), []);
        story.verdicts.pop();
        assert_eq!(story.violations(), []);
    }

    type Lie = fn(&mut Story);

    #[rstest]
    #[case::an_accepted_bid_is_missing(|s: &mut Story| { s.history.pop(); }, "lost")]
    #[case::another_bid_is_at_its_place(|s: &mut Story| s.history[2].amount = 107, "lost")]
    #[case::a_number_is_left_out(|s: &mut Story| s.history[2].sequence = 4, "out of order: bid 3")]
    #[case::a_number_comes_twice(|s: &mut Story| s.history[2].sequence = 2, "out of order: bid 3")]
    #[case::the_price_falls(|s: &mut Story| s.history[1].amount = 99, "out of order: bid 2")]
    #[case::the_price_stands(|s: &mut Story| s.history[1].amount = 100, "out of order: bid 2")]
    #[case::the_first_is_too_low(|s: &mut Story| s.history[0].amount = 99, "out of order: bid 1")]
    #[case::a_bid_is_there_twice(|s: &mut Story| s.history.push(bid(4, 107)), "doubled: the history has 4")]
    #[case::a_place_is_given_twice(
        |s: &mut Story| s.verdicts.push(verdict(2, 106, true, 3, 106)),
        "doubled: two"
    )]
    #[case::accepted_at_no_place(|s: &mut Story| s.verdicts.push(verdict(2, 100, true, 0, 100)), "lost")]
    #[case::an_answer_from_the_future(|s: &mut Story| s.verdicts[3].sequence = 9, "lost")]
    #[case::another_price_is_told(|s: &mut Story| s.verdicts[3].price = 104, "wrong price")]
    #[case::another_minimum_is_told(|s: &mut Story| s.verdicts[3].minimum_next = 107, "wrong least")]
    #[case::a_good_bid_is_refused(|s: &mut Story| s.verdicts[3].amount = 106, "wrongly refused")]
    #[case::a_client_goes_back(|s: &mut Story| s.verdicts.swap(3, 4), "went back")]
    fn every_lie_is_found(#[case] lie: Lie, #[case] named: &str) {
        let mut story = true_story();
        lie(&mut story);
        let found: Vec<_> = story.violations().iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|one| one.starts_with(named)), "{found:?}");
    }
}
