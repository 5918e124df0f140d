//! Brings the schema to the version that this binary was built for.

use std::time::Duration;

use diesel::backend::Backend;
use diesel::migration::{self, Migration, MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::Connection;
use super::pools::Database;
use crate::failure::Failure;
use crate::pause::pause;

const POSTGRES: Steps = Steps(
    embed_migrations!("../migrations"),
    embed_migrations!("../migrations_by_database/postgres"),
);
const SQLITE: Steps = Steps(
    embed_migrations!("../migrations"),
    embed_migrations!("../migrations_by_database/sqlite"),
);

/// The migrations of one database: what both understand, and what only this one does. They run in the order of
/// their names.
struct Steps(EmbeddedMigrations, EmbeddedMigrations);

impl<DB: Backend> MigrationSource<DB> for Steps {
    fn migrations(&self) -> migration::Result<Vec<Box<dyn Migration<DB>>>> {
        let mut all = self.0.migrations()?;
        all.extend(self.1.migrations()?);
        Ok(all)
    }
}

/// How often to look again while another instance migrates the same database.
const PATIENCE: u32 = 50;

/// The schema could not be brought to this version.
#[derive(Debug, thiserror::Error)]
#[error("migrating the database failed: {0}")]
pub struct MigrationError(String);

/// One migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its name, as the folder in `migrations/` is called.
    pub name: String,
    /// Whether it has been run.
    pub applied: bool,
}

impl From<Failure> for MigrationError {
    fn from(failure: Failure) -> Self {
        Self(failure.to_string())
    }
}

type AnyError = Box<dyn std::error::Error + Send + Sync>;

fn pending(connection: &mut Connection) -> Result<usize, AnyError> {
    match connection {
        Connection::Postgres(c) => Ok(c.pending_migrations(POSTGRES)?.len()),
        Connection::Sqlite(c) => Ok(c.pending_migrations(SQLITE)?.len()),
    }
}

fn run_next(connection: &mut Connection) -> Result<(), AnyError> {
    match connection {
        Connection::Postgres(c) => c.run_next_migration(POSTGRES).map(drop),
        Connection::Sqlite(c) => c.run_next_migration(SQLITE).map(drop),
    }
}

fn applied(connection: &mut Connection) -> Result<Vec<MigrationVersion<'static>>, AnyError> {
    match connection {
        Connection::Postgres(c) => c.applied_migrations(),
        Connection::Sqlite(c) => c.applied_migrations(),
    }
}

impl Database {
    /// Runs what is missing. Every migration commits together with its mark, so that of several
    /// instances starting at once one wins each step and the others see it done.
    pub fn migrate(&self) -> Result<(), MigrationError> {
        let mut loan = self.writer()?;
        let mut failures = 0;
        loop {
            let step = pending(&mut loan).and_then(|left| match left {
                0 => Ok(true),
                _ => run_next(&mut loan).map(|()| false),
            });
            match step {
                Ok(true) => return Ok(()),
                Ok(false) => failures = 0,
                Err(_) if failures < PATIENCE => {
                    failures += 1;
                    pause(Duration::from_millis(100));
                }
                Err(error) => return Err(MigrationError(error.to_string())),
            }
        }
    }

    /// Undoes the newest migration.
    pub fn migrate_down(&self) -> Result<(), MigrationError> {
        let undone = match &mut *self.writer()? {
            Connection::Postgres(c) => c.revert_last_migration(POSTGRES).map(drop),
            Connection::Sqlite(c) => c.revert_last_migration(SQLITE).map(drop),
        };
        undone.map_err(|error| MigrationError(error.to_string()))
    }

    /// Every migration of this binary, oldest first, and whether the database has it.
    pub fn migration_status(&self) -> Result<Vec<MigrationStatus>, MigrationError> {
        let failed = |error: AnyError| MigrationError(error.to_string());
        let mut loan = self.writer()?;
        let applied = applied(&mut loan).map_err(failed)?;
        let steps = match &*loan {
            Connection::Postgres(_) => POSTGRES,
            Connection::Sqlite(_) => SQLITE,
        };
        let known: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> =
            steps.migrations().map_err(failed)?;
        let mut all: Vec<MigrationStatus> = known
            .iter()
            .map(|migration| MigrationStatus {
                name: migration.name().to_string(),
                applied: applied.contains(&migration.name().version().as_owned()),
            })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }
}
