//! A lot's log, as it may be told.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::{Failure, Reader};

use super::part_rows::LineRow;
use super::rows::AuctionRow;
use crate::application::LogExport;
use crate::domain::{AuctionState, Line, LineHash, LotSecret, Telling, first_end};
use crate::ids::AuctionId;
use crate::schema::{auctions_auctions as auctions, auctions_bids as bids, auctions_log as log};

/// Reads a lot with the head of its log.
pub(super) fn read_auction_of_log(
    id: AuctionId,
    reader: &mut Reader,
) -> Result<Option<AuctionState>, Failure> {
    let row: Option<AuctionRow> = auctions::table
        .find(id)
        .select(AuctionRow::as_select())
        .first(reader.connection())
        .optional()?;
    // A lot from before the log has no line that this secret could open.
    row.map(|row| row.into_state(|| Ok(LotSecret::from([0; 32]))))
        .transpose()
}

/// Reads the next lines of a log that is being told; of those whose hashes are told, nothing else.
pub(super) fn read_lines_of_log(
    export: &LogExport,
    at_most: usize,
    reader: &mut Reader,
) -> Result<Vec<Line>, Failure> {
    let lines = log::table
        .filter(log::auction.eq(export.auction.id))
        .filter(log::line.gt(export.told).and(log::line.le(export.newest)))
        .order(log::line)
        .limit(i64::try_from(at_most).unwrap_or(i64::MAX));
    if export.telling == Telling::Hashes {
        let rows: Vec<(i64, Vec<u8>)> = lines
            .select((log::line, log::hash))
            .load(reader.connection())?;
        return Ok(rows.into_iter().map(hash_alone).collect());
    }
    let rows: Vec<LineRow> = lines
        .select(LineRow::as_select())
        .load(reader.connection())?;
    Ok(rows.into_iter().map(LineRow::into_line).collect())
}

fn hash_alone((line, hash): (i64, Vec<u8>)) -> Line {
    Line {
        line,
        entry: String::new(),
        hash: hash.try_into().unwrap_or_default(),
        amount: None,
        key: None,
    }
}

/// The newest line of a running lot that everybody may know of: that of the newest bid that everybody sees.
/// A line that shows before anything happens on the board would tell that the leader has raised the own
/// maximum.
pub(super) fn newest_seen(
    id: AuctionId,
    last_number: i64,
    reader: &mut Reader,
) -> Result<i64, Failure> {
    let newest: Option<i64> = bids::table
        .filter(bids::auction.eq(id))
        .filter(bids::number.eq(last_number))
        .select(bids::sequence)
        .first(reader.connection())
        .optional()?;
    Ok(newest.unwrap_or(1))
}

/// The hash of the newest line that everybody may know of.
pub(super) fn read_head(
    row: &AuctionRow,
    reader: &mut Reader,
) -> Result<Option<LineHash>, Failure> {
    if row.has_ended() {
        return Ok(row.log_hash());
    }
    let newest = newest_seen(row.id(), row.last_number(), reader)?;
    let head: Option<Vec<u8>> = log::table
        .find((row.id(), newest))
        .select(log::hash)
        .first(reader.connection())
        .optional()?;
    Ok(head.and_then(|hash| hash.try_into().ok()))
}

/// Reads from the first line of the log when the lot was to end.
pub(super) fn read_first_end(
    id: AuctionId,
    reader: &mut Reader,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let first: Option<String> = log::table
        .filter(log::auction.eq(id).and(log::line.eq(1)))
        .select(log::entry)
        .first(reader.connection())
        .optional()?;
    first
        .map(|entry| first_end(&entry).map_err(Failure::damaged))
        .transpose()
        .map(Option::flatten)
}
