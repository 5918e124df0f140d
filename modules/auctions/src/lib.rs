//! Auctions: lots under the hammer, the bids on them, and how they end.
//!
//! | to read about | open |
//! |---|---|
//! | what can be asked | `facade.rs` |
//! | the rules of bidding, withdrawing and ending | `domain/auction.rs`, `domain/standing.rs`, `domain/withdrawal.rs` |
//! | one use case from its command to its events | `application/place_bid.rs` |
//! | how an auction is kept under a version | `infrastructure/auctions.rs` |
//! | what the others are told | `events.rs` |
//! | how the timer ends an auction | `handlers.rs`, `application/end_auction.rs` |

mod application;
mod domain;
mod events;
mod facade;
mod handlers;
mod ids;
mod infrastructure;
mod schema;
mod wiring;

pub use application::{AuctionStatus, AuctionView, BidView, Page};
pub use domain::{
    AuctionTitle, Band, BeginAuction, BeginAuctionError, EndAuction, EndAuctionError, Increments,
    InvalidIncrements, InvalidLotText, InvalidSoftClose, LotDescription, PlaceBid, PlaceBidError,
    SoftClose, Verdict, WithdrawBids, WithdrawBidsError, Withdrawn, WithdrawnBy,
};
pub use events::{
    AuctionBegan, AuctionEnded, BidderHasBeenOverbid, BidsWithdrawn, ClosingDue, WinningBidPlaced,
};
pub use facade::AuctionsFacade;
pub use ids::{AuctionId, BidId, BidderId, SellerId};
pub use wiring::{AuctionsModule, module};
