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

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use foundation::{Currency, Money};
    use rstest::rstest;

    use super::*;

    fn end() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 28, 12, 0, 0).unwrap()
    }

    /// Bids of one bidder, so many minutes before the end each.
    fn history(bidder: BidderId, minutes_before: &[i64]) -> Vec<Bid> {
        let bid = |(index, minutes): (i64, &i64)| Bid {
            id: BidId::generate(),
            sequence: index,
            bidder,
            amount: Money::from_minor_units(Currency::USD, index).unwrap(),
            placed_at: end() - TimeDelta::minutes(*minutes),
            withdrawn: false,
        };
        (1..).zip(minutes_before).map(bid).collect()
    }

    /// When the bids were placed and when the bidder regrets them, in minutes before the end; which go.
    #[rstest]
    #[case::all_while_more_than_twelve_hours_are_left(&[3000, 2000, 721], 721, &[0, 1, 2])]
    #[case::the_latest_at_twelve_hours(&[3000, 2000, 730], 720, &[2])]
    #[case::the_latest_up_to_an_hour_after(&[3000, 70], 10, &[1])]
    #[case::the_latest_in_the_last_minute(&[3000, 2], 1, &[1])]
    fn what_a_bidder_may_withdraw(
        #[case] placed: &[i64],
        #[case] regretted: i64,
        #[case] gone: &[usize],
    ) {
        let bidder = BidderId::generate();
        let mut bids = history(bidder, placed);
        bids.extend(history(BidderId::generate(), placed));
        let now = end() - TimeDelta::minutes(regretted);
        let expected: Vec<BidId> = gone.iter().map(|index| bids[*index].id).collect();
        let open = open_to_bidder(&bids, bidder, end(), now).unwrap();
        assert_eq!(open, expected);
    }

    #[rstest]
    #[case::an_hour_and_a_minute(&[3000, 71], 10)]
    #[case::long_ago(&[3000], 720)]
    fn what_a_bidder_regrets_too_late(#[case] placed: &[i64], #[case] regretted: i64) {
        let bidder = BidderId::generate();
        let bids = history(bidder, placed);
        let now = end() - TimeDelta::minutes(regretted);
        let refused = open_to_bidder(&bids, bidder, end(), now);
        assert!(matches!(refused, Err(WithdrawBidsError::TooLate)));
    }

    #[test]
    fn a_withdrawn_bid_is_not_the_latest() {
        let bidder = BidderId::generate();
        let mut bids = history(bidder, &[30, 20]);
        bids[1].withdrawn = true;
        let now = end() - TimeDelta::minutes(10);
        let open = open_to_bidder(&bids, bidder, end(), now).unwrap();
        assert_eq!(open, [bids[0].id]);
        bids[0].withdrawn = true;
        let nothing = open_to_bidder(&bids, bidder, end(), now);
        assert!(matches!(nothing, Err(WithdrawBidsError::NothingToWithdraw)));
    }
}
