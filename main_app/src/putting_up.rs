//! Putting a lot up: the one thing that auctions and shipping both have a say in. Neither knows the other, so they
//! are asked here, one after the other and in one transaction.

use auctions::{AuctionsFacade, BeginAuction};
use foundation::UnitOfWork;
use shipping::{ConsignorId, ShippingFacade, Sku};

use crate::http::Problem;
use crate::http::errors::{INVALID_FIELDS, about_the_goods, about_the_lot};

/// Begins the auction, unless the lot is to take goods from the stock that are not its seller's: whoever sells them
/// is paid for them. `goods_field` is what the sender calls the field that names them.
pub(crate) fn put_up(
    lot: &BeginAuction,
    goods_field: &str,
    auctions: &AuctionsFacade,
    shipping: &ShippingFacade,
    uow: &mut UnitOfWork,
) -> Result<(), Problem> {
    if let Some(goods) = &lot.terms.goods {
        let sku = Sku::parse(goods.sku());
        let sku =
            sku.map_err(|error| Problem::new(INVALID_FIELDS, error).at(goods_field, error))?;
        let consignor = ConsignorId::from(lot.seller.uuid());
        let allowed = shipping.may_offer(consignor, &sku, uow.reader());
        allowed.map_err(|error| about_the_goods(error, goods_field))?;
    }
    let begun = auctions.begin(lot.clone(), uow);
    begun.map_err(|error| about_the_lot(error, lot))
}
