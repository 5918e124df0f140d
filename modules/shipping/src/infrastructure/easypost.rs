//! EasyPost: many carriers behind one API. A shipment costs nothing until its label is bought, and it is bought once:
//! whoever is not sure looks at it first.

use std::time::Duration;

use foundation::Money;
use foundation::https::{client, without_key};
use reqwest::StatusCode;
use reqwest::blocking::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::application::{Carrier, CarrierError, Parcel, Progress};
use crate::domain::{BoughtLabel, PostalAddress};

/// Ounces are what EasyPost weighs in.
const GRAMS_PER_OUNCE: f64 = 28.349_523_125;

/// Talks to EasyPost.
pub(crate) struct EasyPost {
    client: Client,
    base_url: String,
    api_key: SecretString,
    sender: PostalAddress,
}

/// A shipment, as far as this house looks at it.
#[derive(Deserialize)]
struct Shipment {
    id: String,
    #[serde(default)]
    rates: Vec<Rate>,
    tracking_code: Option<String>,
    selected_rate: Option<Rate>,
    postage_label: Option<PostageLabel>,
    status: Option<String>,
    tracker: Option<Tracker>,
}

#[derive(Deserialize)]
struct Rate {
    id: String,
    carrier: String,
    rate: String,
    currency: String,
}

#[derive(Deserialize)]
struct PostageLabel {
    label_url: Option<String>,
}

#[derive(Deserialize)]
struct Tracker {
    status: Option<String>,
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: Value,
}

impl EasyPost {
    pub(crate) fn new(
        base_url: &str,
        api_key: SecretString,
        sender: PostalAddress,
        timeout: Duration,
    ) -> Self {
        Self {
            client: client(timeout),
            base_url: base_url.trim_end_matches('/').to_owned(),
            api_key,
            sender,
        }
    }

    fn shipment(&self, id: &str) -> Result<Shipment, CarrierError> {
        self.send(self.client.get(self.at(&format!("/v2/shipments/{id}"))))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// The key is the user's name, and there is no password.
    fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, CarrierError> {
        let no_password: Option<&str> = None;
        let request = request.basic_auth(self.api_key.expose_secret(), no_password);
        let answer = request.send().map_err(unknown)?;
        let status = answer.status();
        let body = without_key(answer.text().map_err(unknown)?, &self.api_key);
        if status.is_success() {
            return serde_json::from_str(&body).map_err(unknown);
        }
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(CarrierError::Unauthorised),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                Err(unknown(format!("EasyPost answered {status}")))
            }
            refused if refused.is_client_error() => Err(CarrierError::Rejected {
                detail: detail(&body, refused),
            }),
            other => Err(unknown(format!("EasyPost answered {other}"))),
        }
    }
}

impl Carrier for EasyPost {
    fn sells_labels(&self) -> bool {
        true
    }

    fn quote(&self, parcel: &Parcel) -> Result<String, CarrierError> {
        let ounces = f64::from(parcel.grams.get()) / GRAMS_PER_OUNCE;
        let body = json!({"shipment": {
            "reference": parcel.label.to_string(),
            "to_address": address(&parcel.to),
            "from_address": address(&self.sender),
            "parcel": {"weight": (ounces * 10.0).ceil() / 10.0},
        }});
        let request = self.client.post(self.at("/v2/shipments")).json(&body);
        let shipment: Shipment = self.send(request)?;
        match shipment.rates.is_empty() {
            true => Err(CarrierError::Rejected {
                detail: "nobody carries this parcel there".to_owned(),
            }),
            false => Ok(shipment.id),
        }
    }

    fn bought(&self, id: &str) -> Result<Option<BoughtLabel>, CarrierError> {
        Ok(bought(&self.shipment(id)?))
    }

    fn label(&self, id: &str) -> Result<BoughtLabel, CarrierError> {
        let shipment = self.shipment(id)?;
        if let Some(bought) = bought(&shipment) {
            return Ok(bought);
        }
        let cheapest = cheapest(&shipment.rates).ok_or_else(|| CarrierError::Rejected {
            detail: "nobody carries this parcel there".to_owned(),
        })?;
        let body = json!({"rate": {"id": cheapest.id}});
        let request = self
            .client
            .post(self.at(&format!("/v2/shipments/{id}/buy")));
        let shipment: Shipment = match self.send(request.json(&body)) {
            // Somebody else was faster with the same shipment: what was bought is what counts.
            Err(refused @ CarrierError::Rejected { .. }) => {
                let shipment = self.shipment(id)?;
                return bought(&shipment).ok_or(refused);
            }
            answer => answer?,
        };
        bought(&shipment).ok_or_else(|| unknown("EasyPost sold a label without a number"))
    }

    fn track(&self, id: &str) -> Result<Progress, CarrierError> {
        let shipment = self.shipment(id)?;
        let tracker = shipment.tracker.and_then(|tracker| tracker.status);
        let status = tracker.or(shipment.status).unwrap_or_default();
        Ok(match status.as_str() {
            "delivered" => Progress::Delivered,
            "return_to_sender" => Progress::ComingBack,
            _ => Progress::OnItsWay,
        })
    }
}

fn bought(shipment: &Shipment) -> Option<BoughtLabel> {
    let tracking_number = shipment.tracking_code.clone()?;
    let rate = shipment.selected_rate.as_ref()?;
    let label = shipment.postage_label.as_ref();
    Some(BoughtLabel {
        carrier: rate.carrier.clone(),
        tracking_number,
        url: label.and_then(|label| label.label_url.clone()),
    })
}

/// Of those in the currency of the first.
fn cheapest(rates: &[Rate]) -> Option<&Rate> {
    let currency = &rates.first()?.currency;
    let same = rates.iter().filter(|rate| rate.currency == *currency);
    let priced = same.filter_map(|rate| {
        let price = Money::parse_with_code(&rate.currency, &rate.rate).ok()?;
        Some((price.minor_units(), rate))
    });
    let cheapest = priced.min_by_key(|(price, _)| *price)?;
    Some(cheapest.1)
}

fn address(postal: &PostalAddress) -> Value {
    let parts = postal.parts();
    json!({
        "name": parts.recipient,
        "street1": parts.street,
        "street2": parts.street2,
        "city": parts.city,
        "state": parts.region,
        "zip": parts.postcode,
        "country": parts.country,
    })
}

/// What EasyPost says about a refusal: a sentence, or a list of them.
fn detail(body: &str, status: StatusCode) -> String {
    match serde_json::from_str::<ErrorBody>(body) {
        Ok(ErrorBody { error }) => {
            let text = error.message.as_str().map(str::to_owned);
            let message = text.unwrap_or_else(|| error.message.to_string());
            format!("{message} ({})", error.code)
        }
        Err(_) => format!("it answered {status}"),
    }
}

fn unknown(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CarrierError {
    CarrierError::Unknown(cause.into())
}
