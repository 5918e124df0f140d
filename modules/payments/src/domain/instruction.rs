//! What is asked of a gateway, and what it answers.

use std::fmt;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use foundation::Money;
use sha2::{Digest, Sha256};

use crate::domain::redirect::{Redirect, ReturnUrl};
use crate::domain::token::PaymentToken;
use crate::ids::{BillingId, OperationId, PayerId, RefundId};

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

/// A gateway's name in settings, rows and addresses, such as `stripe`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GatewayName(String);

impl From<&str> for GatewayName {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl GatewayName {
    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GatewayName {
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
    /// What is paid.
    pub billing: BillingId,
    /// Who pays.
    pub payer: PayerId,
    /// Which gateway is asked; `None` for what was begun when there was only one.
    pub gateway: Option<GatewayName>,
    /// The whole amount that is paid.
    pub amount: Money,
    /// What is paid for.
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
        /// Where the payer comes back to after confirming. Without it nobody can be sent to confirm, and a
        /// gateway that insists refuses.
        return_url: Option<ReturnUrl>,
    },
    /// Go on with an authorisation that its payer has confirmed at the gateway.
    Complete {
        /// What [`Answer::ActionRequired`] named.
        reference: GatewayReference,
        /// What the payer brought back from the gateway, if it hands out anything: KakaoPay's `pg_token`.
        proof: Option<PaymentToken>,
    },
    /// Take the amount that is held.
    Capture {
        /// The authorisation that holds it.
        authorisation: GatewayReference,
    },
    /// Let go of the amount that is held, or of an authorisation that nobody has confirmed. At a gateway that
    /// takes the money at once, it is given back whole.
    Void {
        /// The authorisation that holds it.
        authorisation: GatewayReference,
    },
    /// Give back what was taken, whole or in part.
    Refund {
        /// The authorisation whose amount was taken.
        authorisation: GatewayReference,
        /// How much.
        amount: Money,
        /// Which refund it is: there may be several of the same amount.
        refund: RefundId,
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
    /// Nothing is held yet: the payer has to confirm at the gateway, and then comes back to the return
    /// address. [`Task::Complete`] goes on from there.
    ActionRequired {
        /// The gateway's name for what waits.
        reference: GatewayReference,
        /// Where to send the payer.
        redirect: Redirect,
    },
    /// The amount is taken.
    Captured,
    /// The amount is no longer held.
    Voided,
    /// The amount of the refund was given back.
    Refunded {
        /// The gateway's name for the refund.
        reference: GatewayReference,
    },
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
        let task = self.task.content();
        let (billing, amount, description) = (self.billing, self.amount, &self.description);
        let content = format!("{task}\n{billing}\n{amount}\n{description}");
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(content) {
            write!(text, "{byte:02x}").expect("a string takes whatever is written");
        }
        text
    }
}

impl Task {
    /// All that tells this task from another, with its secrets.
    fn content(&self) -> String {
        match self {
            Self::Authorise { token, return_url } => {
                let token = token.reveal();
                match return_url {
                    None => format!("authorise\n{token}"),
                    Some(place) => format!("authorise\n{token}\n{place}"),
                }
            }
            Self::Complete { reference, proof } => {
                let proof = proof.as_ref().map_or("", PaymentToken::reveal);
                format!("complete\n{reference}\n{proof}")
            }
            Self::Capture { authorisation } => format!("capture\n{authorisation}"),
            Self::Void { authorisation } => format!("void\n{authorisation}"),
            Self::Refund {
                authorisation,
                amount,
                refund,
            } => format!("refund\n{authorisation}\n{amount}\n{refund}"),
        }
    }
}
