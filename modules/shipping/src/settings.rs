//! What the operator decides about shipping.

use foundation::handed_in;

/// Settings of the shipping module.
#[derive(Debug, Clone, Default)]
pub struct ShippingSettings {
    /// How simultaneous changes of one product exclude each other.
    pub stock_locking: StockLocking,
}

/// How simultaneous changes of one product exclude each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StockLocking {
    /// Whoever saves second begins again on fresh state.
    #[default]
    Optimistic,
    /// Whoever comes second waits: `SELECT … FOR UPDATE`.
    RowLock,
}

handed_in!(ShippingSettings);
