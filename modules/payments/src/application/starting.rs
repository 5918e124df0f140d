//! Starting a payment, and ending one that nobody paid.

use std::sync::Arc;

use foundation::{Failure, Money, MoneyError, UnitOfWork};

use crate::application::payments::Payments;
use crate::application::settling::SettlingBillings;
use crate::domain::amounts::BasisPoints;
use crate::domain::order::Order;
use crate::domain::payment::{NewPayment, Payment};
use crate::domain::status::PaymentStatus;
use crate::ids::{PayeeId, PayerId, PaymentId};
use crate::settings::BillingTerms;

const MAX_DESCRIPTION: usize = 500;

/// Asks a payer for an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPayment {
    /// The new payment's id, chosen by the caller.
    pub payment: PaymentId,
    /// Who is to pay.
    pub payer: PayerId,
    /// Who gets the money in the end, if it is not the house's own: the seller.
    pub payee: Option<PayeeId>,
    /// The buyer's premium that was agreed; without one the house's own applies.
    pub premium: Option<BasisPoints>,
    /// How much; more than nothing.
    pub amount: Money,
    /// What for, in the payer's words; up to 500 characters.
    pub description: String,
}

/// Why a payment was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartPaymentError {
    /// There is a payment with this id.
    #[error("payment {0} has been started already")]
    AlreadyStarted(PaymentId),
    /// Nothing is owed.
    #[error("a payment is about more than nothing")]
    NothingToPay,
    /// The description is too long.
    #[error("a payment's description has at most {MAX_DESCRIPTION} characters")]
    DescriptionTooLong,
    /// The amount with premium and tax is no amount any more.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The machinery failed.
    #[error("the payment could not be started")]
    Unexpected(#[from] Failure),
}

/// Why a payment did not time out.
#[derive(Debug, thiserror::Error)]
pub enum TimeOutError {
    /// There is no such payment.
    #[error("there is no payment {0}")]
    NotFound(PaymentId),
    /// The machinery failed.
    #[error("the payment could not be timed out")]
    Unexpected(#[from] Failure),
}

/// Starts payments and lets them time out.
pub(crate) struct Starting {
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) settling: Arc<SettlingBillings>,
    pub(crate) terms: Arc<BillingTerms>,
}

impl Starting {
    pub(crate) fn start(
        &self,
        command: StartPayment,
        uow: &mut UnitOfWork,
    ) -> Result<(), StartPaymentError> {
        if command.amount.is_zero() {
            return Err(StartPaymentError::NothingToPay);
        }
        if command.description.chars().count() > MAX_DESCRIPTION {
            return Err(StartPaymentError::DescriptionTooLong);
        }
        if self.payments.get(command.payment, uow)?.is_some() {
            return Err(StartPaymentError::AlreadyStarted(command.payment));
        }
        let rates = self.terms.rates.with_premium(command.premium);
        Order::priced(command.payment, command.amount, rates)?;
        let new = NewPayment {
            id: command.payment,
            payer: command.payer,
            payee: command.payee,
            premium: command.premium,
            amount: command.amount,
            description: command.description,
        };
        let mut payment = Payment::start(new, uow.now());
        Ok(self.payments.add(&mut payment, uow)?)
    }

    pub(crate) fn status(
        &self,
        payment: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<PaymentStatus>, Failure> {
        let found = self.payments.get(payment, uow)?;
        Ok(found.map(|payment| payment.data().status))
    }

    pub(crate) fn time_out(
        &self,
        payment: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<bool, TimeOutError> {
        let timed_out = self.settling.time_out(payment, uow)?;
        timed_out.ok_or(TimeOutError::NotFound(payment))
    }
}
