//! One typed [`Settings`]: defaults, then `gavel.toml`, then the environment. Whatever it does not know is
//! an error, so that a misspelt setting cannot be silently without effect.
//!
//! An environment variable is named after its setting: `GAVEL_HTTP__BIND` is `bind` under `[http]`.
//! `DATABASE_URL` is the database's address, as everywhere else, and `GAVEL_CONFIG` names another file.

mod house;
mod modules;
mod payments;
mod sections;
mod shipping;
mod values;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use config::{Config, Environment, File, FileFormat};
use serde::{Deserialize, Serialize};

pub use house::{DocumentsSection, HouseSection};
pub use payments::{GatewayChoice, KakaoPaySection, LockingChoice, PaymentsSection, StripeSection};
pub use sections::{
    BiddingSection, DatabaseSection, HttpSection, LogFormat, LogSection, MailSection,
    MailTransport, ProcessSection, SmtpSection, SmtpSecurity, StrategyChoice, WorkerSection,
};
pub use shipping::{CarrierChoice, EasyPostSection, ShippingSection};

use crate::accounts::AccountsSettings;

/// The file that is read when no other is named; it may be missing.
const DEFAULT_FILE: &str = "gavel.toml";

/// For how many milliseconds at most a process may go by what it remembers, instead of the database.
const LONGEST_MEMORY_MS: u32 = 10_000;

/// Everything that can be set.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The house itself, as its documents name it.
    pub house: HouseSection,
    /// How documents are made.
    pub documents: DocumentsSection,
    /// Where the data are.
    pub database: DatabaseSection,
    /// How the site is served.
    pub http: HttpSection,
    /// What is logged, and how.
    pub log: LogSection,
    /// How deliveries are worked off.
    pub worker: WorkerSection,
    /// Sessions, tokens and the limits of guessing.
    pub accounts: AccountsSettings,
    /// How bids are decided.
    pub bidding: BiddingSection,
    /// Who carries the money.
    pub payments: PaymentsSection,
    /// What is in the house, and how it leaves.
    pub shipping: ShippingSection,
    /// How e-mails leave the house.
    pub mail: MailSection,
    /// How long a winner may take to pay.
    pub process: ProcessSection,
}

/// The settings do not make sense.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A setting is unknown, or has a value of the wrong kind.
    #[error("the settings cannot be read: {0}")]
    Unreadable(#[from] config::ConfigError),
    /// Settings that do not go together.
    #[error("the setting {setting} is wrong: {rule}")]
    Inconsistent {
        /// Its name, such as `payments.stripe.secret_key`.
        setting: &'static str,
        /// What it must be.
        rule: &'static str,
    },
}

/// Where settings come from. Tests name their own; the application takes [`Sources::of_process`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The settings file; `None` when there is none.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: HashMap<String, String>,
}

impl Sources {
    /// The process's own environment, and the file that it names or `gavel.toml`.
    pub fn of_process() -> Self {
        let environment: HashMap<String, String> = std::env::vars().collect();
        let file = match environment.get("GAVEL_CONFIG") {
            Some(named) => Some(PathBuf::from(named)),
            None => Path::new(DEFAULT_FILE)
                .exists()
                .then(|| DEFAULT_FILE.into()),
        };
        Self { file, environment }
    }
}

impl Settings {
    /// Reads the settings.
    pub fn load(sources: &Sources) -> Result<Self, SettingsError> {
        let mut builder = Config::builder();
        if let Some(file) = &sources.file {
            builder = builder.add_source(File::new(&file.to_string_lossy(), FileFormat::Toml));
        }
        let environment = Environment::with_prefix("GAVEL")
            .prefix_separator("_")
            .separator("__")
            .source(Some(own_variables(&sources.environment)));
        builder = builder.add_source(environment);
        if let Some(url) = sources.environment.get("DATABASE_URL") {
            builder = builder.set_override("database.url", url.as_str())?;
        }
        let settings: Self = builder.build()?.try_deserialize()?;
        settings.check()?;
        Ok(settings)
    }

