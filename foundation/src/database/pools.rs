//! The database as a component: pools of open connections.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::r2d2::Pool;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};

use super::connection::Connection;
use super::opener::{Backend, CHECKOUT_TIMEOUT, DatabaseUrl, Opener};
use crate::failure::Failure;
use crate::handed_in;

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
}

handed_in!(Database);

/// A connection on loan from the database; it goes back to its pool when dropped.
pub struct PooledConnection(diesel::r2d2::PooledConnection<Opener>);

impl Database {
    /// Opens the pools and one connection, so that a wrong address is known at once.
    pub fn open(settings: DatabaseSettings) -> Result<Self, Failure> {
        let DatabaseSettings { url, connections } = settings;
        Opener(url.clone()).open().map_err(Failure::unavailable)?;
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

    pub(crate) fn writer(&self) -> Result<PooledConnection, Failure> {
        let loan = self.writers.get().map_err(Failure::unavailable)?;
        Ok(PooledConnection(loan))
    }

    pub(crate) fn reader(&self) -> Result<PooledConnection, Failure> {
        let loan = self.readers.get().map_err(Failure::unavailable)?;
        Ok(PooledConnection(loan))
    }

    /// The database server's own time. SQLite has no clock but the machine's: there, `None`.
    pub fn now(&self) -> Result<Option<DateTime<Utc>>, Failure> {
        #[derive(QueryableByName)]
        struct ServerTime {
            #[diesel(sql_type = sql_types::Timestamp)]
            now: NaiveDateTime,
        }
        let mut loan = self.reader()?;
        match &mut *loan {
            Connection::Sqlite(_) => Ok(None),
            Connection::Postgres(connection) => {
                let query = sql_query("SELECT clock_timestamp() AT TIME ZONE 'UTC' AS now");
                let time: ServerTime = query.get_result(connection)?;
                Ok(Some(time.now.and_utc()))
            }
        }
    }

    /// Asks the database for an answer.
    pub fn ping(&self) -> Result<(), Failure> {
        sql_query("SELECT 1").execute(&mut *self.reader()?)?;
        Ok(())
    }
}

impl std::ops::Deref for PooledConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl std::ops::DerefMut for PooledConnection {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}
