//! `gavel doctor`

use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

use actix_web::http::Uri;
use clap::Args;
use customer_relationship::CustomersFacade;
use foundation::{Database, SystemClock};
use serde::Serialize;

use super::ledger;
use super::opening::{Opened, assemble, open_existing, unknown_handlers};
use super::printing::print_line;
use crate::composition::{AppModule, component};
use crate::configuration::{GatewayChoice, Settings};
use crate::http::health::{
    Check, check, database_answers, deliveries_move, migrations_are_current,
};

/// How far the machine's clock may be off the database's. Instances correct themselves by it, but certificates
/// and log lines do not.
const SKEW_SECONDS: i64 = 2;
const REACH: Duration = Duration::from_secs(5);

/// Look at everything the house stands on. Ends with an error when something is wrong.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Prove the ledger instead: debits equal credits, and it tells what billings and credit accounts tell.
    #[arg(long)]
    ledger: bool,
}

/// What was found, and what to do about it.
#[derive(Debug, Serialize)]
struct Finding {
    #[serde(flatten)]
    check: Check,
    /// How to mend it, where it needs mending.
    remedy: Option<&'static str>,
}

impl Doctor {
    pub(super) fn run(&self, settings: &Settings) -> anyhow::Result<ExitCode> {
        if self.ledger {
            return ledger::prove(settings, self.json);
        }
        let findings = examine(settings);
        let healthy = findings.iter().all(|finding| finding.check.healthy);
        if self.json {
            print_line(serde_json::to_string_pretty(&findings)?)?;
        } else {
            findings.iter().try_for_each(print)?;
        }
        Ok(if healthy {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn print(finding: &Finding) -> std::io::Result<()> {
    let Check {
        name,
        healthy,
        detail,
        ..
    } = &finding.check;
    let mark = if *healthy { "ok   " } else { "WRONG" };
    print_line(format_args!("{mark}  {name:13} {detail}"))?;
    if let Some(remedy) = finding.remedy {
        print_line(format_args!("       {:13} mend it: {remedy}", ""))?;
    }
    Ok(())
}

fn examine(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![finding("configuration", "", || {
        Ok("every setting is known".into())
    })];
    let remedy = if settings.database.url.is_missing() {
        "check DATABASE_URL, or run: gavel migrate"
    } else {
        "check DATABASE_URL, and that the server runs and lets this user in"
    };
    match open_existing(settings) {
        Ok(database) => examine_house(&assemble(settings, database), &mut findings),
        Err(error) => findings.push(finding("database", remedy, || Err(format!("{error:#}")))),
    }
    let remedy = "check the base_url under payments and the way to it";
    findings.push(finding("gateway", remedy, || {
        gateways_are_reachable(settings)
    }));
    findings
}

fn examine_house(opened: &Opened, findings: &mut Vec<Finding>) {
    let database = &opened.database;
    let mut look = |name, remedy, look: &dyn Fn() -> Result<String, String>| {
        findings.push(finding(name, remedy, look));
    };
    look("database", "see what the server says", &|| {
        database_answers(database)
    });
    look("migrations", "run: gavel migrate", &|| {
        migrations_are_current(database)
    });
    look("clock", "set the machine's clock by NTP", &|| {
        clocks_agree(database)
    });
    let remedy = "run gavel serve or gavel worker; look at gavel deliveries list";
    look("deliveries", remedy, &|| deliveries_are_well(&opened.app));
    let remedy = "check the settings under mail.smtp";
    look("mail", remedy, &|| mail_is_reachable(&opened.app));
}

fn finding(
    name: &'static str,
    remedy: &'static str,
    look: impl FnOnce() -> Result<String, String>,
) -> Finding {
    let check = check(name, look);
    let remedy = (!check.healthy).then_some(remedy);
    Finding { check, remedy }
}

fn clocks_agree(database: &Database) -> Result<String, String> {
    let ahead = database.clock_ahead_of(&SystemClock::default());
    let Some(ahead) = ahead.map_err(|error| error.to_string())? else {
        return Ok("the database has no clock of its own".into());
    };
    let text = format!(
        "the database's clock is {} ms ahead",
        ahead.by.num_milliseconds()
    );
    if ahead.by.num_seconds().abs() < SKEW_SECONDS {
        Ok(text)
    } else {
        Err(text)
    }
}

fn deliveries_are_well(app: &AppModule) -> Result<String, String> {
    let unknown = unknown_handlers(app).map_err(|error| format!("{error:#}"))?;
    if !unknown.is_empty() {
        return Err(format!(
            "no handler in this version: {}",
            unknown.join(", ")
        ));
    }
    deliveries_move(app)
}

fn mail_is_reachable(app: &AppModule) -> Result<String, String> {
    let customers = component::<CustomersFacade>(app);
    let destination = customers.mail_destination();
    match customers.check_mail() {
        Ok(()) => Ok(destination),
        Err(error) => Err(format!("{destination}: {:#}", anyhow::Error::from(error))),
    }
}

fn gateways_are_reachable(settings: &Settings) -> Result<String, String> {
    let payments = &settings.payments;
    let places = payments.gateways.iter().filter_map(|choice| match choice {
        GatewayChoice::Test => None,
        GatewayChoice::Stripe => Some(&payments.stripe.base_url),
        GatewayChoice::KakaoPay => Some(&payments.kakaopay.base_url),
    });
    let reached = places.map(|base| is_reachable(base));
    let reached = reached.collect::<Result<Vec<_>, _>>()?;
    match reached.is_empty() {
        true => Ok("test gateway; no money moves".into()),
        false => Ok(reached.join(", ")),
    }
}

fn is_reachable(base: &str) -> Result<String, String> {
    let uri: Uri = base.parse().map_err(|error| format!("{base}: {error}"))?;
    let port = match uri.scheme_str() {
        Some("http") => 80,
        Some(_) | None => 443,
    };
    reach(
        uri.host().unwrap_or_default(),
        uri.port_u16().unwrap_or(port),
    )
}

fn reach(host: &str, port: u16) -> Result<String, String> {
    let place = format!("{host}:{port}");
    let mut addresses = place
        .to_socket_addrs()
        .map_err(|error| format!("{place}: {error}"))?;
    let Some(address) = addresses.next() else {
        return Err(format!("{place} has no address"));
    };
    TcpStream::connect_timeout(&address, REACH).map_err(|error| format!("{place}: {error}"))?;
    Ok(format!("{place} answers"))
}
