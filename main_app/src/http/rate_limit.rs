//! How many requests one client may send.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::configuration::HttpSection;

/// Counts the requests of each client. Each process counts for itself: this protects the process, not an
/// account; guessing of passwords is counted in the database.
pub(super) struct RateLimit {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl RateLimit {
    pub(super) fn new(settings: &HttpSection) -> Self {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(settings.requests_per_second))
            .allow_burst(at_least_one(settings.burst));
        Self {
            limiter: DefaultKeyedRateLimiter::keyed(quota),
            clock: DefaultClock::default(),
        }
    }

    /// Lets the client in, or says how long to wait.
    pub(super) fn admit(&self, client: IpAddr) -> Result<(), Duration> {
        self.limiter
            .check_key(&network(client))
            .map_err(|refused| refused.wait_time_from(self.clock.now()))
    }

    /// Forgets clients that have been quiet long enough to start afresh.
    pub(super) fn forget_the_quiet(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// One subscriber commonly has a whole /64 of IPv6 addresses, so that counts as one client.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_in_and_the_next_request_waits() {
        let limit = RateLimit::new(&HttpSection {
            requests_per_second: 1,
            burst: 2,
            ..HttpSection::default()
        });
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::2".parse().unwrap();
        let other: IpAddr = "192.0.2.1".parse().unwrap();
        assert!(limit.admit(one).is_ok());
        assert!(limit.admit(neighbour).is_ok());
        assert!(limit.admit(one).unwrap_err() > Duration::ZERO);
        assert!(limit.admit(other).is_ok());
    }
}
