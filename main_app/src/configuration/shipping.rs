//! `[shipping]`: what is in the house, and how it leaves.

use ::shipping::{ShippingSettings, StockLocking};
use serde::{Deserialize, Serialize};

use super::LockingChoice;

/// `[shipping]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShippingSection {
    /// How simultaneous changes of one product exclude each other: `optimistic` or `row_lock`.
    pub stock_locking: LockingChoice,
}

impl Default for ShippingSection {
    fn default() -> Self {
        Self {
            stock_locking: LockingChoice::Optimistic,
        }
    }
}

impl ShippingSection {
    pub(super) fn for_module(&self) -> ShippingSettings {
        ShippingSettings {
            stock_locking: match self.stock_locking {
                LockingChoice::Optimistic => StockLocking::Optimistic,
                LockingChoice::RowLock => StockLocking::RowLock,
            },
        }
    }
}
