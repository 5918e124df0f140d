//! Workers: they claim what is due and run it.

use std::collections::HashMap;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::claim::{self, Claim, Claimant, LEASE, RENEWAL};
use super::policy::backoff;
use super::runner::{DeliveryError, Workshop};
use super::{Bell, DeliveryId, upkeep};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::injectable;
use crate::locks::LockFactory;
use crate::pause::{pause, with_jitter};
use crate::subscriptions::{Later, Subscriptions};
use crate::transactions::Transactions;

const POLL: Duration = Duration::from_secs(1);
const BATCH: i64 = 8;
const LOCKED_DELAY: TimeDelta = TimeDelta::milliseconds(100);

/// How many workers a process runs, and what they keep.
#[derive(Debug, Clone, Copy)]
pub struct WorkerSettings {
    /// Threads that deliver.
    pub threads: usize,
    /// Finished deliveries older than this are pruned.
    pub keep_finished: TimeDelta,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            threads: 2,
            keep_finished: TimeDelta::days(30),
        }
    }
}

/// Delivers what the outbox holds.
pub struct DeliveryWorker {
    transactions: Arc<Transactions>,
    subscriptions: Arc<Subscriptions>,
    locks: Arc<LockFactory>,
    bell: Arc<Bell>,
    clock: Arc<dyn Clock>,
}

injectable!(DeliveryWorker {
    transactions: Transactions,
    subscriptions: Subscriptions,
    locks: LockFactory,
    bell: Bell,
    clock: dyn Clock,
});

/// Claims of one process, with the moment until which each is surely held.
#[derive(Default)]
struct Held(Mutex<HashMap<DeliveryId, (Claim, DateTime<Utc>)>>);

impl Held {
    fn lock(&self) -> MutexGuard<'_, HashMap<DeliveryId, (Claim, DateTime<Utc>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn until(&self, id: DeliveryId) -> Option<DateTime<Utc>> {
        self.lock().get(&id).map(|(_, until)| *until)
    }
}

impl DeliveryWorker {
    /// Delivers everything that is due, on this thread, until nothing is left; says how many deliveries
    /// were tried. For tests and commands; a server runs [`start`](Self::start).
    pub fn run_due(&self) -> Result<usize, Failure> {
        let held = Held::default();
        let mut tried = 0;
        loop {
            let claims = self.claim("run-due", &held)?;
            if claims.is_empty() {
                return Ok(tried);
            }
            for claim in claims {
                tried += 1;
                self.deliver(&claim, &held);
            }
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
        let shared = Arc::new(Shared {
            worker: Arc::clone(self),
            stopping: AtomicBool::new(false),
            held: Held::default(),
            owner: format!("{}-{}", std::process::id(), crate::ids::random_id()),
            settings,
        });
        let spawn = |name: String, body: fn(&Shared)| {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name(name)
                .spawn(move || body(&shared))
                .expect("the system has a thread left for a worker")
        };
        let mut threads = vec![spawn("delivery-upkeep".into(), Shared::keep_up)];
        for number in 1..=settings.threads {
            threads.push(spawn(format!("delivery-{number}"), Shared::work));
        }
        RunningWorkers { shared, threads }
    }

    fn claim(&self, owner: &str, held: &Held) -> Result<Vec<Claim>, Failure> {
        let now = self.clock.now();
        if !self
            .transactions
            .read(|reader| claim::anything_due(reader.connection(), now))?
        {
            return Ok(Vec::new());
        }
        let handlers = self.subscriptions.handler_names();
        let claimant = Claimant {
            owner,
            handlers: &handlers,
            limit: BATCH,
        };
        let claims = self.transactions.run(|uow| claim::claim(&claimant, uow))?;
        let mut all_held = held.lock();
        for claim in &claims {
            all_held.insert(claim.id, (claim.clone(), now + LEASE));
        }
        Ok(claims)
    }

    fn deliver(&self, claim: &Claim, held: &Held) {
        let Some(later) = self.subscriptions.later(&claim.handler) else {
            return;
        };
        let still_held = || {
            let until = held.until(claim.id);
            until.is_some_and(|until| until > self.clock.now() + LEASE / 3)
        };
        let workshop = Workshop {
            claim,
            transactions: &self.transactions,
            locks: &self.locks,
            still_held: &still_held,
        };
        let started = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| later.runner.run(&workshop)));
        let outcome = match result {
            Ok(Ok(())) => "done",
            Ok(Err(error)) => self.settle(claim, later, Some(&error)),
            Err(_) => self.settle(claim, later, None),
        };
        held.lock().remove(&claim.id);
        let labels = [("handler", later.name), ("outcome", outcome)];
        metrics::counter!("gavel_deliveries_total", &labels).increment(1);
        metrics::histogram!("gavel_delivery_seconds", "handler" => later.name)
            .record(started.elapsed().as_secs_f64());
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
                let again = now + LOCKED_DELAY;
                let settled = self.transactions.run(|uow| claim.hand_back(again, uow));
                (settled, "locked")
            }
            _ => {
                let reason =
                    error.map_or_else(|| "the handler panicked".to_owned(), |e| full_text(e));
                let dead = claim.attempt >= later.policy.max_attempts;
                tracing::warn!(handler, delivery = %claim.id, attempt = claim.attempt, dead, reason,
                    "a delivery failed");
                let wait = TimeDelta::from_std(backoff(claim.attempt)).unwrap_or(TimeDelta::MAX);
                let retry_at = (!dead).then(|| now + wait);
                let settled = self
                    .transactions
                    .run(|uow| claim.give_up(retry_at, &reason, uow));
                (settled, if dead { "dead" } else { "failed" })
            }
        };
        if let Err(error) = settled {
            tracing::warn!(handler, %error, "a failed delivery waits for its lease to run out");
        }
        outcome
    }
}

