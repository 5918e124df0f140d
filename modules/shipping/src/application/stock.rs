//! The use cases of stock.

use chrono::NaiveDate;
use foundation::{Failure, UnitOfWork};

use super::ports::{Products, Scope};
use crate::domain::{
    AllocationRefusal, BatchReference, BatchRefusal, DeallocationRefusal, OrderLine, Product,
    Quantity, Sku,
};
use crate::ids::OrderId;

/// Adds pieces that were bought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddBatch {
    /// By which name they are known in the whole house.
    pub reference: BatchReference,
    /// Which goods.
    pub sku: Sku,
    /// How many pieces.
    pub purchased: Quantity,
    /// When they arrive; nothing when they are in the warehouse.
    pub eta: Option<NaiveDate>,
}

/// Says anew how many pieces a batch has, and when they arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeBatch {
    /// The batch.
    pub reference: BatchReference,
    /// How many pieces there are, with those that have left.
    pub purchased: u32,
    /// When they arrive; nothing when they are in the warehouse.
    pub eta: Option<NaiveDate>,
}

/// Why a batch was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddBatchError {
    /// There is a batch of that name.
    #[error("there is a batch {0} already")]
    BatchReferenceTaken(BatchReference),
    /// The machinery failed.
    #[error("the batch could not be added")]
    Unexpected(#[from] Failure),
}

/// Why a batch was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeBatchError {
    /// There is no such batch.
    #[error("there is no batch {0}")]
    NoSuchBatch(BatchReference),
    /// More pieces have left than there are to have been.
    #[error("more pieces of this batch have left already")]
    BelowGone,
    /// The machinery failed.
    #[error("the batch could not be changed")]
    Unexpected(#[from] Failure),
}

/// Why nothing was promised.
#[derive(Debug, thiserror::Error)]
pub enum AllocateError {
    /// No batch can hold the whole line.
    #[error("{0} is out of stock")]
    OutOfStock(Sku),
    /// The house never had any of it.
    #[error("there are no goods {0}")]
    InvalidSku(Sku),
    /// The order has another number of pieces of these goods already.
    #[error("this order has {0} of these pieces already")]
    AllocatedOtherwise(Quantity),
    /// The machinery failed.
    #[error("the pieces could not be allocated")]
    Unexpected(#[from] Failure),
}

/// Why a line was not given up.
#[derive(Debug, thiserror::Error)]
pub enum DeallocateError {
    /// The house never had any of it.
    #[error("there are no goods {0}")]
    InvalidSku(Sku),
    /// The order was promised nothing of it.
    #[error("nothing of {0} is allocated to this order")]
    NotAllocated(Sku),
    /// The pieces have left the house.
    #[error("the pieces of this order have left")]
    Gone,
    /// The machinery failed.
    #[error("the pieces could not be deallocated")]
    Unexpected(#[from] Failure),
}

/// Adds the batch, and the product with its first one.
pub(crate) fn add_batch(
    products: &dyn Products,
    command: AddBatch,
    uow: &mut UnitOfWork,
) -> Result<(), AddBatchError> {
    if products.sku_of(&command.reference, uow)?.is_some() {
        return Err(AddBatchError::BatchReferenceTaken(command.reference));
    }
    let found = products.get(&command.sku, Scope::Orders(&[]), uow)?;
    let mut product = found.unwrap_or_else(|| Product::empty(command.sku));
    let now = uow.now();
    product.add_batch(command.reference, command.purchased, command.eta, now);
    products.save(&mut product, uow)?;
    Ok(())
}

/// Changes the batch; says which orders have lost their pieces by it, the oldest first.
pub(crate) fn change_batch(
    products: &dyn Products,
    command: &ChangeBatch,
    uow: &mut UnitOfWork,
) -> Result<Vec<OrderId>, ChangeBatchError> {
    let unknown = || ChangeBatchError::NoSuchBatch(command.reference.clone());
    let sku = products.sku_of(&command.reference, uow)?;
    let sku = sku.ok_or_else(unknown)?;
    let product = products.get(&sku, Scope::Batch(&command.reference), uow)?;
    let mut product = product.ok_or_else(unknown)?;
    let without = product
        .change_batch(&command.reference, command.purchased, command.eta)
        .map_err(|refusal| match refusal {
            BatchRefusal::NoSuchBatch => unknown(),
            BatchRefusal::BelowGone => ChangeBatchError::BelowGone,
        })?;
    products.save(&mut product, uow)?;
    Ok(without)
}

/// Promises an order pieces of the batch that suits best.
pub(crate) fn allocate(
    products: &dyn Products,
    line: &OrderLine,
    uow: &mut UnitOfWork,
) -> Result<BatchReference, AllocateError> {
    let invalid = || AllocateError::InvalidSku(line.sku.clone());
    let product = products.get(&line.sku, Scope::Orders(&[line.order]), uow)?;
    let mut product = product.ok_or_else(invalid)?;
    let batch = product
        .allocate(line, uow.now())
        .map_err(|refusal| match refusal {
            AllocationRefusal::OutOfStock => AllocateError::OutOfStock(line.sku.clone()),
            AllocationRefusal::InvalidSku => invalid(),
            AllocationRefusal::AllocatedOtherwise(known) => {
                AllocateError::AllocatedOtherwise(known)
            }
        })?;
    products.save(&mut product, uow)?;
    Ok(batch)
}

/// Gives up what an order was promised.
pub(crate) fn deallocate(
    products: &dyn Products,
    order: OrderId,
    sku: &Sku,
    uow: &mut UnitOfWork,
) -> Result<(), DeallocateError> {
    let mut product = product_of(products, order, sku, uow)?;
    let deallocated = product.deallocate(order);
    deallocated.map_err(|refusal| refused(refusal, sku))?;
    products.save(&mut product, uow)?;
    Ok(())
}

/// Lets an order's pieces leave the house.
pub(crate) fn finish(
    products: &dyn Products,
    order: OrderId,
    sku: &Sku,
    uow: &mut UnitOfWork,
) -> Result<(), DeallocateError> {
    let mut product = product_of(products, order, sku, uow)?;
    let finished = product.finish(order, uow.now());
    finished.map_err(|refusal| refused(refusal, sku))?;
    products.save(&mut product, uow)?;
    Ok(())
}

/// Puts pieces that came back into their batch.
pub(crate) fn take_back(
    products: &dyn Products,
    order: OrderId,
    sku: &Sku,
    uow: &mut UnitOfWork,
) -> Result<(), DeallocateError> {
    let mut product = product_of(products, order, sku, uow)?;
    let taken_back = product.take_back(order);
    taken_back.map_err(|refusal| refused(refusal, sku))?;
    products.save(&mut product, uow)?;
    Ok(())
}

fn product_of(
    products: &dyn Products,
    order: OrderId,
    sku: &Sku,
    uow: &mut UnitOfWork,
) -> Result<Product, DeallocateError> {
    let product = products.get(sku, Scope::Orders(&[order]), uow)?;
    let product = product.filter(|product| product.stocked);
    product.ok_or_else(|| DeallocateError::InvalidSku(sku.clone()))
}

fn refused(refusal: DeallocationRefusal, sku: &Sku) -> DeallocateError {
    match refusal {
        DeallocationRefusal::NotAllocated => DeallocateError::NotAllocated(sku.clone()),
        DeallocationRefusal::Gone => DeallocateError::Gone,
    }
}
