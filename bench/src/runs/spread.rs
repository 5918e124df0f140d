//! Bids all over the house.

use crate::house::Estate;
use crate::options::Options;
use crate::report::{Goal, Section};

use super::contest::{self, Entry};

const LOTS: usize = 1_000;

/// Measures it.
pub fn measure(options: &Options, estate: &Estate) -> anyhow::Result<Section> {
    let lots = options.lots.unwrap_or(LOTS);
    let entries = contest::hold(options, estate, lots)?;
    let database = estate.database();
    Ok(Section {
        id: format!("spread-{}", database.to_lowercase()),
        title: format!("Bids on {lots} lots, {database}"),
        facts: vec![estate.facts()?, contest::manner(options)],
        table: contest::table(&entries),
        goals: goals(&entries),
        bars: contest::bars(&entries),
        bars_show: "Decisions per second".to_owned(),
    })
}

fn goals(entries: &[Entry]) -> Vec<Goal> {
    let desks = entries.iter().filter(|entry| entry.way.is_desk());
    let goals = desks.filter_map(|desk| {
        let baseline = contest::best_transaction(entries, desk.clients)?;
        let ratio = desk.figures.per_second / baseline.figures.per_second;
        let goal = format!(
            "desk beside {}, {} clients",
            baseline.way.name, desk.clients
        );
        Some(Goal::at_least(&goal, 1.5, ratio, "×"))
    });
    goals.collect()
}
