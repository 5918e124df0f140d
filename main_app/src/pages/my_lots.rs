//! The lots a customer has bid on, and those a seller has put up.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{AuctionId, AuctionView, AuctionsFacade, BidderId, SecondChanceView, SellerId};
use foundation::Money;
use shipping::{ConsignorId, ShippingFacade, StockView};

use super::filters;
use super::frame::{Frame, Place};
use super::lot_view::{Lot, Standing};
use super::lots::{Paging, next_page};
use super::visit::VisitAs;
use crate::http::Problem;
use crate::http::identity::{Customer, Requirement, Seller};

const PER_PAGE: i64 = 50;

/// As many goods as stand below a seller's lots; the API lists all of them.
const LISTED_GOODS: i64 = 100;

/// A lot with what the viewer has to do with it.
struct Row {
    lot: Lot,
    standing: Standing,
    /// The viewer's secret maximum, with proxy bidding.
    maximum: Option<Money>,
}

#[derive(Template)]
#[template(path = "my_lots.html")]
struct MyLotsPage {
    frame: Frame,
    heading: &'static str,
    nothing: &'static str,
    is_seller: bool,
    chances: Vec<SecondChanceView>,
    /// What the house sells for the seller out of its stock.
    goods: Vec<StockView>,
    rows: Vec<Row>,
    next_page: Option<AuctionId>,
}

/// Shows the lots that the customer has bid on.
pub(crate) async fn bids(
    visit: VisitAs<Customer>,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, Problem> {
    let bidder = BidderId::from(visit.user().id.uuid());
    let page = paging.of(PER_PAGE);
    let (views, maxima, chances) = visit
        .read(move |auctions: &AuctionsFacade, reader| {
            let views = auctions.auctions_of_bidder(bidder, page, reader)?;
            let ids: Vec<AuctionId> = views.iter().map(|view| view.id).collect();
            let maxima = auctions.maxima_of(&ids, bidder, reader)?;
            Ok((views, maxima, auctions.open_second_chances(bidder, reader)?))
        })
        .await?;
    let page = MyLotsPage {
        frame: visit.frame(Place::MyBids),
        heading: "My bids",
        nothing: "You have not bid on anything yet.",
        is_seller: false,
        chances,
        goods: Vec::new(),
        next_page: next_page(&views, PER_PAGE),
        rows: rows(&visit, views, &maxima, |lot, has_bid| {
            lot.standing_for(Some(bidder), has_bid)
        }),
    };
    visit.page(&page)
}

/// Shows the lots that the seller has put up.
pub(crate) async fn lots(
    visit: VisitAs<Seller>,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, Problem> {
    let seller = SellerId::from(visit.user().id.uuid());
    let page = paging.of(PER_PAGE);
    let shipping = visit.component::<ShippingFacade>();
    let consignor = ConsignorId::from(seller.uuid());
    let (views, goods) = visit
        .read(move |auctions: &AuctionsFacade, reader| {
            let goods = match page.after {
                None => shipping.goods_of(consignor, None, LISTED_GOODS, reader)?,
                Some(_) => Vec::new(),
            };
            Ok((auctions.auctions_of_seller(seller, page, reader)?, goods))
        })
        .await?;
    let page = MyLotsPage {
        frame: visit.frame(Place::MyLots),
        heading: "My lots",
        nothing: "You have not put up a lot yet.",
        is_seller: true,
        chances: Vec::new(),
        goods,
        next_page: next_page(&views, PER_PAGE),
        rows: rows(&visit, views, &HashMap::new(), |lot, _| {
            lot.standing_for(None, false)
        }),
    };
    visit.page(&page)
}

/// Whoever has withdrawn all bids on a lot has no maximum there.
fn rows<R: Requirement>(
    visit: &VisitAs<R>,
    views: Vec<AuctionView>,
    maxima: &HashMap<AuctionId, Money>,
    standing: impl Fn(&Lot, bool) -> Standing,
) -> Vec<Row> {
    let now = visit.now();
    let lots = views.into_iter().map(|view| Lot::at(now, view));
    lots.map(|lot| {
        let maximum = maxima.get(&lot.id).copied();
        Row {
            standing: standing(&lot, maximum.is_some()),
            maximum: maximum.filter(|_| lot.is_proxy()),
            lot,
        }
    })
    .collect()
}
