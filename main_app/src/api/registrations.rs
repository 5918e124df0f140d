//! Registrations for sales: paddles, and who may bid with them.

use actix_web::{HttpResponse, delete, get, post, web};
use auctions::{
    ApproveRegistration, BidderId, CancelRegistration, RefuseRegistration, RegisterBidder,
    RegistrationId, RegistrationStatus, RegistrationView, SaleId, SalesFacade,
};
use chrono::{DateTime, Utc};
use foundation::Reader;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists::{self, List};
use super::sales::existing;
use crate::composition::Inject;
use crate::http::identity::{Customer, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, Json, Problem, Work};

/// Where a registration is in its life.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RegistrationStatus)]
enum StatusBody {
    /// Waits for staff to approve it.
    Pending,
    /// May bid.
    Approved,
    /// Staff said no.
    Refused,
    /// Given back by the bidder.
    Cancelled,
}

impl From<StatusBody> for RegistrationStatus {
    fn from(body: StatusBody) -> Self {
        match body {
            StatusBody::Pending => Self::Pending,
            StatusBody::Approved => Self::Approved,
            StatusBody::Refused => Self::Refused,
            StatusBody::Cancelled => Self::Cancelled,
        }
    }
}

impl From<RegistrationStatus> for StatusBody {
    fn from(status: RegistrationStatus) -> Self {
        match status {
            RegistrationStatus::Pending => Self::Pending,
            RegistrationStatus::Approved => Self::Approved,
            RegistrationStatus::Refused => Self::Refused,
            RegistrationStatus::Cancelled => Self::Cancelled,
        }
    }
}

/// A bidder's registration for a sale: for the bidder and for staff.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Registration)]
struct RegistrationResponse {
    /// Identifies it.
    id: Uuid,
    /// The sale.
    sale: Uuid,
    /// Who registered.
    bidder: Uuid,
    /// The number on the paddle.
    paddle: i64,
    /// Where it is in its life.
    status: StatusBody,
    /// When the bidder registered.
    registered_at: DateTime<Utc>,
    /// Since when the status is what it is.
    since: DateTime<Utc>,
    /// Why staff refused the bidder.
    reason: Option<String>,
}

impl From<RegistrationView> for RegistrationResponse {
    fn from(view: RegistrationView) -> Self {
        Self {
            id: view.id.uuid(),
            sale: view.sale.uuid(),
            bidder: view.bidder.uuid(),
            paddle: view.paddle,
            status: view.status.into(),
            registered_at: view.registered_at,
            since: view.since,
            reason: view.reason,
        }
    }
}

/// Which registrations are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RegistrationsQuery {
    /// Only those of this status.
    #[param(inline)]
    status: Option<StatusBody>,
    /// How many; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// The `next` of the page before.
    after: Option<Uuid>,
}

/// Keeps a bidder from bidding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefuseRequest {
    /// Why: the bidder is told.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// The last of a bidder's registrations for a sale.
fn own(
    sales: &SalesFacade,
    sale: SaleId,
    bidder: BidderId,
    reader: &mut Reader,
) -> Result<RegistrationView, Problem> {
    let found = sales.registration_of(sale, bidder, reader)?;
    found.ok_or_else(|| Problem::not_found("registration"))
}

/// Registers you for a sale: you get a paddle, approved at once or as soon as staff have looked at it.
#[utoipa::path(operation_id = "register_for_sale", tag = "sales", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "Your registration.", body = RegistrationResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/sales/{id}/registrations")]
async fn register(
    id: web::Path<Uuid>,
    bidder: As<Customer>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let command = RegisterBidder {
        sale: SaleId::from(*id),
        bidder: BidderId::from(bidder.user.id.uuid()),
    };
    let registered = work.write_locking(move |uow| {
        sales.register(command, uow)?;
        own(&sales, command.sale, command.bidder, uow.reader())
    });
    let registered = RegistrationResponse::from(registered.await?);
    Ok(HttpResponse::Created().json(registered))
}

/// Your registration for a sale; of several, the last.
#[utoipa::path(operation_id = "read_registration", tag = "sales", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Your registration.", body = RegistrationResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sales/{id}/registration")]
async fn mine(
    id: web::Path<Uuid>,
    bidder: As<Customer>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<web::Json<RegistrationResponse>, Problem> {
    let (id, bidder) = (SaleId::from(*id), BidderId::from(bidder.user.id.uuid()));
    let view = work.read(move |reader| own(&sales, id, bidder, reader));
    Ok(web::Json(view.await?.into()))
}

/// Gives your paddle back. Bids placed with it stay as binding as they were.
#[utoipa::path(operation_id = "cancel_registration", tag = "sales", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Your registration, cancelled.", body = RegistrationResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[delete("/sales/{id}/registration")]
async fn cancel(
    id: web::Path<Uuid>,
    bidder: As<Customer>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<web::Json<RegistrationResponse>, Problem> {
    let command = CancelRegistration {
        sale: SaleId::from(*id),
        bidder: BidderId::from(bidder.user.id.uuid()),
    };
    let cancelled = work.write_locking(move |uow| {
        sales.cancel(command, uow)?;
        own(&sales, command.sale, command.bidder, uow.reader())
    });
    Ok(web::Json(cancelled.await?.into()))
}

/// The registrations for a sale, by their paddles.
#[utoipa::path(operation_id = "list_registrations", tag = "sales", params(RegistrationsQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "A part of the list.", body = List<RegistrationResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sales/{id}/registrations")]
async fn list(
    id: web::Path<Uuid>,
    query: web::Query<RegistrationsQuery>,
    _staff: As<Staff>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<web::Json<List<RegistrationResponse>>, Problem> {
    let id = SaleId::from(*id);
    let page = auctions::Page {
        limit: lists::limit(query.limit)?,
        after: query.after,
    };
    let status = query.status.map(RegistrationStatus::from);
    let views = work.read(move |reader| {
        existing(&sales, id, reader)?;
        Ok::<_, Problem>(sales.registrations(id, status, page, reader)?)
    });
    Ok(web::Json(List::page(
        views.await?,
        page,
        |view| view.id.uuid(),
        RegistrationResponse::from,
    )))
}

/// Lets a bidder bid who waits for it, or who was refused before.
#[utoipa::path(operation_id = "approve_registration", tag = "sales", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "The bidder may bid."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/sales/{id}/registrations/{registration}/approve")]
async fn approve(
    path: web::Path<(Uuid, Uuid)>,
    staff: As<Staff>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let (sale, registration) = path.into_inner();
    let command = ApproveRegistration {
        sale: SaleId::from(sale),
        registration: RegistrationId::from(registration),
        staff: staff.user.email.clone(),
    };
    work.write_locking(move |uow| sales.approve(command.clone(), uow))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Keeps a bidder from bidding who waits for it, or who was approved before; the seat is free again.
#[utoipa::path(operation_id = "refuse_registration", tag = "sales", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "The bidder may not bid."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/sales/{id}/registrations/{registration}/refuse")]
async fn refuse(
    path: web::Path<(Uuid, Uuid)>,
    body: Json<RefuseRequest>,
    staff: As<Staff>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let (sale, registration) = path.into_inner();
    let command = RefuseRegistration {
        sale: SaleId::from(sale),
        registration: RegistrationId::from(registration),
        reason: body.read().await?.reason,
        staff: staff.user.email.clone(),
    };
    work.write_locking(move |uow| sales.refuse(command.clone(), uow))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
