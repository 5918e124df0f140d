//! What is done with one lot beside bidding: buying it at once, lowering its reserve, cancelling it.

use std::sync::Arc;

use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get, post, web};
use auctions::{
    AuctionId, AuctionView, AuctionsFacade, BidderId, BuyNow, CancelAuction, CancelledBy, Decided,
    LogAccess, LogExport, LowerReserve, SellerId,
};
use foundation::{Failure, UnitOfWork};
use futures_util::stream;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::auctions::{AuctionResponse, existing};
use super::money::MoneyBody;
use crate::composition::Inject;
use crate::http::errors::{TOO_SLOW, about_the_reserve};
use crate::http::identity::{Customer, Seller, SellerOrStaff};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, House, Json, Problem, Visitor, Work};

/// So many lines of a log are in memory at once.
const LINES_OF_A_PART: usize = 1_000;

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
    (status = 503, description = "Two logs are being read already; Retry-After says when to try again.", body = ProblemBody, content_type = "application/problem+json"),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/auctions/{id}/log")]
async fn log(
    id: web::Path<Uuid>,
    visitor: Visitor,
    house: web::Data<House>,
    auctions: Inject<AuctionsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let id = AuctionId::from(*id);
    let is_staff = visitor.0.is_some_and(|known| known.user.role.is_staff());
    let access = if is_staff {
        LogAccess::Staff
    } else {
        LogAccess::Everybody
    };
    let turn = house.exports().turn()?;
    let auctions = Arc::new(auctions);
    let facade = Arc::clone(&auctions);
    let export = work.read(move |reader| facade.export_log(id, access, reader));
    let export = export.await?.ok_or_else(|| Problem::not_found("auction"))?;
    let parts = stream::try_unfold(export, move |export| {
        next_part(export, turn.is_over(), Arc::clone(&auctions), work.clone())
    });
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .streaming(parts))
}

/// The next part of a log, and the rest of it. One that cannot be told breaks the answer off: what a client
/// has then is no JSON.
async fn next_part(
    mut export: LogExport,
    is_too_late: bool,
    auctions: Arc<Inject<AuctionsFacade>>,
    work: Work,
) -> Result<Option<(Bytes, LogExport)>, Problem> {
    if is_too_late {
        return Err(Problem::new(TOO_SLOW, "A log is read within a minute."));
    }
    let next = work.read(move |reader| {
        let part = auctions.next_part_of_log(&mut export, LINES_OF_A_PART, reader)?;
        Ok::<_, Problem>(part.map(|part| (Bytes::from(part), export)))
    });
    next.await
}
