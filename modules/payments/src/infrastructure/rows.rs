//! How payments and operations lie in their tables.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::{Moment, MoneyColumns};
use foundation::{Failure, Money};

use crate::domain::instruction::GatewayReference;
use crate::domain::operation::Operation;
use crate::domain::payment::{Payment, PaymentData};
use crate::domain::token::PaymentToken;
use crate::ids::{OperationId, PayerId, PaymentId};
use crate::schema::{payments_operations, payments_payments};

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
    authorisation: Option<String>,
    capture_before: Option<Moment>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    started_at: DateTime<Utc>,
    charged_at: Option<Moment>,
    captured_at: Option<Moment>,
    version: i64,
}

/// The columns of a payment that change.
#[derive(AsChangeset)]
#[diesel(table_name = payments_payments, treat_none_as_null = true)]
pub(super) struct PaymentChange {
    status: String,
    failure: Option<String>,
    authorisation: Option<String>,
    capture_before: Option<Moment>,
    charged_at: Option<Moment>,
    captured_at: Option<Moment>,
    version: i64,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments_operations, treat_none_as_default_value = false)]
pub(super) struct OperationRow {
    id: OperationId,
    payment: PaymentId,
    kind: String,
    request_hash: String,
    token: Option<String>,
    state: String,
    reference: Option<String>,
    reason: Option<String>,
    detail: Option<String>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    started_at: DateTime<Utc>,
    finished_at: Option<Moment>,
}

/// The columns of an operation that change.
#[derive(AsChangeset)]
#[diesel(table_name = payments_operations, treat_none_as_null = true)]
pub(super) struct OperationChange {
    token: Option<String>,
    state: String,
    reference: Option<String>,
    reason: Option<String>,
    detail: Option<String>,
    finished_at: Option<Moment>,
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
            authorisation: data.authorisation.as_ref().map(ToString::to_string),
            capture_before: data.capture_before.map(Moment::from),
            started_at: data.started_at,
            charged_at: data.charged_at.map(Moment::from),
            captured_at: data.captured_at.map(Moment::from),
            version: payment.version(),
        }
    }

    pub(super) fn into_payment(self, operations: Vec<OperationRow>) -> Result<Payment, Failure> {
        let operations = operations.into_iter().map(OperationRow::into_operation);
        let amount = Money::try_from((self.amount_minor, self.currency));
        let data = PaymentData {
            id: self.id,
            payer: self.payer,
            amount: amount.map_err(Failure::damaged)?,
            description: self.description,
            status: self.status.parse().map_err(Failure::damaged)?,
            failure: self.failure,
            authorisation: self.authorisation.map(GatewayReference::from),
            capture_before: self.capture_before.map(DateTime::from),
            started_at: self.started_at,
            charged_at: self.charged_at.map(DateTime::from),
            captured_at: self.captured_at.map(DateTime::from),
            operations: operations.collect::<Result<_, _>>()?,
        };
        Ok(Payment::restore(data, self.version))
    }
}

impl PaymentChange {
    pub(super) fn of(payment: &Payment, version: i64) -> Self {
        let data = payment.data();
        Self {
            status: data.status.to_string(),
            failure: data.failure.clone(),
            authorisation: data.authorisation.as_ref().map(ToString::to_string),
            capture_before: data.capture_before.map(Moment::from),
            charged_at: data.charged_at.map(Moment::from),
            captured_at: data.captured_at.map(Moment::from),
            version,
        }
    }
}

impl OperationRow {
    pub(super) fn of(operation: &Operation, payment: PaymentId) -> Self {
        Self {
            id: operation.id,
            payment,
            kind: operation.kind.to_string(),
            request_hash: operation.request_hash.clone(),
            token: token_text(operation),
            state: operation.state.as_str().to_owned(),
            reference: operation.reference.as_ref().map(ToString::to_string),
            reason: operation.reason.clone(),
            detail: operation.detail.clone(),
            started_at: operation.started_at,
            finished_at: operation.finished_at.map(Moment::from),
        }
    }

    fn into_operation(self) -> Result<Operation, Failure> {
        let token = self.token.as_deref().map(PaymentToken::parse).transpose();
        Ok(Operation {
            id: self.id,
            kind: self.kind.parse().map_err(Failure::damaged)?,
            request_hash: self.request_hash,
            token: token.map_err(Failure::damaged)?,
            state: self.state.parse().map_err(Failure::damaged)?,
            reference: self.reference.map(GatewayReference::from),
            reason: self.reason,
            detail: self.detail,
            started_at: self.started_at,
            finished_at: self.finished_at.map(DateTime::from),
        })
    }
}

impl OperationChange {
    pub(super) fn of(operation: &Operation) -> Self {
        Self {
            token: token_text(operation),
            state: operation.state.as_str().to_owned(),
            reference: operation.reference.as_ref().map(ToString::to_string),
            reason: operation.reason.clone(),
            detail: operation.detail.clone(),
            finished_at: operation.finished_at.map(Moment::from),
        }
    }
}

fn token_text(operation: &Operation) -> Option<String> {
    let token = operation.token.as_ref();
    token.map(|token| token.reveal().to_owned())
}
