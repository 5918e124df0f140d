//! Stripe: PaymentIntents that are authorised first and captured later.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use foundation::https::{client, without_key};
use reqwest::blocking::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::application::gateway::{GatewayError, Notice, NoticeRefusal, PaymentGateway};
use crate::domain::difference::Shown;
use crate::domain::instruction::{Answer, GatewayReference, Instruction, Task};
use crate::ids::{OperationId, RefundId};
use crate::infrastructure::stripe_api::{ErrorBody, Intent, Page, RefundObject, Refusal, amount};
use crate::infrastructure::stripe_notice;

/// The version of Stripe's API that this client was written for: an account's default may change.
const API_VERSION: &str = "2024-06-20";
const PAGE: usize = 100;
const MAX_PAGES: usize = 10;
/// How far Stripe's clock may be from ours.
const CLOCKS_DIFFER_BY: TimeDelta = TimeDelta::hours(1);

type Form = Vec<(&'static str, String)>;

/// Talks to Stripe.
pub(crate) struct StripeGateway {
    client: Client,
    base_url: String,
    secret_key: SecretString,
    webhook_secret: Option<SecretString>,
}

impl StripeGateway {
    pub(crate) fn new(
        base_url: &str,
        secret_key: SecretString,
        webhook_secret: Option<SecretString>,
        timeout: Duration,
    ) -> Self {
        Self {
            client: client(timeout),
            base_url: base_url.trim_end_matches('/').to_owned(),
            secret_key,
            webhook_secret,
        }
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, GatewayError> {
        let url = format!("{}{path}", self.base_url);
        match self.send(self.client.get(url)) {
            Ok(found) => Ok(found),
            Err(Refusal::Error(error)) => Err(error),
            Err(Refusal::Declined(_)) => Err(GatewayError::unknown(
                "Stripe answered a question with a declined card",
            )),
        }
    }

    fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        key: OperationId,
        form: &Form,
    ) -> Result<T, Refusal> {
        let request = self
            .client
            .post(format!("{}{path}", self.base_url))
            .header("Idempotency-Key", key.to_string())
            .form(form);
        self.send(request)
    }

    fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Refusal> {
        let unknown = |error: reqwest::Error| Refusal::Error(GatewayError::unknown(error));
        let response = request
            .bearer_auth(self.secret_key.expose_secret())
            .header("Stripe-Version", API_VERSION)
            .send()
            .map_err(unknown)?;
        let status = response.status();
        let body = response.text().map_err(unknown)?;
        if status.is_success() {
            return serde_json::from_str(&body)
                .map_err(|error| Refusal::Error(GatewayError::unknown(error)));
        }
        let body = without_key(body, &self.secret_key);
        Err(ErrorBody::read(&body).refusal(status))
    }

    /// Captures or cancels. When Stripe refuses because the intent is past that, its state is the answer.
    fn settle(
        &self,
        authorisation: &GatewayReference,
        verb: &str,
        instruction: &Instruction,
    ) -> Result<Answer, GatewayError> {
        let path = format!(
            "/v1/payment_intents/{}/{verb}",
            authorisation.path_segment()?
        );
        match self.post::<Intent>(&path, instruction.operation, &Vec::new()) {
            Ok(intent) => decided(intent, &instruction.task),
            Err(Refusal::Declined(answer)) => Ok(answer),
            Err(Refusal::Error(error @ GatewayError::Rejected { .. })) => {
                match self.intent(authorisation)?.answer(&instruction.task)? {
                    Some(answer) => Ok(answer),
                    None => Err(error),
                }
            }
            Err(Refusal::Error(
                error @ (GatewayError::Unknown(_) | GatewayError::Unauthorised { .. }),
            )) => Err(error),
        }
    }

    fn intent(&self, authorisation: &GatewayReference) -> Result<Intent, GatewayError> {
        let id = authorisation.path_segment()?;
        self.get(&format!("/v1/payment_intents/{id}?expand[]=latest_charge"))
    }

    /// Looks for a refund among those of its intent.
    fn refund_of(
        &self,
        authorisation: &GatewayReference,
        refund: RefundId,
    ) -> Result<Option<Answer>, GatewayError> {
        let wanted = refund.to_string();
        let intent = authorisation.path_segment()?;
        let first = format!("/v1/refunds?payment_intent={intent}&limit={PAGE}");
        let mut path = first.clone();
        for _ in 0..MAX_PAGES {
            let page: Page<RefundObject> = self.get(&path)?;
            let last = page.data.last().map(|refund| refund.id.clone());
            let mut refunds = page.data.into_iter();
            if let Some(found) = refunds.find(|found| found.metadata.get("refund") == Some(&wanted))
            {
                return found.answer().map(Some);
            }
            match last {
                Some(id) if page.has_more => path = format!("{first}&starting_after={id}"),
                Some(_) | None => return Ok(None),
            }
        }
        Err(GatewayError::unknown(format!(
            "{intent} has too many refunds to look through"
        )))
    }

    /// Looks for the intent that an operation has made. Its id came with the answer that is missing, so the
    /// newest intents are searched for the operation's id. (Stripe's own search lags behind by a minute.)
    fn intent_of(&self, instruction: &Instruction) -> Result<Option<Intent>, GatewayError> {
        let wanted = instruction.operation.to_string();
        let oldest = (instruction.started_at - CLOCKS_DIFFER_BY).timestamp();
        let first = format!("/v1/payment_intents?limit={PAGE}&expand[]=data.latest_charge");
        let mut path = first.clone();
        for _ in 0..MAX_PAGES {
            let page: Page<Intent> = self.get(&path)?;
            let end = page
                .data
                .last()
                .map(|intent| (intent.id.clone(), intent.created));
            let mut intents = page.data.into_iter();
            let found = intents.find(|intent| intent.metadata.get("operation") == Some(&wanted));
            if found.is_some() {
                return Ok(found);
            }
            match end {
                Some((id, created)) if page.has_more && created >= oldest => {
                    path = format!("{first}&starting_after={id}");
                }
                Some(_) | None => return Ok(None),
            }
        }
        Ok(None)
    }
}

impl PaymentGateway for StripeGateway {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn title(&self) -> &'static str {
        "Stripe"
    }

    fn authorise(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Authorise { token, return_url } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        let money = instruction.amount;
        let mut form = vec![
            ("amount", amount(money)?.to_string()),
            ("currency", money.currency().code().to_ascii_lowercase()),
            ("payment_method", token.reveal().to_owned()),
            ("payment_method_types[]", "card".to_owned()),
            ("capture_method", "manual".to_owned()),
            ("confirm", "true".to_owned()),
            ("metadata[billing]", instruction.billing.to_string()),
            ("metadata[operation]", instruction.operation.to_string()),
            ("metadata[description]", instruction.description.clone()),
            ("expand[]", "latest_charge".to_owned()),
        ];
        if let Some(place) = return_url {
            form.push(("return_url", place.to_string()));
        }
        match self.post::<Intent>("/v1/payment_intents", instruction.operation, &form) {
            Ok(intent) => decided(intent, &instruction.task),
            Err(Refusal::Declined(answer)) => Ok(answer),
            Err(Refusal::Error(error)) => Err(error),
        }
    }

    fn complete(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Complete { reference, .. } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        decided(self.intent(reference)?, &instruction.task)
    }

    fn capture(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Capture { authorisation } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        self.settle(authorisation, "capture", instruction)
    }

    fn void(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Void { authorisation } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        self.settle(authorisation, "cancel", instruction)
    }

    fn refund(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Refund {
            authorisation,
            amount: part,
            refund,
        } = &instruction.task
        else {
            return Err(GatewayError::wrong_task());
        };
        let form = vec![
            ("payment_intent", authorisation.path_segment()?.to_owned()),
            ("amount", amount(*part)?.to_string()),
            ("metadata[billing]", instruction.billing.to_string()),
            ("metadata[refund]", refund.to_string()),
        ];
        match self.post::<RefundObject>("/v1/refunds", instruction.operation, &form) {
            Ok(refund) => refund.answer(),
            Err(Refusal::Declined(answer)) => Ok(answer),
            Err(Refusal::Error(error)) => Err(error),
        }
    }

    fn read_notice(
        &self,
        signature: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Notice, NoticeRefusal> {
        let secret = self.webhook_secret.as_ref();
        let secret = secret.ok_or(NoticeRefusal::NotExpected)?;
        stripe_notice::read(signature, body, secret, now)
    }

    fn shown(&self, authorisation: &GatewayReference) -> Result<Option<Shown>, GatewayError> {
        match self.intent(authorisation) {
            Ok(intent) => intent.shown().map(Some),
            Err(GatewayError::Rejected { detail }) if detail.starts_with("404 ") => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn fetch(&self, instruction: &Instruction) -> Result<Option<Answer>, GatewayError> {
        let intent = match &instruction.task {
            Task::Authorise { .. } => self.intent_of(instruction)?,
            Task::Complete {
                reference: intent, ..
            }
            | Task::Capture {
                authorisation: intent,
            }
            | Task::Void {
                authorisation: intent,
            } => Some(self.intent(intent)?),
            Task::Refund {
                authorisation,
                refund,
                ..
            } => return self.refund_of(authorisation, *refund),
        };
        match intent {
            Some(intent) => intent.answer(&instruction.task),
            None => Ok(None),
        }
    }
}

fn decided(intent: Intent, task: &Task) -> Result<Answer, GatewayError> {
    let id = intent.id.clone();
    let answer = intent.answer(task)?;
    answer.ok_or_else(|| GatewayError::unknown(format!("{id} was left as it was")))
}
