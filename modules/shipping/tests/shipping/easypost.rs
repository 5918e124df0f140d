//! EasyPost's client against a server that is as strict as EasyPost's public description of its API.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use foundation::UnitOfWork;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};
use shipping::{
    AskForLabel, AskForLabelError, CarrierSettings, Grams, LabelId, LabelState, LabelView,
    PackageId, PackageStatus, ShippingSettings,
};
use tokio::runtime::{Builder, Runtime};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::bench::{Bench, address_in};

const KEY: &str = "EZTK_never_to_be_seen";
const TIMEOUT: Duration = Duration::from_millis(800);

/// What the server remembers, and how it misbehaves next.
#[derive(Default)]
struct Memory {
    shipments: HashMap<String, Value>,
    /// Labels that were paid for.
    paid: usize,
    /// Which answers get lost after the work is done, each once: `shipments`, `buy`.
    lost: Vec<&'static str>,
    /// Whether it refuses everything, and repeats the key in its complaint.
    refuses: bool,
    status: String,
    asked: Vec<String>,
}

#[derive(Clone, Default)]
struct Fake(Arc<Mutex<Memory>>);

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
        if !shipment["tracking_code"].is_null() {
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

    fn show(&self, id: &str) -> ResponseTemplate {
        let Some(shipment) = self.shipments.get(id) else {
            return refusal(404, "NOT_FOUND");
        };
        let mut shown = shipment.clone();
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

struct Post {
    fake: Fake,
    bench: Bench,
    _runtime: Runtime,
    _server: MockServer,
}

impl Post {
    fn on(backend: Backend, key: &str) -> Option<Self> {
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

    fn asks(&self, package: PackageId) -> Result<(), AskForLabelError> {
        self.asks_as(LabelId::generate(), package)
    }

    fn asks_as(&self, label: LabelId, package: PackageId) -> Result<(), AskForLabelError> {
        let command = AskForLabel {
            label,
            package,
            grams: Grams::try_new(1_000).unwrap(),
            by: "tess".into(),
        };
        let ask = |uow: &mut UnitOfWork| self.bench.shipping.ask_for_label(command.clone(), uow);
        self.bench.app.transactions().run(ask)
    }

    fn label(&self, package: PackageId) -> LabelView {
        let shipping = &self.bench.shipping;
        self.bench
            .read(|reader| shipping.label_of(package, reader))
            .unwrap()
    }

    /// Whatever is due happens, however often it has to be tried.
    fn works(&self) {
        for _ in 0..8 {
            self.bench.app.deliver_due();
            self.bench.clock.advance(TimeDelta::minutes(20));
        }
    }
}

#[rstest]
fn a_label_is_bought_at_the_cheapest_and_the_package_is_shipped(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    let label = LabelId::generate();
    post.asks_as(label, package).unwrap();
    post.asks_as(label, package).unwrap();
    assert!(matches!(
        post.asks(package),
        Err(AskForLabelError::HasLabel)
    ));
    post.bench.app.deliver_due();
    let shipped = post.bench.package(package);
    assert_eq!(shipped.status, PackageStatus::Shipped);
    assert_eq!(
        (
            shipped.carrier.as_deref(),
            shipped.tracking_number.as_deref()
        ),
        (Some("USPS"), Some("9400shp1"))
    );
    let LabelState::Bought(bought) = post.label(package).state else {
        panic!("it is not bought");
    };
    assert_eq!(
        bought.url.as_deref(),
        Some("https://labels.example/shp_1.png")
    );
    let memory = post.fake.0.lock().unwrap();
    assert_eq!(
        memory.asked,
        [
            "POST /v2/shipments",
            "GET /v2/shipments/shp_1",
            "POST /v2/shipments/shp_1/buy"
        ]
    );
    let reference = memory.shipments["shp_1"]["reference"].as_str().unwrap();
    assert_eq!(reference, label.to_string());
}

#[rstest]
#[case::of_the_quote(&["shipments"])]
#[case::of_the_purchase(&["buy"])]
#[case::of_both(&["shipments", "buy", "shipments"])]
fn a_lost_answer_buys_no_second_label(
    #[case] lost: &[&'static str],
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.fake.0.lock().unwrap().lost = lost.to_vec();
    post.works();
    assert_eq!(post.bench.package(package).status, PackageStatus::Shipped);
    let memory = post.fake.0.lock().unwrap();
    assert_eq!((memory.paid, memory.lost.len()), (1, 0));
}

#[rstest]
fn a_refusal_is_told_and_another_try_is_possible(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.bench
        .database
        .tamper("UPDATE shipping_packages SET postal = replace(postal, 'Seoul', 'Nowhere')");
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    let LabelState::Failed(why) = post.label(package).state else {
        panic!("it did not fail");
    };
    assert!(why.contains("nobody carries this parcel there"), "{why}");
    assert_eq!(post.bench.package(package).status, PackageStatus::Created);
    post.bench
        .database
        .tamper("UPDATE shipping_packages SET postal = replace(postal, 'Nowhere', 'Seoul')");
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    assert_eq!(post.bench.package(package).status, PackageStatus::Shipped);
}

#[rstest]
fn what_the_carrier_complains_of_is_told_without_the_key(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.fake.0.lock().unwrap().refuses = true;
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    let LabelState::Failed(why) = post.label(package).state else {
        panic!("it did not fail");
    };
    assert!(
        why.contains("ACCOUNT.SUSPENDED") && !why.contains(KEY),
        "{why}"
    );
}

#[rstest]
fn a_wrong_key_is_no_end_and_is_never_shown(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, "EZTK_wrong") else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    assert_eq!(
        post.label(package).state,
        LabelState::Asked,
        "it is tried again"
    );
    let errors = post.bench.number(
        "SELECT count(*) AS number FROM foundation_deliveries WHERE last_error LIKE '%EZTK%'",
    );
    assert_eq!(errors, 0);
}

#[rstest]
fn the_carrier_says_when_a_parcel_arrived(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(post) = Post::on(backend, KEY) else {
        return;
    };
    let package = post.bench.ready_package("a clock");
    post.asks(package).unwrap();
    post.bench.app.deliver_due();
    let after_hours = |hours: i64| {
        post.bench.clock.advance(TimeDelta::hours(hours));
        post.bench.app.deliver_due();
        post.bench.package(package).status
    };
    for status in ["in_transit", "return_to_sender", "unheard_of"] {
        post.fake.0.lock().unwrap().status = status.to_owned();
        assert_eq!(after_hours(7), PackageStatus::Shipped, "{status}");
    }
    post.fake.0.lock().unwrap().status = "delivered".to_owned();
    assert_eq!(after_hours(7), PackageStatus::Delivered);
    let asked = post.fake.0.lock().unwrap().asked.len();
    assert_eq!(after_hours(100), PackageStatus::Delivered);
    assert_eq!(
        post.fake.0.lock().unwrap().asked.len(),
        asked,
        "nobody asks any more"
    );
}

#[rstest]
fn without_a_carrier_that_sells_labels_numbers_are_written_down(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let package = bench.ready_package("a clock");
    assert!(!bench.shipping.sells_labels());
    let command = AskForLabel {
        label: LabelId::generate(),
        package,
        grams: Grams::try_new(1).unwrap(),
        by: "tess".into(),
    };
    let asked: Result<(), AskForLabelError> = bench
        .app
        .transactions()
        .run(|uow| bench.shipping.ask_for_label(command.clone(), uow));
    assert!(matches!(asked, Err(AskForLabelError::NoLabels)));
    bench.ship(package).unwrap();
}
