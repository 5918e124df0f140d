//! Opens connections by the scheme of the database's URL.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::sqlite::SqliteConnection;
use diesel::{Connection as _, ConnectionError};

use super::connection::Connection;

/// Which database stands behind a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Embedded: one file, one machine.
    Sqlite,
    /// A server: several instances may share it.
    Postgres,
}

/// Where the database is: `sqlite:path/to/file.db`, or `postgres://user@host/name`.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    backend: Backend,
    /// What the database's own client wants: a file's path, or the URL as given.
    target: String,
}

/// The URL does not say which database to open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the database URL must begin with 'sqlite:' (then a file's path) or 'postgres://'; \
     it begins with '{0}'"
)]
pub struct InvalidDatabaseUrl(String);

impl DatabaseUrl {
    /// The database that the URL's scheme names.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Whether this is a file that is not there, which opening it would make. Nobody knows that of a server
    /// without asking it.
    pub fn is_missing(&self) -> bool {
        let in_memory = self.target == ":memory:" || self.target.starts_with("file:");
        self.backend == Backend::Sqlite && !in_memory && !Path::new(&self.target).exists()
    }

    /// The URL without a password.
    pub fn masked(&self) -> String {
        match (self.backend, self.target.split_once("://")) {
            (Backend::Postgres, Some((scheme, rest))) => match rest.rsplit_once('@') {
                Some((login, place)) => {
                    let user = login.split(':').next().unwrap_or_default();
                    format!("{scheme}://{user}:***@{place}")
                }
                None => self.target.clone(),
            },
            _ => format!("sqlite:{}", self.target),
        }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self {
                backend: Backend::Postgres,
                target: url.to_owned(),
            });
        }
        let path = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"));
        match path {
            Some(path) if !path.is_empty() => Ok(Self {
                backend: Backend::Sqlite,
                target: path.to_owned(),
            }),
            _ => {
                let shown = url.split([':', '=']).next().unwrap_or_default();
                Err(InvalidDatabaseUrl(shown.chars().take(16).collect()))
            }
        }
    }
}

/// The r2d2 manager for both databases.
pub(super) struct Opener(pub(super) DatabaseUrl);

impl Opener {
    /// Opens one connection and prepares it.
    pub(super) fn open(&self) -> Result<Connection, ConnectionError> {
        match self.0.backend {
            Backend::Postgres => {
                let mut connection = PgConnection::establish(&self.0.target)?;
                connection
                    .batch_execute(POSTGRES_SETTINGS)
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Connection::Postgres(connection))
            }
            Backend::Sqlite => {
                let mut connection = SqliteConnection::establish(&self.0.target)?;
                connection
                    .batch_execute(SQLITE_SETTINGS)
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Connection::Sqlite(connection))
            }
        }
    }
}

/// The statements here are short: to compile one takes longer than it can ever run.
const POSTGRES_SETTINGS: &str = "SET jit = off";

/// FULL: every commit is on the disk before it is acknowledged.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

impl ManageConnection for Opener {
    type Connection = Connection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Connection, Self::Error> {
        self.open().map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), Self::Error> {
        connection.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}

/// How long a caller waits for a free connection before it is told that the house is too busy.
pub(super) const CHECKOUT_TIMEOUT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses_the_database() {
        let url: DatabaseUrl = "sqlite:gavel.db".parse().unwrap();
        assert_eq!(url.backend(), Backend::Sqlite);
        let url: DatabaseUrl = "postgres://gavel@localhost/gavel".parse().unwrap();
        assert_eq!(url.backend(), Backend::Postgres);
    }

    #[test]
    fn any_other_scheme_is_an_error_that_lists_the_valid_ones() {
        for url in [
            "mysql://x",
            "host=localhost user=gavel",
            "gavel.db",
            "sqlite:",
        ] {
            let refusal = url.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(refusal.contains("'sqlite:'") && refusal.contains("'postgres://'"));
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://gavel:s3cret@db/gavel".parse().unwrap();
        assert_eq!(format!("{url:?}"), "postgres://gavel:***@db/gavel");
    }
}
