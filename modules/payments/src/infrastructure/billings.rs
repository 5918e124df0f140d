//! The stored billings.

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, Origin, UnitOfWork};

use super::billing_rows::{BillingChange, BillingRow, OrderRow, Parts, is_live};
use super::operation_rows::{OperationChange, OperationRow, RefundChange, RefundRow};
use crate::application::stores::Billings;
use crate::domain::billing::Billing;
use crate::domain::operation::Operation;
use crate::domain::refund::Refund;
use crate::ids::{BillingId, PaymentId};
use crate::schema::{
    payments_billings as billings, payments_operations as operations, payments_orders as orders,
    payments_refunds as refunds,
};

/// Keeps billings in the database, each with its orders, refunds and operations.
pub(crate) struct DieselBillings {}

impl Billings for DieselBillings {
    fn get(&self, id: BillingId, uow: &mut UnitOfWork) -> Result<Option<Billing>, Failure> {
        if uow.locks_rows() {
            let lock = Locked(billings::table.find(id).select(billings::version));
            let _versions: Vec<i64> = lock.load(uow.connection())?;
        }
        let found = billings::table.find(id);
        let found = found.first::<BillingRow>(uow.connection()).optional()?;
        let Some(row) = found else {
            return Ok(None);
        };
        row.into_billing(parts_of(id, uow.connection())?).map(Some)
    }

    fn payments_in(&self, id: BillingId, uow: &mut UnitOfWork) -> Result<Vec<PaymentId>, Failure> {
        let found = orders::table
            .filter(orders::billing.eq(id))
            .order(orders::payment)
            .select(orders::payment)
            .load(uow.connection())?;
        Ok(found)
    }

    fn containing(
        &self,
        payment: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<BillingId>, Failure> {
        let found = orders::table
            .filter(orders::payment.eq(payment))
            .filter(orders::live)
            .select(orders::billing)
            .first(uow.connection());
        Ok(found.optional()?)
    }

    fn add(&self, billing: &mut Billing, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(billings::table)
            .values(BillingRow::of(billing))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        for order in &billing.data().orders {
            diesel::insert_into(orders::table)
                .values(OrderRow::of(order, billing.data().id))
                .execute(uow.connection())
                .map_err(Failure::conflict_if_taken)?;
        }
        save_parts(billing, uow)?;
        post(billing, billing.version(), uow)
    }

    fn save(&self, billing: &mut Billing, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let (id, loaded) = (billing.data().id, billing.version());
        let next = loaded + 1;
        let unchanged = billings::table
            .filter(billings::id.eq(id))
            .filter(billings::version.eq(loaded));
        let saved = diesel::update(unchanged)
            .set(BillingChange::of(billing, next))
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        if !is_live(billing.data().status) {
            diesel::update(orders::table.filter(orders::billing.eq(id)))
                .set(orders::live.eq(false))
                .execute(uow.connection())?;
        }
        save_parts(billing, uow)?;
        post(billing, next, uow)
    }
}

/// What belongs to a billing.
pub(super) fn parts_of(
    id: BillingId,
    connection: &mut foundation::database::Connection,
) -> Result<Parts, Failure> {
    Ok(Parts {
        orders: orders::table
            .filter(orders::billing.eq(id))
            .order(orders::payment)
            .load(connection)?,
        refunds: refunds::table
            .filter(refunds::billing.eq(id))
            .order((refunds::asked_at, refunds::id))
            .load(connection)?,
        operations: operations::table
            .filter(operations::billing.eq(id))
            .order((operations::started_at, operations::id))
            .load(connection)?,
    })
}

/// Refunds come first: operations name them.
fn save_parts(billing: &Billing, uow: &mut UnitOfWork) -> Result<(), Failure> {
    for refund in &billing.data().refunds {
        save_refund(refund, billing.data().id, uow)?;
    }
    for operation in &billing.data().operations {
        save_operation(operation, billing.data().id, uow)?;
    }
    Ok(())
}

fn save_refund(refund: &Refund, billing: BillingId, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let known = diesel::update(refunds::table.find(refund.id))
        .set(RefundChange::of(refund))
        .execute(uow.connection())?;
    if known == 0 {
        diesel::insert_into(refunds::table)
            .values(RefundRow::of(refund, billing))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
    }
    Ok(())
}

fn save_operation(
    operation: &Operation,
    billing: BillingId,
    uow: &mut UnitOfWork,
) -> Result<(), Failure> {
    let known = diesel::update(operations::table.find(operation.id))
        .set(OperationChange::of(operation))
        .execute(uow.connection())?;
    if known == 0 {
        diesel::insert_into(operations::table)
            .values(OperationRow::of(operation, billing))
            .execute(uow.connection())?;
    }
    Ok(())
}

fn post(billing: &mut Billing, version: i64, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let origin = Origin::new("payments.billing", billing.data().id, version);
    let events = billing.saved(version);
    uow.post_from(&origin, events.iter().map(|event| event.as_event()))
}
