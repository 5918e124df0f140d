//! Reads payments for their payer.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Failure, Money, Reader};

use crate::application::queries::{PaymentQueries, PaymentView};
use crate::domain::operation::{OperationKind, OperationState};
use crate::domain::order::{Order, Rates};
use crate::domain::status::PaymentStatus;
use crate::ids::{BillingId, PayerId, PaymentId};
use crate::infrastructure::rows::premium_of;
use crate::schema::{
    payments_operations as operations, payments_orders as orders, payments_payments as payments,
};
use crate::settings::BillingTerms;

/// Reads payments from the database.
pub(crate) struct DieselPaymentQueries {
    pub(crate) terms: Arc<BillingTerms>,
}

/// Premium, tax, discount and commission of an order.
type OrderColumns = (i64, i64, i64, i64);

#[derive(Queryable)]
struct ViewRow {
    id: PaymentId,
    payer: PayerId,
    amount_minor: i64,
    currency: String,
    description: String,
    status: String,
    failure: Option<String>,
    in_progress: bool,
    billing: Option<BillingId>,
    #[diesel(deserialize_as = Moment)]
    started_at: DateTime<Utc>,
    charged_at: Option<Moment>,
    captured_at: Option<Moment>,
    premium_basis_points: Option<i32>,
    order: Option<OrderColumns>,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn views_of(payer: PayerId) -> _ {
    let open: [&'static str; 2] = OperationState::OPEN.map(OperationState::as_str);
    let holds: [&'static str; 2] = OperationKind::HOLDING.map(OperationKind::as_str);
    let unanswered = operations::table
        .filter(operations::billing.nullable().eq(payments::billing))
        .filter(operations::kind.eq_any(holds))
        .filter(operations::state.eq_any(open));
    let order = orders::payment.eq(payments::id).and(orders::live);
    let with_order = payments::table.left_join(orders::table.on(order));
    with_order.filter(payments::payer.eq(payer)).select((
        payments::id,
        payments::payer,
        payments::amount_minor,
        payments::currency,
        payments::description,
        payments::status,
        payments::failure,
        exists(unanswered),
        payments::billing,
        payments::started_at,
        payments::charged_at,
        payments::captured_at,
        payments::premium_basis_points,
        (
            orders::premium_minor,
            orders::tax_minor,
            orders::discount_minor,
            orders::commission_minor,
        )
            .nullable(),
    ))
}

impl PaymentQueries for DieselPaymentQueries {
    fn pending(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<PaymentView>, Failure> {
        let rows: Vec<ViewRow> = views_of(payer)
            .filter(payments::status.eq_any(PaymentStatus::PAYABLE.map(PaymentStatus::as_str)))
            .order((payments::started_at, payments::id))
            .load(reader.connection())?;
        self.views(rows)
    }

    fn of_payer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<PaymentView>, Failure> {
        let rows: Vec<ViewRow> = views_of(payer)
            .order((payments::started_at.desc(), payments::id.desc()))
            .load(reader.connection())?;
        self.views(rows)
    }

    fn single(
        &self,
        payment: PaymentId,
        payer: PayerId,
        reader: &mut Reader,
    ) -> Result<Option<PaymentView>, Failure> {
        let row: Option<ViewRow> = views_of(payer)
            .filter(payments::id.eq(payment))
            .first(reader.connection())
            .optional()?;
        row.map(|row| row.into_view(self.terms.rates)).transpose()
    }
}

impl DieselPaymentQueries {
    fn views(&self, rows: Vec<ViewRow>) -> Result<Vec<PaymentView>, Failure> {
        let rates = self.terms.rates;
        rows.into_iter().map(|row| row.into_view(rates)).collect()
    }
}

impl ViewRow {
    fn into_view(self, rates: Rates) -> Result<PaymentView, Failure> {
        let amount = Money::try_from((self.amount_minor, self.currency.clone()));
        let amount = amount.map_err(Failure::damaged)?;
        let order = self.order(amount, rates)?;
        Ok(PaymentView {
            id: self.id,
            payer: self.payer,
            amount,
            order,
            total: order.paid().map_err(Failure::damaged)?,
            description: self.description,
            status: self.status.parse().map_err(Failure::damaged)?,
            failure: self.failure,
            in_progress: self.in_progress,
            billing: self.billing,
            started_at: self.started_at,
            charged_at: self.charged_at.map(DateTime::from),
            captured_at: self.captured_at.map(DateTime::from),
        })
    }

    /// As its billing says; before there is one, as the terms are now.
    fn order(&self, hammer: Money, rates: Rates) -> Result<Order, Failure> {
        let Some((premium, tax, discount, commission)) = self.order else {
            let rates = rates.with_premium(premium_of(self.premium_basis_points)?);
            return Order::priced(self.id, hammer, rates).map_err(Failure::damaged);
        };
        let currency = hammer.currency();
        let money = |units| Money::from_minor_units(currency, units).map_err(Failure::damaged);
        Ok(Order {
            payment: self.id,
            hammer,
            premium: money(premium)?,
            tax: money(tax)?,
            discount: money(discount)?,
            commission: money(commission)?,
        })
    }
}
