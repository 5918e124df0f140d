//! A server that is as strict as EasyPost's public description of its API, and a house that buys its labels there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::TimeDelta;
use foundation::UnitOfWork;
use foundation::testing::Backend;
use serde_json::{Value, json};
use shipping::{
    AskForLabel, AskForLabelError, CarrierSettings, Grams, LabelId, LabelView, PackageId,
    ShippingSettings,
};
use tokio::runtime::{Builder, Runtime};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::bench::{Bench, address_in};

pub const KEY: &str = "EZTK_never_to_be_seen";
const TIMEOUT: Duration = Duration::from_millis(800);

/// What the server remembers, and how it misbehaves next.
#[derive(Default)]
pub struct Memory {
    pub shipments: HashMap<String, Value>,
    /// Labels that were paid for.
    pub paid: usize,
    /// Which answers get lost after the work is done, each once: `shipments`, `buy`.
    pub lost: Vec<&'static str>,
    /// Whether it sells the label of a shipment again to whoever asks again. EasyPost refuses; nobody relies on it.
    pub sells_twice: bool,
    /// How many looks at a shipment show it as it was before its label was bought.
    pub late_looks: usize,
    /// Whether it refuses everything, and repeats the key in its complaint.
    pub refuses: bool,
    pub status: String,
    pub asked: Vec<String>,
}

#[derive(Clone, Default)]
pub struct Fake(Arc<Mutex<Memory>>);

fn refusal(status: u16, code: &str) -> ResponseTemplate {
    let body = json!({"error": {"code": code, "message": format!("{code}, {KEY}"), "errors": []}});
    ResponseTemplate::new(status).set_body_json(body)
}

impl Memory {
    fn create(&mut self, request: &Request) -> ResponseTemplate {
        let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
            return refusal(400, "PARAMETER.INVALID");
        };
        let shipment = &body["shipment"];
        for address in ["to_address", "from_address"] {
            for part in ["name", "street1", "city", "zip", "country"] {
                if shipment[address][part].as_str().is_none_or(str::is_empty) {
                    return refusal(422, "ADDRESS.PARAMETERS.INVALID");
                }
            }
        }
        if shipment["parcel"]["weight"]
            .as_f64()
            .is_none_or(|ounces| ounces <= 0.0)
        {
            return refusal(422, "PARCEL.WEIGHT.REQUIRED");
        }
        let id = format!("shp_{}", self.shipments.len() + 1);
        let rates = match shipment["to_address"]["city"] == "Nowhere" {
            true => json!([]),
            false => json!([
                {"id": "rate_dear", "carrier": "FedEx", "rate": "30.10", "currency": "USD"},
                {"id": "rate_cheap", "carrier": "USPS", "rate": "7.90", "currency": "USD"},
                {"id": "rate_other", "carrier": "DHL", "rate": "1.00", "currency": "EUR"},
            ]),
        };
        let made = json!({"id": id, "object": "Shipment", "reference": shipment["reference"], "rates": rates,
            "tracking_code": null, "selected_rate": null, "postage_label": null, "status": "unknown", "tracker": null});
        self.shipments.insert(id, made.clone());
        ResponseTemplate::new(201).set_body_json(made)
    }

    fn buy(&mut self, id: &str, request: &Request) -> ResponseTemplate {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let Some(shipment) = self.shipments.get_mut(id) else {
            return refusal(404, "NOT_FOUND");
        };
        if !shipment["tracking_code"].is_null() && !self.sells_twice {
            return refusal(422, "SHIPMENT.POSTAGE.EXISTS");
        }
        let rates = shipment["rates"].as_array().cloned().unwrap_or_default();
        let Some(rate) = rates
            .into_iter()
            .find(|rate| rate["id"] == body["rate"]["id"])
        else {
            return refusal(422, "SHIPMENT.BUY.FAILURE");
        };
        self.paid += 1;
        shipment["selected_rate"] = rate;
        shipment["tracking_code"] = json!(format!("9400{id}").replace('_', ""));
        shipment["postage_label"] =
            json!({"label_url": format!("https://labels.example/{id}.png")});
        ResponseTemplate::new(200).set_body_json(shipment)
    }

    fn show(&mut self, id: &str) -> ResponseTemplate {
        let Some(shipment) = self.shipments.get(id) else {
            return refusal(404, "NOT_FOUND");
        };
        let mut shown = shipment.clone();
        if self.late_looks > 0 && !shown["tracking_code"].is_null() {
            self.late_looks -= 1;
            for bought in ["tracking_code", "selected_rate", "postage_label"] {
                shown[bought] = Value::Null;
            }
        }
        if !self.status.is_empty() {
            shown["tracker"] = json!({"status": self.status});
        }
        ResponseTemplate::new(200).set_body_json(shown)
    }
}

