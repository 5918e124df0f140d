//! The checkout: a billing with everything that hangs on it, changed as a whole or not at all.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use foundation::{Currency, Money, MoneyError};

use crate::domain::amounts::{lesser, spread, sum};
use crate::domain::billing::recording::Consequence;
use crate::domain::billing::{
    Billing, BillingStatus, CancelReason, CouponUse, HandOver, HasEnded, NewBilling,
};
use crate::domain::coupon::{Coupon, CouponRefusal, NotHeld};
use crate::domain::credit::{CreditAccount, NotEnoughCredit};
use crate::domain::instruction::Answer;
use crate::domain::order::{Order, Rates};
use crate::domain::payment::Payment;
use crate::domain::refund::{Refund, RefundPayment, RefundRefusal, RefundState};
use crate::domain::slot::{CollectionSlot, SlotRefusal};
use crate::domain::status::PaymentStatus;
use crate::ids::{BillingId, OperationId, PayerId, PaymentId};

const MAX_DESCRIPTION: usize = 500;

/// A billing and what belongs to it, each an aggregate of its own with its own version.
#[derive(Debug)]
pub(crate) struct Checkout {
    /// In the order of their ids, which is also the order in which they are locked and saved.
    pub(crate) payments: Vec<Payment>,
    pub(crate) billing: Billing,
    pub(crate) coupon: Option<Coupon>,
    pub(crate) credit: Option<CreditAccount>,
    pub(crate) slot: Option<CollectionSlot>,
}

/// What a payer wants to pay, and with what.
#[derive(Debug)]
pub(crate) struct Basket {
    /// At least one, in the order of their ids.
    pub(crate) payments: Vec<Payment>,
    pub(crate) coupon: Option<Coupon>,
    /// The account and how much of it is to be used at most.
    pub(crate) credit: Option<(CreditAccount, Money)>,
    pub(crate) slot: Option<CollectionSlot>,
}

