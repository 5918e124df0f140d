//! Which bids may be taken back.

use chrono::{DateTime, TimeDelta, Utc};

use super::bid::Bid;
use super::refusals::Refusal;
use crate::ids::BidderId;

/// While more than this is left, bidders may withdraw all their bids.
const FREELY_UNTIL: TimeDelta = TimeDelta::hours(12);
/// Later they may withdraw only the latest they ever placed, for this long after placing it.
const REGRET: TimeDelta = TimeDelta::hours(1);

/// The lines of the bids that a bidder may withdraw now.
pub(super) fn open_to_bidder(
    history: &[Bid],
    bidder: BidderId,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, Refusal> {
    let own = || history.iter().filter(|bid| bid.bidder == bidder);
    let standing = || own().filter(|bid| !bid.withdrawn).map(|bid| bid.line);
    if ends_at - now > FREELY_UNTIL && standing().next().is_some() {
        return Ok(standing().collect());
    }
    // Withdrawing the latest does not make the one before it the latest.
    let latest = own().max_by_key(|bid| bid.line);
    let latest = latest
        .filter(|bid| !bid.withdrawn)
        .ok_or(Refusal::NothingToWithdraw)?;
    if now - latest.placed_at > REGRET {
        return Err(Refusal::TooLateToWithdraw);
    }
    Ok(vec![latest.line])
}

/// The lines that staff named, each once. A leader's raises that moved nothing are seen by nobody and have no
/// number to be named by: they go with the bidder's bid before them.
pub(super) fn named_by_staff(history: &[Bid], named: &[i64]) -> Result<Vec<i64>, Refusal> {
    let mut chosen = Vec::new();
    for line in named {
        let bid = history.iter().find(|bid| bid.line == *line);
        let bid = bid.ok_or(Refusal::NothingToWithdraw)?;
        if bid.withdrawn {
            return Err(Refusal::AlreadyWithdrawn);
        }
        let raises = history.iter().filter(|raise| {
            let unseen = raise.number.is_none() && bid.number.is_some();
            unseen && raise.bidder == bid.bidder && raise.line > bid.line && !raise.withdrawn
        });
        chosen.push(*line);
        chosen.extend(raises.map(|raise| raise.line));
    }
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.is_empty() {
        return Err(Refusal::NothingToWithdraw);
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use rstest::rstest;

    use super::*;
    use crate::ids::BidId;

    fn end() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 28, 12, 0, 0).unwrap()
    }

    /// Bids of one bidder, so many minutes before the end each.
    fn history(bidder: BidderId, minutes_before: &[i64]) -> Vec<Bid> {
        let bid = |(index, minutes): (i64, &i64)| Bid {
            id: BidId::generate(),
            line: index,
            number: Some(index),
            bidder,
            maximum: index,
            price: index,
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
        let expected: Vec<i64> = gone.iter().map(|index| bids[*index].line).collect();
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
        assert!(matches!(refused, Err(Refusal::TooLateToWithdraw)));
    }

    #[test]
    fn only_the_latest_is_withdrawn_and_not_the_one_before_it_after_that() {
        let bidder = BidderId::generate();
        let mut bids = history(bidder, &[30, 20]);
        bids[1].withdrawn = true;
        let now = end() - TimeDelta::minutes(10);
        let nothing = open_to_bidder(&bids, bidder, end(), now);
        assert!(matches!(nothing, Err(Refusal::NothingToWithdraw)));
        let early = end() - TimeDelta::hours(13);
        let open = open_to_bidder(&bids, bidder, end(), early).unwrap();
        assert_eq!(open, [bids[0].line], "while the end is far all go");
    }

    #[test]
    fn the_raises_that_nobody_sees_go_with_the_bid_before_them() {
        let (leader, other) = (BidderId::generate(), BidderId::generate());
        let mut bids = history(leader, &[90, 80, 70, 60]);
        bids[1].number = None;
        bids[3].number = None;
        bids.extend(history(other, &[50]));
        bids[4].line = 5;
        assert_eq!(named_by_staff(&bids, &[3]).unwrap(), [3, 4]);
        assert_eq!(named_by_staff(&bids, &[1, 4]).unwrap(), [1, 2, 4]);
        assert_eq!(named_by_staff(&bids, &[5]).unwrap(), [5]);
        bids[3].withdrawn = true;
        assert_eq!(named_by_staff(&bids, &[3]).unwrap(), [3]);
    }
}
