//! A serving process from its first request to its graceful end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{rt, web};
use anyhow::Context;
use auctions::{BiddingDesk, BiddingStrategy};
use chrono::TimeDelta;
use foundation::{DeliveryWorker, RunningWorkers, WorkerSettings};
use tokio::signal::unix::{SignalKind, signal};

use super::opening::{Opened, correct_clock};
use crate::composition::{AppModule, component};
use crate::configuration::{Settings, WorkerSection};
use crate::http::{House, listen};

/// How often the clock is compared with the database's.
const MINUTE: Duration = Duration::from_secs(60);

/// Serves until the end is asked for (see [`asked_to_stop`]); `opened_at` is called with the address once
/// requests are taken.
///
/// At the end readiness turns 503, workers take nothing new, requests under way are answered within the
/// settings' time, and unfinished deliveries are handed back.
pub async fn serve(
    opened: &Opened,
    house: web::Data<House>,
    opened_at: impl FnOnce(SocketAddr),
    end: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let desk: Arc<BiddingDesk> = component(&opened.app);
    open_desk(Arc::clone(&desk)).await?;
    let (server, address) = listen(&house)?;
    let handle = server.handle();
    let serving = rt::spawn(server);
    let settings = house.settings();
    let workers = settings
        .worker
        .inside_server
        .then(|| start_workers(&opened.app, &settings.worker));
    let upkeep = rt::spawn(keep_up(
        house.clone(),
        opened.database.clone(),
        opened.clock.clone(),
    ));
    opened_at(address);

    end.await;
    tracing::info!("stopping: no new work, what is under way is finished");
    house.close();
    upkeep.abort();
    let patience = Duration::from_secs(house.settings().http.drain_seconds);
    let workers = web::block(move || {
        if let Some(workers) = workers {
            workers.stop(patience);
        }
    });
    let ((), workers) = tokio::join!(handle.stop(true), workers);
    // No request waits any more; whatever bid is still at the desk was given up by its caller.
    web::block(move || desk.close()).await?;
    workers?;
    serving.await??;
    tracing::info!("stopped");
    Ok(())
}

/// Opens the bidding desk before anybody can bid: its connections are there, or the process does not start.
async fn open_desk(desk: Arc<BiddingDesk>) -> anyhow::Result<()> {
    if desk.strategy() != BiddingStrategy::Desk {
        return Ok(());
    }
    let opened = web::block(move || desk.open()).await?;
    opened.context("the bidding desk cannot open its connections to the database")
}

/// Starts the threads that deliver.
pub fn start_workers(app: &AppModule, settings: &WorkerSection) -> RunningWorkers {
    let worker: Arc<DeliveryWorker> = component(app);
    worker.start(WorkerSettings {
        threads: settings.threads,
        keep_finished: TimeDelta::days(settings.keep_finished_days.into()),
    })
}

/// Waits until the process is asked to stop, by SIGTERM or SIGINT (Ctrl-C).
pub async fn asked_to_stop() {
    let terminate = signal(SignalKind::terminate());
    let interrupt = signal(SignalKind::interrupt());
    let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) else {
        tracing::error!("signals cannot be received: the process cannot be stopped gracefully");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Runs something that waits, on a fresh runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    rt::System::new().block_on(future)
}

/// Begins to log as the settings say.
pub fn begin_to_log(settings: &Settings) -> anyhow::Result<()> {
    crate::http::logging::begin(&settings.log)
        .map_err(|error| anyhow::anyhow!("the setting log.filter is wrong: {error}"))
}

async fn keep_up(
    house: web::Data<House>,
    database: foundation::Database,
    clock: foundation::SystemClock,
) {
    let mut minutes = tokio::time::interval(MINUTE);
    loop {
        minutes.tick().await;
        house.tidy_up();
        let (database, clock) = (database.clone(), clock.clone());
        if let Err(error) = web::block(move || correct_clock(&database, &clock)).await {
            tracing::warn!(%error, "the clock could not be compared with the database's");
        }
    }
}
