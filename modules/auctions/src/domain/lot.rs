//! A lot as the rules see it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::standing::Standing;
use super::terms::{Reserve, Terms};
use crate::ids::{BidderId, SellerId};

/// How long after the end the hammer falls, so that bids which arrived in time have their turn.
const GRACE: TimeDelta = TimeDelta::milliseconds(250);

/// All that the rules need to know of a lot to decide the next command on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lot {
    pub(crate) seller: SellerId,
    pub(crate) terms: Terms,
    pub(crate) reserve: Option<Reserve>,
    pub(crate) standing: Standing,
    /// Bids that count: seen by everybody and not withdrawn.
    pub(crate) bids: i64,
    /// The number of the newest bid that everybody sees; withdrawn ones keep theirs.
    pub(crate) last_number: i64,
    pub(crate) opens_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    /// The soft close moves the end no further than this.
    pub(crate) latest_end: Option<DateTime<Utc>>,
    pub(crate) ending: Option<Ending>,
    /// Second chances that were offered, oldest first. Known once the lot has ended.
    pub(crate) offers: Vec<Offer>,
}

/// The lot has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) at: DateTime<Utc>,
    pub(crate) result: EndResult,
}

/// How a lot ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndResult {
    /// To the leader, at the price.
    Sold,
    /// Without a bid, or below the reserve.
    Unsold,
    /// Taken off before its end.
    Cancelled,
}

/// A second chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) bidder: BidderId,
    /// The bidder's own highest bid, in minor units.
    pub(crate) price: i64,
    pub(crate) made_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) state: OfferState,
}

/// What became of a second chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    /// It waits for an answer.
    Open,
    /// The bidder buys.
    Accepted,
    /// The bidder does not want it.
    Declined,
    /// Nobody answered in time.
    Expired,
}

impl Lot {
    /// A lot before its first bid.
    pub(crate) fn open(
        seller: SellerId,
        terms: Terms,
        reserve: Option<Reserve>,
        opens_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
    ) -> Self {
        Self {
            seller,
            standing: Standing::opening(&terms),
            terms,
            reserve,
            bids: 0,
            last_number: 0,
            opens_at,
            ends_at,
            latest_end: None,
            ending: None,
            offers: Vec::new(),
        }
    }

    /// The least next bid of anybody but the leader.
    pub(crate) fn minimum_next(&self) -> i64 {
        self.standing.minimum_next(&self.terms)
    }

    /// The earliest moment at which the hammer may fall.
    pub(crate) fn closing_due_at(&self) -> DateTime<Utc> {
        self.ends_at + GRACE
    }

    /// Whether a bid that arrives at this moment is too late.
    pub(crate) fn is_over(&self, at: DateTime<Utc>) -> bool {
        self.ending.is_some() || at >= self.ends_at
    }

    /// Whether the reserve is met, where there is one.
    pub(crate) fn reserve_met(&self) -> Option<bool> {
        self.reserve.map(|_| self.standing.reserve_met)
    }

    /// The price at which the lot can be bought at once: until the first bid or, with a reserve, until that
    /// is met.
    pub(crate) fn buy_now(&self) -> Option<i64> {
        let contested = match self.reserve {
            None => self.standing.leader.is_some(),
            Some(_) => self.standing.reserve_met,
        };
        self.terms
            .buy_now
            .filter(|_| !contested && self.ending.is_none())
    }

    /// Who bought the lot when it ended.
    pub(crate) fn winner(&self) -> Option<BidderId> {
        match self.ending?.result {
            EndResult::Sold => self.standing.leader.map(|leader| leader.bidder),
            EndResult::Unsold | EndResult::Cancelled => None,
        }
    }
}

impl Offer {
    /// From this moment on, and not before, it may be taken as expired: answers that arrived in time have
    /// their turn first.
    pub(crate) fn expiry_due_at(&self) -> DateTime<Utc> {
        self.expires_at + GRACE
    }
}
