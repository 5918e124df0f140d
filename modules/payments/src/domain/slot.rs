//! Collection slots: when and where won items are collected, by so many customers.

use chrono::{DateTime, Utc};

use crate::domain::coupon::NotHeld;
use crate::ids::{BillingId, SlotId};

/// What a slot is made of, as the repository keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlotData {
    pub(crate) id: SlotId,
    pub(crate) place: String,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) capacity: i64,
    /// Places that are kept for open billings.
    pub(crate) held: i64,
    pub(crate) confirmed: i64,
}

/// A slot. It never holds more than its capacity.
#[derive(Debug)]
pub(crate) struct CollectionSlot {
    data: SlotData,
    version: i64,
    changed: bool,
}

/// Why a slot cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotRefusal {
    /// All its places are taken.
    #[error("all places of this collection time are taken")]
    Full,
    /// It has begun.
    #[error("this collection time has begun")]
    Begun,
}

impl CollectionSlot {
    pub(crate) fn restore(data: SlotData, version: i64) -> Self {
        Self {
            data,
            version,
            changed: false,
        }
    }

    pub(crate) fn data(&self) -> &SlotData {
        &self.data
    }

    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.changed
    }

    /// Keeps a place for a billing.
    pub(crate) fn hold(&mut self, now: DateTime<Utc>) -> Result<(), SlotRefusal> {
        if now >= self.data.starts_at {
            return Err(SlotRefusal::Begun);
        }
        if self.data.held + self.data.confirmed >= self.data.capacity {
            return Err(SlotRefusal::Full);
        }
        self.data.held += 1;
        self.changed = true;
        Ok(())
    }

    /// The billing succeeded: the place is taken.
    pub(crate) fn confirm(&mut self, billing: BillingId) -> Result<(), NotHeld> {
        self.give_back(billing)?;
        self.data.confirmed += 1;
        Ok(())
    }

    /// The billing came to nothing: the place is free.
    pub(crate) fn give_back(&mut self, billing: BillingId) -> Result<(), NotHeld> {
        if self.data.held == 0 {
            return Err(NotHeld("collection slot", billing));
        }
        self.data.held -= 1;
        self.changed = true;
        Ok(())
    }

    /// What was confirmed came to nothing after all.
    pub(crate) fn give_back_confirmed(&mut self, billing: BillingId) -> Result<(), NotHeld> {
        if self.data.confirmed == 0 {
            return Err(NotHeld("collection slot", billing));
        }
        self.data.confirmed -= 1;
        self.changed = true;
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use chrono::TimeDelta;
    use foundation::Clock as _;
    use foundation::testing::FixedClock;

    pub(crate) fn slot(capacity: i64) -> CollectionSlot {
        let starts_at = FixedClock::default().now() + TimeDelta::days(1);
        let data = SlotData {
            id: SlotId::generate(),
            place: "the ramp".to_owned(),
            starts_at,
            ends_at: starts_at + TimeDelta::hours(1),
            capacity,
            held: 0,
            confirmed: 0,
        };
        CollectionSlot::restore(data, 1)
    }

    #[test]
    fn a_slot_takes_no_more_than_its_capacity() {
        let (now, billing) = (FixedClock::default().now(), BillingId::generate());
        let mut slot = slot(2);
        slot.hold(now).unwrap();
        slot.confirm(billing).unwrap();
        slot.hold(now).unwrap();
        assert_eq!(slot.hold(now), Err(SlotRefusal::Full));
        slot.give_back(billing).unwrap();
        assert!(slot.give_back(billing).is_err());
        slot.hold(now).unwrap();
        slot.give_back_confirmed(billing).unwrap();
        assert!(slot.give_back_confirmed(billing).is_err());
        assert_eq!((slot.data.held, slot.data.confirmed), (1, 0));
    }

    #[test]
    fn a_slot_that_has_begun_is_over() {
        let mut slot = slot(1);
        let start = slot.data.starts_at;
        assert_eq!(slot.hold(start), Err(SlotRefusal::Begun));
        let before = start - TimeDelta::microseconds(1);
        assert_eq!(slot.hold(before), Ok(()));
    }
}
