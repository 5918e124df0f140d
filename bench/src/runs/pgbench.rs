//! The same bid without our server: PostgreSQL's own load generator on one row, each bid a transaction that
//! locks the row first.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::house::{Store, Watch, psql};
use crate::measure::{Figures, Times, number};

/// The tables that a bid touches, with their indexes, as the auction room has them.
const TABLES: &str = "
CREATE TABLE lots (id UUID PRIMARY KEY, version BIGINT NOT NULL, title TEXT NOT NULL,
    price_minor BIGINT NOT NULL, leader UUID, bids BIGINT NOT NULL, last_sequence BIGINT NOT NULL,
    last_hash TEXT NOT NULL, ends_at TIMESTAMP NOT NULL, status TEXT NOT NULL);
CREATE INDEX lots_running ON lots (ends_at, id) WHERE status = 'RUNNING';
CREATE TABLE bids (id UUID PRIMARY KEY, lot UUID NOT NULL REFERENCES lots (id), sequence BIGINT NOT NULL,
    bidder UUID NOT NULL, amount_minor BIGINT NOT NULL, currency CHAR(3) NOT NULL,
    placed_at TIMESTAMP NOT NULL);
CREATE UNIQUE INDEX bids_in_order ON bids (lot, sequence);
CREATE INDEX bids_of_bidder ON bids (bidder, lot);
CREATE TABLE lines (lot UUID NOT NULL, line BIGINT NOT NULL, at TIMESTAMP NOT NULL, entry TEXT NOT NULL,
    hash TEXT NOT NULL, PRIMARY KEY (lot, line));
CREATE TABLE commits (id UUID PRIMARY KEY, recorded_at TIMESTAMP NOT NULL);
CREATE INDEX commits_recorded ON commits (recorded_at);
INSERT INTO lots VALUES ('00000000-0000-0000-0000-000000000001', 1, 'Lot', 100, NULL, 0, 0,
    repeat('0', 64), 'infinity', 'RUNNING');
";

/// One bid: lock, decide, write.
const SCRIPT: &str = r"
\set bidder random(1, 64)
BEGIN;
SELECT version, price_minor, last_sequence FROM lots
    WHERE id = '00000000-0000-0000-0000-000000000001' FOR UPDATE \gset
UPDATE lots SET version = :version + 1, price_minor = :price_minor + 1, bids = bids + 1,
    last_sequence = :last_sequence + 1, leader = lpad(:bidder::text, 32, '0')::uuid,
    last_hash = md5(last_hash) || md5(:version::text)
    WHERE id = '00000000-0000-0000-0000-000000000001' AND version = :version;
INSERT INTO bids VALUES (gen_random_uuid(), '00000000-0000-0000-0000-000000000001',
    :last_sequence + 1, lpad(:bidder::text, 32, '0')::uuid, :price_minor + 1, 'USD', now());
INSERT INTO lines VALUES ('00000000-0000-0000-0000-000000000001', :last_sequence + 1, now(),
    repeat('x', 150), md5(:version::text) || md5(:bidder::text));
INSERT INTO commits VALUES (gen_random_uuid(), now());
COMMIT;
";

/// Connections that the server needs for others.
const RESERVED: usize = 10;

/// Bids with so many clients, or as many as the server lets in; returns how many, and the figures.
pub fn run(ground: &Store, clients: usize, seconds: u64) -> anyhow::Result<(usize, Figures)> {
    let url = ground.url();
    psql(&url, TABLES)?;
    let most: usize = psql(&url, "SHOW max_connections")?.parse()?;
    let clients = clients.min(most.saturating_sub(RESERVED)).max(1);
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("bid.sql"), SCRIPT)?;
    let watch = Watch::of(std::process::id(), ground.postmaster()?);
    let before = (watch.usage(), watch.ended_children());
    let started = Instant::now();
    let output = Command::new(program()?)
        .current_dir(folder.path())
        .args(["-n", "-M", "prepared", "-j", "1", "-l", "-f", "bid.sql"])
        .args(["-c", &clients.to_string(), "-T", &seconds.to_string()])
        .arg(&url)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "pgbench: {}", said.trim());
    let used = watch.usage() - before.0;
    let own = watch.ended_children().saturating_sub(before.1);
    let ours = own + used.bench + used.database.unwrap_or_default();
    let others = used.machine.saturating_sub(ours);
    let length = started.elapsed().as_secs_f64();
    let times = logged_times(folder.path())?;
    let per_second = number(times.count()) / length;
    let figures = Figures {
        per_second,
        accepted_per_second: per_second,
        p50_ms: times.milliseconds(500),
        p99_ms: times.milliseconds(990),
        max_ms: times.milliseconds(1_000),
        database_cpus: used.database.map(|time| time.as_secs_f64() / length),
        bench_cpus: own.as_secs_f64() / length,
        others_cpus: others.as_secs_f64() / length,
        ..Figures::default()
    };
    Ok((clients, figures))
}

/// Debian keeps it where no shell looks.
fn program() -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let mut programs = folders.into_iter().map(|folder| folder.join("pgbench"));
    let found = programs.find(|program| program.exists());
    found.context("pgbench is missing; install it: apt install postgresql-contrib")
}

/// The third word of each line is the transaction's time in microseconds.
fn logged_times(folder: &Path) -> anyhow::Result<Times> {
    let mut times = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("pgbench_log") {
            let text = fs::read_to_string(&path)?;
            let words = text.lines().filter_map(|line| line.split(' ').nth(2));
            let microseconds = words.filter_map(|word| word.parse().ok());
            times.extend(microseconds.map(Duration::from_micros));
        }
    }
    Ok(Times::new(times))
}
