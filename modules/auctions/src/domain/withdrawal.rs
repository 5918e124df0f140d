//! Which bids may be taken back.

use chrono::{DateTime, TimeDelta, Utc};

use super::bid::Bid;
use super::refusals::WithdrawBidsError;
use crate::ids::{BidId, BidderId};

/// While more than this is left, bidders may withdraw all their bids.
const FREELY_UNTIL: TimeDelta = TimeDelta::hours(12);
/// Later they may withdraw only the latest, for this long after placing it.
const REGRET: TimeDelta = TimeDelta::hours(1);

/// The bids that a bidder may withdraw now.
pub(super) fn open_to_bidder(
    history: &[Bid],
    bidder: BidderId,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<BidId>, WithdrawBidsError> {
    let own = || {
        history
            .iter()
            .filter(|bid| bid.bidder == bidder && !bid.withdrawn)
    };
    let latest = own()
        .max_by_key(|bid| bid.sequence)
        .ok_or(WithdrawBidsError::NothingToWithdraw)?;
    if ends_at - now > FREELY_UNTIL {
        return Ok(own().map(|bid| bid.id).collect());
    }
    if now - latest.placed_at > REGRET {
        return Err(WithdrawBidsError::TooLate);
    }
    Ok(vec![latest.id])
}

/// The bids that staff named, each once.
pub(super) fn named_by_staff(
    history: &[Bid],
    named: &[BidId],
) -> Result<Vec<BidId>, WithdrawBidsError> {
    let mut chosen = Vec::new();
    for id in named {
        let bid = history.iter().find(|bid| bid.id == *id);
        let bid = bid.ok_or(WithdrawBidsError::UnknownBid(*id))?;
        if bid.withdrawn {
            return Err(WithdrawBidsError::AlreadyWithdrawn(*id));
        }
        if !chosen.contains(id) {
            chosen.push(*id);
        }
    }
    if chosen.is_empty() {
        return Err(WithdrawBidsError::NothingToWithdraw);
    }
    Ok(chosen)
}
