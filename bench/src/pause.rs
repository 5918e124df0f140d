//! Waiting for another process.

use std::time::{Duration, Instant};

/// Lets another process have its time.
pub fn pause(time: Duration) {
    let until = Instant::now() + time;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}
