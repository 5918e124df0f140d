//! What is done with one lot beside bidding: buying it at once, lowering its reserve, cancelling and ending
//! it.

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{
    AuctionId, AuctionsFacade, BidderId, BuyNow, CancelAuction, CancelledBy, EndAuction,
    LowerReserve, SellerId,
};
use foundation::{Money, audit};
use serde::Deserialize;

use super::filters::{self, spoken};
use super::flash::{Flash, Tone};
use super::frame::{Frame, Place};
use super::lot::find;
use super::lot_sent::{Form, finish};
use super::lot_view::Lot;
use super::visit::{Then, VisitAs};
use crate::http::identity::{Customer, Seller, SellerOrStaff, Staff};
use crate::http::{FieldErrors, Problem};

#[derive(Template)]
#[template(path = "buy_now.html")]
struct BuyNowPage {
    frame: Frame,
    lot: Lot,
    price: Money,
}

/// Asks once more before a lot is bought at once: that binds.
pub(crate) async fn ask_to_buy(
    visit: VisitAs<Customer>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let found = find(&visit, *id).await?;
    let lot = Lot::at(visit.now(), found.view);
    let Some(price) = lot.buy_now_price() else {
        let text = "This lot can no longer be bought at once.";
        let address = format!("/lots/{id}");
        return Ok(visit.go_to_with(&address, &Flash::new(Tone::Warn, text)));
    };
    visit.page(&BuyNowPage {
        frame: visit.frame(Place::Elsewhere),
        lot,
        price,
    })
}

/// Buys the lot.
pub(crate) async fn buy(
    visit: VisitAs<Customer>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let command = BuyNow {
        auction: *id,
        bidder: BidderId::from(visit.user().id.uuid()),
        arrived_at: visit.work.arrived_at(),
    };
    let bought = visit
        .write(move |auctions: &AuctionsFacade, uow| auctions.buy_now(&command, uow))
        .await
        .and_then(|decided| Ok(decided?));
    let told = bought.map(|bought| {
        let price = spoken(&bought.price);
        format!("The lot is yours for {price}. You find its payment under your won items.")
    });
    finish(&visit, *id, told, (Form::Button, String::new())).await
}

/// The form to lower the reserve. The currency is the lot's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReserveForm {
    reserve: String,
}

/// Lowers the reserve.
pub(crate) async fn lower_reserve(
    Then(visit, form): Then<VisitAs<Seller>, web::Form<ReserveForm>>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let typed = form.into_inner().reserve;
    let told = lower_reserve_to(&visit, *id, &typed).await;
    finish(&visit, *id, told, (Form::Reserve, typed)).await
}

async fn lower_reserve_to(
    visit: &VisitAs<Seller>,
    auction: AuctionId,
    typed: &str,
) -> Result<String, Problem> {
    let currency = find(visit, auction).await?.view.starting_price.currency();
    let mut errors = FieldErrors::default();
    let Some(reserve) = errors.take("reserve", Money::parse(currency, typed.trim())) else {
        return Err(errors.into());
    };
    let command = LowerReserve {
        auction,
        seller: SellerId::from(visit.user().id.uuid()),
        reserve,
    };
    let lowered = visit
        .write(move |auctions: &AuctionsFacade, uow| auctions.lower_reserve(&command, uow))
        .await
        .and_then(|decided| Ok(decided?));
    lowered.map_err(|problem| {
        let rule = problem.detail().to_owned();
        problem.at("reserve", rule)
    })?;
    let reserve = spoken(&reserve);
    Ok(format!(
        "The reserve is {reserve} now. It counts for bids from now on."
    ))
}

/// The form to take a lot off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelForm {
    reason: String,
}

/// Takes a lot off before its end: its seller before the first bid, staff always.
pub(crate) async fn cancel(
    Then(visit, form): Then<VisitAs<SellerOrStaff>, web::Form<CancelForm>>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let (user, reason) = (visit.user(), form.into_inner().reason);
    let command = CancelAuction {
        auction: *id,
        by: if user.role.is_staff() {
            CancelledBy::Staff(user.email.clone())
        } else {
            CancelledBy::Seller(SellerId::from(user.id.uuid()))
        },
        reason: reason.clone(),
    };
    let cancelled = visit
        .write(move |auctions: &AuctionsFacade, uow| auctions.cancel(&command, uow))
        .await
        .and_then(|decided| Ok(decided?));
    let told =
        cancelled.map(|()| "The lot is cancelled. Whoever has bid on it is told why.".to_owned());
    finish(&visit, *id, told, (Form::Cancel, reason)).await
}

/// Lets the hammer fall on a lot that is due and waits for its timer.
pub(crate) async fn end(
    visit: VisitAs<Staff>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let (auction, staff) = (*id, visit.user().email.clone());
    let ended = visit
        .write(move |auctions: &AuctionsFacade, uow| {
            auctions.end(EndAuction { auction }, uow)?;
            audit::record(&staff, "auctions.end", &auction.to_string(), "", uow)?;
            Ok::<_, auctions::EndAuctionError>(())
        })
        .await;
    let told = ended.map(|()| "The hammer fell.".to_owned());
    finish(&visit, auction, told, (Form::Button, String::new())).await
}
