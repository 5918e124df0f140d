//! The outbox: written at the commit, with few statements, the newest event of a key in place of older ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use diesel::Connection as _;
use diesel::connection::InstrumentationEvent;
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{
    AsyncHandler, DeliveryAdministration, DeliveryWorker, Event, Failure, HandlerResult, OnAsync,
    Subscription, UnitOfWork, application_of, handed_in, injectable,
};
use rstest::rstest;
use serde::{Deserialize, Serialize};
use shaku::{HasComponent, module};

use crate::bench::{Bench, Happened};
use crate::numbers::number;

/// The standing of somebody has changed: only the newest is worth telling.
#[derive(Serialize, Deserialize)]
pub struct Moved {
    who: String,
    place: i64,
}

impl Event for Moved {
    const NAME: &'static str = "test.moved";
}

#[derive(Clone, Default)]
pub struct Told(Arc<std::sync::Mutex<Vec<(String, i64)>>>);

handed_in!(Told);

pub struct TellNewest {
    told: Arc<Told>,
}

injectable!(TellNewest { told: Told });

impl AsyncHandler<Moved> for TellNewest {
    fn name(&self) -> &'static str {
        "test.tell_newest"
    }

    fn handle(&self, event: &Moved, _: &mut UnitOfWork) -> HandlerResult {
        let told = (event.who.clone(), event.place);
        self.told.0.lock().unwrap().push(told);
        Ok(())
    }

    fn coalescing_key(&self, event: &Moved) -> Option<String> {
        Some(event.who.clone())
    }
}

module! {
    pub TellingModule {
        components = [Told, #[ordered(Subscription)] OnAsync<Moved, TellNewest>],
        providers = []
    }
}

application_of!(TellingApp: TellingModule);

struct Telling {
    app: TellingApp,
    told: Told,
    clock: FixedClock,
    database: TestDatabase,
}

impl Telling {
    fn on(backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let (clock, told) = (FixedClock::default(), Told::default());
        let module = TellingModule::builder()
            .with_component_parameters::<Told>(told.clone().into())
            .build();
        let app = TellingApp::start(&database, &clock, Arc::new(module));
        Some(Self {
            app,
            told,
            clock,
            database,
        })
    }

    /// Posts all of this in one unit of work.
    fn post(&self, moves: impl IntoIterator<Item = (String, i64)> + Clone) {
        let posted: Result<(), Failure> = self.app.transactions().run(|uow| {
            let mut moves = moves.clone().into_iter();
            moves.try_for_each(|(who, place)| uow.post(&Moved { who, place }))
        });
        posted.unwrap();
    }

    fn told(&self) -> Vec<(String, i64)> {
        self.app.deliver_due();
        let mut told = std::mem::take(&mut *self.told.0.lock().unwrap());
        told.sort();
        told
    }

    fn rows(&self, table: &str) -> i64 {
        let query = format!("SELECT count(*) AS count FROM {table}");
        number(self.app.transactions(), &query)
    }
}

fn at(who: &str, place: i64) -> (String, i64) {
    (who.to_owned(), place)
}

#[rstest]
fn within_one_unit_of_work_only_the_newest_event_of_a_key_is_written(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(telling) = Telling::on(backend) else {
        return;
    };
    telling.post([at("ann", 1), at("bob", 2), at("ann", 3), at("ann", 4)]);
    assert_eq!(telling.rows("foundation_deliveries"), 2);
    assert_eq!(telling.rows("foundation_events"), 2);
    assert_eq!(telling.told(), [at("ann", 4), at("bob", 2)]);
}

#[rstest]
fn newer_events_take_the_places_of_those_that_wait_and_the_others_are_added(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(telling) = Telling::on(backend) else {
        return;
    };
    let many =
        |first: i64, place: i64| (first..first + 40).map(move |who| at(&who.to_string(), place));
    telling.post(many(100, 1));
    telling.post(many(120, 2));
    assert_eq!(telling.rows("foundation_deliveries"), 60);
    let expected: Vec<_> = many(100, 1).take(20).chain(many(120, 2)).collect();
    assert_eq!(telling.told(), expected);
}

#[rstest]
fn an_event_beside_a_delivery_under_way_gets_a_delivery_of_its_own(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(telling) = Telling::on(backend) else {
        return;
    };
    telling.post([at("ann", 1)]);
    let take = "UPDATE foundation_deliveries SET state = 'running'";
    telling.database.tamper(take);
    telling.post([at("ann", 2)]);
    assert_eq!(telling.rows("foundation_deliveries"), 2);

    let back = "UPDATE foundation_deliveries SET state = 'ready'";
    telling.database.tamper(back);
    telling.post([at("ann", 3)]);
    assert_eq!(
        telling.rows("foundation_deliveries"),
        2,
        "one of two is replaced"
    );
    let told = telling.told();
    assert!(told.contains(&at("ann", 3)), "{told:?}");
}

#[rstest]
fn events_that_no_delivery_needs_any_more_are_pruned(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(telling) = Telling::on(backend) else {
        return;
    };
    telling.post([at("ann", 1)]);
    telling.post([at("ann", 2)]);
    assert_eq!(telling.rows("foundation_events"), 2);
    telling.clock.advance(TimeDelta::days(31));
    let worker: &DeliveryWorker = telling.app.resolve_ref();
    worker.prune(TimeDelta::days(30)).unwrap();
    assert_eq!(
        telling.rows("foundation_events"),
        1,
        "the replaced one is gone"
    );
    assert_eq!(telling.told(), [at("ann", 2)]);
}

#[rstest]
fn many_events_take_few_statements(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let statements = Arc::new(AtomicU32::new(0));
    let posted: Result<(), Failure> = bench.app.transactions().run(|uow| {
        let counted = Arc::clone(&statements);
        let count = move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        };
        uow.connection().set_instrumentation(count);
        (0..1_000).try_for_each(|number| uow.post(&Happened { number }))
    });
    posted.unwrap();
    let statements = statements.load(Ordering::Relaxed);
    assert!(statements <= 8, "{statements} statements");
    let written = bench.count("SELECT count(*) AS count FROM foundation_deliveries");
    assert_eq!(written, 2_000);
}

