//! The one source of time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use shaku::Interface;

use crate::handed_in;

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

impl SystemClock {
    /// From now on, counts what the database's clock is ahead (or, negative, behind).
    pub fn correct_by(&self, ahead: TimeDelta) {
        let microseconds = ahead.num_microseconds().unwrap_or_default();
        self.ahead_microseconds
            .store(microseconds, Ordering::Relaxed);
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

    #[test]
    fn no_time_is_too_far_away() {
        to_microseconds(DateTime::<Utc>::MAX_UTC);
        to_microseconds(DateTime::<Utc>::MIN_UTC);
    }
}
