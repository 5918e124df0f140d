//! What this module needs from the outside: a place to keep things, and somebody who carries mail.

use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, UnitOfWork};

use crate::domain::{Customer, Email, EmailAddress, PlainLine, Recipient};
use crate::ids::{CustomerId, EmailId};

/// Keeps customers.
pub(crate) trait Customers: Interface {
    /// Takes a customer up.
    fn get(&self, id: CustomerId, uow: &mut UnitOfWork) -> Result<Option<Customer>, Failure>;

    /// Whether somebody has this address, whatever its capitals.
    fn has_address(&self, address: &EmailAddress, uow: &mut UnitOfWork) -> Result<bool, Failure>;

    /// Keeps a new customer. Another one of the same id or address is a [`Failure::Conflict`].
    fn add(&self, customer: &Customer, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// Keeps e-mails, each under a version.
pub(crate) trait Emails: Interface {
    /// Takes an e-mail up.
    fn get(&self, id: EmailId, uow: &mut UnitOfWork) -> Result<Option<Email>, Failure>;

    /// Keeps a new e-mail and tells that it is queued.
    fn add(&self, email: &Email, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Keeps how far an e-mail has come. When somebody else saved it since it was taken up, that is a
    /// [`Failure::Conflict`].
    fn save(&self, email: &mut Email, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// An e-mail as it leaves the house.
#[derive(Debug, Clone)]
pub(crate) struct OutgoingEmail {
    /// Becomes the Message-ID, the same for every try: whoever gets the message twice can tell.
    pub(crate) id: EmailId,
    pub(crate) recipient: Recipient,
    pub(crate) subject: PlainLine,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) date: DateTime<Utc>,
}

/// What became of an e-mail that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MailVerdict {
    /// The other side takes care of it now.
    Accepted,
    /// The other side will never take it.
    Refused {
        /// What it said.
        reason: String,
    },
}

/// Mail cannot be handed over at the moment; the same e-mail is tried again.
#[derive(Debug, thiserror::Error)]
#[error("mail cannot be sent at the moment")]
pub struct MailerUnavailable(#[source] Box<dyn std::error::Error + Send + Sync>);

impl MailerUnavailable {
    /// Wraps whatever kept the mail from being handed over.
    pub(crate) fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// Carries mail out of the house. Called outside any transaction.
pub(crate) trait Mailer: Interface {
    /// Where mail goes, in words.
    fn describe(&self) -> String;

    /// Hands one e-mail over.
    fn send(&self, email: &OutgoingEmail) -> Result<MailVerdict, MailerUnavailable>;

    /// Goes as far as one can without sending anything.
    fn check(&self) -> Result<(), MailerUnavailable>;
}
