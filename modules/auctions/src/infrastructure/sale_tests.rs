//! What only the repository of sales can show: a stale sale is never saved, damaged rows are named; and who
//! has an approved paddle.

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use chrono::TimeDelta;
use diesel::prelude::*;
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{Clock, Currency, Failure, UnitOfWork, application_of};
use rstest::rstest;

use super::{DieselPaddles, DieselSales};
use crate::application::{Paddles, Sales};
use crate::domain::{
    Admission, BuyersPremium, CreateSale, Increments, Registered, Registration, Sale, SaleTerms,
    SaleTitle, SoftClose, SoftCloseChoice,
};
use crate::ids::{BidderId, SaleId};
use crate::schema::auctions_registrations as registrations;
use crate::schema::auctions_sales as sales;
use crate::wiring::AuctionsModule;

application_of!(TestApp: AuctionsModule);

struct Shelf {
    app: TestApp,
    clock: FixedClock,
    id: SaleId,
    _database: TestDatabase,
}

impl Shelf {
    /// A repository that holds one sale.
    fn on(backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let shelf = Self {
            app: TestApp::start(&database, &clock, Arc::new(crate::wiring::module())),
            id: SaleId::generate(),
            clock,
            _database: database,
        };
        shelf.add(shelf.id).unwrap();
        Some(shelf)
    }

    fn add(&self, sale: SaleId) -> Result<(), Failure> {
        let command = CreateSale {
            sale,
            title: SaleTitle::parse("Autumn").unwrap(),
            currency: Currency::KRW,
            opens_at: self.clock.now() + TimeDelta::days(1),
            terms: SaleTerms {
                buyers_premium: BuyersPremium::parse("12.5").unwrap(),
                increments: Increments::standard(Currency::KRW),
                soft_close: SoftCloseChoice::On(SoftClose::try_new(120, Some(3_600)).unwrap()),
            },
            seats: NonZeroU32::new(5),
            admission: Admission::ByApproval,
            staff: "dora".to_owned(),
        };
        let mut sale = Sale::create(command, self.clock.now()).unwrap();
        self.run(|uow| DieselSales.add(&mut sale, uow))
    }

    /// One try, so that a conflict is seen rather than retried.
    fn run<T>(
        &self,
        mut work: impl FnMut(&mut UnitOfWork) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.app.transactions().run_once(false, &mut work)
    }

    fn load(&self) -> Sale {
        let loaded = self.run(|uow| DieselSales.get(self.id, uow));
        loaded.unwrap().unwrap()
    }

    fn latest(&self, bidder: BidderId) -> Option<Registration> {
        let latest = self.run(|uow| DieselSales.latest_registration(self.id, bidder, uow));
        latest.unwrap()
    }

    fn save(&self, sale: &mut Sale) -> Result<(), Failure> {
        self.run(|uow| DieselSales.save(sale, uow))
    }

    fn register(&self, sale: &mut Sale, bidder: BidderId) -> Registered {
        let latest = self.latest(bidder);
        let now = self.clock.now();
        sale.register(bidder, latest.as_ref(), now).unwrap()
    }

    /// Loads the sale, has it changed and saves it.
    fn change(&self, change: impl FnOnce(&mut Sale)) {
        let mut sale = self.load();
        change(&mut sale);
        self.save(&mut sale).unwrap();
    }
}

#[rstest]
fn what_is_saved_is_what_is_loaded(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let now = shelf.clock.now();
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let mut sale = shelf.load();
    let first = shelf.register(&mut sale, alice);
    let second = shelf.register(&mut sale, bob);
    shelf.save(&mut sale).unwrap();
    assert_eq!(shelf.load().state(), sale.state());
    assert_eq!((first.paddle, second.paddle), (1, 2));

    let waiting = shelf.latest(alice).unwrap();
    assert_eq!((waiting.bidder, waiting.paddle), (alice, 1));
    let by_id = shelf.run(|uow| DieselSales.registration(shelf.id, first.registration, uow));
    assert_eq!(by_id.unwrap(), Some(waiting.clone()));
    let other = SaleId::generate();
    let elsewhere = shelf.run(|uow| DieselSales.registration(other, first.registration, uow));
    assert_eq!(elsewhere.unwrap(), None, "it belongs to another sale");

    shelf.clock.advance(TimeDelta::minutes(1));
    shelf.change(|sale| {
        sale.refuse(waiting, "unpaid bills", shelf.clock.now())
            .unwrap();
    });
    let refused = shelf.latest(alice).unwrap();
    assert_eq!(refused.standing.reason(), Some("unpaid bills"));
    assert_eq!(refused.registered_at, now);
    assert_eq!(refused.since, shelf.clock.now());
    shelf.change(|sale| sale.approve(refused, shelf.clock.now()).unwrap());
    let approved = shelf.latest(alice).unwrap();
    assert_eq!(approved.standing.reason(), None);
    assert_eq!(shelf.load().state().seats_taken, 2);
}

