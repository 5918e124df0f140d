//! Use case: a customer is written to.

use std::sync::Arc;

use foundation::{Failure, UnitOfWork};

use super::letters::{Letterhead, compose};
use super::notices::Notice;
use super::ports::{Customers, Emails};
use crate::domain::Email;
use crate::ids::{CustomerId, EmailId};

/// Why a customer was not written to.
#[derive(Debug, thiserror::Error)]
pub enum SendEmailError {
    /// Nobody has this id. The caller's delivery is retried, and then dead where staff see it.
    #[error("there is no customer {0} to write to")]
    CustomerNotFound(CustomerId),
    /// The machinery failed.
    #[error("the e-mail could not be queued")]
    Unexpected(#[from] Failure),
}

/// Writes e-mails and queues them. They are sent after the commit, by the [postman](super::Postman).
pub(crate) struct Correspondence {
    pub(crate) customers: Arc<dyn Customers>,
    pub(crate) emails: Arc<dyn Emails>,
    pub(crate) letterhead: Arc<Letterhead>,
}

impl Correspondence {
    /// Tells a customer something, in the customer's language and forms.
    pub(crate) fn tell(
        &self,
        customer: CustomerId,
        notice: &Notice,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        let found = self.customers.get(customer, uow)?;
        let customer = found.ok_or(SendEmailError::CustomerNotFound(customer))?;
        let content = compose(notice, &customer, &self.letterhead)?;
        let id = EmailId::generate();
        let email = Email::queue(id, notice.kind(), &customer, content, uow.now());
        Ok(self.emails.add(&email, uow)?)
    }
}
