//! What this module tells the others of its stock.

use chrono::NaiveDate;
use foundation::{AnyEvent, Event};
use serde::{Deserialize, Serialize};

use crate::ids::{ConsignorId, OrderId};

/// Pieces were bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchAdded {
    /// Which goods.
    pub sku: String,
    /// By which name the batch is known.
    pub batch: String,
    /// How many pieces.
    pub purchased: u32,
    /// When they arrive; nothing when they are in the warehouse.
    pub eta: Option<NaiveDate>,
}

/// There are more or fewer pieces in a batch than was thought, or they arrive at another time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchChanged {
    /// Which goods.
    pub sku: String,
    /// The batch.
    pub batch: String,
    /// How many pieces there are now, with those that have left.
    pub purchased: u32,
    /// When they arrive; nothing when they are in the warehouse.
    pub eta: Option<NaiveDate>,
}

/// It was said whose goods they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodsEntrusted {
    /// Which goods.
    pub sku: String,
    /// On whose behalf the house sells them.
    pub consignor: ConsignorId,
}

/// An order was promised pieces of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAllocated {
    /// The order.
    pub order: OrderId,
    /// Which goods.
    pub sku: String,
    /// How many pieces.
    pub quantity: u32,
    /// Where they are.
    pub batch: String,
}

/// An order's pieces are free again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDeallocated {
    /// The order.
    pub order: OrderId,
    /// Which goods.
    pub sku: String,
    /// How many pieces.
    pub quantity: u32,
    /// Where they are.
    pub batch: String,
}

/// An order has lost its pieces: its batch has fewer than was thought, and no other has enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOutOfStock {
    /// The order.
    pub order: OrderId,
    /// Which goods.
    pub sku: String,
    /// How many pieces.
    pub quantity: u32,
}

impl Event for BatchAdded {
    const NAME: &'static str = "shipping.batch_added";
}

impl Event for BatchChanged {
    const NAME: &'static str = "shipping.batch_changed";
}

impl Event for GoodsEntrusted {
    const NAME: &'static str = "shipping.goods_entrusted";
}

impl Event for LineAllocated {
    const NAME: &'static str = "shipping.line_allocated";
}

impl Event for LineDeallocated {
    const NAME: &'static str = "shipping.line_deallocated";
}

impl Event for LineOutOfStock {
    const NAME: &'static str = "shipping.line_out_of_stock";
}

/// Any event of a product, as the aggregate records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StockEvent {
    BatchAdded(BatchAdded),
    BatchChanged(BatchChanged),
    Entrusted(GoodsEntrusted),
    Allocated(LineAllocated),
    Deallocated(LineDeallocated),
    OutOfStock(LineOutOfStock),
}

impl StockEvent {
    /// The event as the bus takes it.
    pub(crate) fn as_any_event(&self) -> &dyn AnyEvent {
        match self {
            Self::BatchAdded(event) => event,
            Self::BatchChanged(event) => event,
            Self::Entrusted(event) => event,
            Self::Allocated(event) => event,
            Self::Deallocated(event) => event,
            Self::OutOfStock(event) => event,
        }
    }
}
