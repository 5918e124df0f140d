//! Store credit: what the house owes a customer and the customer may pay with.

use foundation::{Currency, Money, MoneyError};

use crate::domain::coupon::NotHeld;
use crate::ids::{BillingId, PayerId};

/// One customer's credit in one currency. What is available never falls below zero.
#[derive(Debug)]
pub(crate) struct CreditAccount {
    owner: PayerId,
    available: Money,
    /// Kept for open billings.
    held: Money,
    version: i64,
    changed: bool,
}

/// There is less credit than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("your credit is {available}")]
pub struct NotEnoughCredit {
    /// What is there.
    pub available: Money,
}

impl CreditAccount {
    /// An account that nobody has paid into yet: not stored before something changes.
    pub(crate) fn empty(owner: PayerId, currency: Currency) -> Self {
        let nothing = Money::zero(currency);
        Self::restore(owner, (nothing, nothing), 0)
    }

    pub(crate) fn restore(owner: PayerId, (available, held): (Money, Money), version: i64) -> Self {
        Self {
            owner,
            available,
            held,
            version,
            changed: false,
        }
    }

    pub(crate) fn owner(&self) -> PayerId {
        self.owner
    }

    pub(crate) fn available(&self) -> Money {
        self.available
    }

    pub(crate) fn held(&self) -> Money {
        self.held
    }

    /// Zero for an account that is not stored yet.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.changed
    }

    /// Pays into the account.
    pub(crate) fn grant(&mut self, amount: Money) -> Result<(), MoneyError> {
        self.available = self.available.checked_add(amount)?;
        self.changed |= !amount.is_zero();
        Ok(())
    }

    /// Keeps an amount for a billing.
    pub(crate) fn hold(&mut self, amount: Money) -> Result<(), NotEnoughCredit> {
        let not_enough = NotEnoughCredit {
            available: self.available,
        };
        let left = self.available.checked_sub(amount).map_err(|_| not_enough)?;
        self.held = self.held.checked_add(amount).map_err(|_| not_enough)?;
        self.available = left;
        self.changed |= !amount.is_zero();
        Ok(())
    }

    /// The billing succeeded: what was kept is gone.
    pub(crate) fn spend(&mut self, amount: Money, billing: BillingId) -> Result<(), NotHeld> {
        let left = self.held.checked_sub(amount);
        self.held = left.map_err(|_| NotHeld("credit", billing))?;
        self.changed |= !amount.is_zero();
        Ok(())
    }

    /// The billing came to nothing: what was kept is available again.
    pub(crate) fn give_back(&mut self, amount: Money, billing: BillingId) -> Result<(), NotHeld> {
        let available = self.available.checked_add(amount);
        let available = available.map_err(|_| NotHeld("credit", billing))?;
        self.spend(amount, billing)?;
        self.available = available;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(units: i64) -> Money {
        Money::from_minor_units(Currency::USD, units).unwrap()
    }

    #[test]
    fn credit_is_kept_then_spent_or_given_back_and_never_below_zero() {
        let billing = BillingId::generate();
        let mut account = CreditAccount::empty(PayerId::generate(), Currency::USD);
        account.grant(usd(1000)).unwrap();
        account.hold(usd(600)).unwrap();
        let refused = account.hold(usd(401));
        assert_eq!(
            refused,
            Err(NotEnoughCredit {
                available: usd(400)
            })
        );
        account.spend(usd(100), billing).unwrap();
        assert!(account.spend(usd(501), billing).is_err());
        account.give_back(usd(500), billing).unwrap();
        assert!(account.give_back(usd(1), billing).is_err());
        assert_eq!((account.available(), account.held()), (usd(900), usd(0)));
    }

    #[test]
    fn currencies_do_not_mix_and_the_account_does_not_overflow() {
        let mut account = CreditAccount::empty(PayerId::generate(), Currency::USD);
        let won = Money::from_minor_units(Currency::KRW, 1).unwrap();
        assert!(account.grant(won).is_err() && account.hold(won).is_err());
        account.grant(usd(i64::MAX)).unwrap();
        assert!(account.grant(usd(1)).is_err());
        assert_eq!(account.available(), usd(i64::MAX));
    }
}
