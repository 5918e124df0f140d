//! The stored collection slots.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::{Locked, Moment};
use foundation::{Failure, UnitOfWork};

use crate::application::stores::Slots;
use crate::domain::slot::{CollectionSlot, SlotData};
use crate::ids::SlotId;
use crate::schema::payments_slots as slots;

/// Keeps collection slots in the database.
pub(crate) struct DieselSlots {}

#[derive(Queryable, Insertable)]
#[diesel(table_name = slots)]
pub(super) struct SlotRow {
    id: SlotId,
    place: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    starts_at: DateTime<Utc>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    ends_at: DateTime<Utc>,
    capacity: i64,
    held: i64,
    confirmed: i64,
    version: i64,
}

impl Slots for DieselSlots {
    fn get(&self, id: SlotId, uow: &mut UnitOfWork) -> Result<Option<CollectionSlot>, Failure> {
        if uow.locks_rows() {
            let lock = Locked(slots::table.find(id).select(slots::version));
            let _versions: Vec<i64> = lock.load(uow.connection())?;
        }
        let found = slots::table.find(id);
        let found = found.first::<SlotRow>(uow.connection()).optional()?;
        Ok(found.map(|row| {
            let version = row.version;
            CollectionSlot::restore(row.into_data(), version)
        }))
    }

    fn add(&self, slot: &SlotData, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(slots::table)
            .values(SlotRow::of(slot))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(())
    }

    fn save(&self, slot: &CollectionSlot, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let (data, loaded) = (slot.data(), slot.version());
        let unchanged = slots::table
            .filter(slots::id.eq(data.id))
            .filter(slots::version.eq(loaded));
        let saved = diesel::update(unchanged)
            .set((
                slots::held.eq(data.held),
                slots::confirmed.eq(data.confirmed),
                slots::version.eq(loaded + 1),
            ))
            .execute(uow.connection())?;
        match saved {
            0 => Err(Failure::Conflict),
            _ => Ok(()),
        }
    }
}

impl SlotRow {
    fn of(data: &SlotData) -> Self {
        Self {
            id: data.id,
            place: data.place.clone(),
            starts_at: data.starts_at,
            ends_at: data.ends_at,
            capacity: data.capacity,
            held: data.held,
            confirmed: data.confirmed,
            version: 1,
        }
    }

    pub(super) fn into_data(self) -> SlotData {
        SlotData {
            id: self.id,
            place: self.place,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            capacity: self.capacity,
            held: self.held,
            confirmed: self.confirmed,
        }
    }
}
