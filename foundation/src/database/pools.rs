//! The database as a component: pools of open connections.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::pg::PgConnection;
use diesel::r2d2::Pool;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};

use super::connection::Connection;
use super::gate::{Gate, Turn};
use super::opener::{Backend, CHECKOUT_TIMEOUT, DatabaseUrl, Opener};
use crate::clock::{Ahead, Clock};
use crate::failure::Failure;
use crate::handed_in;

/// How often the server is asked for its time before the quickest answer is believed.
const LOOKS: usize = 3;

/// Where the database is and how many connections to keep.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// The database's address.
    pub url: DatabaseUrl,
    /// Connections: all of them on PostgreSQL, the readers on SQLite, which has a single writer.
    pub connections: u32,
}

/// The open database. Cloning shares the pools.
#[derive(Clone)]
pub struct Database {
    url: DatabaseUrl,
    connections: u32,
    writers: Pool<Opener>,
    readers: Pool<Opener>,
    /// Where SQLite's writers queue. Shared by clones and by dedicated siblings.
    gate: Option<Arc<Gate>>,
}

handed_in!(Database);

/// A connection on loan from the database; it goes back to its pool when dropped.
pub struct PooledConnection {
    connection: diesel::r2d2::PooledConnection<Opener>,
    /// Given back after the connection.
    _turn: Option<Turn>,
}

impl Database {
    /// Opens the pools and one connection, so that a wrong address is known at once.
    pub fn open(settings: DatabaseSettings) -> Result<Self, Failure> {
        let DatabaseSettings { url, connections } = settings;
        Opener(url.clone()).open().map_err(Failure::unavailable)?;
        let gate = match url.backend() {
            Backend::Sqlite => Some(Arc::default()),
            Backend::Postgres => None,
        };
        Self::over(url, connections, gate)
    }

    /// The same database over connections of its own, for threads that work all the time and would leave
    /// none to the others. On SQLite, which has a single writer, all siblings take turns at writing.
    pub fn dedicated(&self, connections: u32) -> Result<Self, Failure> {
        Self::over(self.url.clone(), connections, self.gate.clone())
    }

    fn over(url: DatabaseUrl, connections: u32, gate: Option<Arc<Gate>>) -> Result<Self, Failure> {
        let pool = |size| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .test_on_check_out(false)
                .connection_timeout(CHECKOUT_TIMEOUT)
                .build(Opener(url.clone()))
                .map_err(Failure::unavailable)
        };
        let (writers, readers) = match url.backend() {
            Backend::Sqlite => (pool(1)?, pool(connections)?),
            Backend::Postgres => {
                let shared = pool(connections)?;
                (shared.clone(), shared)
            }
        };
        Ok(Self {
            url,
            connections,
            writers,
            readers,
            gate,
        })
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.url.backend()
    }

    /// Where it is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// How many callers can work at once before they wait for each other.
    pub fn connections(&self) -> u32 {
        self.connections
    }

    /// A connection to write with; on SQLite this waits for the caller's turn.
    pub(crate) fn writer(&self) -> Result<PooledConnection, Failure> {
        let turn = match &self.gate {
            Some(gate) => match gate.pass(CHECKOUT_TIMEOUT) {
                None => return Err(Failure::unavailable("too many others are writing")),
                turn => turn,
            },
            None => None,
        };
        let connection = self.writers.get().map_err(Failure::unavailable)?;
        Ok(PooledConnection {
            connection,
            _turn: turn,
        })
    }

    /// A connection to read with: nobody has to wait for those who write.
    pub(crate) fn reader(&self) -> Result<PooledConnection, Failure> {
        let connection = self.readers.get().map_err(Failure::unavailable)?;
        Ok(PooledConnection {
            connection,
            _turn: None,
        })
    }

    /// How far the database server's own clock is ahead of the machine's: the best of a few looks, none of
    /// which counts the wait for a connection. SQLite has no clock but the machine's: there, `None`.
    pub fn clock_ahead_of(&self, machine: &dyn Clock) -> Result<Option<Ahead>, Failure> {
        let mut loan = self.reader()?;
        let Connection::Postgres(connection) = &mut *loan else {
            return Ok(None);
        };
        let looks: Result<Vec<_>, Failure> = (0..LOOKS)
            .map(|_| {
                let before = machine.now();
                let theirs = server_time(connection)?;
                Ok(Ahead::between(before, theirs, machine.now()))
            })
            .collect();
        Ok(looks?.into_iter().min_by_key(|ahead| ahead.round_trip))
    }

    /// Asks the database for an answer.
    pub fn ping(&self) -> Result<(), Failure> {
        sql_query("SELECT 1").execute(&mut *self.reader()?)?;
        Ok(())
    }
}

fn server_time(connection: &mut PgConnection) -> Result<DateTime<Utc>, Failure> {
    #[derive(QueryableByName)]
    struct ServerTime {
        #[diesel(sql_type = sql_types::Timestamp)]
        now: NaiveDateTime,
    }
    let query = sql_query("SELECT clock_timestamp() AT TIME ZONE 'UTC' AS now");
    let time: ServerTime = query.get_result(connection)?;
    Ok(time.now.and_utc())
}

impl std::ops::Deref for PooledConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl std::ops::DerefMut for PooledConnection {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}
