//! Everything that others may ask of this module.

use std::sync::Arc;

use foundation::{Failure, Reader, UnitOfWork};

use crate::application::gateway::{GatewayError, Gateways};
use crate::application::operations::{
    ChargePayment, ChargePaymentError, Operations, RecordedCharge,
};
use crate::application::queries::{PaymentQueries, PaymentView};
use crate::application::starting::{StartPayment, StartPaymentError, Starting, TimeOutError};
use crate::domain::instruction::{Answer, Instruction};
use crate::domain::status::PaymentStatus;
use crate::ids::{PayerId, PaymentId};

/// The face of the payments module.
pub struct PaymentsFacade {
    pub(crate) starting: Arc<Starting>,
    pub(crate) operations: Arc<Operations>,
    pub(crate) queries: Arc<dyn PaymentQueries>,
    pub(crate) gateways: Arc<Gateways>,
}

impl PaymentsFacade {
    /// Asks a payer for an amount.
    pub fn start_new_payment(
        &self,
        command: StartPayment,
        uow: &mut UnitOfWork,
    ) -> Result<(), StartPaymentError> {
        self.starting.start(command, uow)
    }

    /// Ends a payment that nobody paid in time. `false` when it is paid, or had ended before.
    pub fn time_out(&self, payment: PaymentId, uow: &mut UnitOfWork) -> Result<bool, TimeOutError> {
        self.starting.time_out(payment, uow)
    }

    /// Where a payment stands, for whoever decides by it: read from the payment itself, in the transaction of
    /// the decision. `None` when there is none of that id.
    pub fn status(
        &self,
        payment: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<PaymentStatus>, Failure> {
        self.starting.status(payment, uow)
    }

    /// First step of a charge: writes it down. Most callers want [`CashierDesk`](crate::CashierDesk), which
    /// takes all three.
    pub fn begin_charge(
        &self,
        command: ChargePayment,
        uow: &mut UnitOfWork,
    ) -> Result<Instruction, ChargePaymentError> {
        self.operations.begin_charge(command, uow)
    }

    /// Second step of a charge: asks the gateway. Blocks; to be called outside any transaction.
    pub fn call_gateway(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        self.operations.call(instruction)
    }

    /// Third step of a charge: records what came of it.
    pub fn record_charge(
        &self,
        instruction: &Instruction,
        result: &Result<Answer, GatewayError>,
        uow: &mut UnitOfWork,
    ) -> Result<RecordedCharge, ChargePaymentError> {
        self.operations.record_charge(instruction, result, uow)
    }

    /// The payments that this payer can pay now, new ones and those whose last try failed, the oldest first.
    pub fn pending_payments(
        &self,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Vec<PaymentView>, Failure> {
        self.queries.pending(payer, reader)
    }

    /// All payments of this payer, the newest first.
    pub fn payments_of(
        &self,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Vec<PaymentView>, Failure> {
        self.queries.of_payer(payer, reader)
    }

    /// One payment, if it is this payer's.
    pub fn single_payment(
        &self,
        payment: PaymentId,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Option<PaymentView>, Failure> {
        self.queries.single(payment, payer, reader)
    }

    /// The gateways that serve this house.
    pub fn gateways(&self) -> &Gateways {
        &self.gateways
    }

    /// The name, for people, of whoever carries the money unless the payer chooses another.
    pub fn gateway_name(&self) -> &'static str {
        self.gateways.preferred().title()
    }

    /// Whether no money moves, so that pages can say so.
    pub fn is_test_gateway(&self) -> bool {
        self.gateways.preferred().is_test()
    }
}
