//! The checkout: a billing with everything that hangs on it, changed as a whole or not at all.

mod bookkeeping;
#[cfg(test)]
mod ledger_tests;
mod opening;
#[cfg(test)]
mod refund_tests;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use crate::domain::billing::recording::Consequence;
use crate::domain::billing::{Billing, BillingStatus, CancelReason, HasEnded};
use crate::domain::coupon::{Coupon, NotHeld};
use crate::domain::credit::CreditAccount;
use crate::domain::instruction::Answer;
use crate::domain::ledger::{Book, Outcome};
use crate::domain::payment::Payment;
use crate::domain::refund::{Refund, RefundPayment, RefundRefusal, RefundState};
use crate::domain::slot::CollectionSlot;
use crate::ids::OperationId;

pub use opening::OpenRefusal;
pub(crate) use opening::{Basket, Opening};

/// A billing and what belongs to it, each an aggregate of its own with its own version.
#[derive(Debug)]
pub(crate) struct Checkout {
    /// In the order of their ids, which is also the order in which they are locked and saved.
    pub(crate) payments: Vec<Payment>,
    pub(crate) billing: Billing,
    pub(crate) coupon: Option<Coupon>,
    pub(crate) credit: Option<CreditAccount>,
    pub(crate) slot: Option<CollectionSlot>,
    /// What the ledger tells of all this.
    pub(crate) book: Book,
}

