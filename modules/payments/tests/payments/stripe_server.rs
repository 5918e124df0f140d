//! A server in Stripe's place, told by the test what to answer.

use std::collections::HashMap;
use std::time::Duration;

use payments::{
    Attempt, BillingId, GatewaySettings, Instruction, OperationId, PayerId, PaymentToken,
    PaymentsFacade, PaymentsSettings, Task,
};
use shaku::HasComponent;
use tokio::runtime::{Builder, Runtime};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The secret key of all tests.
pub const SECRET: &str = "sk_test_never_to_be_seen";

/// The secret with which messages are signed.
pub const WEBHOOK_SECRET: &str = "whsec_never_to_be_seen";

/// Longer than a local answer takes, shorter than [`too_late`] waits.
const TIMEOUT: Duration = Duration::from_secs(2);

pub struct StripeServer {
    runtime: Runtime,
    server: MockServer,
}

impl StripeServer {
    pub fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let server = runtime.block_on(MockServer::start());
        Self { runtime, server }
    }

    pub fn settings(&self) -> GatewaySettings {
        settings(&self.server.uri())
    }

    pub fn facade(&self) -> std::sync::Arc<PaymentsFacade> {
        facade(self.settings())
    }

    /// Answers the next request to this place, once. Earlier answers go first.
    pub fn answers(&self, verb: &str, place: &str, response: ResponseTemplate) {
        let mock = Mock::given(method(verb)).and(path(place));
        let mock = mock.respond_with(response).up_to_n_times(1);
        self.runtime.block_on(mock.mount(&self.server));
    }

    /// Everything that was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        let received = self.runtime.block_on(self.server.received_requests());
        received.unwrap()
    }

    /// Verbs and places of everything that was asked.
    pub fn asked(&self) -> Vec<String> {
        let requests = self.requests().into_iter();
        let shown = |request: Request| format!("{} {}", request.method, request.url.path());
        requests.map(shown).collect()
    }
}

pub fn settings(base_url: &str) -> GatewaySettings {
    GatewaySettings::Stripe {
        base_url: base_url.to_owned(),
        secret_key: SECRET.to_owned().into(),
        webhook_secret: Some(WEBHOOK_SECRET.to_owned().into()),
        timeout: TIMEOUT,
    }
}

pub fn facade(gateway: GatewaySettings) -> std::sync::Arc<PaymentsFacade> {
    payments::module(PaymentsSettings {
        gateways: vec![gateway],
        ..PaymentsSettings::default()
    })
    .resolve()
}

/// The idempotency key of a request.
pub fn key(request: &Request) -> &str {
    let key = request.headers.get("Idempotency-Key");
    key.expect("every POST has a key").to_str().unwrap()
}

/// The form of a request.
pub fn form(request: &Request) -> HashMap<String, String> {
    let pairs = wiremock::http::Url::parse(&format!(
        "http://form/?{}",
        String::from_utf8(request.body.clone()).unwrap()
    ));
    let pairs = pairs.unwrap();
    let owned = pairs.query_pairs().into_owned();
    owned.collect()
}

pub fn instruction(task: Task) -> Instruction {
    Instruction {
        operation: OperationId::generate(),
        billing: BillingId::generate(),
        payer: PayerId::generate(),
        gateway: None,
        amount: foundation::Money::parse_with_code("USD", "19.99").unwrap(),
        description: "A lamp & its shade".to_owned(),
        task,
        started_at: chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
        attempt: Attempt::First,
    }
}

pub fn authorise() -> Instruction {
    instruction(Task::Authorise {
        token: PaymentToken::parse("pm_card_visa").unwrap(),
        return_url: None,
    })
}

pub fn capture() -> Instruction {
    instruction(Task::Capture {
        authorisation: "pi_1".to_owned().into(),
    })
}

pub fn void() -> Instruction {
    instruction(Task::Void {
        authorisation: "pi_1".to_owned().into(),
    })
}

/// An intent in a state, as an answer.
pub fn intent(status: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(intent_json("pi_1", status, "none"))
}

/// An intent in a state, made by an operation.
pub fn intent_json(id: &str, status: &str, operation: &str) -> String {
    format!(
        r#"{{"id": "{id}", "object": "payment_intent", "status": "{status}", "created": 1795000000,
            "metadata": {{"operation": "{operation}"}},
            "latest_charge": {{"id": "ch_1", "payment_method_details":
                {{"card": {{"capture_before": 1795604800}}}}}},
            "last_payment_error": null}}"#
    )
}

/// One page of a list of intents.
pub fn page(intents: &[String], has_more: bool) -> ResponseTemplate {
    let data = intents.join(",");
    let body = format!(r#"{{"object": "list", "data": [{data}], "has_more": {has_more}}}"#);
    ResponseTemplate::new(200).set_body_string(body)
}

/// A refusal in Stripe's words.
pub fn error(status: u16, kind: &str, code: &str, message: &str) -> ResponseTemplate {
    let body = format!(
        r#"{{"error": {{"type": "{kind}", "code": "{code}", "message": "{message}",
            "payment_intent": {{"id": "pi_1"}}}}}}"#
    );
    ResponseTemplate::new(status).set_body_string(body)
}

/// An answer that comes after the client's time-out.
pub fn too_late() -> ResponseTemplate {
    intent("requires_capture").set_delay(TIMEOUT * 5)
}
