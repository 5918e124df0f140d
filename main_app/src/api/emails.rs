//! What was written to whom, for staff: above all what a mail server refused.

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use customer_relationship::{CustomersFacade, EmailState, EmailView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists::{self, List};
use crate::composition::Inject;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, Problem, Work};

/// Which e-mails are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EmailsQuery {
    /// Only those that a mail server refused for good.
    #[serde(default)]
    refused: bool,
    /// How many; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// An e-mail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Email)]
struct EmailResponse {
    /// Identifies it.
    id: Uuid,
    /// What it is about: `overbid`, `won`, `shipped` and others.
    kind: String,
    /// The address it goes to.
    recipient: String,
    /// Its subject.
    subject: String,
    /// What it says.
    text: String,
    /// `queued`, `sent` or `refused`.
    state: String,
    /// What the mail server said when it refused.
    refusal: Option<String>,
    /// When it was written.
    queued_at: DateTime<Utc>,
}

impl From<EmailView> for EmailResponse {
    fn from(view: EmailView) -> Self {
        let state = view.state.as_str().to_owned();
        let refusal = match view.state {
            EmailState::Queued | EmailState::Sent { .. } => None,
            EmailState::Refused { reason, .. } => Some(reason),
        };
        Self {
            id: view.id.uuid(),
            kind: view.kind.to_string(),
            recipient: view.recipient,
            subject: view.subject,
            text: view.text,
            state,
            refusal,
            queued_at: view.queued_at,
        }
    }
}

/// E-mails to everybody, the newest first.
#[utoipa::path(operation_id = "list_emails", tag = "operation", params(EmailsQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The e-mails.", body = List<EmailResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/emails")]
async fn list(
    query: web::Query<EmailsQuery>,
    _staff: As<Staff>,
    customers: Inject<CustomersFacade>,
    work: Work,
) -> Result<web::Json<List<EmailResponse>>, Problem> {
    let limit = lists::limit(query.limit)?;
    let views = work.read(move |reader| {
        if query.refused {
            customers.refused_emails(limit, reader)
        } else {
            customers.emails(limit, reader)
        }
    });
    Ok(web::Json(List::whole(views.await?, EmailResponse::from)))
}
