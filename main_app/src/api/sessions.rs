//! A user's own sessions and API tokens.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::List;
use crate::accounts::{
    Accounts, AccountsDesk, Credential, CredentialId, CredentialKind, CredentialView, SignedIn,
    TokenLabel,
};
use crate::composition::Inject;
use crate::http::identity::Anybody;
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Work};

/// A session or an API token.
#[derive(Debug, Serialize, ToSchema)]
struct CredentialResponse {
    /// Identifies it.
    id: Uuid,
    /// The browser's own name, or the token's label.
    label: String,
    /// Since when.
    created_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    last_used_at: DateTime<Utc>,
    /// Until when it is good if nobody uses it.
    good_until: DateTime<Utc>,
    /// Whether it is the one that this request shows.
    current: bool,
}

impl CredentialResponse {
    fn show(credential: Credential, current: CredentialId) -> Self {
        let view = CredentialView::from(credential);
        Self {
            id: view.id.uuid(),
            label: view.label,
            created_at: view.created_at,
            last_used_at: view.last_used_at,
            good_until: view.good_until,
            current: view.id == current,
        }
    }
}

/// Makes an API token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateTokenRequest {
    /// What you call it.
    #[schema(min_length = 1, max_length = 100, example = "my price watcher")]
    label: String,
}

/// A new API token.
#[derive(Debug, Serialize, ToSchema)]
struct NewTokenResponse {
    /// Identifies it.
    id: Uuid,
    /// What you call it.
    label: String,
    /// The token itself, for `Authorization: Bearer …`. It is shown this once.
    token: String,
    /// When it ends.
    ends_at: DateTime<Utc>,
}

/// Your sessions.
#[utoipa::path(tag = "accounts", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The newest first.", body = List<CredentialResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sessions")]
async fn list_sessions(
    user: As<Anybody>,
    accounts: Inject<Accounts>,
    work: Work,
) -> Result<web::Json<List<CredentialResponse>>, Problem> {
    list(user.into_inner(), CredentialKind::Session, accounts, work).await
}

/// Ends one of your sessions.
#[utoipa::path(tag = "accounts", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "It has ended."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[delete("/sessions/{id}")]
async fn end_session(
    id: web::Path<Uuid>,
    user: As<Anybody>,
    desk: Inject<AccountsDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    revoke(*id, user.into_inner(), CredentialKind::Session, desk, work).await
}

/// Your API tokens.
#[utoipa::path(tag = "accounts", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The newest first.", body = List<CredentialResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/tokens")]
async fn list_tokens(
    user: As<Anybody>,
    accounts: Inject<Accounts>,
    work: Work,
) -> Result<web::Json<List<CredentialResponse>>, Problem> {
    list(user.into_inner(), CredentialKind::Token, accounts, work).await
}

/// Makes an API token. A token makes no tokens.
#[utoipa::path(tag = "accounts", security(("session" = [])), responses(
    (status = 201, description = "The token, shown this once.", body = NewTokenResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/tokens")]
async fn create_token(
    body: Json<CreateTokenRequest>,
    user: As<Anybody>,
    desk: Inject<AccountsDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let label = errors.take("label", TokenLabel::parse(&body.label));
    let label = label.ok_or(errors)?;
    let issued = work
        .at_desk(move || desk.create_token(&user, &label))
        .await?;
    Ok(HttpResponse::Created().json(NewTokenResponse {
        id: issued.credential.id.uuid(),
        label: issued.credential.label,
        token: issued.secret.expose().to_owned(),
        ends_at: issued.credential.ends_at,
    }))
}

/// Revokes one of your API tokens.
#[utoipa::path(tag = "accounts", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "It is revoked."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[delete("/tokens/{id}")]
async fn revoke_token(
    id: web::Path<Uuid>,
    user: As<Anybody>,
    desk: Inject<AccountsDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    revoke(*id, user.into_inner(), CredentialKind::Token, desk, work).await
}

async fn list(
    user: SignedIn,
    kind: CredentialKind,
    accounts: Inject<Accounts>,
    work: Work,
) -> Result<web::Json<List<CredentialResponse>>, Problem> {
    let owner = user.user.id;
    let all = work.read(move |reader| accounts.credentials_of(owner, kind, reader));
    let show = |credential| CredentialResponse::show(credential, user.credential);
    Ok(web::Json(List::whole(all.await?, show)))
}

async fn revoke(
    id: Uuid,
    user: SignedIn,
    kind: CredentialKind,
    desk: Inject<AccountsDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let id = CredentialId::from(id);
    work.at_desk(move || desk.revoke(&user, kind, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
