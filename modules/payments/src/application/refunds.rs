//! Giving money back.

use std::sync::Arc;

use foundation::{Failure, UnitOfWork, audit};

use crate::application::checkouts::Checkouts;
use crate::domain::refund::{Refund, RefundPayment, RefundRefusal};
use crate::ids::PaymentId;

const MAX_REASON: usize = 500;

/// Why nothing was refunded.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    /// There is no such payment, or nobody has paid it.
    #[error("payment {0} is not paid")]
    NotPaid(PaymentId),
    /// There is no reason, or a very long one.
    #[error("a refund needs a reason of at most {MAX_REASON} characters")]
    Reason,
    /// A rule is against it.
    #[error(transparent)]
    Refused(#[from] RefundRefusal),
    /// The machinery failed.
    #[error("the refund could not be written down")]
    Unexpected(#[from] Failure),
}

/// Writes refunds down; a handler has the gateway carry them out.
pub(crate) struct Refunding {
    pub(crate) checkouts: Arc<Checkouts>,
}

impl Refunding {
    pub(crate) fn refund(
        &self,
        wish: RefundPayment,
        uow: &mut UnitOfWork,
    ) -> Result<Refund, RefundError> {
        let (payment, staff) = (wish.payment, wish.staff.clone());
        let letters = wish.reason.trim().chars().count();
        if letters == 0 || letters > MAX_REASON {
            return Err(RefundError::Reason);
        }
        let not_paid = || RefundError::NotPaid(payment);
        let billing = self.checkouts.billings.containing(payment, uow)?;
        let billing = billing.ok_or_else(not_paid)?;
        let mut checkout = self.checkouts.get(billing, uow)?.ok_or_else(not_paid)?;
        let now = uow.now();
        let asked = checkout.refund(wish, now).map_err(Failure::from)?;
        let (refund, new) = asked?;
        if new {
            self.checkouts.save(&mut checkout, uow)?;
            let detail = format!("{} of payment {payment}: {}", refund.amount, refund.reason);
            let subject = refund.id.to_string();
            audit::record(&staff, "payments.refund", &subject, &detail, uow)?;
        }
        Ok(refund)
    }
}
