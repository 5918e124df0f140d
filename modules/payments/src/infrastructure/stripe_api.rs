//! Stripe's JSON and its amounts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use foundation::{Currency, Money};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::application::gateway::GatewayError;
use crate::domain::difference::Shown;
use crate::domain::instruction::{Answer, GatewayReference, Task};
use crate::domain::redirect::Redirect;

const NEEDS_CONFIRMATION: &str =
    "the bank wants this payment confirmed, which is not possible here; try another card";
const REFUNDED_BEFORE: &str = "everything of this payment has been given back already";

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
    next_action: Option<NextAction>,
    #[serde(default)]
    amount: i64,
    amount_received: Option<i64>,
    #[serde(default)]
    currency: String,
    last_payment_error: Option<StripeError>,
}

#[derive(Deserialize)]
struct NextAction {
    redirect_to_url: Option<RedirectToUrl>,
}

#[derive(Deserialize)]
struct RedirectToUrl {
    url: String,
}

/// A refund, as far as this house looks at it.
#[derive(Deserialize)]
pub(super) struct RefundObject {
    pub(super) id: String,
    status: Option<String>,
    #[serde(default)]
    pub(super) metadata: HashMap<String, String>,
    failure_reason: Option<String>,
}

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
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
    /// The card, or the payment's state, stands against it: an answer, not an error.
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
            Task::Refund { .. } => Err(GatewayError::wrong_task()),
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
            "requires_action" => Ok(Some(self.waiting())),
            "canceled" => Ok(Some(Answer::Refused {
                reason: "the payment was cancelled at the payment service".to_owned(),
                reference: Some(self.id.into()),
            })),
            "requires_confirmation" => Ok(None),
            _ => Err(self.undecided()),
        }
    }

    /// Without an address to send the payer to, nobody can confirm.
    fn waiting(self) -> Answer {
        let reference = self.id.into();
        match self.next_action.and_then(|action| action.redirect_to_url) {
            Some(RedirectToUrl { url }) => Answer::ActionRequired {
                reference,
                redirect: Redirect {
                    desktop: url.clone(),
                    mobile: url,
                },
            },
            None => Answer::Refused {
                reason: NEEDS_CONFIRMATION.to_owned(),
                reference: Some(reference),
            },
        }
    }

    /// What the intent says about money, whatever was asked of it.
    pub(super) fn shown(&self) -> Result<Shown, GatewayError> {
        let currency = self.currency.to_ascii_uppercase().parse();
        let currency: Currency = currency.map_err(GatewayError::unknown)?;
        let refunded = self.latest_charge.pointer("/amount_refunded");
        let refunded = refunded.and_then(Value::as_i64).unwrap_or(0);
        let (held, taken) = match self.status.as_str() {
            "requires_capture" => (self.amount, 0),
            "succeeded" => (0, self.amount_received.unwrap_or(self.amount)),
            _ => (0, 0),
        };
        Ok(Shown {
            held: money(currency, held)?,
            taken: money(currency, taken)?,
            refunded: money(currency, refunded)?,
        })
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

impl RefundObject {
    /// A refund that waits may still fail: only the end of it is an answer.
    pub(super) fn answer(self) -> Result<Answer, GatewayError> {
        match self.status.as_deref() {
            Some("succeeded") => Ok(Answer::Refunded {
                reference: self.id.into(),
            }),
            Some("failed" | "canceled") => {
                let reason = self.failure_reason.as_deref().unwrap_or("no reason given");
                Ok(Answer::Refused {
                    reason: format!("the refund did not reach the card: {reason}"),
                    reference: Some(self.id.into()),
                })
            }
            status => Err(GatewayError::unknown(format!(
                "{} is '{}'",
                self.id,
                status.unwrap_or("without a status")
            ))),
        }
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
        if error.code.as_deref() == Some("charge_already_refunded") {
            return Refusal::Declined(Answer::Refused {
                reason: REFUNDED_BEFORE.to_owned(),
                reference: None,
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

/// An amount that Stripe counted.
fn money(currency: Currency, counted: i64) -> Result<Money, GatewayError> {
    let minor = match currency.code() {
        "ISK" | "UGX" => Some(counted / 100),
        "MGA" => counted.checked_mul(100),
        _ => Some(counted),
    };
    let minor = minor.ok_or_else(|| GatewayError::unknown("Stripe shows too large an amount"))?;
    Money::from_minor_units(currency, minor).map_err(GatewayError::unknown)
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
        if let Some(counted) = expected {
            let back = super::money(money.currency(), counted).unwrap();
            assert_eq!(back, money);
        }
    }
}
