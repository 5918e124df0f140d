//! Putting a lot up for bids.

use foundation::UnitOfWork;

use super::Auctions;
use crate::domain::{Auction, BeginAuction, BeginAuctionError};
use crate::events::ClosingDue;

/// Begins the auction, and sets the timer that will end it.
pub(crate) fn begin_auction(
    command: BeginAuction,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<(), BeginAuctionError> {
    let id = command.auction;
    if auctions.get(id, uow)?.is_some() {
        return Err(BeginAuctionError::AlreadyBegun);
    }
    let mut auction = Auction::begin(command, uow.now())?;
    auctions.add(&mut auction, uow)?;
    uow.schedule(auction.closing_due_at(), &ClosingDue { auction: id })?;
    Ok(())
}
