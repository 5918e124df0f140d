//! The port to whoever carries the money.

use std::error::Error;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use foundation::{Currency, Interface, handed_in};

use crate::domain::difference::Shown;
use crate::domain::instruction::{Answer, GatewayName, GatewayReference, Instruction, Task};
use crate::ids::BillingId;

/// Carries the money. Calls block, have a time-out of their own, and happen outside any transaction.
///
/// An instruction that was carried out before, known by its operation's id, is not carried out a second time.
/// Not every gateway sees to that itself: whoever may be repeating asks with [`fetch`](Self::fetch) first.
pub trait PaymentGateway: Interface {
    /// Its name in settings, rows and addresses. Never changed.
    fn name(&self) -> &'static str;

    /// Its name, for people.
    fn title(&self) -> &'static str;

    /// Whether no money moves.
    fn is_test(&self) -> bool {
        false
    }

    /// Whether the payer brings a token. Where not, the payer chooses at the gateway what to pay with.
    fn takes_token(&self) -> bool {
        true
    }

    /// Whether it hands something out to whoever has confirmed there, without which nothing goes on.
    fn hands_out_proof(&self) -> bool {
        false
    }

    /// Whether it carries money of this currency.
    fn offers(&self, _: Currency) -> bool {
        true
    }

    /// Holds the amount: [`Task::Authorise`].
    fn authorise(&self, instruction: &Instruction) -> Result<Answer, GatewayError>;

    /// Goes on with what the payer has confirmed: [`Task::Complete`]. Answers as `authorise` does; where the
    /// money is taken at once, [`Answer::Authorised`] all the same, and the capture that follows finds it taken.
    fn complete(&self, instruction: &Instruction) -> Result<Answer, GatewayError>;

    /// Takes the amount that is held: [`Task::Capture`].
    fn capture(&self, instruction: &Instruction) -> Result<Answer, GatewayError>;

    /// Lets go of the amount that is held: [`Task::Void`].
    fn void(&self, instruction: &Instruction) -> Result<Answer, GatewayError>;

    /// Gives back what was taken: [`Task::Refund`].
    fn refund(&self, instruction: &Instruction) -> Result<Answer, GatewayError>;

    /// What came of an instruction that may have been sent; `None` when nothing did.
    fn fetch(&self, instruction: &Instruction) -> Result<Option<Answer>, GatewayError>;

    /// What the gateway's books say about an authorisation, for comparison with ours; `None` when they do not
    /// know it.
    fn shown(&self, authorisation: &GatewayReference) -> Result<Option<Shown>, GatewayError>;

    /// Reads a message that claims to come from the gateway, with the signature that came along. Asks nobody.
    fn read_notice(
        &self,
        _signature: &str,
        _body: &[u8],
        _now: DateTime<Utc>,
    ) -> Result<Notice, NoticeRefusal> {
        Err(NoticeRefusal::NotExpected)
    }
}

/// A gateway's message that something has happened to a payment. It may come twice, late, or out of turn, so
/// it says no more than where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The gateway's name for the message: the same when it is sent again.
    pub id: String,
    /// What has happened, in the gateway's words.
    pub kind: String,
    /// The billing that it names, if it names one.
    pub billing: Option<BillingId>,
    /// The authorisation that it is about, if it is about one.
    pub reference: Option<GatewayReference>,
}

/// Why a message is not taken for the gateway's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoticeRefusal {
    /// No gateway that sends messages is set up.
    #[error("no messages are expected from this payment gateway")]
    NotExpected,
    /// There is no signature.
    #[error("the message is not signed")]
    NotSigned,
    /// The signature is not the gateway's, or not that of this message.
    #[error("the message's signature does not fit")]
    Forged,
    /// It was signed too long ago, or in the future.
    #[error("the message is too old")]
    TooOld,
    /// It is signed, and yet not understood.
    #[error("the message is not understood")]
    Malformed,
}

/// The gateways that serve this house, the preferred one first. There is at least one.
#[derive(Clone)]
pub struct Gateways {
    preferred: Arc<dyn PaymentGateway>,
    others: Vec<Arc<dyn PaymentGateway>>,
}

handed_in!(Gateways);

impl Gateways {
    /// One gateway for everything.
    pub fn only(gateway: impl PaymentGateway) -> Self {
        Self::new(Arc::new(gateway), Vec::new())
    }

    /// Several gateways with different names.
    pub fn new(preferred: Arc<dyn PaymentGateway>, others: Vec<Arc<dyn PaymentGateway>>) -> Self {
        Self { preferred, others }
    }

    /// The gateway of this name, if the settings still know it.
    pub fn named(&self, name: &GatewayName) -> Option<&dyn PaymentGateway> {
        self.all().find(|gateway| gateway.name() == name.as_str())
    }

    /// The gateways that carry money of this currency, the preferred one first.
    pub fn offered(&self, currency: Currency) -> impl Iterator<Item = &dyn PaymentGateway> {
        self.all().filter(move |gateway| gateway.offers(currency))
    }

    /// All of them, the preferred one first.
    pub fn all(&self) -> impl Iterator<Item = &dyn PaymentGateway> {
        let others = self.others.iter().map(AsRef::as_ref);
        std::iter::once(self.preferred.as_ref()).chain(others)
    }

    /// The preferred one.
    pub fn preferred(&self) -> &dyn PaymentGateway {
        self.preferred.as_ref()
    }

    /// Carries an instruction to its gateway.
    pub(crate) fn send(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let gateway = self.of(instruction)?;
        match instruction.task {
            Task::Authorise { .. } => gateway.authorise(instruction),
            Task::Complete { .. } => gateway.complete(instruction),
            Task::Capture { .. } => gateway.capture(instruction),
            Task::Void { .. } => gateway.void(instruction),
            Task::Refund { .. } => gateway.refund(instruction),
        }
    }

    /// Asks an instruction's gateway what came of it. A question that the gateway refuses says nothing about
    /// the operation.
    pub(crate) fn fetch(&self, instruction: &Instruction) -> Result<Option<Answer>, GatewayError> {
        let found = self.of(instruction)?.fetch(instruction);
        found.map_err(|error| match error {
            GatewayError::Unknown(cause) => GatewayError::Unknown(cause),
            refused @ (GatewayError::Rejected { .. } | GatewayError::Unauthorised { .. }) => {
                GatewayError::unknown(refused)
            }
        })
    }

    /// A gateway that is gone from the settings may hold money: that is no failure of the operation.
    fn of(&self, instruction: &Instruction) -> Result<&dyn PaymentGateway, GatewayError> {
        let Some(name) = &instruction.gateway else {
            return Ok(self.preferred());
        };
        self.named(name).ok_or_else(|| {
            GatewayError::unknown(format!("the settings no longer name the gateway '{name}'"))
        })
    }
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

    /// The instruction asks for something else than the method that was called.
    pub(crate) fn wrong_task() -> Self {
        Self::Rejected {
            detail: "this instruction is for another task".to_owned(),
        }
    }
}
