//! Measures Gavel: the real server, over HTTP, on the machine that it shares with its database and clients.

mod bidding;
mod calls;
mod checker;
mod driver;
mod empty_server;
mod house;
mod lots;
mod measure;
mod options;
mod pause;
mod report;
mod runs;
mod warehouse;
mod wire;

use std::fs;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use house::{Estate, Program, Template};
use options::{Command, CommandLine, Options};
use report::{Figures, Section};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many bids make a lot an old one.
const MANY_BIDS: usize = 100_000;

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
    let url = options.database_url.as_deref();
    let only = |measure: fn(&Options, &Estate) -> anyhow::Result<Section>| {
        one(options, |estate| measure(options, estate))
    };
    match &line.command {
        Command::HotLot { until_bids: None } => only(runs::hot_lot::measure),
        Command::HotLot {
            until_bids: Some(bids),
        } => one(options, |estate| {
            runs::growth::measure(options, estate, *bids)
        }),
        Command::Spread => only(runs::spread::measure),
        Command::Read => only(runs::read::measure),
        Command::Close => only(runs::close::measure),
        Command::Stock => keep(options, vec![runs::stock::measure(options, url)?]).map(drop),
        Command::All { page } => {
            let url = url.context("name a PostgreSQL server: --database-url postgres://…")?;
            let mut sections = everything(options, None)?;
            sections.extend(everything(options, Some(url))?);
            keep(options, sections)?.publish(page)
        }
        Command::Publish { figures, page } => {
            let mut all = Figures::default();
            for file in figures {
                let text = fs::read_to_string(file)?;
                let more: Figures = serde_json::from_str(&text)?;
                let sections = [all.sections, more.sections.clone()].concat();
                all = Figures { sections, ..more };
            }
            all.publish(page)
        }
        Command::EmptyServer { address, length } => empty_server::serve(*address, *length),
    }
}

fn one(
    options: &Options,
    measure: impl FnOnce(&Estate) -> anyhow::Result<Section>,
) -> anyhow::Result<()> {
    let estate = estate(options, options.database_url.as_deref())?;
    keep(options, vec![measure(&estate)?])?;
    Ok(())
}

fn estate(options: &Options, url: Option<&str>) -> anyhow::Result<Estate> {
    let program = Program::find(options.server.as_deref())?;
    Estate::found(program, Template::new(url)?, options.most_clients())
}

fn everything(options: &Options, url: Option<&str>) -> anyhow::Result<Vec<Section>> {
    let estate = estate(options, url)?;
    Ok(vec![
        runs::hot_lot::measure(options, &estate)?,
        runs::growth::measure(options, &estate, MANY_BIDS)?,
        runs::spread::measure(options, &estate)?,
        runs::read::measure(options, &estate)?,
        runs::close::measure(options, &estate)?,
        runs::stock::measure(options, url)?,
    ])
}

/// Prints what was measured, and writes it where it was asked for.
fn keep(options: &Options, sections: Vec<Section>) -> anyhow::Result<Figures> {
    sections.iter().for_each(Section::print);
    let figures = Figures {
        command: command(),
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        sections,
    };
    if let Some(file) = &options.json {
        fs::write(file, serde_json::to_string_pretty(&figures)?)?;
    }
    if let Some(folder) = &options.svg {
        figures.draw(folder)?;
    }
    Ok(figures)
}

/// How to measure the same again; where the database is stays here.
fn command() -> String {
    let mut words = vec!["cargo run --release -p bench --".to_owned()];
    for word in std::env::args().skip(1) {
        words.push(if word.starts_with("postgres") {
            "postgres://…".to_owned()
        } else {
            word
        });
    }
    words.join(" ")
}