impl Respond for Fake {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut memory = self.0.lock().unwrap();
        let path = request.url.path().to_owned();
        memory.asked.push(format!("{} {path}", request.method));
        // The key as the user's name, with an empty password.
        let expected = "Basic RVpUS19uZXZlcl90b19iZV9zZWVuOg==";
        if request
            .headers
            .get("authorization")
            .is_none_or(|key| key != expected)
        {
            return refusal(401, "APIKEY.INVALID");
        }
        if memory.refuses {
            return refusal(422, "ACCOUNT.SUSPENDED");
        }
        let parts: Vec<&str> = path.trim_start_matches("/v2/").split('/').collect();
        let answer = match (request.method.as_str(), &parts[..]) {
            ("POST", ["shipments"]) => memory.create(request),
            ("GET", ["shipments", id]) => memory.show(id),
            ("POST", ["shipments", id, "buy"]) => memory.buy(id, request),
            _ => refusal(404, "NOT_FOUND"),
        };
        let last = parts.last().copied().unwrap_or_default();
        if let Some(at) = memory.lost.iter().position(|lost| *lost == last) {
            memory.lost.remove(at);
            return answer.set_delay(TIMEOUT * 3);
        }
        answer
    }
}

pub struct Post {
    fake: Fake,
    pub bench: Bench,
    _runtime: Runtime,
    _server: MockServer,
}

impl Post {
    pub fn on(backend: Backend, key: &str) -> Option<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let fake = Fake::default();
        let server = runtime.block_on(MockServer::start());
        runtime.block_on(Mock::given(any()).respond_with(fake.clone()).mount(&server));
        let settings = ShippingSettings {
            carrier: CarrierSettings::EasyPost {
                base_url: server.uri(),
                api_key: key.to_owned().into(),
                sender: Box::new(address_in("1 House Street")),
                timeout: TIMEOUT,
            },
            ..ShippingSettings::default()
        };
        Some(Self {
            bench: Bench::working(backend, settings)?,
            fake,
            _runtime: runtime,
            _server: server,
        })
    }

    pub fn asks(&self, package: PackageId) -> Result<(), AskForLabelError> {
        self.asks_as(LabelId::generate(), package)
    }

    pub fn asks_as(&self, label: LabelId, package: PackageId) -> Result<(), AskForLabelError> {
        let command = AskForLabel {
            label,
            package,
            grams: Grams::try_new(1_000).unwrap(),
            by: "tess".into(),
        };
        let ask = |uow: &mut UnitOfWork| self.bench.shipping.ask_for_label(command.clone(), uow);
        self.bench.app.transactions().run(ask)
    }

    pub fn label(&self, package: PackageId) -> LabelView {
        let shipping = &self.bench.shipping;
        self.bench
            .read(|reader| shipping.label_of(package, reader))
            .unwrap()
    }

    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        self.fake.0.lock().unwrap()
    }

    /// Whatever is due happens, however often it has to be tried.
    pub fn works(&self) {
        for _ in 0..8 {
            self.bench.app.deliver_due();
            self.bench.clock.advance(TimeDelta::minutes(20));
        }
    }
}
