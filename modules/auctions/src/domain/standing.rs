//! Who leads, at what price, and what the next bid must reach.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::bid::Bid;
use super::terms::{Bidding, Reserve, Terms};
use crate::ids::BidderId;

/// A bidder with the highest amount they have bid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) bidder: BidderId,
    /// In minor units. With proxy bidding nobody else may see it.
    pub(crate) maximum: i64,
}

/// Without the maximum.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("bidder", &self.bidder)
            .finish_non_exhaustive()
    }
}

/// The two best bidders and what follows from them: enough to consider the next bid, however many there
/// were before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) leader: Option<Place>,
    pub(crate) runner_up: Option<Place>,
    /// In minor units: the starting price until somebody bids.
    pub(crate) price: i64,
    /// Whether the leader has reached the reserve, where there is one.
    pub(crate) reserve_met: bool,
}

impl Standing {
    /// Before the first bid.
    pub(crate) fn opening(terms: &Terms) -> Self {
        Self {
            leader: None,
            runner_up: None,
            price: terms.starting_price,
            reserve_met: false,
        }
    }

    /// As the given bids leave it; withdrawn ones do not count. Bidders are ranked by the highest amount
    /// they bid, and those with the same amount by who reached it first.
    pub(crate) fn from_bids<'b>(
        terms: &Terms,
        reserve: Option<Reserve>,
        bids: impl IntoIterator<Item = &'b Bid>,
    ) -> Self {
        let mut best: HashMap<BidderId, (i64, Reverse<i64>)> = HashMap::new();
        let mut newest = 0;
        for bid in bids.into_iter().filter(|bid| !bid.withdrawn) {
            let reached = (bid.maximum, Reverse(bid.line));
            let known = best.entry(bid.bidder).or_insert(reached);
            *known = reached.max(*known);
            newest = newest.max(bid.line);
        }
        let mut ranked: Vec<_> = best.into_iter().collect();
        ranked.sort_by_key(|(_, reached)| Reverse(*reached));
        let place = |index: usize| {
            let (bidder, (maximum, _)) = *ranked.get(index)?;
            Some(Place { bidder, maximum })
        };
        let since = reserve.map_or(0, |reserve| reserve.since);
        let reserve = reserve.filter(|_| newest > since);
        Self::of(terms, reserve, place(0), place(1))
    }

    /// As one more bid leaves it. The bid must be acceptable, see [`least`](Self::least).
    pub(crate) fn with_bid(
        &self,
        terms: &Terms,
        reserve: Option<Reserve>,
        bidder: BidderId,
        maximum: i64,
    ) -> Self {
        let new = Some(Place { bidder, maximum });
        let (leader, runner_up) = match self.leader {
            None => (new, None),
            Some(leader) if leader.bidder == bidder => (new, self.runner_up),
            Some(leader) if maximum > leader.maximum => (new, self.leader),
            Some(_) => (self.leader, new),
        };
        Self::of(terms, reserve, leader, runner_up)
    }

    fn of(
        terms: &Terms,
        reserve: Option<Reserve>,
        leader: Option<Place>,
        runner_up: Option<Place>,
    ) -> Self {
        let reached = reserve.filter(|reserve| leader.is_some_and(|l| l.maximum >= reserve.price));
        let floor = reached.map_or(terms.starting_price, |reserve| {
            reserve.price.max(terms.starting_price)
        });
        let price = match (terms.bidding, leader, runner_up) {
            (_, None, _) => terms.starting_price,
            (Bidding::Plain, Some(leader), _) => leader.maximum,
            (Bidding::Proxy, Some(_), None) => floor,
            (Bidding::Proxy, Some(leader), Some(second)) => {
                let above_second = second.maximum + terms.step(second.maximum);
                leader.maximum.min(floor.max(above_second))
            }
        };
        Self {
            leader,
            runner_up,
            price,
            reserve_met: reached.is_some(),
        }
    }

    /// The least that anybody but the leader may bid: the starting price, later the price and its step.
    pub(crate) fn minimum_next(&self, terms: &Terms) -> i64 {
        if self.leader.is_none() {
            return terms.starting_price;
        }
        self.price + terms.step(self.price)
    }

    /// The least that this bidder may bid. With proxy bidding the leader only raises the own maximum.
    pub(crate) fn least(&self, terms: &Terms, bidder: BidderId) -> i64 {
        match (terms.bidding, self.leader) {
            (Bidding::Proxy, Some(leader)) if leader.bidder == bidder => leader.maximum + 1,
            (Bidding::Plain | Bidding::Proxy, _) => self.minimum_next(terms),
        }
    }

    /// Whether this bidder leads.
    pub(crate) fn is_led_by(&self, bidder: BidderId) -> bool {
        self.leader.is_some_and(|leader| leader.bidder == bidder)
    }
}
