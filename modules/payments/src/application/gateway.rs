//! The port to whoever carries the money.

use std::error::Error;

use foundation::Interface;

use crate::domain::instruction::{Answer, Instruction};

/// Carries the money. Calls block, have a time-out of their own, and happen outside any transaction.
///
/// A gateway recognises an instruction that it got before by its operation's id, and gives the same answer
/// again without doing anything twice.
pub trait PaymentGateway: Interface {
    /// Its name, for people.
    fn name(&self) -> &'static str;

    /// Whether no money moves.
    fn is_test(&self) -> bool {
        false
    }

    /// Holds the amount: [`Task::Authorise`](crate::Task::Authorise).
    fn authorise(&self, instruction: &Instruction) -> Result<Answer, GatewayError>;

    /// Takes the amount that is held: [`Task::Capture`](crate::Task::Capture).
    fn capture(&self, instruction: &Instruction) -> Result<Answer, GatewayError>;

    /// Lets go of the amount that is held: [`Task::Void`](crate::Task::Void).
    fn void(&self, instruction: &Instruction) -> Result<Answer, GatewayError>;

    /// What came of an instruction that may have been sent; `None` when nothing did.
    fn fetch(&self, instruction: &Instruction) -> Result<Option<Answer>, GatewayError>;
}

/// Why there is no answer to an instruction.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// A time-out, a broken connection, a server error: it may have been carried out, or not.
    #[error("the payment gateway gave no answer, so the outcome is unknown")]
    Unknown(#[source] Box<dyn Error + Send + Sync>),
    /// The gateway did not understand the request. This call did nothing.
    #[error("the payment gateway refused the request: {detail}")]
    Rejected {
        /// What it said, for staff.
        detail: String,
    },
    /// The gateway does not accept this house's key. This call did nothing.
    #[error("the payment gateway does not accept this account; check its secret key: {detail}")]
    Unauthorised {
        /// What it said, for staff.
        detail: String,
    },
}

impl GatewayError {
    /// An outcome that nobody knows, and why.
    pub fn unknown(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unknown(cause.into())
    }
}
