//! Takes what is due and runs it.

use std::collections::VecDeque;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use chrono::TimeDelta;

use super::claim::{self, Claim, LEASE};
use super::policy::backoff;
use super::rota::Rota;
use super::runner::{DeliveryError, Workshop};
use super::running::{Held, RunningWorkers, WorkerSettings};
use super::{Bell, taking, upkeep};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::injectable;
use crate::locks::LockFactory;
use crate::subscriptions::{Later, Subscriptions};
use crate::transactions::Transactions;
use crate::unit_of_work::UnitOfWork;

const LOCKED_DELAY: TimeDelta = TimeDelta::milliseconds(100);

/// Delivers what the outbox holds.
pub struct DeliveryWorker {
    pub(super) transactions: Arc<Transactions>,
    subscriptions: Arc<Subscriptions>,
    locks: Arc<LockFactory>,
    pub(super) bell: Arc<Bell>,
    pub(super) clock: Arc<dyn Clock>,
}

injectable!(DeliveryWorker {
    transactions: Transactions,
    subscriptions: Subscriptions,
    locks: LockFactory,
    bell: Bell,
    clock: dyn Clock,
});

impl DeliveryWorker {
    /// Delivers everything that is due, on this thread, until nothing is left; says how many deliveries
    /// were tried. For tests and commands; a server runs [`start`](Self::start).
    pub fn run_due(&self) -> Result<usize, Failure> {
        let (held, mut rota) = (Held::default(), Rota::default());
        let mut tried = 0;
        loop {
            let claims = self.take("run-due", &mut rota, &held)?;
            if claims.is_empty() {
                return Ok(tried);
            }
            tried += claims.len();
            self.deliver(claims, &held, &|| false);
        }
    }

    /// Returns deliveries whose worker vanished to the queue, or declares them dead after three times;
    /// says how many. Running workers do this every ten seconds.
    pub fn rescue_expired(&self) -> Result<usize, Failure> {
        self.transactions.run(claim::rescue_expired)
    }

    /// Deletes what was finished longer ago than `keep`; says how many deliveries went. Running workers
    /// do this every hour.
    pub fn prune(&self, keep: TimeDelta) -> Result<usize, Failure> {
        upkeep::prune(&self.transactions, keep)
    }

    /// Starts the workers of this process.
    pub fn start(self: &Arc<Self>, settings: WorkerSettings) -> RunningWorkers {
        RunningWorkers::start(Arc::clone(self), settings)
    }

    /// Takes deliveries of whoever waited longest: several for one batch handler, or a few for the others.
    pub(super) fn take(
        &self,
        owner: &str,
        rota: &mut Rota,
        held: &Held,
    ) -> Result<Vec<Claim>, Failure> {
        let now = self.clock.now();
        let handlers = self.subscriptions.handler_names();
        let due = self
            .transactions
            .read(|reader| taking::due(&handlers, now, reader.connection()))?;
        for turn in rota.turns(&due, &self.subscriptions) {
            let claims = self
                .transactions
                .run(|uow| taking::take(&turn.shares, owner, uow))?;
            if !claims.is_empty() {
                rota.serve(&turn);
                held.add(&claims, now + LEASE);
                return Ok(claims);
            }
        }
        Ok(Vec::new())
    }

    /// Delivers what was taken together. After a stop, what was not begun is handed back.
    pub(super) fn deliver(&self, claims: Vec<Claim>, held: &Held, stopping: &dyn Fn() -> bool) {
        if stopping() {
            return self.hand_back(&claims, held);
        }
        let mut alone = VecDeque::from(self.deliver_together(claims, held));
        while let Some(claim) = alone.pop_front() {
            self.deliver_alone(&claim, held);
            if stopping() {
                return self.hand_back(alone.make_contiguous(), held);
            }
        }
    }

