//! `gavel worker`

use std::time::Duration;

use super::opening::open_to_work;
use super::serving::{asked_to_stop, begin_to_log, block_on, start_workers};
use crate::configuration::Settings;

pub(super) fn run(settings: Settings) -> anyhow::Result<()> {
    begin_to_log(&settings)?;
    let opened = open_to_work(&settings)?;
    let workers = start_workers(&opened.app, &settings.worker);
    tracing::info!("delivering from {}", opened.database.url().masked());
    block_on(asked_to_stop());
    tracing::info!("stopping: no new deliveries, those under way are finished");
    workers.stop(Duration::from_secs(settings.http.drain_seconds));
    tracing::info!("stopped");
    Ok(())
}
