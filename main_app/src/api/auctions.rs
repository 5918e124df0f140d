//! Lots.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, post, web};
use auctions::{
    AuctionId, AuctionTitle, AuctionView, AuctionsFacade, BeginAuction, BidderId, Bidding,
    EndAuction, Increments, LotDescription, LotTerms, SaleId, SellerId,
};
use chrono::{DateTime, Utc};
use foundation::{Money, Reader, audit};
use serde::{Deserialize, Serialize};
use shipping::ShippingFacade;
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::{List, ListQuery};
use super::money::MoneyBody;
use super::terms::{BiddingBody, GoodsBody, IncrementsBody, SoftCloseBody, StatusResponse};
use crate::accounts::SignedIn;
use crate::composition::Inject;
use crate::http::identity::{Seller, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Visitor, Work};
use crate::putting_up::put_up;
use crate::window::{Part, Shown, Window};

/// Puts a lot up for bids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BeginAuctionRequest {
    /// What the lot is called.
    #[schema(min_length = 1, max_length = 200, example = "Brass sextant")]
    title: String,
    /// What is said about it.
    #[serde(default)]
    #[schema(max_length = 5000)]
    description: String,
    /// The least first bid. Its currency is the lot's.
    starting_price: MoneyBody,
    /// By how much a bid must exceed the price, whatever the price is.
    increment: Option<MoneyBody>,
    /// The same by the height of the price. If neither is given: as the sale says; outside a sale the
    /// smallest unit of the currency with plain bidding, and `"standard"` with proxy bidding.
    increments: Option<IncrementsBody>,
    /// From this moment on, bids are too late.
    ends_at: DateTime<Utc>,
    /// When bidding begins; at once if not given, and in a sale with the sale.
    opens_at: Option<DateTime<Utc>>,
    /// The sale that the lot belongs to, anybody's: only its approved paddles bid.
    sale: Option<Uuid>,
    /// How bids are taken; `plain` if not given.
    #[serde(default)]
    bidding: BiddingBody,
    /// The secret price below which the lot is not sold. Others see only whether it is met.
    reserve: Option<MoneyBody>,
    /// The price at which the lot can be bought at once, until somebody bids or the reserve is met.
    buy_now: Option<MoneyBody>,
    /// How late bids move the end. If not given: as the sale says; outside a sale two minutes with proxy
    /// bidding, and not at all with plain bidding.
    soft_close: Option<SoftCloseBody>,
    /// What it takes from the stock when it is sold: goods of yours. Nothing for a piece of which there is only the
    /// one.
    goods: Option<GoodsBody>,
}

impl BeginAuctionRequest {
    fn command(&self, seller: SellerId) -> Result<BeginAuction, Problem> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", AuctionTitle::parse(&self.title));
        let description = errors.take("description", LotDescription::parse(&self.description));
        let starting_price = errors.take("starting_price", self.starting_price.parse());
        let terms = self.terms(starting_price, &mut errors);
        match (title, description, starting_price) {
            (Some(title), Some(description), Some(starting_price)) if errors.is_empty() => {
                Ok(BeginAuction {
                    auction: AuctionId::generate(),
                    seller,
                    title,
                    description,
                    starting_price,
                    ends_at: self.ends_at,
                    terms,
                })
            }
            _ => Err(errors.into()),
        }
    }

    fn terms(&self, starting_price: Option<Money>, errors: &mut FieldErrors) -> LotTerms {
        let mut money = |field, given: &Option<MoneyBody>| {
            errors.take_if_given(field, given.as_ref().map(MoneyBody::parse))
        };
        let reserve = money("reserve", &self.reserve);
        let buy_now = money("buy_now", &self.buy_now);
        let step = money("increment", &self.increment);
        let fixed = errors.take_if_given("increment", step.map(Increments::fixed));
        let table = self.increments.as_ref().zip(starting_price);
        let table = table.map(|(table, price)| table.parse(price.currency()));
        let table = errors.take_if_given("increments", table);
        if self.increment.is_some() && self.increments.is_some() {
            errors.note("increments", "give either 'increment' or 'increments'");
        }
        let soft_close = self.soft_close.map(SoftCloseBody::parse);
        let soft_close = errors.take_if_given("soft_close", soft_close);
        let goods = self.goods.as_ref().map(GoodsBody::parse);
        let goods = errors.take_if_given("goods", goods);
        LotTerms {
            sale: self.sale.map(SaleId::from),
            opens_at: self.opens_at,
            bidding: self.bidding.into(),
            increments: fixed.or(table),
            reserve,
            buy_now,
            soft_close: soft_close.unwrap_or_default(),
            goods,
        }
    }
}

