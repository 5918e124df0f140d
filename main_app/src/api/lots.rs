//! What is done with one lot beside bidding: buying it at once, lowering its reserve, cancelling it.

use actix_web::{get, post, web};
use auctions::{
    AuctionId, AuctionView, AuctionsFacade, BidderId, BuyNow, CancelAuction, CancelledBy, Decided,
    LogAccess, LowerReserve, SellerId,
};
use foundation::{Failure, UnitOfWork};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::auctions::{AuctionResponse, existing};
use super::money::MoneyBody;
use crate::composition::Inject;
use crate::http::errors::about_the_reserve;
use crate::http::identity::{Customer, Seller, SellerOrStaff};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Visitor, Work};

/// Runs a command on a lot; gives the lot as it is afterwards. A refusal is kept too: the log has it.
async fn carry_out<T: Send + 'static>(
    auction: AuctionId,
    auctions: Inject<AuctionsFacade>,
    work: &Work,
    command: impl Fn(&AuctionsFacade, &mut UnitOfWork) -> Result<Decided<T>, Failure> + Send + 'static,
) -> Result<Decided<AuctionView>, Problem> {
    let done = work.write(move |uow| {
        let decided = command(&auctions, uow)?;
        let view = existing(&auctions, auction, uow.reader())?;
        Ok::<_, Problem>((decided, view))
    });
    let (decided, view) = done.await?;
    Ok(decided.map(|_| view))
}

/// Buys a lot at once. This binds, and ends the lot.
#[utoipa::path(tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The lot, which is yours.", body = AuctionResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions/{id}/buy-now")]
async fn buy_now(
    id: web::Path<Uuid>,
    bidder: As<Customer>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<AuctionResponse>, Problem> {
    let command = BuyNow {
        auction: AuctionId::from(*id),
        bidder: BidderId::from(bidder.user.id.uuid()),
        arrived_at: work.arrived_at(),
    };
    let bought = carry_out(command.auction, auctions, &work, move |auctions, uow| {
        auctions.buy_now(&command, uow)
    });
    Ok(web::Json(AuctionResponse::show(
        bought.await??,
        Some(&bidder),
    )))
}

/// Takes a lot off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelRequest {
    /// Why: those who have bid are told.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Takes a lot off before its end: its seller before the first bid, staff always.
#[utoipa::path(operation_id = "cancel_auction", tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The lot, cancelled.", body = AuctionResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions/{id}/cancel")]
async fn cancel(
    id: web::Path<Uuid>,
    body: Json<CancelRequest>,
    user: As<SellerOrStaff>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<AuctionResponse>, Problem> {
    let command = CancelAuction {
        auction: AuctionId::from(*id),
        by: if user.user.role.is_staff() {
            CancelledBy::Staff(user.user.email.clone())
        } else {
            CancelledBy::Seller(SellerId::from(user.user.id.uuid()))
        },
        reason: body.read().await?.reason,
    };
    let cancelled = carry_out(command.auction, auctions, &work, move |auctions, uow| {
        auctions.cancel(&command, uow)
    });
    Ok(web::Json(AuctionResponse::show(
        cancelled.await??,
        Some(&user),
    )))
}

/// Lowers the reserve.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReserveRequest {
    /// The new reserve, below the one before and not below the starting price.
    reserve: MoneyBody,
}

/// Lowers the reserve of a lot you sell, while it is not met. It never makes an earlier bid win by itself.
#[utoipa::path(tag = "auctions", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The lot with its new reserve.", body = AuctionResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/auctions/{id}/reserve")]
async fn lower_reserve(
    id: web::Path<Uuid>,
    body: Json<ReserveRequest>,
    seller: As<Seller>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<AuctionResponse>, Problem> {
    let mut errors = FieldErrors::default();
    let reserve = errors.take("reserve", body.read().await?.reserve.parse());
    let command = LowerReserve {
        auction: AuctionId::from(*id),
        seller: SellerId::from(seller.user.id.uuid()),
        reserve: reserve.ok_or(errors)?,
    };
    let lowered = carry_out(command.auction, auctions, &work, move |auctions, uow| {
        auctions.lower_reserve(&command, uow)
    });
    let lowered = lowered.await?.map_err(about_the_reserve)?;
    Ok(web::Json(AuctionResponse::show(lowered, Some(&seller))))
}

/// The log of a lot: every command with what came of it, each line bound to the one before by its hash.
/// While the lot runs, everybody sees the hashes alone, up to the newest bid that everybody sees; afterwards
/// everything, with what opens the commitments (the bidders' maxima and the reserve among it), so that
/// `gavel verify` can check it. Staff see entries at any time, in which amounts are commitments and persons
/// pseudonyms.
#[utoipa::path(operation_id = "read_log", tag = "auctions", responses(
    (status = 200, description = "The log, as `gavel verify` reads it.", body = Value),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/auctions/{id}/log")]
async fn log(
    id: web::Path<Uuid>,
    visitor: Visitor,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<web::Json<auctions::LotLog>, Problem> {
    let id = AuctionId::from(*id);
    let is_staff = visitor.0.is_some_and(|known| known.user.role.is_staff());
    let access = if is_staff {
        LogAccess::Staff
    } else {
        LogAccess::Everybody
    };
    let log = work.read(move |reader| auctions.log(id, access, reader));
    let log = log.await?.ok_or_else(|| Problem::not_found("auction"))?;
    Ok(web::Json(log))
}
