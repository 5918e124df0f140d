//! A lot's log, as it may be told.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::{Failure, Reader};

use super::part_rows::LineRow;
use super::rows::AuctionRow;
use crate::application::LogExport;
use crate::domain::{AuctionState, Line, LotSecret, Telling, first_end};
use crate::ids::AuctionId;
use crate::schema::{auctions_auctions as auctions, auctions_log as log};

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
    row.map(|row| row.into_state(LotSecret::from([0; 32])))
        .transpose()
}

/// Reads the next lines of a log that is being told; of those whose hashes are told, nothing else.
pub(super) fn read_lines_of_log(
    export: &LogExport,
    at_most: usize,
    reader: &mut Reader,
) -> Result<Vec<Line>, Failure> {
    let (id, length) = (export.auction.id, export.auction.log.length);
    let lines = log::table
        .filter(log::auction.eq(id))
        .filter(log::line.gt(export.told).and(log::line.le(length)))
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
