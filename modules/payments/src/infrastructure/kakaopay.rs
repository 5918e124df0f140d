//! KakaoPay: the payer confirms at KakaoPay, and the money is taken at once.
//!
//! It knows no idempotency keys, so every call that moves money is safe to repeat by other means: an approval
//! counts once for its transaction, and a cancellation carries the name of the refund, which is looked for
//! first, and the amount that was left when it was looked for.

use std::time::Duration;

use foundation::https::{client, without_key};
use foundation::{Currency, Money};
use reqwest::StatusCode;
use reqwest::blocking::Client;
use reqwest::header::AUTHORIZATION;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::application::gateway::{GatewayError, PaymentGateway};
use crate::domain::difference::Shown;
use crate::domain::instruction::{Answer, Attempt, GatewayReference, Instruction, Task};
use crate::domain::token::PaymentToken;
use crate::infrastructure::kakaopay_api::{
    Approve, Approved, Cancel, Cancelled, Complaint, Order, OrderQuestion, Ready, ReadyAnswer,
    Refusal,
};

const NO_RETURN: &str = "KakaoPay needs an address to which it can send you back";
const NO_PROOF: &str = "KakaoPay has not said that you confirmed the payment";
const EXPIRED: &str = "the payment was not confirmed in time";

/// Talks to KakaoPay.
pub(crate) struct KakaoPayGateway {
    client: Client,
    base_url: String,
    secret_key: SecretString,
    /// The house's code at KakaoPay.
    cid: String,
}

impl KakaoPayGateway {
    pub(crate) fn new(
        base_url: &str,
        secret_key: SecretString,
        cid: String,
        timeout: Duration,
    ) -> Self {
        Self {
            client: client(timeout),
            base_url: base_url.trim_end_matches('/').to_owned(),
            secret_key,
            cid,
        }
    }

    fn post<T: DeserializeOwned>(&self, verb: &str, body: &impl Serialize) -> Result<T, Refusal> {
        let unknown = |error: reqwest::Error| Refusal::Error(GatewayError::unknown(error));
        let key = self.secret_key.expose_secret();
        let response = self
            .client
            .post(format!("{}/online/v1/payment/{verb}", self.base_url))
            .header(AUTHORIZATION, format!("SECRET_KEY {key}"))
            .json(body)
            .send()
            .map_err(unknown)?;
        let status = response.status();
        let text = response.text().map_err(unknown)?;
        if status == StatusCode::OK {
            return serde_json::from_str(&text)
                .map_err(|error| Refusal::Error(GatewayError::unknown(error)));
        }
        let text = without_key(text, &self.secret_key);
        Err(Complaint::read(&text).refusal(status))
    }

    fn order(&self, tid: &GatewayReference) -> Result<Order, GatewayError> {
        let question = OrderQuestion {
            cid: &self.cid,
            tid: tid.as_str(),
        };
        let order = self.post("order", &question);
        order.map_err(Refusal::into_error)
    }

    /// Approves. A refusal may mean that it was approved before: the order knows.
    fn approve(
        &self,
        tid: &GatewayReference,
        proof: &PaymentToken,
        instruction: &Instruction,
    ) -> Result<Answer, GatewayError> {
        let approve = Approve {
            cid: &self.cid,
            tid: tid.as_str(),
            partner_order_id: instruction.billing.to_string(),
            partner_user_id: instruction.payer.to_string(),
            pg_token: proof.reveal(),
            payload: instruction.operation.to_string(),
            total_amount: instruction.amount.minor_units(),
        };
        match self.post::<Approved>("approve", &approve) {
            Ok(approved) => approved.answer(instruction.amount),
            Err(Refusal::Error(error)) => Err(error),
            Err(Refusal::Said(complaint)) => match self.order(tid)?.after_approving()? {
                Some(answer @ Answer::Authorised { .. }) => Ok(answer),
                Some(_) | None => Ok(complaint.refused(tid)),
            },
        }
    }

