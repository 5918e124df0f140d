//! Deliveries that wait or have died, for staff.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use foundation::{DeliveryAdministration, DeliveryId, DeliverySummary};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists::{self, List};
use crate::composition::Inject;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Work};

/// Which deliveries are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveriesQuery {
    /// `ready`, `running`, `done` or `dead`; all that are not done if not given.
    status: Option<DeliveryState>,
    /// How many; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum DeliveryState {
    /// Waiting for its time.
    Ready,
    /// In the hands of a worker.
    Running,
    /// Finished.
    Done,
    /// Given up: somebody has to look.
    Dead,
}

impl DeliveryState {
    const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// A delivery: one event for one handler.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
struct DeliveryResponse {
    /// Identifies it.
    id: Uuid,
    /// Name of the event.
    event: String,
    /// Name of the handler.
    handler: String,
    /// How far it has come.
    state: String,
    /// Tries so far.
    attempt: i32,
    /// Not before then.
    due_at: DateTime<Utc>,
    /// Why the last try failed.
    last_error: Option<String>,
    /// The event as JSON.
    payload: String,
}

impl From<DeliverySummary> for DeliveryResponse {
    fn from(summary: DeliverySummary) -> Self {
        Self {
            id: summary.id.uuid(),
            event: summary.event,
            handler: summary.handler,
            state: summary.state,
            attempt: summary.attempt,
            due_at: summary.due_at,
            last_error: summary.last_error,
            payload: summary.payload,
        }
    }
}

/// Lets a dead delivery go for good.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DiscardRequest {
    /// Why. It stays in the audit log.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// A reason that an act of staff is given in the audit log: 1 to 500 characters.
pub(super) fn reason(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if (1..=500).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    let mut errors = FieldErrors::default();
    errors.note("reason", "a reason has 1 to 500 characters");
    Err(errors.into())
}

/// Deliveries, the oldest first.
#[utoipa::path(operation_id = "list_deliveries", tag = "operation", params(DeliveriesQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The deliveries.", body = List<DeliveryResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/deliveries")]
async fn list(
    query: web::Query<DeliveriesQuery>,
    _staff: As<Staff>,
    deliveries: Inject<DeliveryAdministration>,
    work: Work,
) -> Result<web::Json<List<DeliveryResponse>>, Problem> {
    let limit = lists::limit(query.limit)?;
    let state = query.status.map(DeliveryState::word);
    let found = work.read(move |reader| deliveries.list(state, limit, reader));
    Ok(web::Json(List::whole(found.await?, DeliveryResponse::from)))
}

/// Gives a dead delivery all its tries again.
#[utoipa::path(operation_id = "retry_delivery", tag = "operation", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "It will be tried again."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/deliveries/{id}/retry")]
async fn retry(
    id: web::Path<Uuid>,
    staff: As<Staff>,
    deliveries: Inject<DeliveryAdministration>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let (id, actor) = (DeliveryId::from(*id), staff.user.email.clone());
    work.write(move |uow| deliveries.retry(id, &actor, uow))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets a dead delivery go for good.
#[utoipa::path(operation_id = "discard_delivery", tag = "operation", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "It is let go."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/deliveries/{id}/discard")]
async fn discard(
    id: web::Path<Uuid>,
    body: Json<DiscardRequest>,
    staff: As<Staff>,
    deliveries: Inject<DeliveryAdministration>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let (id, actor) = (DeliveryId::from(*id), staff.user.email.clone());
    let reason = reason(&body.reason)?;
    work.write(move |uow| deliveries.discard(id, &actor, &reason, uow))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
