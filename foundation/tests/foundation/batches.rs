//! Batch handlers: many deliveries in one transaction, and none fails or waits for its neighbours' sake.

use std::collections::HashSet;
use std::sync::{Arc, Barrier, Mutex};

use chrono::TimeDelta;
use diesel::{RunQueryDsl, sql_query};
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{
    AsyncHandler, BatchHandler, DeliveryAdministration, DeliverySummary, DeliveryWorker, Event,
    Failure, HandlerResult, OnAsync, OnBatch, Origin, Subscription, UnitOfWork, application_of,
    audit, handed_in, injectable,
};
use rstest::rstest;
use serde::{Deserialize, Serialize};
use shaku::{HasComponent, module};

use crate::numbers::number;

/// Comes in avalanches.
#[derive(Serialize, Deserialize)]
pub struct Fell {
    stone: i64,
}

impl Event for Fell {
    const NAME: &'static str = "test.fell";
}

/// Comes now and then.
#[derive(Serialize, Deserialize)]
pub struct Called {
    caller: i64,
}

impl Event for Called {
    const NAME: &'static str = "test.called";
}

#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    /// What was handled together, in the order of handling.
    handled: Vec<(&'static str, Vec<i64>)>,
    failing: HashSet<i64>,
    panicking: HashSet<i64>,
    /// Deliveries of these lose their claim while they are handled.
    seized: HashSet<i64>,
}

handed_in!(Log);

impl Log {
    fn note(&self, handler: &'static str, numbers: Vec<i64>) -> HandlerResult {
        let mut entries = self.0.lock().unwrap();
        let failing = numbers.iter().any(|n| entries.failing.contains(n));
        let panicking = numbers.iter().any(|n| entries.panicking.contains(n));
        entries.handled.push((handler, numbers));
        drop(entries);
        assert!(!panicking, "told to panic");
        match failing {
            true => anyhow::bail!("told to fail"),
            false => Ok(()),
        }
    }

    fn take(&self) -> Vec<(&'static str, Vec<i64>)> {
        std::mem::take(&mut self.0.lock().unwrap().handled)
    }
}

pub struct Clear {
    log: Arc<Log>,
}

injectable!(Clear { log: Log });

impl BatchHandler<Fell> for Clear {
    fn name(&self) -> &'static str {
        "test.clear"
    }

    fn handle_all(&self, events: &[Fell], uow: &mut UnitOfWork) -> HandlerResult {
        for Fell { stone } in events {
            audit::record("test", "cleared", &stone.to_string(), "", uow)?;
            if self.log.0.lock().unwrap().seized.contains(stone) {
                let seize = format!(
                    "UPDATE foundation_deliveries SET fence = fence + 1 WHERE event_id IN (
                         SELECT id FROM foundation_events WHERE payload = '{{\"stone\":{stone}}}')"
                );
                sql_query(seize).execute(uow.connection())?;
            }
        }
        let stones = events.iter().map(|event| event.stone).collect();
        self.log.note("clear", stones)
    }

    fn concerns(&self, event: &Fell) -> bool {
        event.stone >= 0
    }

    fn batch(&self) -> usize {
        4
    }
}

macro_rules! noting {
    ($name:ident, $event:ident.$field:ident, $text:literal) => {
        pub struct $name {
            log: Arc<Log>,
        }
        injectable!($name { log: Log });
        impl AsyncHandler<$event> for $name {
            fn name(&self) -> &'static str {
                concat!("test.", $text)
            }
            fn handle(&self, event: &$event, _: &mut UnitOfWork) -> HandlerResult {
                self.log.note($text, vec![event.$field])
            }
            fn concerns(&self, event: &$event) -> bool {
                event.$field != -1
            }
        }
    };
}

noting!(Answer, Called.caller, "answer");
noting!(Count, Fell.stone, "count");

module! {
    pub AvalancheModule {
        components = [
            Log,
            #[ordered(Subscription)] OnBatch<Fell, Clear>,
            #[ordered(Subscription)] OnAsync<Fell, Count>,
            #[ordered(Subscription)] OnAsync<Called, Answer>,
        ],
        providers = []
    }
}

