//! What only the repository can show: a stale auction is never saved, damaged rows are named.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use diesel::prelude::*;
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{Clock, Currency, Failure, Money, UnitOfWork, application_of};
use rstest::rstest;

use super::DieselAuctions;
use crate::application::{Auctions, BidKey, cancel_auction, fresh_secret, withdraw_bids};
use crate::domain::{
    Auction, AuctionTitle, BeginAuction, Bid, CancelAuction, CancelledBy, EarlierBid,
    LotDescription, LotTerms, PlaceBid, WithdrawBids, WithdrawnBy,
};
use crate::ids::{AuctionId, BidId, BidderId, SellerId};
use crate::schema::auctions_auctions as auctions;
use crate::wiring::AuctionsModule;

application_of!(TestApp: AuctionsModule);

struct Shelf {
    app: TestApp,
    clock: FixedClock,
    id: AuctionId,
    _database: TestDatabase,
}

impl Shelf {
    /// A repository that holds one lot.
    fn on(backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let shelf = Self {
            app: TestApp::start(&database, &clock, Arc::new(crate::wiring::module())),
            id: AuctionId::generate(),
            clock,
            _database: database,
        };
        shelf
            .run(|uow| DieselAuctions.add(&mut shelf.lot(), uow))
            .unwrap();
        Some(shelf)
    }

    fn lot(&self) -> Auction {
        let command = BeginAuction {
            auction: self.id,
            seller: SellerId::generate(),
            title: AuctionTitle::parse("A chair").unwrap(),
            description: LotDescription::parse("").unwrap(),
            starting_price: dollars(1),
            ends_at: self.clock.now() + TimeDelta::days(1),
            terms: LotTerms::default(),
        };
        Auction::begin(command, fresh_secret().unwrap(), self.clock.now()).unwrap()
    }

    /// One try, so that a conflict is seen rather than retried.
    fn run<T>(
        &self,
        mut work: impl FnMut(&mut UnitOfWork) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.app.transactions().run_once(false, &mut work)
    }

    fn try_load(&self) -> Result<Option<Auction>, Failure> {
        self.run(|uow| Ok(DieselAuctions.get_all(&[self.id], uow)?.remove(&self.id)))
    }

    fn load(&self) -> Auction {
        self.try_load().unwrap().unwrap()
    }

    fn bid(&self, auction: &mut Auction, amount: i64) -> BidderId {
        let bidder = BidderId::generate();
        let bid = PlaceBid {
            auction: self.id,
            bidder,
            amount: dollars(amount).into(),
            arrived_at: self.clock.now(),
            key: None,
        };
        assert!(auction.place_bid(&bid, true).unwrap().is_winner);
        bidder
    }

    fn save(&self, auction: &mut Auction) -> Result<(), Failure> {
        let auction = std::slice::from_mut(auction);
        self.run(|uow| DieselAuctions.save_all(auction, uow))
    }
}

fn dollars(amount: i64) -> Money {
    Money::from_minor_units(Currency::USD, amount * 100).unwrap()
}

#[rstest]
fn what_is_saved_is_what_is_loaded(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let mut auction = shelf.load();
    shelf.bid(&mut auction, 5);
    shelf.bid(&mut auction, 6);
    shelf.save(&mut auction).unwrap();
    assert_eq!(shelf.load().state(), auction.state());
    let history = shelf
        .run(|uow| DieselAuctions.history(shelf.id, uow))
        .unwrap();
    assert_eq!(history.len(), 2);

    let by = WithdrawnBy::Bidder(history[1].bidder);
    auction
        .withdraw_bids(&history, by, shelf.clock.now())
        .unwrap();
    shelf.save(&mut auction).unwrap();
    assert_eq!(shelf.load().state(), auction.state());

    shelf.clock.advance(TimeDelta::days(2));
    auction.end(shelf.clock.now()).unwrap();
    shelf.save(&mut auction).unwrap();
    assert_eq!(shelf.load().state(), auction.state());
}

#[rstest]
fn a_stale_auction_is_a_conflict_and_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("a bid", "a withdrawal", "the end")] change: &str,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let mut first = shelf.load();
    shelf.bid(&mut first, 5);
    shelf.save(&mut first).unwrap();

    let (mut fresh, mut stale) = (shelf.load(), shelf.load());
    let history = shelf
        .run(|uow| DieselAuctions.history(shelf.id, uow))
        .unwrap();
    shelf.bid(&mut fresh, 50);
    shelf.save(&mut fresh).unwrap();
    match change {
        "a bid" => {
            shelf.bid(&mut stale, 20);
        }
        "a withdrawal" => {
            let by = WithdrawnBy::Bidder(history[0].bidder);
            stale
                .withdraw_bids(&history, by, shelf.clock.now())
                .unwrap();
        }
        _ => stale.end(shelf.clock.now() + TimeDelta::days(2)).unwrap(),
    }
    let refused = shelf.save(&mut stale);
    assert!(matches!(refused, Err(Failure::Conflict)), "{refused:?}");
    assert_eq!(shelf.load().state(), fresh.state());
}

