//! The one source of time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use shaku::Interface;

use crate::handed_in;

/// An answer that took longer tells too little about the server's clock.
const LONGEST_ROUND_TRIP: TimeDelta = TimeDelta::milliseconds(50);

/// Tells the time, in UTC and whole microseconds: what both databases keep.
pub trait Clock: Interface {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock, corrected by how far the database's clock is ahead of it, so that several
/// instances on one database agree about the end of a lot.
/// Clones share the correction.
#[derive(Clone, Default)]
pub struct SystemClock {
    ahead_microseconds: Arc<AtomicI64>,
}

handed_in!(dyn Clock: SystemClock);

/// How far a server's clock was found ahead of the machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    /// By how much; negative if it is behind. At most half of the round trip is a mistake.
    pub by: TimeDelta,
    /// How long the question and its answer took.
    pub round_trip: TimeDelta,
}

impl Ahead {
    /// What the server said between two moments of the machine's clock.
    pub fn between(before: DateTime<Utc>, theirs: DateTime<Utc>, after: DateTime<Utc>) -> Self {
        let round_trip = after - before;
        Self {
            by: theirs - (before + round_trip / 2),
            round_trip,
        }
    }

    /// Whether it says anything: the answer came at once, and nobody set the machine's clock meanwhile.
    fn is_precise(&self) -> bool {
        (TimeDelta::zero()..=LONGEST_ROUND_TRIP).contains(&self.round_trip)
    }
}

impl SystemClock {
    /// From now on, counts what the database's clock is ahead, and says so; after an answer that took too
    /// long the correction stays as it was.
    pub fn correct_by(&self, ahead: Ahead) -> bool {
        if !ahead.is_precise() {
            return false;
        }
        let microseconds = ahead.by.num_microseconds().unwrap_or_default();
        self.ahead_microseconds
            .store(microseconds, Ordering::Relaxed);
        true
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else asks"
    )]
    fn now(&self) -> DateTime<Utc> {
        let ahead = TimeDelta::microseconds(self.ahead_microseconds.load(Ordering::Relaxed));
        to_microseconds(Utc::now() + ahead)
    }
}

/// Drops what PostgreSQL would not keep; any time that chrono can hold will do.
pub fn to_microseconds(time: DateTime<Utc>) -> DateTime<Utc> {
    time.trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2026-11-21T12:00:00.123456789Z", "2026-11-21T12:00:00.123456Z")]
    #[case("1900-01-01T00:00:00.000000999Z", "1900-01-01T00:00:00Z")]
    #[case("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z")]
    fn a_time_loses_what_is_smaller_than_a_microsecond(#[case] time: &str, #[case] kept: &str) {
        let parse = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(to_microseconds(parse(time)), parse(kept));
    }

    #[rstest]
    #[case::at_once(0, 1_000, true)]
    #[case::as_long_as_may_be(50, 1_000, true)]
    #[case::too_long(51, 7, false)]
    #[case::after_the_clock_was_set_back(-1, 7, false)]
    fn the_clock_follows_a_server_that_answers_quickly(
        #[case] round_trip: i64,
        #[case] ahead: i64,
        #[case] is_followed: bool,
    ) {
        let milliseconds = TimeDelta::milliseconds;
        let clock = SystemClock::default();
        let before = Ahead {
            by: milliseconds(7),
            round_trip: milliseconds(0),
        };
        assert!(clock.correct_by(before));
        let look = Ahead {
            by: milliseconds(1_000),
            round_trip: milliseconds(round_trip),
        };
        assert_eq!(clock.correct_by(look), is_followed);
        let corrected = clock.ahead_microseconds.load(Ordering::Relaxed);
        assert_eq!(corrected, ahead * 1_000);
    }

    #[test]
    fn a_server_is_taken_to_have_answered_half_way() {
        let at = |milliseconds| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::milliseconds(milliseconds);
        let ahead = Ahead::between(at(1_000), at(1_500), at(1_040));
        assert_eq!(ahead.by, TimeDelta::milliseconds(480));
        assert_eq!(ahead.round_trip, TimeDelta::milliseconds(40));
    }

    #[test]
    fn no_time_is_too_far_away() {
        to_microseconds(DateTime::<Utc>::MAX_UTC);
        to_microseconds(DateTime::<Utc>::MIN_UTC);
    }
}
