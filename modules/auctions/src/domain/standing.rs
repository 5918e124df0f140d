//! Who leads, at what price, and what the next bid must reach.
//!
//! All that depends on the kind of bidding is here. This is plain bidding: a bid that reaches the minimum
//! becomes the price.

use foundation::{Money, MoneyError};

use super::bid::Bid;
use super::refusals::BeginAuctionError;
use crate::ids::BidderId;

/// The terms that a lot is sold on. Both amounts are positive and in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    starting_price: Money,
    increment: Money,
}

impl Terms {
    /// Checks the terms; the increment is one minor unit unless given.
    pub(crate) fn try_new(
        starting_price: Money,
        increment: Option<Money>,
    ) -> Result<Self, BeginAuctionError> {
        let currency = starting_price.currency();
        let increment = match increment {
            Some(increment) => increment,
            None => Money::from_minor_units(currency, 1).expect("one is not negative"),
        };
        if starting_price.is_zero() {
            return Err(BeginAuctionError::PriceNotPositive);
        }
        if increment.is_zero() {
            return Err(BeginAuctionError::IncrementNotPositive);
        }
        match starting_price.checked_add(increment) {
            Ok(_) => Ok(Self {
                starting_price,
                increment,
            }),
            Err(MoneyError::CurrencyMismatch { .. }) => {
                Err(BeginAuctionError::CurrencyMismatch { expected: currency })
            }
            Err(_) => Err(BeginAuctionError::PriceTooLarge),
        }
    }

    pub(crate) fn starting_price(&self) -> Money {
        self.starting_price
    }

    pub(crate) fn increment(&self) -> Money {
        self.increment
    }

    /// Whether a bid above this one could still be written down.
    pub(crate) fn leave_room_above(&self, amount: Money) -> bool {
        amount.checked_add(self.increment).is_ok()
    }
}

/// Who leads, and the price: the starting price until somebody bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) leader: Option<BidderId>,
    pub(crate) price: Money,
}

impl Standing {
    /// Before the first bid.
    pub(crate) fn opening(terms: &Terms) -> Self {
        Self {
            leader: None,
            price: terms.starting_price,
        }
    }

    /// As the given bids leave it; withdrawn ones do not count. Of equal bids the earlier leads.
    pub(crate) fn from_bids<'b>(terms: &Terms, bids: impl IntoIterator<Item = &'b Bid>) -> Self {
        let standing = bids.into_iter().filter(|bid| !bid.withdrawn);
        let highest =
            standing.max_by_key(|bid| (bid.amount.minor_units(), std::cmp::Reverse(bid.sequence)));
        match highest {
            Some(bid) => Self {
                leader: Some(bid.bidder),
                price: bid.amount,
            },
            None => Self::opening(terms),
        }
    }

    /// As one more bid leaves it, or nothing when the bid is too low to change anything. This holds for the
    /// leader's own bids too.
    pub(crate) fn with_bid(&self, terms: &Terms, bidder: BidderId, amount: Money) -> Option<Self> {
        let minimum = self.minimum_next(terms);
        let reached = amount.compare(minimum).is_ok_and(std::cmp::Ordering::is_ge);
        reached.then_some(Self {
            leader: Some(bidder),
            price: amount,
        })
    }

    /// The least next bid: the starting price, later the price and the increment.
    pub(crate) fn minimum_next(&self, terms: &Terms) -> Money {
        if self.leader.is_none() {
            return terms.starting_price;
        }
        self.price
            .checked_add(terms.increment)
            .expect("only prices that leave room for one more increment are accepted")
    }
}
