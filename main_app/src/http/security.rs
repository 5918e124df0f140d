//! What protects a browser's user: the session cookie, the check of a request's origin, and headers.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::body::BoxBody;
use actix_web::cookie::time::Duration as CookieTime;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
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

/// The word that marks an answer's own scripts and styles. It is made when a page asks for it; answers that
/// have none allow no script and no style but those of the house's own files.
#[derive(Debug, Clone)]
pub struct CspNonce(String);

impl CspNonce {
    fn generate() -> Self {
        Self(ids::random_id().simple().to_string())
    }

    /// The word, for the attribute `nonce`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromRequest for CspNonce {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Self>().cloned();
        let nonce = known.unwrap_or_else(|| {
            let nonce = Self::generate();
            request.extensions_mut().insert(nonce.clone());
            nonce
        });
        ready(Ok(nonce))
    }
}

/// The headers that every answer carries, whatever it is.
const FIXED: [(HeaderName, HeaderValue); 6] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        header::CROSS_ORIGIN_OPENER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        header::CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        header::PERMISSIONS_POLICY,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
];

/// What a page may load where it says nothing else.
const OWN_FILES_ONLY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The same for Swagger UI, which is not ours and writes styles into its page.
const DOCUMENTATION: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Adds the headers that every answer carries. What a handler has set for its own answer stays: the HTML of
/// an e-mail, say, has a stricter policy and is shown inside one of our pages.
pub(super) fn add_headers(answer: &mut ServiceResponse<BoxBody>, secure: bool) {
    let policy = content_security_policy(answer.request());
    let headers = answer.headers_mut();
    let mut add = |name: HeaderName, value: HeaderValue| {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    };
    for (name, value) in FIXED {
        add(name, value);
    }
    add(header::CONTENT_SECURITY_POLICY, policy);
    if secure {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        add(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
    // Whoever shares a machine must not find another's pages in the browser's cache.
    add(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn content_security_policy(request: &HttpRequest) -> HeaderValue {
    if request.path().starts_with("/docs") {
        return HeaderValue::from_static(DOCUMENTATION);
    }
    let extensions = request.extensions();
    let with_nonce = extensions.get::<CspNonce>().and_then(|nonce| {
        let nonce = format!("-src 'self' 'nonce-{}';", nonce.as_str());
        let policy = OWN_FILES_ONLY
            .replace("script-src 'self';", &format!("script{nonce}"))
            .replace("style-src 'self';", &format!("style{nonce}"));
        HeaderValue::from_str(&policy).ok()
    });
    with_nonce.unwrap_or(HeaderValue::from_static(OWN_FILES_ONLY))
}
