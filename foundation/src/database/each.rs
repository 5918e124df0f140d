//! Statements that diesel builds for one database at a time.

/// Runs an expression on the connection that stands behind a [`Connection`](crate::database::Connection):
/// `c` is a `&mut PgConnection` in one reading of the expression and a `&mut SqliteConnection` in the other.
///
/// Diesel writes inserts of several rows, and `ON CONFLICT`, for a single database only. They are written
/// once with this:
///
/// ```ignore
/// for rows in rows.chunks(rows_per_statement(BID_COLUMNS)) {
///     on_each!(uow.connection(), c => insert_into(bids::table).values(rows).execute(c))?;
/// }
/// ```
///
/// The rows need `#[diesel(treat_none_as_default_value = false)]`: with default values among them, diesel
/// writes to SQLite row by row.
#[macro_export]
macro_rules! on_each {
    ($connection:expr, $c:ident => $statement:expr) => {
        match $connection {
            $crate::database::Connection::Postgres($c) => $statement,
            $crate::database::Connection::Sqlite($c) => $statement,
        }
    };
}

/// Values that one statement may carry: SQLite takes 32,766, PostgreSQL 65,535.
const VALUES_PER_STATEMENT: usize = 32_766;

/// How many rows of so many columns one statement may insert on either database.
pub const fn rows_per_statement(columns: usize) -> usize {
    if columns == 0 {
        return VALUES_PER_STATEMENT;
    }
    VALUES_PER_STATEMENT / columns
}
