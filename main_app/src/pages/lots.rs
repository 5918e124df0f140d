//! The first page: everything that is under the hammer, the lot that closes next in front.

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{AuctionId, AuctionsFacade, Page};
use serde::Deserialize;

use super::filters;
use super::frame::{Frame, Place};
use super::lot_view::Lot;
use super::visit::Visit;
use crate::http::Problem;

const PER_PAGE: i64 = 25;

/// Which part of a list is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    after: Option<AuctionId>,
}

impl Paging {
    /// So many entries of that part.
    pub(crate) fn of(&self, limit: i64) -> Page {
        Page {
            limit,
            after: self.after.map(AuctionId::uuid),
        }
    }
}

#[derive(Template)]
#[template(path = "lots.html")]
struct LotsPage {
    frame: Frame,
    feature: Option<Lot>,
    lots: Vec<Lot>,
    next_page: Option<AuctionId>,
}

/// Shows the lots that are open for bids.
pub(crate) async fn show(
    visit: Visit,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = paging.of(PER_PAGE);
    let views = visit
        .read(move |auctions: &AuctionsFacade, reader| auctions.active_auctions(page, reader))
        .await?;
    let next_page = next_page(&views, PER_PAGE);
    let now = visit.now();
    let mut lots: Vec<Lot> = views.into_iter().map(|view| Lot::at(now, view)).collect();
    let is_first_page = page.after.is_none();
    let closes_next = lots
        .iter()
        .position(Lot::takes_bids)
        .filter(|_| is_first_page);
    let feature = closes_next.map(|position| lots.remove(position));
    visit.page(&LotsPage {
        frame: visit.frame(Place::Lots),
        feature,
        lots,
        next_page,
    })
}

/// Where the next part begins, when there may be one.
pub(crate) fn next_page(views: &[auctions::AuctionView], limit: i64) -> Option<AuctionId> {
    let is_full = i64::try_from(views.len()).is_ok_and(|length| length >= limit);
    views.last().map(|last| last.id).filter(|_| is_full)
}
