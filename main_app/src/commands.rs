//! The command line: one file per command.

mod create_admin;
mod deliveries;
mod demo;
mod describe;
mod doctor;
mod ledger;
mod migrate;
pub mod opening;
mod printing;
mod serve;
pub mod serving;
mod verify;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::configuration::{Settings, Sources};

/// Gavel: an online auction house in one binary.
#[derive(Debug, Parser)]
#[command(name = "gavel", version, about)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the house: a seeded SQLite database, bidding robots, test gateway, mailbox.
    Demo(demo::Demo),
    /// Serve the site and the API, and deliver events.
    Serve,
    /// Deliver events only; run as many as there is work for.
    Worker,
    /// Bring the database's schema to this version.
    Migrate(migrate::Migrate),
    /// Make an account that looks after the house.
    CreateAdmin(create_admin::CreateAdmin),
    /// Look at everything the house stands on, and say how to mend what is wrong.
    Doctor(doctor::Doctor),
    /// Look at the settings.
    #[command(subcommand)]
    Config(describe::Config),
    /// List every route.
    Routes,
    /// Print the OpenAPI description of the JSON API.
    Openapi,
    Verify(verify::Verify),
    /// Look after deliveries: what waits, what is dead and why.
    #[command(subcommand)]
    Deliveries(deliveries::Deliveries),
}

/// Runs one command.
pub fn run(line: CommandLine) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(&Sources::of_process())?;
    match line.command {
        Command::Demo(command) => command.run(settings)?,
        Command::Serve => serve::run(settings)?,
        Command::Worker => worker::run(settings)?,
        Command::Migrate(command) => command.run(&settings)?,
        Command::CreateAdmin(command) => command.run(&settings)?,
        Command::Doctor(command) => return command.run(&settings),
        Command::Config(describe::Config::Show) => describe::settings(&settings)?,
        Command::Routes => describe::routes(settings)?,
        Command::Openapi => describe::openapi()?,
        Command::Verify(command) => return command.run(),
        Command::Deliveries(command) => command.run(&settings)?,
    }
    Ok(ExitCode::SUCCESS)
}
