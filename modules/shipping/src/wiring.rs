//! The module and its bindings.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use std::sync::Arc;

use foundation::{OnOutbound, Subscription, handed_in, injectable};
use shaku::module;

use crate::application::{
    AddressBooks, ByHand, Carrier, Carriers, Labelling, Labels, Packages, Products, Serving,
    ShippingQueries, StockQueries,
};
use crate::events::{LabelAsked, LabelQuoted, TrackingDue};
use crate::facade::ShippingFacade;
use crate::handlers::{BuyLabel, QuoteLabel, TrackParcel};
use crate::infrastructure::{
    DieselAddressBooks, DieselLabels, DieselPackages, DieselProducts, DieselShippingQueries,
    DieselStockQueries, EasyPost,
};
use crate::settings::{CarrierSettings, ShippingSettings};

injectable!(ShippingFacade {
    books: dyn AddressBooks,
    serving: Serving,
    labelling: Labelling,
    queries: dyn ShippingQueries,
    stock: dyn StockQueries,
});
handed_in!(Carriers);
injectable!(Labelling { serving: Serving, labels: dyn Labels, carriers: Carriers });
injectable!(dyn Labels: DieselLabels {});
injectable!(QuoteLabel {
    labelling: Labelling
});
injectable!(BuyLabel {
    labelling: Labelling
});
injectable!(TrackParcel {
    labelling: Labelling
});
injectable!(Serving { products: dyn Products, packages: dyn Packages });
injectable!(dyn AddressBooks: DieselAddressBooks {});
injectable!(dyn Packages: DieselPackages {});
injectable!(dyn Products: DieselProducts { settings: ShippingSettings });
injectable!(dyn ShippingQueries: DieselShippingQueries {});
injectable!(dyn StockQueries: DieselStockQueries {});

module! {
    pub ShippingModule {
        components = [
            ShippingFacade,
            ShippingSettings,
            Carriers,
            Serving,
            Labelling,
            DieselLabels,
            #[ordered(Subscription)] OnOutbound<LabelAsked, QuoteLabel>,
            #[ordered(Subscription)] OnOutbound<LabelQuoted, BuyLabel>,
            #[ordered(Subscription)] OnOutbound<TrackingDue, TrackParcel>,
            DieselAddressBooks,
            DieselPackages,
            DieselProducts,
            DieselShippingQueries,
            DieselStockQueries,
        ],
        providers = []
    }
}

/// Builds the module.
pub fn module(settings: ShippingSettings) -> ShippingModule {
    let carrier: Arc<dyn Carrier> = match &settings.carrier {
        CarrierSettings::ByHand => Arc::new(ByHand),
        CarrierSettings::EasyPost {
            base_url,
            api_key,
            sender,
            timeout,
        } => Arc::new(EasyPost::new(
            base_url,
            api_key.clone(),
            (**sender).clone(),
            *timeout,
        )),
    };
    ShippingModule::builder()
        .with_component_parameters::<Carriers>(Carriers(carrier).into())
        .with_component_parameters::<ShippingSettings>(settings.into())
        .build()
}
