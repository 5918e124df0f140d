//! Paying a single payment: a billing of one.

use std::sync::Arc;

use foundation::{Failure, UnitOfWork};

use crate::application::gateway::GatewayError;
use crate::application::opening::OpeningBillings;
use crate::application::operations::{Operations, Recorded, outcome_of};
use crate::domain::billing::asking::{Charge, ChargeRefusal};
use crate::domain::checkout::{Checkout, OpenRefusal};
use crate::domain::instruction::{Answer, GatewayName, Instruction};
use crate::domain::status::PaymentStatus;
use crate::domain::token::PaymentToken;
use crate::ids::{BillingId, OperationId, PayerId, PaymentId};

/// Pays a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargePayment {
    /// The payment.
    pub payment: PaymentId,
    /// Who wants to pay it: must be its payer.
    pub payer: PayerId,
    /// What the payer pays with.
    pub token: PaymentToken,
}

/// What came of a try to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// The gateway holds the amount; it is taken at once.
    Charged,
    /// The try came to nothing. The payer may try again.
    Declined {
        /// Why, in words for the payer.
        reason: String,
    },
    /// The gateway has not answered. The outcome is looked up within a minute.
    Pending,
}

/// What a recorded answer means to the payer. That a payment had ended is no error of the transaction that
/// records it: the answer must be kept, or what is held would be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordedCharge {
    /// The try counts.
    Counts(ChargeOutcome),
    /// The amount is held, but the payment had ended: it is given back.
    TooLate {
        /// How the payment had ended.
        status: PaymentStatus,
    },
}

impl RecordedCharge {
    /// The answer to the payer, once the record is committed.
    pub fn outcome(self) -> Result<ChargeOutcome, ChargePaymentError> {
        match self {
            Self::Counts(outcome) => Ok(outcome),
            Self::TooLate { status } => Err(ChargePaymentError::NotPayable { status }),
        }
    }
}

