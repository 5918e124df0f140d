//! What the demo knows of a lot before it is put up.

use auctions::Bidding;
use chrono::TimeDelta;

use super::cast::Person;
use super::catalogue::{CATALOGUE, LATER};
use super::goods::OF_GOODS;

/// A lot to put up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) currency: &'static str,
    pub(super) price: &'static str,
    pub(super) increment: &'static str,
    pub(super) seller: Person,
    pub(super) appeal: Appeal,
    pub(super) ends_in_seconds: i64,
    pub(super) terms: Terms,
}

/// What is special about a lot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) bidding: Bidding,
    pub(super) reserve: Option<&'static str>,
    pub(super) buy_now: Option<&'static str>,
    /// Window and cap, in seconds.
    pub(super) soft_close: Option<(i64, i64)>,
    pub(super) is_in_sale: bool,
    pub(super) opens_in_seconds: Option<i64>,
    /// Bids that are placed when the demo begins.
    pub(super) opening_bids: &'static [(Person, &'static str)],
    pub(super) goods: Option<Goods>,
}

/// So many pieces of an SKU, which a lot is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goods(pub(super) &'static str, pub(super) i64);

/// Nothing is.
pub(super) const PLAIN: Terms = Terms {
    bidding: Bidding::Plain,
    reserve: None,
    buy_now: None,
    soft_close: None,
    is_in_sale: false,
    opens_in_seconds: None,
    opening_bids: &[],
    goods: None,
};

/// Whom a lot attracts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Appeal {
    /// No robot: nothing is bid but what the demo begins with, and by whoever looks around.
    Nobody,
    /// Robots; this one wants it most.
    Many(Person),
}

impl Piece {
    pub(super) fn ends_in(&self) -> TimeDelta {
        TimeDelta::seconds(self.ends_in_seconds)
    }

    pub(super) fn by_title(title: &str) -> Option<&'static Self> {
        CATALOGUE
            .iter()
            .chain(&OF_GOODS)
            .chain(&LATER)
            .find(|piece| piece.title == title)
    }
}
