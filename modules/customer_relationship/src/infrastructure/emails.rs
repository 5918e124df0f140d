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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use chrono::{DateTime, Utc};
    use foundation::application_of;
    use foundation::testing::{Backend, FixedClock, TestDatabase};
    use rstest::rstest;

    use crate::application::Customers;
    use crate::domain::{
        Content, Customer, CustomerName, CustomerTimeZone, EmailKind, Language, PlainLine,
    };
    use crate::infrastructure::DieselCustomers;
    use crate::{CustomerId, CustomersModule, CustomersSettings, MailSettings};

    application_of!(TestApp: CustomersModule);

    fn start(database: &TestDatabase) -> TestApp {
        let settings = CustomersSettings {
            mail: MailSettings::Embedded,
            sender: "gavel@localhost".parse().unwrap(),
            public_url: "https://gavel.example".into(),
        };
        let module = Arc::new(crate::module(settings));
        TestApp::start(database, &FixedClock::default(), module)
    }

    fn email_to_a_new_customer(now: DateTime<Utc>, uow: &mut UnitOfWork) -> Email {
        let ada = Customer {
            id: CustomerId::generate(),
            email: "ada@example.org".parse().unwrap(),
            name: CustomerName::parse("Ada").unwrap(),
            language: Language::En,
            time_zone: CustomerTimeZone::default(),
            created_at: now,
        };
        DieselCustomers.add(&ada, uow).unwrap();
        let content = Content {
            subject: PlainLine::new("Hello"),
            text: "Hello".into(),
            html: "<p>Hello</p>".into(),
        };
        Email::queue(EmailId::generate(), EmailKind::Won, &ada, content, now)
    }

    #[rstest]
    fn an_email_that_somebody_else_saved_first_is_a_conflict(
        #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    ) {
        let Some(database) = TestDatabase::on(backend) else {
            return;
        };
        let app = start(&database);
        let written = app.transactions().run(|uow| {
            let email = email_to_a_new_customer(uow.now(), uow);
            DieselEmails.add(&email, uow).map(|()| email)
        });
        let mut first = written.unwrap();
        let take_up = |uow: &mut UnitOfWork| DieselEmails.get(first.id, uow);
        let mut second = app.transactions().run_locking(take_up).unwrap().unwrap();
        let save = |email: &mut Email| {
            let mut work = |uow: &mut UnitOfWork| DieselEmails.save(email, uow);
            app.transactions().run_once(false, &mut work)
        };
        first.mark_sent(first.queued_at);
        save(&mut first).unwrap();
        second.mark_refused("too late", second.queued_at);
        assert!(matches!(save(&mut second), Err(Failure::Conflict)));
    }
}
