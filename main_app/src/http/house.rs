//! What every request finds: the application, its settings, and the state of the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{HttpRequest, web};
use foundation::{Clock, Interface};
use metrics_exporter_prometheus::PrometheusHandle;

use super::blocking::Blocking;
use super::exports::Exports;
use super::problem::Problem;
use super::rate_limit::RateLimit;
use crate::composition::{AppModule, Has};
use crate::configuration::Settings;
use crate::documents::Fonts;

/// A serving process.
pub struct House {
    app: Arc<AppModule>,
    settings: Settings,
    blocking: Blocking,
    rate_limit: RateLimit,
    exports: Exports,
    fonts: Arc<Fonts>,
    metrics: PrometheusHandle,
    closing: AtomicBool,
    demo: bool,
}

impl House {
    /// A house that serves the application.
    pub fn new(app: Arc<AppModule>, settings: Settings) -> Self {
        Self {
            blocking: Blocking::new(settings.database.connections),
            rate_limit: RateLimit::new(&settings.http),
            exports: Exports::default(),
            fonts: Arc::new(Fonts::new(settings.documents.font_folder.clone())),
            metrics: super::metrics::recorder(),
            closing: AtomicBool::new(false),
            demo: false,
            app,
            settings,
        }
    }

    /// The same with the pages that only a demonstration shows.
    pub fn as_demo(mut self) -> Self {
        self.demo = true;
        self
    }

    /// The house that serves a request.
    pub fn of(request: &HttpRequest) -> Result<web::Data<Self>, Problem> {
        let house: Option<&web::Data<Self>> = request.app_data();
        house.cloned().ok_or_else(Problem::internal)
    }

    /// The application.
    pub fn app(&self) -> &Arc<AppModule> {
        &self.app
    }

    /// One of the application's components.
    pub fn component<T: Interface + ?Sized>(&self) -> Arc<T>
    where
        AppModule: Has<T>,
    {
        self.app.resolve()
    }

    /// The clock that everything asks.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.component()
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The address of one of the house's own pages, for whoever is to come back to it from elsewhere.
    pub fn public_address(&self, path: &str) -> String {
        let public = self.settings.http.public_url.trim_end_matches('/');
        format!("{public}{path}")
    }

    /// Where long exports take turns.
    pub fn exports(&self) -> &Exports {
        &self.exports
    }

    /// The fonts that documents are set in.
    pub fn fonts(&self) -> Arc<Fonts> {
        Arc::clone(&self.fonts)
    }

    /// Whether this is a demonstration, where the mailbox and the logins are shown.
    pub fn is_demo(&self) -> bool {
        self.demo
    }

    /// From now on the house is not ready: load balancers send nobody any more.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Whether the house is about to stop.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// What is to be done every minute: forget clients that stay away, and fold measurements.
    pub fn tidy_up(&self) {
        self.rate_limit.forget_the_quiet();
        self.metrics.run_upkeep();
    }

    pub(super) fn blocking(&self) -> &Blocking {
        &self.blocking
    }

    pub(super) fn rate_limit(&self) -> &RateLimit {
        &self.rate_limit
    }

    pub(super) fn metrics(&self) -> &PrometheusHandle {
        &self.metrics
    }
}
