//! An application of this module alone, with what its tests need.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use customer_relationship::{
    CreateCustomer, CreateCustomerError, CustomerId, CustomerTimeZone, CustomersFacade,
    CustomersModule, CustomersSettings, EmailAddress, EmailView, Language, MailSecurity,
    MailSettings, SendEmailError, WonLot,
};
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{AnyEvent, DeliveryAdministration, DeliverySummary, Money, application_of};
use shaku::HasComponent;

/// How long the house waits before it writes to an overbid bidder.
pub const CALM: TimeDelta = TimeDelta::seconds(30);

application_of!(TestApp: CustomersModule);

pub struct Bench {
    pub app: TestApp,
    pub clock: FixedClock,
    pub customers: Arc<CustomersFacade>,
    _database: TestDatabase,
}

/// The settings of a server on this machine that asks for nothing.
pub fn plain_smtp(port: u16) -> MailSettings {
    MailSettings::Smtp {
        host: "127.0.0.1".into(),
        port,
        security: MailSecurity::None,
        user: None,
        password: None,
        timeout: Duration::from_secs(10),
    }
}

pub fn usd(amount: &str) -> Money {
    Money::parse_with_code("USD", amount).unwrap()
}

pub fn won_lot(title: &str) -> WonLot {
    WonLot {
        title: title.into(),
        price: usd("1250"),
        to_pay: usd("1250"),
        pay_by: "2026-11-24T12:00:00Z".parse().unwrap(),
        second_chance: false,
    }
}

impl Bench {
    /// With the embedded mailbox.
    pub fn on(backend: Backend) -> Option<Self> {
        Self::with_mail(backend, MailSettings::Embedded)
    }

    pub fn with_mail(backend: Backend, mail: MailSettings) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let settings = CustomersSettings {
            mail,
            sender: "Gavel <mail@gavel.example>".parse().unwrap(),
            public_url: "https://gavel.example".into(),
        };
        let module = Arc::new(customer_relationship::module(settings));
        let customers = module.resolve();
        Some(Self {
            app: TestApp::start(&database, &clock, module),
            clock,
            customers,
            _database: database,
        })
    }

    /// Ada, who reads English in New York.
    pub fn ada(&self) -> CustomerId {
        self.register(ada()).unwrap()
    }

    /// Hana, who reads Korean in Seoul.
    pub fn hana(&self) -> CustomerId {
        let hana = CreateCustomer {
            customer: CustomerId::generate(),
            email: EmailAddress::parse("hana@example.kr").unwrap(),
            name: "김하나".into(),
            language: Language::Ko,
            time_zone: CustomerTimeZone::parse("Asia/Seoul").unwrap(),
        };
        self.register(hana).unwrap()
    }

    pub fn register(&self, command: CreateCustomer) -> Result<CustomerId, CreateCustomerError> {
        let created = |uow: &mut _| self.customers.create_customer(command.clone(), uow);
        self.app.transactions().run(created)?;
        Ok(command.customer)
    }

    pub fn tell_of_winning(&self, customer: CustomerId, title: &str) -> Result<(), SendEmailError> {
        let lot = won_lot(title);
        self.app.transactions().run(|uow| {
            self.customers
                .send_email_about_winning(customer, lot.clone(), uow)
        })
    }

    /// Posts an event of another module.
    pub fn post(&self, event: &dyn AnyEvent) {
        self.app.transactions().run(|uow| uow.post(event)).unwrap();
    }

    /// Time passes, and whatever is due then happens.
    pub fn after(&self, time: TimeDelta) {
        self.clock.advance(time);
        self.app.deliver_due();
    }

    /// Everything that was posted happens, also what the house waits for before it writes.
    pub fn deliver_all(&self) {
        self.app.deliver_due();
        self.after(CALM);
    }

    /// All e-mails, the newest first.
    pub fn emails(&self) -> Vec<EmailView> {
        let emails = |reader: &mut _| self.customers.emails(1_000, reader);
        self.app.transactions().read(emails).unwrap()
    }

    /// The one e-mail that there is.
    pub fn only_email(&self) -> EmailView {
        let mut emails = self.emails();
        assert_eq!(emails.len(), 1, "{emails:#?}");
        emails.remove(0)
    }

    /// Deliveries that are not done.
    pub fn unfinished(&self) -> Vec<DeliverySummary> {
        let administration: &DeliveryAdministration = self.app.resolve_ref();
        let unfinished = |reader: &mut _| administration.list(None, 1_000, reader);
        self.app.transactions().read(unfinished).unwrap()
    }
}

pub fn ada() -> CreateCustomer {
    CreateCustomer {
        customer: CustomerId::generate(),
        email: EmailAddress::parse("ada@example.org").unwrap(),
        name: "Ada Lovelace".into(),
        language: Language::En,
        time_zone: CustomerTimeZone::parse("America/New_York").unwrap(),
    }
}
