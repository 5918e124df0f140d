//! A lot's log on its way out of the house: told part by part, because it grows for as long as anybody bids.

use foundation::{Failure, Reader};
use serde::Serialize;

use super::queries::{AuctionQueries, LogAccess};
use crate::domain::{AuctionState, Line, LotLog, Telling};
use crate::ids::AuctionId;

/// A log that is being told, as it was when its telling began: what is written later is not part of it.
pub struct LogExport {
    pub(crate) auction: AuctionState,
    pub(crate) telling: Telling,
    /// The newest line that is to be told.
    pub(crate) newest: i64,
    /// The newest line that was told.
    pub(crate) told: i64,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Heading,
    Lines,
    Over,
}

/// Begins to tell a log: the secrets of a running lot are never told to anybody.
pub(crate) fn export_log(
    id: AuctionId,
    access: LogAccess,
    queries: &dyn AuctionQueries,
    reader: &mut Reader,
) -> Result<Option<LogExport>, Failure> {
    let Some(auction) = queries.auction_of_log(id, reader)? else {
        return Ok(None);
    };
    let (telling, newest) = match (auction.lot.ending.is_some(), access) {
        (true, _) => (Telling::Everything, auction.log.length),
        (false, LogAccess::Staff) => (Telling::Entries, auction.log.length),
        (false, LogAccess::Everybody) => {
            let seen = queries.newest_line_seen(&auction, reader)?;
            (Telling::Hashes, seen)
        }
    };
    Ok(Some(LogExport {
        auction,
        telling,
        newest,
        told: 0,
        stage: Stage::Heading,
    }))
}

/// Tells the next part, of so many lines at most; nothing once all is told. The parts together are the JSON
/// of a [`LotLog`].
pub(crate) fn next_part(
    export: &mut LogExport,
    lines: usize,
    queries: &dyn AuctionQueries,
    reader: &mut Reader,
) -> Result<Option<String>, Failure> {
    if export.stage == Stage::Over {
        return Ok(None);
    }
    let next = queries.lines_of_log(export, lines, reader)?;
    export.tell(&next).map(Some).map_err(Failure::damaged)
}

impl LogExport {
    fn tell(&mut self, next: &[Line]) -> serde_json::Result<String> {
        let mut log = LotLog::of(&self.auction);
        let mut part = String::new();
        if self.stage == Stage::Heading {
            let (auction, title) = (json(&log.auction)?, json(&log.title)?);
            part = format!(r#"{{"auction":{auction},"title":{title},"lines":["#);
            self.stage = Stage::Lines;
        }
        for line in next {
            log.tell(&self.auction, line, self.telling)?;
        }
        for line in &log.lines {
            if self.told > 0 {
                part.push(',');
            }
            part.push_str(&json(line)?);
            self.told += 1;
        }
        if next.is_empty() || self.told >= self.newest {
            if self.telling == Telling::Hashes {
                log.end_here();
            }
            let head = json(&log.head)?;
            part.push_str(&format!(r#"],"head":{head}}}"#));
            self.stage = Stage::Over;
        }
        Ok(part)
    }
}

fn json(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value)
}
