//! Single numbers out of the database.

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::{Failure, Transactions};

/// The single number that a query answers, in a column called `count`.
pub fn number(transactions: &Transactions, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let row: Result<Row, Failure> =
        transactions.read(|reader| Ok(sql_query(query).get_result(reader.connection())?));
    row.unwrap().count
}
