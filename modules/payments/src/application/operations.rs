//! Operations at the gateway: written down, asked for, recorded.
//!
//! Whoever drives one takes three steps: a transaction that writes it down, the call outside any
//! transaction, a transaction that records the answer. The process may die between any two of them; what
//! was written down is then taken up again.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use foundation::{Failure, UnitOfWork};

use crate::application::checkouts::Checkouts;
use crate::application::gateway::{GatewayError, Gateways};
use crate::domain::billing::asking::{ChargeRefusal, NotRepeatable};
use crate::domain::billing::recording::Consequence;
use crate::domain::billing::{Authorisation, Billing, BillingStatus};
use crate::domain::checkout::Checkout;
use crate::domain::instruction::{Answer, Attempt, GatewayReference, Instruction};
use crate::domain::operation::OperationState;
use crate::domain::redirect::Redirect;
use crate::events::{CaptureDue, OperationDue};
use crate::ids::{BillingId, OperationId, RefundId};

/// After this time an operation without a result is looked up. Calls take less.
const RESULT_WITHIN: TimeDelta = TimeDelta::seconds(30);

/// What is held is taken at once; should that fail, it is tried again so long before the gateway lets go.
const CAPTURE_AHEAD: TimeDelta = TimeDelta::hours(12);

/// Why an operation could not be taken up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OperationError {
    #[error("there is no billing {0}")]
    NoBilling(BillingId),
    #[error(transparent)]
    NotRepeatable(#[from] NotRepeatable),
    #[error("the operation could not be taken up")]
    Unexpected(#[from] Failure),
}

impl From<OperationError> for Failure {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Unexpected(failure) => failure,
            error @ (OperationError::NoBilling(_) | OperationError::NotRepeatable(_)) => {
                Self::Defect(error.to_string())
            }
        }
    }
}

/// What a recorded try means to the payer.
pub(crate) enum Recorded {
    /// The amount is held, or taken.
    Held,
    Declined(String),
    /// The payer has to confirm it.
    Waits(Redirect),
    Unknown,
    /// The amount is held, but what it is for had ended: it is given back.
    TooLate,
}

/// Takes operations through their steps.
pub(crate) struct Operations {
    pub(crate) checkouts: Arc<Checkouts>,
    pub(crate) gateways: Arc<Gateways>,
}

