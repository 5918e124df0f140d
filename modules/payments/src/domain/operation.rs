//! Operations: what was asked of a gateway and what came of it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use foundation::Money;

use crate::domain::instruction::{GatewayName, GatewayReference, Instruction, Task};
use crate::domain::redirect::ReturnUrl;
use crate::domain::token::PaymentToken;
use crate::ids::{OperationId, RefundId};

/// One thing asked of a gateway: written down before it is asked, kept for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) id: OperationId,
    pub(crate) kind: OperationKind,
    /// Who is asked; `None` for what was begun when there was only one gateway.
    pub(crate) gateway: Option<GatewayName>,
    /// The authorisation that it is about, unless it is to make one.
    pub(crate) about: Option<GatewayReference>,
    /// The refund that it carries out, and how much of it.
    pub(crate) refund: Option<RefundId>,
    pub(crate) amount: Option<Money>,
    /// Where the payer comes back to.
    pub(crate) return_url: Option<ReturnUrl>,
    /// Hash over all that is sent under this operation's key.
    pub(crate) request_hash: String,
    /// Kept until the result is known, so that the operation can be repeated.
    pub(crate) token: Option<PaymentToken>,
    pub(crate) state: OperationState,
    pub(crate) reference: Option<GatewayReference>,
    /// Why it failed, for the payer.
    pub(crate) reason: Option<String>,
    /// Why it failed, for staff.
    pub(crate) detail: Option<String>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

/// What a gateway is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// To hold the amount.
    Authorise,
    /// To go on with what the payer has confirmed.
    Complete,
    /// To take the amount.
    Capture,
    /// To let go of the amount.
    Void,
    /// To give back what was taken.
    Refund,
}

/// How far an operation has come: the points at which it is taken up again after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// Written down; the gateway may or may not have been asked.
    Pending,
    /// The gateway was asked and gave no answer.
    Unknown,
    /// It is done.
    Succeeded,
    /// The gateway would not, or did not understand.
    Failed,
}

/// The text in the database is none that this version writes.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a word of this version")]
pub struct UnknownWord(pub(crate) String);

impl Operation {
    pub(crate) fn begin(instruction: &Instruction) -> Self {
        let blank = Self {
            id: instruction.operation,
            kind: OperationKind::Authorise,
            gateway: instruction.gateway.clone(),
            about: None,
            refund: None,
            amount: None,
            return_url: None,
            request_hash: instruction.fingerprint(),
            token: None,
            state: OperationState::Pending,
            reference: None,
            reason: None,
            detail: None,
            started_at: instruction.started_at,
            finished_at: None,
        };
        let about = |kind, reference: &GatewayReference| Self {
            kind,
            about: Some(reference.clone()),
            ..blank.clone()
        };
        match &instruction.task {
            Task::Authorise { token, return_url } => Self {
                token: Some(token.clone()),
                return_url: return_url.clone(),
                ..blank
            },
            Task::Complete { reference, proof } => Self {
                token: proof.clone(),
                ..about(OperationKind::Complete, reference)
            },
            Task::Capture { authorisation } => about(OperationKind::Capture, authorisation),
            Task::Void { authorisation } => about(OperationKind::Void, authorisation),
            Task::Refund {
                authorisation,
                amount,
                refund,
            } => Self {
                refund: Some(*refund),
                amount: Some(*amount),
                ..about(OperationKind::Refund, authorisation)
            },
        }
    }

    /// Whether its result is still missing.
    pub(crate) fn is_open(&self) -> bool {
        self.state.is_open()
    }

    pub(crate) fn finish(&mut self, state: OperationState, now: DateTime<Utc>) {
        self.state = state;
        self.finished_at = Some(now);
        self.token = None;
    }
}

impl OperationKind {
    /// Whether a gateway does it at most once, under whatever key: an authorisation is taken or let go whole,
    /// and after that there is nothing left to take or to let go.
    pub(crate) const fn happens_once(self) -> bool {
        match self {
            Self::Capture | Self::Void => true,
            Self::Authorise | Self::Complete | Self::Refund => false,
        }
    }

    /// Whether it makes the gateway hold an amount.
    pub(crate) fn holds(self) -> bool {
        Self::HOLDING.contains(&self)
    }

    /// Those that make the gateway hold an amount.
    pub(crate) const HOLDING: [Self; 2] = [Self::Authorise, Self::Complete];

    const ALL: [Self; 5] = [
        Self::Authorise,
        Self::Complete,
        Self::Capture,
        Self::Void,
        Self::Refund,
    ];

    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorise => "authorise",
            Self::Complete => "complete",
            Self::Capture => "capture",
            Self::Void => "void",
            Self::Refund => "refund",
        }
    }
}

impl OperationState {
    pub(crate) const OPEN: [Self; 2] = [Self::Pending, Self::Unknown];

    pub(crate) fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Unknown => "unknown",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OperationKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

impl FromStr for OperationState {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Pending, Self::Unknown, Self::Succeeded, Self::Failed];
        let found = all.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}
