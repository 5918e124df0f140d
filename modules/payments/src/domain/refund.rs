//! Refunds: what is given back of a payment, and how.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use foundation::Money;

use crate::domain::operation::UnknownWord;
use crate::ids::{PaymentId, RefundId};

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    /// The gateway is to give the money back. It counts as given back.
    Pending,
    /// The payer has the money.
    Done,
    /// The gateway would not: nothing was given back.
    Failed,
}

impl RefundState {
    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Done => "DONE",
            Self::Failed => "FAILED",
        }
    }
}

impl fmt::Display for RefundState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RefundState {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Pending, Self::Done, Self::Failed];
        let found = all.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// What is given back of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The refund.
    pub id: RefundId,
    /// Whose money it was.
    pub payment: PaymentId,
    /// How much.
    pub amount: Money,
    /// The part that the gateway gives back.
    pub to_gateway: Money,
    /// The part that was paid with credit, and becomes credit again.
    pub to_credit: Money,
    /// Why, in words for the payer.
    pub reason: String,
    /// Who of the staff decided it.
    pub staff: String,
    /// Where it stands.
    pub state: RefundState,
    /// Why the gateway would not.
    pub failure: Option<String>,
    /// When it was decided.
    pub asked_at: DateTime<Utc>,
    /// When it was done, or refused.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Refund {
    /// Whether its amount can no longer be refunded to anybody else.
    pub(crate) fn counts(&self) -> bool {
        match self.state {
            RefundState::Pending | RefundState::Done => true,
            RefundState::Failed => false,
        }
    }
}

/// A wish to give money back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPayment {
    /// The refund, chosen by the caller: asking twice with one id gives back once.
    pub refund: RefundId,
    /// Whose money.
    pub payment: PaymentId,
    /// How much; all that is left of the payment when `None`.
    pub amount: Option<Money>,
    /// Why, in words for the payer.
    pub reason: String,
    /// Who of the staff decided it.
    pub staff: String,
}

/// Why nothing was refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    /// The money has not been taken.
    #[error("only money that was taken can be given back")]
    NotCaptured,
    /// More than is left.
    #[error("no more than {left} of this payment can be given back")]
    TooMuch {
        /// What is left of the payment.
        left: Money,
    },
    /// Nothing is left, or nothing was asked for.
    #[error("a refund is about more than nothing")]
    Nothing,
    /// The id belongs to another refund.
    #[error("refund {0} was asked for with other words")]
    Taken(RefundId),
}
