//! What the others are told of a decision, from what the lot was before and is now.

use std::collections::BTreeSet;

use super::auction::AuctionState;
use super::bid::Bid;
use super::lot::{Lot, Offer, OfferState};
use crate::events::{
    AuctionBegan, AuctionCancelled, AuctionEnded, AuctionEvent, AuctionExtended,
    BidderHasBeenOverbid, BidsWithdrawn, SecondChanceAccepted, SecondChanceDeclined,
    SecondChanceExpired, SecondChanceOffered, WinningBidPlaced,
};
use crate::ids::BidderId;

impl AuctionState {
    fn announced_title(&self) -> String {
        self.title.as_str().to_owned()
    }
}

pub(super) fn began(auction: &AuctionState) -> AuctionEvent {
    let lot = &auction.lot;
    AuctionEvent::Began(AuctionBegan {
        auction: auction.id,
        seller: lot.seller,
        title: auction.announced_title(),
        starting_price: lot.terms.money(lot.terms.starting_price),
        ends_at: lot.ends_at,
    })
}

/// A bid tells of itself when it moved the price or the leader, and of a moved end. A purchase also ends
/// the lot.
pub(super) fn bid(before: &Lot, auction: &AuctionState) -> Vec<AuctionEvent> {
    let lot = &auction.lot;
    let Some(leader) = lot.standing.leader else {
        return Vec::new();
    };
    let mut events = Vec::new();
    let price = lot.terms.money(lot.standing.price);
    let minimum_next = lot.terms.money(lot.minimum_next());
    if lot.last_number > before.last_number {
        events.push(AuctionEvent::WinningBidPlaced(WinningBidPlaced {
            auction: auction.id,
            bidder: leader.bidder,
            title: auction.announced_title(),
            price,
            minimum_next,
        }));
    }
    if let Some(led) = before.standing.leader
        && led.bidder != leader.bidder
    {
        events.push(AuctionEvent::BidderOverbid(BidderHasBeenOverbid {
            auction: auction.id,
            bidder: led.bidder,
            title: auction.announced_title(),
            new_price: price,
            minimum_next,
            ends_at: lot.ends_at,
        }));
    }
    if lot.ending.is_some() {
        events.push(ended(auction));
    } else if lot.ends_at > before.ends_at {
        events.push(AuctionEvent::Extended(AuctionExtended {
            auction: auction.id,
            title: auction.announced_title(),
            ends_at: lot.ends_at,
        }));
    }
    events
}

pub(super) fn withdrawn(
    before: &Lot,
    auction: &AuctionState,
    gone: &[&Bid],
    reason: Option<String>,
) -> AuctionEvent {
    let lot = &auction.lot;
    let leader = lot.standing.leader.map(|leader| leader.bidder);
    let mut affected: BTreeSet<BidderId> = gone.iter().map(|bid| bid.bidder).collect();
    let reserve_moved = before.reserve_met() != lot.reserve_met();
    let leads_anew = |leader: &BidderId| !before.standing.is_led_by(*leader);
    affected.extend(leader.filter(|leader| leads_anew(leader) || reserve_moved));
    AuctionEvent::BidsWithdrawn(BidsWithdrawn {
        auction: auction.id,
        title: auction.announced_title(),
        affected: affected.into_iter().collect(),
        leader,
        new_price: lot.terms.money(lot.standing.price),
        minimum_next: lot.terms.money(lot.minimum_next()),
        reason,
    })
}

pub(super) fn cancelled(
    auction: &AuctionState,
    bidders: Vec<BidderId>,
    reason: String,
) -> AuctionEvent {
    AuctionEvent::Cancelled(AuctionCancelled {
        auction: auction.id,
        seller: auction.lot.seller,
        title: auction.announced_title(),
        bidders,
        reason,
    })
}

pub(super) fn ended(auction: &AuctionState) -> AuctionEvent {
    let lot = &auction.lot;
    AuctionEvent::Ended(AuctionEnded {
        auction: auction.id,
        seller: lot.seller,
        title: auction.announced_title(),
        winner: lot.winner(),
        price: lot.terms.money(lot.standing.price),
        reserve_met: lot.reserve_met(),
    })
}

pub(super) fn offered(auction: &AuctionState, offer: &Offer) -> AuctionEvent {
    AuctionEvent::SecondChanceOffered(SecondChanceOffered {
        auction: auction.id,
        seller: auction.lot.seller,
        title: auction.announced_title(),
        bidder: offer.bidder,
        price: auction.lot.terms.money(offer.price),
        expires_at: offer.expires_at,
    })
}

/// What became of an offer; nothing while it is open.
pub(super) fn answered(auction: &AuctionState, offer: &Offer) -> Option<AuctionEvent> {
    let (id, seller, bidder) = (auction.id, auction.lot.seller, offer.bidder);
    let title = auction.announced_title();
    match offer.state {
        OfferState::Open => None,
        OfferState::Accepted => Some(AuctionEvent::SecondChanceAccepted(SecondChanceAccepted {
            auction: id,
            seller,
            title,
            bidder,
            price: auction.lot.terms.money(offer.price),
        })),
        OfferState::Declined => Some(AuctionEvent::SecondChanceDeclined(SecondChanceDeclined {
            auction: id,
            seller,
            title,
            bidder,
        })),
        OfferState::Expired => Some(AuctionEvent::SecondChanceExpired(SecondChanceExpired {
            auction: id,
            seller,
            title,
            bidder,
        })),
    }
}
