//! Registration, login, and who one is.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use customer_relationship::Language;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::{AccountsDesk, LogIn, Register, Role, TokenLabel, User};
use crate::composition::Inject;
use crate::http::identity::Anybody;
use crate::http::problem::ProblemBody;
use crate::http::security::{no_session_cookie, session_cookie, session_secret};
use crate::http::{As, ClientAddress, House, Json, Problem, Registration, Work};

/// Makes an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterRequest {
    /// The address to log in with, and to write to.
    #[schema(format = "email", max_length = 254, example = "ada@example.com")]
    email: String,
    /// What you are called.
    #[schema(min_length = 1, max_length = 100, example = "Ada Byron")]
    name: String,
    /// The password: no common one, and not your name or address.
    #[schema(value_type = String, format = "password", min_length = 8, max_length = 128)]
    password: SecretString,
    /// `bidder` (the default) or `seller`. A seller may bid too.
    #[serde(default = "bidder")]
    role: Role,
    /// In which language to write to you: `en` (the default) or `ko`.
    #[schema(example = "en", pattern = "^(en|ko)$")]
    language: Option<String>,
    /// In which time zone you read times; UTC if not given.
    #[schema(example = "Asia/Seoul")]
    time_zone: Option<String>,
}

const fn bidder() -> Role {
    Role::Bidder
}

impl RegisterRequest {
    fn command(self) -> Result<Register, Problem> {
        let registration = Registration {
            email: &self.email,
            name: &self.name,
            password: self.password,
            role: self.role,
            language: self.language.as_deref().unwrap_or(Language::En.code()),
            time_zone: self.time_zone.as_deref().unwrap_or("UTC"),
        };
        registration.read()
    }
}

/// Opens a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogInRequest {
    /// The address you registered with.
    #[schema(format = "email", max_length = 254, example = "ada@example.com")]
    email: String,
    /// The password.
    #[schema(value_type = String, format = "password", max_length = 128)]
    password: SecretString,
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
struct UserResponse {
    /// Identifies the user.
    id: Uuid,
    /// The address to log in with.
    email: String,
    /// What the user is called.
    name: String,
    /// What the user may do.
    role: Role,
    /// Since when.
    created_at: DateTime<Utc>,
}

impl From<User> for UserResponse {
    fn from(user: User) -> Self {
        Self {
            id: user.id.uuid(),
            email: user.email,
            name: user.name,
            role: user.role,
            created_at: user.created_at,
        }
    }
}

/// Makes an account. Log in afterwards.
#[utoipa::path(tag = "accounts", responses(
    (status = 201, description = "The account is made.", body = UserResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/register")]
async fn register(
    body: Json<RegisterRequest>,
    desk: Inject<AccountsDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let command = body.command()?;
    let user = work.hashing(move || desk.register(&command)).await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(UserResponse::from(user)))
}

/// Opens a session: the answer sets a cookie. A session that the request brings ends.
#[utoipa::path(tag = "accounts", responses(
    (status = 200, description = "The session is open.", body = UserResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/login")]
async fn log_in(
    request: HttpRequest,
    body: Json<LogInRequest>,
    address: ClientAddress,
    desk: Inject<AccountsDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let house = House::of(&request)?;
    let command = LogIn {
        email: body.email,
        password: body.password,
        address: address.0,
        browser: TokenLabel::of_browser(user_agent(&request)),
        previous: session_secret(&request, &house),
    };
    let session = work.hashing(move || desk.log_in(&command)).await?;
    let cookie = session_cookie(&house, &session);
    Ok(HttpResponse::Ok()
        .cookie(cookie)
        .json(UserResponse::from(session.user)))
}

fn user_agent(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::USER_AGENT)?.to_str().ok()
}

/// Ends the session or token that the request shows.
#[utoipa::path(tag = "accounts", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "It has ended."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/logout")]
async fn log_out(
    user: As<Anybody>,
    house: web::Data<House>,
    desk: Inject<AccountsDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    work.at_desk(move || desk.log_out(&user)).await?;
    Ok(HttpResponse::NoContent()
        .cookie(no_session_cookie(&house))
        .finish())
}

/// Who you are.
#[utoipa::path(tag = "accounts", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "You.", body = UserResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/me")]
async fn me(user: As<Anybody>) -> web::Json<UserResponse> {
    web::Json(user.into_inner().user.into())
}
