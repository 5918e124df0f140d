//! Ending a billing that nobody pays: its payer does not want it, or its time is over.

use std::sync::Arc;

use chrono::TimeDelta;
use foundation::{Failure, UnitOfWork};

use crate::application::checkouts::Checkouts;
use crate::domain::billing::{BillingStatus, CancelReason};
use crate::domain::checkout::Checkout;
use crate::events::BillingExpires;
use crate::ids::{BillingId, PayerId, PaymentId};

/// When to look again after the time ended in the middle of a try to pay.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// Why a billing was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelBillingError {
    /// The payer has no such billing.
    #[error("you have no billing {0}")]
    NotFound(BillingId),
    /// It is paid.
    #[error("the billing is paid and cannot be cancelled")]
    Paid,
    /// A try to pay has no result yet.
    #[error("a try to pay has no result yet; wait a minute")]
    InProgress,
    /// The machinery failed.
    #[error("the billing could not be cancelled")]
    Unexpected(#[from] Failure),
}

/// Ends billings.
pub(crate) struct SettlingBillings {
    pub(crate) checkouts: Arc<Checkouts>,
}

impl SettlingBillings {
    /// The payer does not want to pay. `false` when it had been cancelled before.
    pub(crate) fn cancel(
        &self,
        id: BillingId,
        payer: PayerId,
        uow: &mut UnitOfWork,
    ) -> Result<bool, CancelBillingError> {
        let found = self.checkouts.get(id, uow)?;
        let own = found.filter(|found| found.billing.data().payer == payer);
        let checkout = own.ok_or(CancelBillingError::NotFound(id))?;
        match checkout.status() {
            BillingStatus::Cancelled => Ok(false),
            BillingStatus::Success => Err(CancelBillingError::Paid),
            BillingStatus::Open if checkout.billing.is_in_progress() => {
                Err(CancelBillingError::InProgress)
            }
            BillingStatus::Open => {
                self.end(checkout, CancelReason::Payer, uow)?;
                Ok(true)
            }
        }
    }

    /// The time is over. The result of a try to pay is waited for.
    pub(crate) fn expire(&self, id: BillingId, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let Some(checkout) = self.checkouts.get(id, uow)? else {
            return Err(Failure::Defect(format!("billing {id} is gone")));
        };
        match checkout.status() {
            BillingStatus::Success | BillingStatus::Cancelled => Ok(()),
            BillingStatus::Open if checkout.billing.is_in_progress() => {
                let again = BillingExpires { billing: id };
                uow.schedule(uow.now() + LOOK_AGAIN, &again)
            }
            BillingStatus::Open => self.end(checkout, CancelReason::Expired, uow),
        }
    }

    /// The time for paying a payment is over, and with it for what is paid together with it. A try that is
    /// under way does not hold it up. `None` when there is no such payment, `false` when it is paid or had
    /// ended before.
    pub(crate) fn time_out(
        &self,
        id: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<bool>, Failure> {
        match self.checkouts.billings.containing(id, uow)? {
            Some(billing) => self.time_out_in(billing, id, uow).map(Some),
            None => self.time_out_alone(id, uow),
        }
    }

    fn time_out_in(
        &self,
        billing: BillingId,
        id: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<bool, Failure> {
        let Some(mut checkout) = self.checkouts.get(billing, uow)? else {
            return Err(Failure::Defect(format!("billing {billing} is gone")));
        };
        match checkout.status() {
            BillingStatus::Open => {}
            BillingStatus::Success => return Ok(false),
            BillingStatus::Cancelled => return Err(Failure::Conflict),
        }
        let mut payments = checkout.payments.iter_mut();
        let found = payments.find(|payment| payment.data().id == id);
        let timed_out = found.is_some_and(|payment| payment.time_out());
        if timed_out {
            self.end(checkout, CancelReason::TimedOut, uow)?;
        }
        Ok(timed_out)
    }

    fn time_out_alone(&self, id: PaymentId, uow: &mut UnitOfWork) -> Result<Option<bool>, Failure> {
        let Some(mut payment) = self.checkouts.payments.get(id, uow)? else {
            return Ok(None);
        };
        if payment.data().billing.is_some() {
            return Err(Failure::Conflict);
        }
        let timed_out = payment.time_out();
        if timed_out {
            self.checkouts.payments.save(&mut payment, uow)?;
        }
        Ok(Some(timed_out))
    }

    fn end(
        &self,
        mut checkout: Checkout,
        reason: CancelReason,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        checkout.to_cancel(reason, uow.now())?;
        self.checkouts.save(&mut checkout, uow)
    }
}
