//! One connection type over both databases.

use diesel::connection::TransactionManager;
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

#[expect(missing_docs, reason = "diesel's derive writes undocumented items")]
mod derived {
    use super::{PgConnection, SqliteConnection};

    /// An open connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum DbConnection {
        Postgres(PgConnection),
        Sqlite(SqliteConnection),
    }
}

pub use derived::{DbConnection as Connection, MultiBackend};

impl Connection {
    /// Begins a transaction that may write. SQLite takes its write lock at once: a transaction that
    /// reads first and writes later would fail when another one wrote in between.
    pub(crate) fn begin(&mut self) -> diesel::QueryResult<()> {
        use diesel::connection::AnsiTransactionManager;
        match self {
            Self::Postgres(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN")
            }
            Self::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            }
        }
    }

    /// Commits the transaction.
    pub(crate) fn commit(&mut self) -> diesel::QueryResult<()> {
        Self::commit_transaction(self)
    }

    /// Rolls the transaction back. A connection that cannot is broken, and its pool drops it.
    pub(crate) fn roll_back(&mut self) {
        if let Err(error) = Self::rollback_transaction(self) {
            tracing::debug!(%error, "a transaction could not be rolled back");
        }
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}
