//! Won items on their way: one's own, and for staff all that wait.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use customer_relationship::CustomerId;
use process::{ProcessFacade, ProcessId, ProcessView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::List;
use super::money::MoneyBody;
use crate::composition::Inject;
use crate::http::identity::{Customer, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, Json, Problem, Work};

/// An item that you won.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WonItem)]
struct WonItemResponse {
    /// The auction that you won it in.
    auction: Uuid,
    /// What the lot is called.
    title: String,
    /// What you bought it for.
    price: MoneyBody,
    /// `PAYMENT_STARTED`, `PAID`, `SHIPPED` or `TIMED_OUT`: then it is no longer yours, whatever became of it.
    state: String,
    /// The payment that you owe for it.
    payment: Uuid,
    /// The package that it is in.
    package: Option<Uuid>,
    /// Until when it is to be paid.
    pay_by: DateTime<Utc>,
}

impl From<ProcessView> for WonItemResponse {
    fn from(view: ProcessView) -> Self {
        Self {
            auction: view.auction.uuid(),
            title: view.title,
            price: view.price.into(),
            state: view.state.to_string(),
            payment: view.payment.uuid(),
            package: view.package.map(|package| package.uuid()),
            pay_by: view.pay_by,
        }
    }
}

/// A won item that waits for something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Process)]
struct ProcessResponse {
    /// Identifies the process.
    id: Uuid,
    /// Where the item was won.
    auction: Uuid,
    /// What the lot is called.
    title: String,
    /// What it was bought for.
    price: MoneyBody,
    /// Who bought it: the last one to do so.
    customer: Uuid,
    /// To whom it is offered as a second chance.
    offered_to: Option<Uuid>,
    /// `PAYMENT_STARTED`, `PAID`, `TIMED_OUT` or `OFFERED`.
    state: String,
    /// What it waits for.
    waits_for: Option<String>,
    /// Since when.
    since: DateTime<Utc>,
    /// What comes next.
    next: Option<String>,
}

impl From<ProcessView> for ProcessResponse {
    fn from(view: ProcessView) -> Self {
        Self {
            id: view.id.uuid(),
            auction: view.auction.uuid(),
            title: view.title,
            price: view.price.into(),
            customer: view.customer.uuid(),
            offered_to: view.offered_to.map(|bidder| bidder.uuid()),
            state: view.state.to_string(),
            waits_for: view.waits_for.map(|what| what.to_string()),
            since: view.since,
            next: view.next.map(|step| step.to_string()),
        }
    }
}

/// Pushes a waiting process on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PushRequest {
    /// Why. It stays in the audit log.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Where a process is after it was pushed.
#[derive(Debug, Serialize, ToSchema)]
struct PushedResponse {
    /// How far it has come.
    state: String,
}

/// What you won, the newest first.
#[utoipa::path(tag = "processes", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Your won items.", body = List<WonItemResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/won-items")]
async fn my_won_items(
    customer: As<Customer>,
    processes: Inject<ProcessFacade>,
    work: Work,
) -> Result<web::Json<List<WonItemResponse>>, Problem> {
    let customer = CustomerId::from(customer.user.id.uuid());
    let views = work.read(move |reader| processes.of_customer(customer, reader));
    Ok(web::Json(List::whole(views.await?, WonItemResponse::from)))
}

/// Won items that wait for something, the oldest first.
#[utoipa::path(operation_id = "list_processes", tag = "processes", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "What waits, for what, since when.", body = List<ProcessResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/processes")]
async fn list(
    _staff: As<Staff>,
    processes: Inject<ProcessFacade>,
    work: Work,
) -> Result<web::Json<List<ProcessResponse>>, Problem> {
    let views = work.read(move |reader| processes.unfinished(reader));
    Ok(web::Json(List::whole(views.await?, ProcessResponse::from)))
}

/// Takes the step whose event got lost, or gives up waiting for a payment that nobody makes.
#[utoipa::path(operation_id = "push_process", tag = "processes", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Where the process is now.", body = PushedResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/processes/{id}/push")]
async fn push(
    id: web::Path<Uuid>,
    body: Json<PushRequest>,
    staff: As<Staff>,
    processes: Inject<ProcessFacade>,
    work: Work,
) -> Result<web::Json<PushedResponse>, Problem> {
    let body = body.read().await?;
    let (id, actor) = (ProcessId::from(*id), staff.user.email.clone());
    let reason = super::deliveries::reason(&body.reason)?;
    let pushed = work.write(move |uow| processes.push_on(id, &actor, &reason, uow));
    let state = pushed.await?.to_string();
    Ok(web::Json(PushedResponse { state }))
}
