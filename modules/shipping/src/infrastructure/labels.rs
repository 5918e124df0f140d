//! Keeps what was asked of carriers.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Failure, UnitOfWork};

use crate::application::Labels;
use crate::domain::{BoughtLabel, Grams, Label, LabelState};
use crate::ids::{LabelId, PackageId};
use crate::schema::shipping_labels as labels;

const ASKED: &str = "ASKED";
const QUOTED: &str = "QUOTED";
const BOUGHT: &str = "BOUGHT";
const FAILED: &str = "FAILED";

/// Labels in the database.
pub(crate) struct DieselLabels {}

/// A label as its table keeps it.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = labels, treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct LabelRow {
    id: LabelId,
    version: i64,
    package: PackageId,
    grams: i64,
    state: String,
    shipment: Option<String>,
    carrier: Option<String>,
    tracking_number: Option<String>,
    url: Option<String>,
    failure: Option<String>,
    asked_by: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    asked_at: DateTime<Utc>,
    finished_at: Option<NaiveDateTime>,
}

impl LabelRow {
    fn of(label: &Label, version: i64) -> Self {
        let (state, bought, failure) = match &label.state {
            LabelState::Asked => (ASKED, None, None),
            LabelState::Quoted(_) => (QUOTED, None, None),
            LabelState::Bought(bought) => (BOUGHT, Some(bought), None),
            LabelState::Failed(why) => (FAILED, None, Some(why.clone())),
        };
        Self {
            id: label.id,
            version,
            package: label.package,
            grams: label.grams.get().into(),
            state: state.to_owned(),
            shipment: label.shipment.clone(),
            carrier: bought.map(|bought| bought.carrier.clone()),
            tracking_number: bought.map(|bought| bought.tracking_number.clone()),
            url: bought.and_then(|bought| bought.url.clone()),
            failure,
            asked_by: label.asked_by.clone(),
            asked_at: label.asked_at,
            finished_at: label.finished_at.map(|time| time.naive_utc()),
        }
    }

    pub(super) fn into_label(self) -> Result<Label, Failure> {
        let missing = || Failure::damaged("a label lacks what its state needs");
        let state = match self.state.as_str() {
            ASKED => LabelState::Asked,
            QUOTED => LabelState::Quoted(self.shipment.clone().ok_or_else(missing)?),
            BOUGHT => LabelState::Bought(BoughtLabel {
                carrier: self.carrier.ok_or_else(missing)?,
                tracking_number: self.tracking_number.ok_or_else(missing)?,
                url: self.url,
            }),
            FAILED => LabelState::Failed(self.failure.ok_or_else(missing)?),
            other => {
                return Err(Failure::damaged(format!(
                    "'{other}' is no state of a label"
                )));
            }
        };
        Ok(Label {
            id: self.id,
            version: self.version,
            package: self.package,
            grams: Grams::try_new(self.grams).map_err(Failure::damaged)?,
            state,
            shipment: self.shipment,
            asked_by: self.asked_by,
            asked_at: self.asked_at,
            finished_at: self.finished_at.map(|time| time.and_utc()),
        })
    }
}

impl Labels for DieselLabels {
    fn get(&self, id: LabelId, uow: &mut UnitOfWork) -> Result<Option<Label>, Failure> {
        let row: Option<LabelRow> = labels::table.find(id).first(uow.connection()).optional()?;
        row.map(LabelRow::into_label).transpose()
    }

    fn of_package(
        &self,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Label>, Failure> {
        let row: Option<LabelRow> = labels::table
            .filter(labels::package.eq(package))
            .filter(labels::state.ne(FAILED))
            .first(uow.connection())
            .optional()?;
        row.map(LabelRow::into_label).transpose()
    }

    fn add(&self, label: &Label, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(labels::table)
            .values(LabelRow::of(label, label.version))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(())
    }

    fn save(&self, label: &mut Label, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let next = label.version + 1;
        let as_loaded = labels::table
            .find(label.id)
            .filter(labels::version.eq(label.version));
        let saved = diesel::update(as_loaded)
            .set(LabelRow::of(label, next))
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        label.version = next;
        Ok(())
    }
}
