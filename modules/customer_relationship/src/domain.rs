//! Customers, their e-mail addresses and the e-mails written to them. Pure: no database, no clock.

mod customer;
mod email;
mod email_address;
mod locale;
mod plain_line;
mod sender;

pub use customer::CustomerNameError;
pub(crate) use customer::{Customer, CustomerName};
pub(crate) use email::{Content, Email, Recipient};
pub use email::{EmailKind, EmailState, UnknownEmailKind};
pub use email_address::{EmailAddress, EmailAddressError};
pub use locale::{CustomerTimeZone, Language, UnknownLanguage, UnknownTimeZone};
pub(crate) use plain_line::PlainLine;
pub use sender::{InvalidSender, Sender};
