//! The house without its face: all modules on one database, a clock that stands still, acting persons.

use std::collections::HashMap;
use std::sync::Arc;

use auctions::{AuctionId, AuctionsFacade, AuctionsModule};
use chrono::TimeDelta;
use customer_relationship::{
    CreateCustomer, CustomerId, CustomerTimeZone, CustomersFacade, CustomersModule,
    CustomersSettings, EmailAddress, EmailKind, Language, MailSettings, Sender,
};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt, sql_types::Text};
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{
    AnyEvent, DeliveryAdministration, DeliverySummary, Failure, Reader, Transactions,
    application_of,
};
use payments::{
    CashierDesk, ChargeOutcome, ChargePayment, ChargePaymentError, GatewaySettings, PayerId,
    PaymentToken, PaymentView, PaymentsFacade, PaymentsModule, PaymentsSettings,
};
use process::{
    ProcessFacade, ProcessModule, ProcessSettings, ProcessState, ProcessView, PushOnError,
};
use shaku::HasComponent;
use shipping::{
    AddAddress, AddressId, AddressParts, CarrierName, ConsigneeId, PackageId, PackageView,
    PostalAddress, ShipPackage, ShipPackageError, ShippingFacade, ShippingModule, TrackingNumber,
};

application_of!(TestApp: AuctionsModule, PaymentsModule, CustomersModule, ShippingModule, ProcessModule);

/// The application under test.
pub struct Bench {
    pub app: TestApp,
    pub clock: FixedClock,
    pub database: TestDatabase,
    pub auctions: Arc<AuctionsFacade>,
    pub payments: Arc<PaymentsFacade>,
    pub customers: Arc<CustomersFacade>,
    pub shipping: Arc<ShippingFacade>,
    pub process: Arc<ProcessFacade>,
}

impl Bench {
    pub fn on(backend: Backend) -> Option<Self> {
        Self::with(backend, ProcessSettings::default())
    }

    pub fn with(backend: Backend, settings: ProcessSettings) -> Option<Self> {
        let payments = payments::module(PaymentsSettings {
            gateways: vec![GatewaySettings::Test],
            ..PaymentsSettings::default()
        });
        Self::of(backend, settings, payments)
    }