    /// Runs the deliveries of a batch handler in one transaction; returns those that are to run alone: all of
    /// an ordinary handler, those that failed before, and all of a batch that failed.
    fn deliver_together(&self, claims: Vec<Claim>, held: &Held) -> Vec<Claim> {
        let later = claims.first().and_then(|claim| self.later(claim));
        let Some(later) = later.filter(|later| later.batch.is_some()) else {
            return claims;
        };
        let (mut fresh, retried): (Vec<_>, Vec<_>) =
            claims.into_iter().partition(|claim| claim.attempt == 1);
        if fresh.len() > 1 {
            let started = Instant::now();
            match self.run(&fresh, later, held) {
                Ok(()) => {
                    held.remove(&fresh);
                    count(later, "done", fresh.len(), started);
                    return retried;
                }
                Err(Some(error)) if error.is_outage() => {
                    fresh.extend(retried);
                    self.hand_back(&fresh, held);
                    return Vec::new();
                }
                Err(error) => {
                    let (handler, reason) = (later.name, reason(error.as_ref()));
                    tracing::warn!(handler, reason, "a batch failed: its deliveries run alone");
                }
            }
        }
        fresh.extend(retried);
        fresh
    }

    fn deliver_alone(&self, claim: &Claim, held: &Held) {
        let Some(later) = self.later(claim) else {
            return;
        };
        let started = Instant::now();
        let outcome = match self.run(std::slice::from_ref(claim), later, held) {
            Ok(()) => "done",
            Err(error) => self.settle(claim, later, error.as_ref()),
        };
        held.remove(std::slice::from_ref(claim));
        count(later, outcome, 1, started);
    }

    fn later(&self, claim: &Claim) -> Option<&Later> {
        self.subscriptions.later(&claim.handler)
    }

    /// Runs the handler; a missing error is a panic.
    fn run(
        &self,
        claims: &[Claim],
        later: &Later,
        held: &Held,
    ) -> Result<(), Option<DeliveryError>> {
        let still_held = || held.surely_until(claims, self.clock.now() + LEASE / 3);
        let workshop = Workshop {
            claims,
            transactions: &self.transactions,
            locks: &self.locks,
            still_held: &still_held,
        };
        let result = catch_unwind(AssertUnwindSafe(|| later.runner.run(&workshop)));
        result.map_err(|_| None)?.map_err(Some)
    }

    /// Puts a delivery that failed where it belongs; a missing error is a panic.
    fn settle(&self, claim: &Claim, later: &Later, error: Option<&DeliveryError>) -> &'static str {
        let now = self.clock.now();
        let handler = later.name;
        let (settled, outcome) = match error {
            Some(DeliveryError::ClaimLost) => {
                tracing::warn!(handler, delivery = %claim.id, "a claim was lost");
                return "lost";
            }
            Some(DeliveryError::Locked(_)) => {
                let (claims, again) = (std::slice::from_ref(claim), now + LOCKED_DELAY);
                let hand_back = |uow: &mut UnitOfWork| claim::hand_back(claims, again, uow);
                (self.transactions.run(hand_back), "locked")
            }
            _ => {
                let reason = reason(error);
                let dead = claim.attempt >= later.policy.max_attempts;
                tracing::warn!(handler, delivery = %claim.id, attempt = claim.attempt, dead, reason,
                    "a delivery failed");
                let wait = TimeDelta::from_std(backoff(claim.attempt)).unwrap_or(TimeDelta::MAX);
                let retry_at = (!dead).then(|| now + wait);
                let give_up = |uow: &mut UnitOfWork| claim::give_up(claim, retry_at, &reason, uow);
                let outcome = if dead { "dead" } else { "failed" };
                (self.transactions.run(give_up), outcome)
            }
        };
        if let Err(error) = settled {
            tracing::warn!(handler, %error, "a failed delivery waits for its lease to run out");
        }
        outcome
    }

    /// Gives claims back untried.
    pub(super) fn hand_back(&self, claims: &[Claim], held: &Held) {
        if claims.is_empty() {
            return;
        }
        let now = self.clock.now();
        let handed_back = self
            .transactions
            .run(|uow| claim::hand_back(claims, now, uow));
        if let Err(error) = handed_back {
            tracing::warn!(%error, "unfinished claims wait for their leases to run out");
        }
        held.remove(claims);
    }
}

fn count(later: &Later, outcome: &'static str, deliveries: usize, started: Instant) {
    let labels = [("handler", later.name), ("outcome", outcome)];
    metrics::counter!("gavel_deliveries_total", &labels).increment(deliveries as u64);
    metrics::histogram!("gavel_delivery_seconds", "handler" => later.name)
        .record(started.elapsed().as_secs_f64());
}

/// Why a delivery failed; a missing error is a panic.
fn reason(error: Option<&DeliveryError>) -> String {
    error.map_or_else(|| "the handler panicked".to_owned(), |e| full_text(e))
}

/// The text of an error and of all its causes.
pub(super) fn full_text(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests;
