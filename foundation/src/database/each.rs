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

/// Inserts rows into a table, with the columns that the rows have fields for; says how many.
///
/// ```ignore
/// insert_all!(uow.connection(), auctions_bids { id, auction_id, amount }, &rows)?;
/// ```
///
/// For hundreds of rows this is several times faster on PostgreSQL than a list of values: each column
/// travels as one array, so the statement stays short. The table is named as in the database, and the rows
/// are `Insertable` structs (see [`on_each!`]) whose fields are named like the columns.
#[macro_export]
macro_rules! insert_all {
    ($connection:expr, $table:ident { $($column:ident),+ $(,)? }, $rows:expr) => {{
        use $crate::reexports::diesel::{self, RunQueryDsl as _};
        let columns = [$(stringify!($column)),+];
        match $rows {
            [] => Ok(0),
            [row] => $crate::on_each!($connection, c => {
                diesel::insert_into($table::table).values(row).execute(c)
            }),
            rows => match $connection {
                $crate::database::Connection::Postgres(c) => {
                    diesel::sql_query($crate::database::insertion(stringify!($table), &columns))
                        $(.bind::<diesel::sql_types::Array<
                            <$table::$column as diesel::Expression>::SqlType,
                        >, _>(rows.iter().map(|row| &row.$column).collect::<Vec<_>>()))+
                        .execute(c)
                }
                $crate::database::Connection::Sqlite(c) => {
                    let per_statement = $crate::database::rows_per_statement(columns.len());
                    rows.chunks(per_statement).try_fold(0, |before, rows| {
                        let inserted = diesel::insert_into($table::table).values(rows).execute(c)?;
                        Ok(before + inserted)
                    })
                }
            },
        }
    }};
}

/// The statement that makes rows of one array for each column.
#[doc(hidden)]
pub fn insertion(table: &str, columns: &[&str]) -> String {
    let arrays: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let (columns, arrays) = (columns.join(", "), arrays.join(", "));
    format!("INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})")
}

/// Updates rows of a table whose `version` is still the one they were loaded with, and says how many those
/// are: with one statement on PostgreSQL, where each costs a journey, and row by row on SQLite.
///
/// ```ignore
/// update_all!(uow.connection(), auctions_auctions { version, price_minor, status }, &changes)?;
/// ```
///
/// A change is the row's `id`, the version that it was loaded with, and an `AsChangeset` struct with a field
/// for each of the columns.
#[macro_export]
macro_rules! update_all {
    ($connection:expr, $table:ident { $($column:ident),+ $(,)? }, $changes:expr) => {{
        use $crate::reexports::diesel::{self, ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
        let columns = [$(stringify!($column)),+];
        match ($connection, $changes) {
            ($crate::database::Connection::Postgres(c), changes) if changes.len() > 1 => {
                diesel::sql_query($crate::database::update(stringify!($table), &columns))
                    .bind::<diesel::sql_types::Array<
                        <$table::id as diesel::Expression>::SqlType,
                    >, _>(changes.iter().map(|(id, _, _)| id).collect::<Vec<_>>())
                    .bind::<diesel::sql_types::Array<diesel::sql_types::BigInt>, _>(
                        changes.iter().map(|(_, loaded, _)| loaded).collect::<Vec<_>>(),
                    )
                    $(.bind::<diesel::sql_types::Array<
                        <$table::$column as diesel::Expression>::SqlType,
                    >, _>(changes.iter().map(|(_, _, new)| &new.$column).collect::<Vec<_>>()))+
                    .execute(c)
            }
            (connection, changes) => changes.iter().try_fold(0, |before, (id, loaded, new)| {
                let as_loaded = $table::table.find(id).filter($table::version.eq(loaded));
                let updated = diesel::update(as_loaded).set(new).execute(connection)?;
                Ok(before + updated)
            }),
        }
    }};
}

/// The statement that gives rows the values of one array for each column. Saying twice which rows leads
/// PostgreSQL to the index, whatever it believes about the table's size.
#[doc(hidden)]
pub fn update(table: &str, columns: &[&str]) -> String {
    let arrays: Vec<String> = (1..=columns.len() + 2).map(|n| format!("${n}")).collect();
    let values: Vec<String> = columns.iter().map(|c| format!("{c} = new.{c}")).collect();
    let (arrays, values, columns) = (arrays.join(", "), values.join(", "), columns.join(", "));
    format!(
        "UPDATE {table} SET {values}
         FROM (SELECT * FROM unnest({arrays})) AS new (row_id, row_loaded, {columns})
         WHERE {table}.id = new.row_id AND {table}.version = new.row_loaded
           AND {table}.id = ANY ($1)"
    )
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
