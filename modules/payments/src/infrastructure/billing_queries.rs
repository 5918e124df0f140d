//! Reads billings and what they may be paid with.

use diesel::prelude::*;
use foundation::database::{Moment, MoneyColumns};
use foundation::{Failure, Money, Reader};

use super::billing_rows::BillingRow;
use super::billings::parts_of;
use super::coupons::CouponRow;
use super::slots::SlotRow;
use crate::application::billing_queries::{
    BillingQueries, BillingView, CouponView, CreditView, SlotView,
};
use crate::domain::billing::Billing;
use crate::ids::{BillingId, PayerId};
use crate::schema::{
    payments_billings as billings, payments_coupons as coupons,
    payments_credit_accounts as accounts, payments_slots as slots,
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

    fn of_payer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<BillingView>, Failure> {
        let rows: Vec<BillingRow> = billings::table
            .filter(billings::payer.eq(payer))
            .order((billings::opened_at.desc(), billings::id.desc()))
            .load(reader.connection())?;
        rows.into_iter().map(|row| view(row, reader)).collect()
    }

    fn credit(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<CreditView>, Failure> {
        let rows: Vec<(String, i64, i64)> = accounts::table
            .filter(accounts::payer.eq(payer))
            .order(accounts::currency)
            .select((
                accounts::currency,
                accounts::available_minor,
                accounts::held_minor,
            ))
            .load(reader.connection())?;
        let money = |columns: MoneyColumns| Money::try_from(columns).map_err(Failure::damaged);
        let accounts = rows.into_iter().map(|(currency, available, held)| {
            Ok(CreditView {
                available: money((available, currency.clone()))?,
                held: money((held, currency))?,
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
        let slots = rows.into_iter().map(|row| {
            let data = row.into_data();
            SlotView {
                id: data.id,
                place: data.place,
                starts_at: data.starts_at,
                ends_at: data.ends_at,
                capacity: data.capacity,
                free: data.capacity - data.held - data.confirmed,
            }
        });
        Ok(slots.collect())
    }
}

fn view(row: BillingRow, reader: &mut Reader) -> Result<BillingView, Failure> {
    let parts = parts_of(row.id(), reader.connection())?;
    Ok(shown(&row.into_billing(parts)?))
}

fn shown(billing: &Billing) -> BillingView {
    let data = billing.data().clone();
    let held = data.authorisation.and_then(|held| held.gateway);
    BillingView {
        id: data.id,
        payer: data.payer,
        description: data.description,
        status: data.status,
        orders: data.orders,
        coupon: data.coupon.map(|used| (used.coupon, used.discount)),
        credit: data.credit,
        hand_over: data.hand_over,
        amount_due: data.amount_due,
        in_progress: billing.is_in_progress(),
        redirect: data.waiting.map(|waiting| waiting.redirect),
        gateway: held,
        captured: data.captured,
        captured_at: data.captured_at,
        refunds: data.refunds,
        opened_at: data.opened_at,
        expires_at: data.expires_at,
        ended_at: data.ended_at,
    }
}