/// Why a payment was not charged.
#[derive(Debug, thiserror::Error)]
pub enum ChargePaymentError {
    /// The payer has no such payment.
    #[error("you have no payment {0}")]
    NotFound(PaymentId),
    /// The payment is in a state in which it cannot be paid.
    #[error("the payment cannot be paid, because it is {status}")]
    NotPayable {
        /// The state.
        status: PaymentStatus,
    },
    /// An earlier try has no result yet.
    #[error("an earlier try to pay has no result yet; wait a minute")]
    InProgress,
    /// It is being paid together with others.
    #[error("the payment is part of billing {0}; pay that, or cancel it first")]
    InBilling(BillingId),
    /// The machinery failed.
    #[error("the payment could not be charged")]
    Unexpected(#[from] Failure),
}

/// Charges single payments.
pub(crate) struct Charging {
    pub(crate) operations: Arc<Operations>,
    pub(crate) opening: Arc<OpeningBillings>,
}

impl Charging {
    /// Writes down a try to pay, in the payment's open billing or in a new one. `None` when nothing was due:
    /// then it is paid.
    pub(crate) fn begin(
        &self,
        command: ChargePayment,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, ChargePaymentError> {
        let id = command.payment;
        let checkouts = &self.operations.checkouts;
        if let Some(billing) = checkouts.billings.containing(id, uow)? {
            return self.begin_in(billing, command, uow);
        }
        let found = checkouts.payments.get(id, uow)?;
        let own = found.filter(|payment| payment.data().payer == command.payer);
        let payment = own.ok_or(ChargePaymentError::NotFound(id))?;
        let mut checkout = self.opening.of_one(payment, uow).map_err(not_open)?;
        let (now, charge) = (uow.now(), self.by_token(command.token, &checkout));
        let begun = checkout
            .billing
            .begin_charge(OperationId::generate(), charge, now);
        let instruction = begun.map_err(|refusal| not_charged(refusal, PaymentStatus::New))?;
        self.opening.add(&mut checkout, uow)?;
        self.operations.look_after(&instruction, uow)?;
        Ok(Some(instruction))
    }

    /// Records what came of a try, and says it in the payer's terms.
    pub(crate) fn record(
        &self,
        instruction: &Instruction,
        result: &Result<Answer, GatewayError>,
        uow: &mut UnitOfWork,
    ) -> Result<RecordedCharge, ChargePaymentError> {
        let recorded = self.operations.record_answer(instruction, result, uow);
        let checkout = recorded.map_err(Failure::from)?;
        let status = checkout
            .payments
            .first()
            .map(|payment| payment.data().status);
        let status = status.unwrap_or(PaymentStatus::Cancelled);
        Ok(match outcome_of(&checkout.billing, instruction.operation) {
            Recorded::Held => RecordedCharge::Counts(ChargeOutcome::Charged),
            Recorded::Declined(reason) => {
                RecordedCharge::Counts(ChargeOutcome::Declined { reason })
            }
            Recorded::Unknown | Recorded::Waits(_) => {
                RecordedCharge::Counts(ChargeOutcome::Pending)
            }
            Recorded::TooLate => RecordedCharge::TooLate { status },
        })
    }

    fn begin_in(
        &self,
        billing: BillingId,
        command: ChargePayment,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, ChargePaymentError> {
        let found = self.operations.checkouts.get(billing, uow)?;
        let own = found.filter(|found| found.billing.data().payer == command.payer);
        let mut checkout = own.ok_or(ChargePaymentError::NotFound(command.payment))?;
        let [payment] = checkout.payments.as_slice() else {
            return Err(ChargePaymentError::InBilling(billing));
        };
        let status = payment.data().status;
        let (now, charge) = (uow.now(), self.by_token(command.token, &checkout));
        let begun = self
            .operations
            .begin_or_settle(&mut checkout, uow, |billing| {
                billing.begin_charge(OperationId::generate(), charge, now)
            })?;
        begun.map_err(|refusal| match refusal {
            // The payment was read before somebody else's try was recorded, and the billing after it: again.
            ChargeRefusal::Ended(_) if status.is_payable() => Failure::Conflict.into(),
            refusal @ (ChargeRefusal::Ended(_)
            | ChargeRefusal::InProgress
            | ChargeRefusal::NothingWaits) => not_charged(refusal, status),
        })
    }

    /// The gateway is named in the operation, so that a change of the settings moves no operation elsewhere.
    fn by_token(&self, token: PaymentToken, checkout: &Checkout) -> Charge {
        let gateways = &self.operations.gateways;
        let currency = checkout.billing.data().amount_due.currency();
        let offered = gateways.offered(currency).next();
        let gateway = offered.unwrap_or(gateways.preferred());
        Charge {
            token,
            gateway: Some(GatewayName::from(gateway.name())),
            return_url: None,
        }
    }
}

fn not_charged(refusal: ChargeRefusal, status: PaymentStatus) -> ChargePaymentError {
    match refusal {
        ChargeRefusal::InProgress => ChargePaymentError::InProgress,
        ChargeRefusal::Ended(_) | ChargeRefusal::NothingWaits => {
            ChargePaymentError::NotPayable { status }
        }
    }
}

fn not_open(refusal: OpenRefusal) -> ChargePaymentError {
    match refusal {
        OpenRefusal::NotPayable { status, .. } => ChargePaymentError::NotPayable { status },
        // Somebody has taken the payment since it was looked for: it is looked for again.
        OpenRefusal::InBilling { .. } => Failure::Conflict.into(),
        refusal @ (OpenRefusal::NoPayments
        | OpenRefusal::Currencies { .. }
        | OpenRefusal::Amount(_)
        | OpenRefusal::Coupon(_)
        | OpenRefusal::Credit(_)
        | OpenRefusal::Slot(_)) => Failure::Defect(refusal.to_string()).into(),
    }
}
