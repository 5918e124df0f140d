//! An application of payments alone, with a notebook that listens.

use std::sync::{Arc, Mutex};

use diesel::sql_types::{Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{
    AsyncHandler, Event, Failure, HandlerResult, Money, OnAsync, Subscription, Transactions,
    UnitOfWork, application_of, handed_in, injectable,
};
use payments::{
    BillingTerms, CashierDesk, ChargeOutcome, ChargePayment, ChargePaymentError, GatewaySettings,
    Gateways, Instruction, PayerId, PaymentCaptured, PaymentCharged, PaymentChargedTooLate,
    PaymentFailed, PaymentGateway, PaymentId, PaymentRefunded, PaymentStarted, PaymentStatus,
    PaymentTimedOut, PaymentToken, PaymentView, PaymentsFacade, PaymentsModule, PaymentsSettings,
    StartPayment,
};
use shaku::{HasComponent, module};

/// The lock under which the notebook listens: while a test holds it, events wait to be delivered.
pub const LISTENING: &str = "test.listening";

/// Names of the events that were delivered. Clones share it.
#[derive(Clone, Default)]
pub struct Notebook(Arc<Mutex<Vec<&'static str>>>);

handed_in!(Notebook);

pub struct Listener {
    notebook: Arc<Notebook>,
}

injectable!(Listener { notebook: Notebook });

macro_rules! listens_to {
    ($($event:ident as $name:literal),+ $(,)?) => {
        $(impl AsyncHandler<$event> for Listener {
            fn name(&self) -> &'static str {
                $name
            }

            fn lock(&self, _: &$event) -> Option<String> {
                Some(LISTENING.to_owned())
            }

            fn handle(&self, _: &$event, _: &mut UnitOfWork) -> HandlerResult {
                self.notebook.0.lock().unwrap().push($event::NAME);
                Ok(())
            }
        })+
    };
}

listens_to!(
    PaymentStarted as "test.started",
    PaymentCharged as "test.charged",
    PaymentChargedTooLate as "test.charged_too_late",
    PaymentFailed as "test.failed",
    PaymentCaptured as "test.captured",
    PaymentTimedOut as "test.timed_out",
    PaymentRefunded as "test.refunded",
);

module! {
    pub ListeningModule {
        components = [
            Notebook,
            #[ordered(Subscription)] OnAsync<PaymentStarted, Listener>,
            #[ordered(Subscription)] OnAsync<PaymentCharged, Listener>,
            #[ordered(Subscription)] OnAsync<PaymentChargedTooLate, Listener>,
            #[ordered(Subscription)] OnAsync<PaymentFailed, Listener>,
            #[ordered(Subscription)] OnAsync<PaymentCaptured, Listener>,
            #[ordered(Subscription)] OnAsync<PaymentTimedOut, Listener>,
            #[ordered(Subscription)] OnAsync<PaymentRefunded, Listener>,
        ],
        providers = []
    }
}

application_of!(TestApp: PaymentsModule, ListeningModule);

/// An operation as its row shows it.
#[derive(Debug, PartialEq, Eq, QueryableByName)]
pub struct OperationShown {
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub token: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub detail: Option<String>,
}

/// The application under test, and one payer.
pub struct Bench {
    pub app: Arc<TestApp>,
    pub clock: FixedClock,
    pub payments: Arc<PaymentsFacade>,
    pub desk: CashierDesk,
    pub payer: PayerId,
    pub database: Arc<TestDatabase>,
    notebook: Notebook,
}

impl Bench {
    /// With the embedded test gateway.
    pub fn on(backend: Backend) -> Option<Self> {
        Self::with_settings(backend, GatewaySettings::Test)
    }

    /// With the gateway that the settings name.
    pub fn with_settings(backend: Backend, gateway: GatewaySettings) -> Option<Self> {
        Self::of_module(
            backend,
            payments::module(PaymentsSettings {
                gateways: vec![gateway],
                ..PaymentsSettings::default()
            }),
        )
    }

    /// With a gateway of the test's own.
    pub fn with_gateway(backend: Backend, gateway: impl PaymentGateway) -> Option<Self> {
        let gateways = Gateways::only(gateway);
        Self::of_module(
            backend,
            payments::module_with(gateways, BillingTerms::default()),
        )
    }

    /// With a module that was built for the test.
    pub fn of_module(backend: Backend, payments: PaymentsModule) -> Option<Self> {
        let database = Arc::new(TestDatabase::on(backend)?);
        let clock = FixedClock::default();
        let (notebook, payer) = (Notebook::default(), PayerId::generate());
        Some(Self::put_together(
            database, payments, clock, notebook, payer,
        ))
    }

    /// Another process on the same database, after this one has died.
    pub fn restarted(&self, payments: PaymentsModule) -> Self {
        let database = Arc::clone(&self.database);
        let (clock, notebook) = (self.clock.clone(), self.notebook.clone());
        Self::put_together(database, payments, clock, notebook, self.payer)
    }

    fn put_together(
        database: Arc<TestDatabase>,
        payments: PaymentsModule,
        clock: FixedClock,
        notebook: Notebook,
        payer: PayerId,
    ) -> Self {
        let listening = ListeningModule::builder()
            .with_component_parameters::<Notebook>(notebook.clone().into())
            .build();
        let module = Arc::new(payments);
        let payments: Arc<PaymentsFacade> = module.resolve();
        let app = TestApp::start(&database, &clock, (module, Arc::new(listening)));
        let app = Arc::new(app);
        prove_finally(&database, &payments, app.resolve());
        let desk = CashierDesk::new(Arc::clone(&payments), app.resolve());
        Self {
            app,
            clock,
            payments,
            desk,
            payer,
            notebook,
            database,
        }
    }

    /// Starts a payment of this bench's payer.
    pub fn started(&self) -> PaymentId {
        self.started_with(Money::parse_with_code("USD", "19.99").unwrap())
    }

    pub fn started_with(&self, amount: Money) -> PaymentId {
        let payment = PaymentId::generate();
        let command = StartPayment {
            payment,
            payer: self.payer,
            payee: None,
            premium: None,
            amount,
            description: "A lamp".to_owned(),
        };
        let transactions = self.app.transactions();
        let started = transactions.run(|uow| self.payments.start_new_payment(command.clone(), uow));
        started.unwrap();
        payment
    }

    pub fn command(&self, payment: PaymentId, token: &str) -> ChargePayment {
        ChargePayment {
            payment,
            payer: self.payer,
            token: PaymentToken::parse(token).unwrap(),
        }
    }

    pub fn charge(
        &self,
        payment: PaymentId,
        token: &str,
    ) -> Result<ChargeOutcome, ChargePaymentError> {
        self.desk.charge(self.command(payment, token))
    }

    /// Only the first step of a charge, as if the process had died after it.
    pub fn begun(&self, payment: PaymentId, token: &str) -> Instruction {
        let command = self.command(payment, token);
        let transactions = self.app.transactions();
        let begun = transactions.run(|uow| self.payments.begin_charge(command.clone(), uow));
        begun.unwrap().unwrap()
    }

    /// `false` when there was nothing to time out.
    pub fn times_out(&self, payment: PaymentId) -> bool {
        let transactions = self.app.transactions();
        let timed_out = transactions.run(|uow| self.payments.time_out(payment, uow));
        timed_out.unwrap()
    }

    pub fn view(&self, payment: PaymentId) -> PaymentView {
        let transactions = self.app.transactions();
        let read = |reader: &mut _| self.payments.single_payment(payment, self.payer, reader);
        let view: Result<_, Failure> = transactions.read(read);
        view.unwrap().unwrap()
    }

    pub fn status(&self, payment: PaymentId) -> PaymentStatus {
        self.view(payment).status
    }

    pub fn pending(&self) -> Vec<PaymentId> {
        let transactions = self.app.transactions();
        let pending =
            transactions.read(|reader| self.payments.pending_payments(self.payer, reader));
        pending.unwrap().into_iter().map(|view| view.id).collect()
    }

    /// Lets a time pass, then runs what is due.
    pub fn after(&self, time: chrono::TimeDelta) {
        self.clock.advance(time);
        self.app.deliver_due();
    }

    /// Everything in which the ledger is not what it should be.
    pub fn ledger_differences(&self) -> Vec<String> {
        let transactions = self.app.transactions();
        let proof = transactions.read(|reader| self.payments.prove_ledger(reader));
        proof.unwrap().differences
    }

    /// Names of the delivered events without the module's name.
    pub fn told(&self) -> Vec<&'static str> {
        let told = self.notebook.0.lock().unwrap();
        let name = |full: &&'static str| full.strip_prefix("payments.payment_").unwrap();
        told.iter().map(name).collect()
    }

    /// All operations, the oldest first.
    pub fn operations(&self) -> Vec<OperationShown> {
        let query =
            "SELECT kind, state, token, detail FROM payments_operations ORDER BY started_at, id";
        let transactions = self.app.transactions();
        let read: Result<_, Failure> =
            transactions.read(|reader| Ok(sql_query(query).load(reader.connection())?));
        read.unwrap()
    }

    /// Kinds and states of all operations, the oldest first.
    pub fn operation_states(&self) -> Vec<(String, String)> {
        let all = self.operations().into_iter();
        all.map(|shown| (shown.kind, shown.state)).collect()
    }
}

/// After every test the ledger holds, whatever the test was about.
fn prove_finally(
    database: &TestDatabase,
    payments: &Arc<PaymentsFacade>,
    transactions: Arc<Transactions>,
) {
    let payments = Arc::clone(payments);
    database.finally(move || {
        let proof = transactions.read(|reader| payments.prove_ledger(reader));
        assert_eq!(proof.unwrap().differences, [] as [&str; 0]);
    });
}

/// Pairs of kind and state, as [`Bench::operation_states`] gives them.
pub fn states<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    let owned = |(kind, state): (&str, &str)| (kind.to_owned(), state.to_owned());
    expected.into_iter().map(owned).collect()
}
