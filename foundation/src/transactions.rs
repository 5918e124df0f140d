//! The only way to write.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use uuid::Uuid;

use crate::clock::Clock;
use crate::database::Database;
use crate::event_bus::EventBus;
use crate::failure::Failure;
use crate::ids::new_id;
use crate::injectable;
use crate::pause::{pause, with_jitter};
use crate::schema::foundation_commits;
use crate::unit_of_work::{Reader, UnitOfWork};

/// How often a unit of work is run before its conflicts are reported as [`Failure::TooBusy`].
const MAX_ATTEMPTS: u32 = 5;
const FIRST_BACKOFF: Duration = Duration::from_millis(4);

/// Runs units of work: begin, work, commit, callbacks.
#[derive(Clone)]
pub struct Transactions {
    database: Arc<Database>,
    bus: Arc<dyn EventBus>,
    clock: Arc<dyn Clock>,
}

injectable!(Transactions {
    database: Database,
    bus: dyn EventBus,
    clock: dyn Clock,
});

impl Transactions {
    /// Runs the work in one transaction. When somebody else changed the same aggregate first, the *whole*
    /// closure runs again on fresh state, at most five times, so it must have no effects but through the
    /// unit of work. Any error rolls everything back.
    pub fn run<T, E>(&self, work: impl FnMut(&mut UnitOfWork) -> Result<T, E>) -> Result<T, E>
    where
        E: Error + From<Failure> + 'static,
    {
        self.run_retrying(Locking::Never, work)
    }

    /// The same with pessimistic locks: repositories lock the aggregates they load, and wait instead of
    /// failing. SQLite's transactions exclude each other in any case.
    pub fn run_locking<T, E>(
        &self,
        work: impl FnMut(&mut UnitOfWork) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: Error + From<Failure> + 'static,
    {
        self.run_retrying(Locking::Always, work)
    }

    /// Runs the work without locks first, and with them whenever it has to run again: cheap for whoever is
    /// alone with the aggregates, as a desk nearly always is, and sure to get through beside another
    /// process.
    pub fn run_then_locking<T, E>(
        &self,
        work: impl FnMut(&mut UnitOfWork) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: Error + From<Failure> + 'static,
    {
        self.run_retrying(Locking::AfterConflict, work)
    }

    /// Runs the work once: a lost race comes back as [`Failure::Conflict`].
    pub fn run_once<T, E>(
        &self,
        locking: bool,
        work: &mut impl FnMut(&mut UnitOfWork) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: Error + From<Failure> + 'static,
    {
        let reader = Reader::new(self.database.writer()?, Arc::clone(&self.clock));
        let mut uow = UnitOfWork::new(reader, Arc::clone(&self.bus), locking);
        let transaction = OpenTransaction::begin(&mut uow)?;
        let value = work(transaction.uow)?;
        transaction.commit(&self.database)?;
        let callbacks = uow.take_callbacks();
        drop(uow);
        for callback in callbacks {
            if catch_unwind(AssertUnwindSafe(callback)).is_err() {
                tracing::error!("a callback after a commit panicked");
            }
        }
        Ok(value)
    }

    /// Lends a connection to queries. Nothing can be changed through it.
    pub fn read<T, E>(&self, query: impl FnOnce(&mut Reader) -> Result<T, E>) -> Result<T, E>
    where
        E: From<Failure>,
    {
        let connection = self.database.reader()?;
        query(&mut Reader::new(connection, Arc::clone(&self.clock)))
    }

    /// The clock that every unit of work reads.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Without an application around.
    #[cfg(test)]
    pub(crate) fn over(database: Database, bus: Arc<dyn EventBus>, clock: Arc<dyn Clock>) -> Self {
        Self {
            database: Arc::new(database),
            bus,
            clock,
        }
    }

    /// The same bus and clock over another database: a desk works over connections of its own, see
    /// [`Database::dedicated`].
    pub fn on(&self, database: Database) -> Self {
        Self {
            database: Arc::new(database),
            bus: Arc::clone(&self.bus),
            clock: Arc::clone(&self.clock),
        }
    }

    /// The database behind.
    pub fn database(&self) -> &Database {
        &self.database
    }

    fn run_retrying<T, E>(
        &self,
        locking: Locking,
        mut work: impl FnMut(&mut UnitOfWork) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: Error + From<Failure> + 'static,
    {
        let mut backoff = FIRST_BACKOFF;
        for attempt in 1..MAX_ATTEMPTS {
            match self.run_once(locking.on(attempt), &mut work) {
                Err(error) if Failure::is_conflict(&error) => {
                    metrics::counter!("gavel_conflicts_total").increment(1);
                    pause(with_jitter(backoff));
                    backoff *= 3;
                }
                outcome => return outcome,
            }
        }
        match self.run_once(locking.on(MAX_ATTEMPTS), &mut work) {
            Err(error) if Failure::is_conflict(&error) => Err(Failure::TooBusy.into()),
            outcome => outcome,
        }
    }
}

/// On which attempts repositories lock the aggregates they load.
#[derive(Clone, Copy)]
enum Locking {
    Never,
    Always,
    AfterConflict,
}

impl Locking {
    fn on(self, attempt: u32) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::AfterConflict => attempt > 1,
        }
    }
}

/// A begun transaction, rolled back unless it is committed, also when the work panics.
struct OpenTransaction<'u> {
    uow: &'u mut UnitOfWork,
    /// Marks the commit on PostgreSQL, where a broken connection may hide its outcome.
    mark: Option<Uuid>,
    open: bool,
}

impl<'u> OpenTransaction<'u> {
    fn begin(uow: &'u mut UnitOfWork) -> Result<Self, Failure> {
        uow.connection().begin()?;
        let mark = uow.connection().is_postgres().then(new_id);
        Ok(Self {
            uow,
            mark,
            open: true,
        })
    }

    /// Writes what was posted, marks the commit, and commits.
    fn commit(mut self, database: &Database) -> Result<(), Failure> {
        self.uow.flush()?;
        if let Some(mark) = self.mark {
            let now = self.uow.now();
            let row = (
                foundation_commits::id.eq(CommitId(mark)),
                foundation_commits::recorded_at.eq(now.naive_utc()),
            );
            diesel::insert_into(foundation_commits::table)
                .values(row)
                .execute(self.uow.connection())?;
        }
        let committed = self.uow.connection().commit();
        let Err(error) = committed else {
            self.open = false;
            return Ok(());
        };
        match (Failure::from(error), self.mark) {
            (Failure::Unavailable(cause), Some(mark)) => {
                self.open = false;
                resolve_unknown_commit(database, mark, cause)
            }
            (failure, _) => Err(failure),
        }
    }
}

impl Drop for OpenTransaction<'_> {
    fn drop(&mut self) {
        if self.open {
            self.uow.connection().roll_back();
        }
    }
}

crate::typed_id! {
    /// Marks a commit, so that its outcome can be looked up when the connection broke during it.
    CommitId
}

/// Looks up, on a new connection, whether a commit whose answer was lost has happened. The lost session
/// may still be committing, hence several looks.
fn resolve_unknown_commit(
    database: &Database,
    mark: Uuid,
    cause: Box<dyn Error + Send + Sync>,
) -> Result<(), Failure> {
    for _ in 0..5 {
        pause(Duration::from_millis(200));
        let found = database.writer().and_then(|mut connection| {
            let query = foundation_commits::table.find(CommitId(mark));
            Ok(diesel::select(diesel::dsl::exists(query)).get_result::<bool>(&mut *connection)?)
        });
        if let Ok(true) = found {
            return Ok(());
        }
    }
    Err(Failure::OutcomeUnknown(cause))
}
