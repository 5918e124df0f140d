//! Bidding and buying: what the aggregate makes of the rules' decision.

use chrono::{DateTime, Utc};
use foundation::to_microseconds;

use super::announcements;
use super::auction::Auction;
use super::bid::Bid;
use super::commands::{Bought, BuyNow, PlaceBid, Verdict};
use super::log::{EarlierBid, Entry};
use super::lot::Lot;
use super::refusals::{CommandError, Refusal};
use super::rules::Command;
use crate::ids::{BidId, BidderId};

impl Auction {
    /// Considers a bid of somebody who may bid in the lot's sale, or may not. One that is too low is
    /// answered and changes nothing.
    pub(crate) fn place_bid(
        &mut self,
        bid: &PlaceBid,
        admitted: bool,
    ) -> Result<Verdict, CommandError> {
        let maximum = bid.amount.in_currency(self.state.lot.terms.currency())?;
        let arrived_at = to_microseconds(bid.arrived_at);
        let command = Command::Bid {
            bidder: bid.bidder,
            maximum,
            admitted,
        };
        let key = bid.key.as_ref().map(|key| key.as_str().to_owned());
        let key = key.map(|key| (bid.bidder, key));
        match self.carry_out(&command, arrived_at, key) {
            Ok(before) => {
                self.record_bid(&before.lot, bid.bidder, maximum, arrived_at);
                Ok(self.verdict(None, bid.bidder))
            }
            Err(Refusal::TooLow) => Ok(self.verdict(Some(Refusal::TooLow), bid.bidder)),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Answers a bid again that was decided before: with the same answer, or not at all if it is another bid.
    pub(crate) fn answer_again(
        &self,
        bid: &PlaceBid,
        earlier: &EarlierBid,
    ) -> Result<Verdict, CommandError> {
        if bid.amount.in_currency(self.state.lot.terms.currency())? != earlier.amount {
            return Err(CommandError::KeyReused);
        }
        let Entry { refused, board, .. } = &earlier.entry;
        if let Some(refusal) = refused.filter(|refusal| *refusal != Refusal::TooLow) {
            return Err(refusal.into());
        }
        let bidder = self.state.log.secret.pseudonym(bid.bidder.uuid());
        Ok(Verdict {
            accepted: refused.is_none(),
            is_winner: refused.is_none() && board.leader == Some(bidder),
            current_price: self.money(board.price),
            minimum_next: self.money(board.minimum_next),
            sequence: board.number,
            ends_at: board.ends_at,
        })
    }

    /// Sells the lot at once.
    pub(crate) fn buy_now(
        &mut self,
        command: &BuyNow,
        admitted: bool,
    ) -> Result<Bought, CommandError> {
        let bidder = command.bidder;
        let arrived_at = to_microseconds(command.arrived_at);
        let before = self.carry_out(&Command::BuyNow { bidder, admitted }, arrived_at, None)?;
        let price = self.state.lot.standing.price;
        self.record_bid(&before.lot, bidder, price, arrived_at);
        Ok(Bought {
            price: self.money(price),
        })
    }

    fn record_bid(
        &mut self,
        before: &Lot,
        bidder: BidderId,
        maximum: i64,
        arrived_at: DateTime<Utc>,
    ) {
        let lot = &self.state.lot;
        let counts = lot.last_number > before.last_number;
        self.changes.bids.push(Bid {
            id: BidId::generate(),
            line: self.state.log.length,
            number: counts.then_some(lot.last_number),
            bidder,
            maximum,
            price: lot.standing.price,
            placed_at: arrived_at,
            withdrawn: false,
        });
        let told = announcements::bid(before, &self.state);
        self.changes.events.extend(told);
    }

    fn verdict(&self, refused: Option<Refusal>, bidder: BidderId) -> Verdict {
        let lot = &self.state.lot;
        Verdict {
            accepted: refused.is_none(),
            is_winner: refused.is_none() && lot.standing.is_led_by(bidder),
            current_price: self.money(lot.standing.price),
            minimum_next: self.money(lot.minimum_next()),
            sequence: lot.last_number,
            ends_at: lot.ends_at,
        }
    }
}
