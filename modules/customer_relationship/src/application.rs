//! What can be done with customers and their e-mails.

mod correspondence;
mod create_customer;
mod letters;
mod notices;
mod ports;
mod postman;
mod queries;

pub(crate) use correspondence::Correspondence;
pub use correspondence::SendEmailError;
pub(crate) use create_customer::create_customer;
pub use create_customer::{CreateCustomer, CreateCustomerError};
pub(crate) use letters::Letterhead;
pub use notices::{
    ArrivedGoods, FailedPayment, LeftUnsold, LostChance, MissingGoods, NotPaid, PaidLot,
    RefundedLot, Shipment, WonLot,
};
pub(crate) use notices::{
    CancelledLot, Notice, OfferedLot, OverbidLot, RefusedRegistration, SaleRegistration, UnsoldLot,
    WithdrawnBids,
};
pub use ports::MailerUnavailable;
pub(crate) use ports::{Customers, Emails, MailVerdict, Mailer, OutgoingEmail};
pub(crate) use postman::Postman;
pub(crate) use queries::CustomerQueries;
pub use queries::{CustomerView, EmailView};
