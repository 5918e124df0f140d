//! Measurements for Prometheus.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::{HttpResponse, get, web};
use foundation::DeliveryAdministration;
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::blocking::Work;
use super::house::House;
use super::problem::Problem;
use crate::composition::Inject;

/// The process's recorder. It is installed once, however many houses a test opens.
pub(super) fn recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets(&[0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0])
            .expect("there are buckets")
            .install_recorder()
            .expect("nobody else installs a recorder")
    });
    handle.clone()
}

/// A method as measurements name it.
pub(super) fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// What the requests are told apart by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Labels {
    method: &'static str,
    route: String,
    status: u16,
}

/// Where the requests of some labels are counted.
struct Series {
    requests: Counter,
    seconds: Histogram,
}

thread_local! {
    /// The series that this thread has used. There are few, since the labels are; looking one up in the
    /// recorder costs more than counting.
    static SERIES: RefCell<HashMap<Labels, Series>> = RefCell::default();
}

/// Counts an answered request. Routes are labelled by their pattern: an address that nobody serves must not
/// make a time series of its own.
pub(super) fn count(method: &'static str, answer: &ServiceResponse<BoxBody>, took: Duration) {
    let labels = Labels {
        method,
        route: answer
            .request()
            .match_pattern()
            .unwrap_or_else(|| "unknown".to_owned()),
        status: answer.status().as_u16(),
    };
    SERIES.with_borrow_mut(|known| {
        if let Some(series) = known.get(&labels) {
            series.count(took);
        } else {
            let series = Series::of(&labels);
            series.count(took);
            known.insert(labels, series);
        }
    });
}

impl Series {
    fn of(labels: &Labels) -> Self {
        let labels = [
            ("method", labels.method.to_owned()),
            ("route", labels.route.clone()),
            ("status", labels.status.to_string()),
        ];
        Self {
            requests: metrics::counter!("http_requests_total", &labels),
            seconds: metrics::histogram!("http_request_seconds", &labels[..2]),
        }
    }

    fn count(&self, took: Duration) {
        self.requests.increment(1);
        self.seconds.record(took.as_secs_f64());
    }
}

/// Measurements in the text form of Prometheus.
#[get("/metrics")]
pub(super) async fn show(
    house: web::Data<House>,
    deliveries: Inject<DeliveryAdministration>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let clock = house.clock();
    let totals = work
        .read(move |reader| deliveries.totals(reader))
        .await
        .map(|totals| {
            let waits = totals.oldest_due.map(|due| clock.now() - due);
            (
                totals,
                waits.map_or(0.0, |waits| waits.as_seconds_f64().max(0.0)),
            )
        });
    if let Ok((totals, oldest)) = totals {
        gauge("gavel_deliveries_due", totals.due);
        gauge("gavel_deliveries_scheduled", totals.scheduled);
        gauge("gavel_deliveries_dead", totals.dead);
        metrics::gauge!("gavel_oldest_delivery_seconds").set(oldest);
    }
    let text = house.metrics().render();
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge of more than 2^53 deliveries may be off by one"
)]
fn gauge(name: &'static str, value: i64) {
    metrics::gauge!(name).set(value as f64);
}
