//! What only the repository can show: a stale auction is never saved, damaged rows are named.

mod counting;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use diesel::prelude::*;
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{Clock, Currency, Failure, Money, UnitOfWork, application_of};
use rstest::rstest;

use self::counting::Counting;
use super::DieselAuctions;
use crate::application::{Auctions, cancel_auction, fresh_secret, withdraw_bids};
use crate::domain::{
    Auction, AuctionTitle, BeginAuction, CancelAuction, CancelledBy, LotDescription, LotTerms,
    PlaceBid, WithdrawBids, WithdrawnBy,
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
        self.lot_of(self.id)
    }

    fn lot_of(&self, auction: AuctionId) -> Auction {
        let command = BeginAuction {
            auction,
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
            auction: auction.state().id,
            bidder,
            amount: dollars(amount).into(),
            arrived_at: self.clock.now(),
            key: None,
        };
        assert!(auction.place_bid(&bid, true).unwrap().is_winner);
        bidder
    }

    fn save(&self, auction: &mut Auction) -> Result<(), Failure> {
        self.save_all(std::slice::from_mut(auction))
    }

    fn save_all(&self, auctions: &mut [Auction]) -> Result<(), Failure> {
        self.run(|uow| DieselAuctions.save_all(auctions, uow))
    }

    /// Three lots, in the order of their ids.
    fn three(&self) -> Vec<Auction> {
        let ids = self.run(|uow| {
            Ok(auctions::table
                .select(auctions::id)
                .load(uow.connection())?)
        });
        let ids: Vec<AuctionId> = ids.unwrap();
        let found = self.run(|uow| DieselAuctions.get_all(&ids, uow)).unwrap();
        let mut found: Vec<Auction> = found.into_values().collect();
        found.sort_by_key(|auction| auction.state().id);
        found
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
fn several_are_saved_at_once_unless_one_of_them_is_stale(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    for _ in 0..2 {
        let mut other = shelf.lot_of(AuctionId::generate());
        shelf
            .run(|uow| DieselAuctions.add(&mut other, uow))
            .unwrap();
    }
    let mut saved = shelf.three();
    shelf.bid(&mut saved[0], 5);
    shelf.bid(&mut saved[0], 7);
    saved[1]
        .end(shelf.clock.now() + TimeDelta::days(2))
        .unwrap();
    shelf.bid(&mut saved[2], 9);
    shelf.save_all(&mut saved).unwrap();
    let states =
        |lots: &[Auction]| -> Vec<_> { lots.iter().map(|lot| lot.state().clone()).collect() };
    assert_eq!(states(&shelf.three()), states(&saved));

    let mut stale = shelf.three();
    let mut fresh = shelf.three().remove(2);
    shelf.bid(&mut fresh, 20);
    shelf.save(&mut fresh).unwrap();
    let before = states(&shelf.three());
    shelf.bid(&mut stale[0], 30);
    shelf.bid(&mut stale[2], 30);
    stale.remove(1);
    let refused = shelf.save_all(&mut stale);
    assert!(matches!(refused, Err(Failure::Conflict)), "{refused:?}");
    assert_eq!(states(&shelf.three()), before);
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

#[rstest]
fn a_row_that_an_older_instance_wrote_is_read_as_it_meant_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let mut auction = shelf.load();
    let bidder = shelf.bid(&mut auction, 5);
    shelf.save(&mut auction).unwrap();
    let old = shelf.run(|uow| {
        let row = diesel::update(auctions::table.find(shelf.id));
        let columns = (
            auctions::increments.eq(""),
            auctions::increment_minor.eq(250),
            auctions::leader_maximum_minor.eq(None::<i64>),
        );
        Ok(row.set(columns).execute(uow.connection())?)
    });
    old.unwrap();
    let lot = shelf.load().state().lot.clone();
    let leader = lot.standing.leader.unwrap();
    assert_eq!((leader.bidder, leader.maximum), (bidder, 500));
    assert_eq!(lot.minimum_next(), 750);
    let as_proxy = shelf.run(|uow| {
        let row = diesel::update(auctions::table.find(shelf.id));
        Ok(row
            .set(auctions::bidding.eq("PROXY"))
            .execute(uow.connection())?)
    });
    as_proxy.unwrap();
    let guessed = shelf.try_load();
    assert!(
        matches!(guessed, Err(Failure::DamagedData(_))),
        "no maximum is guessed"
    );
}

#[test]
fn the_lots_of_a_sale_are_read_in_the_order_of_an_index() {
    #[derive(diesel::QueryableByName)]
    struct Step {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    let shelf = Shelf::on(Backend::Sqlite).unwrap();
    let plan = shelf.run(|uow| {
        let plan = diesel::sql_query(
            "EXPLAIN QUERY PLAN SELECT * FROM auctions_auctions WHERE sale = X'00'
             ORDER BY began_at DESC, id DESC LIMIT 20",
        );
        Ok(plan.load::<Step>(uow.connection())?)
    });
    let plan: Vec<String> = plan.unwrap().into_iter().map(|step| step.detail).collect();
    let plan = plan.join("\n");
    assert!(plan.contains("auctions_auctions_of_sale"), "{plan}");
    assert!(!plan.contains("TEMP B-TREE"), "nothing is sorted: {plan}");
}