/// A lot. Who sells and who leads is nobody else's business.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Auction)]
pub(super) struct AuctionResponse {
    /// Identifies it.
    id: Uuid,
    /// What the lot is called.
    title: String,
    /// What is said about it.
    description: String,
    /// The least first bid.
    starting_price: MoneyBody,
    /// The price; the starting price until somebody bids.
    current_price: MoneyBody,
    /// The least next bid.
    minimum_next: MoneyBody,
    /// How many bids count.
    bids: i64,
    /// How bids are taken.
    bidding: BiddingBody,
    /// Whether the reserve is met; nothing when there is none. What it is, the seller alone is told
    /// while the lot runs; after the end the log reveals it.
    reserve_met: Option<bool>,
    /// The price at which the lot can be bought at once, while it can.
    buy_now: Option<MoneyBody>,
    /// The sale it belongs to.
    sale: Option<Uuid>,
    /// A bid with less than this left gives the lot that much again; nothing when the end is final.
    soft_close_seconds: Option<i64>,
    /// When bidding begins or began.
    began_at: DateTime<Utc>,
    /// From this moment on, bids are too late.
    ends_at: DateTime<Utc>,
    /// When the hammer fell.
    ended_at: Option<DateTime<Utc>>,
    /// Where it is in its life.
    status: StatusResponse,
    /// Whether you lead, or have won.
    you_lead: bool,
    /// Whether you sell it.
    you_sell: bool,
    /// What it takes from the stock; only in the answer about a single lot.
    #[serde(skip_serializing_if = "Option::is_none")]
    goods: Option<GoodsBody>,
    /// The most you have bid, where bids are maxima; only in the answer about a single lot, and only for
    /// you.
    #[serde(skip_serializing_if = "Option::is_none")]
    your_maximum: Option<MoneyBody>,
}

impl AuctionResponse {
    /// The lot as the visitor may see it.
    pub(super) fn show(view: AuctionView, visitor: Option<&SignedIn>) -> Self {
        let you = visitor.map(|visitor| visitor.user.id.uuid());
        Self {
            id: view.id.uuid(),
            title: view.title,
            description: view.description,
            starting_price: view.starting_price.into(),
            current_price: view.current_price.into(),
            minimum_next: view.minimum_next.into(),
            bids: view.bids,
            bidding: view.bidding.into(),
            reserve_met: view.reserve_met,
            buy_now: view.buy_now.map(MoneyBody::from),
            sale: view.sale.map(SaleId::uuid),
            soft_close_seconds: view.soft_close.map(|window| window.num_seconds()),
            began_at: view.began_at,
            ends_at: view.ends_at,
            ended_at: view.ended_at,
            status: view.status.into(),
            you_lead: you.is_some() && view.leader.map(|leader| leader.uuid()) == you,
            you_sell: you == Some(view.seller.uuid()),
            goods: view.goods.as_ref().map(GoodsBody::from),
            your_maximum: None,
        }
    }
}

/// The lot that must be there.
pub(super) fn existing(
    auctions: &AuctionsFacade,
    id: AuctionId,
    reader: &mut Reader,
) -> Result<AuctionView, Problem> {
    let found = auctions.single_auction(id, reader)?;
    found.ok_or_else(|| Problem::not_found("auction"))
}

