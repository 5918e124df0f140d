//! Where a payment stands.

use std::fmt;
use std::str::FromStr;

/// Where a payment stands. Its text form is written to the database and shown in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// Nobody has tried to pay.
    New,
    /// The gateway holds the amount.
    Charged,
    /// The money is taken.
    Captured,
    /// The last try came to nothing; another may follow.
    Failed,
    /// The time for paying has run out.
    TimedOut,
    /// Nobody needs to pay any more.
    Cancelled,
    /// The money was given back.
    Refunded,
}

/// The text names no status of a payment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a status of a payment")]
pub struct UnknownStatus(String);

impl PaymentStatus {
    const ALL: [Self; 7] = [
        Self::New,
        Self::Charged,
        Self::Captured,
        Self::Failed,
        Self::TimedOut,
        Self::Cancelled,
        Self::Refunded,
    ];

    /// The statuses in which the payer may try to pay.
    pub const PAYABLE: [Self; 2] = [Self::New, Self::Failed];

    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Charged => "CHARGED",
            Self::Captured => "CAPTURED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Cancelled => "CANCELLED",
            Self::Refunded => "REFUNDED",
        }
    }

    /// Whether the payer may try to pay.
    pub fn is_payable(self) -> bool {
        Self::PAYABLE.contains(&self)
    }
}

impl fmt::Display for PaymentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PaymentStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_survives_its_text_form() {
        for status in PaymentStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert!("PAID".parse::<PaymentStatus>().is_err());
    }
}
