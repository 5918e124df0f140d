//! Statements written once for both databases: many rows at a time, and what to do about a conflict.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use foundation::database::rows_per_statement;
use foundation::testing::Backend;
use foundation::{Failure, insert_all, on_each};
use rstest::rstest;

use crate::bench::Bench;

diesel::table! {
    foundation_audit (id) {
        id -> foundation::database::Guid,
        at -> Timestamp,
        actor -> Text,
        act -> Text,
        subject -> Text,
        detail -> Text,
    }
}

foundation::typed_id! {
    /// Identifies an entry.
    EntryId
}

const COLUMNS: usize = 6;

#[derive(Clone, Insertable)]
#[diesel(table_name = foundation_audit, treat_none_as_default_value = false)]
struct EntryRow {
    id: EntryId,
    at: NaiveDateTime,
    actor: String,
    act: String,
    subject: String,
    detail: String,
}

fn rows(count: usize) -> Vec<EntryRow> {
    let start = DateTime::UNIX_EPOCH.naive_utc();
    let row = |number: usize| EntryRow {
        id: EntryId::generate(),
        at: start + TimeDelta::seconds(number as i64),
        actor: "test".into(),
        act: "insert".into(),
        subject: number.to_string(),
        detail: String::new(),
    };
    (0..count).map(row).collect()
}

fn written(bench: &Bench) -> i64 {
    bench.count("SELECT count(*) AS count FROM foundation_audit")
}

#[rstest]
fn many_rows_go_in_with_few_statements(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let rows = rows(rows_per_statement(COLUMNS) * 2 + 1);
    let statements: Result<usize, Failure> = bench.app.transactions().run(|uow| {
        let chunks = rows.chunks(rows_per_statement(COLUMNS));
        let statements = chunks.len();
        for rows in chunks {
            on_each!(uow.connection(), c => {
                diesel::insert_into(foundation_audit::table).values(rows).execute(c)
            })?;
        }
        Ok(statements)
    });
    assert_eq!(statements.unwrap(), 3);
    assert_eq!(written(&bench), rows.len() as i64);
}

#[rstest]
#[case::none(0)]
#[case::one(1)]
#[case::many(rows_per_statement(COLUMNS) + 1)]
fn all_rows_go_in_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] count: usize,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let rows = rows(count);
    let inserted: Result<usize, Failure> = bench.app.transactions().run(|uow| {
        let table = uow.connection();
        Ok(insert_all!(
            table,
            foundation_audit {
                id,
                at,
                actor,
                act,
                subject,
                detail
            },
            &rows[..]
        )?)
    });
    assert_eq!(inserted.unwrap(), count);
    assert_eq!(written(&bench), count as i64);
    let right = "SELECT count(*) AS count FROM foundation_audit
                 WHERE subject <> '' AND actor = 'test' AND act = 'insert' AND detail = ''";
    assert_eq!(
        bench.count(right),
        count as i64,
        "every value in its column"
    );
}

#[test]
fn a_statement_with_more_rows_is_refused_by_sqlite() {
    let bench = Bench::on(Backend::Sqlite).unwrap();
    let rows = rows(rows_per_statement(COLUMNS) + 1);
    let written: Result<usize, Failure> = bench.app.transactions().run(|uow| {
        Ok(on_each!(uow.connection(), c => {
            diesel::insert_into(foundation_audit::table).values(&rows).execute(c)
        })?)
    });
    assert!(matches!(written, Err(Failure::Database(_))), "{written:?}");
}

#[rstest]
fn a_row_that_is_there_already_is_left_alone_when_told_so(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let rows = rows(3);
    let insert = |rows: &[EntryRow]| {
        let inserted: Result<usize, Failure> = bench.app.transactions().run(|uow| {
            Ok(on_each!(uow.connection(), c => {
                diesel::insert_into(foundation_audit::table)
                    .values(rows)
                    .on_conflict_do_nothing()
                    .execute(c)
            })?)
        });
        inserted.unwrap()
    };
    assert_eq!(insert(&rows[..2]), 2);
    assert_eq!(insert(&rows), 1);
    assert_eq!(written(&bench), 3);
}
