//! Workers in threads of their own, and what they hold.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::claim::{self, Claim, LEASE, RENEWAL};
use super::rota::Rota;
use super::worker::{DeliveryWorker, full_text};
use super::{DeliveryId, upkeep};
use crate::failure::Failure;
use crate::pause::{pause, with_jitter};

const POLL: Duration = Duration::from_secs(1);

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

/// Claims of one process, with the moment until which each is surely held.
#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<DeliveryId, (Claim, DateTime<Utc>)>>);

impl Held {
    fn lock(&self) -> MutexGuard<'_, HashMap<DeliveryId, (Claim, DateTime<Utc>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, claims: &[Claim], until: DateTime<Utc>) {
        let entries = claims
            .iter()
            .map(|claim| (claim.id, (claim.clone(), until)));
        self.lock().extend(entries);
    }

    pub(super) fn remove(&self, claims: &[Claim]) {
        let mut all = self.lock();
        for claim in claims {
            all.remove(&claim.id);
        }
    }

    /// Whether all of these claims last beyond a moment.
    pub(super) fn surely_until(&self, claims: &[Claim], moment: DateTime<Utc>) -> bool {
        let all = self.lock();
        let lasts = |claim: &Claim| all.get(&claim.id).is_some_and(|(_, until)| *until > moment);
        claims.iter().all(lasts)
    }

    fn all(&self) -> Vec<Claim> {
        let all = self.lock();
        all.values().map(|(claim, _)| claim.clone()).collect()
    }

    fn extend(&self, renewed: &[DeliveryId], until: DateTime<Utc>) {
        let mut all = self.lock();
        for id in renewed {
            if let Some(held) = all.get_mut(id) {
                held.1 = until;
            }
        }
    }
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
        let mut rota = Rota::default();
        while !self.stopping() {
            let heard = worker.bell.rings();
            let claims = match worker.take(&self.owner, &mut rota, &self.held) {
                Ok(claims) => claims,
                Err(error) => {
                    tracing::warn!(error = full_text(&error), "deliveries could not be claimed");
                    Vec::new()
                }
            };
            if claims.is_empty() {
                worker.bell.wait(heard, with_jitter(POLL));
            } else {
                worker.deliver(claims, &self.held, &|| self.stopping());
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
        let claims = self.held.all();
        if claims.is_empty() {
            return;
        }
        let until = self.worker.clock.now() + LEASE;
        match self
            .worker
            .transactions
            .run(|uow| claim::renew(&claims, uow))
        {
            Ok(renewed) => self.held.extend(&renewed, until),
            Err(error) => tracing::warn!(error = full_text(&error), "leases were not renewed"),
        }
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
    pub(super) fn start(worker: Arc<DeliveryWorker>, settings: WorkerSettings) -> Self {
        let shared = Arc::new(Shared {
            worker,
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
        Self { shared, threads }
    }

    /// Takes no new deliveries, waits up to `patience` for those under way, and hands the others back.
    pub fn stop(self, patience: Duration) {
        let Shared { worker, held, .. } = &*self.shared;
        self.shared.stopping.store(true, Ordering::Relaxed);
        worker.bell.ring();
        let deadline = Instant::now() + patience;
        let finished = |threads: &[JoinHandle<()>]| threads.iter().all(JoinHandle::is_finished);
        while !finished(&self.threads) && Instant::now() < deadline {
            pause(Duration::from_millis(10));
        }
        worker.hand_back(&held.all(), held);
    }
}
