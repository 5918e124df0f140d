//! What a billing asks of a gateway: written down here before it is sent.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Authorisation, Billing, BillingStatus};
use crate::domain::instruction::{Attempt, GatewayName, Instruction, Task};
use crate::domain::operation::{Operation, OperationKind, OperationState};
use crate::domain::redirect::ReturnUrl;
use crate::domain::refund::RefundState;
use crate::domain::token::PaymentToken;
use crate::events::{AuthorisationAbandoned, BillingEvent};
use crate::ids::{OperationId, RefundId};

/// Gateways recognise a repetition for 24 hours; an hour is left for clocks that differ.
const REPEATABLE_FOR: TimeDelta = TimeDelta::hours(23);

/// What the payer pays with, where, and where to come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) token: PaymentToken,
    pub(crate) gateway: Option<GatewayName>,
    pub(crate) return_url: Option<ReturnUrl>,
}

/// Why a billing is not charged now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChargeRefusal {
    Ended(BillingStatus),
    InProgress,
    /// There is nothing that the payer could have confirmed.
    NothingWaits,
}

/// An operation that cannot be sent again, because it would not be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("operation {0} would not be repeated as it was sent: compare with the gateway by hand")]
pub(crate) struct NotRepeatable(OperationId);

type Asked = Result<Option<Instruction>, NotRepeatable>;

impl Billing {
    /// Writes down a try to hold the amount. While the result of one is missing there is no second, or the
    /// payer might be charged twice. One that still waits to be confirmed is let go.
    pub(crate) fn begin_charge(
        &mut self,
        id: OperationId,
        charge: Charge,
        now: DateTime<Utc>,
    ) -> Result<Instruction, ChargeRefusal> {
        self.check_chargeable()?;
        self.abandon_waiting();
        let Charge {
            token,
            gateway,
            return_url,
        } = charge;
        let task = Task::Authorise { token, return_url };
        Ok(self.begin(id, gateway, task, now))
    }

    /// Writes down that the payer comes back from confirming at the gateway.
    pub(crate) fn begin_complete(
        &mut self,
        id: OperationId,
        proof: Option<PaymentToken>,
        now: DateTime<Utc>,
    ) -> Result<Instruction, ChargeRefusal> {
        self.check_chargeable()?;
        let waiting = self.data.waiting.clone();
        let Authorisation { reference, gateway } =
            waiting.ok_or(ChargeRefusal::NothingWaits)?.authorisation;
        let task = Task::Complete { reference, proof };
        Ok(self.begin(id, gateway, task, now))
    }

    /// Writes down that the amount is to be taken, or takes up again what was left unfinished; `None` when
    /// there is nothing to take.
    pub(crate) fn begin_capture(&mut self, id: OperationId, now: DateTime<Utc>) -> Asked {
        if self.data.status != BillingStatus::Success || self.data.captured_at.is_some() {
            return Ok(None);
        }
        if let Some(open) = self.open_of_kind(OperationKind::Capture) {
            return self.resume(open, now);
        }
        let held = self.data.authorisation.clone();
        Ok(held.map(|Authorisation { reference, gateway }| {
            let task = Task::Capture {
                authorisation: reference,
            };
            self.begin(id, gateway, task, now)
        }))
    }

    /// Writes down that what is held for a billing that had ended is to be let go; `None` when nothing is.
    pub(crate) fn begin_void(&mut self, id: OperationId, now: DateTime<Utc>) -> Asked {
        match (self.data.status, self.data.authorisation.clone()) {
            (BillingStatus::Cancelled, Some(held)) => self.begin_void_of(id, held, now),
            (BillingStatus::Open | BillingStatus::Success | BillingStatus::Cancelled, _) => {
                Ok(None)
            }
        }
    }

    /// Writes down that an authorisation is to be let go that does not count, or takes up again what was left
    /// unfinished; `None` when it is done, or counts after all.
    pub(crate) fn begin_void_of(
        &mut self,
        id: OperationId,
        unwanted: Authorisation,
        now: DateTime<Utc>,
    ) -> Asked {
        let counts = self.data.status != BillingStatus::Cancelled
            && self.data.authorisation.as_ref() == Some(&unwanted);
        let Authorisation { reference, gateway } = unwanted;
        let of_this = |known: &Operation| {
            known.kind == OperationKind::Void && known.about.as_ref() == Some(&reference)
        };
        if let Some(open) = self.find_open(of_this) {
            return self.resume(open, now);
        }
        let mut known = self.data.operations.iter().filter(|known| of_this(known));
        if counts || known.any(|known| known.state == OperationState::Succeeded) {
            return Ok(None);
        }
        let task = Task::Void {
            authorisation: reference,
        };
        Ok(Some(self.begin(id, gateway, task, now)))
    }

