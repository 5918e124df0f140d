//! The sections of the settings, each with its defaults.

use std::net::SocketAddr;

use chrono::TimeDelta;
use foundation::{DatabaseSettings, DatabaseUrl};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::values;

/// `[database]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSection {
    /// `sqlite:path` or `postgres://user:password@host/name`; `DATABASE_URL` sets it too.
    #[serde(
        deserialize_with = "values::database_url",
        serialize_with = "values::masked_url"
    )]
    pub url: DatabaseUrl,
    /// Connections to keep: more than eight make PostgreSQL slower, not faster.
    pub connections: u32,
    /// Whether `serve` and `worker` bring the schema to this version when they start.
    pub migrate_on_start: bool,
}

impl Default for DatabaseSection {
    fn default() -> Self {
        Self {
            url: "sqlite:gavel.db"
                .parse()
                .expect("the default address is valid"),
            connections: 6,
            migrate_on_start: true,
        }
    }
}

impl DatabaseSection {
    /// What the foundation needs of it.
    pub fn for_foundation(&self) -> DatabaseSettings {
        DatabaseSettings {
            url: self.url.clone(),
            connections: self.connections,
        }
    }
}

/// `[http]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSection {
    /// Address and port to listen on; port 0 takes any free one.
    #[serde(deserialize_with = "values::from_text")]
    pub bind: SocketAddr,
    /// How the site is reached from outside: for links in e-mails and the check of origins.
    pub public_url: String,
    /// Whether cookies are sent over HTTPS only. Browsers take `localhost` for secure.
    pub secure_cookies: bool,
    /// Whether a trusted proxy in front tells the client's address in `Forwarded` or `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Requests a client may send per second, on average.
    pub requests_per_second: u32,
    /// Requests a client may send at once.
    pub burst: u32,
    /// How many seconds a client may take for the head of its first request; then its connection is cut.
    pub head_seconds: u64,
    /// How many seconds after its head the body of a request must be complete.
    pub body_seconds: u64,
    /// How long requests under way may take when the house stops.
    pub drain_seconds: u64,
    /// For how many milliseconds a lot and the beginning of the list are shown as they were read. This
    /// instance shows its own changes at once, another one's that late. 0 reads for every request.
    pub window_ms: u32,
}

impl Default for HttpSection {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://localhost:8080".to_owned(),
            secure_cookies: true,
            behind_proxy: false,
            requests_per_second: 20,
            burst: 100,
            head_seconds: 5,
            body_seconds: 10,
            drain_seconds: 20,
            window_ms: 100,
        }
    }
}

impl HttpSection {
    /// How old a lot may be that is shown.
    pub fn window(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.window_ms.into())
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// `[log]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSection {
    /// How lines look.
    pub format: LogFormat,
    /// What is logged, as `tracing` filters say it: `info,auctions=debug`.
    pub filter: String,
}

impl Default for LogSection {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info,actix_server=warn".to_owned(),
        }
    }
}

/// `[worker]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkerSection {
    /// Threads that deliver, in each process.
    pub threads: usize,
    /// Whether `serve` delivers too, or leaves it to `worker` processes.
    pub inside_server: bool,
    /// For how many days finished deliveries are kept.
    pub keep_finished_days: u32,
}

impl Default for WorkerSection {
    fn default() -> Self {
        Self {
            threads: 2,
            inside_server: true,
            keep_finished_days: 30,
        }
    }
}

/// How bids are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrategyChoice {
    /// Those that wait together, in one transaction: the bidding desk.
    Desk,
    /// Each in a transaction of its own, again when somebody else was quicker. Slower; for comparison.
    Optimistic,
    /// Each in a transaction of its own that locks the lot. Slower; for comparison.
    RowLock,
}

/// `[bidding]`
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BiddingSection {
    /// How bids are decided: `desk`, or for comparison `optimistic` or `row_lock`.
    pub strategy: StrategyChoice,
    /// How many bids may wait for each clerk of the desk; further ones are answered 503.
    pub queue: usize,
    /// How many bids one transaction decides at most.
    pub batch: usize,
    /// How many clerks decide at once on PostgreSQL; 0 is one for each processor. SQLite has one.
    pub clerks: usize,
}

impl Default for BiddingSection {
    fn default() -> Self {
        let defaults = auctions::BiddingSettings::default();
        Self {
            strategy: StrategyChoice::Desk,
            queue: defaults.queue,
            batch: defaults.batch,
            clerks: 0,
        }
    }
}

/// How e-mails leave the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// They do not: they are kept in the database, for staff to read.
    Embedded,
    /// Through a mail server.
    Smtp,
}

/// `[mail]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSection {
    /// How they leave.
    pub transport: MailTransport,
    /// Whom they come from.
    pub sender: String,
    /// The mail server.
    pub smtp: SmtpSection,
}

impl Default for MailSection {
    fn default() -> Self {
        Self {
            transport: MailTransport::Embedded,
            sender: "Gavel <gavel@localhost.localdomain>".to_owned(),
            smtp: SmtpSection::default(),
        }
    }
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpSecurity {
    /// Not at all.
    None,
    /// By STARTTLS, which is required then.
    StartTls,
    /// By TLS from the beginning.
    Tls,
}

/// `[mail.smtp]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpSection {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// Whom to log in as.
    pub user: Option<String>,
    /// With which password.
    #[serde(serialize_with = "values::masked")]
    pub password: Option<SecretString>,
    /// How long to wait for an answer.
    pub timeout_seconds: u64,
}

impl Default for SmtpSection {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            security: SmtpSecurity::StartTls,
            user: None,
            password: None,
            timeout_seconds: 15,
        }
    }
}

/// `[process]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProcessSection {
    /// How long a winner has to pay: `72h`, `3d`.
    #[serde(with = "values::time")]
    pub pay_within: TimeDelta,
    /// How long after winning the winner is reminded.
    #[serde(with = "values::times")]
    pub reminders_after: Vec<TimeDelta>,
}

impl Default for ProcessSection {
    fn default() -> Self {
        Self {
            pay_within: TimeDelta::hours(72),
            reminders_after: vec![TimeDelta::hours(24), TimeDelta::hours(48)],
        }
    }
}
