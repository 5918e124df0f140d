//! Putting a lot up for bids.

use foundation::{Failure, UnitOfWork};

use super::{Auctions, Sales};
use crate::domain::{Auction, BeginAuction, BeginAuctionError, LotSecret};
use crate::events::ClosingDue;

/// Begins the auction, and sets the timer that will end it.
pub(crate) fn begin_auction(
    mut command: BeginAuction,
    auctions: &dyn Auctions,
    sales: &dyn Sales,
    uow: &mut UnitOfWork,
) -> Result<(), BeginAuctionError> {
    let id = command.auction;
    if auctions.get(id, uow)?.is_some() {
        return Err(BeginAuctionError::AlreadyBegun);
    }
    // Read once: a lot of a sale that is open begins now, and a moment later now would be the past.
    let now = uow.now();
    if let Some(sale) = command.terms.sale {
        let sale = sales.get(sale, uow)?.ok_or(BeginAuctionError::NoSuchSale)?;
        let rules = sale.rules_of_lots();
        let price = command.starting_price;
        command.terms = command.terms.within(&rules, price, now)?;
    }
    let goods = command.terms.goods.take();
    let mut auction = Auction::begin(command, fresh_secret()?, now)?;
    auctions.add(&mut auction, uow)?;
    if let Some(goods) = goods {
        auctions.add_goods(id, &goods, uow)?;
    }
    uow.schedule(auction.closing_due_at(), &ClosingDue { auction: id })?;
    Ok(())
}

/// A secret that nobody can guess.
pub(crate) fn fresh_secret() -> Result<LotSecret, Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Defect(error.to_string()))?;
    Ok(LotSecret::from(bytes))
}
