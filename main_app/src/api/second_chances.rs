//! Second chances: a lot that was not sold is offered to the next bidder.

use actix_web::{HttpResponse, get, post, web};
use auctions::{
    AnswerSecondChance, AuctionId, AuctionView, AuctionsFacade, BidderId, OfferSecondChance,
    OfferState, SecondChanceReason, SecondChanceView,
};
use chrono::{DateTime, Utc};
use foundation::{Reader, audit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auctions::existing;
use super::money::MoneyBody;
use crate::accounts::{SignedIn, User};
use crate::composition::Inject;
use crate::http::identity::{Anybody, Customer, SellerOrStaff};
use crate::http::problem::ProblemBody;
use crate::http::{As, Json, Problem, Work};

/// What became of a second chance.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SecondChanceState)]
enum StateResponse {
    /// It waits for an answer.
    Open,
    /// The bidder buys.
    Accepted,
    /// The bidder does not want it.
    Declined,
    /// Nobody answered in time.
    Expired,
}

/// The newest second chance of a lot: for the person asked, the seller and staff.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondChance)]
struct SecondChanceResponse {
    /// The lot.
    auction: Uuid,
    /// The bidder's own highest bid.
    price: MoneyBody,
    /// Until when the bidder may answer.
    expires_at: DateTime<Utc>,
    /// What became of it.
    state: StateResponse,
    /// Whether you are the one who is asked.
    yours: bool,
}

impl SecondChanceResponse {
    fn show(view: SecondChanceView, you: &SignedIn) -> Self {
        Self {
            auction: view.auction.uuid(),
            price: view.price.into(),
            expires_at: view.expires_at,
            state: match view.state {
                OfferState::Open => StateResponse::Open,
                OfferState::Accepted => StateResponse::Accepted,
                OfferState::Declined => StateResponse::Declined,
                OfferState::Expired => StateResponse::Expired,
            },
            yours: view.bidder.uuid() == you.user.id.uuid(),
        }
    }
}

/// Answers a second chance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerRequest {
    /// Whether you buy.
    accepts: bool,
}

/// Whether a user sells the lot or works for the house.
fn manages(user: &User, lot: &AuctionView) -> bool {
    user.role.is_staff() || lot.seller.uuid() == user.id.uuid()
}

fn newest(
    auctions: &AuctionsFacade,
    id: AuctionId,
    reader: &mut Reader,
) -> Result<SecondChanceView, Problem> {
    let found = auctions.second_chance(id, reader)?;
    found.ok_or_else(|| Problem::not_found("second chance"))
}

/// Offers a lot that was not sold to the best bidder who has not been asked yet, at that bidder's own
/// highest bid, for 48 hours. For its seller and for staff.
#[utoipa::path(operation_id = "offer_second_chance", tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "What was offered.", body = SecondChanceResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions/{id}/second-chance")]
async fn offer(
    id: web::Path<Uuid>,
    user: As<SellerOrStaff>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let command = OfferSecondChance {
        auction: AuctionId::from(*id),
        because: SecondChanceReason::NotSold,
    };
    let asking = user.user.clone();
    let offered = work.write(move |uow| {
        let id = command.auction;
        // Whose lot it is never changes, so the read model may decide about that.
        if !manages(&asking, &existing(&auctions, id, uow.reader())?) {
            return Err(Problem::not_found("auction"));
        }
        let decided = auctions.offer_second_chance(&command, uow)?;
        if let (Ok(_), true) = (&decided, asking.role.is_staff()) {
            let act = "auctions.offer_second_chance";
            audit::record(&asking.email, act, &id.to_string(), "", uow)?;
        }
        match decided {
            Ok(_) => Ok(Ok(newest(&auctions, id, uow.reader())?)),
            Err(refused) => Ok(Err(refused)),
        }
    });
    let offered = SecondChanceResponse::show(offered.await??, &user);
    Ok(HttpResponse::Created().json(offered))
}

/// The newest second chance of a lot, for the person asked, its seller and staff.
#[utoipa::path(operation_id = "read_second_chance", tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The second chance.", body = SecondChanceResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/auctions/{id}/second-chance")]
async fn read(
    id: web::Path<Uuid>,
    user: As<Anybody>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<SecondChanceResponse>, Problem> {
    let id = AuctionId::from(*id);
    let found = work.read(move |reader| {
        let lot = existing(&auctions, id, reader)?;
        Ok::<_, Problem>((lot, newest(&auctions, id, reader)?))
    });
    let (lot, view) = found.await?;
    if view.bidder.uuid() != user.user.id.uuid() && !manages(&user.user, &lot) {
        return Err(Problem::not_found("second chance"));
    }
    Ok(web::Json(SecondChanceResponse::show(view, &user)))
}

/// Accepts or declines a second chance that was offered to you. Accepting binds.
#[utoipa::path(operation_id = "answer_second_chance", tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The second chance as you answered it.", body = SecondChanceResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions/{id}/second-chance/answer")]
async fn answer(
    id: web::Path<Uuid>,
    body: Json<AnswerRequest>,
    bidder: As<Customer>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<SecondChanceResponse>, Problem> {
    let accepts = body.read().await?.accepts;
    let command = AnswerSecondChance {
        auction: AuctionId::from(*id),
        bidder: BidderId::from(bidder.user.id.uuid()),
        accepts,
        arrived_at: work.arrived_at(),
    };
    let answered = work.write(
        move |uow| match auctions.answer_second_chance(&command, uow)? {
            Ok(()) => Ok::<_, Problem>(Ok(newest(&auctions, command.auction, uow.reader())?)),
            Err(refused) => Ok(Err(refused)),
        },
    );
    let answered = SecondChanceResponse::show(answered.await??, &bidder);
    Ok(web::Json(answered))
}
