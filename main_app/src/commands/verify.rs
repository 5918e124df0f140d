//! `gavel verify`

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use auctions::{LotLog, VerifiedLot, verify_log};
use clap::Args;

/// Check the log of a lot that has ended: recompute leader, price, extensions and winner from it alone.
///
/// The file is what `GET /api/auctions/{id}/log` answers. No database is asked, and no network.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The exported log; `-` reads it from the standard input.
    #[arg(value_name = "LOT.json")]
    log: PathBuf,
}

impl Verify {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let text = self.text()?;
        let log: LotLog = serde_json::from_str(&text)
            .with_context(|| format!("{} is not the log of a lot", self.log.display()))?;
        Ok(match verify_log(&log) {
            Ok(lot) => {
                print!("{}", report(&lot));
                ExitCode::SUCCESS
            }
            Err(broken) => {
                eprintln!("gavel: {} is broken at {broken}", self.log.display());
                ExitCode::FAILURE
            }
        })
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

/// What the log proves, one fact a line.
fn report(lot: &VerifiedLot) -> String {
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
    lines.join("\n") + "\n"
}
