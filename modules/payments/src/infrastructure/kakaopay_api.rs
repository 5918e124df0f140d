//! KakaoPay's JSON, as its developers' centre describes it for single online payments
//! (<https://developers.kakaopay.com/docs/payment/online/single-payment>).

use foundation::{Currency, Money};
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::application::gateway::GatewayError;
use crate::domain::difference::Shown;
use crate::domain::instruction::{Answer, GatewayReference, Instruction};
use crate::domain::redirect::{Redirect, ReturnUrl};

const LONGEST_NAME: usize = 100;
const UNNAMED: &str = "Gavel";

/// Asks for a page at which the payer confirms.
#[derive(Serialize)]
pub(super) struct Ready<'a> {
    cid: &'a str,
    partner_order_id: String,
    partner_user_id: String,
    item_name: String,
    quantity: i64,
    total_amount: i64,
    tax_free_amount: i64,
    approval_url: String,
    cancel_url: String,
    fail_url: String,
}

#[derive(Deserialize)]
pub(super) struct ReadyAnswer {
    tid: String,
    next_redirect_pc_url: String,
    next_redirect_mobile_url: String,
}

/// Takes the money that the payer has confirmed.
#[derive(Serialize)]
pub(super) struct Approve<'a> {
    pub(super) cid: &'a str,
    pub(super) tid: &'a str,
    pub(super) partner_order_id: String,
    pub(super) partner_user_id: String,
    pub(super) pg_token: &'a str,
    pub(super) payload: String,
    pub(super) total_amount: i64,
}

#[derive(Deserialize)]
pub(super) struct Approved {
    tid: String,
    amount: Total,
}

/// Gives money back.
#[derive(Serialize)]
pub(super) struct Cancel<'a> {
    pub(super) cid: &'a str,
    pub(super) tid: &'a str,
    pub(super) cancel_amount: i64,
    pub(super) cancel_tax_free_amount: i64,
    /// What is left, this cancellation included. KakaoPay refuses when it knows better.
    pub(super) cancel_available_amount: i64,
    pub(super) payload: String,
}

#[derive(Deserialize)]
pub(super) struct Cancelled {
    aid: String,
}

#[derive(Serialize)]
pub(super) struct OrderQuestion<'a> {
    pub(super) cid: &'a str,
    pub(super) tid: &'a str,
}

/// Everything that KakaoPay knows of a transaction, as far as this house looks at it.
#[derive(Deserialize)]
pub(super) struct Order {
    tid: String,
    status: String,
    amount: Option<Total>,
    canceled_amount: Option<Total>,
    cancel_available_amount: Option<Total>,
    #[serde(default)]
    payment_action_details: Vec<Action>,
}

#[derive(Clone, Copy, Deserialize)]
struct Total {
    total: i64,
}

#[derive(Deserialize)]
struct Action {
    aid: String,
    payment_action_type: String,
    payload: Option<String>,
}

/// The body of a refusal.
#[derive(Default, Deserialize)]
pub(super) struct Complaint {
    #[serde(default)]
    error_code: Value,
    #[serde(default)]
    error_message: String,
    extras: Option<Extras>,
}

#[derive(Deserialize)]
struct Extras {
    #[serde(default)]
    method_result_code: String,
    #[serde(default)]
    method_result_message: String,
}

/// What KakaoPay said to a request that it did not carry out as asked.
pub(super) enum Refusal {
    /// It understood the request, and will not.
    Said(Complaint),
    Error(GatewayError),
}

/// How far a transaction has come.
enum Stage {
    /// The payer has not confirmed, or this house has not approved.
    Waiting,
    Taken,
    GivenBack,
    Failed,
}

impl<'a> Ready<'a> {
    pub(super) fn new(cid: &'a str, instruction: &Instruction, place: &ReturnUrl) -> Self {
        let name: String = instruction.description.chars().take(LONGEST_NAME).collect();
        Self {
            cid,
            partner_order_id: instruction.billing.to_string(),
            partner_user_id: instruction.payer.to_string(),
            item_name: match name.trim().is_empty() {
                true => UNNAMED.to_owned(),
                false => name,
            },
            quantity: 1,
            total_amount: instruction.amount.minor_units(),
            tax_free_amount: 0,
            approval_url: place.to_string(),
            cancel_url: place.with("outcome", "cancelled"),
            fail_url: place.with("outcome", "failed"),
        }
    }
}

impl ReadyAnswer {
    pub(super) fn answer(self) -> Answer {
        Answer::ActionRequired {
            reference: self.tid.into(),
            redirect: Redirect {
                desktop: self.next_redirect_pc_url,
                mobile: self.next_redirect_mobile_url,
            },
        }
    }
}

impl Approved {
    pub(super) fn answer(self, asked: Money) -> Result<Answer, GatewayError> {
        if self.amount.total != asked.minor_units() {
            return Err(GatewayError::unknown(format!(
                "KakaoPay took {} won for {} instead of {asked}",
                self.amount.total, self.tid
            )));
        }
        Ok(authorised(self.tid))
    }
}

