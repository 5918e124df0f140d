//! The database: SQLite or PostgreSQL, chosen by the URL. Everything that knows which of the two it is
//! stands in this folder; a repository reads like ordinary diesel.

mod columns;
mod connection;
mod each;
mod gate;
mod locked;
mod migrations;
mod opener;
mod pools;

pub use columns::{Guid, Moment, MoneyColumns};
pub use connection::{Connection, MultiBackend};
pub use each::rows_per_statement;
pub use locked::{Locked, LockedIfFree};
pub use migrations::{MigrationError, MigrationStatus};
pub use opener::{Backend, DatabaseUrl, InvalidDatabaseUrl};
pub use pools::{Database, DatabaseSettings, PooledConnection};

#[doc(hidden)]
pub use each::{insertion, update};

#[doc(hidden)]
pub use columns::{guid_from_postgres, guid_from_sqlite, guid_to_postgres, guid_to_sqlite};
