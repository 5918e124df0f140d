//! How payments lie in their table.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::{Moment, MoneyColumns};
use foundation::{Failure, Money};

use crate::domain::amounts::BasisPoints;
use crate::domain::payment::{Payment, PaymentData};
use crate::ids::{BillingId, PayeeId, PayerId, PaymentId};
use crate::schema::payments_payments;

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments_payments, treat_none_as_default_value = false)]
pub(super) struct PaymentRow {
    id: PaymentId,
    payer: PayerId,
    amount_minor: i64,
    currency: String,
    description: String,
    status: String,
    failure: Option<String>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    started_at: DateTime<Utc>,
    charged_at: Option<Moment>,
    captured_at: Option<Moment>,
    version: i64,
    payee: Option<PayeeId>,
    billing: Option<BillingId>,
    premium_basis_points: Option<i32>,
}

/// The columns of a payment that change.
#[derive(AsChangeset)]
#[diesel(table_name = payments_payments, treat_none_as_null = true)]
pub(super) struct PaymentChange {
    status: String,
    failure: Option<String>,
    charged_at: Option<Moment>,
    captured_at: Option<Moment>,
    version: i64,
    billing: Option<BillingId>,
}

impl PaymentRow {
    pub(super) fn of(payment: &Payment) -> Self {
        let data = payment.data();
        let (amount_minor, currency) = MoneyColumns::from(data.amount);
        Self {
            id: data.id,
            payer: data.payer,
            amount_minor,
            currency,
            description: data.description.clone(),
            status: data.status.to_string(),
            failure: data.failure.clone(),
            started_at: data.started_at,
            charged_at: data.charged_at.map(Moment::from),
            captured_at: data.captured_at.map(Moment::from),
            version: payment.version(),
            payee: data.payee,
            billing: data.billing,
            premium_basis_points: data.premium.map(premium_column),
        }
    }

    pub(super) fn into_payment(self) -> Result<Payment, Failure> {
        let amount = Money::try_from((self.amount_minor, self.currency));
        let data = PaymentData {
            id: self.id,
            payer: self.payer,
            payee: self.payee,
            premium: premium_of(self.premium_basis_points)?,
            amount: amount.map_err(Failure::damaged)?,
            description: self.description,
            status: self.status.parse().map_err(Failure::damaged)?,
            failure: self.failure,
            billing: self.billing,
            started_at: self.started_at,
            charged_at: self.charged_at.map(DateTime::from),
            captured_at: self.captured_at.map(DateTime::from),
        };
        Ok(Payment::restore(data, self.version))
    }
}

/// A payment's own premium, as its column says.
pub(super) fn premium_of(column: Option<i32>) -> Result<Option<BasisPoints>, Failure> {
    let premium = column.map(|points| {
        let points = u32::try_from(points).map_err(Failure::damaged)?;
        BasisPoints::try_new(points).map_err(Failure::damaged)
    });
    premium.transpose()
}

fn premium_column(premium: BasisPoints) -> i32 {
    i32::try_from(premium.get()).expect("a share has at most 10,000 basis points")
}

impl PaymentChange {
    pub(super) fn of(payment: &Payment, version: i64) -> Self {
        let data = payment.data();
        Self {
            status: data.status.to_string(),
            failure: data.failure.clone(),
            charged_at: data.charged_at.map(Moment::from),
            captured_at: data.captured_at.map(Moment::from),
            version,
            billing: data.billing,
        }
    }
}
