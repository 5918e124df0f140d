//! What this module tells: for now only itself.

use auctions::{AuctionId, BidderHasBeenOverbid, BidderId};
use foundation::Event;
use serde::{Deserialize, Serialize};

use crate::ids::EmailId;

/// An e-mail is written and waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailQueued {
    /// The e-mail.
    pub email: EmailId,
}

/// A timer: the bidder is to be told of the newest overbid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OverbidNoticeDue {
    pub(crate) overbid: BidderHasBeenOverbid,
}

/// One of those who bid on a lot that was cancelled is to be told. Each has a delivery of their own: a lot
/// may have thousands of bidders, and one who cannot be written to must not keep it from the others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CancellationToTell {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) bidder: BidderId,
    pub(crate) reason: String,
}

impl Event for EmailQueued {
    const NAME: &'static str = "customer_relationship.email_queued";
}

impl Event for OverbidNoticeDue {
    const NAME: &'static str = "customer_relationship.overbid_notice_due";
}

impl Event for CancellationToTell {
    const NAME: &'static str = "customer_relationship.cancellation_to_tell";
}
