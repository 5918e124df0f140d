//! Where the house's books and those of a gateway differ, for staff.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use payments::{Difference, DifferenceId, PaymentsFacade, ResolveDifference};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists::List;
use crate::composition::Inject;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, Json, Problem, Work};

/// Which differences are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DifferencesQuery {
    /// Whether those are wanted, too, that have ended.
    #[serde(default)]
    all: bool,
}

/// A difference between the house's books and a gateway's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Difference)]
struct DifferenceResponse {
    /// Identifies it.
    id: Uuid,
    /// Whose money it is about.
    billing: Uuid,
    /// The other books.
    #[schema(example = "stripe")]
    gateway: String,
    /// The gateway's name for what differs.
    reference: String,
    /// How they differ.
    #[schema(example = "REFUNDED_THERE_ONLY")]
    kind: String,
    /// What staff can do about it.
    advice: &'static str,
    /// What our books say.
    ours: String,
    /// What the gateway's say.
    theirs: String,
    /// When it was first seen.
    found_at: DateTime<Utc>,
    /// When it was last seen.
    seen_at: DateTime<Utc>,
    /// When it ended.
    resolved_at: Option<DateTime<Utc>>,
    /// Who has dealt with it.
    resolved_by: Option<String>,
    /// What was done about it.
    note: Option<String>,
}

impl From<Difference> for DifferenceResponse {
    fn from(difference: Difference) -> Self {
        let resolution = difference.resolution;
        let resolved_at = resolution.as_ref().map(|end| end.at);
        let (resolved_by, note) = resolution.map(|end| (end.by, end.note)).unzip();
        Self {
            id: difference.id.uuid(),
            billing: difference.billing.uuid(),
            gateway: difference.gateway.to_string(),
            reference: difference.reference.to_string(),
            kind: difference.kind.to_string(),
            advice: difference.kind.advice(),
            ours: difference.ours,
            theirs: difference.theirs,
            found_at: difference.found_at,
            seen_at: difference.seen_at,
            resolved_at,
            resolved_by,
            note: note.flatten(),
        }
    }
}

/// Says that a difference has been dealt with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolveRequest {
    /// What was done about it.
    #[schema(
        example = "Refunded by hand after a call.",
        min_length = 1,
        max_length = 500
    )]
    note: String,
}

/// Where the house's books and those of the gateways differ, the newest first, and what to do about it.
#[utoipa::path(operation_id = "list_differences", tag = "payments", params(DifferencesQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The differences.", body = List<DifferenceResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/differences")]
async fn list(
    query: web::Query<DifferencesQuery>,
    _staff: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<DifferenceResponse>>, Problem> {
    let found = work.read(move |reader| payments.differences(query.all, reader));
    Ok(web::Json(List::whole(
        found.await?,
        DifferenceResponse::from,
    )))
}

/// Has the books compared now, which otherwise happens every night. It takes a while; look at the list then.
#[utoipa::path(operation_id = "compare_books", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 202, description = "The comparison has begun."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/differences/compare")]
async fn compare(
    staff: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let actor = staff.user.email.clone();
    work.write(move |uow| payments.compare_books(&actor, uow))
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Notes that a difference has been dealt with. Should it last all the same, the next comparison lists it anew.
#[utoipa::path(operation_id = "resolve_difference", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "It is resolved."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/differences/{id}/resolve")]
async fn resolve(
    id: web::Path<DifferenceId>,
    body: Json<ResolveRequest>,
    staff: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let command = ResolveDifference {
        difference: *id,
        staff: staff.user.email.clone(),
        note: body.read().await?.note,
    };
    work.write(move |uow| payments.resolve_difference(command.clone(), uow))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
