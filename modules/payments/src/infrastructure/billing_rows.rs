//! How billings and their orders lie in their tables.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Currency, Failure, Money};

use super::operation_rows::{OperationRow, RefundRow};
use crate::domain::billing::{
    Authorisation, Billing, BillingData, BillingStatus, CouponUse, HandOver, Waiting,
};
use crate::domain::instruction::{GatewayName, GatewayReference};
use crate::domain::order::Order;
use crate::domain::redirect::Redirect;
use crate::ids::{BillingId, CouponId, PayerId, PaymentId, SlotId};
use crate::schema::{payments_billings, payments_orders};

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments_billings, treat_none_as_default_value = false)]
pub(super) struct BillingRow {
    id: BillingId,
    payer: PayerId,
    description: String,
    status: String,
    currency: String,
    coupon: Option<CouponId>,
    discount_minor: i64,
    credit_minor: i64,
    slot: Option<SlotId>,
    amount_due_minor: i64,
    waiting_for: Option<String>,
    waiting_at: Option<String>,
    waiting_desktop: Option<String>,
    waiting_mobile: Option<String>,
    authorisation: Option<String>,
    gateway: Option<String>,
    capture_before: Option<Moment>,
    captured_minor: i64,
    captured_at: Option<Moment>,
    refunded_minor: i64,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    opened_at: DateTime<Utc>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    expires_at: DateTime<Utc>,
    ended_at: Option<Moment>,
    version: i64,
}

/// The columns of a billing that change: what is paid, and with what, is not among them.
#[derive(AsChangeset)]
#[diesel(table_name = payments_billings, treat_none_as_null = true)]
pub(super) struct BillingChange {
    status: String,
    waiting_for: Option<String>,
    waiting_at: Option<String>,
    waiting_desktop: Option<String>,
    waiting_mobile: Option<String>,
    authorisation: Option<String>,
    gateway: Option<String>,
    capture_before: Option<Moment>,
    captured_minor: i64,
    captured_at: Option<Moment>,
    refunded_minor: i64,
    ended_at: Option<Moment>,
    version: i64,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments_orders)]
pub(super) struct OrderRow {
    billing: BillingId,
    payment: PaymentId,
    hammer_minor: i64,
    premium_minor: i64,
    tax_minor: i64,
    discount_minor: i64,
    live: bool,
    commission_minor: i64,
}

/// What belongs to a billing, in tables of its own.
pub(super) struct Parts {
    pub(super) orders: Vec<OrderRow>,
    pub(super) refunds: Vec<RefundRow>,
    pub(super) operations: Vec<OperationRow>,
}

impl BillingRow {
    pub(super) fn of(billing: &Billing) -> Self {
        let data = billing.data();
        let change = BillingChange::of(billing, billing.version());
        let nothing = Money::zero(data.amount_due.currency());
        let discount = data.coupon.map_or(nothing, |coupon| coupon.discount);
        Self {
            id: data.id,
            payer: data.payer,
            description: data.description.clone(),
            status: change.status,
            currency: data.amount_due.currency().code().to_owned(),
            coupon: data.coupon.map(|coupon| coupon.coupon),
            discount_minor: discount.minor_units(),
            credit_minor: data.credit.minor_units(),
            slot: data.hand_over.slot(),
            amount_due_minor: data.amount_due.minor_units(),
            waiting_for: change.waiting_for,
            waiting_at: change.waiting_at,
            waiting_desktop: change.waiting_desktop,
            waiting_mobile: change.waiting_mobile,
            authorisation: change.authorisation,
            gateway: change.gateway,
            capture_before: change.capture_before,
            captured_minor: change.captured_minor,
            captured_at: change.captured_at,
            refunded_minor: change.refunded_minor,
            opened_at: data.opened_at,
            expires_at: data.expires_at,
            ended_at: change.ended_at,
            version: billing.version(),
        }
    }

