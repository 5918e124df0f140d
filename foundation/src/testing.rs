//! For the tests of all crates: databases of their own, a clock that stands still, applications of a few
//! modules, a bus that only listens.

mod database;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};

pub use database::{Backend, TestDatabase, tamper};

use crate::clock::Clock;
use crate::event_bus::{EventBus, Posting};
use crate::failure::Failure;
use crate::handed_in;
use crate::unit_of_work::UnitOfWork;

/// Keeps what is logged, so that a test can read it. Clones keep one text.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// All that was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock()).into_owned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A clock that moves when told to. Clones show the same time.
#[derive(Clone)]
pub struct FixedClock(Arc<Mutex<DateTime<Utc>>>);

handed_in!(dyn Clock: FixedClock);

impl Default for FixedClock {
    fn default() -> Self {
        let start = Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0);
        Self(Arc::new(Mutex::new(start.single().expect("noon exists"))))
    }
}

impl FixedClock {
    /// Lets time pass.
    pub fn advance(&self, time: TimeDelta) {
        *self.lock() += time;
    }

    /// Jumps to a moment.
    pub fn set(&self, time: DateTime<Utc>) {
        *self.lock() = time;
    }

    fn lock(&self) -> MutexGuard<'_, DateTime<Utc>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.lock()
    }
}

/// A bus that hands nothing on, but remembers the names and payloads of what was posted. Put it in the
/// application with `with_component_override::<dyn EventBus>`. Clones share their memory.
#[derive(Clone, Default)]
pub struct RecordingEventBus(Arc<Mutex<Vec<(&'static str, String)>>>);

impl RecordingEventBus {
    /// Names and JSON of everything posted so far, also by transactions that were rolled back.
    pub fn posted(&self) -> Vec<(&'static str, String)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl EventBus for RecordingEventBus {
    fn post(&self, posting: Posting<'_>, _: &mut UnitOfWork) -> Result<(), Failure> {
        let mut posted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        posted.push((posting.event.name(), posting.event.payload()?));
        Ok(())
    }
}

/// Declares an application of the given modules, for tests:
///
/// ```ignore
/// application_of!(TestApp: PaymentsModule);
/// let app = TestApp::start(&database, &clock, Arc::new(payments::module(settings)));
/// app.transactions().run(|uow| facade.start_new_payment(command, uow))?;
/// app.deliver_due();
/// ```
///
/// Several modules are handed to `start` as a tuple.
#[macro_export]
macro_rules! application_of {
    ($app:ident : $($module:path),+ $(,)?) => {
        $crate::reexports::shaku::module! {
            pub $app {
                components = [
                    $crate::Database,
                    $crate::testing::FixedClock,
                    $crate::Bell,
                    $crate::Subscriptions,
                    $crate::InProcessEventBus,
                    $crate::Transactions,
                    $crate::LockFactory,
                    $crate::DeliveryWorker,
                    $crate::DeliveryAdministration,
                ],
                providers = [],
                $(use $module { components = [], providers = [] }),+
            }
        }

        impl $app {
            /// The parts of the application that stand on the given database and clock.
            pub fn parts(
                database: &$crate::testing::TestDatabase,
                clock: &$crate::testing::FixedClock,
                modules: <$app as $crate::reexports::shaku::Module>::Submodules,
            ) -> $crate::reexports::shaku::ModuleBuilder<$app> {
                $crate::reexports::shaku::ModuleBuilder::with_submodules(modules)
                    .with_component_parameters::<$crate::Database>(database.database().clone().into())
                    .with_component_parameters::<$crate::testing::FixedClock>(clock.clone().into())
            }

            /// Builds the application.
            pub fn start(
                database: &$crate::testing::TestDatabase,
                clock: &$crate::testing::FixedClock,
                modules: <$app as $crate::reexports::shaku::Module>::Submodules,
            ) -> Self {
                Self::parts(database, clock, modules).build()
            }

            /// What runs units of work.
            pub fn transactions(&self) -> &$crate::Transactions {
                $crate::reexports::shaku::HasComponent::resolve_ref(self)
            }

            /// Runs every delivery that is due by the test's clock; says how many were tried.
            pub fn deliver_due(&self) -> usize {
                let worker: &$crate::DeliveryWorker =
                    $crate::reexports::shaku::HasComponent::resolve_ref(self);
                worker.run_due().expect("the deliveries can be claimed")
            }
        }
    };
}
