//! What this module offers and listens to.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use foundation::{OnAsync, Subscription, injectable};
use shaku::module;

use crate::application::{AuctionQueries, Auctions};
use crate::events::ClosingDue;
use crate::facade::AuctionsFacade;
use crate::handlers::EndDueAuction;
use crate::infrastructure::{DieselAuctionQueries, DieselAuctions};

injectable!(dyn Auctions: DieselAuctions {});
injectable!(dyn AuctionQueries: DieselAuctionQueries {});
injectable!(AuctionsFacade { auctions: dyn Auctions, queries: dyn AuctionQueries });
injectable!(EndDueAuction { auctions: dyn Auctions });

module! {
    pub AuctionsModule {
        components = [
            AuctionsFacade,
            DieselAuctions,
            DieselAuctionQueries,
            #[ordered(Subscription)] OnAsync<ClosingDue, EndDueAuction>,
        ],
        providers = []
    }
}

/// Builds the module.
pub fn module() -> AuctionsModule {
    AuctionsModule::builder().build()
}
