//! The hammer falls.

use foundation::UnitOfWork;

use super::Auctions;
use crate::domain::{Auction, EndAuction, EndAuctionError};
use crate::events::ClosingDue;
use crate::ids::AuctionId;

/// Ends an auction that is due.
pub(crate) fn end_auction(
    command: &EndAuction,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<(), EndAuctionError> {
    let mut auction = auctions
        .get(command.auction, uow)?
        .ok_or(EndAuctionError::NotFound)?;
    auction.end(uow.now())?;
    auctions.save(auction, uow)?;
    Ok(())
}

/// Answers timers: ends the auctions that are due, and sets the timer of those again whose end has moved.
/// What somebody else has ended is left alone.
pub(crate) fn end_or_rearm(
    ids: &[AuctionId],
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<(), EndAuctionError> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut found = auctions.get_all(&sorted, uow)?;
    if found.len() < sorted.len() {
        return Err(EndAuctionError::NotFound);
    }
    for (id, auction) in &mut found {
        match auction.end(uow.now()) {
            Ok(()) | Err(EndAuctionError::AlreadyEnded) => {}
            Err(EndAuctionError::NotDueYet { due_at }) => {
                uow.schedule(due_at, &ClosingDue { auction: *id })?;
            }
            Err(other) => return Err(other),
        }
    }
    let mut ended: Vec<Auction> = found.into_values().collect();
    ended.retain(Auction::is_changed);
    auctions.save_all(&mut ended, uow)?;
    Ok(())
}
