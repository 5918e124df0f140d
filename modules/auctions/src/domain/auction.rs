//! The aggregate: one lot under the hammer.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use foundation::{Money, to_microseconds};

use super::bid::{Bid, Withdrawal};
use super::commands::{BeginAuction, PlaceBid, Verdict, Withdrawn, WithdrawnBy};
use super::lot_text::{AuctionTitle, LotDescription, one_line};
use super::refusals::{BeginAuctionError, EndAuctionError, PlaceBidError, WithdrawBidsError};
use super::standing::{Standing, Terms};
use super::withdrawal::{named_by_staff, open_to_bidder};
use crate::events::{
    AuctionBegan, AuctionEnded, AuctionEvent, BidderHasBeenOverbid, BidsWithdrawn, WinningBidPlaced,
};
use crate::ids::{AuctionId, BidId, BidderId, SellerId};

/// How long after the end the hammer falls, so that bids which arrived in time have their turn.
const GRACE: TimeDelta = TimeDelta::milliseconds(250);
/// Longer than any auction lasts; the databases do not keep every year that a request can name.
const LONGEST: TimeDelta = TimeDelta::days(3653);

/// One lot under the hammer, from its beginning to its end.
///
/// It knows who leads and at what price, so that bidding never reads earlier bids; only a withdrawal is
/// handed the history. Every change is made by one of the methods here and recorded, for the repository to
/// write down.
#[derive(Debug)]
pub(crate) struct Auction {
    state: AuctionState,
    changes: Changes,
}

/// What is kept of an auction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuctionState {
    pub(crate) id: AuctionId,
    /// Counts the times it was saved; zero before the first.
    pub(crate) version: i64,
    pub(crate) seller: SellerId,
    pub(crate) title: AuctionTitle,
    pub(crate) description: LotDescription,
    pub(crate) terms: Terms,
    pub(crate) standing: Standing,
    /// Bids that count: accepted and not withdrawn.
    pub(crate) bids: i64,
    /// Bids ever accepted.
    pub(crate) last_sequence: i64,
    pub(crate) began_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) ending: Option<Ending>,
}

/// The hammer fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) at: DateTime<Utc>,
    pub(crate) sold: bool,
}

/// What happened to an auction since it was loaded.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) bids: Vec<Bid>,
    pub(crate) withdrawals: Vec<Withdrawal>,
    pub(crate) events: Vec<AuctionEvent>,
}

impl Auction {
    /// Puts a lot up for bids.
    pub(crate) fn begin(
        command: BeginAuction,
        now: DateTime<Utc>,
    ) -> Result<Self, BeginAuctionError> {
        let ends_at = to_microseconds(command.ends_at);
        if ends_at <= now {
            return Err(BeginAuctionError::EndingInThePast);
        }
        if ends_at - now > LONGEST {
            return Err(BeginAuctionError::EndingTooFarAway);
        }
        let terms = Terms::try_new(command.starting_price, command.increment)?;
        let began = AuctionBegan {
            auction: command.auction,
            seller: command.seller,
            title: command.title.as_str().to_owned(),
            starting_price: terms.starting_price(),
            ends_at,
        };
        let mut auction = Self::restore(AuctionState {
            id: command.auction,
            version: 0,
            seller: command.seller,
            title: command.title,
            description: command.description,
            terms,
            standing: Standing::opening(&terms),
            bids: 0,
            last_sequence: 0,
            began_at: now,
            ends_at,
            ending: None,
        });
        auction.record(AuctionEvent::Began(began));
        Ok(auction)
    }

    /// Takes an auction up where it was left.
    pub(crate) fn restore(state: AuctionState) -> Self {
        Self {
            state,
            changes: Changes::default(),
        }
    }

    /// Considers a bid. One that is too low is answered and changes nothing.
    pub(crate) fn place_bid(&mut self, bid: &PlaceBid) -> Result<Verdict, PlaceBidError> {
        let arrived_at = to_microseconds(bid.arrived_at);
        let terms = self.state.terms;
        if self.has_ended(arrived_at) {
            return Err(PlaceBidError::HasEnded);
        }
        if bid.bidder.uuid() == self.state.seller.uuid() {
            return Err(PlaceBidError::OwnLot);
        }
        let expected = terms.starting_price().currency();
        if bid.amount.currency() != expected {
            return Err(PlaceBidError::WrongCurrency { expected });
        }
        if !terms.leave_room_above(bid.amount) {
            return Err(PlaceBidError::AmountTooLarge);
        }
        let before = self.state.standing;
        let Some(after) = before.with_bid(&terms, bid.bidder, bid.amount) else {
            return Ok(self.verdict(false));
        };
        self.state.standing = after;
        self.state.bids += 1;
        self.state.last_sequence += 1;
        self.changes.bids.push(Bid {
            id: BidId::generate(),
            sequence: self.state.last_sequence,
            bidder: bid.bidder,
            amount: bid.amount,
            placed_at: arrived_at,
            withdrawn: false,
        });
        self.announce_bid(before.leader, bid.bidder);
        Ok(self.verdict(true))
    }

