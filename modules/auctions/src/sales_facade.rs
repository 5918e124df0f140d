//! What the other crates can ask about sales and who may bid in them.

use std::sync::Arc;

use foundation::{Failure, Reader, UnitOfWork};

use crate::application::{self, Page, RegistrationView, SaleQueries, SaleView, Sales};
use crate::domain::{
    ApproveRegistration, ApproveRegistrationError, CancelRegistration, CancelRegistrationError,
    CreateSale, CreateSaleError, RefuseRegistration, RefuseRegistrationError, RegisterBidder,
    RegisterBidderError, Registered, RegistrationStatus,
};
use crate::ids::{BidderId, SaleId};

/// Sales and registrations.
///
/// Every change of a registration is one of its sale, so that many who register for one sale at once compete
/// for it: run these in [`run_locking`](foundation::Transactions::run_locking), where they wait for each
/// other instead of trying again.
pub struct SalesFacade {
    pub(crate) sales: Arc<dyn Sales>,
    pub(crate) queries: Arc<dyn SaleQueries>,
}

impl SalesFacade {
    /// Creates a sale, for which bidders can register from now on.
    pub fn create_sale(
        &self,
        command: CreateSale,
        uow: &mut UnitOfWork,
    ) -> Result<(), CreateSaleError> {
        application::create_sale(command, &*self.sales, uow)
    }

    /// Gives a bidder a seat and a paddle, approved at once or pending as the sale has it.
    pub fn register(
        &self,
        command: RegisterBidder,
        uow: &mut UnitOfWork,
    ) -> Result<Registered, RegisterBidderError> {
        application::register_bidder(command, &*self.sales, uow)
    }

    /// Lets a bidder bid who waits for it, or who was refused before.
    pub fn approve(
        &self,
        command: ApproveRegistration,
        uow: &mut UnitOfWork,
    ) -> Result<(), ApproveRegistrationError> {
        application::approve_registration(command, &*self.sales, uow)
    }

    /// Keeps a bidder from bidding who waits for it, or who was approved before; the seat is free again.
    pub fn refuse(
        &self,
        command: RefuseRegistration,
        uow: &mut UnitOfWork,
    ) -> Result<(), RefuseRegistrationError> {
        application::refuse_registration(command, &*self.sales, uow)
    }

    /// Takes a paddle back from its bidder; the seat is free again, the number is not.
    pub fn cancel(
        &self,
        command: CancelRegistration,
        uow: &mut UnitOfWork,
    ) -> Result<(), CancelRegistrationError> {
        application::cancel_registration(command, &*self.sales, uow)
    }

    /// One sale.
    pub fn single_sale(
        &self,
        id: SaleId,
        reader: &mut Reader,
    ) -> Result<Option<SaleView>, Failure> {
        self.queries.single(id, reader)
    }

    /// The sales, the newest first.
    pub fn sales(&self, page: Page, reader: &mut Reader) -> Result<Vec<SaleView>, Failure> {
        self.queries.newest(page, reader)
    }

    /// The registrations for a sale, of one status or of all, by their paddles; for staff.
    pub fn registrations(
        &self,
        sale: SaleId,
        status: Option<RegistrationStatus>,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<RegistrationView>, Failure> {
        self.queries.registrations(sale, status, page, reader)
    }

    /// The last of a bidder's registrations for a sale: the one that says whether they may bid.
    pub fn registration_of(
        &self,
        sale: SaleId,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Option<RegistrationView>, Failure> {
        self.queries.registration_of(sale, bidder, reader)
    }
}
