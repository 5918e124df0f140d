//! Whose goods are in the stock, and who may put them up.

use foundation::{Failure, Reader, UnitOfWork};

use super::ports::{Scope, StockQueries};
use super::serving::Serving;
use crate::domain::{OthersGoods, Sku};
use crate::ids::ConsignorId;

/// Says on whose behalf the house sells goods that it has had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrustGoods {
    /// Which goods.
    pub sku: Sku,
    /// Whose they are.
    pub consignor: ConsignorId,
}

/// Why goods were not entrusted.
#[derive(Debug, thiserror::Error)]
pub enum EntrustGoodsError {
    /// The house never had any of it.
    #[error("there are no goods {0}")]
    InvalidSku(Sku),
    /// They are somebody else's.
    #[error(
        "the goods {0} belong to another seller, and goods never change hands: use another SKU"
    )]
    OthersGoods(Sku),
    /// The machinery failed.
    #[error("the goods could not be entrusted")]
    Unexpected(#[from] Failure),
}

/// Why goods may not be put up by somebody.
#[derive(Debug, thiserror::Error)]
pub enum OfferGoodsError {
    /// The house never had any of it.
    #[error("there are no goods {0} in this house")]
    InvalidSku(Sku),
    /// They are somebody else's, or nobody has said whose: which of the two is nobody's business.
    #[error("these are not goods of yours")]
    NotYourGoods,
    /// The machinery failed.
    #[error("the goods could not be looked up")]
    Unexpected(#[from] Failure),
}

/// Whose goods are: what decides who may put them up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ownership {
    /// Nothing as long as nobody has said so.
    pub(crate) consignor: Option<ConsignorId>,
}

/// Says whose goods they are, once.
pub(crate) fn entrust(
    serving: &Serving,
    command: &EntrustGoods,
    uow: &mut UnitOfWork,
) -> Result<(), EntrustGoodsError> {
    let mut product = serving.product(&command.sku, Scope::Orders(&[]), uow)?;
    if !product.stocked {
        return Err(EntrustGoodsError::InvalidSku(command.sku.clone()));
    }
    let entrusted = product.entrust(command.consignor);
    entrusted.map_err(|OthersGoods| EntrustGoodsError::OthersGoods(command.sku.clone()))?;
    serving.products.save(&mut product, uow)?;
    Ok(())
}

/// Whoever puts goods up is paid for them, so they have to be theirs. Since goods never change hands, what is
/// allowed once stays right for as long as the lot runs.
pub(crate) fn may_offer(
    queries: &dyn StockQueries,
    consignor: ConsignorId,
    sku: &Sku,
    reader: &mut Reader,
) -> Result<(), OfferGoodsError> {
    let known = queries.ownership(sku, reader)?;
    let known = known.ok_or_else(|| OfferGoodsError::InvalidSku(sku.clone()))?;
    match known.consignor == Some(consignor) {
        true => Ok(()),
        false => Err(OfferGoodsError::NotYourGoods),
    }
}
