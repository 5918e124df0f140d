//! The last minute of one popular lot.

use crate::house::Estate;
use crate::options::Options;
use crate::report::{Bar, Section};

use super::contest;

/// Measures it.
pub fn measure(options: &Options, estate: &Estate) -> anyhow::Result<Section> {
    let entries = contest::hold(options, estate, 1)?;
    let bars = entries.iter().map(|entry| Bar {
        label: format!("{}, {} clients", entry.way.name, entry.clients),
        value: entry.figures.per_second,
    });
    let database = estate.database();
    Ok(Section {
        id: format!("hot-lot-{}", database.to_lowercase()),
        title: format!("One hot lot, {database}"),
        facts: vec![estate.facts()?],
        table: contest::table(&entries),
        goals: Vec::new(),
        bars: bars.collect(),
        bars_show: "Decisions per second".to_owned(),
    })
}
