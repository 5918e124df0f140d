//! The server as a child process.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::{Store, Terms};
use crate::calls;
use crate::pause::pause;
use crate::wire::Shown;

const PATIENCE: Duration = Duration::from_secs(60);
/// One address sends all requests here, and its limit is not what is measured.
const NO_LIMIT: &str = "1000000";

/// The server's program.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
}

/// A running child that serves HTTP.
pub struct Child {
    process: std::process::Child,
    address: SocketAddr,
    /// Holds the log until the end.
    folder: tempfile::TempDir,
}

impl Child {
    /// Starts a program that serves at the address, and waits until the path is answered with 200.
    pub fn start(mut command: Command, address: SocketAddr, path: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let log = File::create(folder.path().join("log"))?;
        let process = command
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("the server cannot be started")?;
        let mut child = Self {
            process,
            address,
            folder,
        };
        child.wait_until_ready(path)?;
        Ok(child)
    }

    /// Where it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to stop and waits until it has ended well.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let id = self.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait()? {
                ensure!(status.success(), "the server ended badly: {}", self.log());
                return Ok(());
            }
            pause(Duration::from_millis(10));
        }
        bail!("the server does not stop: {}", self.log())
    }

    fn wait_until_ready(&mut self, path: &str) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if self.process.try_wait()?.is_some() {
                bail!("the server ended while it started: {}", self.log());
            }
            let reply = calls::one(self.address, calls::get(path, Shown::Nothing));
            if reply.is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
            pause(Duration::from_millis(50));
        }
        bail!("the server does not become ready: {}", self.log())
    }

    /// The end of what it has logged.
    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(10).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Program {
    /// The one that is named, or else the one that cargo has put beside this program.
    pub fn find(named: Option<&Path>) -> anyhow::Result<Self> {
        let own = std::env::current_exe().context("this program does not know where it is")?;
        let beside = own.with_file_name("gavel");
        let path = named.map_or(beside, Path::to_path_buf);
        ensure!(
            path.exists(),
            "there is no server at {}; build it: cargo build --release -p main_app",
            path.display()
        );
        Ok(Self {
            path: path.canonicalize()?,
        })
    }

    /// Starts `gavel serve` and waits until it is ready.
    pub fn serve(&self, database: &Store, terms: &Terms) -> anyhow::Result<Child> {
        let address = free_address()?;
        let mut command = self.command();
        command
            .arg("serve")
            .env("DATABASE_URL", database.url())
            .env("GAVEL_HTTP__BIND", address.to_string())
            .env("GAVEL_HTTP__REQUESTS_PER_SECOND", NO_LIMIT)
            .env("GAVEL_HTTP__BURST", NO_LIMIT);
        for (name, value) in &terms.settings {
            command.env(name, value);
        }
        Child::start(command, address, "/health/ready")
    }

    /// Whether it has a setting, as `config show` names it.
    pub fn knows_setting(&self, name: &str) -> anyhow::Result<bool> {
        let shown = self.command().args(["config", "show"]).output()?;
        ensure!(shown.status.success(), "'gavel config show' fails");
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        let named = format!("{name} = ");
        Ok(shown.lines().any(|line| line.starts_with(&named)))
    }

    /// A command line of it, free of the settings of whoever measures.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        for (name, _) in std::env::vars() {
            if name.starts_with("GAVEL_") || name == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        command
    }
}

/// An address that nobody listens on.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
