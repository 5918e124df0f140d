//! An e-mail on its way to a customer.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::customer::{Customer, CustomerName};
use super::email_address::EmailAddress;
use super::plain_line::PlainLine;
use crate::ids::{CustomerId, EmailId};

/// What an e-mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailKind {
    /// Somebody bid higher.
    Overbid,
    /// The customer won a lot.
    Won,
    /// The customer has not paid yet.
    Reminder,
    /// The payment arrived.
    PaymentSucceeded,
    /// The payment failed.
    PaymentFailed,
    /// The time to pay is over.
    NotPaid,
    /// What the customer paid for is not in the house.
    OutOfStock,
    /// What the customer waited for is in the house.
    GoodsArrived,
    /// The customer gets the money back for what is out of stock.
    Refunded,
    /// The parcel left.
    Shipped,
    /// The customer's own lot ended without a winner.
    Unsold,
    /// Bids were withdrawn.
    BidsWithdrawn,
    /// A lot is offered to the customer as a second chance.
    SecondChance,
    /// The customer's own lot was not sold by a second chance either.
    LeftUnsold,
    /// A lot that the customer bid on was cancelled.
    LotCancelled,
    /// The customer's own lot was cancelled.
    OwnLotCancelled,
    /// The customer registered for a sale, and the house has to approve.
    RegistrationPending,
    /// The customer may bid in a sale.
    RegistrationApproved,
    /// The customer may not bid in a sale.
    RegistrationRefused,
}

/// The text names no kind of e-mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a kind of e-mail")]
pub struct UnknownEmailKind(pub String);

impl EmailKind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::Overbid,
        Self::Won,
        Self::Reminder,
        Self::PaymentSucceeded,
        Self::PaymentFailed,
        Self::NotPaid,
        Self::OutOfStock,
        Self::GoodsArrived,
        Self::Refunded,
        Self::Shipped,
        Self::Unsold,
        Self::BidsWithdrawn,
        Self::SecondChance,
        Self::LeftUnsold,
        Self::LotCancelled,
        Self::OwnLotCancelled,
        Self::RegistrationPending,
        Self::RegistrationApproved,
        Self::RegistrationRefused,
    ];

    /// The name that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overbid => "overbid",
            Self::Won => "won",
            Self::Reminder => "reminder",
            Self::PaymentSucceeded => "payment_succeeded",
            Self::PaymentFailed => "payment_failed",
            Self::NotPaid => "not_paid",
            Self::OutOfStock => "out_of_stock",
            Self::GoodsArrived => "goods_arrived",
            Self::Refunded => "refunded",
            Self::Shipped => "shipped",
            Self::Unsold => "unsold",
            Self::BidsWithdrawn => "bids_withdrawn",
            Self::SecondChance => "second_chance",
            Self::LeftUnsold => "left_unsold",
            Self::LotCancelled => "lot_cancelled",
            Self::OwnLotCancelled => "own_lot_cancelled",
            Self::RegistrationPending => "registration_pending",
            Self::RegistrationApproved => "registration_approved",
            Self::RegistrationRefused => "registration_refused",
        }
    }
}

impl fmt::Display for EmailKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EmailKind {
    type Err = UnknownEmailKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or_else(|| UnknownEmailKind(text.to_owned()))
    }
}

/// How far an e-mail has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "name", rename_all = "lowercase")]
pub enum EmailState {
    /// It waits to be sent, perhaps once more after a temporary failure.
    Queued,
    /// The mail server took it, or it lies in the embedded mailbox.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// The mail server refused it for good: somebody has to look at the address.
    Refused {
        /// When.
        at: DateTime<Utc>,
        /// What the mail server said.
        reason: String,
    },
}

impl EmailState {
    /// `queued`, `sent` or `refused`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent { .. } => "sent",
            Self::Refused { .. } => "refused",
        }
    }
}

/// Whom an e-mail goes to: the address and name that the customer had when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    pub(crate) address: EmailAddress,
    pub(crate) name: CustomerName,
}

/// An e-mail to one customer.
#[derive(Debug, Clone)]
pub(crate) struct Email {
    pub(crate) id: EmailId,
    pub(crate) customer: CustomerId,
    pub(crate) kind: EmailKind,
    pub(crate) recipient: Recipient,
    pub(crate) subject: PlainLine,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) queued_at: DateTime<Utc>,
    pub(crate) state: EmailState,
    pub(crate) version: i64,
}

/// What an e-mail says: the plain text and the HTML say the same.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) subject: PlainLine,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Email {
    /// Writes an e-mail that waits to be sent.
    pub(crate) fn queue(
        id: EmailId,
        kind: EmailKind,
        customer: &Customer,
        content: Content,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            customer: customer.id,
            kind,
            recipient: Recipient {
                address: customer.email.clone(),
                name: customer.name.clone(),
            },
            subject: content.subject,
            text: content.text,
            html: content.html,
            queued_at: now,
            state: EmailState::Queued,
            version: 1,
        }
    }

    /// Whether it still has to be sent.
    pub(crate) fn is_queued(&self) -> bool {
        self.state == EmailState::Queued
    }

    /// Notes that the mail server took it. What is settled stays as it is.
    pub(crate) fn mark_sent(&mut self, at: DateTime<Utc>) {
        if self.is_queued() {
            self.state = EmailState::Sent { at };
        }
    }

    /// Notes that the mail server refused it for good. What is settled stays as it is.
    pub(crate) fn mark_refused(&mut self, reason: &str, at: DateTime<Utc>) {
        if self.is_queued() {
            let reason = PlainLine::new(reason).to_string();
            self.state = EmailState::Refused { at, reason };
        }
    }
}
