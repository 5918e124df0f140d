//! How operations and refunds lie in their tables.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Currency, Failure, Money};

use crate::domain::instruction::{GatewayName, GatewayReference};
use crate::domain::operation::Operation;
use crate::domain::redirect::ReturnUrl;
use crate::domain::refund::Refund;
use crate::domain::token::PaymentToken;
use crate::ids::{BillingId, OperationId, PaymentId, RefundId};
use crate::schema::{payments_operations, payments_refunds};

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments_operations, treat_none_as_default_value = false)]
pub(super) struct OperationRow {
    id: OperationId,
    billing: BillingId,
    kind: String,
    gateway: Option<String>,
    about: Option<String>,
    refund: Option<RefundId>,
    amount_minor: Option<i64>,
    return_url: Option<String>,
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

#[derive(Queryable, Insertable)]
#[diesel(table_name = payments_refunds, treat_none_as_default_value = false)]
pub(super) struct RefundRow {
    id: RefundId,
    billing: BillingId,
    payment: PaymentId,
    amount_minor: i64,
    to_gateway_minor: i64,
    to_credit_minor: i64,
    reason: String,
    staff: String,
    state: String,
    failure: Option<String>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    asked_at: DateTime<Utc>,
    finished_at: Option<Moment>,
}

/// The columns of a refund that change.
#[derive(AsChangeset)]
#[diesel(table_name = payments_refunds, treat_none_as_null = true)]
pub(super) struct RefundChange {
    state: String,
    failure: Option<String>,
    finished_at: Option<Moment>,
}

impl OperationRow {
    pub(super) fn of(operation: &Operation, billing: BillingId) -> Self {
        Self {
            id: operation.id,
            billing,
            kind: operation.kind.to_string(),
            gateway: operation.gateway.as_ref().map(ToString::to_string),
            about: operation.about.as_ref().map(ToString::to_string),
            refund: operation.refund,
            amount_minor: operation.amount.map(Money::minor_units),
            return_url: operation.return_url.as_ref().map(ToString::to_string),
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

    pub(super) fn into_operation(self, currency: Currency) -> Result<Operation, Failure> {
        let token = self.token.as_deref().map(PaymentToken::parse).transpose();
        let place = self.return_url.as_deref().map(ReturnUrl::parse).transpose();
        let money = |units| Money::from_minor_units(currency, units);
        Ok(Operation {
            id: self.id,
            kind: self.kind.parse().map_err(Failure::damaged)?,
            gateway: self.gateway.as_deref().map(GatewayName::from),
            about: self.about.map(GatewayReference::from),
            refund: self.refund,
            amount: self
                .amount_minor
                .map(money)
                .transpose()
                .map_err(Failure::damaged)?,
            return_url: place.map_err(Failure::damaged)?,
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

impl RefundRow {
    pub(super) fn of(refund: &Refund, billing: BillingId) -> Self {
        Self {
            id: refund.id,
            billing,
            payment: refund.payment,
            amount_minor: refund.amount.minor_units(),
            to_gateway_minor: refund.to_gateway.minor_units(),
            to_credit_minor: refund.to_credit.minor_units(),
            reason: refund.reason.clone(),
            staff: refund.staff.clone(),
            state: refund.state.to_string(),
            failure: refund.failure.clone(),
            asked_at: refund.asked_at,
            finished_at: refund.finished_at.map(Moment::from),
        }
    }

    pub(super) fn into_refund(self, currency: Currency) -> Result<Refund, Failure> {
        let money = |units| Money::from_minor_units(currency, units).map_err(Failure::damaged);
        Ok(Refund {
            id: self.id,
            payment: self.payment,
            amount: money(self.amount_minor)?,
            to_gateway: money(self.to_gateway_minor)?,
            to_credit: money(self.to_credit_minor)?,
            reason: self.reason,
            staff: self.staff,
            state: self.state.parse().map_err(Failure::damaged)?,
            failure: self.failure,
            asked_at: self.asked_at,
            finished_at: self.finished_at.map(DateTime::from),
        })
    }
}

impl RefundChange {
    pub(super) fn of(refund: &Refund) -> Self {
        Self {
            state: refund.state.to_string(),
            failure: refund.failure.clone(),
            finished_at: refund.finished_at.map(Moment::from),
        }
    }
}

fn token_text(operation: &Operation) -> Option<String> {
    let token = operation.token.as_ref();
    token.map(|token| token.reveal().to_owned())
}
