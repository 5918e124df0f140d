//! What only the repository can show: a stale auction is never saved, damaged rows are named.

use std::sync::Arc;

use chrono::TimeDelta;
use diesel::prelude::*;
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{Clock, Currency, Failure, Money, UnitOfWork, application_of};
use rstest::rstest;

use super::DieselAuctions;
use crate::application::{Auctions, fresh_secret};
use crate::domain::{
    Auction, AuctionTitle, BeginAuction, LotDescription, LotTerms, PlaceBid, WithdrawnBy,
};
use crate::ids::{AuctionId, BidderId, SellerId};
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
