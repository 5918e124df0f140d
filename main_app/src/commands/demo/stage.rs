//! What the demo acts through: the same facades and desks as everybody.

use std::sync::Arc;

use auctions::{AuctionsFacade, SalesFacade};
use foundation::{Clock, Transactions};
use payments::{CashierDesk, PaymentsFacade};
use shipping::ShippingFacade;

use crate::accounts::{Accounts, AccountsDesk};
use crate::commands::opening::Opened;
use crate::composition::component;

/// The parts of the application that the demo uses.
pub(super) struct Stage {
    pub(super) transactions: Arc<Transactions>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) accounts: Arc<Accounts>,
    pub(super) registration: Arc<AccountsDesk>,
    pub(super) auctions: Arc<AuctionsFacade>,
    pub(super) sales: Arc<SalesFacade>,
    pub(super) payments: Arc<PaymentsFacade>,
    pub(super) cashier: Arc<CashierDesk>,
    pub(super) shipping: Arc<ShippingFacade>,
}

impl Stage {
    pub(super) fn of(opened: &Opened) -> Self {
        let app = &opened.app;
        Self {
            transactions: component(app),
            clock: component(app),
            accounts: component(app),
            registration: component(app),
            auctions: component(app),
            sales: component(app),
            payments: component(app),
            cashier: component(app),
            shipping: component(app),
        }
    }
}
