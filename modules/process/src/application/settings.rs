//! How long the process waits.

use chrono::{DateTime, TimeDelta, Utc};

/// Times of the process of paying. A demo and tests shorten them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessSettings {
    /// How long a buyer has to pay.
    pub pay_within: TimeDelta,
    /// How long after the start a buyer who has not paid is reminded. Times past the end are left out.
    pub reminders: Vec<TimeDelta>,
}

impl Default for ProcessSettings {
    fn default() -> Self {
        Self {
            pay_within: TimeDelta::days(3),
            reminders: vec![TimeDelta::hours(24), TimeDelta::hours(48)],
        }
    }
}

impl ProcessSettings {
    /// When a process that starts now reminds its buyer.
    pub(crate) fn reminders_after(&self, start: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let before_the_end = self
            .reminders
            .iter()
            .filter(|time| **time < self.pay_within);
        before_the_end.map(|time| start + *time).collect()
    }
}
