//! Reactions to events.

use std::sync::Arc;

use auctions::{AuctionEnded, BidderHasBeenOverbid, BidsWithdrawn};
use foundation::{AsyncHandler, HandlerResult, OutboundHandler, Policy, UnitOfWork};

use crate::application::{
    MailVerdict, OutgoingEmail, OverbidLot, Postman, UnsoldLot, WithdrawnBids,
};
use crate::events::EmailQueued;
use crate::facade::CustomersFacade;
use crate::ids::CustomerId;

/// Tells a bidder that somebody else leads now: once with the latest price, however often the bidder was
/// overbid on the lot before the e-mail was written.
pub(crate) struct TellOverbidBidder {
    pub(crate) customers: Arc<CustomersFacade>,
}

impl AsyncHandler<BidderHasBeenOverbid> for TellOverbidBidder {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_overbid_bidder"
    }

    fn handle(&self, event: &BidderHasBeenOverbid, uow: &mut UnitOfWork) -> HandlerResult {
        let lot = OverbidLot {
            auction: event.auction,
            title: event.title.clone(),
            price: event.new_price,
            minimum_next: event.minimum_next,
            ends_at: event.ends_at,
        };
        let bidder = CustomerId::from(event.bidder.uuid());
        Ok(self.customers.send_email_about_overbid(bidder, lot, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }

    fn coalescing_key(&self, event: &BidderHasBeenOverbid) -> Option<String> {
        Some(format!("{}:{}", event.auction, event.bidder))
    }
}

/// Tells the seller that nobody won the lot. What a winner is told belongs to the process of paying.
pub(crate) struct TellSellerOfUnsoldLot {
    pub(crate) customers: Arc<CustomersFacade>,
}

impl AsyncHandler<AuctionEnded> for TellSellerOfUnsoldLot {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_seller_of_unsold_lot"
    }

    fn handle(&self, event: &AuctionEnded, uow: &mut UnitOfWork) -> HandlerResult {
        if event.winner.is_some() {
            return Ok(());
        }
        let lot = UnsoldLot {
            auction: event.auction,
            title: event.title.clone(),
            starting_price: event.price,
        };
        let seller = CustomerId::from(event.seller.uuid());
        Ok(self
            .customers
            .send_email_about_unsold_lot(seller, lot, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

/// Tells everybody whose standing changed because bids were withdrawn.
pub(crate) struct TellOfWithdrawnBids {
    pub(crate) customers: Arc<CustomersFacade>,
}

impl AsyncHandler<BidsWithdrawn> for TellOfWithdrawnBids {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_of_withdrawn_bids"
    }

    fn handle(&self, event: &BidsWithdrawn, uow: &mut UnitOfWork) -> HandlerResult {
        for bidder in &event.affected {
            let lot = WithdrawnBids {
                auction: event.auction,
                title: event.title.clone(),
                price: event.new_price,
                minimum_next: event.minimum_next,
                leads: event.leader == Some(*bidder),
                reason: event.reason.clone(),
            };
            let bidder = CustomerId::from(bidder.uuid());
            self.customers
                .send_email_about_withdrawn_bids(bidder, lot, uow)?;
        }
        Ok(())
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

/// Takes a queued e-mail to the mail server.
pub(crate) struct SendEmail {
    pub(crate) postman: Arc<Postman>,
}

impl OutboundHandler<EmailQueued> for SendEmail {
    type Request = OutgoingEmail;
    type Outcome = MailVerdict;

    fn name(&self) -> &'static str {
        "customer_relationship.send_email"
    }

    fn prepare(
        &self,
        event: &EmailQueued,
        uow: &mut UnitOfWork,
    ) -> HandlerResult<Option<OutgoingEmail>> {
        Ok(self.postman.pick_up(event.email, uow)?)
    }

    fn call(&self, email: OutgoingEmail) -> HandlerResult<MailVerdict> {
        Ok(self.postman.carry(&email)?)
    }

    fn record(
        &self,
        event: &EmailQueued,
        verdict: MailVerdict,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        Ok(self.postman.note(event.email, &verdict, uow)?)
    }
}
