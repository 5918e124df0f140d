//! What a lot is sold on.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::{Currency, Money};
use serde::{Deserialize, Serialize};

use super::goods::LotGoods;
use super::increments::Increments;
use super::refusals::BeginAuctionError;
use super::soft_close::SoftClose;
use crate::ids::SaleId;

/// How bids are taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bidding {
    /// A bid that is high enough becomes the price.
    #[default]
    Plain,
    /// A bid is a maximum that stays secret while the lot runs; the house bids up to it for the bidder.
    Proxy,
}

/// Whether late bids move the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SoftCloseChoice {
    /// As the sale says; outside a sale, and where the sale leaves it at that too, two minutes with proxy
    /// bidding and none with plain bidding.
    #[default]
    Usual,
    /// Not at all.
    Off,
    /// Like this.
    On(SoftClose),
}

impl SoftCloseChoice {
    /// What the choice comes to for a lot that takes bids like this.
    pub fn for_bidding(self, bidding: Bidding) -> Option<SoftClose> {
        match (self, bidding) {
            (Self::On(soft_close), _) => Some(soft_close),
            (Self::Usual, Bidding::Proxy) => Some(SoftClose::default()),
            (Self::Usual, Bidding::Plain) | (Self::Off, _) => None,
        }
    }
}

/// What a seller may choose for a lot beyond its price and its end.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LotTerms {
    /// The sale that the lot belongs to. Only its approved paddles bid.
    pub sale: Option<SaleId>,
    /// When bidding begins; at once (or with its sale) unless given.
    pub opens_at: Option<DateTime<Utc>>,
    /// How bids are taken.
    pub bidding: Bidding,
    /// By how much bids rise. Unless given, as the sale says; outside a sale by one minor unit with plain
    /// bidding, and by [`Increments::standard`] with proxy bidding.
    pub increments: Option<Increments>,
    /// The price below which the lot is not sold: secret until the end, when the log reveals it.
    pub reserve: Option<Money>,
    /// The price at which the lot can be bought at once.
    pub buy_now: Option<Money>,
    /// Whether late bids move the end.
    pub soft_close: SoftCloseChoice,
    /// What it takes from the stock; nothing for a piece of which there is only the one.
    pub goods: Option<LotGoods>,
}

/// Without the reserve.
impl std::fmt::Debug for LotTerms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LotTerms")
            .field("sale", &self.sale)
            .field("opens_at", &self.opens_at)
            .field("bidding", &self.bidding)
            .field("increments", &self.increments)
            .field("buy_now", &self.buy_now)
            .field("soft_close", &self.soft_close)
            .field("goods", &self.goods)
            .finish_non_exhaustive()
    }
}

/// The terms that never change, with amounts in minor units of one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) bidding: Bidding,
    pub(crate) starting_price: i64,
    pub(crate) increments: Increments,
    pub(crate) buy_now: Option<i64>,
    /// What a late bid leaves at least.
    pub(crate) window: Option<TimeDelta>,
}

/// The price below which the lot is not sold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reserve {
    pub(crate) price: i64,
    /// The line of the log that set it: only a bid after that can meet it.
    pub(crate) since: i64,
}

/// Without the price.
impl std::fmt::Debug for Reserve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reserve")
            .field("since", &self.since)
            .finish_non_exhaustive()
    }
}

impl Terms {
    /// Checks what the seller asks for.
    pub(crate) fn try_new(
        starting_price: Money,
        choice: &LotTerms,
    ) -> Result<Self, BeginAuctionError> {
        let currency = starting_price.currency();
        let increments = match (&choice.increments, choice.bidding) {
            (Some(increments), _) => increments.clone(),
            (None, Bidding::Plain) => Increments::smallest(currency),
            (None, Bidding::Proxy) => Increments::standard(currency),
        };
        let prices = [choice.reserve, choice.buy_now].into_iter().flatten();
        let mut currencies = prices.map(Money::currency).chain([increments.currency()]);
        if currencies.any(|other| other != currency) {
            return Err(BeginAuctionError::CurrencyMismatch { expected: currency });
        }
        let terms = Self {
            bidding: choice.bidding,
            starting_price: starting_price.minor_units(),
            increments,
            buy_now: choice.buy_now.map(Money::minor_units),
            window: choice.soft_close().map(|soft_close| soft_close.window()),
        };
        terms.check(choice.reserve.map(Money::minor_units))?;
        Ok(terms)
    }

    /// Whether the amounts fit together.
    pub(crate) fn check(&self, reserve: Option<i64>) -> Result<(), BeginAuctionError> {
        if self.starting_price <= 0 {
            return Err(BeginAuctionError::PriceNotPositive);
        }
        let highest = [Some(self.starting_price), reserve, self.buy_now];
        if highest
            .iter()
            .flatten()
            .any(|price| !self.leave_room_above(*price))
        {
            return Err(BeginAuctionError::PriceTooLarge);
        }
        if reserve.is_some_and(|reserve| reserve < self.starting_price) {
            return Err(BeginAuctionError::ReserveBelowStart);
        }
        let least = reserve.unwrap_or(self.starting_price);
        if self.buy_now.is_some_and(|price| price < least) {
            return Err(BeginAuctionError::BuyNowTooLow);
        }
        Ok(())
    }

    /// The lot's currency.
    pub(crate) fn currency(&self) -> Currency {
        self.increments.currency()
    }

    /// The amount outside the rules.
    pub(crate) fn money(&self, minor_units: i64) -> Money {
        Money::from_minor_units(self.currency(), minor_units).expect("no price is negative")
    }

    /// What a bid must exceed a price by.
    pub(crate) fn step(&self, price: i64) -> i64 {
        self.increments.step(price)
    }

    /// Whether a bid above this one could still be written down.
    pub(crate) fn leave_room_above(&self, amount: i64) -> bool {
        amount.checked_add(self.step(amount)).is_some()
    }
}

/// What a sale says about the lots in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SaleRules {
    pub(crate) currency: Currency,
    pub(crate) opens_at: DateTime<Utc>,
    pub(crate) increments: Increments,
    pub(crate) soft_close: SoftCloseChoice,
}

impl LotTerms {
    /// The soft close that the choice comes to.
    pub(crate) fn soft_close(&self) -> Option<SoftClose> {
        self.soft_close.for_bidding(self.bidding)
    }

    /// These terms with what the sale says where they say nothing.
    pub(crate) fn within(
        self,
        sale: &SaleRules,
        starting_price: Money,
        now: DateTime<Utc>,
    ) -> Result<Self, BeginAuctionError> {
        if starting_price.currency() != sale.currency {
            return Err(BeginAuctionError::NotTheSalesCurrency {
                expected: sale.currency,
            });
        }
        if self
            .opens_at
            .is_some_and(|opens_at| opens_at < sale.opens_at)
        {
            return Err(BeginAuctionError::OpeningBeforeTheSale);
        }
        let soft_close = match self.soft_close {
            SoftCloseChoice::Usual => sale.soft_close,
            choice @ (SoftCloseChoice::Off | SoftCloseChoice::On(_)) => choice,
        };
        Ok(Self {
            opens_at: self.opens_at.or(Some(sale.opens_at.max(now))),
            increments: self.increments.or_else(|| Some(sale.increments.clone())),
            soft_close,
            ..self
        })
    }
}
