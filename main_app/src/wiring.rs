//! What the application itself listens to.

use auctions::{
    AuctionBegan, AuctionCancelled, AuctionEnded, AuctionExtended, BidsWithdrawn,
    SecondChanceAccepted, WinningBidPlaced,
};
use foundation::{On, Subscription};
use shaku::module;

use crate::configuration::Settings;
use crate::window::{ClearWindow, Window};

module! {
    pub WindowModule {
        components = [
            Window,
            ClearWindow,
            #[ordered(Subscription)] On<AuctionBegan, ClearWindow>,
            #[ordered(Subscription)] On<WinningBidPlaced, ClearWindow>,
            #[ordered(Subscription)] On<AuctionExtended, ClearWindow>,
            #[ordered(Subscription)] On<BidsWithdrawn, ClearWindow>,
            #[ordered(Subscription)] On<AuctionCancelled, ClearWindow>,
            #[ordered(Subscription)] On<AuctionEnded, ClearWindow>,
            #[ordered(Subscription)] On<SecondChanceAccepted, ClearWindow>,
        ],
        providers = []
    }
}

/// Builds the module.
pub fn window(settings: &Settings) -> WindowModule {
    let window = Window::new(settings.http.window());
    WindowModule::builder()
        .with_component_parameters::<Window>(window.into())
        .build()
}
