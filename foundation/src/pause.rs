//! The one place that lets time pass on purpose.

use std::time::{Duration, Instant};

/// Waits. For short retries only: whatever must end when the application stops waits on its bell.
pub(crate) fn pause(time: Duration) {
    let until = Instant::now() + time;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}

/// A duration up to a tenth shorter or longer, so that those who failed together do not retry together.
pub(crate) fn with_jitter(time: Duration) -> Duration {
    time.mul_f64(0.9 + 0.2 * fastrand::f64())
}