/// The text of an error and of all its causes.
fn full_text(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

struct Shared {
    worker: Arc<DeliveryWorker>,
    stopping: AtomicBool,
    held: Held,
    owner: String,
    settings: WorkerSettings,
}

impl Shared {
    fn work(&self) {
        let worker = &self.worker;
        while !self.stopping() {
            let heard = worker.bell.rings();
            let claims = match worker.claim(&self.owner, &self.held) {
                Ok(claims) => claims,
                Err(error) => {
                    tracing::warn!(error = full_text(&error), "deliveries could not be claimed");
                    Vec::new()
                }
            };
            if claims.is_empty() {
                worker.bell.wait(heard, with_jitter(POLL));
            }
            for claim in claims {
                if self.stopping() {
                    self.hand_back(&claim);
                } else {
                    worker.deliver(&claim, &self.held);
                }
            }
        }
    }

    /// Renews claims, rescues expired ones, prunes finished ones.
    fn keep_up(&self) {
        let worker = &self.worker;
        let mut renewed = Instant::now();
        let mut pruned: Option<Instant> = None;
        while !self.stopping() {
            if renewed.elapsed() >= RENEWAL {
                renewed = Instant::now();
                self.renew();
                report(worker.rescue_expired(), "rescued");
            }
            if pruned.is_none_or(|pruned| pruned.elapsed() >= upkeep::PRUNING) {
                pruned = Some(Instant::now());
                let keep = self.settings.keep_finished;
                report(worker.prune(keep), "pruned");
            }
            let heard = worker.bell.rings();
            worker.bell.wait(heard, POLL);
        }
    }

    fn renew(&self) {
        let claims: Vec<Claim> = self.held.lock().values().map(|(c, _)| c.clone()).collect();
        for claim in claims {
            let until = self.worker.clock.now() + LEASE;
            let renewed = self.worker.transactions.run(|uow| claim.renew(uow));
            if let (Ok(true), Some(held)) = (renewed, self.held.lock().get_mut(&claim.id)) {
                held.1 = until;
            }
        }
    }

    fn hand_back(&self, claim: &Claim) {
        let now = self.worker.clock.now();
        let handed_back = self
            .worker
            .transactions
            .run(|uow| claim.hand_back(now, uow));
        if let Err(error) = handed_back {
            tracing::warn!(%error, "an unfinished claim waits for its lease to run out");
        }
        self.held.lock().remove(&claim.id);
    }

    fn stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

fn report(result: Result<usize, Failure>, what: &str) {
    match result {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "deliveries {what}"),
        Err(error) => tracing::warn!(error = full_text(&error), "upkeep of the deliveries failed"),
    }
}

/// Workers at work. Stop them before the process ends, or their claims wait for the end of their leases.
pub struct RunningWorkers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl RunningWorkers {
    /// Takes no new deliveries, waits up to `patience` for those under way, and hands the others back.
    pub fn stop(self, patience: Duration) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.shared.worker.bell.ring();
        let deadline = Instant::now() + patience;
        let finished = |threads: &[JoinHandle<()>]| threads.iter().all(JoinHandle::is_finished);
        while !finished(&self.threads) && Instant::now() < deadline {
            pause(Duration::from_millis(10));
        }
        let unfinished: Vec<Claim> = {
            let held = self.shared.held.lock();
            held.values().map(|(claim, _)| claim.clone()).collect()
        };
        for claim in unfinished {
            self.shared.hand_back(&claim);
        }
    }
}