application_of!(AvalancheApp: AvalancheModule);

struct Avalanche {
    app: AvalancheApp,
    log: Log,
    clock: FixedClock,
    database: TestDatabase,
}

impl Avalanche {
    /// Lets stones fall, the first one first.
    fn of(stones: std::ops::Range<i64>, backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let (clock, log) = (FixedClock::default(), Log::default());
        let module = AvalancheModule::builder()
            .with_component_parameters::<Log>(log.clone().into())
            .build();
        let app = AvalancheApp::start(&database, &clock, Arc::new(module));
        let avalanche = Self {
            app,
            log,
            clock,
            database,
        };
        avalanche.falls(stones);
        Some(avalanche)
    }

    fn falls(&self, mut stones: std::ops::Range<i64>) {
        let posted: Result<(), Failure> = self.app.transactions().run(|uow| {
            stones.try_for_each(|stone| {
                self.clock.advance(TimeDelta::milliseconds(1));
                uow.post(&Fell { stone })
            })
        });
        posted.unwrap();
    }

    /// What was handled together by the batch handler.
    fn cleared(&self) -> Vec<Vec<i64>> {
        self.app.deliver_due();
        let handled = self.log.take().into_iter();
        let cleared = handled.filter(|(handler, _)| *handler == "clear");
        cleared.map(|(_, stones)| stones).collect()
    }

    /// How often a stone was cleared for good.
    fn effects(&self, stone: i64) -> i64 {
        let query =
            format!("SELECT count(*) AS count FROM foundation_audit WHERE subject = '{stone}'");
        number(self.app.transactions(), &query)
    }

    fn unfinished(&self) -> Vec<DeliverySummary> {
        let administration: &DeliveryAdministration = self.app.resolve_ref();
        let transactions = self.app.transactions();
        let listed = transactions.read(|reader| administration.list(None, 100, reader));
        listed.unwrap()
    }
}

#[rstest]
fn what_is_due_for_a_batch_handler_is_handled_together(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(avalanche) = Avalanche::of(0..10, backend) else {
        return;
    };
    assert_eq!(
        avalanche.cleared(),
        [vec![0, 1, 2, 3], vec![4, 5, 6, 7], vec![8, 9]]
    );
    assert!((0..10).all(|stone| avalanche.effects(stone) == 1));
    assert!(avalanche.unfinished().is_empty());
}

#[rstest]
fn what_does_not_concern_a_handler_is_not_delivered_to_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(avalanche) = Avalanche::of(-2..2, backend) else {
        return;
    };
    assert_eq!(avalanche.app.deliver_due(), 5);
    let mut handled = avalanche.log.take();
    handled.sort();
    assert_eq!(
        handled,
        [
            ("clear", vec![0, 1]),
            ("count", vec![-2]),
            ("count", vec![0]),
            ("count", vec![1])
        ]
    );
}

#[rstest]
#[case::error(false)]
#[case::panic(true)]
fn one_event_that_fails_is_tried_again_later_and_its_neighbours_are_done(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] panics: bool,
) {
    let Some(avalanche) = Avalanche::of(0..4, backend) else {
        return;
    };
    let set_bad = |bad: &[i64]| {
        let mut entries = avalanche.log.0.lock().unwrap();
        let guilty = if panics {
            &mut entries.panicking
        } else {
            &mut entries.failing
        };
        *guilty = bad.iter().copied().collect();
    };
    set_bad(&[2]);
    assert_eq!(
        avalanche.cleared(),
        [vec![0, 1, 2, 3], vec![0], vec![1], vec![2], vec![3]]
    );
    assert_eq!(
        [0, 1, 2, 3].map(|stone| avalanche.effects(stone)),
        [1, 1, 0, 1]
    );
    let unfinished = avalanche.unfinished();
    let guilty: Vec<_> = unfinished
        .iter()
        .filter(|d| d.handler == "test.clear")
        .collect();
    assert_eq!(guilty.len(), 1);
    assert_eq!((guilty[0].state.as_str(), guilty[0].attempt), ("ready", 1));
    assert!(guilty[0].last_error.is_some());

    set_bad(&[]);
    avalanche.clock.advance(TimeDelta::minutes(1));
    avalanche.falls(4..6);
    let mut cleared = avalanche.cleared();
    cleared.sort();
    assert_eq!(
        cleared,
        [vec![2], vec![4, 5]],
        "what failed before stays alone"
    );
    assert!((0..6).all(|stone| avalanche.effects(stone) == 1));
}

