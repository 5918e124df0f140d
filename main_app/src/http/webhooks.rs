//! Messages that payment gateways send by themselves.
//!
//! They are signed, so nobody is logged in here, and the body is checked byte for byte as it came. The answer
//! is given as soon as the message is kept: what has happened is asked of the gateway later.

use actix_web::{HttpRequest, HttpResponse, post, web};
use payments::{GatewayName, PaymentsFacade, ReceiveNotice};

use super::blocking::Work;
use super::errors::{BAD_REQUEST, TOO_LARGE};
use super::problem::Problem;
use crate::composition::Inject;

/// Stripe's largest messages have a few dozen kilobytes.
const LARGEST: usize = 256 * 1024;

/// Takes in a message of Stripe's.
#[post("/webhooks/stripe")]
pub(super) async fn stripe(
    request: HttpRequest,
    body: web::Payload,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.to_bytes_limited(LARGEST).await;
    let body = body.map_err(|_| Problem::new(TOO_LARGE, "A message has at most 256 kilobytes."))?;
    let body = body.map_err(|error| Problem::new(BAD_REQUEST, error))?;
    let signature = request.headers().get("Stripe-Signature");
    let signature = signature.and_then(|value| value.to_str().ok());
    let command = ReceiveNotice {
        gateway: GatewayName::from("stripe"),
        signature: signature.unwrap_or_default().to_owned(),
        body: body.to_vec(),
    };
    work.write(move |uow| payments.receive_notice(&command, uow))
        .await?;
    Ok(HttpResponse::Ok().finish())
}
