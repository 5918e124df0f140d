//! Whether the process lives, whether it can serve, and how everything it stands on is.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use foundation::database::Backend;
use foundation::{Database, Failure};
use serde::Serialize;

use super::blocking::Work;
use super::house::House;
use super::problem::Problem;
use crate::composition::Inject;

/// The state of everything.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// Whether all checks succeed.
    pub healthy: bool,
    /// Version of the program.
    pub version: &'static str,
    /// The checks.
    pub checks: Vec<Check>,
}

/// One thing that the house stands on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is in order.
    pub healthy: bool,
    /// What was found.
    pub detail: String,
    /// How long looking took.
    pub milliseconds: u64,
}

/// The process lives.
#[utoipa::path(tag = "operation", responses((status = 200, description = "The process lives.")))]
#[get("/health/live")]
pub(super) async fn live() -> &'static str {
    "alive\n"
}

/// The process can serve: database, migrations, not about to stop.
#[utoipa::path(tag = "operation", responses(
    (status = 200, description = "Requests may be sent here.", body = Health),
    (status = 503, description = "Send requests elsewhere.", body = Health),
))]
#[get("/health/ready")]
pub(super) async fn ready(
    house: web::Data<House>,
    database: Inject<Database>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    answer(house, database, work, false).await
}

/// All checks with their times.
#[utoipa::path(tag = "operation", responses(
    (status = 200, description = "Everything is in order.", body = Health),
    (status = 503, description = "Something is not.", body = Health),
))]
#[get("/health")]
pub(super) async fn full(
    house: web::Data<House>,
    database: Inject<Database>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    answer(house, database, work, true).await
}

async fn answer(
    house: web::Data<House>,
    database: Inject<Database>,
    work: Work,
    all: bool,
) -> Result<HttpResponse, Problem> {
    let closing = house.is_closing();
    let app = house.app().clone();
    let checks = work.at_desk(move || {
        let mut checks = vec![
            stopping(closing),
            check("database", || database_answers(&database)),
            check("migrations", || migrations_are_current(&database)),
        ];
        if all {
            checks.push(check("deliveries", || deliveries_move(&app)));
        }
        Ok::<_, Failure>(checks)
    });
    let checks = checks.await?;
    let healthy = checks.iter().all(|check| check.healthy);
    let status = if healthy {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let version = env!("CARGO_PKG_VERSION");
    Ok(HttpResponse::build(status).json(Health {
        healthy,
        version,
        checks,
    }))
}

/// Runs one check and takes its time.
pub fn check(name: &'static str, look: impl FnOnce() -> Result<String, String>) -> Check {
    let started = Instant::now();
    let found = look();
    Check {
        name,
        healthy: found.is_ok(),
        detail: found.unwrap_or_else(|trouble| trouble),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

fn stopping(closing: bool) -> Check {
    check("process", || {
        if closing {
            Err("about to stop".to_owned())
        } else {
            Ok("serving".to_owned())
        }
    })
}

/// Whether the database answers.
pub fn database_answers(database: &Database) -> Result<String, String> {
    database.ping().map_err(|error| error.to_string())?;
    let name = match database.backend() {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    };
    Ok(format!("{name} answers"))
}

/// Whether the schema is the one that this binary was built for.
pub fn migrations_are_current(database: &Database) -> Result<String, String> {
    let all = database
        .migration_status()
        .map_err(|error| error.to_string())?;
    let missing: Vec<_> = all
        .iter()
        .filter(|one| !one.applied)
        .map(|one| &*one.name)
        .collect();
    if missing.is_empty() {
        Ok(format!("all {} applied", all.len()))
    } else {
        Err(format!("not applied: {}", missing.join(", ")))
    }
}

/// How long a due delivery may wait before something is wrong with the workers.
const LONG_WAIT: Duration = Duration::from_secs(300);

/// Whether due deliveries are worked off.
pub fn deliveries_move(app: &crate::composition::AppModule) -> Result<String, String> {
    let deliveries = crate::composition::component::<foundation::DeliveryAdministration>(app);
    let transactions = crate::composition::component::<foundation::Transactions>(app);
    let totals = transactions
        .read(|reader| deliveries.totals(reader))
        .map_err(|error: Failure| error.to_string())?;
    let now = transactions.clock().now();
    let waits = totals
        .oldest_due
        .and_then(|due| (now - due).to_std().ok())
        .unwrap_or_default();
    let text = format!(
        "{} due, {} scheduled, {} dead, the oldest waits {} s",
        totals.due,
        totals.scheduled,
        totals.dead,
        waits.as_secs()
    );
    if waits > LONG_WAIT || totals.dead > 0 {
        Err(text)
    } else {
        Ok(text)
    }
}
