//! What handlers take out of a request; whatever does not fit becomes a problem of its own kind.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::arrival::broken_off;
use super::errors::{INVALID_BODY, INVALID_QUERY, MALFORMED_JSON, NOT_FOUND, NOT_JSON, TOO_LARGE};
use super::house::House;
use super::problem::Problem;

/// The largest JSON body that is looked at.
pub const JSON_LIMIT: usize = 64 * 1024;

/// How much of an overlarge body is read and thrown away, so that its sender, who is still sending, hears
/// the answer instead of a broken connection.
const DRAIN_LIMIT: usize = 32 * 1024 * 1024;

/// A JSON body, not read yet: first a handler's other arguments say who asks and whether they may, then
/// [`read`](Self::read) looks at what they sent.
pub struct Json<T> {
    payload: Payload,
    announced: usize,
    said_to_be_json: bool,
    body: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Json<T> {
    /// The body. Fields that nobody knows, and values of the wrong type, are refused by name.
    pub async fn read(self) -> Result<T, Problem> {
        let body = read(self.payload, self.announced).await?;
        if !self.said_to_be_json {
            let detail = "Send it with the header Content-Type: application/json.";
            return Err(Problem::new(NOT_JSON, detail));
        }
        parse(&body)
    }
}

impl<T> FromRequest for Json<T> {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        ready(Ok(Self {
            payload: payload.take(),
            announced: length.unwrap_or(0),
            said_to_be_json: request
                .content_type()
                .eq_ignore_ascii_case("application/json"),
            body: PhantomData,
        }))
    }
}

async fn read(mut payload: Payload, announced: usize) -> Result<Bytes, Problem> {
    let too_large = || {
        Problem::new(
            TOO_LARGE,
            format!("A body has at most {} kB.", JSON_LIMIT / 1024),
        )
    };
    if announced > DRAIN_LIMIT {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    let mut size = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| broken_off(&error))?;
        size += chunk.len();
        if size > DRAIN_LIMIT {
            return Err(too_large());
        }
        if size <= JSON_LIMIT {
            body.extend_from_slice(&chunk);
        }
    }
    if size > JSON_LIMIT {
        return Err(too_large());
    }
    Ok(body.freeze())
}

/// Reads JSON that must be of the type, and of nothing else.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        match error.classify() {
            Category::Io | Category::Syntax | Category::Eof => Problem::new(MALFORMED_JSON, error),
            Category::Data if path == "." => Problem::new(INVALID_BODY, error),
            Category::Data => Problem::new(INVALID_BODY, &error).at(&path, &error),
        }
    })?;
    deserializer
        .end()
        .map_err(|error| Problem::new(MALFORMED_JSON, error))?;
    Ok(value)
}

/// Turns what actix refuses by itself into problems.
pub(super) fn refusals(config: &mut web::ServiceConfig) {
    let path = web::PathConfig::default()
        .error_handler(|_, _| Problem::new(NOT_FOUND, "The address holds no valid id.").into());
    let query = web::QueryConfig::default()
        .error_handler(|error, _| Problem::new(INVALID_QUERY, error).into());
    config.app_data(path).app_data(query);
}

/// Where the request comes from.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The connection's other end; behind a proxy, the address that the proxy added.
    pub fn of(request: &HttpRequest, behind_proxy: bool) -> Self {
        let forwarded = || {
            let header = request.headers().get("x-forwarded-for")?.to_str().ok()?;
            header.rsplit(',').next()?.trim().parse().ok()
        };
        let peer = request.peer_addr().map(|address| address.ip());
        let told = if behind_proxy { forwarded() } else { None };
        let address: IpAddr = told.or(peer).unwrap_or(Ipv4Addr::UNSPECIFIED.into());
        Self(address.to_canonical())
    }
}

impl FromRequest for ClientAddress {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(House::of(request).map(|house| Self::of(request, house.settings().http.behind_proxy)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Lot {
        #[expect(dead_code, reason = "only its reading is tested")]
        title: String,
    }

    #[rstest]
    #[case("{", "malformed-json")]
    #[case("", "malformed-json")]
    #[case("{} x", "invalid-body")]
    #[case(r#"{"title": "x"} y"#, "malformed-json")]
    #[case("NaN", "malformed-json")]
    #[case("[]", "invalid-body")]
    #[case("null", "invalid-body")]
    #[case(r#"{"title": 1}"#, "invalid-body")]
    #[case(r#"{"title": "x", "seller": "y"}"#, "invalid-body")]
    fn a_body_that_does_not_fit_is_refused_by_kind(#[case] body: &str, #[case] kind: &str) {
        let problem = parse::<Lot>(body.as_bytes()).unwrap_err();
        assert_eq!(problem.kind().slug, kind, "{problem}");
    }

    #[test]
    fn a_refused_field_is_named() {
        let problem = parse::<Lot>(br#"{"title": 1}"#).unwrap_err();
        assert!(problem.errors().contains_key("title"));
    }
}
