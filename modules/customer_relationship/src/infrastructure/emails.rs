//! The repository of e-mails.

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{AnyEvent, Failure, Origin, UnitOfWork};

use super::rows::{EmailRow, StateColumns};
use crate::application::Emails;
use crate::domain::Email;
use crate::events::EmailQueued;
use crate::ids::EmailId;
use crate::schema::customer_relationship_emails as emails;

/// Keeps e-mails in the database.
pub(crate) struct DieselEmails;

impl Emails for DieselEmails {
    fn get(&self, id: EmailId, uow: &mut UnitOfWork) -> Result<Option<Email>, Failure> {
        if uow.locks_rows() {
            let lock = Locked(emails::table.find(id).select(emails::version));
            lock.load::<i64>(uow.connection())?;
        }
        let row = emails::table
            .find(id)
            .select(EmailRow::as_select())
            .first(uow.connection())
            .optional()?;
        row.map(EmailRow::into_email).transpose()
    }

    fn add(&self, email: &Email, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(emails::table)
            .values(EmailRow::from(email))
            .execute(uow.connection())?;
        let origin = Origin::new("customer_relationship.email", email.id, email.version);
        let queued = EmailQueued { email: email.id };
        uow.post_from(&origin, [&queued as &dyn AnyEvent])
    }

    fn save(&self, email: &mut Email, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let next = email.version + 1;
        let as_loaded = emails::table
            .find(email.id)
            .filter(emails::version.eq(email.version));
        let saved = diesel::update(as_loaded)
            .set((StateColumns::from(&email.state), emails::version.eq(next)))
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        email.version = next;
        Ok(())
    }
}
