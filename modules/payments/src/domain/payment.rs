//! The payment: one amount that one payer owes, and every try to get it.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::Money;

use crate::domain::instruction::{Answer, Attempt, GatewayReference, Instruction, Task};
use crate::domain::operation::{Operation, OperationKind, OperationState};
use crate::domain::status::PaymentStatus;
use crate::domain::token::PaymentToken;
use crate::events::{
    PaymentCaptured, PaymentCharged, PaymentChargedTooLate, PaymentEvent, PaymentFailed,
    PaymentStarted, PaymentTimedOut,
};
use crate::ids::{BillingId, OperationId, PayerId, PaymentId};

/// Gateways recognise a repetition for 24 hours; an hour is left for clocks that differ.
const REPEATABLE_FOR: TimeDelta = TimeDelta::hours(23);

/// What the payer is told when the gateway does not understand this house: the cause is for staff.
const REFUSED_REQUEST: &str =
    "the payment service did not accept the request; the house has been told";

const NEEDS_CONFIRMATION: &str =
    "the bank wants this payment confirmed, which is not possible here; try another card";

/// What a payment is made of, as the repository keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaymentData {
    pub(crate) id: PaymentId,
    pub(crate) payer: PayerId,
    pub(crate) amount: Money,
    pub(crate) description: String,
    pub(crate) status: PaymentStatus,
    /// Why the last try came to nothing.
    pub(crate) failure: Option<String>,
    /// The gateway's name for the amount that it holds, or took.
    pub(crate) authorisation: Option<GatewayReference>,
    /// When the gateway lets go of the amount by itself.
    pub(crate) capture_before: Option<DateTime<Utc>>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) charged_at: Option<DateTime<Utc>>,
    pub(crate) captured_at: Option<DateTime<Utc>>,
    /// Every operation, the oldest first.
    pub(crate) operations: Vec<Operation>,
}

/// The aggregate. It is changed by its methods only, and saved under its version.
#[derive(Debug)]
pub(crate) struct Payment {
    data: PaymentData,
    version: i64,
    events: Vec<PaymentEvent>,
}

/// Why a payment is not charged now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChargeRefusal {
    NotPayable(PaymentStatus),
    InProgress,
}

/// An operation that cannot be sent again, because it would not be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("operation {0} would not be repeated as it was sent: compare with the gateway by hand")]
pub(crate) struct NotRepeatable(OperationId);

/// What a new payment is made of.
pub(crate) struct NewPayment {
    pub(crate) id: PaymentId,
    pub(crate) payer: PayerId,
    pub(crate) amount: Money,
    pub(crate) description: String,
}

impl Payment {
    pub(crate) fn start(new: NewPayment, now: DateTime<Utc>) -> Self {
        let started = PaymentStarted {
            payment: new.id,
            payer: new.payer,
            amount: new.amount,
            description: new.description.clone(),
        };
        let data = PaymentData {
            id: new.id,
            payer: new.payer,
            amount: new.amount,
            description: new.description,
            status: PaymentStatus::New,
            failure: None,
            authorisation: None,
            capture_before: None,
            started_at: now,
            charged_at: None,
            captured_at: None,
            operations: Vec::new(),
        };
        Self {
            data,
            version: 1,
            events: vec![PaymentEvent::Started(started)],
        }
    }

    pub(crate) fn restore(data: PaymentData, version: i64) -> Self {
        Self {
            data,
            version,
            events: Vec::new(),
        }
    }

    pub(crate) fn data(&self) -> &PaymentData {
        &self.data
    }

    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// The repository has saved the next version: hands out what happened.
    pub(crate) fn saved(&mut self, version: i64) -> Vec<PaymentEvent> {
        self.version = version;
        std::mem::take(&mut self.events)
    }

    pub(crate) fn operation(&self, id: OperationId) -> Option<&Operation> {
        self.data.operations.iter().find(|known| known.id == id)
    }

    /// Writes down a try to hold the amount. While the result of one is missing there is no second, or the
    /// payer might be charged twice.
    pub(crate) fn begin_charge(
        &mut self,
        id: OperationId,
        token: PaymentToken,
        now: DateTime<Utc>,
    ) -> Result<Instruction, ChargeRefusal> {
        if !self.data.status.is_payable() {
            return Err(ChargeRefusal::NotPayable(self.data.status));
        }
        if self.data.operations.iter().any(Operation::is_open) {
            return Err(ChargeRefusal::InProgress);
        }
        let return_url = None;
        Ok(self.begin(id, Task::Authorise { token, return_url }, now))
    }