    pub fn of(
        backend: Backend,
        settings: ProcessSettings,
        payments: PaymentsModule,
    ) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let auctions = Arc::new(auctions::module());
        let payments = Arc::new(payments);
        let customers = Arc::new(customer_relationship::module(CustomersSettings {
            mail: MailSettings::Embedded,
            sender: Sender::parse("Gavel <house@gavel.example>").unwrap(),
            public_url: "https://gavel.example".into(),
        }));
        let shipping = Arc::new(shipping::module(shipping::ShippingSettings::default()));
        let process = Arc::new(process::module(
            settings,
            Arc::clone(&auctions),
            Arc::clone(&payments),
            Arc::clone(&customers),
            Arc::clone(&shipping),
        ));
        let bench = Self {
            auctions: auctions.resolve(),
            payments: payments.resolve(),
            customers: customers.resolve(),
            shipping: shipping.resolve(),
            process: process.resolve(),
            app: TestApp::start(
                &database,
                &clock,
                (auctions, payments, customers, shipping, process),
            ),
            clock,
            database,
        };
        bench.prove_finally();
        Some(bench)
    }

    /// After every test the ledger holds, whatever the test was about.
    fn prove_finally(&self) {
        let payments = Arc::clone(&self.payments);
        let transactions: Arc<Transactions> = self.app.resolve();
        self.database.finally(move || {
            let proof = transactions.read(|reader| payments.prove_ledger(reader));
            assert_eq!(proof.unwrap().differences, [] as [&str; 0]);
        });
    }

    pub fn read<T>(&self, query: impl FnOnce(&mut Reader) -> Result<T, Failure>) -> T {
        self.app.transactions().read(query).unwrap()
    }

    /// Posts events in one transaction, as the module would that they come from.
    pub fn post(&self, events: &[&dyn AnyEvent]) {
        let posted: Result<(), Failure> = self
            .app
            .transactions()
            .run(|uow| events.iter().try_for_each(|event| uow.post(*event)));
        posted.unwrap();
    }

    pub fn customer(&self) -> CustomerId {
        let customer = CustomerId::generate();
        let command = CreateCustomer {
            customer,
            email: EmailAddress::parse(&format!("{}@mail.example", customer.uuid().simple()))
                .unwrap(),
            name: "Alice Kim".into(),
            language: Language::En,
            time_zone: CustomerTimeZone::parse("Asia/Seoul").unwrap(),
        };
        let created = self
            .app
            .transactions()
            .run(|uow| self.customers.create_customer(command.clone(), uow));
        created.unwrap();
        customer
    }

    pub fn lives_somewhere(&self, customer: CustomerId) {
        let command = AddAddress {
            address: AddressId::generate(),
            consignee: ConsigneeId::from(customer.uuid()),
            postal: PostalAddress::parse(AddressParts {
                recipient: "Alice Kim".into(),
                street: "1 Main Street".into(),
                city: "Seoul".into(),
                postcode: "06236".into(),
                country: "KR".into(),
                ..AddressParts::default()
            })
            .unwrap(),
        };
        let added = self
            .app
            .transactions()
            .run(|uow| self.shipping.add_address(command.clone(), uow));
        added.unwrap();
    }

    /// Somebody with an address won something, and the house has heard of it.
    pub fn won_item(&self) -> ProcessView {
        self.won_item_after(None)
    }

    pub fn won_item_after(&self, runner_up: Option<CustomerId>) -> ProcessView {
        let buyer = self.customer();
        self.lives_somewhere(buyer);
        let ended = self.sells(buyer, runner_up);
        self.app.deliver_due();
        self.process_of(ended.auction).unwrap()
    }

    /// Time passes until the second chance waits for its answer.
    pub fn is_not_paid(&self, won: &ProcessView) -> ProcessView {
        for _ in 0..3 {
            self.after(TimeDelta::days(1));
        }
        self.again(won)
    }

    pub fn push(&self, process: &ProcessView, reason: &str) -> Result<ProcessState, PushOnError> {
        let transactions = self.app.transactions();
        transactions.run(|uow| self.process.push_on(process.id, "olga", reason, uow))
    }

    /// The deliveries of an event vanish as if they had been made. Those of a handler, if one is named.
    pub fn lose(&self, event: &str, handler: &str) {
        self.database.tamper(&format!(
            "UPDATE foundation_deliveries SET state = 'done'
             WHERE handler LIKE '{handler}%'
               AND event_id IN (SELECT id FROM foundation_events WHERE name = '{event}')"
        ));
    }

    pub fn process_of(&self, auction: AuctionId) -> Option<ProcessView> {
        self.read(|reader| self.process.of_auction(auction, reader))
    }

    pub fn again(&self, process: &ProcessView) -> ProcessView {
        self.process_of(process.auction).unwrap()
    }

    /// The buyer pays, and whatever is due then happens.
    pub fn pays(&self, process: &ProcessView, token: &str) -> ChargeOutcome {
        let outcome = self.tries_to_pay(process, token).unwrap();
        self.app.deliver_due();
        outcome
    }

    pub fn tries_to_pay(
        &self,
        process: &ProcessView,
        token: &str,
    ) -> Result<ChargeOutcome, ChargePaymentError> {
        let transactions = Arc::new(self.app.transactions().clone());
        let desk = CashierDesk::new(Arc::clone(&self.payments), transactions);
        desk.charge(ChargePayment {
            payment: process.payment,
            payer: PayerId::from(process.customer.uuid()),
            token: PaymentToken::parse(token).unwrap(),
        })
    }

    pub fn payment_of(&self, process: &ProcessView) -> PaymentView {
        let payer = PayerId::from(process.customer.uuid());
        self.read(|reader| self.payments.single_payment(process.payment, payer, reader))
            .unwrap()
    }

    pub fn packages_of(&self, customer: CustomerId) -> Vec<PackageView> {
        let consignee = ConsigneeId::from(customer.uuid());
        self.read(|reader| self.shipping.packages_of(consignee, reader))
    }

    pub fn ship(&self, package: PackageId) -> Result<(), ShipPackageError> {
        let command = ShipPackage {
            package,
            carrier: CarrierName::parse("Korea Post").unwrap(),
            tracking_number: TrackingNumber::parse("6123-4567").unwrap(),
        };
        self.app
            .transactions()
            .run(|uow| self.shipping.ship(command.clone(), uow))
    }

    /// What a customer was written to about, oldest first.
    pub fn letters_to(&self, customer: CustomerId) -> Vec<EmailKind> {
        self.mailbox().remove(&customer).unwrap_or_default()
    }

    /// What everybody was written to about, oldest first.
    pub fn mailbox(&self) -> HashMap<CustomerId, Vec<EmailKind>> {
        let mut mailbox: HashMap<_, Vec<EmailKind>> = HashMap::new();
        let emails = self.read(|reader| self.customers.emails(1_000_000, reader));
        for email in emails.into_iter().rev() {
            mailbox.entry(email.customer).or_default().push(email.kind);
        }
        mailbox
    }

    pub fn after(&self, time: TimeDelta) {
        self.clock.advance(time);
        self.app.deliver_due();
    }

    /// Deliveries in one state.
    pub fn deliveries(&self, state: &str) -> Vec<DeliverySummary> {
        let administration: &DeliveryAdministration = self.app.resolve_ref();
        self.read(|reader| administration.list(Some(state), 1_000_000, reader))
    }

    /// How many amounts are held for payments that ended without being made.
    pub fn held_for_nothing(&self) -> i64 {
        #[derive(QueryableByName)]
        struct Held {
            #[diesel(sql_type = BigInt)]
            held: i64,
        }
        let held: Held = self.read(|reader| {
            let authorised = sql_query(
                "SELECT count(*) AS held FROM payments_billings
                 WHERE authorisation IS NOT NULL AND status = 'CANCELLED'",
            );
            Ok(authorised.get_result(reader.connection())?)
        });
        held.held
    }

    /// The audit log: who, what, and the detail.
    pub fn audit_log(&self) -> Vec<(String, String, String)> {
        #[derive(QueryableByName)]
        struct Entry {
            #[diesel(sql_type = Text)]
            actor: String,
            #[diesel(sql_type = Text)]
            act: String,
            #[diesel(sql_type = Text)]
            detail: String,
        }
        let entries: Vec<Entry> = self.read(|reader| {
            let all = sql_query("SELECT actor, act, detail FROM foundation_audit ORDER BY at, id");
            Ok(all.load(reader.connection())?)
        });
        let entries = entries.into_iter();
        entries
            .map(|entry| (entry.actor, entry.act, entry.detail))
            .collect()
    }
}
