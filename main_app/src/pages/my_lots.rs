//! The lots a customer has bid on, and those a seller has put up.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{AuctionId, AuctionView, AuctionsFacade, BidderId, SecondChanceView, SellerId};
use foundation::Money;

use super::filters;
use super::frame::{Frame, Place};
use super::lot_view::{Lot, Standing};
use super::lots::{Paging, next_page};
use super::visit::VisitAs;
use crate::http::Problem;
use crate::http::identity::{Customer, Requirement, Seller};

const PER_PAGE: i64 = 50;

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
    let views = visit
        .read(move |auctions: &AuctionsFacade, reader| {
            auctions.auctions_of_seller(seller, page, reader)
        })
        .await?;
    let page = MyLotsPage {
        frame: visit.frame(Place::MyLots),
        heading: "My lots",
        nothing: "You have not put up a lot yet.",
        is_seller: true,
        chances: Vec::new(),
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
