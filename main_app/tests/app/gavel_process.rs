//! The real binary as a child process, with the real clock.

use std::io::Write;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long anything that is expected may take, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// One process of the application.
pub struct GavelProcess {
    child: Child,
}

impl GavelProcess {
    /// Starts `gavel serve` on a port.
    pub fn serve(database: &str, port: u16) -> Self {
        Self::serve_with(database, port, &[])
    }

    /// The same with other settings.
    pub fn serve_with(database: &str, port: u16, settings: &[(&str, &str)]) -> Self {
        let bind = format!("127.0.0.1:{port}");
        let bind = [("GAVEL_HTTP__BIND", bind.as_str())];
        Self::start("serve", database, &[&bind, settings].concat())
    }

    /// Starts `gavel worker`.
    pub fn worker(database: &str) -> Self {
        Self::start("worker", database, &[])
    }

    fn start(command: &str, database: &str, variables: &[(&str, &str)]) -> Self {
        let child = gavel(database)
            .arg(command)
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self {
            child: child.unwrap(),
        }
    }

    /// `kill -9`: no chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as an operator stops it; says whether it ended well.
    pub fn stop(mut self) -> bool {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        until("the process ends", || self.child.try_wait().unwrap()).success()
    }
}

impl Drop for GavelProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command line on a database, free of what the test's own environment sets.
pub fn gavel(database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gavel"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GAVEL_")) {
        command.env_remove(name);
    }
    command
        .current_dir(std::env::temp_dir())
        .env("DATABASE_URL", database)
        .env("GAVEL_HTTP__REQUESTS_PER_SECOND", "100000")
        .env("GAVEL_HTTP__BURST", "100000");
    command
}

/// Runs `gavel verify` on a log; gives whether it holds, and all that was printed.
pub fn verify(log: &str, arguments: &[&str]) -> (bool, String) {
    let mut command = gavel("sqlite::memory:");
    command.args(["verify", "-"]).args(arguments);
    let (stdin, stdout, stderr) = (Stdio::piped(), Stdio::piped(), Stdio::piped());
    let mut child = command
        .stdin(stdin)
        .stdout(stdout)
        .stderr(stderr)
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(log.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(printed).unwrap())
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Asks again until there is an answer. Only for what happens in another process, by the real clock.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(answer) = ask() {
            return answer;
        }
        wait(Duration::from_millis(50));
    }
    panic!("in vain for {PATIENCE:?}: {what}");
}

/// Lets another process have its time.
pub fn wait(time: Duration) {
    let until = Instant::now() + time;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}

/// Kills and restarts a server at random moments, given times.
pub fn kill_at_random(database: &str, port: u16, times: u32, seed: u64, over: &AtomicBool) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut server = GavelProcess::serve(database, port);
    for _ in 0..times {
        wait(Duration::from_millis(random.u64(300..2_500)));
        server.kill();
        server = GavelProcess::serve(database, port);
    }
    over.store(true, Ordering::SeqCst);
    until("the story ends", || {
        (!over.load(Ordering::SeqCst)).then_some(())
    });
    assert!(server.stop(), "after SIGTERM the server ends well");
}
