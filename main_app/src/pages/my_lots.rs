//! The lots a customer has bid on, and those a seller has put up.

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{AuctionId, AuctionView, AuctionsFacade, BidderId, SellerId};

use super::filters;
use super::frame::{Frame, Place};
use super::lot_view::{Lot, Standing};
use super::lots::{Paging, next_page};
use super::visit::VisitAs;
use crate::http::Problem;
use crate::http::identity::{Customer, Requirement, Seller};

const PER_PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "my_lots.html")]
struct MyLotsPage {
    frame: Frame,
    heading: &'static str,
    nothing: &'static str,
    is_seller: bool,
    lots: Vec<(Lot, Standing)>,
    next_page: Option<AuctionId>,
}

/// Shows the lots that the customer has bid on.
pub(crate) async fn bids(
    visit: VisitAs<Customer>,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, Problem> {
    let bidder = BidderId::from(visit.user().id.uuid());
    let page = paging.of(PER_PAGE);
    let views = visit
        .read(move |auctions: &AuctionsFacade, reader| {
            auctions.auctions_of_bidder(bidder, page, reader)
        })
        .await?;
    let page = MyLotsPage {
        frame: visit.frame(Place::MyBids),
        heading: "My bids",
        nothing: "You have not bid on anything yet.",
        is_seller: false,
        next_page: next_page(&views, PER_PAGE),
        lots: with_standing(&visit, views, |lot| lot.standing_for(Some(bidder), true)),
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
        next_page: next_page(&views, PER_PAGE),
        lots: with_standing(&visit, views, |lot| lot.standing_for(None, false)),
    };
    visit.page(&page)
}

fn with_standing<R: Requirement>(
    visit: &VisitAs<R>,
    views: Vec<AuctionView>,
    standing: impl Fn(&Lot) -> Standing,
) -> Vec<(Lot, Standing)> {
    let now = visit.now();
    let lots = views.into_iter().map(|view| Lot::at(now, view));
    lots.map(|lot| {
        let standing = standing(&lot);
        (lot, standing)
    })
    .collect()
}
