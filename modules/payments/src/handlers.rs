//! Reactions to events: captures, voids, refunds, what a crash left unfinished, and what took too long.

pub(crate) mod books;
pub(crate) mod invoices;

use std::sync::Arc;

use foundation::{AsyncHandler, HandlerResult, OutboundHandler, UnitOfWork};

use crate::application::gateway::GatewayError;
use crate::application::operations::Operations;
use crate::application::settling::SettlingBillings;
use crate::domain::billing::Authorisation;
use crate::domain::instruction::{Answer, GatewayName, GatewayReference, Instruction};
use crate::events::{
    AuthorisationAbandoned, BillingChargedTooLate, BillingExpires, BillingSucceeded, CaptureDue,
    OperationDue, RefundDue,
};
use crate::ids::{BillingId, OperationId};

/// An answer and the operation that it is about.
pub(crate) struct Answered {
    billing: BillingId,
    operation: OperationId,
    result: Result<Answer, GatewayError>,
}

/// Takes the money as soon as it is held.
pub(crate) struct CaptureBilling {
    pub(crate) operations: Arc<Operations>,
}

/// Takes the money before the gateway lets go of it, should it still be held.
pub(crate) struct CaptureInTime {
    pub(crate) operations: Arc<Operations>,
}

/// Lets go of what is held for a billing that had ended.
pub(crate) struct VoidBilling {
    pub(crate) operations: Arc<Operations>,
}

/// Lets go of an authorisation that its payer need not confirm any more.
pub(crate) struct LetGo {
    pub(crate) operations: Arc<Operations>,
}

/// Has the gateway give a refund's money back.
pub(crate) struct CarryOutRefund {
    pub(crate) operations: Arc<Operations>,
}

/// Finishes a charge whose result stayed away: the process died, or the gateway gave no answer.
pub(crate) struct FinishOperation {
    pub(crate) operations: Arc<Operations>,
}

/// Ends a billing that nobody paid in time.
pub(crate) struct ExpireBilling {
    pub(crate) settling: Arc<SettlingBillings>,
}

/// A handler that prepares one operation, asks the gateway with `$ask`, and records the answer.
macro_rules! carries_out {
    ($handler:ident, $event:ident as $name:literal, $ask:ident, |$o:ident, $e:ident, $uow:ident| $begin:expr) => {
        impl OutboundHandler<$event> for $handler {
            type Request = Instruction;
            type Outcome = Answered;

            fn name(&self) -> &'static str {
                $name
            }

            fn prepare(
                &self,
                $e: &$event,
                $uow: &mut UnitOfWork,
            ) -> HandlerResult<Option<Instruction>> {
                let $o = &self.operations;
                Ok($begin?)
            }

            fn call(&self, request: Instruction) -> HandlerResult<Answered> {
                $ask(&self.operations, &request)
            }

            fn record(&self, _: &$event, outcome: Answered, uow: &mut UnitOfWork) -> HandlerResult {
                let Answered {
                    billing,
                    operation,
                    result,
                } = outcome;
                self.operations.record(billing, operation, &result, uow)?;
                Ok(())
            }
        }
    };
}

carries_out!(
    CaptureBilling,
    BillingSucceeded as "payments.capture_payment",
    definite,
    |operations, event, uow| operations.begin_capture(event.billing, uow)
);

carries_out!(
    CaptureInTime,
    CaptureDue as "payments.capture_in_time",
    definite,
    |operations, event, uow| operations.begin_capture(event.billing, uow)
);

carries_out!(
    VoidBilling,
    BillingChargedTooLate as "payments.void_payment",
    given_back,
    |operations, event, uow| operations.begin_void(event.billing, uow)
);

carries_out!(
    LetGo,
    AuthorisationAbandoned as "payments.let_go",
    given_back,
    |operations, event, uow| operations.begin_void_of(event.billing, unwanted(event), uow)
);

carries_out!(
    CarryOutRefund,
    RefundDue as "payments.refund",
    definite,
    |operations, event, uow| operations.begin_refund(event.billing, event.refund, uow)
);

carries_out!(
    FinishOperation,
    OperationDue as "payments.finish_operation",
    final_or_later,
    |operations, event, uow| operations.resume(event.billing, event.operation, uow)
);

impl AsyncHandler<BillingExpires> for ExpireBilling {
    fn name(&self) -> &'static str {
        "payments.expire_billing"
    }

    fn handle(&self, event: &BillingExpires, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.settling.expire(event.billing, uow)?)
    }
}

/// Without an answer the delivery is tried again, and finally shown to staff: what is held must not be
/// forgotten.
fn definite(operations: &Operations, request: &Instruction) -> HandlerResult<Answered> {
    Ok(answered(request, Ok(operations.call(request)?)))
}

/// A refusal leaves the payer's money held, so it is not recorded as an end: the delivery fails until staff
/// look.
fn given_back(operations: &Operations, request: &Instruction) -> HandlerResult<Answered> {
    let answered = definite(operations, request)?;
    if let Ok(Answer::Refused { reason, .. }) = &answered.result {
        anyhow::bail!("the gateway will not give the amount back: {reason}");
    }
    Ok(answered)
}

/// A request that the gateway does not understand was never carried out, and is an end. A key that it does
/// not accept may be accepted tomorrow.
fn final_or_later(operations: &Operations, request: &Instruction) -> HandlerResult<Answered> {
    match operations.call(request) {
        Err(error @ (GatewayError::Unknown(_) | GatewayError::Unauthorised { .. })) => {
            Err(error.into())
        }
        result @ (Ok(_) | Err(GatewayError::Rejected { .. })) => Ok(answered(request, result)),
    }
}

fn answered(request: &Instruction, result: Result<Answer, GatewayError>) -> Answered {
    Answered {
        billing: request.billing,
        operation: request.operation,
        result,
    }
}

fn unwanted(event: &AuthorisationAbandoned) -> Authorisation {
    Authorisation {
        reference: GatewayReference::from(event.reference.clone()),
        gateway: event.gateway.as_deref().map(GatewayName::from),
    }
}
