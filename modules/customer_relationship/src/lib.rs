//! Customers, and the e-mails they get.
//!
//! | to read about | open |
//! |---|---|
//! | what can be asked | `facade.rs` |
//! | who is told what, and when | `handlers/`, `application/notices.rs` |
//! | the words of the e-mails | `application/letters/english.rs`, `application/letters/korean.rs` |
//! | how they look | `templates/letter.html`, `templates/letter.txt` |
//! | how an e-mail leaves the house | `application/postman.rs`, `infrastructure/smtp_mailer.rs` |
//! | why no name can forge a header | `domain/plain_line.rs`, `domain/customer.rs` |

mod application;
mod domain;
mod events;
mod facade;
mod handlers;
mod ids;
mod infrastructure;
mod schema;
mod settings;
mod wiring;

pub use application::{
    ArrivedGoods, CreateCustomer, CreateCustomerError, CustomerView, EmailView, FailedPayment,
    LeftUnsold, LostChance, MailerUnavailable, MissingGoods, NotPaid, PaidLot, RefundedLot,
    SendEmailError, Shipment, WonLot,
};
pub use domain::{
    CustomerNameError, CustomerTimeZone, EmailAddress, EmailAddressError, EmailKind, EmailState,
    InvalidSender, Language, Sender, UnknownEmailKind, UnknownLanguage, UnknownTimeZone,
};
pub use events::EmailQueued;
pub use facade::CustomersFacade;
pub use ids::{CustomerId, EmailId};
pub use infrastructure::MailSecurity;
pub use settings::{CustomersSettings, MailSettings};
pub use wiring::{CustomersModule, module};