    /// Writes down that the amount is to be taken, or takes up again what was left unfinished; `None` when
    /// there is nothing to take.
    pub(crate) fn begin_capture(
        &mut self,
        id: OperationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Instruction>, NotRepeatable> {
        if self.data.status != PaymentStatus::Charged {
            return Ok(None);
        }
        if let Some(open) = self.open(OperationKind::Capture) {
            return self.resume(open, now);
        }
        let authorisation = self.data.authorisation.clone();
        Ok(authorisation.map(|authorisation| self.begin(id, Task::Capture { authorisation }, now)))
    }

    /// Writes down that an amount held for a payment that had ended is to be let go, or takes up again what
    /// was left unfinished; `None` when nothing is held.
    pub(crate) fn begin_void(
        &mut self,
        id: OperationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Instruction>, NotRepeatable> {
        if !has_ended_unpaid(self.data.status) {
            return Ok(None);
        }
        if let Some(open) = self.open(OperationKind::Void) {
            return self.resume(open, now);
        }
        let authorisation = self.data.authorisation.clone();
        Ok(authorisation.map(|authorisation| self.begin(id, Task::Void { authorisation }, now)))
    }

    /// Takes up an operation whose result is missing: it may have been sent, so its outcome is unknown.
    /// `None` when its result is known.
    pub(crate) fn resume(
        &mut self,
        id: OperationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Instruction>, NotRepeatable> {
        let Some(operation) = self.operation(id).filter(|known| known.is_open()) else {
            return Ok(None);
        };
        let hash = operation.request_hash.clone();
        let started_at = operation.started_at;
        let authorisation = || self.data.authorisation.clone().ok_or(NotRepeatable(id));
        let task = match operation.kind {
            OperationKind::Authorise => Task::Authorise {
                token: operation.token.clone().ok_or(NotRepeatable(id))?,
                return_url: None,
            },
            OperationKind::Complete | OperationKind::Refund => return Err(NotRepeatable(id)),
            OperationKind::Capture => Task::Capture {
                authorisation: authorisation()?,
            },
            OperationKind::Void => Task::Void {
                authorisation: authorisation()?,
            },
        };
        let mut instruction = self.instruction(id, task, started_at);
        instruction.attempt = match now - started_at > REPEATABLE_FOR {
            true => Attempt::TooLate,
            false => Attempt::Again,
        };
        if instruction.fingerprint() != hash {
            return Err(NotRepeatable(id));
        }
        self.leave_unknown(id, None);
        Ok(Some(instruction))
    }

    /// Writes down that the gateway's answer did not come.
    pub(crate) fn leave_unknown(&mut self, id: OperationId, detail: Option<String>) {
        if let Some(operation) = self.open_operation(id) {
            operation.state = OperationState::Unknown;
            operation.detail = detail.or(operation.detail.take());
        }
    }

    /// Writes down the gateway's answer. An operation whose result is known keeps it: the answer came to
    /// two who asked.
    pub(crate) fn record(&mut self, id: OperationId, answer: &Answer, now: DateTime<Utc>) {
        let Some(operation) = self.open_operation(id) else {
            return;
        };
        let kind = operation.kind;
        match answer {
            Answer::Authorised {
                reference,
                capture_before,
            } => {
                operation.reference = Some(reference.clone());
                operation.finish(OperationState::Succeeded, now);
                self.data.authorisation = Some(reference.clone());
                self.data.capture_before = *capture_before;
                self.authorised(now);
            }
            Answer::ActionRequired { reference, .. } => {
                operation.reference = Some(reference.clone());
                operation.reason = Some(NEEDS_CONFIRMATION.to_owned());
                operation.finish(OperationState::Failed, now);
                self.refused(kind, NEEDS_CONFIRMATION);
            }
            Answer::Refunded { reference } => {
                operation.reference = Some(reference.clone());
                operation.finish(OperationState::Succeeded, now);
            }
            Answer::Captured => {
                operation.finish(OperationState::Succeeded, now);
                self.captured(now);
            }
            Answer::Voided => {
                operation.finish(OperationState::Succeeded, now);
                self.data.authorisation = None;
            }
            Answer::Refused { reason, reference } => {
                operation.reference = reference.clone();
                operation.reason = Some(reason.clone());
                operation.finish(OperationState::Failed, now);
                self.refused(kind, reason);
            }
        }
    }

    /// Writes down that the gateway did not understand the request or does not know this house: nothing
    /// was charged. The payer may try again; the detail is for staff.
    pub(crate) fn record_rejection(&mut self, id: OperationId, detail: &str, now: DateTime<Utc>) {
        let Some(operation) = self.open_operation(id) else {
            return;
        };
        let kind = operation.kind;
        operation.reason = Some(REFUSED_REQUEST.to_owned());
        operation.detail = Some(detail.to_owned());
        operation.finish(OperationState::Failed, now);
        self.refused(kind, REFUSED_REQUEST);
    }

    /// The time for paying has run out. `false` when it is paid, or had ended before. A try that is under
    /// way does not hold it up: should it succeed, the amount is given back.
    pub(crate) fn time_out(&mut self) -> bool {
        if !self.data.status.is_payable() {
            return false;
        }
        self.data.status = PaymentStatus::TimedOut;
        self.events.push(PaymentEvent::TimedOut(PaymentTimedOut {
            payment: self.data.id,
            payer: self.data.payer,
        }));
        true
    }

    fn authorised(&mut self, now: DateTime<Utc>) {
        let (payment, payer, amount) = self.parties();
        if self.data.status.is_payable() {
            self.data.status = PaymentStatus::Charged;
            self.data.charged_at = Some(now);
            self.data.failure = None;
            self.events.push(PaymentEvent::Charged(PaymentCharged {
                payment,
                payer,
                amount,
            }));
        } else {
            let late = PaymentChargedTooLate {
                payment,
                payer,
                amount,
            };
            self.events.push(PaymentEvent::ChargedTooLate(late));
        }
    }

    fn captured(&mut self, now: DateTime<Utc>) {
        let (payment, payer, amount) = self.parties();
        self.data.status = PaymentStatus::Captured;
        self.data.captured_at = Some(now);
        self.events.push(PaymentEvent::Captured(PaymentCaptured {
            payment,
            payer,
            amount,
        }));
    }

    /// A refused capture leaves nothing held: the payer has to try again, as after a declined card.
    fn refused(&mut self, kind: OperationKind, reason: &str) {
        let unpaid = match kind {
            OperationKind::Authorise | OperationKind::Complete => self.data.status.is_payable(),
            OperationKind::Capture => self.data.status == PaymentStatus::Charged,
            OperationKind::Void | OperationKind::Refund => false,
        };
        if !unpaid {
            return;
        }
        let (payment, payer, amount) = self.parties();
        self.data.status = PaymentStatus::Failed;
        self.data.failure = Some(reason.to_owned());
        self.data.authorisation = None;
        self.data.capture_before = None;
        self.data.charged_at = None;
        self.events.push(PaymentEvent::Failed(PaymentFailed {
            payment,
            payer,
            amount,
            reason: reason.to_owned(),
        }));
    }

    fn begin(&mut self, id: OperationId, task: Task, now: DateTime<Utc>) -> Instruction {
        let instruction = self.instruction(id, task, now);
        self.data.operations.push(Operation::begin(&instruction));
        instruction
    }

    fn instruction(&self, id: OperationId, task: Task, started_at: DateTime<Utc>) -> Instruction {
        Instruction {
            operation: id,
            billing: BillingId::from(self.data.id.uuid()),
            payer: self.data.payer,
            gateway: None,
            amount: self.data.amount,
            description: self.data.description.clone(),
            task,
            started_at,
            attempt: Attempt::First,
        }
    }

    fn open(&self, kind: OperationKind) -> Option<OperationId> {
        let mut open = self.data.operations.iter().filter(|known| known.is_open());
        open.find(|known| known.kind == kind).map(|known| known.id)
    }

    fn open_operation(&mut self, id: OperationId) -> Option<&mut Operation> {
        let mut open = self.data.operations.iter_mut();
        open.find(|known| known.id == id && known.is_open())
    }

    fn parties(&self) -> (PaymentId, PayerId, Money) {
        (self.data.id, self.data.payer, self.data.amount)
    }
}

fn has_ended_unpaid(status: PaymentStatus) -> bool {
    match status {
        PaymentStatus::TimedOut | PaymentStatus::Cancelled => true,
        PaymentStatus::New
        | PaymentStatus::Charged
        | PaymentStatus::Captured
        | PaymentStatus::Failed
        | PaymentStatus::Refunded => false,
    }
}
