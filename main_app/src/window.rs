//! The window: lots as visitors see them, kept for a moment in front of the database.
//!
//! A lot is looked at far more often than it changes, most of all in its last minute. What was read for one
//! visitor is shown to those who come within the next instant (`http.window_ms`), and those who come together
//! share one read. An event of a lot clears it away in this process right after the commit, so that whoever
//! is told of a change sees it; another instance shows the old state until that instant is over.
//!
//! Only what is shown comes from here. Bids are decided on the auction itself.

use std::sync::{Arc, OnceLock};

use actix_web::web::Bytes;
use auctions::{
    AuctionBegan, AuctionCancelled, AuctionEnded, AuctionExtended, AuctionId, AuctionView,
    BidsWithdrawn, SecondChanceAccepted, WinningBidPlaced,
};
use chrono::TimeDelta;
use foundation::{Handler, HandlerResult, UnitOfWork, handed_in, injectable};

use crate::short_memory::ShortMemory;

/// How many lots are kept, at most twice.
const MOST_LOTS: usize = 2_000;
/// How many first pages are kept, at most twice: one for each length that is asked for.
const MOST_PAGES: usize = 100;

/// What was read, with the bodies of answers made of it.
#[derive(Debug)]
pub struct Shown<T> {
    /// What was read.
    pub view: T,
    bodies: [OnceLock<Bytes>; 3],
}

/// What a lot is to its visitor: all who are the same to it get the same answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// One of all the others.
    Onlooker,
    /// Leads, or has won.
    Leader,
    /// Sells.
    Seller,
}

impl<T> Shown<T> {
    /// Shows what was read.
    pub fn new(view: T) -> Arc<Self> {
        Arc::new(Self {
            view,
            bodies: [const { OnceLock::new() }; 3],
        })
    }

    /// The body of the answer for visitors of a part; made once.
    pub fn body(&self, part: Part, make: impl FnOnce(&T) -> Bytes) -> Bytes {
        let body = match part {
            Part::Onlooker => &self.bodies[0],
            Part::Leader => &self.bodies[1],
            Part::Seller => &self.bodies[2],
        };
        body.get_or_init(|| make(&self.view)).clone()
    }
}

/// Lots, and the first pages of their list.
#[derive(Debug)]
pub struct Window {
    /// Single lots.
    pub lots: ShortMemory<AuctionId, Arc<Shown<AuctionView>>>,
    /// The beginning of the list of lots that are open for bids, by its length.
    pub first_pages: ShortMemory<i64, Arc<Shown<Vec<AuctionView>>>>,
}

handed_in!(Window);

impl Window {
    /// A window that shows what was read for a time.
    pub fn new(time: TimeDelta) -> Self {
        Self {
            lots: ShortMemory::new(time, MOST_LOTS),
            first_pages: ShortMemory::new(time, MOST_PAGES),
        }
    }

    fn clear(&self, lot: &AuctionId) {
        self.lots.forget(lot);
        self.first_pages.forget_all();
    }
}

/// Clears a changed lot away as soon as the change is committed, whoever made it: an endpoint, the bidding
/// desk, or the timer that ends it.
pub struct ClearWindow {
    window: Arc<Window>,
}

injectable!(ClearWindow { window: Window });

impl ClearWindow {
    fn after(&self, uow: &mut UnitOfWork, lot: AuctionId) -> HandlerResult {
        if self.window.lots.is_on() {
            let window = Arc::clone(&self.window);
            uow.after_commit(move || window.clear(&lot));
        }
        Ok(())
    }
}

macro_rules! cleared_after {
    ($($event:ty),+ $(,)?) => {
        $(impl Handler<$event> for ClearWindow {
            fn handle(&self, event: &$event, uow: &mut UnitOfWork) -> HandlerResult {
                self.after(uow, event.auction)
            }
        })+
    };
}

cleared_after!(
    AuctionBegan,
    WinningBidPlaced,
    AuctionExtended,
    BidsWithdrawn,
    AuctionCancelled,
    AuctionEnded,
    SecondChanceAccepted,
);