#[rstest]
fn a_claim_lost_while_a_batch_is_handled_doubles_and_drops_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(avalanche) = Avalanche::of(0..4, backend) else {
        return;
    };
    avalanche.log.0.lock().unwrap().seized.insert(1);
    assert_eq!(avalanche.cleared()[0], [0, 1, 2, 3]);
    assert_eq!(
        [0, 1, 2, 3].map(|stone| avalanche.effects(stone)),
        [1, 0, 1, 1]
    );
    let unfinished = avalanche.unfinished();
    assert!(
        unfinished
            .iter()
            .all(|delivery| delivery.state == "running")
    );
}

/// A worker whose lease ran out, and whose delivery somebody else has by now, handles only the others.
#[test]
fn a_claim_lost_before_a_batch_begins_drops_out() {
    let Some(avalanche) = Avalanche::of(0..4, Backend::Postgres) else {
        return;
    };
    avalanche.database.tamper(
        "CREATE FUNCTION seize() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             UPDATE foundation_deliveries SET fence = fence + 1 WHERE id = NEW.id; RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER seize AFTER UPDATE OF owner ON foundation_deliveries
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
         WHEN (NEW.state = 'running' AND NEW.handler = 'test.clear' AND NEW.due_at =
               '2026-11-21 12:00:00.002') EXECUTE FUNCTION seize()",
    );
    assert_eq!(avalanche.cleared(), [[0, 2, 3]]);
    assert_eq!(
        [0, 1, 2, 3].map(|stone| avalanche.effects(stone)),
        [1, 0, 1, 1]
    );
}

#[rstest]
fn an_avalanche_does_not_keep_other_handlers_waiting(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(avalanche) = Avalanche::of(0..200, backend) else {
        return;
    };
    let called: Result<(), Failure> = avalanche
        .app
        .transactions()
        .run(|uow| uow.post(&Called { caller: 1 }));
    called.unwrap();
    avalanche.app.deliver_due();
    let handled = avalanche.log.take();
    let before = |other: &str| {
        let answered = handled.iter().position(|(handler, _)| *handler == "answer");
        let earlier = handled[..answered.unwrap()].iter();
        let earlier = earlier.filter(|(handler, _)| *handler == other);
        earlier.map(|(_, stones)| stones.len()).sum::<usize>()
    };
    assert!(before("clear") <= 4, "one batch may come first");
    assert!(before("count") <= 4, "others share their turn");
}

#[rstest]
fn several_workers_share_an_avalanche_and_double_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(avalanche) = Avalanche::of(0..100, backend) else {
        return;
    };
    let worker: &DeliveryWorker = avalanche.app.resolve_ref();
    let start = Barrier::new(3);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                start.wait();
                worker.run_due().unwrap();
            });
        }
    });
    avalanche.app.deliver_due();
    assert!((0..100).all(|stone| avalanche.effects(stone) == 1));
    assert!(avalanche.unfinished().is_empty());
}

#[rstest]
fn a_batch_handler_gets_the_events_of_one_aggregate_in_their_order(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(avalanche) = Avalanche::of(0..0, backend) else {
        return;
    };
    for version in [1, 2, 3] {
        let origin = Origin::new("test.slope", "1", version);
        let posted: Result<(), Failure> = avalanche
            .app
            .transactions()
            .run(|uow| uow.post_from(&origin, [&Fell { stone: version } as _]));
        posted.unwrap();
    }
    assert_eq!(avalanche.cleared(), [[1], [2], [3]]);
}
