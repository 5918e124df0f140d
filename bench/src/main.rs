//! Measures Gavel: the real server, over HTTP, on the machine that it shares with its database and clients.

mod bidding;
mod calls;
mod checker;
mod driver;
mod house;
mod lots;
mod measure;
mod options;
mod pause;
mod report;
mod runs;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use house::{Estate, Template};
use options::{Command, CommandLine};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(&CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(line: &CommandLine) -> anyhow::Result<()> {
    let options = &line.options;
    let template = Template::new(options.database_url.as_deref())?;
    let estate = Estate::found(template, options.most_clients())?;
    let section = match line.command {
        Command::HotLot => runs::hot_lot::measure(options, &estate)?,
    };
    section.print();
    Ok(())
}
