//! The last minute of one popular lot.

use crate::house::Estate;
use crate::options::Options;
use crate::report::{Goal, Section};

use super::contest::{self, Entry, Way};
use super::pgbench;

/// So many clients press for throughput, and so few for short answer times.
const MANY: usize = 256;
const FEW: usize = 32;

/// Measures it.
pub fn measure(options: &Options, estate: &Estate) -> anyhow::Result<Section> {
    let mut entries = contest::hold(options, estate, 1)?;
    if estate.database() == "PostgreSQL" {
        entries.extend(without_server(options, estate)?);
    }
    entries.sort_by_key(|entry| entry.clients);
    let database = estate.database();
    Ok(Section {
        id: format!("hot-lot-{}", database.to_lowercase()),
        title: format!("One hot lot, {database}"),
        facts: vec![estate.facts()?, contest::manner(options)],
        table: contest::table(&entries),
        goals: goals(&entries, database),
        bars: contest::bars(&entries),
        bars_show: "Decisions per second".to_owned(),
    })
}

fn without_server(options: &Options, estate: &Estate) -> anyhow::Result<Vec<Entry>> {
    let runs = options.clients.iter().map(|&clients| {
        let (clients, figures) = pgbench::run(&estate.ground()?, clients, options.seconds)?;
        Ok(Entry {
            way: Way::PGBENCH,
            clients,
            figures,
        })
    });
    runs.collect()
}

fn goals(entries: &[Entry], database: &str) -> Vec<Goal> {
    let mut goals = Vec::new();
    let desks: Vec<_> = entries.iter().filter(|entry| entry.way.is_desk()).collect();
    for desk in &desks {
        let (wanted, baseline) = match database {
            "PostgreSQL" => (10.0, contest::row_lock(entries, desk.clients)),
            _ => (5.0, contest::best_transaction(entries, desk.clients)),
        };
        let asked = desk.clients >= MANY;
        if let Some(baseline) = baseline.filter(|_| asked) {
            let ratio = desk.figures.per_second / baseline.figures.per_second;
            let goal = format!(
                "desk beside {}, {} clients",
                baseline.way.name, desk.clients
            );
            goals.push(Goal::at_least(&goal, wanted, ratio, "×"));
        }
        if desk.clients <= FEW {
            let goal = format!("p99 of the desk, {} clients", desk.clients);
            goals.push(Goal::at_most(&goal, 50.0, desk.figures.p99_ms, " ms"));
        }
    }
    goals
}
