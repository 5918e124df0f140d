//! Bids.

use actix_web::{HttpRequest, get, post, web};
use auctions::{
    AuctionId, AuctionsFacade, BidAmount, BidId, BidView, BidderId, BiddingDesk, IdempotencyKey,
    PlaceBid, Verdict, WithdrawBids, Withdrawn, WithdrawnBy,
};
use chrono::{DateTime, Utc};
use foundation::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auctions::{AuctionResponse, existing};
use super::lists::{List, ListQuery};
use super::money::MoneyBody;
use crate::accounts::SignedIn;
use crate::composition::Inject;
use crate::http::errors::BAD_REQUEST;
use crate::http::identity::{Anybody, Customer};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Visitor, Work};

/// Bids on a lot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BidRequest {
    /// A plain decimal.
    #[schema(example = "15.99", pattern = r"^[0-9]+(\.[0-9]+)?$", max_length = 28)]
    amount: String,
    /// The currency; the lot's if not given.
    #[schema(example = "USD", pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
}

impl BidRequest {
    fn amount(self) -> Result<BidAmount, Problem> {
        let Some(currency) = self.currency else {
            return Ok(BidAmount::InLotCurrency(self.amount));
        };
        let mut errors = FieldErrors::default();
        let currency = errors.take("currency", Currency::parse(&currency));
        let amount = currency.map(|currency| Money::parse(currency, &self.amount));
        errors
            .take_if_given("amount", amount)
            .map(BidAmount::from)
            .ok_or_else(|| errors.into())
    }
}

/// What became of a bid.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verdict)]
struct VerdictResponse {
    /// Whether the bid stands; one that is too low does not.
    accepted: bool,
    /// Whether you lead now. With proxy bidding the leader's maximum may outbid an accepted bid at once.
    is_winner: bool,
    /// The same in words.
    #[schema(example = "Hooray! You are a winner")]
    message: String,
    /// The price, as this bid leaves it.
    current_price: MoneyBody,
    /// The least next bid.
    minimum_next: MoneyBody,
    /// How many bids the lot has ever seen: of two answers, the greater number is the newer one.
    sequence: i64,
    /// From this moment on, bids are too late. A late bid may have moved it.
    ends_at: DateTime<Utc>,
}

impl From<Verdict> for VerdictResponse {
    fn from(verdict: Verdict) -> Self {
        let price = verdict.current_price;
        let message = if verdict.is_winner {
            "Hooray! You are a winner".to_owned()
        } else if verdict.accepted {
            format!("Your bid stands, but somebody's maximum is higher. Current price is {price}")
        } else {
            format!("Your bid is too low. Current price is {price}")
        };
        Self {
            accepted: verdict.accepted,
            is_winner: verdict.is_winner,
            message,
            current_price: price.into(),
            minimum_next: verdict.minimum_next.into(),
            sequence: verdict.sequence,
            ends_at: verdict.ends_at,
        }
    }
}

/// A bid of a lot's history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bid)]
struct BidResponse {
    /// Identifies it.
    id: Uuid,
    /// Its place among the bids of its lot, counted from 1.
    sequence: i64,
    /// The price that the bid left. With proxy bidding, what was bid stays secret while the lot runs.
    amount: MoneyBody,
    /// When it arrived.
    placed_at: DateTime<Utc>,
    /// When it was withdrawn: from then on it does not count.
    withdrawn_at: Option<DateTime<Utc>>,
    /// Whether it is yours.
    yours: bool,
}

impl BidResponse {
    fn show(view: BidView, visitor: Option<&SignedIn>) -> Self {
        Self {
            id: view.id.uuid(),
            sequence: view.sequence,
            amount: view.amount.into(),
            placed_at: view.placed_at,
            withdrawn_at: view.withdrawn_at,
            yours: visitor.is_some_and(|you| you.user.id.uuid() == view.bidder.uuid()),
        }
    }
}

/// Takes bids back. Bidders send `{}`: more than twelve hours before the end all of their bids go, later
/// only the latest. Staff say which bids, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawRequest {
    /// For staff: the bids.
    bids: Option<Vec<Uuid>>,
    /// For staff: why. Those affected are told.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl WithdrawRequest {
    fn by(self, user: &SignedIn) -> Result<WithdrawnBy, Problem> {
        let mut errors = FieldErrors::default();
        if user.user.role.is_customer() {
            if self.bids.is_some() {
                errors.note("bids", "only staff choose bids");
            }
            if self.reason.is_some() {
                errors.note("reason", "only staff give a reason");
            }
            if errors.is_empty() {
                return Ok(WithdrawnBy::Bidder(BidderId::from(user.user.id.uuid())));
            }
            return Err(errors.into());
        }
        let bids = self.bids.unwrap_or_default();
        if bids.is_empty() {
            errors.note("bids", "say which bids");
        }
        if self.reason.is_none() {
            errors.note("reason", "say why");
        }
        match self.reason {
            Some(reason) if errors.is_empty() => Ok(WithdrawnBy::Staff {
                bids: bids.into_iter().map(BidId::from).collect(),
                staff: user.user.email.clone(),
                reason,
            }),
            _ => Err(errors.into()),
        }
    }
}

