//! Auctions: lots under the hammer, the bids on them, and how they end.
//!
//! | to read about | open |
//! |---|---|
//! | what can be asked | `facade.rs` |
//! | the rules of bidding, withdrawing and ending | `domain/rules.rs`, `domain/standing.rs` |
//! | the log and what it proves | `domain/log.rs`, `domain/verify.rs` |
//! | one use case from its command to its events | `application/place_bids.rs` |
//! | how the bids of a hot lot are decided together | `desk.rs`, `desk/clerk.rs` |
//! | how an auction is kept under a version | `infrastructure/auctions.rs` |
//! | sales, and who may bid in them | `sales_facade.rs`, `domain/sale.rs`, `infrastructure/sales.rs` |
//! | what the others are told | `events.rs`, `sale_events.rs` |
//! | how the timer ends an auction | `handlers.rs`, `application/end_auction.rs` |

mod application;
mod desk;
mod domain;
mod events;
mod facade;
mod handlers;
mod ids;
mod infrastructure;
mod sale_events;
mod sales_facade;
mod schema;
mod wiring;

pub use application::{
    AuctionStatus, AuctionView, BidView, Decided, LogAccess, LogExport, Page, RegistrationView,
    SaleView, SecondChanceView,
};
pub use desk::{BiddingDesk, BiddingSettings, BiddingStrategy, DeskError};
pub use domain::{
    Admission, ApproveRegistration, ApproveRegistrationError, BuyersPremium, CancelRegistration,
    CancelRegistrationError, CreateSale, CreateSaleError, InvalidBuyersPremium, RefuseRegistration,
    RefuseRegistrationError, RegisterBidder, RegisterBidderError, Registered, RegistrationStatus,
    SaleTerms, SaleTitle,
};
pub use domain::{
    AnswerSecondChance, AuctionTitle, Band, BeginAuction, BeginAuctionError, BidAmount, Bidding,
    Bought, Break, BrokenLog, BuyNow, CancelAuction, CancelledBy, CommandError, EndAuction,
    EndAuctionError, IdempotencyKey, Increments, InvalidIdempotencyKey, InvalidIncrements,
    InvalidLotGoods, InvalidLotText, InvalidSoftClose, LotDescription, LotGoods, LotLog, LotTerms,
    LowerReserve, OfferSecondChance, OfferState, PlaceBid, Refusal, SecondChance,
    SecondChanceReason, SoftClose, SoftCloseChoice, Verdict, VerifiedLot, WithdrawBids, Withdrawn,
    WithdrawnBy, verify_log,
};
pub use events::{
    AuctionBegan, AuctionCancelled, AuctionEnded, AuctionExtended, BidderHasBeenOverbid,
    BidsWithdrawn, ClosingDue, SecondChanceAccepted, SecondChanceDeclined, SecondChanceDue,
    SecondChanceExpired, SecondChanceOffered, WinningBidPlaced,
};
pub use facade::AuctionsFacade;
pub use ids::{AuctionId, BidId, BidderId, RegistrationId, SaleId, SellerId};
pub use sale_events::{
    BidderRegistered, RegistrationApproved, RegistrationCancelled, RegistrationRefused, SaleCreated,
};
pub use sales_facade::SalesFacade;
pub use wiring::{AuctionsModule, module};
