//! What is asked of a gateway, and what it answers.

use std::fmt;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use foundation::Money;
use sha2::{Digest, Sha256};

use crate::domain::token::PaymentToken;
use crate::ids::{OperationId, PaymentId};

/// A gateway's name for an authorisation, such as Stripe's `pi_…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayReference(String);

impl From<String> for GatewayReference {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl GatewayReference {
    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GatewayReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing asked of a gateway. It is the same however often it is sent, so that the gateway may
/// recognise the repetition by the operation's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// The operation: the idempotency key.
    pub operation: OperationId,
    /// The payment that it is for.
    pub payment: PaymentId,
    /// The payment's amount.
    pub amount: Money,
    /// What the payment is for.
    pub description: String,
    /// What to do.
    pub task: Task,
    /// When the operation was written down.
    pub started_at: DateTime<Utc>,
    /// Whether it may have been sent before.
    pub attempt: Attempt,
}

/// What a gateway is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Hold the amount.
    Authorise {
        /// What the payer pays with.
        token: PaymentToken,
    },
    /// Take the amount that is held.
    Capture {
        /// The authorisation that holds it.
        authorisation: GatewayReference,
    },
    /// Let go of the amount that is held.
    Void {
        /// The authorisation that holds it.
        authorisation: GatewayReference,
    },
}

/// Whether an instruction may have been sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It was never sent: send it.
    First,
    /// It may have been sent: ask what came of it, and send it again only when nothing did.
    Again,
    /// It may have been sent so long ago that the gateway no longer recognises a repetition: ask only.
    TooLate,
}

/// A gateway's definite answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The amount is held.
    Authorised {
        /// The gateway's name for it.
        reference: GatewayReference,
        /// When the gateway lets go of it by itself, if it says so.
        capture_before: Option<DateTime<Utc>>,
    },
    /// The amount is taken.
    Captured,
    /// The amount is no longer held.
    Voided,
    /// The gateway will not do it.
    Refused {
        /// Why, in words for the payer.
        reason: String,
        /// The gateway's name for the try, if it gave one.
        reference: Option<GatewayReference>,
    },
}

impl Instruction {
    /// A hash over all that is sent. A repetition under the same key must have the same.
    pub(crate) fn fingerprint(&self) -> String {
        let (kind, with) = match &self.task {
            Task::Authorise { token } => ("authorise", token.reveal()),
            Task::Capture { authorisation } => ("capture", authorisation.as_str()),
            Task::Void { authorisation } => ("void", authorisation.as_str()),
        };
        let (payment, amount, description) = (self.payment, self.amount, &self.description);
        let content = format!("{kind}\n{with}\n{payment}\n{amount}\n{description}");
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(content) {
            write!(text, "{byte:02x}").expect("a string takes whatever is written");
        }
        text
    }
}
