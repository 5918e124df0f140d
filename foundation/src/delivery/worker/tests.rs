//! A stop in the middle of what was taken together.

use std::cell::Cell;
use std::sync::Mutex;

use diesel::prelude::*;
use rstest::rstest;
use serde::{Deserialize, Serialize};
use shaku::{HasComponent, module};

use app::StonesApp;

use super::*;
use crate::handlers::{BatchHandler, HandlerResult};
use crate::schema::foundation_deliveries as deliveries;
use crate::subscriptions::{OnBatch, Subscription};
use crate::testing::{Backend, FixedClock, TestDatabase};
use crate::{handed_in, injectable};

#[derive(Serialize, Deserialize)]
pub struct Fell {
    stone: i64,
}

impl crate::Event for Fell {
    const NAME: &'static str = "test.fell";
}

/// The stones that were handled, whether for good or not.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<i64>>>);

handed_in!(Seen);

pub struct Lone {
    seen: Arc<Seen>,
}

injectable!(Lone { seen: Seen });

impl BatchHandler<Fell> for Lone {
    fn name(&self) -> &'static str {
        "test.lone"
    }

    fn handle_all(&self, events: &[Fell], _: &mut UnitOfWork) -> HandlerResult {
        let mut seen = self.seen.0.lock().unwrap();
        seen.extend(events.iter().map(|event| event.stone));
        match events {
            [_] => Ok(()),
            _ => anyhow::bail!("together they fail"),
        }
    }
}

module! {
    pub StonesModule {
        components = [Seen, #[ordered(Subscription)] OnBatch<Fell, Lone>],
        providers = []
    }
}

#[expect(dead_code, reason = "the macro offers more than these tests need")]
mod app {
    use super::StonesModule;

    crate::application_of!(StonesApp: StonesModule);
}

#[rstest]
#[case::before_the_batch(0, &[], ["ready", "ready", "ready"])]
#[case::while_its_deliveries_run_alone(1, &[0, 1, 2, 0], ["done", "ready", "ready"])]
fn a_stop_hands_back_what_was_not_begun(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] asked_before_the_stop: u32,
    #[case] handled: &[i64],
    #[case] states: [&str; 3],
) {
    let Some(database) = TestDatabase::on(backend) else {
        return;
    };
    let (clock, seen) = (FixedClock::default(), Seen::default());
    let module = StonesModule::builder()
        .with_component_parameters::<Seen>(seen.clone().into())
        .build();
    let app = StonesApp::start(&database, &clock, Arc::new(module));
    let posted: Result<(), Failure> = app.transactions().run(|uow| {
        (0..3).try_for_each(|stone| {
            clock.advance(TimeDelta::milliseconds(1));
            uow.post(&Fell { stone })
        })
    });
    posted.unwrap();

    let worker: &DeliveryWorker = app.resolve_ref();
    let (held, mut rota) = (Held::default(), Rota::default());
    let claims = worker.take("somebody", &mut rota, &held).unwrap();
    assert_eq!(claims.len(), 3);
    let asked = Cell::new(0);
    let stopping = || asked.replace(asked.get() + 1) >= asked_before_the_stop;
    worker.deliver(claims.clone(), &held, &stopping);

    assert_eq!(*seen.0.lock().unwrap(), handled);
    let rows: Result<Vec<(String, i32)>, Failure> = app.transactions().read(|reader| {
        let rows = deliveries::table.order(deliveries::due_at);
        let rows = rows.select((deliveries::state, deliveries::attempt));
        Ok(rows.load(reader.connection())?)
    });
    let mut found: Vec<_> = rows.unwrap();
    found.sort();
    let attempt = |state| i32::from(state == "done");
    assert_eq!(
        found,
        states.map(|state| (state.to_owned(), attempt(state)))
    );
    assert!(!held.surely_until(&claims[..1], clock.now()));
    let left = states.iter().filter(|state| **state == "ready").count();
    assert_eq!(
        app.deliver_due(),
        left,
        "whoever comes next finds the others"
    );
}
