//! Giving money back: never more than was paid, the gateway's money first and credit last.

use chrono::{DateTime, Utc};
use foundation::{Money, MoneyError};

use super::Billing;
use super::recording::Consequence;
use crate::domain::amounts::{lesser, sum};
use crate::domain::order::Order;
use crate::domain::refund::{Refund, RefundPayment, RefundRefusal, RefundState};
use crate::events::{BillingEvent, RefundDue};
use crate::ids::{PaymentId, RefundId};

impl Billing {
    /// Writes down a refund. What only credit was paid for is given back at once, the rest when the gateway
    /// has done it. A refund that is known changes nothing and is shown as it stands, with `false`.
    pub(crate) fn ask_refund(
        &mut self,
        wish: RefundPayment,
        now: DateTime<Utc>,
    ) -> Result<(Refund, bool), RefundRefusal> {
        if let Some(known) = self.refund(wish.refund) {
            let same = known.payment == wish.payment
                && wish.amount.is_none_or(|amount| amount == known.amount);
            return match same {
                true => Ok((known.clone(), false)),
                false => Err(RefundRefusal::Taken(wish.refund)),
            };
        }
        if self.data.captured_at.is_none() {
            return Err(RefundRefusal::NotCaptured);
        }
        let left = self.left_of(wish.payment);
        let amount = wish.amount.unwrap_or(left);
        if amount.is_zero() {
            return Err(RefundRefusal::Nothing);
        }
        let too_much = |_: MoneyError| RefundRefusal::TooMuch { left };
        left.checked_sub(amount).map_err(too_much)?;
        let to_gateway = lesser(amount, self.left_at_gateway()).map_err(too_much)?;
        let to_credit = amount.checked_sub(to_gateway).map_err(too_much)?;
        let at_once = to_gateway.is_zero();
        let refund = Refund {
            id: wish.refund,
            payment: wish.payment,
            amount,
            to_gateway,
            to_credit,
            reason: wish.reason,
            staff: wish.staff,
            state: match at_once {
                true => RefundState::Done,
                false => RefundState::Pending,
            },
            failure: None,
            asked_at: now,
            finished_at: at_once.then_some(now),
        };
        self.data.refunds.push(refund.clone());
        if !at_once {
            self.events.push(BillingEvent::RefundDue(RefundDue {
                billing: self.data.id,
                refund: refund.id,
            }));
        }
        Ok((refund, true))
    }

    pub(crate) fn refund(&self, id: RefundId) -> Option<&Refund> {
        self.data.refunds.iter().find(|known| known.id == id)
    }

    /// What the gateway gave back or is about to.
    pub(crate) fn refunded_at_gateway(&self) -> Money {
        self.total(
            self.data.refunds.iter().filter(|known| known.counts()),
            |refund| refund.to_gateway,
        )
    }

    /// Whether all that was paid for this payment was given back.
    pub(crate) fn is_wholly_refunded(&self, payment: PaymentId) -> bool {
        let done = self
            .data
            .refunds
            .iter()
            .filter(|known| known.payment == payment && known.state == RefundState::Done);
        let done = self.total(done, |refund| refund.amount);
        self.order(payment).map(Order::paid) == Some(Ok(done))
    }

    /// What may still be given back of a payment. What is under way counts as given back.
    pub(crate) fn left_of(&self, payment: PaymentId) -> Money {
        let nothing = Money::zero(self.data.amount_due.currency());
        let paid = self.order(payment).and_then(|order| order.paid().ok());
        let own = self.data.refunds.iter();
        let own = own.filter(|known| known.payment == payment && known.counts());
        let gone = self.total(own, |refund| refund.amount);
        let left = paid.and_then(|paid| paid.checked_sub(gone).ok());
        left.unwrap_or(nothing)
    }

    pub(super) fn refunded(&mut self, id: Option<RefundId>, now: DateTime<Utc>) -> Consequence {
        match self.pending_refund(id) {
            Some(refund) => {
                refund.state = RefundState::Done;
                refund.finished_at = Some(now);
                Consequence::Refunded(refund.id)
            }
            None => Consequence::Nothing,
        }
    }

    pub(super) fn refund_refused(
        &mut self,
        id: Option<RefundId>,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Consequence {
        match self.pending_refund(id) {
            Some(refund) => {
                refund.state = RefundState::Failed;
                refund.failure = Some(reason.to_owned());
                refund.finished_at = Some(now);
                Consequence::RefundRefused(refund.id)
            }
            None => Consequence::Nothing,
        }
    }

    fn left_at_gateway(&self) -> Money {
        let left = self.data.captured.checked_sub(self.refunded_at_gateway());
        left.unwrap_or(Money::zero(self.data.captured.currency()))
    }

    fn pending_refund(&mut self, id: Option<RefundId>) -> Option<&mut Refund> {
        let mut refunds = self.data.refunds.iter_mut();
        refunds.find(|known| Some(known.id) == id && known.state == RefundState::Pending)
    }

    fn total<'r>(
        &self,
        refunds: impl Iterator<Item = &'r Refund>,
        part: impl Fn(&Refund) -> Money,
    ) -> Money {
        sum(self.data.amount_due.currency(), refunds.map(part))
            .expect("refunds are in the billing's currency and together at most what was paid")
    }
}
