//! The cashier's desk: serves a payer who waits for the answer.

use std::error::Error;
use std::sync::Arc;

use foundation::{Failure, Transactions, UnitOfWork};

use crate::application::charging::{ChargeOutcome, ChargePayment, ChargePaymentError};
use crate::application::gateway::GatewayError;
use crate::application::opening::{OpenBilling, OpenBillingError};
use crate::application::paying::{CompleteBilling, PayBilling, PayBillingError, PayOutcome};
use crate::application::settling::CancelBillingError;
use crate::domain::instruction::{Answer, Instruction};
use crate::facade::PaymentsFacade;
use crate::ids::{BillingId, PayerId};
use crate::settings::CheckoutLocking;

/// Has payments and billings paid in three steps: a transaction writes the operation down, the gateway is
/// asked outside any transaction, a transaction records the answer. What a crash leaves between two of them
/// is finished half a minute later by this module's handlers.
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

    /// Begins to pay several payments in one go.
    ///
    /// What was read without locks may lie before and after somebody else's checkout, and a refusal is saved
    /// under no version that would show it: it is only told when it stands with everything locked.
    pub fn open(&self, command: OpenBilling) -> Result<(), OpenBillingError> {
        match self.run(|uow| self.payments.open_billing(command.clone(), uow)) {
            Err(OpenBillingError::Refused(_)) => self
                .transactions
                .run_locking(|uow| self.payments.open_billing(command.clone(), uow)),
            opened => opened,
        }
    }

    /// Ends a billing that its payer does not want. `false` when it had been cancelled before.
    pub fn cancel(&self, billing: BillingId, payer: PayerId) -> Result<bool, CancelBillingError> {
        self.run(|uow| self.payments.cancel_billing(billing, payer, uow))
    }

    /// Charges a payment. Blocks for as long as the gateway takes.
    pub fn charge(&self, command: ChargePayment) -> Result<ChargeOutcome, ChargePaymentError> {
        let begun = self.run(|uow| self.payments.begin_charge(command.clone(), uow))?;
        let Some(instruction) = begun else {
            return Ok(ChargeOutcome::Charged);
        };
        let result = self.ask(&instruction);
        let recorded = self.run(|uow| self.payments.record_charge(&instruction, &result, uow))?;
        recorded.outcome()
    }

    /// Pays a billing. Blocks for as long as the gateway takes.
    pub fn pay(&self, command: PayBilling) -> Result<PayOutcome, PayBillingError> {
        match self.run(|uow| self.payments.begin_pay(command.clone(), uow))? {
            Some(instruction) => self.finish(&instruction),
            None => Ok(PayOutcome::Paid),
        }
    }

    /// Goes on with what the payer has confirmed. Blocks for as long as the gateway takes.
    pub fn complete(&self, command: CompleteBilling) -> Result<PayOutcome, PayBillingError> {
        let instruction = self.run(|uow| self.payments.begin_complete(command.clone(), uow))?;
        self.finish(&instruction)
    }

    fn finish(&self, instruction: &Instruction) -> Result<PayOutcome, PayBillingError> {
        let result = self.ask(instruction);
        self.run(|uow| self.payments.record_pay(instruction, &result, uow))
    }

    fn ask(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let result = self.payments.call_gateway(instruction);
        if let Err(error) = &result {
            report(&instruction.operation.to_string(), error);
        }
        result
    }

    fn run<T, E>(&self, work: impl FnMut(&mut UnitOfWork) -> Result<T, E>) -> Result<T, E>
    where
        E: Error + From<Failure> + 'static,
    {
        match self.payments.locking() {
            CheckoutLocking::Optimistic => self.transactions.run_then_locking(work),
            CheckoutLocking::RowLock => self.transactions.run_locking(work),
        }
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
