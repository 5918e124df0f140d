//! What protects a browser's user: the session cookie, the check of a request's origin, and headers.

use std::future::{Ready, ready};

use actix_web::cookie::time::Duration as CookieTime;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use foundation::ids;

use super::errors::FOREIGN_ORIGIN;
use super::house::House;
use super::problem::Problem;
use crate::accounts::{IssuedCredential, Secret};

/// Name of the session cookie. The prefix makes browsers insist on HTTPS, on the path `/`, and on no `Domain`.
pub const SECURE_COOKIE: &str = "__Host-gavel";
const PLAIN_COOKIE: &str = "gavel";

fn cookie_name(house: &House) -> &'static str {
    if house.settings().http.secure_cookies {
        SECURE_COOKIE
    } else {
        PLAIN_COOKIE
    }
}

/// The session's secret, where the request brings one.
pub fn session_secret(request: &HttpRequest, house: &House) -> Option<Secret> {
    let cookie = request.cookie(cookie_name(house))?;
    Secret::parse(cookie.value())
}

/// The cookie that carries a session. `Lax`: a link in an e-mail finds its reader logged in, a form on
/// another site does not.
pub fn session_cookie(house: &House, session: &IssuedCredential) -> Cookie<'static> {
    let time = session.credential.ends_at - session.credential.created_at;
    Cookie::build(cookie_name(house), session.secret.expose().to_owned())
        .path("/")
        .secure(house.settings().http.secure_cookies)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(CookieTime::seconds(time.num_seconds()))
        .finish()
}

/// The cookie that makes a browser forget its session.
pub fn no_session_cookie(house: &House) -> Cookie<'static> {
    let mut cookie = Cookie::build(cookie_name(house), "")
        .path("/")
        .secure(house.settings().http.secure_cookies)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish();
    cookie.make_removal();
    cookie
}

/// Refuses what a browser sends on behalf of another site. Browsers tell with `Sec-Fetch-Site`, older ones
/// with `Origin`; who sends neither is no browser, and has no cookies that others could use. A token is
/// never sent unasked, so requests with one pass.
pub(super) fn check_origin(request: &ServiceRequest, house: &House) -> Result<(), Problem> {
    let harmless = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let headers = request.headers();
    if harmless || headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some("same-origin" | "none"), _) | (None, None) => true,
        (_, Some(origin)) => is_own(origin, request, house),
        (Some(_), None) => false,
    };
    if own {
        return Ok(());
    }
    Err(Problem::new(
        FOREIGN_ORIGIN,
        "Requests that change something must come from this site's own pages.",
    ))
}

fn is_own(origin: &str, request: &ServiceRequest, house: &House) -> bool {
    let public = house.settings().http.public_url.trim_end_matches('/');
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    origin.eq_ignore_ascii_case(public)
        || origin
            .split_once("://")
            .is_some_and(|(_, authority)| Some(authority) == host)
}

/// The word that marks this answer's own scripts and styles.
#[derive(Debug, Clone)]
pub struct CspNonce(String);

impl CspNonce {
    pub(super) fn generate() -> Self {
        Self(ids::random_id().simple().to_string())
    }

    /// The word, for the attribute `nonce`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromRequest for CspNonce {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let nonce = request.extensions().get::<Self>().cloned();
        ready(nonce.ok_or_else(Problem::internal))
    }
}

/// Adds the headers that every answer carries. What a handler has set for its own answer stays: the HTML of
/// an e-mail, say, has a stricter policy and is shown inside one of our pages.
pub(super) fn add_headers(headers: &mut HeaderMap, path: &str, nonce: &CspNonce, secure: bool) {
    let nonce = nonce.as_str();
    // Swagger UI, which is not ours, writes styles into its page.
    let styles = if path.starts_with("/docs") {
        "'self' 'unsafe-inline'".to_owned()
    } else {
        format!("'self' 'nonce-{nonce}'")
    };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src {styles}; \
         img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
    ];
    let mut add = |name: HeaderName, value: HeaderValue| {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    };
    for (name, value) in fixed {
        add(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        add(header::CONTENT_SECURITY_POLICY, policy);
    }
    if secure {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        add(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
    // Whoever shares a machine must not find another's pages in the browser's cache.
    add(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