/// What became of a withdrawal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Withdrawn)]
struct WithdrawnResponse {
    /// The bids that no longer count.
    bids: Vec<Uuid>,
    /// The price that remains.
    current_price: MoneyBody,
    /// The least next bid.
    minimum_next: MoneyBody,
}

impl From<Withdrawn> for WithdrawnResponse {
    fn from(withdrawn: Withdrawn) -> Self {
        Self {
            bids: withdrawn.bids.into_iter().map(BidId::uuid).collect(),
            current_price: withdrawn.current_price.into(),
            minimum_next: withdrawn.minimum_next.into(),
        }
    }
}

/// The bids on a lot, the newest first.
#[utoipa::path(operation_id = "list_bids", tag = "auctions", params(ListQuery), responses(
    (status = 200, description = "A part of the list.", body = List<BidResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/auctions/{id}/bids")]
async fn list(
    id: web::Path<Uuid>,
    query: web::Query<ListQuery>,
    visitor: Visitor,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<List<BidResponse>>, Problem> {
    let (id, page) = (AuctionId::from(*id), query.page()?);
    let views = work.read(move |reader| {
        existing(&auctions, id, reader)?;
        Ok::<_, Problem>(auctions.bids_of(id, page, reader)?)
    });
    let show = |view| BidResponse::show(view, visitor.0.as_ref());
    Ok(web::Json(List::page(
        views.await?,
        page,
        |view| view.id.uuid(),
        show,
    )))
}

/// Bids on a lot; with proxy bidding the amount is your maximum, which nobody else is told. A bid that is too
/// low is answered with 200 and `is_winner: false`.
#[utoipa::path(operation_id = "place_bid", tag = "auctions", security(("session" = []), ("token" = [])), params(
    ("Idempotency-Key" = Option<String>, Header, description = "1 to 100 visible ASCII characters of your choice. A repetition of the bid under the same key gets the first answer and changes nothing; another bid under it is refused."),
), responses(
    (status = 200, description = "What became of the bid.", body = VerdictResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions/{id}/bids")]
async fn place(
    (request, id): (HttpRequest, web::Path<Uuid>),
    body: Json<BidRequest>,
    bidder: As<Customer>,
    (desk, work): (Inject<BiddingDesk>, Work),
) -> Result<web::Json<VerdictResponse>, Problem> {
    let amount = body.read().await?.amount()?;
    let bid = PlaceBid {
        auction: AuctionId::from(*id),
        bidder: BidderId::from(bidder.user.id.uuid()),
        amount,
        arrived_at: work.arrived_at(),
        key: idempotency_key(&request)?,
    };
    let verdict = work.bid(desk, bid).await?;
    Ok(web::Json(verdict.into()))
}

/// The key that makes a repetition harmless, where the client sent one.
fn idempotency_key(request: &HttpRequest) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default();
    IdempotencyKey::parse(key)
        .map(Some)
        .map_err(|rule| Problem::new(BAD_REQUEST, rule))
}

/// Takes bids back.
#[utoipa::path(operation_id = "withdraw_bids", tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "What remains.", body = WithdrawnResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions/{id}/withdrawals")]
async fn withdraw(
    id: web::Path<Uuid>,
    body: Json<WithdrawRequest>,
    user: As<Anybody>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<WithdrawnResponse>, Problem> {
    let body = body.read().await?;
    let command = WithdrawBids {
        auction: AuctionId::from(*id),
        by: body.by(&user)?,
    };
    let withdrawn = work.write(move |uow| auctions.withdraw_bids(command.clone(), uow));
    Ok(web::Json(withdrawn.await??.into()))
}

/// The lots you have bid on, the newest first.
#[utoipa::path(tag = "auctions", params(ListQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "A part of the list.", body = List<AuctionResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/bids")]
async fn my_bids(
    query: web::Query<ListQuery>,
    bidder: As<Customer>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<List<AuctionResponse>>, Problem> {
    let page = query.page()?;
    let id = BidderId::from(bidder.user.id.uuid());
    let views = work
        .read(move |reader| auctions.auctions_of_bidder(id, page, reader))
        .await?;
    let show = |view| AuctionResponse::show(view, Some(&bidder));
    Ok(web::Json(List::page(
        views,
        page,
        |view| view.id.uuid(),
        show,
    )))
}