    /// Writes down that the gateway is to give a refund's money back, or takes up again what was left
    /// unfinished; `None` when it is done.
    pub(crate) fn begin_refund(
        &mut self,
        id: OperationId,
        refund: RefundId,
        now: DateTime<Utc>,
    ) -> Asked {
        if let Some(open) = self.find_open(|known| known.refund == Some(refund)) {
            return self.resume(open, now);
        }
        let mut refunds = self.data.refunds.iter();
        let Some(refund) = refunds.find(|known| known.id == refund) else {
            return Ok(None);
        };
        let (refund, amount, state) = (refund.id, refund.to_gateway, refund.state);
        let taken = self.data.authorisation.clone();
        let Some(taken) = taken.filter(|_| state == RefundState::Pending) else {
            return Ok(None);
        };
        let task = Task::Refund {
            authorisation: taken.reference,
            amount,
            refund,
        };
        Ok(Some(self.begin(id, taken.gateway, task, now)))
    }

    /// Takes up an operation whose result is missing: it may have been sent, so its outcome is unknown.
    /// `None` when its result is known.
    pub(crate) fn resume(&mut self, id: OperationId, now: DateTime<Utc>) -> Asked {
        let Some(operation) = self.operation(id).filter(|known| known.is_open()) else {
            return Ok(None);
        };
        let task = self.task_of(operation).ok_or(NotRepeatable(id))?;
        let (hash, started_at) = (operation.request_hash.clone(), operation.started_at);
        let gateway = operation.gateway.clone();
        let mut instruction = self.instruction(id, gateway, task, started_at);
        let forgotten = now - started_at > REPEATABLE_FOR && !operation.kind.happens_once();
        instruction.attempt = match forgotten {
            true => Attempt::TooLate,
            false => Attempt::Again,
        };
        if instruction.fingerprint() != hash {
            return Err(NotRepeatable(id));
        }
        self.leave_unknown(id, None);
        Ok(Some(instruction))
    }

    /// An authorisation that was to be confirmed is not wanted any more: it is let go.
    pub(super) fn abandon_waiting(&mut self) {
        if let Some(waiting) = self.data.waiting.take() {
            self.abandon(waiting.authorisation);
        }
    }

    pub(super) fn abandon(&mut self, authorisation: Authorisation) {
        let Authorisation { reference, gateway } = authorisation;
        let abandoned = AuthorisationAbandoned {
            billing: self.data.id,
            reference: reference.as_str().to_owned(),
            gateway: gateway.map(|name| name.as_str().to_owned()),
        };
        self.events.push(BillingEvent::Abandoned(abandoned));
    }

    fn check_chargeable(&self) -> Result<(), ChargeRefusal> {
        match self.data.status {
            BillingStatus::Open => {}
            ended @ (BillingStatus::Success | BillingStatus::Cancelled) => {
                return Err(ChargeRefusal::Ended(ended));
            }
        }
        match self.is_in_progress() {
            true => Err(ChargeRefusal::InProgress),
            false => Ok(()),
        }
    }

    fn task_of(&self, operation: &Operation) -> Option<Task> {
        let about = || operation.about.clone();
        Some(match operation.kind {
            OperationKind::Authorise => Task::Authorise {
                token: operation.token.clone()?,
                return_url: operation.return_url.clone(),
            },
            OperationKind::Complete => Task::Complete {
                reference: about()?,
                proof: operation.token.clone(),
            },
            OperationKind::Capture => Task::Capture {
                authorisation: about()?,
            },
            OperationKind::Void => Task::Void {
                authorisation: about()?,
            },
            OperationKind::Refund => Task::Refund {
                authorisation: about()?,
                amount: operation.amount?,
                refund: operation.refund?,
            },
        })
    }

    fn begin(
        &mut self,
        id: OperationId,
        gateway: Option<GatewayName>,
        task: Task,
        now: DateTime<Utc>,
    ) -> Instruction {
        let instruction = self.instruction(id, gateway, task, now);
        self.data.operations.push(Operation::begin(&instruction));
        instruction
    }

    fn instruction(
        &self,
        id: OperationId,
        gateway: Option<GatewayName>,
        task: Task,
        started_at: DateTime<Utc>,
    ) -> Instruction {
        Instruction {
            operation: id,
            billing: self.data.id,
            payer: self.data.payer,
            gateway,
            amount: self.data.amount_due,
            description: self.data.description.clone(),
            task,
            started_at,
            attempt: Attempt::First,
        }
    }
}
