//! Where a billing stands, and how its goods change hands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::operation::UnknownWord;
use crate::ids::SlotId;

/// Where a billing stands. Its text form is written to the database and shown in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BillingStatus {
    /// It waits for its payer, and keeps what belongs to it.
    Open,
    /// It is paid.
    Success,
    /// It came to nothing, and has given everything back.
    Cancelled,
}

impl BillingStatus {
    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Success => "SUCCESS",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl fmt::Display for BillingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for BillingStatus {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Open, Self::Success, Self::Cancelled];
        let found = all.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// Why a billing was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// Its payer wanted it.
    Payer,
    /// Nobody paid it in time.
    Expired,
    /// The time for paying one of its payments is over.
    TimedOut,
    /// The gateway did not give what it had promised to hold: nothing was paid after all.
    CaptureRefused,
}

/// How the goods get to the payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOver {
    /// They are sent.
    Delivery,
    /// The payer collects them at this time.
    Collection(SlotId),
}

impl HandOver {
    /// The collection time, if they are collected.
    pub const fn slot(self) -> Option<SlotId> {
        match self {
            Self::Delivery => None,
            Self::Collection(slot) => Some(slot),
        }
    }
}
