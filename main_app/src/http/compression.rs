//! Bodies are compressed where that pays: large ones, of text, for clients that can read it.

use actix_http::encoding::Encoder;
use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{
    self, AcceptEncoding, ContentEncoding, Encoding, HeaderMap, HeaderValue,
};

/// A smaller body goes in a packet or two anyhow: compressing it would cost more time than it saves.
const WORTHWHILE: u64 = 2 * 1024;

/// The answer, compressed if that pays and its reader understands it.
pub(super) fn compress(mut answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if !is_worthwhile(answer.response().body().size()) || !is_text(answer.headers()) {
        return answer;
    }
    let encoding = accepted(&answer);
    if encoding == ContentEncoding::Identity {
        // Whoever keeps this answer must not give it to those who could have it smaller.
        let vary = HeaderValue::from_static("accept-encoding");
        answer.headers_mut().append(header::VARY, vary);
        return answer;
    }
    answer.map_body(|head, body| Encoder::response(encoding, head, body).boxed())
}

fn is_worthwhile(size: BodySize) -> bool {
    match size {
        BodySize::None => false,
        BodySize::Sized(size) => size >= WORTHWHILE,
        BodySize::Stream => true,
    }
}

/// Pictures are compressed already; events must not wait in a compressor for more to come.
fn is_text(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    media_type.is_some_and(|media_type| {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        (essence.starts_with("text/") && essence != "text/event-stream")
            || ["json", "xml", "javascript"]
                .iter()
                .any(|text| essence.ends_with(text))
    })
}

fn accepted(answer: &ServiceResponse<BoxBody>) -> ContentEncoding {
    let supported = [Encoding::identity(), Encoding::gzip(), Encoding::deflate()];
    let accepted = answer.request().get_header::<AcceptEncoding>();
    match accepted.and_then(|accepted| accepted.negotiate(supported.iter())) {
        Some(Encoding::Known(encoding)) => encoding,
        Some(Encoding::Unknown(_)) | None => ContentEncoding::Identity,
    }
}
