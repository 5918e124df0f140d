//! The repository of auctions.

use diesel::prelude::*;
use foundation::database::{Locked, MoneyColumns};
use foundation::{Failure, Origin, UnitOfWork};

use super::rows::{AuctionProgress, AuctionRow, BidRow};
use crate::application::Auctions;
use crate::domain::{Auction, Bid, Changes, Withdrawal};
use crate::events::AuctionEvent;
use crate::ids::AuctionId;
use crate::schema::{auctions_auctions as auctions, auctions_bids as bids};

/// Keeps auctions in the database.
pub(crate) struct DieselAuctions;

impl Auctions for DieselAuctions {
    fn get(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Option<Auction>, Failure> {
        if uow.locks_rows() {
            let lock = Locked(auctions::table.find(id).select(auctions::version));
            lock.load::<i64>(uow.connection())?;
        }
        let row = auctions::table
            .find(id)
            .select(AuctionRow::as_select())
            .first(uow.connection())
            .optional()?;
        row.map(|row| row.into_state().map(Auction::restore))
            .transpose()
    }

    fn history(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<Bid>, Failure> {
        let rows = bids::table
            .filter(bids::auction.eq(id))
            .order(bids::sequence)
            .select(BidRow::as_select())
            .load(uow.connection())?;
        rows.into_iter().map(BidRow::into_bid).collect()
    }

    fn add(&self, auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(auctions::table)
            .values(AuctionRow::new(auction.state()))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        write_changes(auction, uow)
    }

    fn save(&self, auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let state = auction.state();
        let as_loaded = auctions::table
            .find(state.id)
            .filter(auctions::version.eq(state.version));
        let saved = diesel::update(as_loaded)
            .set(AuctionProgress::next(state))
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        write_changes(auction, uow)
    }
}

/// Writes what belongs to a row that was just saved, then posts the events.
fn write_changes(auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let Changes {
        bids,
        withdrawals,
        events,
    } = auction.take_changes();
    let id = auction.state().id;
    for bid in &bids {
        insert_bid(id, bid, uow)?;
    }
    for withdrawal in &withdrawals {
        mark_withdrawn(withdrawal, uow)?;
    }
    let origin = Origin::new("auctions.auction", id, auction.state().version);
    uow.post_from(&origin, events.iter().map(AuctionEvent::as_any_event))
}

fn insert_bid(auction: AuctionId, bid: &Bid, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let (amount_minor, currency): MoneyColumns = bid.amount.into();
    let row = (
        bids::id.eq(bid.id),
        bids::auction.eq(auction),
        bids::sequence.eq(bid.sequence),
        bids::bidder.eq(bid.bidder),
        bids::amount_minor.eq(amount_minor),
        bids::currency.eq(currency),
        bids::placed_at.eq(bid.placed_at.naive_utc()),
    );
    diesel::insert_into(bids::table)
        .values(row)
        .execute(uow.connection())?;
    Ok(())
}

fn mark_withdrawn(withdrawal: &Withdrawal, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let (staff, reason) = withdrawal.by_staff.clone().unzip();
    let marks = (
        bids::withdrawn_at.eq(withdrawal.at.naive_utc()),
        bids::withdrawn_by.eq(staff),
        bids::withdrawal_reason.eq(reason),
    );
    let withdrawn = bids::table.filter(bids::id.eq_any(&withdrawal.bids));
    diesel::update(withdrawn)
        .set(marks)
        .execute(uow.connection())?;
    Ok(())
}
