//! Stock: batches, and what of them is promised to whom.

use foundation::UnitOfWork;

use super::ShippingFacade;
use crate::application::{
    self, AddBatch, AddBatchError, AllocateError, ChangeBatch, ChangeBatchError, DeallocateError,
    LineStep,
};
use crate::domain::{BatchReference, OrderLine, Sku};
use crate::ids::OrderId;

impl ShippingFacade {
    /// Adds pieces that were bought together, and serves whoever waits for them. The first batch of an SKU makes
    /// it goods of this house.
    pub fn add_batch(&self, command: AddBatch, uow: &mut UnitOfWork) -> Result<(), AddBatchError> {
        application::add_batch(&self.serving, command, uow)
    }

    /// Says anew how many pieces a batch has, and when they arrive. Where fewer are left than were promised, the
    /// newest lines move to other batches; the orders for which there is no room are named, the oldest first.
    /// Where more are left, whoever waits is served.
    pub fn change_batch(
        &self,
        command: &ChangeBatch,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<OrderId>, ChangeBatchError> {
        application::change_batch(&self.serving, command, uow)
    }

    /// Promises an order pieces: of a batch in the warehouse, else of the one that arrives first. The same line
    /// again changes nothing and names the same batch. Packages are served by themselves.
    pub fn allocate(
        &self,
        line: &OrderLine,
        uow: &mut UnitOfWork,
    ) -> Result<BatchReference, AllocateError> {
        application::allocate(&self.serving, line, uow)
    }

    /// Gives up what an order, which is no package, was promised of these goods; whoever waits is served.
    pub fn deallocate(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::step(&self.serving, LineStep::Deallocate, order, sku, uow)
    }

    /// Lets the pieces of an order, which is no package, leave the house: its line weighs on nobody then.
    pub fn finish_line(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::step(&self.serving, LineStep::Finish, order, sku, uow)
    }

    /// Puts the pieces of an order, which is no package, back into their batch; whoever waits is served.
    pub fn take_line_back(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::step(&self.serving, LineStep::TakeBack, order, sku, uow)
    }
}
