//! Fresh databases: a file in a folder of its own, or a database of random name on a given server. Both are
//! gone when dropped.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use super::process_files::stat;

/// A database that is dropped with this value.
#[derive(Debug)]
pub enum Store {
    /// A file.
    Sqlite {
        /// Its folder.
        folder: tempfile::TempDir,
    },
    /// A database on a server.
    Postgres {
        /// The database named by whoever measures: from it the other is made and dropped.
        home: String,
        /// Its own name.
        name: String,
    },
}

/// A database of which copies are made.
#[derive(Debug)]
pub struct Template {
    original: Store,
}

const FILE: &str = "gavel.db";

impl Store {
    /// An empty file.
    pub fn sqlite() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("gavel-bench-").tempdir()?;
        Ok(Self::Sqlite { folder })
    }

    /// A new database on the server of the given one, as a copy of `original`.
    pub fn postgres(home: &str, original: &str) -> anyhow::Result<Self> {
        let random: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(10)
            .collect();
        let name = format!("gavel_bench_{}", random.to_lowercase());
        psql(home, &format!("CREATE DATABASE {name} TEMPLATE {original}"))?;
        Ok(Self::Postgres {
            home: home.to_owned(),
            name,
        })
    }

    /// What the server is given as `DATABASE_URL`.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite { folder } => format!("sqlite:{}", folder.path().join(FILE).display()),
            Self::Postgres { home, name } => with_name(home, name),
        }
    }

    /// What the database is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Which version it is and how durable its commits are.
    pub fn facts(&self) -> anyhow::Result<String> {
        let Self::Postgres { .. } = self else {
            return Ok("SQLite inside the server, WAL, synchronous=FULL".to_owned());
        };
        let show = |setting| psql(&self.url(), &format!("SHOW {setting}"));
        let version = show("server_version")?;
        let version = version.split_whitespace().next().unwrap_or_default();
        let mut facts = format!("PostgreSQL {version}");
        for setting in [
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "wal_sync_method",
            "shared_buffers",
        ] {
            facts += &format!(", {setting}={}", show(setting)?);
        }
        Ok(facts)
    }

    /// The first process of the cluster, when it is on this machine; SQLite has none.
    pub fn postmaster(&self) -> anyhow::Result<Option<u32>> {
        let Self::Postgres { .. } = self else {
            return Ok(None);
        };
        let query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
        let checkpointer: u32 = psql(&self.url(), query)?.parse()?;
        let named = std::fs::read_to_string(format!("/proc/{checkpointer}/cmdline"));
        let here = named.is_ok_and(|name| name.contains("postgres"));
        Ok(stat(checkpointer).filter(|_| here).map(|stat| stat.parent))
    }

    fn copy(&self) -> anyhow::Result<Self> {
        match self {
            Self::Sqlite { folder } => {
                let copy = Self::sqlite()?;
                if let Self::Sqlite { folder: new } = &copy {
                    copy_files(folder.path(), new.path())?;
                }
                Ok(copy)
            }
            Self::Postgres { home, name } => Self::postgres(home, name),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Self::Postgres { home, name } = self {
            let dropped = psql(home, &format!("DROP DATABASE {name} WITH (FORCE)"));
            if let Err(error) = dropped {
                eprintln!("the database {name} is left behind: {error:#}");
            }
        }
    }
}

impl Template {
    /// On SQLite without a URL, on PostgreSQL with one.
    pub fn new(url: Option<&str>) -> anyhow::Result<Self> {
        let original = match url {
            None => Store::sqlite()?,
            Some(url) if url.starts_with("postgres") => Store::postgres(url, "template1")?,
            Some(url) => {
                bail!("'{url}' is no postgres:// URL; without one, a fresh SQLite file is measured")
            }
        };
        Ok(Self { original })
    }

    /// The database that is copied.
    pub fn original(&self) -> &Store {
        &self.original
    }

    /// A copy. Nobody may be at work in the original.
    pub fn copy(&self) -> anyhow::Result<Store> {
        self.original.copy()
    }
}

/// Runs one statement and returns what it answers.
pub fn psql(url: &str, statement: &str) -> anyhow::Result<String> {
    let output = Command::new("psql")
        .args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement])
        .output()
        .context("psql is missing; install it: apt install postgresql-client")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "psql: {}", said.trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The URL with another database.
fn with_name(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let host = address[scheme..]
        .find('/')
        .map_or(address, |at| &address[..scheme + at]);
    let options = if options.is_empty() {
        String::new()
    } else {
        format!("?{options}")
    };
    format!("{host}/{name}{options}")
}

fn copy_files(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let path: PathBuf = entry?.path();
        let name = path.file_name().context("a file has a name")?;
        std::fs::copy(&path, to.join(name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        "postgres://a:b@h:1/x?sslmode=require",
        "postgres://a:b@h:1/n?sslmode=require"
    )]
    #[case("postgres://h/x", "postgres://h/n")]
    #[case("postgres://h", "postgres://h/n")]
    fn another_database_of_the_same_server(#[case] url: &str, #[case] expected: &str) {
        assert_eq!(with_name(url, "n"), expected);
    }
}
