//! `FOR UPDATE` where the database has it.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::connection::{Connection, MultiBackend};

/// A select that locks the rows it finds until the transaction ends.
///
/// On PostgreSQL it adds `FOR UPDATE`; on SQLite the transaction already excludes all other writers. Lock
/// in one statement and load in the next: joined rows read by the locking statement itself may be stale.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Locked<Q>(pub Q);

/// The same, without waiting: rows that somebody else has locked are passed over.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct LockedIfFree<Q>(pub Q);

macro_rules! locking {
    ($wrapper:ident, $clause:literal) => {
        impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for $wrapper<Q> {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
                self.0.walk_ast(pass.reborrow())?;
                if matches!(pass.backend(), MultiBackend::Postgres(_)) {
                    pass.push_sql($clause);
                }
                Ok(())
            }
        }

        impl<Q: Query> Query for $wrapper<Q> {
            type SqlType = Q::SqlType;
        }

        impl<Q> diesel::RunQueryDsl<Connection> for $wrapper<Q> {}
    };
}

locking!(Locked, " FOR UPDATE");
locking!(LockedIfFree, " FOR UPDATE SKIP LOCKED");
