//! The application under test, served on a free port, and people who use it over HTTP.
//!
//! ```ignore
//! let Some(app) = TestApp::spawn(backend) else { return };
//! let seller = app.seller("sam");
//! let alice = app.bidder("alice");
//! let lot = seller.lists("Brass sextant", "10.00 USD");
//! alice.bids(&lot, "15.99").has_status(200);
//! app.passes(TimeDelta::hours(2));   // the clock moves, and whatever is due by then is delivered
//! ```

#[path = "support/answer.rs"]
mod answer;
#[path = "support/contents.rs"]
mod contents;
#[path = "support/person.rs"]
mod person;

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::web;
use auctions::BiddingDesk;
use chrono::{DateTime, TimeDelta, Utc};
use customer_relationship::{CustomerTimeZone, CustomersFacade, EmailAddress, EmailView, Language};
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{Clock, DeliveryWorker, Failure, Interface, Transactions};
use main_app::accounts::{AccountsDesk, Password, PersonName, Register, Role, UserId};
use main_app::composition::{AppModule, Has, component, compose};
use main_app::configuration::Settings;
use main_app::http::{House, listen};
use payments::PaymentsFacade;
use reqwest::blocking::Client;

pub use answer::Answer;
pub use person::{Lot, Person, items, money};

/// The password of everybody in the tests.
pub const PASSWORD: &str = "a lantern in the harbour";

/// The application, served. Its clock stands still until a test moves it, and deliveries wait until a test
/// runs them.
pub struct TestApp {
    /// The application's clock.
    pub clock: FixedClock,
    /// The application itself, for what HTTP does not show.
    pub app: Arc<AppModule>,
    /// Where it is served, without a slash at the end.
    pub url: String,
    client: Client,
    server: ServerHandle,
    serving: Option<JoinHandle<()>>,
    database: Arc<TestDatabase>,
}

impl TestApp {
    /// Serves the application on an empty database; `None` when the machine has no such database.
    pub fn spawn(backend: Backend) -> Option<Self> {
        Self::spawn_with(backend, |_| {})
    }

    /// The same with other settings than the tests' usual ones.
    pub fn spawn_with(backend: Backend, change: impl FnOnce(&mut Settings)) -> Option<Self> {
        let database = Arc::new(TestDatabase::on(backend)?);
        Some(Self::serve(database, FixedClock::default(), change))
    }

    /// Another instance of the same application, on the same database, with the same clock.
    pub fn spawn_beside(&self, change: impl FnOnce(&mut Settings)) -> Self {
        Self::serve(self.database.clone(), self.clock.clone(), change)
    }

    fn serve(
        database: Arc<TestDatabase>,
        clock: FixedClock,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = Settings::default();
        settings.http.bind.set_port(0);
        settings.http.secure_cookies = false;
        settings.http.requests_per_second = 100_000;
        settings.http.burst = 100_000;
        settings.http.drain_seconds = 1;
        change(&mut settings);
        let app = compose(
            &settings,
            database.database().clone(),
            Box::new(clock.clone()),
        );
        component::<BiddingDesk>(&app).open().unwrap();
        prove_finally(&database, &app);
        let house = web::Data::new(House::new(app.clone(), settings));
        let (opened, address) = channel();
        let serving = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (server, address) = listen(&house).unwrap();
                opened.send((server.handle(), address)).unwrap();
                server.await.unwrap();
            });
        });
        let (server, address) = address.recv().unwrap();
        Self {
            clock,
            app,
            url: format!("http://{address}"),
            client: client(),
            server,
            serving: Some(serving),
            database,
        }
    }

    /// A component of the application.
    pub fn component<T: Interface + ?Sized>(&self) -> Arc<T>
    where
        AppModule: Has<T>,
    {
        component(&self.app)
    }

    /// What runs units of work.
    pub fn transactions(&self) -> Arc<Transactions> {
        self.component()
    }

    /// The database behind the application.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// The present moment of the application.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Runs every delivery that is due; says how many were tried.
    pub fn deliver_due(&self) -> usize {
        self.component::<DeliveryWorker>().run_due().unwrap()
    }

    /// Lets time pass, and whatever is due by then happen.
    pub fn passes(&self, time: TimeDelta) {
        self.clock.advance(time);
        self.deliver_due();
    }

    /// Somebody who is not logged in.
    pub fn nobody(&self) -> Person<'_> {
        Person::nobody(self)
    }

    /// Registers a bidder, `alice@bidder.example`, and logs in.
    pub fn bidder(&self, name: &str) -> Person<'_> {
        Person::register(self, name, "bidder")
    }

    /// Registers a seller, `sam@seller.example`, and logs in.
    pub fn seller(&self, name: &str) -> Person<'_> {
        Person::register(self, name, "seller")
    }

    /// Makes somebody of the staff, `tess@house.example`, and logs in.
    pub fn staff(&self, name: &str) -> Person<'_> {
        self.employ(name, Role::Staff)
    }

    /// Makes an administrator, `ravi@house.example`, and logs in.
    pub fn admin(&self, name: &str) -> Person<'_> {
        self.employ(name, Role::Admin)
    }

    fn employ(&self, name: &str, role: Role) -> Person<'_> {
        let email = format!("{name}@house.example");
        let command = Register {
            user: UserId::generate(),
            email: EmailAddress::parse(&email).unwrap(),
            name: PersonName::parse(name).unwrap(),
            password: Password::parse(PASSWORD.into(), &email, name).unwrap(),
            role,
            language: Language::En,
            time_zone: CustomerTimeZone::parse("UTC").unwrap(),
        };
        self.component::<AccountsDesk>().register(&command).unwrap();
        Person::log_in(self, &email)
    }

    /// Every e-mail so far, the newest first.
    pub fn emails(&self) -> Vec<EmailView> {
        let customers = self.component::<CustomersFacade>();
        let emails: Result<_, Failure> = self
            .transactions()
            .read(|reader| customers.emails(1_000, reader));
        emails.unwrap()
    }

    /// The subjects of the e-mails to one person, the oldest first.
    pub fn subjects_to(&self, person: &Person<'_>) -> Vec<String> {
        let mut emails = self.emails();
        emails.retain(|email| email.recipient == person.email);
        let subjects = emails.into_iter().rev().map(|email| email.subject);
        subjects.collect()
    }
}

/// After every test the ledger holds, whatever the test was about.
fn prove_finally(database: &TestDatabase, app: &AppModule) {
    let payments = component::<PaymentsFacade>(app);
    let transactions = component::<Transactions>(app);
    database.finally(move || {
        let proof = transactions.read(|reader| payments.prove_ledger(reader));
        assert_eq!(proof.unwrap().differences, [] as [&str; 0]);
    });
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Without grace: a test that failed may have left a request behind.
        drop(self.server.stop(false));
        if let Some(serving) = self.serving.take() {
            let stopped = serving.join();
            assert!(
                stopped.is_ok() || std::thread::panicking(),
                "the server broke down"
            );
        }
    }
}

fn client() -> Client {
    // The tests use no TLS, but the client insists on somebody who could do it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}
