//! The one source of time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
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

/// Drops what PostgreSQL would not keep.
pub fn to_microseconds(time: DateTime<Utc>) -> DateTime<Utc> {
    time.duration_trunc(TimeDelta::microseconds(1))
        .expect("a microsecond divides every time that chrono can hold")
}
