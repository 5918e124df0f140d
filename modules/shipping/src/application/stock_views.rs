//! What is shown of the stock.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use super::views::PackageView;
use crate::domain::{BatchReference, PackageStatus, Quantity, Sku, StockChoice};
use crate::ids::{ConsignorId, OrderId};

/// One kind of goods, in numbers of pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockView {
    /// Which goods.
    pub sku: Sku,
    /// On whose behalf the house sells them; nothing as long as nobody has said so.
    pub consignor: Option<ConsignorId>,
    /// In the warehouse and promised to nobody.
    pub available: i64,
    /// On their way to the house and promised to nobody.
    pub expected: i64,
    /// Promised to orders that have not left.
    pub allocated: i64,
    /// Left with their orders.
    pub gone: i64,
    /// Asked for by packages that were promised none.
    pub wanted: i64,
}

/// One kind of goods with everything about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductView {
    /// In numbers.
    pub stock: StockView,
    /// Its batches in the order in which they are promised, those of which nothing is left at the end.
    pub batches: Vec<BatchView>,
    /// Who waits for it, in the order of service.
    pub waiting: Vec<PackageView>,
}

/// Pieces that were bought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchView {
    /// By which name they are known.
    pub reference: BatchReference,
    /// Which goods.
    pub sku: Sku,
    /// Whose they are; nothing as long as nobody has said so.
    pub consignor: Option<ConsignorId>,
    /// When they arrive; nothing when they are in the warehouse.
    pub eta: Option<NaiveDate>,
    /// How many were bought.
    pub purchased: i64,
    /// Promised to orders that have not left.
    pub allocated: i64,
    /// Left with their orders.
    pub gone: i64,
    /// When they were written down.
    pub added_at: DateTime<Utc>,
    /// Who was promised its pieces and has not left, the oldest first.
    pub lines: Vec<LineView>,
}

impl BatchView {
    /// Pieces that nobody was promised.
    pub fn available(&self) -> i64 {
        self.purchased - self.allocated - self.gone
    }
}

/// What an order was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    /// The order; a package under its own UUID.
    pub order: OrderId,
    /// How many pieces.
    pub quantity: Quantity,
    /// Since when.
    pub allocated_at: DateTime<Utc>,
    /// The package, if the order is one.
    pub package: Option<PackageView>,
}

/// Why a package cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitsFor {
    /// Its consignee has to say where to.
    Address,
    /// There are not enough pieces for it.
    Goods {
        /// Which goods.
        sku: Sku,
        /// How many pieces.
        quantity: Quantity,
    },
    /// Its pieces are on their way to the house.
    Arrival {
        /// When they are expected.
        eta: NaiveDate,
    },
    /// The money is to be given back.
    Refund,
}

impl fmt::Display for WaitsFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("an address to send it to"),
            Self::Goods { sku, quantity } => {
                write!(f, "{quantity} of {sku}, of which no batch has so many left")
            }
            Self::Arrival { eta } => {
                write!(
                    f,
                    "its goods, which are expected on {}",
                    eta.format("%-d %b %Y")
                )
            }
            Self::Refund => f.write_str("the money to be given back"),
        }
    }
}

impl PackageView {
    /// Whether its consignee may choose between waiting for its goods and the money.
    pub fn may_choose(&self) -> bool {
        self.waits_for_stock() && self.choice != Some(StockChoice::Refund)
    }

    /// Everything that keeps the package from being packed; nothing when it can be, or has left.
    pub fn waits_for(&self) -> Vec<WaitsFor> {
        let mut reasons = Vec::new();
        if !self.status.is_in_the_house() {
            return reasons;
        }
        if self.choice == Some(StockChoice::Refund) {
            return vec![WaitsFor::Refund];
        }
        if self.status == PackageStatus::AwaitingAddress {
            reasons.push(WaitsFor::Address);
        }
        if let Some(goods) = &self.goods {
            match (&goods.batch, goods.expected) {
                (None, _) => reasons.push(WaitsFor::Goods {
                    sku: goods.sku.clone(),
                    quantity: goods.quantity,
                }),
                (Some(_), Some(eta)) => reasons.push(WaitsFor::Arrival { eta }),
                (Some(_), None) => {}
            }
        }
        reasons
    }
}
