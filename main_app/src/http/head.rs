//! `HEAD` is answered wherever `GET` is: like it, without the body.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::web::Bytes;

/// Makes a `HEAD` a `GET` on its way to the handler; says whether it was one.
pub(super) fn as_get(request: &mut ServiceRequest) -> bool {
    let is_head = request.method() == Method::HEAD;
    if is_head {
        request.head_mut().method = Method::GET;
    }
    is_head
}

/// The answer with the length of its body but not the body.
pub(super) fn without_body(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    answer.map_body(|_, body| Unsent(body.size()).boxed())
}

/// A body of which only the size is told.
struct Unsent(BodySize);

impl MessageBody for Unsent {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}
