//! How e-mails leave the house.

use std::sync::Arc;

use foundation::{HandlerResult, OutboundHandler, UnitOfWork};

use crate::application::{MailVerdict, OutgoingEmail, Postman};
use crate::events::EmailQueued;

/// Takes a queued e-mail to the mail server.
pub(crate) struct SendEmail {
    pub(crate) postman: Arc<Postman>,
}

impl OutboundHandler<EmailQueued> for SendEmail {
    type Request = OutgoingEmail;
    type Outcome = MailVerdict;

    fn name(&self) -> &'static str {
        "customer_relationship.send_email"
    }

    fn prepare(
        &self,
        event: &EmailQueued,
        uow: &mut UnitOfWork,
    ) -> HandlerResult<Option<OutgoingEmail>> {
        Ok(self.postman.pick_up(event.email, uow)?)
    }

    fn call(&self, email: OutgoingEmail) -> HandlerResult<MailVerdict> {
        Ok(self.postman.carry(&email)?)
    }

    fn record(
        &self,
        event: &EmailQueued,
        verdict: MailVerdict,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        Ok(self.postman.note(event.email, &verdict, uow)?)
    }
}
