//! What the other crates can ask of this module.

use std::sync::Arc;

use foundation::{Failure, Reader, UnitOfWork};

use crate::application::{
    self, ArrivedGoods, Correspondence, CreateCustomer, CreateCustomerError, CustomerQueries,
    CustomerView, Customers, EmailView, FailedPayment, LeftUnsold, Mailer, MailerUnavailable,
    MissingGoods, NotPaid, Notice, PaidLot, RefundedLot, SendEmailError, Shipment, WonLot,
};
use crate::ids::{CustomerId, EmailId};

/// Customers, and the e-mails they get.
///
/// Sending means: the e-mail is written and queued in the caller's transaction, and leaves the house after
/// its commit.
pub struct CustomersFacade {
    pub(crate) customers: Arc<dyn Customers>,
    pub(crate) correspondence: Arc<Correspondence>,
    pub(crate) queries: Arc<dyn CustomerQueries>,
    pub(crate) mailer: Arc<dyn Mailer>,
}

impl CustomersFacade {
    /// Makes somebody a customer. The e-mail address must be nobody else's, whatever its capitals.
    pub fn create_customer(
        &self,
        command: CreateCustomer,
        uow: &mut UnitOfWork,
    ) -> Result<(), CreateCustomerError> {
        application::create_customer(command, &*self.customers, uow)
    }

    /// One customer.
    pub fn customer(
        &self,
        id: CustomerId,
        reader: &mut Reader,
    ) -> Result<Option<CustomerView>, Failure> {
        self.queries.customer(id, reader)
    }

    /// Tells the winner of a lot, and asks for the payment.
    pub fn send_email_about_winning(
        &self,
        customer: CustomerId,
        lot: WonLot,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        self.correspondence.tell(customer, &Notice::Won(lot), uow)
    }

    /// Asks for the payment again.
    pub fn send_payment_reminder(
        &self,
        customer: CustomerId,
        lot: WonLot,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        let notice = Notice::Reminder(lot);
        self.correspondence.tell(customer, &notice, uow)
    }

    /// Tells that the payment arrived.
    pub fn send_email_after_successful_payment(
        &self,
        customer: CustomerId,
        lot: PaidLot,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        let notice = Notice::PaymentSucceeded(lot);
        self.correspondence.tell(customer, &notice, uow)
    }

    /// Tells that the payment failed, and until when it can be tried again.
    pub fn send_email_about_failed_payment(
        &self,
        customer: CustomerId,
        payment: FailedPayment,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        let notice = Notice::PaymentFailed(payment);
        self.correspondence.tell(customer, &notice, uow)
    }

    /// Tells that the time to pay is over.
    pub fn send_email_about_not_paid(
        &self,
        customer: CustomerId,
        lot: NotPaid,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        self.correspondence
            .tell(customer, &Notice::NotPaid(lot), uow)
    }

    /// Tells that what was paid is not in the house, and asks whether to wait or to give the money back.
    pub fn send_email_about_missing_goods(
        &self,
        customer: CustomerId,
        goods: MissingGoods,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        let notice = Notice::OutOfStock(goods);
        self.correspondence.tell(customer, &notice, uow)
    }

    /// Tells that what the customer waited for is in the house.
    pub fn send_email_about_arrived_goods(
        &self,
        customer: CustomerId,
        goods: ArrivedGoods,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        let notice = Notice::GoodsArrived(goods);
        self.correspondence.tell(customer, &notice, uow)
    }

    /// Tells that the money for what is out of stock is given back.
    pub fn send_email_about_refund(
        &self,
        customer: CustomerId,
        lot: RefundedLot,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        let notice = Notice::Refunded(lot);
        self.correspondence.tell(customer, &notice, uow)
    }

    /// Tells that the parcel is on its way, and how to follow it.
    pub fn send_email_about_shipment(
        &self,
        customer: CustomerId,
        shipment: Shipment,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        let notice = Notice::Shipped(shipment);
        self.correspondence.tell(customer, &notice, uow)
    }

    /// Tells a seller that a second chance did not sell the lot either.
    pub fn send_email_about_lot_left_unsold(
        &self,
        seller: CustomerId,
        lot: LeftUnsold,
        uow: &mut UnitOfWork,
    ) -> Result<(), SendEmailError> {
        self.correspondence
            .tell(seller, &Notice::LeftUnsold(lot), uow)
    }

    /// The mailbox: the newest e-mails, the newest first.
    pub fn emails(&self, limit: i64, reader: &mut Reader) -> Result<Vec<EmailView>, Failure> {
        self.queries.emails(limit, reader)
    }

    /// The newest e-mails that a mail server refused: staff have to look at these addresses.
    pub fn refused_emails(
        &self,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<EmailView>, Failure> {
        self.queries.refused_emails(limit, reader)
    }

    /// One e-mail of the mailbox.
    pub fn email(&self, id: EmailId, reader: &mut Reader) -> Result<Option<EmailView>, Failure> {
        self.queries.email(id, reader)
    }

    /// Where mail goes, in words.
    pub fn mail_destination(&self) -> String {
        self.mailer.describe()
    }

    /// Goes to the mail server, as far as one can without sending anything. Call it outside a
    /// transaction; it takes up to the time-out of the settings.
    pub fn check_mail(&self) -> Result<(), MailerUnavailable> {
        self.mailer.check()
    }
}
