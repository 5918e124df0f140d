//! The module and its bindings.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use foundation::{injectable, no_subscriptions};
use shaku::module;

use crate::application::{AddressBooks, Packages, Products, ShippingQueries};
use crate::facade::ShippingFacade;
use crate::infrastructure::{
    DieselAddressBooks, DieselPackages, DieselProducts, DieselShippingQueries,
};
use crate::settings::ShippingSettings;

injectable!(ShippingFacade {
    books: dyn AddressBooks,
    packages: dyn Packages,
    products: dyn Products,
    queries: dyn ShippingQueries,
});
injectable!(dyn AddressBooks: DieselAddressBooks {});
injectable!(dyn Packages: DieselPackages {});
injectable!(dyn Products: DieselProducts { settings: ShippingSettings });
injectable!(dyn ShippingQueries: DieselShippingQueries {});

module! {
    pub ShippingModule {
        components = [
            ShippingFacade,
            ShippingSettings,
            DieselAddressBooks,
            DieselPackages,
            DieselProducts,
            DieselShippingQueries,
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
