//! The hammer falls.

use foundation::UnitOfWork;

use super::Auctions;
use crate::domain::{EndAuction, EndAuctionError};
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
    auctions.save(&mut auction, uow)?;
    Ok(())
}

/// Answers the timer: ends the auction, or sets the timer again when the end has moved. An auction that
/// somebody else has ended is left alone.
pub(crate) fn end_or_rearm(
    auction: AuctionId,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<(), EndAuctionError> {
    match end_auction(&EndAuction { auction }, auctions, uow) {
        Err(EndAuctionError::NotDueYet { due_at }) => {
            uow.schedule(due_at, &ClosingDue { auction })?;
            Ok(())
        }
        Err(EndAuctionError::AlreadyEnded) => Ok(()),
        outcome => outcome,
    }
}
