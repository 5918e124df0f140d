//! Bidding.

use foundation::UnitOfWork;

use super::Auctions;
use crate::domain::{PlaceBid, PlaceBidError, Verdict};

/// Has the auction consider the bid. Only one that wins is written down.
pub(crate) fn place_bid(
    command: &PlaceBid,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<Verdict, PlaceBidError> {
    let mut auction = auctions
        .get(command.auction, uow)?
        .ok_or(PlaceBidError::NotFound)?;
    let verdict = auction.place_bid(command)?;
    if verdict.is_winner {
        auctions.save(&mut auction, uow)?;
    }
    Ok(verdict)
}