    /// The settings of the demonstration: one process, no secrets needed, nothing leaves the machine.
    pub fn for_demo(
        mut self,
        database: &Path,
    ) -> Result<Self, foundation::database::InvalidDatabaseUrl> {
        self.database.url = format!("sqlite:{}", database.display()).parse()?;
        self.http.secure_cookies = false;
        self.http.requests_per_second = 200;
        self.http.burst = 1_000;
        self.payments = PaymentsSection::default();
        self.mail = MailSection::default();
        self.shipping = ShippingSection::default();
        if self.house == HouseSection::default() {
            self.house = HouseSection::of_demo();
        }
        Ok(self)
    }

    /// The settings as lines of `name = value`, secrets masked.
    pub fn shown(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let tree = serde_json::to_value(self).expect("settings are made of texts and numbers");
        flatten("", &tree, &mut lines);
        lines
    }

    fn check(&self) -> Result<(), SettingsError> {
        let wrong = |setting, rule| Err(SettingsError::Inconsistent { setting, rule });
        if self.database.connections == 0 {
            return wrong("database.connections", "it must be at least 1");
        }
        if self.http.requests_per_second == 0 || self.http.burst == 0 {
            return wrong(
                "http.requests_per_second",
                "it and http.burst must be at least 1",
            );
        }
        if self.http.window_ms > LONGEST_MEMORY_MS {
            return wrong("http.window_ms", "it must be at most 10000");
        }
        if self.accounts.remember_credentials_ms > LONGEST_MEMORY_MS {
            return wrong(
                "accounts.remember_credentials_ms",
                "it must be at most 10000",
            );
        }
        if self.worker.threads == 0 {
            return wrong("worker.threads", "it must be at least 1");
        }
        self.shipping.check()?;
        if let Some((setting, rule)) = self.house.mistake() {
            return wrong(setting, rule);
        }
        self.payments.check()?;
        if self.mail.transport == MailTransport::Smtp && self.mail.smtp.host.is_empty() {
            return wrong("mail.smtp.host", "the transport 'smtp' needs it");
        }
        if customer_relationship::Sender::parse(&self.mail.sender).is_err() {
            return wrong(
                "mail.sender",
                "it must look like 'Gavel <gavel@example.com>'",
            );
        }
        if self.process.pay_within <= TimeDelta::zero() {
            return wrong(
                "process.pay_within",
                "it must be more than nothing, such as 72h",
            );
        }
        Ok(())
    }
}

