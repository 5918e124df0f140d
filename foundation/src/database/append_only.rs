//! Tables whose rows are never changed and never taken out. The database itself holds that, by triggers:
//! whoever forgets it, or works around the repositories, is refused.

use std::fmt::Write as _;

use diesel::backend::Backend as DieselBackend;
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, Result as MigrationResult,
};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::EmbeddedMigrations;

/// How a migration names them, in a line of its own.
const MARK: &str = "-- append-only: ";

/// Each migration that has such a line. The two databases write triggers differently, so these are not part of
/// the migration itself.
const MARKED: [(&str, &str); 1] = [(
    "2026-11-21-000015_invoices",
    include_str!("../../../migrations/2026-11-21-000015_invoices/up.sql"),
)];

/// The migrations, each of which also locks its append-only tables.
#[derive(Clone, Copy)]
pub(super) struct Locking<'a>(pub(super) &'a EmbeddedMigrations);

struct LockingMigration<DB: DieselBackend> {
    inner: Box<dyn Migration<DB>>,
    triggers: String,
}

impl MigrationSource<Pg> for Locking<'_> {
    fn migrations(&self) -> MigrationResult<Vec<Box<dyn Migration<Pg>>>> {
        locking(self.0, postgres)
    }
}

impl MigrationSource<Sqlite> for Locking<'_> {
    fn migrations(&self) -> MigrationResult<Vec<Box<dyn Migration<Sqlite>>>> {
        locking(self.0, sqlite)
    }
}

impl<DB: DieselBackend> Migration<DB> for LockingMigration<DB> {
    fn run(
        &self,
        connection: &mut dyn diesel::connection::BoxableConnection<DB>,
    ) -> MigrationResult<()> {
        self.inner.run(connection)?;
        if !self.triggers.is_empty() {
            connection.batch_execute(&self.triggers)?;
        }
        Ok(())
    }

    /// A table that is dropped takes its triggers along.
    fn revert(
        &self,
        connection: &mut dyn diesel::connection::BoxableConnection<DB>,
    ) -> MigrationResult<()> {
        self.inner.revert(connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self.inner.metadata()
    }

    fn name(&self) -> &dyn MigrationName {
        self.inner.name()
    }
}

fn locking<DB: DieselBackend + 'static>(
    migrations: &EmbeddedMigrations,
    triggers: fn(&str) -> String,
) -> MigrationResult<Vec<Box<dyn Migration<DB>>>> {
    let inner: Vec<Box<dyn Migration<DB>>> = migrations.migrations()?;
    let locking = inner.into_iter().map(|inner| {
        let name = inner.name().to_string();
        let own = MARKED.iter().filter(|(migration, _)| *migration == name);
        let triggers = own.flat_map(|(_, up)| tables(up)).map(triggers).collect();
        Box::new(LockingMigration { inner, triggers }) as Box<dyn Migration<DB>>
    });
    Ok(locking.collect())
}

fn tables(up: &str) -> impl Iterator<Item = &str> {
    let marked = up.lines().filter_map(|line| line.strip_prefix(MARK));
    marked.flat_map(|tables| tables.split(", "))
}

fn postgres(table: &str) -> String {
    format!(
        "CREATE OR REPLACE FUNCTION foundation_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION 'rows of % are neither changed nor taken out', TG_TABLE_NAME; END $$;
         CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
         FOR EACH STATEMENT EXECUTE FUNCTION foundation_append_only();"
    )
}

fn sqlite(table: &str) -> String {
    let mut triggers = String::new();
    for change in ["UPDATE", "DELETE"] {
        let name = format!("{table}_append_only_{}", change.to_lowercase());
        let refusal = format!("rows of {table} are neither changed nor taken out");
        let written = write!(
            triggers,
            "CREATE TRIGGER {name} BEFORE {change} ON {table}
             BEGIN SELECT RAISE(ABORT, '{refusal}'); END;"
        );
        written.expect("writing to a text cannot fail");
    }
    triggers
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_migration_that_names_append_only_tables_is_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        let mut marked = Vec::new();
        for migration in std::fs::read_dir(folder).unwrap() {
            let path = migration.unwrap().path();
            let up = std::fs::read_to_string(path.join("up.sql")).unwrap();
            if up.contains(MARK) {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                assert_ne!(tables(&up).count(), 0, "{name}");
                marked.push(name);
            }
        }
        marked.sort();
        assert_eq!(marked, MARKED.map(|(name, _)| name.to_owned()));
    }
}
