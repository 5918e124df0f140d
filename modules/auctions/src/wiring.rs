//! What this module offers and listens to.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use foundation::{OnAsync, OnBatch, Subscription, Transactions, injectable};
use shaku::{Component, HasComponent, Module, ModuleBuildContext, module};

use crate::application::{AuctionQueries, Auctions, Paddles, SaleQueries, Sales};
use crate::desk::{BiddingDesk, BiddingSettings};
use crate::events::{ClosingDue, SecondChanceDue};
use crate::facade::AuctionsFacade;
use crate::handlers::{EndDueAuction, ExpireSecondChance};
use crate::infrastructure::{
    DieselAuctionQueries, DieselAuctions, DieselPaddles, DieselSaleQueries, DieselSales,
};
use crate::sales_facade::SalesFacade;

injectable!(dyn Auctions: DieselAuctions {});
injectable!(dyn AuctionQueries: DieselAuctionQueries {});
injectable!(dyn Sales: DieselSales {});
injectable!(dyn SaleQueries: DieselSaleQueries {});
injectable!(dyn Paddles: DieselPaddles {});
injectable!(AuctionsFacade {
    auctions: dyn Auctions,
    queries: dyn AuctionQueries,
    paddles: dyn Paddles,
    sales: dyn Sales,
});
injectable!(SalesFacade { sales: dyn Sales, queries: dyn SaleQueries });
injectable!(EndDueAuction { auctions: dyn Auctions });
injectable!(ExpireSecondChance { auctions: dyn Auctions });

// Bound in the root module, above the facade, because it opens units of work itself.
impl<M> Component<M> for BiddingDesk
where
    M: Module
        + HasComponent<AuctionsFacade>
        + HasComponent<Transactions>
        + HasComponent<BiddingSettings>,
{
    type Interface = Self;
    type Parameters = ();

    fn build(context: &mut ModuleBuildContext<M>, _: ()) -> Box<Self> {
        let facade = M::build_component(context);
        let transactions = M::build_component(context);
        Box::new(Self::new(facade, transactions, M::build_component(context)))
    }
}

module! {
    pub AuctionsModule {
        components = [
            AuctionsFacade,
            DieselAuctions,
            DieselAuctionQueries,
            SalesFacade,
            DieselSales,
            DieselSaleQueries,
            DieselPaddles,
            #[ordered(Subscription)] OnBatch<ClosingDue, EndDueAuction>,
            #[ordered(Subscription)] OnAsync<SecondChanceDue, ExpireSecondChance>,
        ],
        providers = []
    }
}

/// Builds the module.
pub fn module() -> AuctionsModule {
    AuctionsModule::builder().build()
}
