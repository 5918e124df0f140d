//! How long sessions and tokens last, and when guessing is stopped.

use chrono::TimeDelta;
use foundation::handed_in;
use serde::{Deserialize, Serialize};

/// The settings of the accounts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountsSettings {
    /// A session that nobody used for so many hours is over.
    pub session_idle_hours: u32,
    /// A session is over after so many days, used or not.
    pub session_days: u32,
    /// An API token is over after so many days.
    pub token_days: u32,
    /// Wrong passwords for one account within a quarter of an hour, before it has to wait.
    pub failures_per_account: u32,
    /// Wrong passwords from one address within a quarter of an hour, before it has to wait.
    pub failures_per_address: u32,
    /// For how many milliseconds a process remembers whose a session or token is, before it looks again.
    /// Other instances learn that late of a revocation or a changed role; the one that made the change at
    /// once. 0 looks for every request.
    pub remember_credentials_ms: u32,
}

handed_in!(AccountsSettings);

impl Default for AccountsSettings {
    fn default() -> Self {
        Self {
            session_idle_hours: 12,
            session_days: 14,
            token_days: 90,
            failures_per_account: 5,
            failures_per_address: 50,
            remember_credentials_ms: 1_000,
        }
    }
}

impl AccountsSettings {
    pub(super) fn session_idle(&self) -> TimeDelta {
        TimeDelta::hours(self.session_idle_hours.into())
    }

    pub(super) fn session_time(&self) -> TimeDelta {
        TimeDelta::days(self.session_days.into())
    }

    pub(super) fn token_time(&self) -> TimeDelta {
        TimeDelta::days(self.token_days.into())
    }

    pub(super) fn remember_credentials(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.remember_credentials_ms.into())
    }
}
