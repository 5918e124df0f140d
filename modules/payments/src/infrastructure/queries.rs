//! Reads payments for their payer.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Failure, Money, Reader};

use crate::application::queries::{PaymentQueries, PaymentView};
use crate::domain::operation::{OperationKind, OperationState};
use crate::domain::status::PaymentStatus;
use crate::ids::{BillingId, PayerId, PaymentId};
use crate::schema::{
    payments_operations as operations, payments_orders as orders, payments_payments as payments,
};

/// Reads payments from the database.
pub(crate) struct DieselPaymentQueries {}

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
}

#[diesel::dsl::auto_type(no_type_alias)]
fn views_of(payer: PayerId) -> _ {
    let open: [&'static str; 2] = OperationState::OPEN.map(OperationState::as_str);
    let holds: [&'static str; 2] = OperationKind::HOLDING.map(OperationKind::as_str);
    let billings = orders::table
        .filter(orders::payment.eq(payments::id))
        .select(orders::billing);
    let unanswered = operations::table
        .filter(operations::billing.eq_any(billings))
        .filter(operations::kind.eq_any(holds))
        .filter(operations::state.eq_any(open));
    payments::table.filter(payments::payer.eq(payer)).select((
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
    ))
}

impl PaymentQueries for DieselPaymentQueries {
    fn pending(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<PaymentView>, Failure> {
        let rows: Vec<ViewRow> = views_of(payer)
            .filter(payments::status.eq_any(PaymentStatus::PAYABLE.map(PaymentStatus::as_str)))
            .order((payments::started_at, payments::id))
            .load(reader.connection())?;
        rows.into_iter().map(ViewRow::into_view).collect()
    }

    fn of_payer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<PaymentView>, Failure> {
        let rows: Vec<ViewRow> = views_of(payer)
            .order((payments::started_at.desc(), payments::id.desc()))
            .load(reader.connection())?;
        rows.into_iter().map(ViewRow::into_view).collect()
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
        row.map(ViewRow::into_view).transpose()
    }
}

impl ViewRow {
    fn into_view(self) -> Result<PaymentView, Failure> {
        let amount = Money::try_from((self.amount_minor, self.currency));
        Ok(PaymentView {
            id: self.id,
            payer: self.payer,
            amount: amount.map_err(Failure::damaged)?,
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
}
