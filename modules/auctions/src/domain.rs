//! The rules of the auction room: pure, without clock, database or framework.

mod auction;
mod bid;
mod commands;
mod increments;
mod lot_text;
mod refusals;
mod registration;
mod sale;
mod sale_commands;
#[cfg(test)]
mod sale_model;
mod sale_refusals;
mod sale_terms;
#[cfg(test)]
mod sale_tests;
mod soft_close;
mod standing;
#[cfg(test)]
mod tests;
mod withdrawal;

pub(crate) use auction::{Auction, AuctionState, Changes, Ending};
pub(crate) use bid::{Bid, Withdrawal};
pub use commands::{
    BeginAuction, EndAuction, PlaceBid, Verdict, WithdrawBids, Withdrawn, WithdrawnBy,
};
pub use increments::{Band, Increments, InvalidIncrements};
pub use lot_text::{AuctionTitle, InvalidLotText, LotDescription};
pub use refusals::{BeginAuctionError, EndAuctionError, PlaceBidError, WithdrawBidsError};
pub use registration::RegistrationStatus;
pub(crate) use registration::{Registration, RegistrationStanding};
pub(crate) use sale::{Sale, SaleChanges, SaleState};
pub use sale_commands::{
    Admission, ApproveRegistration, CancelRegistration, CreateSale, RefuseRegistration,
    RegisterBidder, Registered,
};
pub use sale_refusals::{
    ApproveRegistrationError, CancelRegistrationError, CreateSaleError, RefuseRegistrationError,
    RegisterBidderError,
};
pub use sale_terms::{BuyersPremium, InvalidBuyersPremium, SaleTerms, SaleTitle};
pub use soft_close::{InvalidSoftClose, SoftClose};
pub(crate) use standing::{Standing, Terms};
