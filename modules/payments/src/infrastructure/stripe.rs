//! Stripe: PaymentIntents that are authorised first and captured later.

use std::time::Duration;

use chrono::TimeDelta;
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::application::gateway::{GatewayError, PaymentGateway};
use crate::domain::instruction::{Answer, GatewayReference, Instruction, Task};
use crate::ids::OperationId;
use crate::infrastructure::stripe_api::{ErrorBody, Intent, IntentPage, Refusal, amount};

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
}

impl StripeGateway {
    pub(crate) fn new(base_url: &str, secret_key: SecretString, timeout: Duration) -> Self {
        Self {
            client: client(timeout),
            base_url: base_url.trim_end_matches('/').to_owned(),
            secret_key,
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

    fn post(&self, path: &str, key: OperationId, form: &Form) -> Result<Intent, Refusal> {
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
        let key = self.secret_key.expose_secret();
        let body = match key.is_empty() {
            true => body,
            false => body.replace(key, "***"),
        };
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
        match self.post(&path, instruction.operation, &Vec::new()) {
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

    /// Looks for the intent that an operation has made. Its id came with the answer that is missing, so the
    /// newest intents are searched for the operation's id. (Stripe's own search lags behind by a minute.)
    fn intent_of(&self, instruction: &Instruction) -> Result<Option<Intent>, GatewayError> {
        let wanted = instruction.operation.to_string();
        let oldest = (instruction.started_at - CLOCKS_DIFFER_BY).timestamp();
        let first = format!("/v1/payment_intents?limit={PAGE}&expand[]=data.latest_charge");
        let mut path = first.clone();
        for _ in 0..MAX_PAGES {
            let page: IntentPage = self.get(&path)?;
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
        let Task::Authorise { token, .. } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        let money = instruction.amount;
        let form = vec![
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
        match self.post("/v1/payment_intents", instruction.operation, &form) {
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

    fn refund(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Err(GatewayError::wrong_task())
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
            }
            | Task::Refund {
                authorisation: intent,
                ..
            } => Some(self.intent(intent)?),
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

/// A client with its own TLS settings: it depends neither on what else the process has installed nor on
/// the certificates of the machine. It is built on a thread of its own, because the blocking client must
/// not be built on a thread of an asynchronous runtime, and whoever composes the application may be on one.
fn client(timeout: Duration) -> Client {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = rustls::crypto::ring::default_provider();
    let tls = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("ring speaks the default versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let build = move || {
        Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .timeout(timeout)
            .build()
            .expect("nothing in these settings can fail")
    };
    std::thread::spawn(build)
        .join()
        .expect("the thread only builds the client")
}