#[rstest]
fn a_stale_sale_is_a_conflict_and_changes_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("a registration", "an approval", "a refusal", "a cancellation")] change: &str,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let now = shelf.clock.now();
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    shelf.change(|sale| {
        shelf.register(sale, alice);
    });
    let before = shelf.latest(alice);
    let (mut fresh, mut stale) = (shelf.load(), shelf.load());
    shelf.register(&mut fresh, bob);
    shelf.save(&mut fresh).unwrap();
    match change {
        "a registration" => {
            shelf.register(&mut stale, BidderId::generate());
        }
        "an approval" => stale.approve(before.clone().unwrap(), now).unwrap(),
        "a refusal" => {
            stale.refuse(before.clone().unwrap(), "no", now).unwrap();
        }
        _ => stale.cancel(before.clone(), now).unwrap(),
    }
    let refused = shelf.save(&mut stale);
    assert!(matches!(refused, Err(Failure::Conflict)), "{refused:?}");
    assert_eq!(shelf.load().state(), fresh.state());
    assert_eq!(shelf.latest(alice), before);
}

#[rstest]
fn a_taken_id_is_a_conflict(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let again = shelf.add(shelf.id);
    assert!(matches!(again, Err(Failure::Conflict)), "{again:?}");
}

#[rstest]
fn the_table_is_the_last_to_refuse_a_second_seat_or_paddle(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("the bidder", "the paddle")] twice: &str,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    shelf.change(|sale| {
        shelf.register(sale, alice);
        shelf.register(sale, bob);
    });
    let damaged = shelf.run(|uow| {
        let row = registrations::table.filter(registrations::bidder.eq(bob));
        let connection = uow.connection();
        Ok(match twice {
            "the bidder" => diesel::update(row)
                .set(registrations::bidder.eq(alice))
                .execute(connection)?,
            _ => diesel::update(row)
                .set(registrations::paddle.eq(1))
                .execute(connection)?,
        })
    });
    assert!(matches!(damaged, Err(Failure::Database(_))), "{damaged:?}");
}

#[rstest]
fn damaged_rows_are_named_and_not_traded_on(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("currency", "title", "increments", "seats", "soft close")] damage: &str,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let damaged = shelf.run(|uow| {
        let row = diesel::update(sales::table.find(shelf.id));
        let connection = uow.connection();
        match damage {
            "currency" => row.set(sales::currency.eq("???")).execute(connection)?,
            "title" => row.set(sales::title.eq("")).execute(connection)?,
            "increments" => row.set(sales::increments.eq("0")).execute(connection)?,
            "seats" => row.set(sales::seats.eq(i64::MAX)).execute(connection)?,
            _ => row
                .set(sales::soft_close_seconds.eq(0))
                .execute(connection)?,
        };
        Ok(())
    });
    damaged.unwrap();
    let loaded = shelf.run(|uow| DieselSales.get(shelf.id, uow));
    assert!(matches!(loaded, Err(Failure::DamagedData(_))), "{loaded:?}");
}

#[rstest]
fn only_approved_paddles_of_the_same_sale_are_admitted(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shelf) = Shelf::on(backend) else {
        return;
    };
    let now = shelf.clock.now();
    let bidders: Vec<BidderId> = (0..6).map(|_| BidderId::generate()).collect();
    let [waiting, approved, refused, cancelled, returned, stranger] = bidders[..] else {
        panic!("there are six");
    };
    for bidder in [waiting, approved, refused, cancelled, returned] {
        shelf.change(|sale| {
            shelf.register(sale, bidder);
        });
    }
    let part = |bidder| shelf.latest(bidder).unwrap();
    for bidder in [approved, refused, cancelled] {
        shelf.change(|sale| sale.approve(part(bidder), now).unwrap());
    }
    shelf.change(|sale| {
        sale.refuse(part(refused), "no", now).unwrap();
        sale.cancel(Some(part(cancelled)), now).unwrap();
        sale.cancel(Some(part(returned)), now).unwrap();
    });
    shelf.change(|sale| {
        shelf.register(sale, returned);
    });
    shelf.change(|sale| sale.approve(part(returned), now).unwrap());

    let admitted = |sale, bidders: &[BidderId]| {
        let admitted = shelf.run(|uow| DieselPaddles.admitted(sale, bidders, uow));
        admitted.unwrap()
    };
    let expected = HashSet::from([approved, returned]);
    assert_eq!(admitted(shelf.id, &bidders), expected);
    assert_eq!(admitted(shelf.id, &[stranger, waiting]), HashSet::new());
    assert_eq!(admitted(shelf.id, &[]), HashSet::new());
    assert_eq!(admitted(SaleId::generate(), &bidders), HashSet::new());

    let many = (0..40_000).map(|_| BidderId::generate());
    let many: Vec<BidderId> = many.chain(bidders.iter().copied()).collect();
    assert_eq!(
        admitted(shelf.id, &many),
        expected,
        "however many are asked"
    );
}
