//! A database for each test, cloned from a migrated template.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection as _, QueryableByName, RunQueryDsl, sql_query};
use tempfile::TempDir;

pub use crate::database::Backend;
use crate::database::{Database, DatabaseSettings};
use crate::ids::new_id;

/// Names the PostgreSQL server that tests may create databases on, as `postgres://user@host:port/name`.
const SERVER: &str = "GAVEL_TEST_POSTGRES";

/// A migrated, empty database that goes away with this value.
pub struct TestDatabase {
    database: Database,
    last_look: OnceLock<LastLook>,
    left_broken: AtomicBool,
    url: String,
    _folder: Option<TempDir>,
    dropped_with: Option<DropDatabase>,
}

/// What looks at a database once its test has passed.
type LastLook = Box<dyn Fn() + Send + Sync>;

struct DropDatabase {
    server: String,
    name: String,
}

impl TestDatabase {
    /// Makes a database; `None`, with a printed line, when the test's machine has no PostgreSQL.
    pub fn on(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => Some(Self::sqlite()),
            Backend::Postgres => match std::env::var(SERVER) {
                Ok(server) => Some(Self::postgres(&server)),
                Err(_) => {
                    println!("skipped: {SERVER} names no PostgreSQL server (bin/test starts one)");
                    None
                }
            },
        }
    }

    /// The open database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Changes rows behind the application's back.
    pub fn tamper(&self, statement: &str) {
        tamper(&self.database, statement);
    }

    /// Has what the test leaves behind looked at when the test has passed: what must hold after every test of a
    /// bench is said once, by the bench. The look fails the test by panicking. The first one counts, so that a
    /// bench may be put together again on the same database.
    pub fn finally(&self, look: impl Fn() + Send + Sync + 'static) {
        let _ = self.last_look.set(Box::new(look));
    }

    /// Leaves out the last look: for a test that breaks on purpose what it is about.
    pub fn is_left_broken(&self) {
        self.left_broken.store(true, Ordering::Relaxed);
    }

    /// Its URL, for another process.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let database = open(&url);
        database.migrate().expect("the migrations run on SQLite");
        Self {
            database,
            last_look: OnceLock::new(),
            left_broken: AtomicBool::new(false),
            url,
            _folder: Some(folder),
            dropped_with: None,
        }
    }

    fn postgres(server: &str) -> Self {
        let mut connection = PgConnection::establish(server).expect("the test server answers");
        let template = format!("gavel_template_{:016x}", migrations_fingerprint());
        prepare_template(server, &template, &mut connection);
        let name = format!("gavel_test_{}", new_id().simple());
        connection
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .expect("a database can be cloned");
        let url = with_name(server, &name);
        let database = open(&url);
        // The template may come from a binary built before the newest migration was written.
        database
            .migrate()
            .expect("the migrations run on PostgreSQL");
        Self {
            database,
            last_look: OnceLock::new(),
            left_broken: AtomicBool::new(false),
            url,
            _folder: None,
            dropped_with: Some(DropDatabase {
                server: server.to_owned(),
                name,
            }),
        }
    }
}

impl Drop for DropDatabase {
    fn drop(&mut self) {
        if let Ok(mut connection) = PgConnection::establish(&self.server) {
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            // The server is thrown away after the tests: what stays behind harms nobody.
            let _ = connection.batch_execute(&drop);
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let dropped_with = self.dropped_with.take();
        let last_look = self.last_look.take();
        let excused = std::thread::panicking() || self.left_broken.load(Ordering::Relaxed);
        if let Some(look) = last_look.filter(|_| !excused) {
            look();
        }
        drop(dropped_with);
    }
}

/// Changes rows behind the application's back.
pub fn tamper(database: &Database, statement: &str) {
    database
        .writer()
        .expect("the test database answers")
        .batch_execute(statement)
        .expect("the statement is right");
}

fn open(url: &str) -> Database {
    let settings = DatabaseSettings {
        url: url.parse().expect("the test's URL is valid"),
        connections: 4,
    };
    Database::open(settings).expect("the test database opens")
}

/// Migrates the template once, however many test processes start together.
fn prepare_template(server: &str, template: &str, connection: &mut PgConnection) {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    connection
        .batch_execute("SELECT pg_advisory_lock(7241)")
        .expect("the server has advisory locks");
    let known = format!("SELECT count(*) AS count FROM pg_database WHERE datname = '{template}'");
    let known: Count = sql_query(known)
        .get_result(connection)
        .expect("the server lists its databases");
    if known.count == 0 {
        let draft = format!("{template}_draft");
        let statements = [
            format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"),
            format!("CREATE DATABASE {draft}"),
        ];
        for statement in statements {
            connection
                .batch_execute(&statement)
                .expect("the template can be made");
        }
        let database = open(&with_name(server, &draft));
        database
            .migrate()
            .expect("the migrations run on PostgreSQL");
        drop(database);
        connection
            .batch_execute(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{draft}';
                 ALTER DATABASE {draft} RENAME TO {template}"
            ))
            .expect("the template can be named");
    }
    connection
        .batch_execute("SELECT pg_advisory_unlock(7241)")
        .expect("the lock is held");
}

fn with_name(server: &str, name: &str) -> String {
    let (start, _) = server
        .rsplit_once('/')
        .expect("the server's URL ends with a database");
    format!("{start}/{name}")
}

fn migrations_fingerprint() -> u64 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["migrations", "migrations_by_database/postgres"];
    let entries = folders.into_iter().flat_map(|folder| {
        std::fs::read_dir(root.join(folder)).expect("the migrations stand beside the crates")
    });
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path().join("up.sql")))
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        std::fs::read(&file).unwrap_or_default().hash(&mut hasher);
    }
    hasher.finish()
}
