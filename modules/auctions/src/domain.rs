//! The rules of the auction room: pure, without clock, database or framework.

mod announcements;
mod auction;
mod bid;
mod bidding;
mod commands;
#[cfg(test)]
mod forgery_tests;
mod goods;
#[cfg(test)]
mod histories;
mod increments;
mod log;
mod lot;
mod lot_log;
mod lot_text;
#[cfg(test)]
mod model;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod plain_tests;
#[cfg(test)]
mod price_tests;
#[cfg(test)]
mod proxy_tests;
mod refusals;
mod registration;
#[cfg(test)]
mod room;
mod rules;
mod sale;
mod sale_commands;
#[cfg(test)]
mod sale_model;
mod sale_refusals;
mod sale_terms;
#[cfg(test)]
mod sale_tests;
mod second_chance;
#[cfg(test)]
mod second_chance_tests;
mod secrecy;
mod soft_close;
mod standing;
mod terms;
#[cfg(test)]
mod time_tests;
mod verify;
#[cfg(test)]
mod verify_tests;
mod withdrawal;

pub(crate) use auction::{Auction, AuctionState, Changes};
pub(crate) use bid::{Bid, Withdrawal};
pub use commands::{
    AnswerSecondChance, BeginAuction, BidAmount, Bought, BuyNow, CancelAuction, CancelledBy,
    EndAuction, IdempotencyKey, InvalidIdempotencyKey, LowerReserve, OfferSecondChance, PlaceBid,
    SecondChance, SecondChanceReason, Verdict, WithdrawBids, Withdrawn, WithdrawnBy,
};
pub use goods::{InvalidLotGoods, LotGoods};
pub use increments::{Band, Increments, InvalidIncrements};
pub(crate) use log::{EarlierBid, Line, LineHash, LogHead, first_end};
pub use lot::OfferState;
pub(crate) use lot::{EndResult, Ending, Lot, Offer};
pub use lot_log::LotLog;
pub(crate) use lot_log::Telling;
pub use lot_text::{AuctionTitle, InvalidLotText, LotDescription};
pub use refusals::{BeginAuctionError, CommandError, EndAuctionError, Refusal};
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
pub(crate) use secrecy::LotSecret;
pub use soft_close::{InvalidSoftClose, SoftClose};
pub(crate) use standing::{Place, Standing};
pub use terms::{Bidding, LotTerms, SoftCloseChoice};
pub(crate) use terms::{Reserve, Terms};
pub use verify::{Break, BrokenLog, VerifiedLot, verify_log};
