//! Use case: a queued e-mail leaves the house.

use std::sync::Arc;

use foundation::{Failure, UnitOfWork};

use super::ports::{Emails, MailVerdict, Mailer, MailerUnavailable, OutgoingEmail};
use crate::domain::Email;
use crate::ids::EmailId;

/// Why an e-mail could not be picked up, or its fate not be noted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PostmanError {
    /// Nobody wrote it.
    #[error("there is no e-mail {0}")]
    NotFound(EmailId),
    /// The machinery failed.
    #[error("the e-mail could not be handled")]
    Unexpected(#[from] Failure),
}

/// Takes queued e-mails to the mailer: pick up in a transaction, carry outside any, note in another.
pub(crate) struct Postman {
    pub(crate) emails: Arc<dyn Emails>,
    pub(crate) mailer: Arc<dyn Mailer>,
}

impl Postman {
    /// What to send; nothing when the e-mail is settled already.
    pub(crate) fn pick_up(
        &self,
        id: EmailId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<OutgoingEmail>, PostmanError> {
        let email = self.find(id, uow)?;
        if !email.is_queued() {
            return Ok(None);
        }
        Ok(Some(OutgoingEmail {
            id: email.id,
            recipient: email.recipient,
            subject: email.subject,
            text: email.text,
            html: email.html,
            date: email.queued_at,
        }))
    }

    /// Hands it over.
    pub(crate) fn carry(&self, email: &OutgoingEmail) -> Result<MailVerdict, MailerUnavailable> {
        self.mailer.send(email)
    }

    /// Notes what became of it.
    pub(crate) fn note(
        &self,
        id: EmailId,
        verdict: &MailVerdict,
        uow: &mut UnitOfWork,
    ) -> Result<(), PostmanError> {
        let mut email = self.find(id, uow)?;
        match verdict {
            MailVerdict::Accepted => email.mark_sent(uow.now()),
            MailVerdict::Refused { reason } => {
                tracing::warn!(email = %id, reason, "a mail server refused an e-mail");
                email.mark_refused(reason, uow.now());
            }
        }
        Ok(self.emails.save(&mut email, uow)?)
    }

    fn find(&self, id: EmailId, uow: &mut UnitOfWork) -> Result<Email, PostmanError> {
        let found = self.emails.get(id, uow)?;
        found.ok_or(PostmanError::NotFound(id))
    }
}
