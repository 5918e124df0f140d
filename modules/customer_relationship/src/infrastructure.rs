//! Where customers and e-mails are kept, and how mail leaves the house.

mod customers;
mod emails;
mod embedded_mailbox;
mod queries;
mod rows;
mod smtp_mailer;

pub(crate) use customers::DieselCustomers;
pub(crate) use emails::DieselEmails;
pub(crate) use embedded_mailbox::EmbeddedMailbox;
pub(crate) use queries::DieselCustomerQueries;
pub use smtp_mailer::MailSecurity;
pub(crate) use smtp_mailer::{SmtpAccess, SmtpMailer};
