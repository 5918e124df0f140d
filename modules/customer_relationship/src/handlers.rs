//! Reactions to events: who is told what, and how e-mails leave the house.
//!
//! What one customer is told holds up nobody else: a dead delivery of these blocks no later one.

mod lots;
mod post;
mod registrations;

pub(crate) use lots::{
    CalmOverbids, TellBidderOfCancelledLot, TellBiddersOfCancelledLot, TellOfSecondChance,
    TellOfWithdrawnBids, TellOverbidBidder, TellSellerOfCancelledLot, TellSellerOfUnsoldLot,
};
pub(crate) use post::SendEmail;
pub(crate) use registrations::TellOfRegistration;