    /// Takes bids back and recomputes the standing from those that remain. `history` holds every bid on
    /// this lot.
    pub(crate) fn withdraw_bids(
        &mut self,
        history: &[Bid],
        by: WithdrawnBy,
        now: DateTime<Utc>,
    ) -> Result<Withdrawn, WithdrawBidsError> {
        if self.has_ended(now) {
            return Err(WithdrawBidsError::HasEnded);
        }
        let (bids, by_staff) = match by {
            WithdrawnBy::Bidder(bidder) => {
                let ends_at = self.state.ends_at;
                (open_to_bidder(history, bidder, ends_at, now)?, None)
            }
            WithdrawnBy::Staff {
                bids,
                staff,
                reason,
            } => {
                let reason =
                    one_line("a reason", 500, &reason).map_err(WithdrawBidsError::BadReason)?;
                (named_by_staff(history, &bids)?, Some((staff, reason)))
            }
        };
        let (gone, left): (Vec<&Bid>, Vec<&Bid>) =
            history.iter().partition(|bid| bids.contains(&bid.id));
        let before = self.state.standing;
        self.state.standing = Standing::from_bids(&self.state.terms, left);
        self.state.bids -= i64::try_from(gone.len()).expect("a history fits the memory");
        let reason = by_staff.as_ref().map(|(_, reason)| reason.clone());
        self.announce_withdrawal(before.leader, &gone, reason);
        self.changes.withdrawals.push(Withdrawal {
            bids: bids.clone(),
            at: now,
            by_staff,
        });
        Ok(Withdrawn {
            bids,
            current_price: self.state.standing.price,
            minimum_next: self.minimum_next(),
        })
    }

    /// Lets the hammer fall, once.
    pub(crate) fn end(&mut self, now: DateTime<Utc>) -> Result<(), EndAuctionError> {
        if self.state.ending.is_some() {
            return Err(EndAuctionError::AlreadyEnded);
        }
        let due_at = self.closing_due_at();
        if now < due_at {
            return Err(EndAuctionError::NotDueYet { due_at });
        }
        let winner = self.state.standing.leader;
        self.state.ending = Some(Ending {
            at: now,
            sold: winner.is_some(),
        });
        self.record(AuctionEvent::Ended(AuctionEnded {
            auction: self.state.id,
            seller: self.state.seller,
            title: self.title(),
            winner,
            price: self.state.standing.price,
        }));
        Ok(())
    }

    /// The earliest moment at which the hammer may fall.
    pub(crate) fn closing_due_at(&self) -> DateTime<Utc> {
        self.state.ends_at + GRACE
    }

    /// What is to be kept.
    pub(crate) fn state(&self) -> &AuctionState {
        &self.state
    }

    /// Hands the changes over to the repository, which has saved them under the next version.
    pub(crate) fn take_changes(&mut self) -> Changes {
        self.state.version += 1;
        std::mem::take(&mut self.changes)
    }

    fn has_ended(&self, at: DateTime<Utc>) -> bool {
        self.state.ending.is_some() || at >= self.state.ends_at
    }

    fn minimum_next(&self) -> Money {
        self.state.standing.minimum_next(&self.state.terms)
    }

    fn title(&self) -> String {
        self.state.title.as_str().to_owned()
    }

    fn verdict(&self, is_winner: bool) -> Verdict {
        Verdict {
            is_winner,
            current_price: self.state.standing.price,
            minimum_next: self.minimum_next(),
            sequence: self.state.last_sequence,
        }
    }

    fn announce_bid(&mut self, led_before: Option<BidderId>, bidder: BidderId) {
        let price = self.state.standing.price;
        let minimum_next = self.minimum_next();
        self.record(AuctionEvent::WinningBidPlaced(WinningBidPlaced {
            auction: self.state.id,
            bidder,
            title: self.title(),
            price,
            minimum_next,
        }));
        let Some(overbid) = led_before.filter(|leader| *leader != bidder) else {
            return;
        };
        self.record(AuctionEvent::BidderOverbid(BidderHasBeenOverbid {
            auction: self.state.id,
            bidder: overbid,
            title: self.title(),
            new_price: price,
            minimum_next,
            ends_at: self.state.ends_at,
        }));
    }

    fn announce_withdrawal(
        &mut self,
        led_before: Option<BidderId>,
        gone: &[&Bid],
        reason: Option<String>,
    ) {
        let leader = self.state.standing.leader;
        let mut affected: BTreeSet<BidderId> = gone.iter().map(|bid| bid.bidder).collect();
        affected.extend(leader.filter(|_| leader != led_before));
        self.record(AuctionEvent::BidsWithdrawn(BidsWithdrawn {
            auction: self.state.id,
            title: self.title(),
            affected: affected.into_iter().collect(),
            leader,
            new_price: self.state.standing.price,
            minimum_next: self.minimum_next(),
            reason,
        }));
    }

    fn record(&mut self, event: AuctionEvent) {
        self.changes.events.push(event);
    }
}
