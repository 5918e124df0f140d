//! `[shipping]`: what is in the house, and how it leaves.

use std::time::Duration;

use ::shipping::{AddressParts, CarrierSettings, PostalAddress, ShippingSettings, StockLocking};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{LockingChoice, SettingsError, values};

/// `[shipping]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShippingSection {
    /// How simultaneous changes of one product exclude each other: `optimistic` or `row_lock`.
    pub stock_locking: LockingChoice,
    /// Who carries parcels: `by_hand` or `easypost`.
    pub carrier: CarrierChoice,
    /// How EasyPost is reached.
    pub easypost: EasyPostSection,
    /// Where parcels leave from.
    pub sender: AddressParts,
}

/// Who carries parcels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarrierChoice {
    /// Staff bring them to a counter and write down the number.
    #[default]
    ByHand,
    /// EasyPost sells labels.
    #[serde(rename = "easypost")]
    EasyPost,
}

/// `[shipping.easypost]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EasyPostSection {
    /// Where its API is.
    pub base_url: String,
    /// The house's key.
    #[serde(serialize_with = "values::masked")]
    pub api_key: Option<SecretString>,
    /// How long to wait for an answer.
    pub timeout_seconds: u64,
}

impl Default for ShippingSection {
    fn default() -> Self {
        Self {
            stock_locking: LockingChoice::Optimistic,
            carrier: CarrierChoice::ByHand,
            easypost: EasyPostSection::default(),
            sender: AddressParts::default(),
        }
    }
}

impl Default for EasyPostSection {
    fn default() -> Self {
        Self {
            base_url: "https://api.easypost.com".to_owned(),
            api_key: None,
            timeout_seconds: 15,
        }
    }
}

impl ShippingSection {
    /// Whether the carrier has what it needs.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let wrong = |setting, rule| Err(SettingsError::Inconsistent { setting, rule });
        match self.carrier {
            CarrierChoice::ByHand => Ok(()),
            CarrierChoice::EasyPost if self.easypost.api_key.is_none() => wrong(
                "shipping.easypost.api_key",
                "the carrier 'easypost' needs it",
            ),
            CarrierChoice::EasyPost if PostalAddress::parse(self.sender.clone()).is_err() => wrong(
                "shipping.sender",
                "the carrier 'easypost' needs an address with recipient, street, city, postcode and country",
            ),
            CarrierChoice::EasyPost => Ok(()),
        }
    }

    pub(super) fn for_module(&self) -> ShippingSettings {
        ShippingSettings {
            stock_locking: match self.stock_locking {
                LockingChoice::Optimistic => StockLocking::Optimistic,
                LockingChoice::RowLock => StockLocking::RowLock,
            },
            carrier: match self.carrier {
                CarrierChoice::ByHand => CarrierSettings::ByHand,
                CarrierChoice::EasyPost => CarrierSettings::EasyPost {
                    base_url: self.easypost.base_url.clone(),
                    api_key: self.easypost.api_key.clone().unwrap_or_default(),
                    sender: Box::new(
                        PostalAddress::parse(self.sender.clone())
                            .expect("the sender was checked when the settings were loaded"),
                    ),
                    timeout: Duration::from_secs(self.easypost.timeout_seconds),
                },
            },
        }
    }
}
