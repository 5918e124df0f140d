//! Reactions to events: captures, voids, and what a crash left unfinished.

use std::sync::Arc;

use foundation::{HandlerResult, OutboundHandler, UnitOfWork};

use crate::application::gateway::GatewayError;
use crate::application::operations::Operations;
use crate::domain::instruction::{Answer, Instruction};
use crate::events::{OperationDue, PaymentCharged, PaymentChargedTooLate};
use crate::ids::{OperationId, PaymentId};

/// An answer and the operation that it is about.
pub(crate) struct Answered {
    operation: OperationId,
    result: Result<Answer, GatewayError>,
}

/// Takes the money as soon as it is held.
pub(crate) struct CapturePayment {
    pub(crate) operations: Arc<Operations>,
}

impl OutboundHandler<PaymentCharged> for CapturePayment {
    type Request = Instruction;
    type Outcome = Answered;

    fn name(&self) -> &'static str {
        "payments.capture_payment"
    }

    fn prepare(
        &self,
        event: &PaymentCharged,
        uow: &mut UnitOfWork,
    ) -> HandlerResult<Option<Instruction>> {
        Ok(self.operations.begin_capture(event.payment, uow)?)
    }

    fn call(&self, request: Instruction) -> HandlerResult<Answered> {
        definite(&self.operations, &request)
    }

    fn record(
        &self,
        event: &PaymentCharged,
        outcome: Answered,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        record(&self.operations, event.payment, &outcome, uow)
    }
}

/// Lets go of what is held for a payment that had ended.
pub(crate) struct VoidPayment {
    pub(crate) operations: Arc<Operations>,
}

impl OutboundHandler<PaymentChargedTooLate> for VoidPayment {
    type Request = Instruction;
    type Outcome = Answered;

    fn name(&self) -> &'static str {
        "payments.void_payment"
    }

    fn prepare(
        &self,
        event: &PaymentChargedTooLate,
        uow: &mut UnitOfWork,
    ) -> HandlerResult<Option<Instruction>> {
        Ok(self.operations.begin_void(event.payment, uow)?)
    }

    /// A refusal leaves the payer's money held, so it is not recorded as an end: the delivery fails until
    /// staff look.
    fn call(&self, request: Instruction) -> HandlerResult<Answered> {
        let answered = definite(&self.operations, &request)?;
        if let Ok(Answer::Refused { reason, .. }) = &answered.result {
            anyhow::bail!("the gateway will not give the amount back: {reason}");
        }
        Ok(answered)
    }

    fn record(
        &self,
        event: &PaymentChargedTooLate,
        outcome: Answered,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        record(&self.operations, event.payment, &outcome, uow)
    }
}

/// Finishes a charge whose result stayed away: the process died, or the gateway gave no answer.
pub(crate) struct FinishOperation {
    pub(crate) operations: Arc<Operations>,
}

impl OutboundHandler<OperationDue> for FinishOperation {
    type Request = Instruction;
    type Outcome = Answered;

    fn name(&self) -> &'static str {
        "payments.finish_operation"
    }

    fn prepare(
        &self,
        event: &OperationDue,
        uow: &mut UnitOfWork,
    ) -> HandlerResult<Option<Instruction>> {
        let (payment, operation) = (event.payment, event.operation);
        Ok(self.operations.resume(payment, operation, uow)?)
    }

    /// A request that the gateway does not understand was never carried out, and is an end. A key that it
    /// does not accept may be accepted tomorrow.
    fn call(&self, request: Instruction) -> HandlerResult<Answered> {
        match self.operations.call(&request) {
            Err(error @ (GatewayError::Unknown(_) | GatewayError::Unauthorised { .. })) => {
                Err(error.into())
            }
            result @ (Ok(_) | Err(GatewayError::Rejected { .. })) => Ok(Answered {
                operation: request.operation,
                result,
            }),
        }
    }

    fn record(
        &self,
        event: &OperationDue,
        outcome: Answered,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        record(&self.operations, event.payment, &outcome, uow)
    }
}

/// Without an answer the delivery is tried again, and finally shown to staff: what is held must not be
/// forgotten.
fn definite(operations: &Operations, request: &Instruction) -> HandlerResult<Answered> {
    Ok(Answered {
        operation: request.operation,
        result: Ok(operations.call(request)?),
    })
}

fn record(
    operations: &Operations,
    payment: PaymentId,
    answered: &Answered,
    uow: &mut UnitOfWork,
) -> HandlerResult {
    operations.record(payment, answered.operation, &answered.result, uow)?;
    Ok(())
}
