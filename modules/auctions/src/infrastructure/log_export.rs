//! A lot's log, as it may be told.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::{Failure, Reader};

use super::part_rows::LineRow;
use super::rows::AuctionRow;
use crate::application::LogAccess;
use crate::domain::{LotLog, LotSecret, Telling, first_end};
use crate::ids::AuctionId;
use crate::schema::{auctions_auctions as auctions, auctions_log as log};

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
    // A lot from before the log has no line that this secret could open.
    let state = row.into_state(LotSecret::from([0; 32]))?;
    let rows: Vec<LineRow> = log::table
        .filter(log::auction.eq(id).and(log::line.le(state.log.length)))
        .order(log::line)
        .select(LineRow::as_select())
        .load(reader.connection())?;
    let mut told = LotLog::of(&state);
    for row in rows {
        told.tell(&state, &row.into_line(), telling)
            .map_err(Failure::damaged)?;
    }
    Ok(Some(told))
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
