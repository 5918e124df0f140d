//! How a refusal looks: problem details as of RFC 9457.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};

/// One kind of refusal. Its slug never changes: clients may decide by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The status of the answer.
    pub status: StatusCode,
    /// Last part of the problem's `type`.
    pub slug: &'static str,
    /// What kind of refusal it is, the same words each time.
    pub title: &'static str,
}

impl Kind {
    /// A kind of refusal.
    pub const fn new(status: StatusCode, slug: &'static str, title: &'static str) -> Self {
        Self {
            status,
            slug,
            title,
        }
    }

    /// The problem's `type`: a name, not an address, so that it stays the same wherever the house moves.
    pub fn uri(&self) -> String {
        format!("urn:problem-type:gavel:{}", self.slug)
    }
}

/// A refused request. Boxed, since results carry it everywhere and are seldom refusals.
#[derive(Debug)]
pub struct Problem(Box<Refusal>);

#[derive(Debug)]
struct Refusal {
    kind: Kind,
    detail: String,
    errors: BTreeMap<String, Vec<String>>,
    retry_after_seconds: Option<i64>,
    allowed_methods: Option<String>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// A refusal as JSON (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem; never changes.
    #[serde(rename = "type")]
    #[schema(example = "urn:problem-type:gavel:auction-has-ended")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// The status of the answer.
    #[schema(example = 422)]
    pub status: u16,
    /// What is wrong with this very request.
    pub detail: String,
    /// What is wrong by field of the request, where it is about fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, Vec<String>>,
}

impl Problem {
    /// A refusal of a kind, with what is wrong with this very request.
    pub fn new(kind: Kind, detail: impl fmt::Display) -> Self {
        Self(Box::new(Refusal {
            kind,
            detail: detail.to_string(),
            errors: BTreeMap::new(),
            retry_after_seconds: None,
            allowed_methods: None,
            cause: None,
        }))
    }

    /// Says which field it is about.
    pub fn at(mut self, field: &str, error: impl fmt::Display) -> Self {
        self.0
            .errors
            .entry(field.to_owned())
            .or_default()
            .push(error.to_string());
        self
    }

    /// Says when to try again.
    pub fn retry_after(mut self, seconds: i64) -> Self {
        self.0.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// Says which methods the address answers to.
    pub fn allowing(mut self, methods: String) -> Self {
        self.0.allowed_methods = Some(methods);
        self
    }

    /// Keeps what the log, but not the client, is to see.
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The kind of refusal.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What is wrong with this very request, in words for its sender.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What is wrong by field of the request.
    pub fn errors(&self) -> &BTreeMap<String, Vec<String>> {
        &self.0.errors
    }

    /// What the client gets to see.
    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: self.0.kind.uri(),
            title: self.0.kind.title.to_owned(),
            status: self.0.kind.status.as_u16(),
            detail: self.0.detail.clone(),
            errors: self.0.errors.clone(),
        }
    }

    fn log(&self) {
        if !self.0.kind.status.is_server_error() {
            return;
        }
        let mut causes = Vec::new();
        let mut next = self.0.cause.as_ref().map(|cause| &**cause as &dyn Error);
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        let cause = causes.join(": ");
        tracing::error!(problem = self.0.kind.slug, cause, "a request failed");
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.title, self.0.detail)
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.as_ref().map(|cause| &**cause as _)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.kind.status
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let mut response = HttpResponse::build(self.0.kind.status);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.0.retry_after_seconds {
            response.insert_header((header::RETRY_AFTER, HeaderValue::from(seconds)));
        }
        if let Some(methods) = &self.0.allowed_methods {
            response.insert_header((header::ALLOW, methods.as_str()));
        }
        if self.0.kind.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let body = serde_json::to_string(&self.body()).expect("a problem is made of texts");
        response.body(body)
    }
}

/// Gathers what is wrong with the fields of a request, so that all of it is told at once.
#[derive(Debug, Default)]
pub struct FieldErrors(BTreeMap<String, Vec<String>>);

impl FieldErrors {
    /// Takes a field's value, or notes why there is none.
    pub fn take<T>(&mut self, field: &str, value: Result<T, impl fmt::Display>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(field, error);
                None
            }
        }
    }

    /// Takes a field's value where there is one, or notes why it is refused.
    pub fn take_if_given<T>(
        &mut self,
        field: &str,
        value: Option<Result<T, impl fmt::Display>>,
    ) -> Option<T> {
        value.and_then(|value| self.take(field, value))
    }

    /// Notes what is wrong with a field.
    pub fn note(&mut self, field: &str, error: impl fmt::Display) {
        self.0
            .entry(field.to_owned())
            .or_default()
            .push(error.to_string());
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        let first = errors.0.iter().next();
        let detail = first.map_or_else(String::new, |(field, errors)| {
            format!("{field}: {}", errors.join("; "))
        });
        let mut problem = Self::new(super::errors::INVALID_FIELDS, detail);
        problem.0.errors = errors.0;
        problem
    }
}
