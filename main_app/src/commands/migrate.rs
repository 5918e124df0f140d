//! `gavel migrate`

use clap::Args;

use super::opening::open_database;
use super::printing::print_line;
use crate::configuration::Settings;

/// Bring the database's schema to this version.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Undo the newest migration instead.
    #[arg(long, conflicts_with = "status")]
    down: bool,
    /// Only say what has been run.
    #[arg(long)]
    status: bool,
}

impl Migrate {
    pub(super) fn run(&self, settings: &Settings) -> anyhow::Result<()> {
        let database = open_database(settings)?;
        match (self.down, self.status) {
            (true, _) => database.migrate_down()?,
            (false, true) => {}
            (false, false) => database.migrate()?,
        }
        for migration in database.migration_status()? {
            let mark = if migration.applied {
                "applied"
            } else {
                "missing"
            };
            print_line(format_args!("{mark}  {}", migration.name))?;
        }
        Ok(())
    }
}
