//! The repository of auctions.

use std::collections::HashMap;

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, Origin, UnitOfWork};

use super::part_rows::{BidRow, LineRow, NewBidRow, OfferRow, insert_bids, insert_lines};
use super::rows::{AuctionProgress, AuctionRow, update_progress};
use crate::application::{Auctions, BidKey, fresh_secret};
use crate::domain::{Auction, Bid, Changes, EarlierBid, LotGoods, Withdrawal, WithdrawnBy};
use crate::events::AuctionEvent;
use crate::ids::{AuctionId, BidderId};
use crate::schema::{
    auctions_auctions as auctions, auctions_bids as bids, auctions_goods as goods,
    auctions_log as log, auctions_offers as offers,
};

/// Keeps auctions in the database.
pub(crate) struct DieselAuctions;

impl Auctions for DieselAuctions {
    fn get_all(
        &self,
        ids: &[AuctionId],
        uow: &mut UnitOfWork,
    ) -> Result<HashMap<AuctionId, Auction>, Failure> {
        if uow.locks_rows() {
            lock(ids, uow)?;
        }
        let rows: Vec<AuctionRow> = auctions::table
            .filter(auctions::id.eq_any(ids))
            .select(AuctionRow::as_select())
            .load(uow.connection())?;
        let mut states = HashMap::with_capacity(rows.len());
        let mut ended = Vec::new();
        for row in rows {
            if row.has_ended() {
                ended.push(row.id());
            }
            states.insert(row.id(), row.into_state(fresh_secret)?);
        }
        if !ended.is_empty() {
            let made: Vec<OfferRow> = offers::table
                .filter(offers::auction.eq_any(ended))
                .order(offers::number)
                .select(OfferRow::as_select())
                .load(uow.connection())?;
            for row in made {
                if let Some(state) = states.get_mut(&row.auction) {
                    state.lot.offers.push(row.into_offer()?);
                }
            }
        }
        let restored = |(id, state)| (id, Auction::restore(state));
        Ok(states.into_iter().map(restored).collect())
    }

    fn concerned(
        &self,
        id: AuctionId,
        by: &WithdrawnBy,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Bid>, Failure> {
        let of_lot = bids::table.filter(bids::auction.eq(id)).into_boxed();
        let concerned = match by {
            WithdrawnBy::Bidder(bidder) => of_lot.filter(bids::bidder.eq(bidder)),
            WithdrawnBy::Staff { bids: named, .. } => of_lot.filter(bids::id.eq_any(named)),
        };
        let rows: Vec<BidRow> = concerned
            .order(bids::sequence)
            .select(BidRow::as_select())
            .load(uow.connection())?;
        Ok(rows.into_iter().map(BidRow::into_bid).collect())
    }

    fn history(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<Bid>, Failure> {
        let rows: Vec<BidRow> = bids::table
            .filter(bids::auction.eq(id))
            .order(bids::sequence)
            .select(BidRow::as_select())
            .load(uow.connection())?;
        Ok(rows.into_iter().map(BidRow::into_bid).collect())
    }

    fn bidders(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<BidderId>, Failure> {
        let all = bids::table.filter(bids::auction.eq(id));
        Ok(all.select(bids::bidder).distinct().load(uow.connection())?)
    }

    fn earlier_bids(
        &self,
        keys: &[BidKey],
        uow: &mut UnitOfWork,
    ) -> Result<HashMap<BidKey, EarlierBid>, Failure> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<LineRow> = log::table
            .filter(log::auction.eq_any(keys.iter().map(|(auction, _, _)| auction)))
            .filter(log::bidder.eq_any(keys.iter().map(|(_, bidder, _)| bidder)))
            .filter(log::idempotency_key.eq_any(keys.iter().map(|(_, _, key)| key)))
            .select(LineRow::as_select())
            .load(uow.connection())?;
        let mut earlier = HashMap::with_capacity(rows.len());
        for row in rows {
            let (Some(bidder), Some(key)) = (row.bidder, row.idempotency_key) else {
                continue;
            };
            let amount = row.amount_minor.unwrap_or_default();
            let bid = EarlierBid::parse(&row.entry, amount).map_err(Failure::damaged)?;
            earlier.insert((row.auction, bidder, key), bid);
        }
        Ok(earlier)
    }

    fn add(&self, auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(auctions::table)
            .values(AuctionRow::new(auction.state()))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        write_changes(std::slice::from_mut(auction), uow)
    }

    fn add_goods(
        &self,
        id: AuctionId,
        lot: &LotGoods,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let row = (
            goods::auction.eq(id),
            goods::sku.eq(lot.sku()),
            goods::quantity.eq(i64::from(lot.quantity())),
        );
        diesel::insert_into(goods::table)
            .values(row)
            .execute(uow.connection())?;
        Ok(())
    }

    fn save_all(&self, changed: &mut [Auction], uow: &mut UnitOfWork) -> Result<(), Failure> {
        changed.sort_unstable_by_key(|auction| auction.state().id);
        let ids: Vec<AuctionId> = changed.iter().map(|auction| auction.state().id).collect();
        if ids.len() > 1 && !uow.locks_rows() {
            lock(&ids, uow)?;
        }
        let rows: Vec<_> = changed.iter().map(AuctionProgress::next_row).collect();
        if update_progress(&rows, uow.connection())? < rows.len() {
            return Err(Failure::Conflict);
        }
        write_changes(changed, uow)
    }
}

/// Locks auctions in the order of their ids, so that two who lock several never wait for each other.
fn lock(ids: &[AuctionId], uow: &mut UnitOfWork) -> Result<(), Failure> {
    let wanted = auctions::table.filter(auctions::id.eq_any(ids));
    let in_order = wanted.order(auctions::id).select(auctions::id);
    Locked(in_order).load::<AuctionId>(uow.connection())?;
    Ok(())
}

/// Writes what belongs to rows that were just saved, then posts the events.
fn write_changes(changed: &mut [Auction], uow: &mut UnitOfWork) -> Result<(), Failure> {
    let (mut new_bids, mut new_lines, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for auction in changed {
        let Changes {
            bids,
            withdrawals,
            lines,
            events,
            offers,
        } = auction.take_changes();
        let state = auction.state();
        let currency = state.lot.terms.currency().code();
        new_bids.extend(
            bids.iter()
                .map(|bid| NewBidRow::new(state.id, currency, bid)),
        );
        new_lines.extend(lines.into_iter().map(|line| LineRow::new(state.id, line)));
        for withdrawal in &withdrawals {
            mark_withdrawn(withdrawal, uow)?;
        }
        if offers {
            write_offers(auction, uow)?;
        }
        let origin = Origin::new(
            "auctions.auction",
            auction.state().id,
            auction.state().version,
        );
        told.push((origin, events));
    }
    insert_bids(&new_bids, uow.connection())?;
    insert_lines(&new_lines, uow.connection()).map_err(Failure::conflict_if_taken)?;
    for (origin, events) in &told {
        uow.post_from(origin, events.iter().map(AuctionEvent::as_any_event))?;
    }
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

fn write_offers(auction: &Auction, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let state = auction.state();
    diesel::delete(offers::table.filter(offers::auction.eq(state.id))).execute(uow.connection())?;
    for (index, offer) in state.lot.offers.iter().enumerate() {
        diesel::insert_into(offers::table)
            .values(OfferRow::new(state.id, index, offer))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
    }
    Ok(())
}
