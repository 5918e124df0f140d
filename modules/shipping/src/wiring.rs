//! The module and its bindings.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use foundation::{injectable, no_subscriptions};
use shaku::module;

use crate::application::{
    AddressBooks, Packages, Products, Serving, ShippingQueries, StockQueries,
};
use crate::facade::ShippingFacade;
use crate::infrastructure::{
    DieselAddressBooks, DieselPackages, DieselProducts, DieselShippingQueries, DieselStockQueries,
};
use crate::settings::ShippingSettings;

injectable!(ShippingFacade {
    books: dyn AddressBooks,
    serving: Serving,
    queries: dyn ShippingQueries,
    stock: dyn StockQueries,
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
            Serving,
            DieselAddressBooks,
            DieselPackages,
            DieselProducts,
            DieselShippingQueries,
            DieselStockQueries,
        ],
        providers = []
    }
}

no_subscriptions!(ShippingModule);

/// Builds the module.
pub fn module(settings: ShippingSettings) -> ShippingModule {
    ShippingModule::builder()
        .with_component_parameters::<ShippingSettings>(settings.into())
        .build()
}