/// Variables that are settings: those for the tests and the command line have their own readers.
fn own_variables(environment: &HashMap<String, String>) -> HashMap<String, String> {
    const OTHERS: [&str; 2] = ["GAVEL_CONFIG", "GAVEL_ADMIN_PASSWORD"];
    let own = environment.iter().filter(|(name, _)| {
        name.starts_with("GAVEL_")
            && !name.starts_with("GAVEL_TEST_")
            && !OTHERS.contains(&name.as_str())
    });
    own.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn flatten(prefix: &str, value: &serde_json::Value, lines: &mut Vec<String>) {
    let serde_json::Value::Object(fields) = value else {
        if !value.is_null() {
            lines.push(format!("{prefix} = {value}"));
        }
        return;
    };
    for (name, value) in fields {
        let name = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        flatten(&name, value, lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn load(file: &str, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gavel.toml");
        std::fs::write(&path, file).unwrap();
        let environment = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::load(&Sources {
            file: Some(path),
            environment: environment.collect(),
        })
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let file = "[http]\nbind = '0.0.0.0:80'\npublic_url = 'https://gavel.example'";
        let settings = load(
            file,
            &[
                ("GAVEL_HTTP__BIND", "127.0.0.1:1"),
                ("GAVEL_DATABASE__CONNECTIONS", "3"),
                ("GAVEL_PROCESS__REMINDERS_AFTER", "90m, 2h"),
                ("DATABASE_URL", "sqlite:other.db"),
                ("GAVEL_TEST_POSTGRES", "not a setting"),
            ],
        )
        .unwrap();
        assert_eq!(settings.http.bind.to_string(), "127.0.0.1:1");
        assert_eq!(settings.http.public_url, "https://gavel.example");
        assert_eq!(settings.database.connections, 3);
        assert_eq!(settings.database.url.masked(), "sqlite:other.db");
        let reminders = [TimeDelta::minutes(90), TimeDelta::hours(2)];
        assert_eq!(settings.process.reminders_after, reminders);
        assert_eq!(settings.worker.threads, WorkerSection::default().threads);
    }

    #[rstest]
    #[case("[http]\nbnid = '0.0.0.0:80'", &[], "bnid")]
    #[case("", &[("GAVEL_HTPP__BIND", "x")], "htpp")]
    #[case("", &[("GAVEL_HTTP__BIND", "nowhere")], "nowhere")]
    #[case("", &[("DATABASE_URL", "mysql://x")], "'sqlite:'")]
    #[case("[house]\nname = ' '", &[], "house.name")]
    #[case("[house]\ntime_zone = 'Seoul'", &[], "house.time_zone")]
    #[case("[payments]\ngateway = 'stripe'", &[], "payments.stripe.secret_key")]
    #[case("[payments]\ntax_basis_points = 10001", &[], "payments.tax_basis_points")]
    #[case("[payments]\ncheckout_minutes = 0", &[], "payments.checkout_minutes")]
    #[case("[shipping]\ncarrier = \"easypost\"", &[], "shipping.easypost.api_key")]
    #[case("[shipping]\ncarrier = \"easypost\"\n[shipping.easypost]\napi_key = \"k\"", &[], "shipping.sender")]
    #[case("[payments]\ngateways = ['kakaopay']", &[], "payments.kakaopay.secret_key")]
    #[case("[payments]\ngateways = ['kakaopay']\nkakaopay = { secret_key = 'k', cid = '' }", &[], "payments.kakaopay.cid")]
    #[case("[payments]\ngateways = ['test', 'test']", &[], "payments.gateways")]
    #[case("", &[("GAVEL_PAYMENTS__GATEWAYS", "paypal")], "paypal")]
    #[case("[mail]\ntransport = 'smtp'", &[], "mail.smtp.host")]
    #[case("[worker]\nthreads = 0", &[], "worker.threads")]
    #[case("[http]\nwindow_ms = 10001", &[], "http.window_ms")]
    #[case("[accounts]\nremember_credentials_ms = 10001", &[], "accounts.remember_credentials_ms")]
    #[case("[process]\npay_within = '3 days'", &[], "72h")]
    #[case("[process]\npay_within = '0h'", &[], "process.pay_within")]
    fn a_mistake_is_an_error_that_names_the_setting(
        #[case] file: &str,
        #[case] variables: &[(&str, &str)],
        #[case] named: &str,
    ) {
        let error = load(file, variables).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }

    #[test]
    fn secrets_are_shown_masked() {
        let settings = load(
            "[payments]\ngateway = 'stripe'\nstripe = { secret_key = '00123456' }",
            &[
                ("DATABASE_URL", "postgres://gavel:s3cret@db/gavel"),
                ("GAVEL_MAIL__SMTP__PASSWORD", "0042"),
            ],
        )
        .unwrap();
        let shown = settings.shown().join("\n");
        assert!(
            shown.contains(r#"payments.stripe.secret_key = "***""#),
            "{shown}"
        );
        assert!(shown.contains(r#"mail.smtp.password = "***""#));
        for secret in ["00123456", "s3cret", "0042"] {
            assert!(!shown.contains(secret) && !format!("{settings:?}").contains(secret));
        }
    }
}
