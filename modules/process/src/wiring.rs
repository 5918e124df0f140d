//! What this module offers and listens to.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use std::sync::Arc;

use auctions::{
    AuctionEnded, AuctionsFacade, AuctionsModule, SecondChanceAccepted, SecondChanceDeclined,
    SecondChanceExpired,
};
use customer_relationship::{CustomersFacade, CustomersModule};
use foundation::{OnAsync, Subscription, handed_in, injectable};
use payments::{PaymentCaptured, PaymentFailed, PaymentsFacade, PaymentsModule};
use shaku::module;
use shipping::{
    PackageAwaitsStock, PackageCollected, PackageReady, PackageRefundChosen, PackageShipped,
    ShippingFacade, ShippingModule,
};

use crate::application::{PayingForWonItems, ProcessQueries, ProcessSettings, Processes};
use crate::events::{OfferDue, PaymentDue, ReminderDue};
use crate::facade::ProcessFacade;
use crate::handlers::PayingForWonItemManager;
use crate::infrastructure::{DieselProcessQueries, DieselProcesses};

handed_in!(ProcessSettings);
injectable!(dyn Processes: DieselProcesses {});
injectable!(dyn ProcessQueries: DieselProcessQueries {});
injectable!(PayingForWonItems {
    processes: dyn Processes,
    auctions: AuctionsFacade,
    payments: PaymentsFacade,
    customers: CustomersFacade,
    shipping: ShippingFacade,
    settings: ProcessSettings,
});
injectable!(PayingForWonItemManager {
    steps: PayingForWonItems
});
injectable!(ProcessFacade { steps: PayingForWonItems, queries: dyn ProcessQueries });

module! {
    pub ProcessModule {
        components = [
            ProcessFacade,
            ProcessSettings,
            PayingForWonItems,
            DieselProcesses,
            DieselProcessQueries,
            #[ordered(Subscription)] OnAsync<AuctionEnded, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<PaymentFailed, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<PaymentCaptured, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<PackageShipped, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<PackageCollected, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<PackageAwaitsStock, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<PackageReady, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<PackageRefundChosen, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<ReminderDue, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<PaymentDue, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<OfferDue, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<SecondChanceAccepted, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<SecondChanceDeclined, PayingForWonItemManager>,
            #[ordered(Subscription)] OnAsync<SecondChanceExpired, PayingForWonItemManager>,
        ],
        providers = [],

        use AuctionsModule { components = [AuctionsFacade], providers = [] },
        use PaymentsModule { components = [PaymentsFacade], providers = [] },
        use CustomersModule { components = [CustomersFacade], providers = [] },
        use ShippingModule { components = [ShippingFacade], providers = [] },
    }
}

/// Builds the module on top of those that it sets to work.
pub fn module(
    settings: ProcessSettings,
    auctions: Arc<AuctionsModule>,
    payments: Arc<PaymentsModule>,
    customers: Arc<CustomersModule>,
    shipping: Arc<ShippingModule>,
) -> ProcessModule {
    ProcessModule::builder(auctions, payments, customers, shipping)
        .with_component_parameters::<ProcessSettings>(settings.into())
        .build()
}
