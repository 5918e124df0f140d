//! A lot on which bids rain down can still be closed, cancelled, bought and managed.

use std::sync::atomic::{AtomicBool, Ordering};

use auctions::{AuctionId, BidAmount, BidderId, BiddingDesk, PlaceBid};
use chrono::TimeDelta;
use foundation::DeliveryWorker;
use foundation::testing::Backend;
use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;
use tokio::runtime;

use crate::support::{Lot, TestApp, money};

/// So many threads feed the desk, each with so many bids at once.
const CLOUDS: usize = 2;
const DROPS: usize = 4;
/// So often a thing is done: without locks it comes off now and then.
const TIMES: usize = 10;

/// Tells the clouds that it is over, also when what was done under them failed.
struct Over<'o>(&'o AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Does something to a lot while the desk decides one bid on it after the other. All of them are too low:
/// each changes the lot's log and nothing else.
fn while_it_rains<T>(app: &TestApp, lot: &Lot, work: impl FnOnce() -> T) -> T {
    let desk = app.component::<BiddingDesk>();
    let bid = || PlaceBid {
        auction: lot.id.parse::<AuctionId>().unwrap(),
        bidder: BidderId::generate(),
        amount: BidAmount::InLotCurrency("0.01".to_owned()),
        // They came in time and had to wait: the lot's end does not stop them.
        arrived_at: lot.ends_at - TimeDelta::seconds(1),
        key: None,
    };
    let over = AtomicBool::new(false);
    let rain = || {
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        while !over.load(Ordering::SeqCst) {
            let drops = (0..DROPS).map(|_| desk.place_bid(bid()));
            runtime.block_on(join_all(drops));
        }
    };
    std::thread::scope(|scope| {
        let _over = Over(&over);
        for _ in 0..CLOUDS {
            scope.spawn(rain);
        }
        work()
    })
}

#[rstest]
fn a_lot_can_be_cancelled_and_bought_while_bids_rain_down(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, tess, ann) = (app.seller("sam"), app.staff("tess"), app.bidder("ann"));
    let terms = json!({"buy_now": money("50 USD"), "reserve": money("20 USD")});
    for _ in 0..TIMES {
        let ends_at = app.now() + TimeDelta::hours(2);
        let lists = || seller.lists_on("Astrolabe", "10 USD", ends_at, terms.clone());
        let (bought, cancelled) = (lists(), lists());
        while_it_rains(&app, &bought, || {
            let lower = json!({"reserve": money("15 USD")});
            seller.does(&bought, "reserve", lower).has_status(200);
            ann.does(&bought, "buy-now", json!({})).has_status(200);
        });
        while_it_rains(&app, &cancelled, || {
            let why = json!({"reason": "It fell off the wall."});
            tess.does(&cancelled, "cancel", why).has_status(200);
        });
    }
}

#[rstest]
fn the_hammer_falls_while_bids_rain_down(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let seller = app.seller("sam");
    let worker = app.component::<DeliveryWorker>();
    for _ in 0..TIMES {
        let lot = seller.lists("Astrolabe", "10 USD");
        app.clock.set(lot.ends_at + TimeDelta::seconds(1));
        while_it_rains(&app, &lot, || worker.run_due().unwrap());
        assert_eq!(seller.sees(&lot)["status"], "unsold");
    }
}