    pub(super) fn into_billing(self, parts: Parts) -> Result<Billing, Failure> {
        let currency = Currency::parse(self.currency.trim_end()).map_err(Failure::damaged)?;
        let money = |units| Money::from_minor_units(currency, units).map_err(Failure::damaged);
        let (waiting, authorisation) = (self.waiting(), self.authorisation());
        let discount = money(self.discount_minor)?;
        let orders = parts.orders.into_iter().map(|row| row.into_order(currency));
        let refunds = parts.refunds.into_iter();
        let refunds = refunds.map(|row| row.into_refund(currency));
        let operations = parts.operations.into_iter();
        let operations = operations.map(|row| row.into_operation(currency));
        let data = BillingData {
            id: self.id,
            payer: self.payer,
            description: self.description,
            status: self.status.parse().map_err(Failure::damaged)?,
            orders: orders.collect::<Result<_, _>>()?,
            coupon: self.coupon.map(|coupon| CouponUse { coupon, discount }),
            credit: money(self.credit_minor)?,
            hand_over: self.slot.map_or(HandOver::Delivery, HandOver::Collection),
            amount_due: money(self.amount_due_minor)?,
            waiting,
            authorisation,
            capture_before: self.capture_before.map(DateTime::from),
            captured: money(self.captured_minor)?,
            captured_at: self.captured_at.map(DateTime::from),
            refunds: refunds.collect::<Result<_, _>>()?,
            operations: operations.collect::<Result<_, _>>()?,
            opened_at: self.opened_at,
            expires_at: self.expires_at,
            ended_at: self.ended_at.map(DateTime::from),
        };
        Ok(Billing::restore(data, self.version))
    }

    pub(super) fn id(&self) -> BillingId {
        self.id
    }

    fn waiting(&self) -> Option<Waiting> {
        Some(Waiting {
            authorisation: Authorisation {
                reference: GatewayReference::from(self.waiting_for.clone()?),
                gateway: self.waiting_at.as_deref().map(GatewayName::from),
            },
            redirect: Redirect {
                desktop: self.waiting_desktop.clone()?,
                mobile: self.waiting_mobile.clone()?,
            },
        })
    }

    fn authorisation(&self) -> Option<Authorisation> {
        Some(Authorisation {
            reference: GatewayReference::from(self.authorisation.clone()?),
            gateway: self.gateway.as_deref().map(GatewayName::from),
        })
    }
}

impl BillingChange {
    pub(super) fn of(billing: &Billing, version: i64) -> Self {
        let data = billing.data();
        let waiting = data.waiting.as_ref();
        let redirect = waiting.map(|waiting| &waiting.redirect);
        let waiting = waiting.map(|waiting| &waiting.authorisation);
        let reference = |held: &Authorisation| held.reference.to_string();
        let gateway = |held: &Authorisation| Some(held.gateway.as_ref()?.to_string());
        let held = data.authorisation.as_ref();
        Self {
            status: data.status.to_string(),
            waiting_for: waiting.map(reference),
            waiting_at: waiting.and_then(gateway),
            waiting_desktop: redirect.map(|redirect| redirect.desktop.clone()),
            waiting_mobile: redirect.map(|redirect| redirect.mobile.clone()),
            authorisation: held.map(reference),
            gateway: held.and_then(gateway),
            capture_before: data.capture_before.map(Moment::from),
            captured_minor: data.captured.minor_units(),
            captured_at: data.captured_at.map(Moment::from),
            refunded_minor: billing.refunded_at_gateway().minor_units(),
            ended_at: data.ended_at.map(Moment::from),
            version,
        }
    }
}

impl OrderRow {
    pub(super) fn of(order: &Order, billing: BillingId) -> Self {
        Self {
            billing,
            payment: order.payment,
            hammer_minor: order.hammer.minor_units(),
            premium_minor: order.premium.minor_units(),
            tax_minor: order.tax.minor_units(),
            discount_minor: order.discount.minor_units(),
            live: true,
            commission_minor: order.commission.minor_units(),
        }
    }

    fn into_order(self, currency: Currency) -> Result<Order, Failure> {
        let money = |units| Money::from_minor_units(currency, units).map_err(Failure::damaged);
        Ok(Order {
            payment: self.payment,
            hammer: money(self.hammer_minor)?,
            premium: money(self.premium_minor)?,
            tax: money(self.tax_minor)?,
            discount: money(self.discount_minor)?,
            commission: money(self.commission_minor)?,
        })
    }
}

/// Whether the payments of such a billing may be in no other.
pub(super) fn is_live(status: BillingStatus) -> bool {
    match status {
        BillingStatus::Open | BillingStatus::Success => true,
        BillingStatus::Cancelled => false,
    }
}
