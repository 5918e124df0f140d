//! Everything that others may ask of this module.

mod books;
mod invoices;
mod ledger;
mod looking;

use std::sync::Arc;

use foundation::{Failure, Reader, UnitOfWork};

use crate::application::billing_queries::{
    BillingQueries, BillingView, CouponView, CreditView, SlotView,
};
use crate::application::catalogue::{
    Catalogue, GrantCredit, GrantCreditError, IssueCoupon, IssueCouponError, OpenSlot,
    OpenSlotError,
};
use crate::application::charging::{ChargePayment, ChargePaymentError, Charging, RecordedCharge};
use crate::application::comparing::Comparing;
use crate::application::gateway::{GatewayError, Gateways};
use crate::application::invoice_queries::InvoiceQueries;
use crate::application::notices::Notices;
use crate::application::opening::{OpenBilling, OpenBillingError, OpeningBillings};
use crate::application::operations::Operations;
use crate::application::paying::{
    CompleteBilling, PayBilling, PayBillingError, PayOutcome, PayingBillings,
};
use crate::application::payouts::PayingOut;
use crate::application::proving::Proving;
use crate::application::queries::{PaymentQueries, PaymentView};
use crate::application::refunds::{RefundError, Refunding};
use crate::application::settling::{CancelBillingError, SettlingBillings};
use crate::application::starting::{StartPayment, StartPaymentError, Starting, TimeOutError};
use crate::application::statements::Statements;
use crate::domain::instruction::{Answer, Instruction};
use crate::domain::refund::{Refund, RefundPayment};
use crate::domain::status::PaymentStatus;
use crate::ids::{BillingId, PayerId, PaymentId};
use crate::settings::{BillingTerms, CheckoutLocking};

/// The face of the payments module.
pub struct PaymentsFacade {
    pub(crate) starting: Arc<Starting>,
    pub(crate) opening: Arc<OpeningBillings>,
    pub(crate) settling: Arc<SettlingBillings>,
    pub(crate) paying: Arc<PayingBillings>,
    pub(crate) charging: Arc<Charging>,
    pub(crate) refunding: Arc<Refunding>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) operations: Arc<Operations>,
    pub(crate) queries: Arc<dyn PaymentQueries>,
    pub(crate) billings: Arc<dyn BillingQueries>,
    pub(crate) gateways: Arc<Gateways>,
    pub(crate) notices: Arc<Notices>,
    pub(crate) comparing: Arc<Comparing>,
    pub(crate) invoices: Arc<dyn InvoiceQueries>,
    pub(crate) terms: Arc<BillingTerms>,
    pub(crate) proving: Arc<Proving>,
    pub(crate) statements: Arc<Statements>,
    pub(crate) paying_out: Arc<PayingOut>,
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

    /// Begins to pay several payments in one go: takes them, and keeps coupon, credit and collection time.
    pub fn open_billing(
        &self,
        command: OpenBilling,
        uow: &mut UnitOfWork,
    ) -> Result<(), OpenBillingError> {
        self.opening.open(command, uow)
    }

    /// Ends a billing that its payer does not want, and gives everything back. `false` when it had been
    /// cancelled before.
    pub fn cancel_billing(
        &self,
        billing: BillingId,
        payer: PayerId,
        uow: &mut UnitOfWork,
    ) -> Result<bool, CancelBillingError> {
        self.settling.cancel(billing, payer, uow)
    }

    /// First step of paying a billing: writes the try down. `None` when nothing was due: then everything is
    /// paid. Most callers want [`CashierDesk`](crate::CashierDesk), which takes all three.
    pub fn begin_pay(
        &self,
        command: PayBilling,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, PayBillingError> {
        self.paying.begin(command, uow)
    }

    /// First step of going on with what the payer has confirmed.
    pub fn begin_complete(
        &self,
        command: CompleteBilling,
        uow: &mut UnitOfWork,
    ) -> Result<Instruction, PayBillingError> {
        self.paying.begin_complete(command, uow)
    }

    /// Third step of paying a billing, and of going on: records what came of it.
    pub fn record_pay(
        &self,
        instruction: &Instruction,
        result: &Result<Answer, GatewayError>,
        uow: &mut UnitOfWork,
    ) -> Result<PayOutcome, PayBillingError> {
        self.paying.record(instruction, result, uow)
    }

    /// Gives money back, whole or in part. The same refund twice is one.
    pub fn refund(&self, wish: RefundPayment, uow: &mut UnitOfWork) -> Result<Refund, RefundError> {
        self.refunding.refund(wish, uow)
    }

    /// Issues a coupon.
    pub fn issue_coupon(
        &self,
        command: IssueCoupon,
        uow: &mut UnitOfWork,
    ) -> Result<(), IssueCouponError> {
        self.catalogue.issue_coupon(command, uow)
    }

    /// Opens a time for collecting.
    pub fn open_slot(&self, command: OpenSlot, uow: &mut UnitOfWork) -> Result<(), OpenSlotError> {
        self.catalogue.open_slot(command, uow)
    }

    /// Gives a customer credit.
    pub fn grant_credit(
        &self,
        command: GrantCredit,
        uow: &mut UnitOfWork,
    ) -> Result<(), GrantCreditError> {
        self.catalogue.grant_credit(command, uow)
    }

    /// First step of a charge: writes it down. `None` when nothing was due: then the payment is paid. Most
    /// callers want [`CashierDesk`](crate::CashierDesk), which takes all three.
    pub fn begin_charge(
        &self,
        command: ChargePayment,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Instruction>, ChargePaymentError> {
        self.charging.begin(command, uow)
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
        self.charging.record(instruction, result, uow)
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

    /// One billing, if it is this payer's.
    pub fn single_billing(
        &self,
        billing: BillingId,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Option<BillingView>, Failure> {
        let found = self.billings.single(billing, reader)?;
        Ok(found.filter(|found| found.payer == payer))
    }

    /// One billing, for staff.
    pub fn any_billing(
        &self,
        billing: BillingId,
        reader: &mut Reader,
    ) -> Result<Option<BillingView>, Failure> {
        self.billings.single(billing, reader)
    }

    /// All billings of this payer, the newest first.
    pub fn billings_of(
        &self,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Vec<BillingView>, Failure> {
        self.billings.of_payer(payer, reader)
    }

    /// What this payer may pay with, in each currency.
    pub fn credit_of(
        &self,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Vec<CreditView>, Failure> {
        self.billings.credit(payer, reader)
    }

    /// All coupons, the newest first, for staff.
    pub fn coupons(&self, reader: &mut Reader) -> Result<Vec<CouponView>, Failure> {
        self.billings.coupons(reader)
    }

    /// The collection times that have not begun, the next one first.
    pub fn slots(&self, reader: &mut Reader) -> Result<Vec<SlotView>, Failure> {
        self.billings.slots(reader)
    }

    /// What is added to a price, what sellers pay, and how long a checkout may take.
    pub fn terms(&self) -> &BillingTerms {
        &self.terms
    }

    pub(crate) fn locking(&self) -> CheckoutLocking {
        self.terms.locking
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