impl Operations {
    /// Writes down a try to hold the amount; where nothing is due there is none, and everything is paid:
    /// `None`.
    pub(crate) fn begin_or_settle(
        &self,
        checkout: &mut Checkout,
        uow: &mut UnitOfWork,
        begin: impl FnOnce(&mut Billing) -> Result<Instruction, ChargeRefusal>,
    ) -> Result<Result<Option<Instruction>, ChargeRefusal>, Failure> {
        if checkout.settle_without_gateway(uow.now())? {
            self.checkouts.save(checkout, uow)?;
            return Ok(Ok(None));
        }
        let instruction = match begin(&mut checkout.billing) {
            Ok(instruction) => instruction,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.checkouts.save(checkout, uow)?;
        self.look_after(&instruction, uow)?;
        Ok(Ok(Some(instruction)))
    }

    /// Sees to it that somebody looks after an operation should its result stay away.
    pub(crate) fn look_after(
        &self,
        instruction: &Instruction,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let due = OperationDue {
            billing: instruction.billing,
            operation: instruction.operation,
        };
        uow.schedule(instruction.started_at + RESULT_WITHIN, &due)
    }

    /// Writes down that what a billing holds is to be taken.
    pub(crate) fn begin_capture(
        &self,
        id: BillingId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, OperationError> {
        self.begin(id, uow, |billing, now| {
            billing.begin_capture(OperationId::generate(), now)
        })
    }

    /// Writes down that what is held for an ended billing is to be let go.
    pub(crate) fn begin_void(
        &self,
        id: BillingId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, OperationError> {
        self.begin(id, uow, |billing, now| {
            billing.begin_void(OperationId::generate(), now)
        })
    }

    /// Writes down that an authorisation that nobody wants is to be let go.
    pub(crate) fn begin_void_of(
        &self,
        id: BillingId,
        unwanted: Authorisation,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, OperationError> {
        self.begin(id, uow, |billing, now| {
            billing.begin_void_of(OperationId::generate(), unwanted, now)
        })
    }

    /// Writes down that a refund's money is to be given back.
    pub(crate) fn begin_refund(
        &self,
        id: BillingId,
        refund: RefundId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, OperationError> {
        self.begin(id, uow, |billing, now| {
            billing.begin_refund(OperationId::generate(), refund, now)
        })
    }

    /// Takes up an operation again; `None` when its result is known.
    pub(crate) fn resume(
        &self,
        id: BillingId,
        operation: OperationId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, OperationError> {
        self.begin(id, uow, |billing, now| billing.resume(operation, now))
    }

    /// A gateway says that something has happened: asks again about everything that has no result, and goes on
    /// with what waited for its payer to confirm. A billing that is not ours is nobody's.
    pub(crate) fn look_again(
        &self,
        id: BillingId,
        reference: Option<&GatewayReference>,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let Some(mut billing) = self.checkouts.billings.get(id, uow)? else {
            return Ok(());
        };
        let now = uow.now();
        let open = billing.data().operations.iter();
        let mut open: Vec<OperationId> = open
            .filter(|known| known.is_open())
            .map(|known| known.id)
            .collect();
        let waiting = billing.data().waiting.as_ref();
        let waits = waiting.is_some_and(|one| Some(&one.authorisation.reference) == reference);
        if waits && !billing.is_in_progress() {
            let begun = billing.begin_complete(OperationId::generate(), None, now);
            open.extend(begun.ok().map(|instruction| instruction.operation));
            self.checkouts.billings.save(&mut billing, uow)?;
        }
        for operation in open {
            let billing = id;
            uow.schedule(now, &OperationDue { billing, operation })?;
        }
        Ok(())
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

    /// Records what came of an instruction, and does what follows from it.
    pub(crate) fn record_answer(
        &self,
        instruction: &Instruction,
        result: &Result<Answer, GatewayError>,
        uow: &mut UnitOfWork,
    ) -> Result<Checkout, OperationError> {
        self.record(instruction.billing, instruction.operation, result, uow)
    }

    /// Records what came of an operation, and does what follows from it.
    pub(crate) fn record(
        &self,
        id: BillingId,
        operation: OperationId,
        result: &Result<Answer, GatewayError>,
        uow: &mut UnitOfWork,
    ) -> Result<Checkout, OperationError> {
        let found = self.checkouts.get(id, uow)?;
        let mut checkout = found.ok_or(OperationError::NoBilling(id))?;
        let now = uow.now();
        let recorded = match result {
            Ok(answer) => checkout.record(operation, answer, now),
            Err(GatewayError::Unknown(cause)) => {
                let cause = Some(cause.to_string());
                checkout.billing.leave_unknown(operation, cause);
                Ok(Consequence::Nothing)
            }
            Err(GatewayError::Rejected { detail } | GatewayError::Unauthorised { detail }) => {
                checkout.record_rejection(operation, detail, now)
            }
        };
        let consequence = recorded.map_err(Failure::from)?;
        self.checkouts.save(&mut checkout, uow)?;
        if consequence == Consequence::Authorised {
            capture_in_time(&checkout.billing, uow)?;
        }
        Ok(checkout)
    }

    fn begin(
        &self,
        id: BillingId,
        uow: &mut UnitOfWork,
        change: impl FnOnce(&mut Billing, DateTime<Utc>) -> Result<Option<Instruction>, NotRepeatable>,
    ) -> Result<Option<Instruction>, OperationError> {
        let found = self.checkouts.billings.get(id, uow)?;
        let mut billing = found.ok_or(OperationError::NoBilling(id))?;
        let instruction = change(&mut billing, uow.now())?;
        if instruction.is_some() {
            self.checkouts.billings.save(&mut billing, uow)?;
        }
        Ok(instruction)
    }
}

/// A second way to the capture, for what kept the first one.
fn capture_in_time(billing: &Billing, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let Some(limit) = billing.data().capture_before else {
        return Ok(());
    };
    let due = CaptureDue {
        billing: billing.data().id,
    };
    uow.schedule((limit - CAPTURE_AHEAD).max(uow.now()), &due)
}

/// What a try to hold the amount came to.
pub(crate) fn outcome_of(billing: &Billing, operation: OperationId) -> Recorded {
    let Some(operation) = billing.operation(operation) else {
        return Recorded::Unknown;
    };
    match operation.state {
        OperationState::Pending | OperationState::Unknown => Recorded::Unknown,
        OperationState::Failed => Recorded::Declined(operation.reason.clone().unwrap_or_default()),
        OperationState::Succeeded => match (billing.data().status, &billing.data().waiting) {
            (BillingStatus::Success, _) => Recorded::Held,
            (BillingStatus::Open, Some(waiting)) => Recorded::Waits(waiting.redirect.clone()),
            (BillingStatus::Open, None) => Recorded::Unknown,
            (BillingStatus::Cancelled, _) => Recorded::TooLate,
        },
    }
}
