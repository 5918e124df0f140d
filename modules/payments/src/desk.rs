//! The cashier's desk: serves a payer who waits for the answer.

use std::sync::Arc;

use foundation::Transactions;

use crate::application::gateway::GatewayError;
use crate::application::operations::{ChargeOutcome, ChargePayment, ChargePaymentError};
use crate::facade::PaymentsFacade;

/// Charges a payment in three steps: a transaction writes the operation down, the gateway is asked outside
/// any transaction, a transaction records the answer. What a crash leaves between two of them is finished
/// half a minute later by this module's handlers.
pub struct CashierDesk {
    pub(crate) payments: Arc<PaymentsFacade>,
    pub(crate) transactions: Arc<Transactions>,
}

impl CashierDesk {
    /// A desk outside the application's composition.
    pub fn new(payments: Arc<PaymentsFacade>, transactions: Arc<Transactions>) -> Self {
        Self {
            payments,
            transactions,
        }
    }

    /// Charges a payment. Blocks for as long as the gateway takes.
    pub fn charge(&self, command: ChargePayment) -> Result<ChargeOutcome, ChargePaymentError> {
        let instruction = self
            .transactions
            .run(|uow| self.payments.begin_charge(command.clone(), uow))?;
        let result = self.payments.call_gateway(&instruction);
        if let Err(error) = &result {
            report(&instruction.operation.to_string(), error);
        }
        let recorded = self
            .transactions
            .run(|uow| self.payments.record_charge(&instruction, &result, uow))?;
        recorded.outcome()
    }
}

/// What the gateway refuses for our sake is for staff: the payer is not at fault.
fn report(operation: &str, error: &GatewayError) {
    match error {
        GatewayError::Unknown(cause) => {
            tracing::warn!(operation, %cause, "the payment gateway gave no answer");
        }
        GatewayError::Rejected { .. } | GatewayError::Unauthorised { .. } => {
            tracing::error!(operation, %error, "a charge was not carried out");
        }
    }
}
