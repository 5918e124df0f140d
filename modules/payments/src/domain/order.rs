//! Orders: the payments of a billing, with their price, premium, tax and commission as they were when it was opened.

use foundation::{Money, MoneyError};

use crate::domain::amounts::BasisPoints;
use crate::ids::PaymentId;

/// What is added to a hammer price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rates {
    /// The buyer's premium, on the hammer price.
    pub premium: BasisPoints,
    /// The tax, on hammer price and premium.
    pub tax: BasisPoints,
}

impl Rates {
    /// The same, with the premium that was agreed for one payment.
    #[must_use]
    pub(crate) fn with_premium(self, agreed: Option<BasisPoints>) -> Self {
        let premium = agreed.unwrap_or(self.premium);
        Self { premium, ..self }
    }
}

/// One payment as a line of a billing. Nothing of it changes after the billing is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The payment.
    pub payment: PaymentId,
    /// What was bid.
    pub hammer: Money,
    /// The house's premium.
    pub premium: Money,
    /// The tax on both.
    pub tax: Money,
    /// This line's part of what the coupon takes off.
    pub discount: Money,
    /// What the house keeps of the hammer price: between the house and the seller, no business of the payer's.
    pub commission: Money,
}

impl Order {
    /// Computes premium and tax of one line, each rounded half up.
    pub(crate) fn priced(
        payment: PaymentId,
        hammer: Money,
        rates: Rates,
    ) -> Result<Self, MoneyError> {
        let premium = rates.premium.of(hammer);
        let order = Self {
            payment,
            hammer,
            premium,
            tax: rates.tax.of(hammer.checked_add(premium)?),
            discount: Money::zero(hammer.currency()),
            commission: Money::zero(hammer.currency()),
        };
        order.total()?;
        Ok(order)
    }

    /// The same order, of whose hammer price the house keeps a share, rounded half up.
    pub(crate) fn keeping(self, commission: BasisPoints) -> Self {
        Self {
            commission: commission.of(self.hammer),
            ..self
        }
    }

    /// Price, premium and tax.
    pub fn total(&self) -> Result<Money, MoneyError> {
        self.hammer.checked_add(self.premium)?.checked_add(self.tax)
    }

    /// What is paid for this line, with money or with credit.
    pub fn paid(&self) -> Result<Money, MoneyError> {
        self.total()?.checked_sub(self.discount)
    }
}
