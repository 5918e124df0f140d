//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::bidding::Manner;

/// Measures the real server: starts `gavel serve` as a child, drives it over HTTP, checks what it answered.
///
/// Build the server first: cargo build --release -p main_app
#[derive(Debug, Parser)]
#[command(name = "bench")]
pub struct CommandLine {
    /// What to measure.
    #[command(subcommand)]
    pub command: Command,
    /// How.
    #[command(flatten)]
    pub options: Options,
}

/// What to measure.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// All clients bid on one lot.
    HotLot {
        /// Instead compare a lot's first bids with those after so many.
        #[arg(long)]
        until_bids: Option<usize>,
    },
    /// Each bid goes to another of many lots.
    Spread,
    /// One lot and the list are read, beside a server that does nothing.
    Read,
    /// Many lots end in the same second.
    Close,
    /// Stocked goods are allocated, without a server: by versions, with row locks, and with a lock on the table.
    Stock,
    /// All of these, on SQLite and on the PostgreSQL server that is given, into the documentation.
    All {
        /// The page whose figures are replaced; charts go into the folder beside it.
        #[arg(long, default_value = "docs/performance.md")]
        page: PathBuf,
    },
    /// Puts figures that were measured before into the documentation.
    Publish {
        /// What `--json` wrote.
        figures: Vec<PathBuf>,
        /// The page whose figures are replaced; charts go into the folder beside it.
        #[arg(long, default_value = "docs/performance.md")]
        page: PathBuf,
    },
    /// Answers the same bytes to every request.
    #[command(hide = true)]
    EmptyServer {
        /// Where.
        address: SocketAddr,
        /// How many bytes.
        length: usize,
    },
}

/// How to measure.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// A PostgreSQL server: a database of random name is made there, and dropped at the end.
    /// Without it, a fresh SQLite file is measured.
    #[arg(long, global = true)]
    pub database_url: Option<String>,
    /// How many clients; several numbers are several runs.
    #[arg(long, global = true, value_delimiter = ',', default_values_t = [32, 256])]
    pub clients: Vec<usize>,
    /// How long to measure, after a warm-up.
    #[arg(long, global = true, default_value_t = 8)]
    pub seconds: u64,
    /// How often to measure; the median run counts.
    #[arg(long, global = true, default_value_t = 3)]
    pub repeats: usize,
    /// How many lots: 1000 to spread bids over or to read, 10000 to close.
    #[arg(long, global = true)]
    pub lots: Option<usize>,
    /// Of 100 bids, how many exceed all that were sent before; the others know the last answer only.
    #[arg(long, global = true, default_value_t = 50)]
    pub eager: u32,
    /// Where chance begins.
    #[arg(long, global = true, default_value_t = 1)]
    pub seed: u64,
    /// Only these ways of deciding bids, of those that the server has.
    #[arg(long, global = true, value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leaves deliveries (e-mails to bidders and the like) undone while it is measured.
    #[arg(long, global = true)]
    pub without_workers: bool,
    /// Another server program than the one beside this.
    #[arg(long, global = true)]
    pub server: Option<PathBuf>,
    /// Writes the figures into this file.
    #[arg(long, global = true)]
    pub json: Option<PathBuf>,
    /// Draws charts into this folder.
    #[arg(long, global = true)]
    pub svg: Option<PathBuf>,
}

impl Options {
    /// How people bid.
    pub fn manner(&self) -> Manner {
        Manner {
            eager: self.eager,
            seed: self.seed,
        }
    }

    /// The most clients of any run.
    pub fn most_clients(&self) -> usize {
        self.clients.iter().copied().max().unwrap_or(1)
    }
}
