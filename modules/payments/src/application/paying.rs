//! Paying a billing: with what, where, and coming back from confirming.

use std::sync::Arc;

use foundation::{Failure, UnitOfWork};

use crate::application::gateway::{GatewayError, PaymentGateway};
use crate::application::operations::{Operations, Recorded, outcome_of};
use crate::domain::billing::BillingStatus;
use crate::domain::billing::asking::{Charge, ChargeRefusal};
use crate::domain::checkout::Checkout;
use crate::domain::instruction::{Answer, GatewayName, Instruction};
use crate::domain::redirect::{Redirect, ReturnUrl};
use crate::domain::token::PaymentToken;
use crate::ids::{BillingId, OperationId, PayerId};

/// Pays a billing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayBilling {
    /// The billing.
    pub billing: BillingId,
    /// Who wants to pay it: must be its payer.
    pub payer: PayerId,
    /// What the payer pays with. Not needed when nothing is due, or where the gateway asks the payer itself.
    pub token: Option<PaymentToken>,
    /// Which gateway carries the money; the preferred one that offers the currency when `None`.
    pub gateway: Option<GatewayName>,
    /// Where the payer comes back to after confirming at the gateway.
    pub return_url: Option<ReturnUrl>,
}

/// The payer comes back from confirming at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteBilling {
    /// The billing.
    pub billing: BillingId,
    /// Who comes back: must be its payer.
    pub payer: PayerId,
    /// What the gateway has handed out, if anything.
    pub proof: Option<PaymentToken>,
}

/// What came of a try to pay a billing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayOutcome {
    /// Everything is paid.
    Paid,
    /// The try came to nothing. The payer may try again.
    Declined {
        /// Why, in words for the payer.
        reason: String,
    },
    /// The payer has to confirm at the gateway, and then comes back.
    ActionRequired {
        /// Where to send the payer.
        redirect: Redirect,
    },
    /// The gateway has not answered. The outcome is looked up within a minute.
    Pending,
    /// The amount is held, but the billing had ended: it is given back.
    TooLate,
}

/// Why a billing was not paid.
#[derive(Debug, thiserror::Error)]
pub enum PayBillingError {
    /// The payer has no such billing.
    #[error("you have no billing {0}")]
    NotFound(BillingId),
    /// It is paid, or came to nothing.
    #[error("the billing cannot be paid, because it is {0}")]
    Ended(BillingStatus),
    /// An earlier try has no result yet.
    #[error("an earlier try to pay has no result yet; wait a minute")]
    InProgress,
    /// The payer comes back from nowhere.
    #[error("there is nothing that you could have confirmed")]
    NothingWaits,
    /// The gateway hands something out to whoever has confirmed, and the payer has not brought it.
    #[error("say what the payment gateway has handed out to you")]
    ProofNeeded,
    /// No such gateway, or not for this currency.
    #[error("there is no such way to pay")]
    NoSuchGateway,
    /// Something is due, and nothing to pay with was given.
    #[error("say what you pay with")]
    TokenNeeded,
    /// The machinery failed.
    #[error("the billing could not be paid")]
    Unexpected(#[from] Failure),
}

impl From<ChargeRefusal> for PayBillingError {
    fn from(refusal: ChargeRefusal) -> Self {
        match refusal {
            ChargeRefusal::Ended(status) => Self::Ended(status),
            ChargeRefusal::InProgress => Self::InProgress,
            ChargeRefusal::NothingWaits => Self::NothingWaits,
        }
    }
}

/// Pays billings.
pub(crate) struct PayingBillings {
    pub(crate) operations: Arc<Operations>,
}

impl PayingBillings {
    /// Writes down a try to pay. `None` when nothing was due: then everything is paid.
    pub(crate) fn begin(
        &self,
        command: PayBilling,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, PayBillingError> {
        let mut checkout = self.own(command.billing, command.payer, uow)?;
        let (status, due) = (checkout.status(), checkout.billing.data().amount_due);
        if status != BillingStatus::Open {
            return Err(PayBillingError::Ended(status));
        }
        let charge = match due.is_zero() {
            true => None,
            false => Some(self.charge(command, &checkout)?),
        };
        let now = uow.now();
        let begun = self
            .operations
            .begin_or_settle(&mut checkout, uow, |billing| {
                let charge = charge.ok_or(ChargeRefusal::NothingWaits)?;
                billing.begin_charge(OperationId::generate(), charge, now)
            })?;
        Ok(begun?)
    }

    /// Writes down that the payer comes back from confirming.
    pub(crate) fn begin_complete(
        &self,
        command: CompleteBilling,
        uow: &mut UnitOfWork,
    ) -> Result<Instruction, PayBillingError> {
        let mut checkout = self.own(command.billing, command.payer, uow)?;
        let now = uow.now();
        let id = OperationId::generate();
        let is_proved = command.proof.is_some();
        let instruction = checkout.billing.begin_complete(id, command.proof, now)?;
        let gateways = &self.operations.gateways;
        let gateway = instruction
            .gateway
            .as_ref()
            .and_then(|name| gateways.named(name));
        if !is_proved && gateway.is_some_and(PaymentGateway::hands_out_proof) {
            return Err(PayBillingError::ProofNeeded);
        }
        self.operations.checkouts.save(&mut checkout, uow)?;
        self.operations.look_after(&instruction, uow)?;
        Ok(instruction)
    }

    /// Records what came of a try, and says it in the payer's terms.
    pub(crate) fn record(
        &self,
        instruction: &Instruction,
        result: &Result<Answer, GatewayError>,
        uow: &mut UnitOfWork,
    ) -> Result<PayOutcome, PayBillingError> {
        let recorded = self.operations.record_answer(instruction, result, uow);
        let checkout = recorded.map_err(Failure::from)?;
        Ok(match outcome_of(&checkout.billing, instruction.operation) {
            Recorded::Held => PayOutcome::Paid,
            Recorded::Declined(reason) => PayOutcome::Declined { reason },
            Recorded::Waits(redirect) => PayOutcome::ActionRequired { redirect },
            Recorded::Unknown => PayOutcome::Pending,
            Recorded::TooLate => PayOutcome::TooLate,
        })
    }

    fn own(
        &self,
        id: BillingId,
        payer: PayerId,
        uow: &mut UnitOfWork,
    ) -> Result<Checkout, PayBillingError> {
        let found = self.operations.checkouts.get(id, uow)?;
        let own = found.filter(|found| found.billing.data().payer == payer);
        own.ok_or(PayBillingError::NotFound(id))
    }

    /// The gateway is named in the operation, so that a change of the settings moves no operation elsewhere.
    fn charge(&self, command: PayBilling, checkout: &Checkout) -> Result<Charge, PayBillingError> {
        let currency = checkout.billing.data().amount_due.currency();
        let mut offered = self.operations.gateways.offered(currency);
        let found = offered.find(|gateway| {
            let wanted = command.gateway.as_ref();
            wanted.is_none_or(|wanted| wanted.as_str() == gateway.name())
        });
        let gateway = found.ok_or(PayBillingError::NoSuchGateway)?;
        let token = match gateway.takes_token() {
            true => command.token.ok_or(PayBillingError::TokenNeeded)?,
            false => PaymentToken::chosen_there(),
        };
        Ok(Charge {
            token,
            gateway: Some(GatewayName::from(gateway.name())),
            return_url: command.return_url,
        })
    }
}
