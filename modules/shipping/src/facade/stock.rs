//! Stock: batches, and what of them is promised to whom.

use foundation::UnitOfWork;

use super::ShippingFacade;
use crate::application::{
    self, AddBatch, AddBatchError, AllocateError, ChangeBatch, ChangeBatchError, DeallocateError,
};
use crate::domain::{BatchReference, OrderLine, Sku};
use crate::ids::OrderId;

impl ShippingFacade {
    /// Adds pieces that were bought together. The first batch of an SKU makes it goods of this house.
    pub fn add_batch(&self, command: AddBatch, uow: &mut UnitOfWork) -> Result<(), AddBatchError> {
        application::add_batch(&*self.products, command, uow)
    }

    /// Says anew how many pieces a batch has, and when they arrive. Where fewer are left than were promised, the
    /// newest lines move to other batches; the orders for which there is no room are named, the oldest first.
    pub fn change_batch(
        &self,
        command: &ChangeBatch,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<OrderId>, ChangeBatchError> {
        application::change_batch(&*self.products, command, uow)
    }

    /// Promises an order pieces: of a batch in the warehouse, else of the one that arrives first. The same line
    /// again changes nothing and names the same batch.
    pub fn allocate(
        &self,
        line: &OrderLine,
        uow: &mut UnitOfWork,
    ) -> Result<BatchReference, AllocateError> {
        application::allocate(&*self.products, line, uow)
    }

    /// Gives up what an order was promised of these goods.
    pub fn deallocate(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::deallocate(&*self.products, order, sku, uow)
    }

    /// Lets an order's pieces leave the house: from then on their line weighs on nobody.
    pub fn finish_line(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::finish(&*self.products, order, sku, uow)
    }

    /// Puts an order's pieces, which had left, back into their batch.
    pub fn take_line_back(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::take_back(&*self.products, order, sku, uow)
    }
}