#[rstest]
fn deliveries_can_be_read_by_whoever_posts_them_after_a_flush(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let administration = bench.component::<DeliveryAdministration>();
    let counts: Result<Vec<usize>, Failure> = bench.app.transactions().run(|uow| {
        let mut counts = Vec::new();
        uow.post(&Happened { number: 1 })?;
        counts.push(administration.list(None, 10, uow.reader())?.len());
        uow.flush()?;
        counts.push(administration.list(None, 10, uow.reader())?.len());
        uow.post(&Happened { number: 2 })?;
        Ok(counts)
    });
    assert_eq!(counts.unwrap(), [0, 2]);
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [1, 2]);
}

/// Lets the database refuse the first event as it does when somebody else was faster.
fn refuse_the_first(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => {
            "CREATE TRIGGER refuse BEFORE INSERT ON foundation_events
             WHEN NEW.payload = '{\"number\":1}'
             BEGIN SELECT RAISE(ABORT, 'database is locked'); END"
        }
        Backend::Postgres => {
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'too late' USING ERRCODE = '40001'; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON foundation_events FOR EACH ROW
             WHEN (NEW.payload = '{\"number\":1}') EXECUTE FUNCTION refuse()"
        }
    }
}

#[rstest]
fn a_conflict_while_the_outbox_is_written_runs_the_work_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.database.tamper(refuse_the_first(backend));
    let mut attempts = 0;
    let posted: Result<(), Failure> = bench.app.transactions().run(|uow| {
        attempts += 1;
        uow.post(&Happened { number: attempts })
    });
    posted.unwrap();
    assert_eq!(attempts, 2);
    bench.app.deliver_due();
    assert_eq!(bench.notebook.seen_by("later"), [2]);
}
