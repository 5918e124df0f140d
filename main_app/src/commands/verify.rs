//! `gavel verify`

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use auctions::{LotLog, VerifiedLot, verify_log};
use clap::Args;
use serde::Deserialize;
use serde_json::Value;

use super::printing::print_line;

/// Check the log of a lot that has ended: recompute leader, price, extensions and winner from it alone.
///
/// The file is what `GET /api/auctions/{id}/log` answers. No database is asked, and no network.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The exported log; `-` reads it from the standard input.
    #[arg(value_name = "LOT.json")]
    log: PathBuf,
    /// A hash that you kept while the lot ran: the log must have a line with it.
    #[arg(long, value_name = "HASH")]
    kept: Option<String>,
}

impl Verify {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let text = self.text()?;
        let verified = match serde_json::from_str(&text) {
            Ok(log) => self.verified(&log),
            Err(error) => Err(unreadable_line(&text).with_context(|| {
                format!("{} is not the log of a lot: {error}", self.log.display())
            })?),
        };
        Ok(match verified {
            Ok(report) => {
                print_line(report.join("\n"))?;
                ExitCode::SUCCESS
            }
            Err(broken) => {
                eprintln!("gavel: {} is broken at {broken}", self.log.display());
                ExitCode::FAILURE
            }
        })
    }

    /// The report on a log that holds.
    fn verified(&self, log: &LotLog) -> Result<Vec<String>, String> {
        let lot = verify_log(log).map_err(|broken| broken.to_string())?;
        let mut report = report(&lot);
        let after = lot.lines + 1;
        if lot.state == "running" {
            return Err(format!("line {after}: the end of the lot is missing"));
        }
        if let Some(kept) = &self.kept {
            let line = log.line_with(kept);
            let line = line.ok_or(format!("line {after}: no line has the hash {kept}"))?;
            report.push(format!("kept        the hash of line {line}"));
        }
        Ok(report)
    }

    fn text(&self) -> anyhow::Result<String> {
        if self.log == Path::new("-") {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            return Ok(text);
        }
        std::fs::read_to_string(&self.log)
            .with_context(|| format!("{} cannot be read", self.log.display()))
    }
}

/// The first line that cannot be read, of a log whose lines are to blame.
fn unreadable_line(text: &str) -> Option<String> {
    let mut log: Value = serde_json::from_str(text).ok()?;
    let lines = std::mem::take(log.get_mut("lines")?.as_array_mut()?);
    lines.into_iter().enumerate().find_map(|(index, line)| {
        log["lines"] = Value::Array(vec![line]);
        let error = LotLog::deserialize(&log).err()?;
        Some(format!("line {}: {error}", index + 1))
    })
}

/// What the log proves, one fact a line.
fn report(lot: &VerifiedLot) -> Vec<String> {
    let person = |id: Option<uuid::Uuid>| id.map_or("nobody".to_owned(), |id| id.to_string());
    let time = |at: &chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M:%S%.6f UTC");
    let mut lines = vec![
        format!("lot         {} ({})", lot.title, lot.auction),
        format!("lines       {}, every one as the rules have it", lot.lines),
        format!("state       {}", lot.state),
        format!("price       {}", lot.price),
        format!("leader      {}", person(lot.leader)),
        format!("winner      {}", person(lot.winner)),
        format!("bids        {}", lot.bids),
        format!("extensions  {}", lot.extensions.len()),
    ];
    let extensions = lot.extensions.iter();
    lines.extend(extensions.map(|end| format!("            to {}", time(end))));
    lines.push(format!("ended at    {}", time(&lot.ends_at)));
    lines.push(format!("hash        {}", lot.head));
    lines
}
