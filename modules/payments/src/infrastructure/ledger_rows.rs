//! How the ledger lies in its tables.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::Failure;
use foundation::Money;
use foundation::database::{Moment, MoneyColumns};

use crate::domain::ledger::{Account, Entry, Resolution, Transfer, TransferId};
use crate::ids::{BillingId, OwnerId, PaymentId, SubjectId};
use crate::schema::{payments_ledger_resolutions, payments_ledger_transfers};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = payments_ledger_transfers, treat_none_as_default_value = false)]
pub(super) struct TransferRow {
    kind: String,
    subject: SubjectId,
    phase: String,
    debit: String,
    debit_owner: Option<OwnerId>,
    credit: String,
    credit_owner: Option<OwnerId>,
    gateway: Option<String>,
    amount_minor: i64,
    currency: String,
    billing: Option<BillingId>,
    payment: Option<PaymentId>,
    note: Option<String>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    recorded_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = payments_ledger_resolutions)]
pub(super) struct ResolutionRow {
    kind: &'static str,
    subject: SubjectId,
    phase: &'static str,
    outcome: &'static str,
    #[diesel(serialize_as = Moment)]
    recorded_at: DateTime<Utc>,
}

impl TransferRow {
    pub(super) fn of(transfer: Transfer, now: DateTime<Utc>) -> Self {
        let gateway = transfer.debit.gateway().or(transfer.credit.gateway());
        let (amount_minor, currency) = MoneyColumns::from(transfer.amount);
        Self {
            kind: transfer.id.kind.to_string(),
            subject: transfer.id.subject,
            phase: transfer.phase.as_str().to_owned(),
            debit: transfer.debit.word().to_owned(),
            debit_owner: transfer.debit.owner(),
            credit: transfer.credit.word().to_owned(),
            credit_owner: transfer.credit.owner(),
            gateway: gateway.map(ToString::to_string),
            amount_minor,
            currency,
            billing: transfer.billing,
            payment: transfer.payment,
            note: transfer.note,
            recorded_at: now,
        }
    }

    pub(super) fn into_entry(self, outcome: Option<&str>) -> Result<Entry, Failure> {
        let gateway = self.gateway.as_deref();
        let debit = Account::restore(&self.debit, self.debit_owner, gateway);
        let credit = Account::restore(&self.credit, self.credit_owner, gateway);
        let amount = Money::try_from((self.amount_minor, self.currency));
        let outcome = outcome.map(str::parse).transpose();
        let transfer = Transfer {
            id: TransferId {
                kind: self.kind.parse().map_err(Failure::damaged)?,
                subject: self.subject,
            },
            phase: self.phase.parse().map_err(Failure::damaged)?,
            debit: debit.map_err(Failure::damaged)?,
            credit: credit.map_err(Failure::damaged)?,
            amount: amount.map_err(Failure::damaged)?,
            billing: self.billing,
            payment: self.payment,
            note: self.note,
        };
        Ok(Entry::restore(transfer, outcome.map_err(Failure::damaged)?))
    }

    pub(super) fn recorded_at(&self) -> DateTime<Utc> {
        self.recorded_at
    }

    pub(super) fn billing(&self) -> Option<BillingId> {
        self.billing
    }
}

impl ResolutionRow {
    pub(super) fn of(resolution: &Resolution, now: DateTime<Utc>) -> Self {
        let id = resolution.of();
        Self {
            kind: id.kind.as_str(),
            subject: id.subject,
            phase: "pending",
            outcome: resolution.outcome().as_str(),
            recorded_at: now,
        }
    }
}
