//! Opening a billing: it takes its payments, and keeps its coupon, its credit and its slot.

use std::sync::Arc;

use foundation::{Failure, Money, UnitOfWork};

use crate::application::billing_queries::BillingView;
use crate::application::checkouts::Checkouts;
use crate::domain::billing::HandOver;
use crate::domain::checkout::{Basket, Checkout, OpenRefusal, Opening};
use crate::domain::coupon::CouponCode;
use crate::domain::payment::Payment;
use crate::events::BillingExpires;
use crate::ids::{BillingId, PayerId, PaymentId, SlotId};
use crate::settings::BillingTerms;

/// Begins to pay several payments in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBilling {
    /// The new billing's id, chosen by the caller.
    pub billing: BillingId,
    /// Who pays: all payments must be theirs.
    pub payer: PayerId,
    /// What is paid.
    pub payments: Vec<PaymentId>,
    /// A coupon, if one is used.
    pub coupon: Option<CouponCode>,
    /// How much of the payer's credit is used at most: no more is taken than is owed.
    pub credit: Option<Money>,
    /// How the goods change hands.
    pub hand_over: HandOver,
}

/// Why a billing was not opened. Everything is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenBillingError {
    /// The payer has no such payment.
    #[error("you have no payment {0}")]
    NotFound(PaymentId),
    /// There is a billing with this id.
    #[error("billing {0} has been opened already")]
    AlreadyOpened(BillingId),
    /// No coupon has this code.
    #[error("there is no coupon {0}")]
    NoSuchCoupon(CouponCode),
    /// There is no such collection time.
    #[error("there is no collection time {0}")]
    NoSuchSlot(SlotId),
    /// A rule is against it.
    #[error(transparent)]
    Refused(#[from] OpenRefusal),
    /// The machinery failed.
    #[error("the billing could not be opened")]
    Unexpected(#[from] Failure),
}

/// Opens billings.
pub(crate) struct OpeningBillings {
    pub(crate) checkouts: Arc<Checkouts>,
    pub(crate) terms: Arc<BillingTerms>,
}

impl OpeningBillings {
    pub(crate) fn open(
        &self,
        command: OpenBilling,
        uow: &mut UnitOfWork,
    ) -> Result<(), OpenBillingError> {
        if self.checkouts.billings.get(command.billing, uow)?.is_some() {
            return Err(OpenBillingError::AlreadyOpened(command.billing));
        }
        let basket = self.basket(&command, uow)?;
        let mut checkout = self.fill(command.billing, command.payer, basket, uow)?;
        Ok(self.add(&mut checkout, uow)?)
    }

    /// What a billing would come to, by the same rules as opening it. Nothing is kept and nothing is saved.
    pub(crate) fn quote(
        &self,
        command: &OpenBilling,
        uow: &mut UnitOfWork,
    ) -> Result<BillingView, OpenBillingError> {
        let basket = self.basket(command, uow)?;
        let checkout = self.fill(command.billing, command.payer, basket, uow)?;
        let mut quoted = BillingView::of(&checkout.billing);
        quoted.coupon_code.clone_from(&command.coupon);
        Ok(quoted)
    }

    /// A billing of one payment and nothing else: not stored yet.
    pub(crate) fn of_one(
        &self,
        payment: Payment,
        uow: &mut UnitOfWork,
    ) -> Result<Checkout, OpenRefusal> {
        let payer = payment.data().payer;
        let basket = Basket {
            payments: vec![payment],
            coupon: None,
            credit: None,
            slot: None,
        };
        self.fill(BillingId::generate(), payer, basket, uow)
    }

    /// Stores a billing that was just opened, and sees to it that it does not stay open for ever.
    pub(crate) fn add(&self, checkout: &mut Checkout, uow: &mut UnitOfWork) -> Result<(), Failure> {
        self.checkouts.add(checkout, uow)?;
        let data = checkout.billing.data();
        let (billing, at) = (data.id, data.expires_at);
        uow.schedule(at, &BillingExpires { billing })
    }

    fn fill(
        &self,
        billing: BillingId,
        payer: PayerId,
        basket: Basket,
        uow: &mut UnitOfWork,
    ) -> Result<Checkout, OpenRefusal> {
        let now = uow.now();
        let opening = Opening {
            billing,
            payer,
            rates: self.terms.rates,
            commission: self.terms.commission,
            expires_at: now + self.terms.open_for,
        };
        Checkout::open(opening, basket, now)
    }

    fn basket(
        &self,
        command: &OpenBilling,
        uow: &mut UnitOfWork,
    ) -> Result<Basket, OpenBillingError> {
        let payments = self.payments(command, uow)?;
        let payer = command.payer;
        let coupon = match &command.coupon {
            Some(code) => {
                let unknown = || OpenBillingError::NoSuchCoupon(code.clone());
                let id = self
                    .checkouts
                    .coupons
                    .by_code(code, uow)?
                    .ok_or_else(unknown)?;
                let found = self.checkouts.coupons.get(id, payer, uow)?;
                Some(found.ok_or_else(unknown)?)
            }
            None => None,
        };
        let credit = match command.credit.filter(|wanted| !wanted.is_zero()) {
            Some(wanted) => {
                let account = self.checkouts.credit.get(payer, wanted.currency(), uow)?;
                Some((account, wanted))
            }
            None => None,
        };
        let slot = match command.hand_over.slot() {
            Some(id) => {
                let found = self.checkouts.slots.get(id, uow)?;
                Some(found.ok_or(OpenBillingError::NoSuchSlot(id))?)
            }
            None => None,
        };
        Ok(Basket {
            payments,
            coupon,
            credit,
            slot,
        })
    }

    fn payments(
        &self,
        command: &OpenBilling,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Payment>, OpenBillingError> {
        let mut ids = command.payments.clone();
        ids.sort_unstable();
        ids.dedup();
        let found = ids.into_iter().map(|id| {
            let found = self.checkouts.payments.get(id, uow)?;
            let own = found.filter(|payment| payment.data().payer == command.payer);
            own.ok_or(OpenBillingError::NotFound(id))
        });
        found.collect()
    }
}
