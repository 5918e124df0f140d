//! The use cases of stock.

use chrono::NaiveDate;
use foundation::{Failure, UnitOfWork};

use super::ports::Scope;
use super::serving::Serving;
use crate::domain::{
    AllocationRefusal, BatchReference, BatchRefusal, DeallocationRefusal, OrderLine, OthersGoods,
    Quantity, Sku,
};
use crate::ids::{ConsignorId, OrderId};

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
    /// On whose behalf the house sells these goods. Needed once, with their first batch or later; until then nobody
    /// puts them up.
    pub consignor: Option<ConsignorId>,
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
    /// The goods are somebody else's than the consignor who was named.
    #[error(
        "the goods {0} belong to another seller, and goods never change hands: use another SKU"
    )]
    OthersGoods(Sku),
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
    /// The order is a package: it is served when its turn comes.
    #[error("this order is a package, which is served in its turn")]
    BelongsToPackage,
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
    /// The order is a package: what becomes of its pieces is decided there.
    #[error("these pieces belong to a package")]
    BelongsToPackage,
    /// The pieces have left the house.
    #[error("the pieces of this order have left")]
    Gone,
    /// The machinery failed.
    #[error("the pieces could not be deallocated")]
    Unexpected(#[from] Failure),
}

/// Adds the batch, and the product with its first one; whoever waited for it is served.
pub(crate) fn add_batch(
    serving: &Serving,
    command: AddBatch,
    uow: &mut UnitOfWork,
) -> Result<(), AddBatchError> {
    let known = serving.products.sku_of(&command.reference, uow)?;
    if known.is_some() {
        return Err(AddBatchError::BatchReferenceTaken(command.reference));
    }
    let mut product = serving.product(&command.sku, Scope::Orders(&[]), uow)?;
    let now = uow.now();
    product.add_batch(command.reference, command.purchased, command.eta, now);
    if let Some(consignor) = command.consignor {
        let entrusted = product.entrust(consignor);
        entrusted.map_err(|OthersGoods| AddBatchError::OthersGoods(command.sku))?;
    }
    serving.settle(&mut product, &[], uow)?;
    Ok(())
}

/// Changes the batch; says which orders have lost their pieces by it, the oldest first.
pub(crate) fn change_batch(
    serving: &Serving,
    command: &ChangeBatch,
    uow: &mut UnitOfWork,
) -> Result<Vec<OrderId>, ChangeBatchError> {
    let unknown = || ChangeBatchError::NoSuchBatch(command.reference.clone());
    let sku = serving.products.sku_of(&command.reference, uow)?;
    let sku = sku.ok_or_else(unknown)?;
    let mut product = serving.product(&sku, Scope::Batch(&command.reference), uow)?;
    let without = product
        .change_batch(&command.reference, command.purchased, command.eta)
        .map_err(|refusal| match refusal {
            BatchRefusal::NoSuchBatch => unknown(),
            BatchRefusal::BelowGone => ChangeBatchError::BelowGone,
        })?;
    let concerned: Vec<OrderId> = product.lines.iter().map(|line| line.order).collect();
    serving.settle(&mut product, &concerned, uow)?;
    Ok(without)
}

/// Promises an order, which is no package, pieces of the batch that suits best. A package that was given pieces
/// behind its back would know nothing of them, and could never be served.
pub(crate) fn allocate(
    serving: &Serving,
    line: &OrderLine,
    uow: &mut UnitOfWork,
) -> Result<BatchReference, AllocateError> {
    let mut product = serving.product(&line.sku, Scope::Orders(&[line.order]), uow)?;
    let is_new = product.line_of(line.order).is_none();
    if is_new && !serving.packages.of_orders(&[line.order], uow)?.is_empty() {
        return Err(AllocateError::BelongsToPackage);
    }
    let batch = product
        .allocate(line, uow.now())
        .map_err(|refusal| match refusal {
            AllocationRefusal::OutOfStock => AllocateError::OutOfStock(line.sku.clone()),
            AllocationRefusal::InvalidSku => AllocateError::InvalidSku(line.sku.clone()),
            AllocationRefusal::AllocatedOtherwise(known) => {
                AllocateError::AllocatedOtherwise(known)
            }
        })?;
    serving.products.save(&mut product, uow)?;
    Ok(batch)
}

/// What may be done by hand with the line of an order that is no package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineStep {
    /// It gives its pieces up.
    Deallocate,
    /// Its pieces leave.
    Finish,
    /// They come back.
    TakeBack,
}

/// Takes a step with a line by hand; whoever waits for its pieces is served.
pub(crate) fn step(
    serving: &Serving,
    step: LineStep,
    order: OrderId,
    sku: &Sku,
    uow: &mut UnitOfWork,
) -> Result<(), DeallocateError> {
    if !serving.packages.of_orders(&[order], uow)?.is_empty() {
        return Err(DeallocateError::BelongsToPackage);
    }
    let mut product = serving.product(sku, Scope::Orders(&[order]), uow)?;
    if !product.stocked {
        return Err(DeallocateError::InvalidSku(sku.clone()));
    }
    let done = match step {
        LineStep::Deallocate => product.deallocate(order),
        LineStep::Finish => product.finish(order, uow.now()),
        LineStep::TakeBack => product.take_back(order),
    };
    done.map_err(|refusal| match refusal {
        DeallocationRefusal::NotAllocated => DeallocateError::NotAllocated(sku.clone()),
        DeallocationRefusal::Gone => DeallocateError::Gone,
    })?;
    serving.settle(&mut product, &[], uow)?;
    Ok(())
}
