//! The stored differences between our books and those of the gateways.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Failure, Reader, UnitOfWork};

use crate::application::comparing::{Difference, Differences, Resolution};
use crate::domain::instruction::{GatewayName, GatewayReference};
use crate::domain::operation::OperationState;
use crate::ids::{BillingId, DifferenceId};
use crate::schema::{
    payments_billings as billings, payments_comparison_days as days,
    payments_differences as differences, payments_operations as operations,
};

/// How many differences staff are shown at once.
const SHOWN: i64 = 500;

/// Keeps differences in the database.
pub(crate) struct DieselDifferences {}

#[derive(Queryable, Insertable)]
#[diesel(table_name = differences, treat_none_as_default_value = false)]
struct DifferenceRow {
    id: DifferenceId,
    billing: BillingId,
    gateway: String,
    reference: String,
    kind: String,
    ours: String,
    theirs: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    found_at: DateTime<Utc>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    seen_at: DateTime<Utc>,
    resolved_at: Option<Moment>,
    resolved_by: Option<String>,
    note: Option<String>,
}

/// The columns of a difference that change.
#[derive(AsChangeset)]
#[diesel(table_name = differences, treat_none_as_null = true)]
struct DifferenceChange {
    ours: String,
    theirs: String,
    seen_at: Moment,
    resolved_at: Option<Moment>,
    resolved_by: Option<String>,
    note: Option<String>,
}

impl Differences for DieselDifferences {
    fn lasting(
        &self,
        billing: BillingId,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Difference>, Failure> {
        let rows = differences::table
            .filter(differences::billing.eq(billing))
            .filter(differences::resolved_at.is_null())
            .order(differences::id)
            .load::<DifferenceRow>(uow.connection())?;
        rows.into_iter()
            .map(DifferenceRow::into_difference)
            .collect()
    }

    fn get(&self, id: DifferenceId, uow: &mut UnitOfWork) -> Result<Option<Difference>, Failure> {
        let row = differences::table.find(id);
        let row = row.first::<DifferenceRow>(uow.connection()).optional()?;
        row.map(DifferenceRow::into_difference).transpose()
    }

    fn save(&self, difference: &Difference, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let known = diesel::update(differences::table.find(difference.id))
            .set(DifferenceChange::of(difference))
            .execute(uow.connection())?;
        if known == 0 {
            diesel::insert_into(differences::table)
                .values(DifferenceRow::of(difference))
                .execute(uow.connection())
                .map_err(Failure::conflict_if_taken)?;
        }
        Ok(())
    }

    fn list(&self, ended_too: bool, reader: &mut Reader) -> Result<Vec<Difference>, Failure> {
        let listed = differences::table
            .order((differences::found_at.desc(), differences::id.desc()))
            .limit(SHOWN);
        let rows: Vec<DifferenceRow> = match ended_too {
            true => listed.load(reader.connection())?,
            false => listed
                .filter(differences::resolved_at.is_null())
                .load(reader.connection())?,
        };
        rows.into_iter()
            .map(DifferenceRow::into_difference)
            .collect()
    }

    fn to_compare(
        &self,
        (first, last): (DateTime<Utc>, DateTime<Utc>),
        after: Option<BillingId>,
        limit: usize,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<BillingId>, Failure> {
        let asked = operations::table
            .filter(operations::billing.eq(billings::id))
            .filter(operations::reference.is_not_null());
        let limit = i64::try_from(limit).map_err(Failure::damaged)?;
        let unanswered = operations::table
            .filter(operations::billing.eq(billings::id))
            .filter(operations::state.eq_any(OperationState::OPEN.map(OperationState::as_str)));
        let ended = billings::ended_at
            .between(Moment::from(first), Moment::from(last))
            .assume_not_null();
        let ended = billings::table
            .filter((ended.and(exists(asked))).or(exists(unanswered)))
            .order(billings::id)
            .limit(limit)
            .select(billings::id);
        let page = match after {
            Some(after) => ended
                .filter(billings::id.gt(after))
                .load(uow.connection())?,
            None => ended.load(uow.connection())?,
        };
        Ok(page)
    }

    fn set_day(&self, day: &str, uow: &mut UnitOfWork) -> Result<bool, Failure> {
        let known = days::table.find(day);
        let is_known: bool = diesel::select(exists(known)).get_result(uow.connection())?;
        if is_known {
            return Ok(false);
        }
        diesel::insert_into(days::table)
            .values(days::day.eq(day))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(true)
    }

    fn billing_of(
        &self,
        reference: &GatewayReference,
        uow: &mut UnitOfWork,
    ) -> Result<Option<BillingId>, Failure> {
        let found = operations::table
            .filter(operations::reference.eq(reference.as_str()))
            .order(operations::started_at)
            .select(operations::billing)
            .first(uow.connection());
        Ok(found.optional()?)
    }
}

impl DifferenceRow {
    fn of(difference: &Difference) -> Self {
        let resolution = difference.resolution.clone();
        Self {
            id: difference.id,
            billing: difference.billing,
            gateway: difference.gateway.to_string(),
            reference: difference.reference.to_string(),
            kind: difference.kind.to_string(),
            ours: difference.ours.clone(),
            theirs: difference.theirs.clone(),
            found_at: difference.found_at,
            seen_at: difference.seen_at,
            resolved_at: resolution.as_ref().map(|end| Moment::from(end.at)),
            resolved_by: resolution.as_ref().map(|end| end.by.clone()),
            note: resolution.and_then(|end| end.note),
        }
    }

    fn into_difference(self) -> Result<Difference, Failure> {
        let note = self.note;
        let resolution = self.resolved_at.zip(self.resolved_by);
        Ok(Difference {
            id: self.id,
            billing: self.billing,
            gateway: GatewayName::from(self.gateway.as_str()),
            reference: GatewayReference::from(self.reference),
            kind: self.kind.parse().map_err(Failure::damaged)?,
            ours: self.ours,
            theirs: self.theirs,
            found_at: self.found_at,
            seen_at: self.seen_at,
            resolution: resolution.map(|(at, by)| Resolution {
                at: at.into(),
                by,
                note,
            }),
        })
    }
}

impl DifferenceChange {
    fn of(difference: &Difference) -> Self {
        let row = DifferenceRow::of(difference);
        Self {
            ours: row.ours,
            theirs: row.theirs,
            seen_at: Moment::from(row.seen_at),
            resolved_at: row.resolved_at,
            resolved_by: row.resolved_by,
            note: row.note,
        }
    }
}
