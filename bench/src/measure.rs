//! What a run measured, in figures.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::house::{Usage, Watch};

/// Answer times.
#[derive(Debug, Clone, Default)]
pub struct Times {
    sorted: Vec<Duration>,
}

impl Times {
    /// From times in any order.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { sorted: times }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.sorted.len()
    }

    /// The least time that is not exceeded by so many per mille of all; nothing of no times.
    pub fn per_mille(&self, share: usize) -> Option<Duration> {
        let rank = (self.sorted.len() * share).div_ceil(1000).max(1);
        self.sorted.get(rank - 1).copied()
    }

    /// The average.
    pub fn mean(&self) -> Option<Duration> {
        let count = u32::try_from(self.sorted.len()).ok()?;
        let total: Duration = self.sorted.iter().sum();
        total.checked_div(count)
    }

    /// Milliseconds of [`per_mille`](Self::per_mille), zero of no times.
    pub fn milliseconds(&self, share: usize) -> f64 {
        self.per_mille(share).unwrap_or_default().as_secs_f64() * 1_000.0
    }
}

/// A time in which a load is measured: after its warm-up, for so long.
#[derive(Debug)]
pub struct Window {
    watch: Watch,
    from: Instant,
    length: Duration,
    at_begin: Option<(Instant, Usage)>,
    at_end: Option<(Instant, Usage)>,
}

impl Window {
    /// Opens after the warm-up.
    pub fn after(warm_up: Duration, length: Duration, watch: Watch) -> Self {
        Self {
            watch,
            from: Instant::now() + warm_up,
            length,
            at_begin: None,
            at_end: None,
        }
    }

    /// Whether this moment lies in it. To be asked with every answer: at its edges, use is read.
    pub fn holds(&mut self, now: Instant) -> bool {
        if now < self.from {
            return false;
        }
        if self.at_begin.is_none() {
            self.at_begin = Some((now, self.watch.usage()));
        }
        if now < self.from + self.length {
            return true;
        }
        self.shut(now);
        false
    }

    /// Whether it is over.
    pub fn is_over(&self, now: Instant) -> bool {
        now >= self.from + self.length
    }

    /// Ends it, if it has not ended.
    pub fn shut(&mut self, now: Instant) {
        if self.at_begin.is_some() && self.at_end.is_none() {
            self.at_end = Some((now, self.watch.usage()));
        }
    }

    /// How long it was and what was used in it.
    pub fn used(&self) -> (Duration, Usage) {
        match (self.at_begin, self.at_end) {
            (Some((begin, before)), Some((end, after))) => (end - begin, after - before),
            _ => (Duration::ZERO, Usage::default()),
        }
    }
}

/// The figures of one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Answers with a verdict (or what was read) per second.
    pub per_second: f64,
    /// How many those were.
    pub answers: usize,
    /// Accepted bids per second.
    pub accepted_per_second: f64,
    /// Answers that said "full, come back later".
    pub full: u64,
    /// Answers that said "lost the race too often".
    pub gave_up: u64,
    /// An answer took so many milliseconds on average.
    pub mean_ms: f64,
    /// Half of the answers took at most so many.
    pub p50_ms: f64,
    /// 99 of 100 took at most so many.
    pub p99_ms: f64,
    /// All took at most so many.
    pub max_ms: f64,
    /// Processors that the server used, on average.
    pub server_cpus: f64,
    /// Processors that the database server used.
    pub database_cpus: Option<f64>,
    /// Processors that the load generator used.
    pub bench_cpus: f64,
    /// Processors that others used: what disturbed the run.
    pub others_cpus: f64,
    /// The server's memory at the end, in MiB.
    pub server_mib: f64,
    /// The database server's, shared memory counted once.
    pub database_mib: Option<f64>,
}

impl Figures {
    /// From the answers in a window.
    pub fn new(times: &Times, accepted: usize, window: &Window) -> Self {
        let (length, usage) = window.used();
        let seconds = length.as_secs_f64().max(f64::MIN_POSITIVE);
        let cpus = |time: Duration| time.as_secs_f64() / seconds;
        Self {
            per_second: number(times.count()) / seconds,
            answers: times.count(),
            accepted_per_second: number(accepted) / seconds,
            full: 0,
            gave_up: 0,
            mean_ms: times.mean().unwrap_or_default().as_secs_f64() * 1_000.0,
            p50_ms: times.milliseconds(500),
            p99_ms: times.milliseconds(990),
            max_ms: times.milliseconds(1_000),
            server_cpus: cpus(usage.server),
            database_cpus: usage.database.map(cpus),
            bench_cpus: cpus(usage.bench),
            others_cpus: cpus(usage.others()),
            server_mib: mib(window.watch.server_memory()),
            database_mib: window.watch.database_memory().map(mib),
        }
    }
}

/// The run with the median throughput of several.
pub fn median(mut runs: Vec<Figures>) -> Figures {
    runs.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    runs.get(runs.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or_default()
}

/// A count as a number to divide by.
#[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^53")]
pub fn number(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "memory is shown in whole MiB")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(500, 50)]
    #[case(990, 99)]
    #[case(991, 100)]
    #[case(1_000, 100)]
    #[case(0, 1)]
    fn a_percentile_is_the_least_time_that_so_many_do_not_exceed(
        #[case] share: usize,
        #[case] milliseconds: u64,
    ) {
        let times = Times::new((1..=100).rev().map(Duration::from_millis).collect());
        let expected = Duration::from_millis(milliseconds);
        assert_eq!(times.per_mille(share), Some(expected));
    }

    #[test]
    fn of_one_time_every_percentile_is_that_time_and_of_none_nothing() {
        let one = Times::new(vec![Duration::from_millis(7)]);
        assert!((one.milliseconds(500) - 7.0).abs() < 1e-9);
        assert!((one.milliseconds(990) - 7.0).abs() < 1e-9);
        assert_eq!(one.mean(), Some(Duration::from_millis(7)));
        assert_eq!(Times::default().per_mille(990), None);
        assert_eq!(Times::default().mean(), None);
    }

    #[test]
    fn the_median_run_is_the_middle_one() {
        let run = |per_second| Figures {
            per_second,
            ..Figures::default()
        };
        let of_three = median(vec![run(3.0), run(1.0), run(2.0)]);
        assert_eq!(of_three, run(2.0));
        assert_eq!(median(vec![run(3.0), run(1.0)]), run(1.0));
    }
}