/// What a new billing is called and when it expires.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) billing: BillingId,
    pub(crate) payer: PayerId,
    pub(crate) rates: Rates,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Why a billing was not opened. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenRefusal {
    /// There is nothing to pay.
    #[error("choose at least one payment")]
    NoPayments,
    /// A payment is in a state in which it cannot be paid.
    #[error("payment {payment} cannot be paid, because it is {status}")]
    NotPayable {
        /// The payment.
        payment: PaymentId,
        /// The state.
        status: PaymentStatus,
    },
    /// A payment is being paid already.
    #[error("payment {payment} is part of billing {billing}; pay that, or cancel it first")]
    InBilling {
        /// The payment.
        payment: PaymentId,
        /// What it is part of.
        billing: BillingId,
    },
    /// What is paid together is paid in one currency.
    #[error("payments in {one} and {other} cannot be paid together")]
    Currencies {
        /// One of them.
        one: Currency,
        /// Another.
        other: Currency,
    },
    /// The amounts are too large to be added up, or in different currencies.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The coupon cannot be used.
    #[error(transparent)]
    Coupon(#[from] CouponRefusal),
    /// There is too little credit.
    #[error(transparent)]
    Credit(#[from] NotEnoughCredit),
    /// The collection time cannot be had.
    #[error(transparent)]
    Slot(#[from] SlotRefusal),
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
}

impl Checkout {
    /// Opens a billing, which keeps its coupon, its credit and its slot.
    pub(crate) fn open(
        opening: Opening,
        mut basket: Basket,
        now: DateTime<Utc>,
    ) -> Result<Self, OpenRefusal> {
        let id = opening.billing;
        let mut orders = priced(&basket.payments, opening.rates)?;
        let currency = orders
            .first()
            .ok_or(OpenRefusal::NoPayments)?
            .hammer
            .currency();
        let totals = orders
            .iter()
            .map(Order::total)
            .collect::<Result<Vec<_>, _>>()?;
        let total = sum(currency, totals.iter().copied())?;
        let mut left = total;
        let mut coupon_use = None;
        if let Some(coupon) = &mut basket.coupon {
            let discount = coupon.hold(id, total, now)?;
            for (order, part) in orders.iter_mut().zip(spread(discount, &totals)?) {
                order.discount = part;
            }
            left = total.checked_sub(discount)?;
            let coupon = coupon.data().id;
            coupon_use = Some(CouponUse { coupon, discount });
        }
        let mut credit = Money::zero(currency);
        if let Some((account, wanted)) = &mut basket.credit {
            credit = lesser(*wanted, left)?;
            account.hold(credit)?;
        }
        let mut hand_over = HandOver::Delivery;
        if let Some(slot) = &mut basket.slot {
            slot.hold(now)?;
            hand_over = HandOver::Collection(slot.data().id);
        }
        for payment in &mut basket.payments {
            payment.join(id);
        }
        let new = NewBilling {
            id,
            payer: opening.payer,
            description: described(&basket.payments),
            orders,
            coupon: coupon_use,
            credit,
            hand_over,
            expires_at: opening.expires_at,
        };
        Ok(Self {
            billing: Billing::open(new, now)?,
            payments: basket.payments,
            coupon: basket.coupon,
            credit: basket.credit.map(|(account, _)| account),
            slot: basket.slot,
        })
    }

    /// Everything is paid: the coupon is redeemed, the credit spent, the slot confirmed, every payment
    /// charged. `false` when it was so before.
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
        self.follow(consequence, now)
    }

    /// Writes down that the gateway did not understand what it was asked.
    pub(crate) fn record_rejection(
        &mut self,
        operation: OperationId,
        detail: &str,
        now: DateTime<Utc>,
    ) -> Result<Consequence, CheckoutError> {
        let consequence = self.billing.record_rejection(operation, detail, now);
        self.follow(consequence, now)
    }

    /// Writes down a refund. `false` beside it when it was known.
    pub(crate) fn refund(
        &mut self,
        wish: RefundPayment,
        now: DateTime<Utc>,
    ) -> Result<Result<(Refund, bool), RefundRefusal>, CheckoutError> {
        let asked = self.billing.ask_refund(wish, now);
        if let Ok((refund, true)) = &asked
            && refund.state == RefundState::Done
        {
            self.refunded(refund)?;
        }
        Ok(asked)
    }

    fn follow(
        &mut self,
        consequence: Consequence,
        now: DateTime<Utc>,
    ) -> Result<Consequence, CheckoutError> {
        match &consequence {
            Consequence::Nothing => {}
            Consequence::Authorised => {
                self.to_success(now)?;
            }
            Consequence::Declined(reason) => self.fail_all(reason),
            Consequence::Captured => self.capture_all(now),
            Consequence::CaptureRefused(reason) => self.undo_success(reason, now)?,
            Consequence::TooLate => {
                for payment in &mut self.payments {
                    payment.note_charged_too_late();
                }
            }
            Consequence::Refunded(refund) => {
                if let Some(refund) = self.billing.refund(*refund).cloned() {
                    self.refunded(&refund)?;
                }
            }
        }
        Ok(consequence)
    }

    fn undo_success(&mut self, reason: &str, now: DateTime<Utc>) -> Result<(), CheckoutError> {
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

fn priced(payments: &[Payment], rates: Rates) -> Result<Vec<Order>, OpenRefusal> {
    let one = payments
        .first()
        .map(|payment| payment.data().amount.currency());
    let priced = payments.iter().map(|payment| {
        let data = payment.data();
        if !data.status.is_payable() {
            let (payment, status) = (data.id, data.status);
            return Err(OpenRefusal::NotPayable { payment, status });
        }
        if let Some(billing) = data.billing {
            let payment = data.id;
            return Err(OpenRefusal::InBilling { payment, billing });
        }
        let other = data.amount.currency();
        if let Some(one) = one.filter(|one| *one != other) {
            return Err(OpenRefusal::Currencies { one, other });
        }
        Ok(Order::priced(data.id, data.amount, rates)?)
    });
    priced.collect()
}

/// What is paid for, in the words of the payments.
fn described(payments: &[Payment]) -> String {
    let words: Vec<&str> = payments
        .iter()
        .map(|payment| payment.data().description.as_str())
        .collect();
    words.join(", ").chars().take(MAX_DESCRIPTION).collect()
}
