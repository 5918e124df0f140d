//! Pieces that were bought together, and the lines of orders that they are promised to.

use chrono::{DateTime, NaiveDate, Utc};

use super::stock_names::{BatchReference, Quantity, Sku};
use crate::ids::OrderId;

/// So many pieces of one kind of goods for one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Whose they are to be.
    pub order: OrderId,
    /// Which goods.
    pub sku: Sku,
    /// How many pieces.
    pub quantity: Quantity,
}

/// What has to be written down of a batch or a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Stored,
    New,
    Changed,
    Removed,
}

impl Mark {
    pub(crate) fn change(&mut self) {
        if *self == Self::Stored || *self == Self::Removed {
            *self = Self::Changed;
        }
    }
}

/// Pieces that were bought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) reference: BatchReference,
    /// When they arrive; nothing when they are in the warehouse.
    pub(crate) eta: Option<NaiveDate>,
    pub(crate) purchased: i64,
    /// Promised to orders that have not left.
    pub(crate) allocated: i64,
    /// Left with finished orders.
    pub(crate) gone: i64,
    pub(crate) added_at: DateTime<Utc>,
    pub(crate) mark: Mark,
}

/// Where an order's pieces are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allocation {
    pub(crate) order: OrderId,
    pub(crate) batch: BatchReference,
    pub(crate) quantity: Quantity,
    /// Lines are numbered as they are promised: the highest number is the newest.
    pub(crate) number: i64,
    pub(crate) allocated_at: DateTime<Utc>,
    /// Since when the pieces are gone.
    pub(crate) finished_at: Option<DateTime<Utc>>,
    pub(crate) mark: Mark,
}

impl Batch {
    /// Pieces that nobody was promised. Below zero only while a batch is being reduced.
    pub(crate) fn available(&self) -> i64 {
        self.purchased - self.allocated - self.gone
    }

    pub(crate) fn can_hold(&self, quantity: Quantity) -> bool {
        self.available() >= quantity.pieces()
    }

    /// What is in the warehouse comes first, then what arrives earliest.
    pub(crate) fn preference(&self) -> (bool, Option<NaiveDate>, DateTime<Utc>, &BatchReference) {
        (self.eta.is_some(), self.eta, self.added_at, &self.reference)
    }
}

impl Allocation {
    pub(crate) fn is_live(&self) -> bool {
        self.mark != Mark::Removed && self.finished_at.is_none()
    }
}
