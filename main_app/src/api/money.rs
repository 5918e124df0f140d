//! Amounts in JSON.

use foundation::{Money, MoneyError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount in a currency.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Money)]
pub(super) struct MoneyBody {
    /// A plain decimal with at most as many decimals as the currency has.
    #[schema(example = "15.99", pattern = r"^[0-9]+(\.[0-9]+)?$", max_length = 28)]
    pub(super) amount: String,
    /// The code of ISO 4217.
    #[schema(example = "USD", pattern = "^[A-Z]{3}$")]
    pub(super) currency: String,
}

impl MoneyBody {
    /// The amount, if it keeps the rules of its currency.
    pub(super) fn parse(&self) -> Result<Money, MoneyError> {
        Money::parse_with_code(&self.currency, &self.amount)
    }
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount().to_string(),
            currency: money.currency().code().to_owned(),
        }
    }
}
