//! A lot's log, as it may be told.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::{Failure, Reader};

use super::part_rows::LineRow;
use super::rows::AuctionRow;
use crate::application::LogAccess;
use crate::domain::{LineHash, LotLog, LotSecret, Telling, first_end};
use crate::ids::AuctionId;
use crate::schema::{auctions_auctions as auctions, auctions_bids as bids, auctions_log as log};

/// Reads the log: the secrets of a running lot are never told to anybody.
pub(super) fn read_log(
    id: AuctionId,
    access: LogAccess,
    reader: &mut Reader,
) -> Result<Option<LotLog>, Failure> {
    let row: Option<AuctionRow> = auctions::table
        .find(id)
        .select(AuctionRow::as_select())
        .first(reader.connection())
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let telling = match (row.has_ended(), access) {
        (true, _) => Telling::Everything,
        (false, LogAccess::Staff) => Telling::Entries,
        (false, LogAccess::Everybody) => Telling::Hashes,
    };
    let newest = match telling {
        Telling::Hashes => Some(newest_seen(&row, reader)?),
        Telling::Entries | Telling::Everything => None,
    };
    // A lot from before the log has no line that this secret could open.
    let state = row.into_state(LotSecret::from([0; 32]))?;
    let newest = newest.unwrap_or(state.log.length);
    let rows: Vec<LineRow> = log::table
        .filter(log::auction.eq(id).and(log::line.le(newest)))
        .order(log::line)
        .select(LineRow::as_select())
        .load(reader.connection())?;
    let mut told = LotLog::of(&state);
    for row in rows {
        told.tell(&state, &row.into_line(), telling)
            .map_err(Failure::damaged)?;
    }
    if telling == Telling::Hashes {
        told.end_here();
    }
    Ok(Some(told))
}

/// The newest line of a running lot that everybody may know of: that of the newest bid that everybody sees.
/// A line that shows before anything happens on the board would tell that the leader has raised the own
/// maximum.
fn newest_seen(row: &AuctionRow, reader: &mut Reader) -> Result<i64, Failure> {
    let newest: Option<i64> = bids::table
        .filter(bids::auction.eq(row.id()))
        .filter(bids::number.eq(row.last_number()))
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
    let newest = newest_seen(row, reader)?;
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