/// Lots that are open for bids, the one that ends next first.
#[utoipa::path(operation_id = "list_auctions", tag = "auctions", params(ListQuery), responses(
    (status = 200, description = "A part of the list.", body = List<AuctionResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/auctions")]
async fn list(
    query: web::Query<ListQuery>,
    visitor: Visitor,
    auctions: Inject<AuctionsFacade>,
    window: Inject<Window>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let page = query.page()?;
    let visitor = visitor.0.as_ref();
    let read = || async {
        let views = work.read(move |reader| auctions.active_auctions(page, reader));
        Ok::<_, Problem>(Shown::new(views.await?))
    };
    let shown = if page.after.is_none() {
        let pages = &window.first_pages;
        pages.get(&page.limit, work.arrived_at(), read).await?
    } else {
        read().await?
    };
    let body = |views: &Vec<AuctionView>| {
        let show = |view| AuctionResponse::show(view, visitor);
        json(&List::page(
            views.clone(),
            page,
            |view| view.id.uuid(),
            show,
        ))
    };
    let has_part = |view: &AuctionView| part(view, visitor) != Part::Onlooker;
    Ok(answer(if shown.view.iter().any(has_part) {
        body(&shown.view)
    } else {
        shown.body(Part::Onlooker, body)
    }))
}

/// Puts a lot up for bids.
#[utoipa::path(operation_id = "begin_auction", tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The lot is open for bids.", body = AuctionResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions")]
async fn begin(
    body: Json<BeginAuctionRequest>,
    seller: As<Seller>,
    auctions: Inject<AuctionsFacade>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let command = body.command(SellerId::from(seller.user.id.uuid()))?;
    let begun = work.write(move |uow| {
        let id = command.auction;
        put_up(&command, "goods", &auctions, &shipping, uow)?;
        existing(&auctions, id, uow.reader())
    });
    let shown = AuctionResponse::show(begun.await?, Some(&seller));
    Ok(HttpResponse::Created()
        .insert_header(("location", format!("/api/auctions/{}", shown.id)))
        .json(shown))
}

/// One lot.
#[utoipa::path(operation_id = "read_auction", tag = "auctions", responses(
    (status = 200, description = "The lot.", body = AuctionResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/auctions/{id}")]
async fn single(
    id: web::Path<Uuid>,
    visitor: Visitor,
    auctions: Inject<AuctionsFacade>,
    window: Inject<Window>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let id = AuctionId::from(*id);
    let visitor = visitor.0.as_ref();
    let auctions = Arc::new(auctions);
    let facade = Arc::clone(&auctions);
    let read = || async {
        let view = work.read(move |reader| existing(&facade, id, reader));
        Ok::<_, Problem>(Shown::new(view.await?))
    };
    let shown = window.lots.get(&id, work.arrived_at(), read).await?;
    let response = |view: &AuctionView| AuctionResponse::show(view.clone(), visitor);
    if let (Some(you), Bidding::Proxy) = (visitor, shown.view.bidding) {
        let bidder = BidderId::from(you.user.id.uuid());
        let maximum = work.read(move |reader| auctions.maximum_of(id, bidder, reader));
        if let Some(maximum) = maximum.await? {
            // For this visitor alone: nothing that others are shown may carry it.
            let mut own = response(&shown.view);
            own.your_maximum = Some(maximum.into());
            return Ok(answer(json(&own)));
        }
    }
    let part = part(&shown.view, visitor);
    Ok(answer(shown.body(part, |view| json(&response(view)))))
}

/// What a lot is to its visitor.
fn part(view: &AuctionView, visitor: Option<&SignedIn>) -> Part {
    let Some(you) = visitor.map(|visitor| visitor.user.id.uuid()) else {
        return Part::Onlooker;
    };
    if view.seller.uuid() == you {
        Part::Seller
    } else if view.leader.is_some_and(|leader| leader.uuid() == you) {
        Part::Leader
    } else {
        Part::Onlooker
    }
}

fn json(body: &impl Serialize) -> Bytes {
    let body = serde_json::to_vec(body).expect("a lot is made of texts and numbers");
    body.into()
}

fn answer(body: Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(body)
}

/// Lets the hammer fall on a lot that is due. Lots end by themselves; this is for staff who cannot wait.
#[utoipa::path(operation_id = "end_auction", tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The lot as it ended.", body = AuctionResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions/{id}/end")]
async fn end(
    id: web::Path<Uuid>,
    staff: As<Staff>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<AuctionResponse>, Problem> {
    let auction = AuctionId::from(*id);
    let actor = staff.user.email.clone();
    let ended = work.write(move |uow| {
        auctions.end(EndAuction { auction }, uow)?;
        audit::record(&actor, "auctions.end", &auction.to_string(), "", uow)?;
        existing(&auctions, auction, uow.reader())
    });
    Ok(web::Json(AuctionResponse::show(ended.await?, Some(&staff))))
}

/// The lots you sell, the newest first.
#[utoipa::path(tag = "auctions", params(ListQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "A part of the list.", body = List<AuctionResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/lots")]
async fn my_lots(
    query: web::Query<ListQuery>,
    seller: As<Seller>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<List<AuctionResponse>>, Problem> {
    let page = query.page()?;
    let id = SellerId::from(seller.user.id.uuid());
    let views = work
        .read(move |reader| auctions.auctions_of_seller(id, page, reader))
        .await?;
    let show = |view| AuctionResponse::show(view, Some(&seller));
    Ok(web::Json(List::page(
        views,
        page,
        |view| view.id.uuid(),
        show,
    )))
}
