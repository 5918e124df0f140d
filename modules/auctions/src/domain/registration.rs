//! One bidder's place in a sale.

use chrono::{DateTime, Utc};

use crate::ids::{BidderId, RegistrationId};

/// Where a registration is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrationStatus {
    /// Waits for staff to approve it; holds a seat.
    Pending,
    /// May bid; holds a seat.
    Approved,
    /// Staff said no, or no longer yes. Only staff can change that.
    Refused,
    /// Given back by the bidder, who may register again.
    Cancelled,
}

impl RegistrationStatus {
    /// Whether a registration of this status takes one of the sale's seats.
    pub(crate) const fn holds_a_seat(self) -> bool {
        match self {
            Self::Pending | Self::Approved => true,
            Self::Refused | Self::Cancelled => false,
        }
    }
}

/// One bidder's place in a sale: a part of the [`Sale`](super::Sale), changed by its methods only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) id: RegistrationId,
    pub(crate) bidder: BidderId,
    pub(crate) paddle: i64,
    pub(crate) standing: RegistrationStanding,
    pub(crate) registered_at: DateTime<Utc>,
    /// Since when the standing is what it is.
    pub(crate) since: DateTime<Utc>,
}

/// The status of a registration, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegistrationStanding {
    Pending,
    Approved,
    Refused { reason: String },
    Cancelled,
}

impl Registration {
    pub(crate) fn status(&self) -> RegistrationStatus {
        self.standing.status()
    }

    pub(crate) fn is_live(&self) -> bool {
        self.status().holds_a_seat()
    }
}

impl RegistrationStanding {
    pub(crate) fn status(&self) -> RegistrationStatus {
        match self {
            Self::Pending => RegistrationStatus::Pending,
            Self::Approved => RegistrationStatus::Approved,
            Self::Refused { .. } => RegistrationStatus::Refused,
            Self::Cancelled => RegistrationStatus::Cancelled,
        }
    }

    /// Why the bidder was refused.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Refused { reason } => Some(reason),
            Self::Pending | Self::Approved | Self::Cancelled => None,
        }
    }
}
