//! The registration desk in an application whose other half writes down what it is told.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use auctions::{
    Admission, ApproveRegistration, ApproveRegistrationError, AuctionsModule, BidderId,
    BidderRegistered, BuyersPremium, CancelRegistration, CancelRegistrationError, CreateSale,
    CreateSaleError, Increments, Page, RefuseRegistration, RefuseRegistrationError, RegisterBidder,
    RegisterBidderError, Registered, RegistrationApproved, RegistrationCancelled, RegistrationId,
    RegistrationRefused, RegistrationView, SaleCreated, SaleId, SaleTerms, SaleTitle, SaleView,
    SalesFacade, SoftClose, SoftCloseChoice,
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{
    AsyncHandler, Clock, Currency, Failure, HandlerResult, OnAsync, Reader, Subscription,
    Transactions, UnitOfWork, application_of, handed_in, injectable,
};
use shaku::{HasComponent, module};

/// What the others were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Created(SaleCreated),
    Registered(BidderRegistered),
    Approved(RegistrationApproved),
    Refused(RegistrationRefused),
    Cancelled(RegistrationCancelled),
}

/// Clones share what is written in it.
#[derive(Clone, Default)]
pub struct Notebook(Arc<Mutex<Vec<Told>>>);

handed_in!(Notebook);

pub struct Listener {
    notebook: Arc<Notebook>,
}

injectable!(Listener { notebook: Notebook });

macro_rules! listens {
    ($($event:ident as $told:ident named $name:literal),+) => {
        $(impl AsyncHandler<$event> for Listener {
            fn name(&self) -> &'static str {
                $name
            }

            fn handle(&self, event: &$event, _: &mut UnitOfWork) -> HandlerResult {
                self.notebook.0.lock().unwrap().push(Told::$told(event.clone()));
                Ok(())
            }
        })+
    };
}

listens!(
    SaleCreated as Created named "test.sale_created",
    BidderRegistered as Registered named "test.registered",
    RegistrationApproved as Approved named "test.approved",
    RegistrationRefused as Refused named "test.refused",
    RegistrationCancelled as Cancelled named "test.cancelled"
);

module! {
    pub ListeningModule {
        components = [
            Notebook,
            #[ordered(Subscription)] OnAsync<SaleCreated, Listener>,
            #[ordered(Subscription)] OnAsync<BidderRegistered, Listener>,
            #[ordered(Subscription)] OnAsync<RegistrationApproved, Listener>,
            #[ordered(Subscription)] OnAsync<RegistrationRefused, Listener>,
            #[ordered(Subscription)] OnAsync<RegistrationCancelled, Listener>,
        ],
        providers = []
    }
}

application_of!(TestApp: AuctionsModule, ListeningModule);

/// An entry of the audit log.
#[derive(Debug, PartialEq, Eq, QueryableByName)]
pub struct Entry {
    #[diesel(sql_type = sql_types::Text)]
    pub actor: String,
    #[diesel(sql_type = sql_types::Text)]
    pub act: String,
    #[diesel(sql_type = sql_types::Text)]
    pub subject: String,
    #[diesel(sql_type = sql_types::Text)]
    pub detail: String,
}

/// The application under test with what the tests need of it.
pub struct Bench {
    pub app: TestApp,
    pub facade: Arc<SalesFacade>,
    pub clock: FixedClock,
    notebook: Notebook,
    _database: TestDatabase,
}

impl Bench {
    pub fn on(backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let notebook = Notebook::default();
        let auctions = Arc::new(auctions::module());
        let listening = ListeningModule::builder()
            .with_component_parameters::<Notebook>(notebook.clone().into())
            .build();
        let facade = auctions.resolve();
        let app = TestApp::start(&database, &clock, (auctions, Arc::new(listening)));
        Some(Self {
            app,
            facade,
            clock,
            notebook,
            _database: database,
        })
    }

