//! What a checkout would come to, and what staff look up.

use foundation::{Failure, Reader, UnitOfWork};

use super::PaymentsFacade;
use crate::application::billing_queries::{BillingKey, BillingView, OperationView, SlotView};
use crate::application::opening::{OpenBilling, OpenBillingError};
use crate::domain::billing::BillingStatus;
use crate::ids::{BillingId, SlotId};

impl PaymentsFacade {
    /// What a billing would come to, by the same rules as opening it. Nothing is kept for it.
    pub fn quote(
        &self,
        command: &OpenBilling,
        uow: &mut UnitOfWork,
    ) -> Result<BillingView, OpenBillingError> {
        self.opening.quote(command, uow)
    }

    /// Billings for staff, the newest first: so many of those after the given one.
    pub fn find_billings(
        &self,
        key: &BillingKey,
        status: Option<BillingStatus>,
        page: (i64, Option<BillingId>),
        reader: &mut Reader,
    ) -> Result<Vec<BillingView>, Failure> {
        self.billings.find(key, status, page, reader)
    }

    /// What was asked of gateways for a billing and how far that has come, the oldest first, for staff.
    pub fn operations_of(
        &self,
        billing: BillingId,
        reader: &mut Reader,
    ) -> Result<Vec<OperationView>, Failure> {
        self.billings.operations(billing, reader)
    }

    /// One collection time, also one that has begun.
    pub fn single_slot(
        &self,
        slot: SlotId,
        reader: &mut Reader,
    ) -> Result<Option<SlotView>, Failure> {
        self.billings.slot(slot, reader)
    }
}
