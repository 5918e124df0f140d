//! What every command does first: open the database and put the application together.

use std::sync::Arc;

use anyhow::Context;
use foundation::{Database, DeliveryAdministration, SystemClock, Transactions};

use crate::composition::{AppModule, component, compose};
use crate::configuration::Settings;

/// The application, ready for work.
pub struct Opened {
    /// The application.
    pub app: Arc<AppModule>,
    /// Its database.
    pub database: Database,
    /// Its clock.
    pub clock: SystemClock,
}

/// Opens the application on a database whose schema is current.
pub fn open(settings: &Settings) -> anyhow::Result<Opened> {
    let database = open_existing(settings)?;
    let missing = database
        .migration_status()?
        .iter()
        .filter(|migration| !migration.applied)
        .count();
    anyhow::ensure!(
        missing == 0,
        "{missing} migrations are missing in the database; run: gavel migrate"
    );
    Ok(assemble(settings, database))
}

/// Opens the application for long: migrates first where the settings say so, and refuses to start while a
/// delivery waits for a handler that this version does not have.
pub fn open_to_work(settings: &Settings) -> anyhow::Result<Opened> {
    let database = open_database(settings)?;
    if settings.database.migrate_on_start {
        database.migrate()?;
    }
    let opened = open(settings)?;
    correct_clock(&opened.database, &opened.clock);
    let unknown = unknown_handlers(&opened.app)?;
    anyhow::ensure!(
        unknown.is_empty(),
        "deliveries wait for handlers that this version does not have: {}; start the version that \
         has them, or discard them: gavel deliveries list",
        unknown.join(", ")
    );
    Ok(opened)
}

/// Opens the database, naming it when that fails.
pub fn open_database(settings: &Settings) -> anyhow::Result<Database> {
    let url = settings.database.url.masked();
    Database::open(settings.database.for_foundation())
        .with_context(|| format!("the database {url} cannot be opened"))
}

/// Opens a database that is there: one in a file is not made on the way.
pub fn open_existing(settings: &Settings) -> anyhow::Result<Database> {
    let url = &settings.database.url;
    anyhow::ensure!(
        !url.is_missing(),
        "the database {} does not exist; to make it, run: gavel migrate",
        url.masked()
    );
    open_database(settings)
}

/// Handlers that unfinished deliveries name but the application does not have.
pub fn unknown_handlers(app: &AppModule) -> anyhow::Result<Vec<String>> {
    let deliveries = component::<DeliveryAdministration>(app);
    let transactions = component::<Transactions>(app);
    Ok(transactions.read(|reader| deliveries.unknown_handlers(reader))?)
}

/// Sets the clock by the database's, so that several instances agree about the end of a lot.
pub fn correct_clock(database: &Database, clock: &SystemClock) {
    match database.clock_ahead_of(&SystemClock::default()) {
        Ok(Some(ahead)) => {
            if !clock.correct_by(ahead) {
                let took = ahead.round_trip.num_milliseconds();
                tracing::warn!(took, "the database is too slow to set the clock by");
            }
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the clock could not be compared with the database's"),
    }
}

/// Puts the application together on a database as it is.
pub fn assemble(settings: &Settings, database: Database) -> Opened {
    let clock = SystemClock::default();
    let app = compose(settings, database.clone(), Box::new(clock.clone()));
    Opened {
        app,
        database,
        clock,
    }
}