    /// Gives back a part under the name of whoever asks for it, unless it was given back before.
    fn cancel(
        &self,
        tid: &GatewayReference,
        part: Option<Money>,
        payload: String,
    ) -> Result<Answer, GatewayError> {
        let order = self.order(tid)?;
        if let Some(known) = order.cancelled_as(&payload) {
            return Ok(known);
        }
        let available = order.available();
        let wanted = part.map_or(available, Money::minor_units);
        if wanted > available || wanted == 0 {
            return Ok(Answer::Refused {
                reason: format!("KakaoPay has {available} won of this payment left to give back"),
                reference: None,
            });
        }
        let cancel = Cancel {
            cid: &self.cid,
            tid: tid.as_str(),
            cancel_amount: wanted,
            cancel_tax_free_amount: 0,
            cancel_available_amount: available,
            payload: payload.clone(),
        };
        match self.post::<Cancelled>("cancel", &cancel) {
            Ok(cancelled) => Ok(cancelled.answer()),
            Err(Refusal::Error(error)) => Err(error),
            Err(Refusal::Said(complaint)) => {
                let known = self.order(tid)?.cancelled_as(&payload);
                Ok(known.unwrap_or_else(|| complaint.refused(tid)))
            }
        }
    }
}

impl PaymentGateway for KakaoPayGateway {
    fn name(&self) -> &'static str {
        "kakaopay"
    }

    fn title(&self) -> &'static str {
        "KakaoPay"
    }

    fn takes_token(&self) -> bool {
        false
    }

    fn hands_out_proof(&self) -> bool {
        true
    }

    fn offers(&self, currency: Currency) -> bool {
        currency == Currency::KRW
    }

    /// Only asks for a page at which the payer confirms. The token counts for nothing: the payer chooses there
    /// what to pay with.
    fn authorise(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Authorise { return_url, .. } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        if !self.offers(instruction.amount.currency()) {
            return Err(GatewayError::Rejected {
                detail: format!("KakaoPay cannot charge {}", instruction.amount),
            });
        }
        let Some(place) = return_url else {
            return Ok(refused(NO_RETURN));
        };
        let ready = Ready::new(&self.cid, instruction, place);
        match self.post::<ReadyAnswer>("ready", &ready) {
            Ok(answer) => Ok(answer.answer()),
            Err(refusal) => Err(refusal.into_error()),
        }
    }

    fn complete(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Complete { reference, proof } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        match proof {
            Some(proof) => self.approve(reference, proof, instruction),
            None => Ok(refused(NO_PROOF)),
        }
    }

    /// The approval took the money: there is nothing left to do.
    fn capture(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Captured)
    }

    /// What nobody approved holds nothing, and without this house nobody approves it.
    fn void(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Void { authorisation } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        if self.order(authorisation)?.holds_nothing()? {
            return Ok(Answer::Voided);
        }
        let answer = self.cancel(authorisation, None, instruction.operation.to_string())?;
        if matches!(answer, Answer::Refunded { .. }) {
            return Ok(Answer::Voided);
        }
        Ok(answer)
    }

    fn refund(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Refund {
            authorisation,
            amount,
            refund,
        } = &instruction.task
        else {
            return Err(GatewayError::wrong_task());
        };
        self.cancel(authorisation, Some(*amount), refund.to_string())
    }

    fn fetch(&self, instruction: &Instruction) -> Result<Option<Answer>, GatewayError> {
        let too_late = (instruction.attempt == Attempt::TooLate).then(|| refused(EXPIRED));
        match &instruction.task {
            // The transaction's name came with the answer that is missing. Without it nobody pays, so asking
            // for another page does no harm.
            Task::Authorise { .. } => Ok(too_late),
            Task::Complete { reference, .. } => {
                let known = self.order(reference)?.after_approving()?;
                Ok(known.or(too_late))
            }
            Task::Capture { .. } => Ok(Some(Answer::Captured)),
            Task::Void { authorisation } => {
                let done = self.order(authorisation)?.holds_nothing()?;
                Ok(done.then_some(Answer::Voided))
            }
            Task::Refund {
                authorisation,
                refund,
                ..
            } => {
                let order = self.order(authorisation)?;
                Ok(order.cancelled_as(&refund.to_string()))
            }
        }
    }

    fn shown(&self, authorisation: &GatewayReference) -> Result<Option<Shown>, GatewayError> {
        self.order(authorisation)?.shown().map(Some)
    }
}

fn refused(reason: &str) -> Answer {
    Answer::Refused {
        reason: reason.to_owned(),
        reference: None,
    }
}
