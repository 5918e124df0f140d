//! Read models.

use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, Reader};
use serde::Serialize;

use crate::domain::{EmailKind, EmailState, Language};
use crate::ids::{CustomerId, EmailId};

/// A customer, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomerView {
    /// Identifies the customer.
    pub id: CustomerId,
    /// Where they are written to.
    pub email: String,
    /// How they are addressed.
    pub name: String,
    /// In which language.
    pub language: Language,
    /// In which time zone of the IANA database they read times.
    pub time_zone: String,
    /// Since when they are a customer.
    pub created_at: DateTime<Utc>,
}

/// An e-mail, to be shown. The HTML is safe to show as a page of its own, not inside another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmailView {
    /// Identifies the e-mail.
    pub id: EmailId,
    /// Whom it was written to.
    pub customer: CustomerId,
    /// What it is about.
    pub kind: EmailKind,
    /// The address it goes to.
    pub recipient: String,
    /// The name it goes to.
    pub recipient_name: String,
    /// Its subject.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// What it says, as HTML.
    pub html: String,
    /// When it was written.
    pub queued_at: DateTime<Utc>,
    /// How far it has come.
    pub state: EmailState,
}

/// Reads customers and e-mails.
pub(crate) trait CustomerQueries: Interface {
    /// One customer.
    fn customer(
        &self,
        id: CustomerId,
        reader: &mut Reader,
    ) -> Result<Option<CustomerView>, Failure>;

    /// The newest e-mails, the newest first.
    fn emails(&self, limit: i64, reader: &mut Reader) -> Result<Vec<EmailView>, Failure>;

    /// The newest e-mails that were refused, the newest first.
    fn refused_emails(&self, limit: i64, reader: &mut Reader) -> Result<Vec<EmailView>, Failure>;

    /// One e-mail.
    fn email(&self, id: EmailId, reader: &mut Reader) -> Result<Option<EmailView>, Failure>;
}
