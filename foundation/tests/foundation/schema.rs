//! Every `schema.rs` says what the migrated database has.

use std::collections::BTreeMap;
use std::path::Path;

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use foundation::Failure;
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::Bench;

/// Tables with their columns: name, kind of value, whether NULL is allowed.
type Tables = BTreeMap<String, Vec<(String, String, bool)>>;

fn declared() -> Tables {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let modules = std::fs::read_dir(root.join("modules")).unwrap();
    let mut files = vec![root.join("foundation/src/schema.rs")];
    files.extend(modules.map(|module| module.unwrap().path().join("src/schema.rs")));
    files.extend(
        ["main_app/src/accounts/schema.rs", "main_app/src/schema.rs"].map(|file| root.join(file)),
    );
    let mut tables = Tables::new();
    for file in files.iter().filter(|file| file.exists()) {
        let text = std::fs::read_to_string(file).unwrap();
        for table in text.split("table! {").skip(1) {
            let (head, rest) = table.split_once('{').unwrap();
            let name = head.trim().split([' ', '(']).next().unwrap();
            let body = rest.split_once('}').unwrap().0;
            let columns = body.split(',').filter_map(|line| line.split_once("->"));
            tables.insert(
                name.to_owned(),
                columns.map(|(name, kind)| column(name, kind)).collect(),
            );
        }
    }
    tables
}

fn column(name: &str, kind: &str) -> (String, String, bool) {
    let kind = kind.trim();
    let inner = kind
        .strip_prefix("Nullable<")
        .and_then(|kind| kind.strip_suffix('>'));
    let plain = inner.unwrap_or(kind).rsplit("::").next().unwrap();
    let name = name.trim().lines().last().unwrap().trim();
    (name.to_owned(), plain.to_owned(), inner.is_some())
}

/// What diesel calls the database's type.
fn diesel_name(kind: &str) -> &'static str {
    match kind.to_lowercase().as_str() {
        "uuid" => "Guid",
        "text" | "character" | "char(3)" | "char(2)" => "Text",
        "bigint" => "BigInt",
        "integer" => "Integer",
        "boolean" => "Bool",
        "date" => "Date",
        "timestamp" | "timestamp without time zone" => "Timestamp",
        "bytea" | "blob" => "Binary",
        other => panic!("the type '{other}' is not one that both databases have"),
    }
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = sql_types::Text)]
    column_name: String,
    #[diesel(sql_type = sql_types::Text)]
    kind: String,
    #[diesel(sql_type = sql_types::Bool)]
    nullable: bool,
}

fn migrated(bench: &Bench, backend: Backend) -> Tables {
    let query = match backend {
        Backend::Sqlite => {
            "SELECT m.name AS table_name, c.name AS column_name, c.type AS kind, c.\"notnull\" = 0 AS nullable
             FROM sqlite_master m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY m.name, c.cid"
        }
        Backend::Postgres => {
            "SELECT table_name::text, column_name::text, data_type::text AS kind, is_nullable = 'YES' AS nullable
             FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' ORDER BY table_name, ordinal_position"
        }
    };
    let rows: Result<Vec<ColumnRow>, Failure> = bench
        .app
        .transactions()
        .read(|reader| Ok(sql_query(query).load(reader.connection())?));
    let mut tables = Tables::new();
    for row in rows.unwrap() {
        let column = (
            row.column_name,
            diesel_name(&row.kind).to_owned(),
            row.nullable,
        );
        tables.entry(row.table_name).or_default().push(column);
    }
    tables
}

#[rstest]
fn the_schema_files_match_the_migrated_database(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (declared, migrated) = (declared(), migrated(&bench, backend));
    let names = |tables: &Tables| tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&declared), names(&migrated));
    for (name, columns) in &declared {
        assert_eq!(columns, &migrated[name], "{name}");
    }
}
