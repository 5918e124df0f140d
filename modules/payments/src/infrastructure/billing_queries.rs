//! Reads billings and what they may be paid with.

use diesel::prelude::*;
use foundation::database::{Moment, MoneyColumns};
use foundation::{Failure, Money, Reader};

use super::billing_rows::BillingRow;
use super::billings::parts_of;
use super::coupons::CouponRow;
use super::slots::SlotRow;
use crate::application::billing_queries::{
    BillingKey, BillingQueries, BillingView, CouponView, CreditView, OperationView, SlotView,
};
use crate::domain::billing::BillingStatus;
use crate::domain::coupon::CouponCode;
use crate::ids::{BillingId, PayerId, PaymentId, SlotId};
use crate::schema::{
    payments_billings as billings, payments_coupons as coupons,
    payments_credit_accounts as accounts, payments_operations as operations,
    payments_orders as orders, payments_slots as slots,
};

/// Reads billings from the database.
pub(crate) struct DieselBillingQueries {}

impl BillingQueries for DieselBillingQueries {
    fn single(
        &self,
        billing: BillingId,
        reader: &mut Reader,
    ) -> Result<Option<BillingView>, Failure> {
        let row = billings::table.find(billing);
        let row = row.first::<BillingRow>(reader.connection()).optional()?;
        row.map(|row| view(row, reader)).transpose()
    }

    fn find(
        &self,
        key: &BillingKey,
        status: Option<BillingStatus>,
        (limit, after): (i64, Option<BillingId>),
        reader: &mut Reader,
    ) -> Result<Vec<BillingView>, Failure> {
        let mut found = billings::table.into_boxed();
        if let Some(status) = status {
            found = found.filter(billings::status.eq(status.as_str()));
        }
        found = match key {
            BillingKey::Any => found,
            BillingKey::Id(id) => {
                let payment = PaymentId::from(id.uuid());
                let containing = orders::table.filter(orders::payment.eq(payment));
                let own = billings::id.eq(*id);
                let own = own.or(billings::payer.eq(PayerId::from(id.uuid())));
                found.filter(own.or(billings::id.eq_any(containing.select(orders::billing))))
            }
            BillingKey::Payer(payer) => found.filter(billings::payer.eq(*payer)),
            BillingKey::Reference(reference) => {
                let named = operations::table.filter(operations::reference.eq(reference.as_str()));
                found.filter(billings::id.eq_any(named.select(operations::billing)))
            }
        };
        if let Some(after) = after {
            let opened = billings::table.find(after).select(billings::opened_at);
            let opened: Option<Moment> = opened.first(reader.connection()).optional()?;
            let Some(opened) = opened else {
                return Ok(Vec::new());
            };
            let same = billings::opened_at.eq(opened).and(billings::id.lt(after));
            found = found.filter(billings::opened_at.lt(opened).or(same));
        }
        let rows: Vec<BillingRow> = found
            .order((billings::opened_at.desc(), billings::id.desc()))
            .limit(limit)
            .load(reader.connection())?;
        views(rows, reader)
    }

    fn operations(
        &self,
        billing: BillingId,
        reader: &mut Reader,
    ) -> Result<Vec<OperationView>, Failure> {
        let row = billings::table.find(billing);
        let Some(row) = row.first::<BillingRow>(reader.connection()).optional()? else {
            return Ok(Vec::new());
        };
        let parts = parts_of(row.id(), reader.connection())?;
        let billing = row.into_billing(parts)?;
        let operations = billing.data().operations.iter();
        Ok(operations.map(OperationView::from).collect())
    }

    fn of_payer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<BillingView>, Failure> {
        let rows: Vec<BillingRow> = billings::table
            .filter(billings::payer.eq(payer))
            .order((billings::opened_at.desc(), billings::id.desc()))
            .load(reader.connection())?;
        views(rows, reader)
    }

    fn credit(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<CreditView>, Failure> {
        let rows: Vec<(String, i64, i64, i64)> = accounts::table
            .filter(accounts::payer.eq(payer))
            .order(accounts::currency)
            .select((
                accounts::currency,
                accounts::available_minor,
                accounts::held_minor,
                accounts::version,
            ))
            .load(reader.connection())?;
        let money = |columns: MoneyColumns| Money::try_from(columns).map_err(Failure::damaged);
        let accounts = rows
            .into_iter()
            .map(|(currency, available, held, version)| {
                Ok(CreditView {
                    available: money((available, currency.clone()))?,
                    held: money((held, currency))?,
                    version,
                })
            });
        accounts.collect()
    }

    fn coupons(&self, reader: &mut Reader) -> Result<Vec<CouponView>, Failure> {
        let rows: Vec<CouponRow> = coupons::table
            .order((coupons::created_at.desc(), coupons::id.desc()))
            .load(reader.connection())?;
        let coupons = rows.into_iter().map(|row| {
            let data = row.into_data()?;
            Ok(CouponView {
                id: data.id,
                code: data.code,
                discount: data.discount,
                allowed: data.allowed,
                held: data.held,
                redeemed: data.redeemed,
                valid_until: data.valid_until,
            })
        });
        coupons.collect()
    }

    fn slots(&self, reader: &mut Reader) -> Result<Vec<SlotView>, Failure> {
        let now = Moment::from(reader.now());
        let rows: Vec<SlotRow> = slots::table
            .filter(slots::starts_at.gt(now))
            .order((slots::starts_at, slots::id))
            .load(reader.connection())?;
        Ok(rows.into_iter().map(shown).collect())
    }

    fn slot(&self, slot: SlotId, reader: &mut Reader) -> Result<Option<SlotView>, Failure> {
        let row: Option<SlotRow> = slots::table
            .find(slot)
            .first(reader.connection())
            .optional()?;
        Ok(row.map(shown))
    }
}

fn view(row: BillingRow, reader: &mut Reader) -> Result<BillingView, Failure> {
    let parts = parts_of(row.id(), reader.connection())?;
    let mut view = BillingView::of(&row.into_billing(parts)?);
    if let Some((coupon, _)) = view.coupon {
        let code: String = coupons::table
            .find(coupon)
            .select(coupons::code)
            .first(reader.connection())?;
        view.coupon_code = Some(CouponCode::parse(&code).map_err(Failure::damaged)?);
    }
    Ok(view)
}

fn views(rows: Vec<BillingRow>, reader: &mut Reader) -> Result<Vec<BillingView>, Failure> {
    rows.into_iter().map(|row| view(row, reader)).collect()
}

fn shown(row: SlotRow) -> SlotView {
    let data = row.into_data();
    SlotView {
        id: data.id,
        place: data.place,
        starts_at: data.starts_at,
        ends_at: data.ends_at,
        capacity: data.capacity,
        free: data.capacity - data.held - data.confirmed,
    }
}
