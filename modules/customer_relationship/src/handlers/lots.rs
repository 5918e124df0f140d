//! What bidders and sellers are told of lots. What a winner is told belongs to the process of paying.

use std::sync::Arc;

use auctions::{
    AuctionCancelled, AuctionEnded, BidderHasBeenOverbid, BidsWithdrawn, SecondChanceOffered,
};
use chrono::TimeDelta;
use foundation::{AsyncHandler, HandlerResult, Policy, UnitOfWork};

use crate::application::{
    CancelledLot, Correspondence, Notice, OfferedLot, OverbidLot, UnsoldLot, WithdrawnBids,
};
use crate::events::{CancellationToTell, OverbidNoticeDue};
use crate::ids::CustomerId;

/// How long the house waits before it writes to an overbid bidder. On a hot lot somebody may be overbid many
/// times in that time, and gets one e-mail with the latest price.
const CALM: TimeDelta = TimeDelta::seconds(30);

/// Lets an overbid rest for a moment before the bidder is told.
pub(crate) struct CalmOverbids;

impl AsyncHandler<BidderHasBeenOverbid> for CalmOverbids {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_overbid_bidder"
    }

    fn handle(&self, event: &BidderHasBeenOverbid, uow: &mut UnitOfWork) -> HandlerResult {
        let overbid = event.clone();
        Ok(uow.schedule(uow.now() + CALM, &OverbidNoticeDue { overbid })?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }

    fn coalescing_key(&self, event: &BidderHasBeenOverbid) -> Option<String> {
        Some(format!("{}:{}", event.auction, event.bidder))
    }
}

/// Tells a bidder that somebody else leads now: once with the latest price, however often the bidder was
/// overbid on the lot before the e-mail was written.
pub(crate) struct TellOverbidBidder {
    pub(crate) correspondence: Arc<Correspondence>,
}

impl AsyncHandler<OverbidNoticeDue> for TellOverbidBidder {
    fn name(&self) -> &'static str {
        "customer_relationship.write_overbid_notice"
    }

    fn handle(&self, event: &OverbidNoticeDue, uow: &mut UnitOfWork) -> HandlerResult {
        let overbid = &event.overbid;
        let notice = Notice::Overbid(OverbidLot {
            auction: overbid.auction,
            title: overbid.title.clone(),
            price: overbid.new_price,
            minimum_next: overbid.minimum_next,
            open_until: Some(overbid.ends_at).filter(|end| *end > uow.now()),
        });
        let bidder = CustomerId::from(overbid.bidder.uuid());
        Ok(self.correspondence.tell(bidder, &notice, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }

    fn coalescing_key(&self, event: &OverbidNoticeDue) -> Option<String> {
        Some(format!(
            "{}:{}",
            event.overbid.auction, event.overbid.bidder
        ))
    }
}

/// Tells the seller that nobody won the lot.
pub(crate) struct TellSellerOfUnsoldLot {
    pub(crate) correspondence: Arc<Correspondence>,
}

impl AsyncHandler<AuctionEnded> for TellSellerOfUnsoldLot {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_seller_of_unsold_lot"
    }

    fn handle(&self, event: &AuctionEnded, uow: &mut UnitOfWork) -> HandlerResult {
        if event.winner.is_some() {
            return Ok(());
        }
        let notice = Notice::Unsold(UnsoldLot {
            auction: event.auction,
            title: event.title.clone(),
            price: event.price,
            missed_reserve: event.reserve_met == Some(false),
        });
        let seller = CustomerId::from(event.seller.uuid());
        Ok(self.correspondence.tell(seller, &notice, uow)?)
    }

    fn concerns(&self, event: &AuctionEnded) -> bool {
        event.winner.is_none()
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

/// Tells everybody whose standing changed because bids were withdrawn.
pub(crate) struct TellOfWithdrawnBids {
    pub(crate) correspondence: Arc<Correspondence>,
}

impl AsyncHandler<BidsWithdrawn> for TellOfWithdrawnBids {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_of_withdrawn_bids"
    }

    fn handle(&self, event: &BidsWithdrawn, uow: &mut UnitOfWork) -> HandlerResult {
        for bidder in &event.affected {
            let notice = Notice::BidsWithdrawn(WithdrawnBids {
                auction: event.auction,
                title: event.title.clone(),
                price: event.new_price,
                minimum_next: event.minimum_next,
                leads: event.leader == Some(*bidder),
                reason: event.reason.clone(),
            });
            let bidder = CustomerId::from(bidder.uuid());
            self.correspondence.tell(bidder, &notice, uow)?;
        }
        Ok(())
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

/// Asks the bidder to whom a lot is offered.
pub(crate) struct TellOfSecondChance {
    pub(crate) correspondence: Arc<Correspondence>,
}

impl AsyncHandler<SecondChanceOffered> for TellOfSecondChance {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_of_second_chance"
    }

    fn handle(&self, event: &SecondChanceOffered, uow: &mut UnitOfWork) -> HandlerResult {
        let notice = Notice::SecondChance(OfferedLot {
            auction: event.auction,
            title: event.title.clone(),
            price: event.price,
            answer_by: event.expires_at,
        });
        let bidder = CustomerId::from(event.bidder.uuid());
        Ok(self.correspondence.tell(bidder, &notice, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

/// Tells the seller that the lot was taken off.
pub(crate) struct TellSellerOfCancelledLot {
    pub(crate) correspondence: Arc<Correspondence>,
}

impl AsyncHandler<AuctionCancelled> for TellSellerOfCancelledLot {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_seller_of_cancelled_lot"
    }

    fn handle(&self, event: &AuctionCancelled, uow: &mut UnitOfWork) -> HandlerResult {
        let notice = Notice::OwnLotCancelled(CancelledLot {
            auction: event.auction,
            title: event.title.clone(),
            reason: event.reason.clone(),
        });
        let seller = CustomerId::from(event.seller.uuid());
        Ok(self.correspondence.tell(seller, &notice, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

/// Has every bidder told, each in a delivery of their own, that the lot was taken off.
pub(crate) struct TellBiddersOfCancelledLot;

impl AsyncHandler<AuctionCancelled> for TellBiddersOfCancelledLot {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_bidders_of_cancelled_lot"
    }

    fn handle(&self, event: &AuctionCancelled, uow: &mut UnitOfWork) -> HandlerResult {
        for bidder in &event.bidders {
            uow.post(&CancellationToTell {
                auction: event.auction,
                title: event.title.clone(),
                bidder: *bidder,
                reason: event.reason.clone(),
            })?;
        }
        Ok(())
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

/// Tells one bidder that the lot was taken off.
pub(crate) struct TellBidderOfCancelledLot {
    pub(crate) correspondence: Arc<Correspondence>,
}

impl AsyncHandler<CancellationToTell> for TellBidderOfCancelledLot {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_bidder_of_cancelled_lot"
    }

    fn handle(&self, event: &CancellationToTell, uow: &mut UnitOfWork) -> HandlerResult {
        let notice = Notice::LotCancelled(CancelledLot {
            auction: event.auction,
            title: event.title.clone(),
            reason: event.reason.clone(),
        });
        let bidder = CustomerId::from(event.bidder.uuid());
        Ok(self.correspondence.tell(bidder, &notice, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}