/// Why something did not happen to a billing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CheckoutError {
    #[error(transparent)]
    HasEnded(#[from] HasEnded),
    #[error(transparent)]
    NotHeld(#[from] NotHeld),
    #[error("the credit account cannot take the amount")]
    CreditOverflow,
    #[error("the ledger has less of a payment than is to be given back")]
    NotInLedger,
}

impl Checkout {
    /// Everything is paid: the coupon is redeemed, the credit spent, the slot confirmed, every payment
    /// charged. `false` when it was so before.
    #[expect(
        clippy::wrong_self_convention,
        reason = "it changes the billing's status to this, as its rules call it"
    )]
    pub(crate) fn to_success(&mut self, now: DateTime<Utc>) -> Result<bool, CheckoutError> {
        if !self.billing.to_success(now)? {
            return Ok(false);
        }
        let id = self.billing.data().id;
        let credit = self.billing.data().credit;
        if let Some(coupon) = &mut self.coupon {
            coupon.redeem(id)?;
        }
        if let Some(account) = &mut self.credit {
            account.spend(credit, id)?;
        }
        self.book.spend_credit(credit);
        if let Some(slot) = &mut self.slot {
            slot.confirm(id)?;
        }
        for payment in &mut self.payments {
            payment.charge(now);
        }
        Ok(true)
    }

    /// It came to nothing: the coupon, the credit and the slot are given back, and every payment may be paid
    /// in another way. `false` when it was so before.
    #[expect(
        clippy::wrong_self_convention,
        reason = "it changes the billing's status to this, as its rules call it"
    )]
    pub(crate) fn to_cancel(
        &mut self,
        reason: CancelReason,
        now: DateTime<Utc>,
    ) -> Result<bool, CheckoutError> {
        if !self.billing.to_cancel(reason, now)? {
            return Ok(false);
        }
        let id = self.billing.data().id;
        let credit = self.billing.data().credit;
        if let Some(coupon) = &mut self.coupon {
            coupon.give_back(id)?;
        }
        if let Some(account) = &mut self.credit {
            account.give_back(credit, id)?;
        }
        self.book.release_credit();
        if let Some(slot) = &mut self.slot {
            slot.give_back(id)?;
        }
        self.leave_all();
        Ok(true)
    }

    /// Nothing is due: everything is paid, and there is no money to wait for. `false` when something is due,
    /// or it was so before.
    pub(crate) fn settle_without_gateway(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<bool, CheckoutError> {
        if !self.billing.data().amount_due.is_zero() || !self.to_success(now)? {
            return Ok(false);
        }
        self.billing.captured_without_gateway(now);
        self.capture_all(now);
        Ok(true)
    }

    /// Writes down a gateway's answer and does what follows from it.
    pub(crate) fn record(
        &mut self,
        operation: OperationId,
        answer: &Answer,
        now: DateTime<Utc>,
    ) -> Result<Consequence, CheckoutError> {
        let consequence = self.billing.record(operation, answer, now);
        self.follow(consequence, operation, now)
    }

    /// Writes down that the gateway did not understand what it was asked.
    pub(crate) fn record_rejection(
        &mut self,
        operation: OperationId,
        detail: &str,
        now: DateTime<Utc>,
    ) -> Result<Consequence, CheckoutError> {
        let consequence = self.billing.record_rejection(operation, detail, now);
        self.follow(consequence, operation, now)
    }

    /// Writes down a refund. `false` beside it when it was known.
    pub(crate) fn refund(
        &mut self,
        wish: RefundPayment,
        now: DateTime<Utc>,
    ) -> Result<Result<(Refund, bool), RefundRefusal>, CheckoutError> {
        let asked = self.billing.ask_refund(wish, now);
        if let Ok((refund, true)) = &asked {
            self.book_refund(refund)?;
            if refund.state == RefundState::Done {
                self.refunded(refund)?;
            }
        }
        Ok(asked)
    }

    fn follow(
        &mut self,
        consequence: Consequence,
        operation: OperationId,
        now: DateTime<Utc>,
    ) -> Result<Consequence, CheckoutError> {
        match &consequence {
            Consequence::Nothing => {}
            Consequence::Authorised => {
                self.book_authorisation(operation);
                self.to_success(now)?;
            }
            Consequence::Declined(reason) => self.fail_all(reason),
            Consequence::Captured => {
                self.book_capture();
                self.capture_all(now);
            }
            Consequence::CaptureRefused(reason) => self.undo_success(reason, now)?,
            Consequence::Unwanted => self.book_authorisation(operation),
            Consequence::LetGo(reference) => self.book_let_go(reference),
            Consequence::TooLate => {
                self.book_authorisation(operation);
                for payment in &mut self.payments {
                    payment.note_charged_too_late();
                }
            }
            Consequence::Refunded(refund) => {
                self.book.end_refund(*refund, Outcome::Posted);
                if let Some(refund) = self.billing.refund(*refund).cloned() {
                    self.refunded(&refund)?;
                }
            }
            Consequence::RefundRefused(refund) => {
                self.book.end_refund(*refund, Outcome::Voided);
            }
        }
        Ok(consequence)
    }

    fn undo_success(&mut self, reason: &str, now: DateTime<Utc>) -> Result<(), CheckoutError> {
        if let Some(held) = self.billing.data().authorisation.clone() {
            self.book_let_go(&held.reference);
        }
        self.book.return_credit(self.billing.data().credit);
        self.billing.undo_success(now);
        let id = self.billing.data().id;
        if let Some(coupon) = &mut self.coupon {
            coupon.give_back(id)?;
        }
        if let Some(account) = &mut self.credit {
            let granted = account.grant(self.billing.data().credit);
            granted.map_err(|_| CheckoutError::CreditOverflow)?;
        }
        if let Some(slot) = &mut self.slot {
            slot.give_back_confirmed(id)?;
        }
        self.fail_all(reason);
        self.leave_all();
        Ok(())
    }

    fn refunded(&mut self, refund: &Refund) -> Result<(), CheckoutError> {
        if let Some(account) = &mut self.credit {
            let granted = account.grant(refund.to_credit);
            granted.map_err(|_| CheckoutError::CreditOverflow)?;
        }
        let whole = self.billing.is_wholly_refunded(refund.payment);
        let mut payments = self.payments.iter_mut();
        if let Some(payment) = payments.find(|payment| payment.data().id == refund.payment) {
            payment.refund(refund.amount, whole);
        }
        Ok(())
    }

    fn fail_all(&mut self, reason: &str) {
        for payment in &mut self.payments {
            payment.fail(reason);
        }
    }

    fn capture_all(&mut self, now: DateTime<Utc>) {
        self.book_sale();
        for payment in &mut self.payments {
            payment.capture(now);
        }
    }

    fn leave_all(&mut self) {
        let id = self.billing.data().id;
        for payment in &mut self.payments {
            payment.leave(id);
        }
    }

    pub(crate) fn status(&self) -> BillingStatus {
        self.billing.data().status
    }
}