    pub fn transactions(&self) -> &Transactions {
        self.app.transactions()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Delivers what is due and says what the others were told by it.
    pub fn told(&self) -> Vec<Told> {
        self.app.deliver_due();
        std::mem::take(&mut self.notebook.0.lock().unwrap())
    }

    pub fn try_create(&self, command: CreateSale) -> Result<(), CreateSaleError> {
        self.transactions()
            .run(|uow| self.facade.create_sale(command.clone(), uow))
    }

    /// Creates a sale; nobody remembers being told.
    pub fn create(&self, seats: Option<u32>, admission: Admission) -> SaleId {
        let command = CreateSale {
            seats: seats.and_then(NonZeroU32::new),
            admission,
            ..a_sale(self.now())
        };
        let sale = command.sale;
        self.try_create(command).unwrap();
        self.told();
        sale
    }

    pub fn register(
        &self,
        sale: SaleId,
        bidder: BidderId,
    ) -> Result<Registered, RegisterBidderError> {
        let command = RegisterBidder { sale, bidder };
        self.transactions()
            .run(|uow| self.facade.register(command, uow))
    }

    pub fn approve(
        &self,
        sale: SaleId,
        registration: RegistrationId,
    ) -> Result<(), ApproveRegistrationError> {
        let command = ApproveRegistration {
            sale,
            registration,
            staff: "dora".to_owned(),
        };
        self.transactions()
            .run(|uow| self.facade.approve(command.clone(), uow))
    }

    pub fn refuse(
        &self,
        sale: SaleId,
        registration: RegistrationId,
        reason: &str,
    ) -> Result<(), RefuseRegistrationError> {
        let command = RefuseRegistration {
            sale,
            registration,
            reason: reason.to_owned(),
            staff: "dora".to_owned(),
        };
        self.transactions()
            .run(|uow| self.facade.refuse(command.clone(), uow))
    }

    pub fn cancel(&self, sale: SaleId, bidder: BidderId) -> Result<(), CancelRegistrationError> {
        let command = CancelRegistration { sale, bidder };
        self.transactions()
            .run(|uow| self.facade.cancel(command, uow))
    }

    pub fn read<T>(&self, query: impl FnOnce(&mut Reader) -> Result<T, Failure>) -> T {
        self.transactions().read(query).unwrap()
    }

    pub fn view(&self, sale: SaleId) -> SaleView {
        let view = self.read(|reader| self.facade.single_sale(sale, reader));
        view.unwrap()
    }

    pub fn registration_of(&self, sale: SaleId, bidder: BidderId) -> Option<RegistrationView> {
        self.read(|reader| self.facade.registration_of(sale, bidder, reader))
    }

    /// Every registration of the sale, by paddle.
    pub fn registrations(&self, sale: SaleId) -> Vec<RegistrationView> {
        let page = Page::first(100);
        self.read(|reader| self.facade.registrations(sale, None, page, reader))
    }

    /// The audit log, oldest first.
    pub fn audit(&self) -> Vec<Entry> {
        let query =
            sql_query("SELECT actor, act, subject, detail FROM foundation_audit ORDER BY at, id");
        self.read(|reader| Ok(query.load(reader.connection())?))
    }
}

/// A sale without limit and open to everybody, a week from now.
pub fn a_sale(now: DateTime<Utc>) -> CreateSale {
    CreateSale {
        sale: SaleId::generate(),
        title: SaleTitle::parse("Autumn").unwrap(),
        currency: Currency::USD,
        opens_at: now + TimeDelta::days(7),
        terms: SaleTerms {
            buyers_premium: BuyersPremium::parse("12.5").unwrap(),
            increments: Increments::standard(Currency::USD),
            soft_close: SoftCloseChoice::On(SoftClose::try_new(120, Some(3_600)).unwrap()),
        },
        seats: None,
        admission: Admission::Open,
        staff: "dora".to_owned(),
    }
}
