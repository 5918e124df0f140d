//! The application as a whole: the only place that sees every module.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]
#![expect(
    clippy::too_many_arguments,
    reason = "shaku's macro writes a function with an argument for each module"
)]

use std::sync::Arc;

use auctions::{AuctionsFacade, AuctionsModule, BiddingDesk, BiddingSettings, SalesFacade};
use customer_relationship::{CustomersFacade, CustomersModule};
use foundation::{
    Bell, Clock, Database, DeliveryAdministration, DeliveryWorker, InProcessEventBus, Interface,
    LockFactory, Subscriptions, SystemClock, Transactions,
};
use payments::{CashierDesk, PaymentsFacade, PaymentsModule};
use process::{ProcessFacade, ProcessModule};
use shaku::{ModuleBuilder, module};
use shipping::{ShippingFacade, ShippingModule};

use crate::accounts::{Accounts, AccountsDesk, AccountsSettings};
use crate::buyers::HouseBuyers;
use crate::configuration::Settings;
use crate::window::Window;
use crate::wiring::{self, WindowModule};

pub use shaku::HasComponent as Has;

module! {
    pub AppModule {
        components = [
            Database,
            SystemClock,
            Bell,
            Subscriptions,
            InProcessEventBus,
            Transactions,
            LockFactory,
            DeliveryWorker,
            DeliveryAdministration,
            AccountsSettings,
            Accounts,
            AccountsDesk,
            CashierDesk,
            BiddingSettings,
            BiddingDesk,
        ],
        providers = [],

        use AuctionsModule {
            components = [AuctionsFacade, SalesFacade],
            providers = []
        },
        use CustomersModule {
            components = [CustomersFacade],
            providers = []
        },
        use PaymentsModule {
            components = [PaymentsFacade],
            providers = []
        },
        use ShippingModule {
            components = [ShippingFacade],
            providers = []
        },
        use ProcessModule {
            components = [ProcessFacade],
            providers = []
        },
        use WindowModule {
            components = [Window],
            providers = []
        },
    }
}

/// A component of the application as an argument of a request handler.
pub type Inject<T> = shaku_actix::Inject<AppModule, T>;

/// Puts the application together. Tests hand in a clock that stands still.
pub fn compose(settings: &Settings, database: Database, clock: Box<dyn Clock>) -> Arc<AppModule> {
    let auctions = Arc::new(auctions::module());
    let customers = Arc::new(customer_relationship::module(settings.for_customers()));
    let shipping = Arc::new(shipping::module(settings.for_shipping()));
    let buyers = HouseBuyers {
        customers: customers.resolve(),
        shipping: shipping.resolve(),
    };
    let payments = payments::module_of(settings.for_payments(), Box::new(buyers));
    let payments = Arc::new(payments);
    let process = Arc::new(process::module(
        settings.for_process(),
        auctions.clone(),
        payments.clone(),
        customers.clone(),
        shipping.clone(),
    ));
    let window = Arc::new(wiring::window(settings));
    let modules = (auctions, customers, payments, shipping, process, window);
    let app = ModuleBuilder::<AppModule>::with_submodules(modules)
        .with_component_parameters::<Database>(database.into())
        .with_component_override::<dyn Clock>(clock)
        .with_component_parameters::<Accounts>(Accounts::new(&settings.accounts).into())
        .with_component_parameters::<AccountsSettings>(settings.accounts.clone().into())
        .with_component_parameters::<BiddingSettings>(settings.for_bidding().into());
    Arc::new(app.build())
}

/// One of the application's components.
pub fn component<T: Interface + ?Sized>(app: &AppModule) -> Arc<T>
where
    AppModule: Has<T>,
{
    app.resolve()
}
