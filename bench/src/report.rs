//! What a run has to say: a table, goals, and a chart.

mod page;
mod svg;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

pub use page::Figures;

/// One subject on one database.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Section {
    /// Names files: `hot-lot-sqlite`.
    pub id: String,
    /// The heading.
    pub title: String,
    /// What it was measured on, and how.
    pub facts: Vec<String>,
    /// The figures.
    pub table: Table,
    /// What was to be reached.
    pub goals: Vec<Goal>,
    /// The figures as bars.
    pub bars: Vec<Bar>,
    /// What the bars show.
    pub bars_show: String,
}

/// Rows under a heading; the first column is text, the others are numbers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Table {
    /// The heading.
    pub heading: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Something to be reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Goal {
    /// What and how much.
    pub goal: String,
    /// What was measured.
    pub measured: String,
    /// Whether that is enough.
    pub met: bool,
}

/// A bar of a chart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// How long it is.
    pub value: f64,
    /// Whether it is what the others are compared with.
    pub stands_out: bool,
}

impl Goal {
    /// To be at least so much.
    pub fn at_least(goal: &str, wanted: f64, measured: f64, unit: &str) -> Self {
        Self {
            goal: format!("{goal} ≥ {wanted}{unit}"),
            measured: format!("{}{unit}", short(measured)),
            met: measured >= wanted,
        }
    }

    /// To be at most so much.
    pub fn at_most(goal: &str, wanted: f64, measured: f64, unit: &str) -> Self {
        Self {
            goal: format!("{goal} ≤ {wanted}{unit}"),
            measured: format!("{}{unit}", short(measured)),
            met: measured <= wanted,
        }
    }
}

impl Table {
    /// Without rows yet.
    pub fn new(heading: &[&str]) -> Self {
        Self {
            heading: heading.iter().map(|name| (*name).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// With columns of equal width, for a terminal.
    pub fn as_text(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&self.heading]);
            let widths = cells.filter_map(|row| row.get(column));
            widths.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let mut text = String::new();
        for row in [&self.heading].into_iter().chain(&self.rows) {
            for (column, cell) in row.iter().enumerate() {
                let width = width(column);
                let _ = match column {
                    0 => write!(text, "{cell:width$}"),
                    _ => write!(text, "  {cell:>width$}"),
                };
            }
            text.push('\n');
        }
        text
    }
}

impl Section {
    /// Prints it for people.
    pub fn print(&self) {
        println!("\n{}", self.title);
        for fact in &self.facts {
            println!("  {fact}");
        }
        println!("\n{}", self.table.as_text());
        for Goal {
            goal,
            measured,
            met,
        } in &self.goals
        {
            let met = if *met { "met" } else { "MISSED" };
            println!("  {met:7} {goal}: {measured}");
        }
    }
}

/// A number with as many digits as one reads.
pub fn short(value: f64) -> String {
    match value.abs() {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_lines_its_columns_up() {
        let mut table = Table::new(&["who", "n"]);
        table.rows.push(vec!["größer".to_owned(), "12".to_owned()]);
        assert_eq!(table.as_text(), "who      n\ngrößer  12\n");
    }

    #[test]
    fn a_goal_is_met_at_its_edge() {
        assert!(Goal::at_least("x", 1.5, 1.5, "×").met);
        assert!(!Goal::at_least("x", 1.5, 1.49, "×").met);
        assert!(Goal::at_most("x", 50.0, 50.0, " ms").met);
        assert!(!Goal::at_most("x", 50.0, 50.1, " ms").met);
    }
}
