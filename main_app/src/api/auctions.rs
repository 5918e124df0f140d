//! Lots.

use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, post, web};
use auctions::{
    AuctionId, AuctionStatus, AuctionTitle, AuctionView, AuctionsFacade, BeginAuction, EndAuction,
    Increments, LotDescription, LotTerms, SellerId,
};
use chrono::{DateTime, Utc};
use foundation::{Reader, audit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::{List, ListQuery};
use super::money::MoneyBody;
use crate::accounts::SignedIn;
use crate::composition::Inject;
use crate::http::identity::{Seller, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Visitor, Work};
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
    /// By how much a bid must exceed the price; the smallest unit of the currency if not given.
    increment: Option<MoneyBody>,
    /// From this moment on, bids are too late.
    ends_at: DateTime<Utc>,
}

impl BeginAuctionRequest {
    fn command(&self, seller: SellerId) -> Result<BeginAuction, Problem> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", AuctionTitle::parse(&self.title));
        let description = errors.take("description", LotDescription::parse(&self.description));
        let starting_price = errors.take("starting_price", self.starting_price.parse());
        let increment = self.increment.as_ref().map(MoneyBody::parse);
        let increment = errors.take_if_given("increment", increment);
        let increments = increment.map(Increments::fixed);
        let increments = errors.take_if_given("increment", increments);
        match (title, description, starting_price) {
            (Some(title), Some(description), Some(starting_price)) if errors.is_empty() => {
                Ok(BeginAuction {
                    auction: AuctionId::generate(),
                    seller,
                    title,
                    description,
                    starting_price,
                    ends_at: self.ends_at,
                    terms: LotTerms {
                        increments,
                        ..LotTerms::default()
                    },
                })
            }
            _ => Err(errors.into()),
        }
    }
}

/// Where an auction is in its life.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum StatusResponse {
    /// Bidding has not begun.
    Scheduled,
    /// Open for bids until the end.
    Running,
    /// Ended with a winner.
    Sold,
    /// Ended without a bid, or below the reserve.
    Unsold,
    /// Taken off before its end.
    Cancelled,
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
    /// When it was put up.
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
            began_at: view.began_at,
            ends_at: view.ends_at,
            ended_at: view.ended_at,
            status: match view.status {
                AuctionStatus::Scheduled => StatusResponse::Scheduled,
                AuctionStatus::Running => StatusResponse::Running,
                AuctionStatus::Sold => StatusResponse::Sold,
                AuctionStatus::Unsold => StatusResponse::Unsold,
                AuctionStatus::Cancelled => StatusResponse::Cancelled,
            },
            you_lead: you.is_some() && view.leader.map(|leader| leader.uuid()) == you,
            you_sell: you == Some(view.seller.uuid()),
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
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let command = body.command(SellerId::from(seller.user.id.uuid()))?;
    let begun = work.write(move |uow| {
        let id = command.auction;
        auctions.begin(command.clone(), uow)?;
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
    let read = || async {
        let view = work.read(move |reader| existing(&auctions, id, reader));
        Ok::<_, Problem>(Shown::new(view.await?))
    };
    let shown = window.lots.get(&id, work.arrived_at(), read).await?;
    let part = part(&shown.view, visitor);
    let body = |view: &AuctionView| json(&AuctionResponse::show(view.clone(), visitor));
    Ok(answer(shown.body(part, body)))
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
