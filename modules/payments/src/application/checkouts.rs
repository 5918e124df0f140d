//! Loads and saves a billing with everything that hangs on it.
//!
//! Everybody takes the parts in one order, in which they are also locked where rows are locked: payments by
//! their ids, billing, coupon, credit, slot.

use std::sync::Arc;

use foundation::{Failure, UnitOfWork};

use crate::application::ledger::Ledger;
use crate::application::payments::Payments;
use crate::application::stores::{Billings, Coupons, CreditAccounts, Slots};
use crate::domain::checkout::{Checkout, CheckoutError};
use crate::domain::payment::Payment;
use crate::ids::{BillingId, PaymentId};

/// The stored parts of checkouts.
pub(crate) struct Checkouts {
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) billings: Arc<dyn Billings>,
    pub(crate) coupons: Arc<dyn Coupons>,
    pub(crate) credit: Arc<dyn CreditAccounts>,
    pub(crate) slots: Arc<dyn Slots>,
    pub(crate) ledger: Arc<dyn Ledger>,
}

impl Checkouts {
    pub(crate) fn get(
        &self,
        id: BillingId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Checkout>, Failure> {
        let payments = self.billings.payments_in(id, uow)?;
        let payments = self.payments_of(&payments, uow)?;
        let Some(billing) = self.billings.get(id, uow)? else {
            return Ok(None);
        };
        let data = billing.data();
        let coupon = match data.coupon {
            Some(used) => self.coupons.get(used.coupon, data.payer, uow)?,
            None => None,
        };
        let credit = match data.credit.is_zero() {
            false => Some(self.credit.get(data.payer, data.credit.currency(), uow)?),
            true => None,
        };
        let slot = match data.hand_over.slot() {
            Some(slot) => self.slots.get(slot, uow)?,
            None => None,
        };
        let book = self.ledger.book(id, data.payer, uow)?;
        Ok(Some(Checkout {
            payments,
            billing,
            coupon,
            credit,
            slot,
            book,
        }))
    }

    /// Saves a billing that was just opened, and what it keeps.
    pub(crate) fn add(&self, checkout: &mut Checkout, uow: &mut UnitOfWork) -> Result<(), Failure> {
        self.save_payments(&mut checkout.payments, uow)?;
        self.billings.add(&mut checkout.billing, uow)?;
        self.save_parts(checkout, uow)
    }

    /// Saves a billing and whatever else has changed with it.
    pub(crate) fn save(
        &self,
        checkout: &mut Checkout,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        self.save_payments(&mut checkout.payments, uow)?;
        self.billings.save(&mut checkout.billing, uow)?;
        self.save_parts(checkout, uow)
    }

    fn payments_of(
        &self,
        ids: &[PaymentId],
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Payment>, Failure> {
        let found = ids.iter().map(|id| {
            let found = self.payments.get(*id, uow)?;
            found.ok_or_else(|| Failure::Defect(format!("payment {id} of a billing is gone")))
        });
        found.collect()
    }

    fn save_payments(&self, payments: &mut [Payment], uow: &mut UnitOfWork) -> Result<(), Failure> {
        let changed = payments.iter_mut().filter(|payment| payment.is_changed());
        for payment in changed {
            self.payments.save(payment, uow)?;
        }
        Ok(())
    }

    /// The ledger comes last: it refers to the others.
    fn save_parts(&self, checkout: &mut Checkout, uow: &mut UnitOfWork) -> Result<(), Failure> {
        if let Some(coupon) = checkout
            .coupon
            .as_ref()
            .filter(|coupon| coupon.is_changed())
        {
            self.coupons.save(coupon, uow)?;
        }
        if let Some(account) = checkout
            .credit
            .as_ref()
            .filter(|account| account.is_changed())
        {
            self.credit.save(account, uow)?;
        }
        if let Some(slot) = checkout.slot.as_ref().filter(|slot| slot.is_changed()) {
            self.slots.save(slot, uow)?;
        }
        self.ledger.enter(checkout.book.take(), uow)
    }
}

/// What the parts of a billing say contradicts the billing: no caller can bring that about.
impl From<CheckoutError> for Failure {
    fn from(error: CheckoutError) -> Self {
        Self::Defect(error.to_string())
    }
}
