//! The module and its bindings.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use foundation::{injectable, no_subscriptions};
use shaku::module;

use crate::application::{AddressBooks, Packages, ShippingQueries};
use crate::facade::ShippingFacade;
use crate::infrastructure::{DieselAddressBooks, DieselPackages, DieselShippingQueries};

injectable!(ShippingFacade {
    books: dyn AddressBooks,
    packages: dyn Packages,
    queries: dyn ShippingQueries,
});
injectable!(dyn AddressBooks: DieselAddressBooks {});
injectable!(dyn Packages: DieselPackages {});
injectable!(dyn ShippingQueries: DieselShippingQueries {});

module! {
    pub ShippingModule {
        components = [
            ShippingFacade,
            DieselAddressBooks,
            DieselPackages,
            DieselShippingQueries,
        ],
        providers = []
    }
}

no_subscriptions!(ShippingModule);

/// Builds the module.
pub fn module() -> ShippingModule {
    ShippingModule::builder().build()
}
