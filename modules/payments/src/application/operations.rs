//! Operations at the gateway: written down, asked for, recorded.
//!
//! Whoever drives one takes three steps: a transaction that writes it down, the call outside any
//! transaction, a transaction that records the answer. The process may die between any two of them; what
//! was written down is then taken up again.

use std::sync::Arc;

use chrono::TimeDelta;
use foundation::{Failure, UnitOfWork};

use crate::application::gateway::{GatewayError, Gateways};
use crate::application::payments::Payments;
use crate::domain::instruction::{Answer, Attempt, Instruction};
use crate::domain::operation::{Operation, OperationState};
use crate::domain::payment::{ChargeRefusal, NotRepeatable, Payment};
use crate::domain::status::PaymentStatus;
use crate::domain::token::PaymentToken;
use crate::events::OperationDue;
use crate::ids::{OperationId, PayerId, PaymentId};

/// After this time an operation without a result is looked up. Calls take less.
const RESULT_WITHIN: TimeDelta = TimeDelta::seconds(30);

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
    /// The machinery failed.
    #[error("the payment could not be charged")]
    Unexpected(#[from] Failure),
}

impl From<ChargeRefusal> for ChargePaymentError {
    fn from(refusal: ChargeRefusal) -> Self {
        match refusal {
            ChargeRefusal::NotPayable(status) => Self::NotPayable { status },
            ChargeRefusal::InProgress => Self::InProgress,
        }
    }
}

/// Why an operation could not be taken up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OperationError {
    #[error("there is no payment {0}")]
    NoPayment(PaymentId),
    #[error(transparent)]
    NotRepeatable(#[from] NotRepeatable),
    #[error("the operation could not be taken up")]
    Unexpected(#[from] Failure),
}

/// Takes operations through their steps.
pub(crate) struct Operations {
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) gateways: Arc<Gateways>,
}

impl Operations {
    /// Writes down a try to pay, and that somebody is to look after it should its result stay away.
    pub(crate) fn begin_charge(
        &self,
        command: ChargePayment,
        uow: &mut UnitOfWork,
    ) -> Result<Instruction, ChargePaymentError> {
        let id = command.payment;
        let found = self.payments.get(id, uow)?;
        let own = found.filter(|payment| payment.data().payer == command.payer);
        let mut payment = own.ok_or(ChargePaymentError::NotFound(id))?;
        let now = uow.now();
        let instruction = payment.begin_charge(OperationId::generate(), command.token, now)?;
        self.payments.save(&mut payment, uow)?;
        let due = OperationDue {
            payment: id,
            operation: instruction.operation,
        };
        uow.schedule(now + RESULT_WITHIN, &due)?;
        Ok(instruction)
    }

    /// Writes down that a charged payment is to be captured.
    pub(crate) fn begin_capture(
        &self,
        id: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, OperationError> {
        self.begin(id, uow, |payment, now| {
            payment.begin_capture(OperationId::generate(), now)
        })
    }

    /// Writes down that what is held for an ended payment is to be let go.
    pub(crate) fn begin_void(
        &self,
        id: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, OperationError> {
        self.begin(id, uow, |payment, now| {
            payment.begin_void(OperationId::generate(), now)
        })
    }

    /// Takes up an operation again; `None` when its result is known.
    pub(crate) fn resume(
        &self,
        id: PaymentId,
        operation: OperationId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, OperationError> {
        self.begin(id, uow, |payment, now| payment.resume(operation, now))
    }

    /// Carries an instruction to the gateway. When it may have been carried there before, asks what came
    /// of it first, and repeats it, under the same key, only when nothing did.
    pub(crate) fn call(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        match instruction.attempt {
            Attempt::First => self.gateways.send(instruction),
            Attempt::Again => match self.gateways.fetch(instruction)? {
                Some(answer) => Ok(answer),
                None => self.gateways.send(instruction),
            },
            Attempt::TooLate => self.gateways.fetch(instruction)?.ok_or_else(|| {
                GatewayError::unknown(format!(
                    "the gateway shows nothing of operation {} and it is too old to be repeated: \
                     compare with the gateway by hand",
                    instruction.operation
                ))
            }),
        }
    }

    /// Records what came of an operation.
    pub(crate) fn record(
        &self,
        id: PaymentId,
        operation: OperationId,
        result: &Result<Answer, GatewayError>,
        uow: &mut UnitOfWork,
    ) -> Result<Payment, OperationError> {
        let mut payment = self.get(id, uow)?;
        let now = uow.now();
        match result {
            Ok(answer) => payment.record(operation, answer, now),
            Err(GatewayError::Unknown(cause)) => {
                payment.leave_unknown(operation, Some(cause.to_string()));
            }
            Err(GatewayError::Rejected { detail } | GatewayError::Unauthorised { detail }) => {
                payment.record_rejection(operation, detail, now);
            }
        }
        self.payments.save(&mut payment, uow)?;
        Ok(payment)
    }

    /// Records what came of a try to pay, and says it in the payer's terms.
    pub(crate) fn record_charge(
        &self,
        instruction: &Instruction,
        result: &Result<Answer, GatewayError>,
        uow: &mut UnitOfWork,
    ) -> Result<RecordedCharge, ChargePaymentError> {
        let payment = PaymentId::from(instruction.billing.uuid());
        let recorded = self.record(payment, instruction.operation, result, uow);
        let recorded = recorded.map_err(|error| match error {
            OperationError::NoPayment(id) => ChargePaymentError::NotFound(id),
            OperationError::NotRepeatable(error) => Failure::Defect(error.to_string()).into(),
            OperationError::Unexpected(failure) => failure.into(),
        })?;
        let operation = recorded.operation(instruction.operation);
        let operation = operation.ok_or(ChargePaymentError::NotFound(payment))?;
        Ok(meaning(recorded.data().status, operation))
    }

    fn begin(
        &self,
        id: PaymentId,
        uow: &mut UnitOfWork,
        change: impl FnOnce(
            &mut Payment,
            chrono::DateTime<chrono::Utc>,
        ) -> Result<Option<Instruction>, NotRepeatable>,
    ) -> Result<Option<Instruction>, OperationError> {
        let mut payment = self.get(id, uow)?;
        let instruction = change(&mut payment, uow.now())?;
        if instruction.is_some() {
            self.payments.save(&mut payment, uow)?;
        }
        Ok(instruction)
    }

    fn get(&self, id: PaymentId, uow: &mut UnitOfWork) -> Result<Payment, OperationError> {
        let found = self.payments.get(id, uow)?;
        found.ok_or(OperationError::NoPayment(id))
    }
}

/// A try that succeeded after its payment had ended is no success for the payer: the amount is given back.
fn meaning(status: PaymentStatus, operation: &Operation) -> RecordedCharge {
    let outcome = match operation.state {
        OperationState::Pending | OperationState::Unknown => ChargeOutcome::Pending,
        OperationState::Failed => ChargeOutcome::Declined {
            reason: operation.reason.clone().unwrap_or_default(),
        },
        OperationState::Succeeded => match status {
            PaymentStatus::Charged | PaymentStatus::Captured | PaymentStatus::Refunded => {
                ChargeOutcome::Charged
            }
            PaymentStatus::New
            | PaymentStatus::Failed
            | PaymentStatus::TimedOut
            | PaymentStatus::Cancelled => return RecordedCharge::TooLate { status },
        },
    };
    RecordedCharge::Counts(outcome)
}
