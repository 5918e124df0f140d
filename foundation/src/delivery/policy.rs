//! How often a delivery is tried.

use std::time::Duration;

use crate::pause::with_jitter;

const FIRST_BACKOFF: Duration = Duration::from_secs(2);
const BACKOFF_FACTOR: f64 = 2.8;

/// What happens to a delivery that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Tries before the delivery is dead. The default of 12 takes about a day.
    pub max_attempts: i32,
    /// Whether a dead delivery holds up later ones of the same aggregate.
    pub blocks: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_attempts: 12,
            blocks: true,
        }
    }
}

impl Policy {
    /// A policy whose dead deliveries do not hold up later ones.
    pub const fn not_blocking() -> Self {
        Self {
            max_attempts: 12,
            blocks: false,
        }
    }
}

/// How long to wait after the given attempt (the first is 1) has failed.
pub(super) fn backoff(attempt: i32) -> Duration {
    with_jitter(FIRST_BACKOFF.mul_f64(BACKOFF_FACTOR.powi(attempt.clamp(1, 16) - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_attempts_take_about_a_day() {
        let hours = (1..12).map(backoff).sum::<Duration>().as_secs_f64() / 3600.0;
        assert!((20.0..32.0).contains(&hours), "{hours} h");
    }
}
