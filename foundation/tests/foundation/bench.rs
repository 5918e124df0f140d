//! An application whose handlers count, fail and wait as the tests tell them.

use std::sync::{Arc, Mutex};

use diesel::{RunQueryDsl, sql_query};
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{
    AsyncHandler, Event, Failure, Handler, HandlerResult, On, OnAsync, OnOutbound, Origin,
    OutboundHandler, Policy, Subscription, UnitOfWork, application_of, audit, handed_in,
    injectable,
};
use serde::{Deserialize, Serialize};
use shaku::{HasComponent, module};

use crate::numbers::number;

/// Something happened, with a number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Happened {
    pub number: i64,
}

impl Event for Happened {
    const NAME: &'static str = "test.happened";
}

/// What the handlers saw and how they are to behave. Clones share it.
#[derive(Clone, Default)]
pub struct Notebook(Arc<Mutex<Notes>>);

#[derive(Default)]
pub struct Notes {
    pub seen: Vec<(&'static str, i64)>,
    pub failing: bool,
    pub panicking: bool,
    pub refusing: bool,
    pub coalescing: bool,
    /// The handler writes to the audit log and then loses its claim.
    pub losing_claim: bool,
    pub on_call: Option<Arc<dyn Fn() + Send + Sync>>,
}

handed_in!(Notebook);

impl Notebook {
    pub fn change(&self, change: impl FnOnce(&mut Notes)) {
        change(&mut self.0.lock().unwrap());
    }

    pub fn seen_by(&self, handler: &str) -> Vec<i64> {
        let notes = self.0.lock().unwrap();
        let seen = notes.seen.iter().filter(|(name, _)| *name == handler);
        seen.map(|(_, number)| *number).collect()
    }

    fn note(&self, handler: &'static str, number: i64) -> HandlerResult {
        let mut notes = self.0.lock().unwrap();
        notes.seen.push((handler, number));
        if notes.failing {
            anyhow::bail!("told to fail");
        }
        if notes.panicking {
            drop(notes);
            panic!("told to panic");
        }
        Ok(())
    }
}

pub struct AtOnce {
    notebook: Arc<Notebook>,
}

injectable!(AtOnce { notebook: Notebook });

impl Handler<Happened> for AtOnce {
    fn handle(&self, event: &Happened, _: &mut UnitOfWork) -> HandlerResult {
        if self.notebook.0.lock().unwrap().refusing {
            anyhow::bail!("told to refuse");
        }
        self.notebook
            .change(|notes| notes.seen.push(("at_once", event.number)));
        Ok(())
    }
}

pub struct Later {
    notebook: Arc<Notebook>,
}

injectable!(Later { notebook: Notebook });

impl AsyncHandler<Happened> for Later {
    fn name(&self) -> &'static str {
        "test.later"
    }

    fn handle(&self, event: &Happened, uow: &mut UnitOfWork) -> HandlerResult {
        if self.notebook.0.lock().unwrap().losing_claim {
            audit::record("later", "handled", "", "", uow)?;
            let seize = "UPDATE foundation_deliveries SET fence = fence + 1";
            sql_query(seize).execute(uow.connection())?;
        }
        self.notebook.note("later", event.number)
    }

    fn policy(&self) -> Policy {
        Policy {
            max_attempts: 3,
            blocks: true,
        }
    }

    fn coalescing_key(&self, _: &Happened) -> Option<String> {
        let coalescing = self.notebook.0.lock().unwrap().coalescing;
        coalescing.then(|| "one".to_owned())
    }
}

pub struct Outside {
    notebook: Arc<Notebook>,
}

injectable!(Outside { notebook: Notebook });

impl OutboundHandler<Happened> for Outside {
    type Request = i64;
    type Outcome = i64;

    fn name(&self) -> &'static str {
        "test.outside"
    }

    fn prepare(&self, event: &Happened, _: &mut UnitOfWork) -> HandlerResult<Option<i64>> {
        Ok((event.number >= 0).then_some(event.number))
    }

    fn call(&self, request: i64) -> HandlerResult<i64> {
        self.notebook
            .change(|notes| notes.seen.push(("call", request)));
        let on_call = self.notebook.0.lock().unwrap().on_call.clone();
        if let Some(on_call) = on_call {
            on_call();
        }
        Ok(request * 2)
    }

    fn record(&self, _: &Happened, outcome: i64, _: &mut UnitOfWork) -> HandlerResult {
        self.notebook
            .change(|notes| notes.seen.push(("record", outcome)));
        Ok(())
    }
}

module! {
    pub CountingModule {
        components = [
            Notebook,
            #[ordered(Subscription)] On<Happened, AtOnce>,
            #[ordered(Subscription)] OnAsync<Happened, Later>,
            #[ordered(Subscription)] OnOutbound<Happened, Outside>,
        ],
        providers = []
    }
}

application_of!(TestApp: CountingModule);

/// The application under test with what the tests need of it.
pub struct Bench {
    pub app: TestApp,
    pub clock: FixedClock,
    pub notebook: Notebook,
    pub database: TestDatabase,
}

impl Bench {
    pub fn on(backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let notebook = Notebook::default();
        let module = CountingModule::builder()
            .with_component_parameters::<Notebook>(notebook.clone().into())
            .build();
        let app = TestApp::start(&database, &clock, Arc::new(module));
        Some(Self {
            app,
            clock,
            notebook,
            database,
        })
    }

    /// Posts one event in a transaction of its own.
    pub fn post(&self, number: i64) {
        let posted = self
            .app
            .transactions()
            .run(|uow| uow.post(&Happened { number }));
        posted.unwrap();
    }

    /// Posts one event as the given version of one aggregate.
    pub fn post_version(&self, version: i64) {
        let event = Happened { number: version };
        let origin = Origin::new("test.thing", "1", version);
        let posted: Result<(), Failure> = self
            .app
            .transactions()
            .run(|uow| uow.post_from(&origin, [&event as _]));
        posted.unwrap();
    }

    /// The single number that a query answers, in a column called `count`.
    pub fn count(&self, query: &str) -> i64 {
        number(self.app.transactions(), query)
    }

    pub fn component<T: shaku::Interface + ?Sized>(&self) -> Arc<T>
    where
        TestApp: HasComponent<T>,
    {
        self.app.resolve()
    }
}
