//! Stripe's JSON and its amounts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use foundation::Money;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::application::gateway::GatewayError;
use crate::domain::instruction::{Answer, GatewayReference, Task};

const NEEDS_CONFIRMATION: &str =
    "the bank wants this payment confirmed, which is not possible here; try another card";

/// A PaymentIntent, as far as this house looks at it.
#[derive(Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    status: String,
    #[serde(default)]
    pub(super) created: i64,
    #[serde(default)]
    pub(super) metadata: HashMap<String, String>,
    /// An object where it was asked to be expanded, otherwise its id.
    #[serde(default)]
    latest_charge: Value,
    last_payment_error: Option<StripeError>,
}

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct IntentPage {
    pub(super) data: Vec<Intent>,
    #[serde(default)]
    pub(super) has_more: bool,
}

/// The body of a refusal.
#[derive(Deserialize)]
pub(super) struct ErrorBody {
    error: StripeError,
}

#[derive(Default, Deserialize)]
struct StripeError {
    #[serde(rename = "type", default)]
    kind: String,
    code: Option<String>,
    message: Option<String>,
    payment_intent: Option<IntentId>,
}

#[derive(Deserialize)]
struct IntentId {
    id: String,
}

/// What Stripe said to a request that it did not carry out as asked.
pub(super) enum Refusal {
    /// The card, not the request, is at fault.
    Declined(Answer),
    Error(GatewayError),
}

impl Intent {
    /// What the intent's status says about the task; `None` when the task is still to be done.
    pub(super) fn answer(self, task: &Task) -> Result<Option<Answer>, GatewayError> {
        match task {
            Task::Authorise { .. } | Task::Complete { .. } => self.after_authorising(),
            Task::Capture { .. } => self.after_capturing(),
            Task::Void { .. } => self.after_voiding(),
            Task::Refund { .. } => Ok(None),
        }
    }

    fn after_authorising(self) -> Result<Option<Answer>, GatewayError> {
        match self.status.as_str() {
            "requires_capture" | "succeeded" => Ok(Some(Answer::Authorised {
                capture_before: self.capture_before(),
                reference: self.id.into(),
            })),
            "requires_payment_method" => {
                let error = self.last_payment_error;
                let reason = error.and_then(|error| error.message);
                Ok(Some(Answer::Refused {
                    reason: reason.unwrap_or_else(|| "the card was declined".to_owned()),
                    reference: Some(self.id.into()),
                }))
            }
            "requires_action" => Ok(Some(Answer::Refused {
                reason: NEEDS_CONFIRMATION.to_owned(),
                reference: Some(self.id.into()),
            })),
            "canceled" => Ok(Some(Answer::Refused {
                reason: "the payment was cancelled at the payment service".to_owned(),
                reference: Some(self.id.into()),
            })),
            "requires_confirmation" => Ok(None),
            _ => Err(self.undecided()),
        }
    }

    fn after_capturing(self) -> Result<Option<Answer>, GatewayError> {
        match self.status.as_str() {
            "succeeded" => Ok(Some(Answer::Captured)),
            "requires_capture" => Ok(None),
            "canceled" => Ok(Some(Answer::Refused {
                reason: "the card no longer holds the amount; please pay again".to_owned(),
                reference: Some(self.id.into()),
            })),
            _ => Err(self.undecided()),
        }
    }

    fn after_voiding(self) -> Result<Option<Answer>, GatewayError> {
        match self.status.as_str() {
            "canceled" => Ok(Some(Answer::Voided)),
            "succeeded" => Ok(Some(Answer::Refused {
                reason: "the amount has been taken already".to_owned(),
                reference: Some(self.id.into()),
            })),
            "requires_capture"
            | "requires_action"
            | "requires_confirmation"
            | "requires_payment_method" => Ok(None),
            _ => Err(self.undecided()),
        }
    }

    fn undecided(&self) -> GatewayError {
        GatewayError::unknown(format!("{} is '{}'", self.id, self.status))
    }

    fn capture_before(&self) -> Option<DateTime<Utc>> {
        let seconds = self
            .latest_charge
            .pointer("/payment_method_details/card/capture_before")?
            .as_i64()?;
        DateTime::from_timestamp(seconds, 0)
    }
}

impl ErrorBody {
    /// Reads a refusal; a body that is none counts as one without words.
    pub(super) fn read(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_else(|_| Self {
            error: StripeError::default(),
        })
    }

    /// Sorts a refusal. What may have been carried out all the same is unknown: server errors, and a
    /// repetition that came while the first request was still under way (409), or that differs from it.
    pub(super) fn refusal(self, status: StatusCode) -> Refusal {
        let error = self.error;
        if status == StatusCode::PAYMENT_REQUIRED || error.kind == "card_error" {
            return Refusal::Declined(Answer::Refused {
                reason: error
                    .message
                    .unwrap_or_else(|| "the card was declined".to_owned()),
                reference: error.payment_intent.map(|intent| intent.id.into()),
            });
        }
        let detail = error.detail(status);
        Refusal::Error(match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                GatewayError::Unauthorised { detail }
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => {
                GatewayError::unknown(detail)
            }
            _ if status.is_client_error() && error.kind != "idempotency_error" => {
                GatewayError::Rejected { detail }
            }
            _ => GatewayError::unknown(detail),
        })
    }
}

impl StripeError {
    fn detail(&self, status: StatusCode) -> String {
        let message = self.message.as_deref().unwrap_or("no explanation");
        let code = self.code.as_deref().unwrap_or(&self.kind);
        format!("{} {code}: {message}", status.as_u16())
    }
}

impl GatewayReference {
    /// The reference as a part of a URL's path; a stored one that is no name of Stripe's is not sent.
    pub(super) fn path_segment(&self) -> Result<&str, GatewayError> {
        let fit = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if self.as_str().chars().all(fit) {
            return Ok(self.as_str());
        }
        Err(GatewayError::Rejected {
            detail: format!("'{self}' is not a payment of Stripe's"),
        })
    }
}

/// An amount as Stripe counts it: nearly always in the currency's own minor units.
///
/// The exceptions are listed at <https://docs.stripe.com/currencies>: some currencies without decimals are
/// counted in hundredths for history's sake, the ariary is counted whole, and the last of three decimals
/// must be zero.
pub(super) fn amount(money: Money) -> Result<i64, GatewayError> {
    let minor = money.minor_units();
    let counted = match money.currency().code() {
        "ISK" | "UGX" => minor.checked_mul(100),
        "MGA" => (minor % 100 == 0).then_some(minor / 100),
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => (minor % 10 == 0).then_some(minor),
        _ => Some(minor),
    };
    counted.ok_or_else(|| GatewayError::Rejected {
        detail: format!("Stripe cannot charge exactly {money}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("USD", "15.99", Some(1599))]
    #[case("KRW", "15990", Some(15990))]
    #[case("ISK", "500", Some(50_000))]
    #[case("MGA", "500", Some(500))]
    #[case("MGA", "500.50", None)]
    #[case("KWD", "1.230", Some(1230))]
    #[case("KWD", "1.234", None)]
    fn amounts_are_counted_as_stripe_counts_them(
        #[case] currency: &str,
        #[case] text: &str,
        #[case] expected: Option<i64>,
    ) {
        let money = Money::parse_with_code(currency, text).unwrap();
        assert_eq!(amount(money).ok(), expected);
    }
}