#[rstest]
fn a_taken_id_is_a_conflict(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let again = shelf.run(|uow| DieselAuctions.add(&mut shelf.lot(), uow));
    assert!(matches!(again, Err(Failure::Conflict)), "{again:?}");
}

#[rstest]
fn damaged_rows_are_named_and_not_traded_on(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("currency", "title", "price")] damage: &str,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let damaged = shelf.run(|uow| {
        let row = diesel::update(auctions::table.find(shelf.id));
        let connection = uow.connection();
        match damage {
            "currency" => row.set(auctions::currency.eq("???")).execute(connection)?,
            "title" => row.set(auctions::title.eq("")).execute(connection)?,
            _ => row
                .set(auctions::price_minor.eq(i64::MAX))
                .execute(connection)?,
        };
        Ok(())
    });
    damaged.unwrap();
    let loaded = shelf.try_load();
    assert!(matches!(loaded, Err(Failure::DamagedData(_))), "{loaded:?}");
}

/// Counts how often it is asked for more than a lot and the bids that a command is about.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Auctions for Counting {
    fn get_all(
        &self,
        ids: &[AuctionId],
        uow: &mut UnitOfWork,
    ) -> Result<HashMap<AuctionId, Auction>, Failure> {
        DieselAuctions.get_all(ids, uow)
    }

    fn concerned(
        &self,
        id: AuctionId,
        by: &WithdrawnBy,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Bid>, Failure> {
        DieselAuctions.concerned(id, by, uow)
    }

    fn history(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<Bid>, Failure> {
        self.0.fetch_add(1, Ordering::SeqCst);
        DieselAuctions.history(id, uow)
    }

    fn bidders(&self, id: AuctionId, uow: &mut UnitOfWork) -> Result<Vec<BidderId>, Failure> {
        self.0.fetch_add(1, Ordering::SeqCst);
        DieselAuctions.bidders(id, uow)
    }

    fn earlier_bids(
        &self,
        keys: &[BidKey],
        uow: &mut UnitOfWork,
    ) -> Result<HashMap<BidKey, EarlierBid>, Failure> {
        DieselAuctions.earlier_bids(keys, uow)
    }

    fn add(&self, auction: &mut Auction, uow: &mut UnitOfWork) -> Result<(), Failure> {
        DieselAuctions.add(auction, uow)
    }

    fn save_all(&self, changed: &mut [Auction], uow: &mut UnitOfWork) -> Result<(), Failure> {
        DieselAuctions.save_all(changed, uow)
    }
}

#[rstest]
fn a_refused_withdrawal_or_cancellation_does_not_read_the_history(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let mut auction = shelf.load();
    let [alice, bob] = [5, 6].map(|amount| shelf.bid(&mut auction, amount));
    shelf.save(&mut auction).unwrap();
    let counting = Counting::default();
    let asked = || counting.0.swap(0, Ordering::SeqCst);
    let staff = |bids: Vec<BidId>| WithdrawnBy::Staff {
        bids,
        staff: "dora".to_owned(),
        reason: "a typing error".to_owned(),
    };
    let withdraw = |by: WithdrawnBy| {
        let auction = shelf.id;
        let command = WithdrawBids { auction, by };
        let done = shelf.run(|uow| withdraw_bids(command.clone(), &counting, uow));
        done.unwrap().is_ok()
    };
    let cancel = |by: CancelledBy| {
        let (auction, reason) = (shelf.id, "It broke.".to_owned());
        let command = CancelAuction {
            auction,
            by,
            reason,
        };
        let done = shelf.run(|uow| cancel_auction(&command, &counting, uow));
        done.unwrap().is_ok()
    };
    assert!(!withdraw(WithdrawnBy::Bidder(BidderId::generate())));
    assert!(!withdraw(staff(vec![])));
    assert!(!withdraw(staff(vec![BidId::generate()])));
    assert!(!cancel(CancelledBy::Seller(SellerId::generate())));
    assert_eq!(asked(), 0, "a stranger");

    assert!(withdraw(WithdrawnBy::Bidder(alice)));
    assert_eq!(asked(), 1, "an accepted withdrawal needs the history");
    assert!(!withdraw(WithdrawnBy::Bidder(alice)));
    let all = shelf
        .run(|uow| DieselAuctions.history(shelf.id, uow))
        .unwrap();
    assert!(!withdraw(staff(vec![all[0].id])));
    assert_eq!(asked(), 0, "withdrawn before");

    shelf.clock.advance(TimeDelta::hours(13));
    assert!(!withdraw(WithdrawnBy::Bidder(bob)));
    assert_eq!(asked(), 0, "too late");
    assert!(cancel(CancelledBy::Staff("dora".to_owned())));
    assert_eq!(
        asked(),
        1,
        "an accepted cancellation is told to the bidders"
    );
    assert!(!withdraw(staff(vec![all[1].id])));
    assert!(!cancel(CancelledBy::Staff("dora".to_owned())));
    assert_eq!(asked(), 0, "ended");
}