impl Cancelled {
    pub(super) fn answer(self) -> Answer {
        Answer::Refunded {
            reference: self.aid.into(),
        }
    }
}

impl Order {
    /// What became of the approval; `None` when it has not happened.
    pub(super) fn after_approving(self) -> Result<Option<Answer>, GatewayError> {
        Ok(match self.stage()? {
            Stage::Waiting => None,
            Stage::Taken => Some(authorised(self.tid)),
            Stage::GivenBack => Some(Answer::Refused {
                reason: "the payment was cancelled at KakaoPay".to_owned(),
                reference: Some(self.tid.into()),
            }),
            Stage::Failed => Some(Answer::Refused {
                reason: format!("KakaoPay did not carry out the payment ({})", self.status),
                reference: Some(self.tid.into()),
            }),
        })
    }

    pub(super) fn holds_nothing(&self) -> Result<bool, GatewayError> {
        Ok(match self.stage()? {
            Stage::Waiting | Stage::GivenBack | Stage::Failed => true,
            Stage::Taken => false,
        })
    }

    /// The cancellation that carries this payload.
    pub(super) fn cancelled_as(&self, payload: &str) -> Option<Answer> {
        let mut actions = self.payment_action_details.iter();
        let found = actions.find(|action| {
            action.payment_action_type == "CANCEL" && action.payload.as_deref() == Some(payload)
        });
        found.map(|action| Answer::Refunded {
            reference: action.aid.clone().into(),
        })
    }

    /// How many won are left to give back.
    pub(super) fn available(&self) -> i64 {
        total(self.cancel_available_amount)
    }

    pub(super) fn shown(&self) -> Result<Shown, GatewayError> {
        let taken = match self.stage()? {
            Stage::Waiting | Stage::Failed => 0,
            Stage::Taken | Stage::GivenBack => total(self.amount),
        };
        Ok(Shown {
            held: Money::zero(Currency::KRW),
            taken: won(taken)?,
            refunded: won(total(self.canceled_amount))?,
        })
    }

    fn stage(&self) -> Result<Stage, GatewayError> {
        match self.status.as_str() {
            "READY" | "SEND_TMS" | "OPEN_PAYMENT" | "SELECT_METHOD" | "ARS_WAITING"
            | "AUTH_PASSWORD" | "ISSUED_SID" => Ok(Stage::Waiting),
            "SUCCESS_PAYMENT" | "PART_CANCEL_PAYMENT" => Ok(Stage::Taken),
            "CANCEL_PAYMENT" => Ok(Stage::GivenBack),
            "FAIL_AUTH_PASSWORD" | "QUIT_PAYMENT" | "FAIL_PAYMENT" => Ok(Stage::Failed),
            other => Err(GatewayError::unknown(format!("{} is '{other}'", self.tid))),
        }
    }
}

impl Complaint {
    /// Reads a refusal; a body that is none counts as one without words.
    pub(super) fn read(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }

    pub(super) fn refusal(self, status: StatusCode) -> Refusal {
        let detail = || format!("{} {}", status.as_u16(), self.words());
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Refusal::Error(GatewayError::Unauthorised { detail: detail() })
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => {
                Refusal::Error(GatewayError::unknown(detail()))
            }
            _ if status.is_client_error() => Refusal::Said(self),
            _ => Refusal::Error(GatewayError::unknown(detail())),
        }
    }

    /// The complaint as the payer reads it: KakaoPay's own words with its codes.
    pub(super) fn refused(&self, tid: &GatewayReference) -> Answer {
        Answer::Refused {
            reason: self.words(),
            reference: Some(tid.clone()),
        }
    }

    fn words(&self) -> String {
        let code = match self.error_code.as_str() {
            Some(text) => text.to_owned(),
            None => self.error_code.to_string(),
        };
        match &self.extras {
            Some(extras) if !extras.method_result_message.is_empty() => {
                let (why, message) = (&extras.method_result_code, &extras.method_result_message);
                format!("{message} (KakaoPay {code} {why})")
            }
            Some(_) | None if self.error_message.is_empty() => {
                format!("no explanation (KakaoPay {code})")
            }
            Some(_) | None => format!("{} (KakaoPay {code})", self.error_message),
        }
    }
}

impl Refusal {
    /// For requests whose refusal says nothing about the payment, but about this house.
    pub(super) fn into_error(self) -> GatewayError {
        match self {
            Self::Said(complaint) => GatewayError::Rejected {
                detail: complaint.words(),
            },
            Self::Error(error) => error,
        }
    }
}

fn authorised(tid: String) -> Answer {
    Answer::Authorised {
        reference: tid.into(),
        capture_before: None,
    }
}

fn total(amount: Option<Total>) -> i64 {
    amount.map_or(0, |amount| amount.total)
}

fn won(amount: i64) -> Result<Money, GatewayError> {
    Money::from_minor_units(Currency::KRW, amount).map_err(GatewayError::unknown)
}
