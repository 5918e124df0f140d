//! `gavel config show`, `gavel routes`, `gavel openapi`

use actix_web::web;
use clap::Subcommand;
use foundation::{Database, DatabaseSettings, SystemClock};

use super::printing::print_line;
use super::serving::block_on;
use crate::composition::compose;
use crate::configuration::Settings;
use crate::http::{House, routes};

/// Look at the settings.
#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Show every setting that is in force, secrets masked.
    Show,
}

pub(super) fn settings(settings: &Settings) -> anyhow::Result<()> {
    for line in settings.shown() {
        print_line(line)?;
    }
    Ok(())
}

/// Asks a house on an empty database in memory, so that no other is needed.
pub(super) fn routes(settings: Settings) -> anyhow::Result<()> {
    let database = Database::open(DatabaseSettings {
        url: "sqlite::memory:".parse()?,
        connections: 1,
    })?;
    let app = compose(&settings, database, Box::new(SystemClock::default()));
    let house = web::Data::new(House::new(app, settings));
    for route in block_on(routes::all(house)) {
        print_line(format_args!("{:7} {}", route.method, route.pattern))?;
    }
    Ok(())
}

pub(super) fn openapi() -> anyhow::Result<()> {
    print_line(crate::http::openapi().to_pretty_json()?)?;
    Ok(())
}
