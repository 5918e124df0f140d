//! What the operator decides about shipping.

use std::time::Duration;

use foundation::handed_in;
use secrecy::SecretString;

use crate::domain::PostalAddress;

/// Settings of the shipping module.
#[derive(Debug, Clone, Default)]
pub struct ShippingSettings {
    /// How simultaneous changes of one product exclude each other.
    pub stock_locking: StockLocking,
    /// Who carries parcels.
    pub carrier: CarrierSettings,
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

/// Who carries parcels.
#[derive(Debug, Clone, Default)]
pub enum CarrierSettings {
    /// Staff bring them to a counter and write down the number.
    #[default]
    ByHand,
    /// EasyPost, or anything that speaks its API.
    EasyPost {
        /// Where the API is, such as `https://api.easypost.com`; plain `http://` is for tests.
        base_url: String,
        /// The house's key.
        api_key: SecretString,
        /// Where parcels leave from.
        sender: Box<PostalAddress>,
        /// How long to wait for an answer.
        timeout: Duration,
    },
}

handed_in!(ShippingSettings);
