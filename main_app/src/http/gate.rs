//! What happens to every request before and after its handler.

use std::future::Future;
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use tracing_actix_web::RequestId;
use uuid::Uuid;

use super::arrival::{ArrivedAt, Incoming};
use super::compression::compress;
use super::errors::{METHOD_NOT_ALLOWED, TOO_MANY};
use super::extract::ClientAddress;
use super::house::House;
use super::problem::{Problem, ProblemBody};
use super::security::{add_headers, check_origin};
use super::{head, metrics, problem};
use crate::pages;

/// Stamps the request's arrival, lets it in, and completes whatever answer comes back.
pub(super) async fn pass(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let house = House::of(request.request())?;
    let incoming = stamp(&mut request, &house);
    let method = metrics::method(request.method());
    let is_head = head::as_get(&mut request);

    let answer = match admit(&request, &house) {
        Ok(()) => match answered(incoming, next.call(request)).await {
            Ok(answer) => answer.map_into_boxed_body(),
            // Only another middleware fails here, and ours answer themselves.
            Err(error) => return Err(error),
        },
        Err(problem) => request.into_response(problem.error_response()),
    };
    let mut answer = compress(explain(answer));
    add_headers(&mut answer, house.settings().http.secure_cookies);
    add_request_id(&mut answer);
    metrics::count(method, &answer, started.elapsed());
    Ok(if is_head {
        head::without_body(answer)
    } else {
        answer
    })
}

/// Stamps the request's arrival; a body that is still on its way stamps it once more.
fn stamp(request: &mut ServiceRequest, house: &House) -> Option<Incoming> {
    let clock = house.clock();
    let arrived = ArrivedAt::with_its_head(clock.now());
    request.extensions_mut().insert(arrived.clone());
    let limit = Duration::from_secs(house.settings().http.body_seconds);
    Incoming::of(request, arrived, clock, limit)
}

async fn answered<T>(incoming: Option<Incoming>, answering: impl Future<Output = T>) -> T {
    match incoming {
        Some(body) => body.while_answered(answering).await,
        None => answering.await,
    }
}

/// Tells the client which entries of the log are about its request.
fn add_request_id(answer: &mut ServiceResponse<BoxBody>) {
    let Some(id) = answer.request().extensions().get::<RequestId>().copied() else {
        return;
    };
    let mut text = Uuid::encode_buffer();
    let text = id.hyphenated().encode_lower(&mut text);
    if let Ok(value) = HeaderValue::from_str(text) {
        let name = HeaderName::from_static("x-request-id");
        answer.headers_mut().insert(name, value);
    }
}

fn admit(request: &ServiceRequest, house: &House) -> Result<(), Problem> {
    let probe = request.path().starts_with("/health") || request.path() == "/metrics";
    if !probe {
        let client = ClientAddress::of(request.request(), house.settings().http.behind_proxy);
        house.rate_limit().admit(client.0).map_err(|wait| {
            let seconds = i64::try_from(wait.as_secs())
                .unwrap_or(i64::MAX)
                .saturating_add(1);
            Problem::new(TOO_MANY, "Slow down a little.").retry_after(seconds)
        })?;
    }
    check_origin(request, house)
}

/// Gives refusals without a body theirs, and people a page instead of JSON.
fn explain(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = answer.status();
    if !status.is_client_error() && !status.is_server_error() {
        return answer;
    }
    let body = match known_problem(&answer) {
        Some(body) => body,
        None if answer.response().body().size() == BodySize::Sized(0) => bare(status).body(),
        None => return answer,
    };
    let page = wants_page(&answer).then(|| pages::problem_page(answer.request(), &body));
    let replacement = match page.flatten() {
        Some(html) => Some(("text/html; charset=utf-8", html)),
        None if known_problem(&answer).is_none() => serde_json::to_string(&body)
            .ok()
            .map(|json| ("application/problem+json", json)),
        None => None,
    };
    let Some((content_type, text)) = replacement else {
        return answer;
    };
    let (request, old) = answer.into_parts();
    let mut response = HttpResponse::build(status);
    for (name, value) in old.headers() {
        if name != header::CONTENT_TYPE {
            response.append_header((name.clone(), value.clone()));
        }
    }
    ServiceResponse::new(request, response.content_type(content_type).body(text))
}

fn known_problem(answer: &ServiceResponse<BoxBody>) -> Option<ProblemBody> {
    let error = answer.response().error()?;
    error.as_error::<Problem>().map(Problem::body)
}

/// What actix refused by itself.
fn bare(status: StatusCode) -> Problem {
    if status == StatusCode::METHOD_NOT_ALLOWED {
        return Problem::new(METHOD_NOT_ALLOWED, "Look into the documentation at /docs.");
    }
    if status == StatusCode::NOT_FOUND {
        return Problem::not_found("address");
    }
    let title = status
        .canonical_reason()
        .unwrap_or("The request was refused");
    Problem::new(problem::Kind::new(status, "refused", title), title)
}

fn wants_page(answer: &ServiceResponse<BoxBody>) -> bool {
    let request = answer.request();
    let accepted = request.headers().get(header::ACCEPT);
    let html = accepted.is_some_and(|accepted| {
        accepted
            .to_str()
            .is_ok_and(|accepted| accepted.contains("text/html"))
    });
    html && !request.path().starts_with("/api")
}
