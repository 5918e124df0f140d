//! The page of the documentation: figures between two marks, words around them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{Goal, Section, Table, svg};

const BEGIN: &str = "<!-- figures: written by bench -->";
const END: &str = "<!-- end of the figures -->";

/// All that one session measured.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Figures {
    /// The command that measured them.
    pub command: String,
    /// Processors of the machine.
    pub processors: usize,
    /// By subject.
    pub sections: Vec<Section>,
}

impl Figures {
    /// Replaces the figures of the page, and the charts in the folder of its name beside it.
    pub fn publish(&self, page: &Path) -> anyhow::Result<()> {
        let name = page.display();
        let old = fs::read_to_string(page).with_context(|| format!("{name} cannot be read"))?;
        let folder = page.with_extension("");
        let new = replaced(&old, &self.markdown(&folder))
            .with_context(|| format!("{name} lacks the marks between which figures stand"))?;
        self.draw(&folder)?;
        Ok(fs::write(page, new)?)
    }

    /// Draws all charts into a folder.
    pub fn draw(&self, folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        for section in &self.sections {
            if let Some(chart) = svg::chart(section) {
                fs::write(folder.join(format!("{}.svg", section.id)), chart)?;
            }
        }
        Ok(())
    }

    fn markdown(&self, folder: &Path) -> String {
        let folder = folder.file_name().unwrap_or_default().to_string_lossy();
        let mut text = format!(
            "\nMeasured with `{}` on {} processors, shared by server, database and clients.\n\n",
            self.command, self.processors
        );
        text += &goals(&self.sections);
        for section in &self.sections {
            let _ = write!(text, "\n### {}\n\n", section.title);
            for fact in &section.facts {
                let _ = writeln!(text, "- {fact}");
            }
            let _ = write!(text, "\n{}", table(&section.table, "---:"));
            if !section.bars.is_empty() {
                let (show, id) = (&section.bars_show, &section.id);
                let _ = write!(text, "\n![{}: {show}]({folder}/{id}.svg)\n", section.title);
            }
        }
        text + "\n"
    }
}

fn goals(sections: &[Section]) -> String {
    let mut all = Table::new(&["subject", "goal", "measured", "met"]);
    for section in sections {
        for Goal {
            goal,
            measured,
            met,
        } in &section.goals
        {
            let met = if *met { "yes" } else { "**no**" };
            all.rows.push(vec![
                section.title.clone(),
                goal.clone(),
                measured.clone(),
                met.to_owned(),
            ]);
        }
    }
    table(&all, "---")
}

fn table(table: &Table, alignment: &str) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule: Vec<_> = (0..table.heading.len())
        .map(|column| if column == 0 { "---" } else { alignment }.to_owned())
        .collect();
    let rows = table.rows.iter().map(|row| line(row));
    line(&table.heading) + &line(&rule) + &rows.collect::<String>()
}

fn replaced(page: &str, figures: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{figures}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let page = format!("words\n{BEGIN}\nold\n{END}\nmore words\n");
        let expected = format!("words\n{BEGIN}\nnew\n{END}\nmore words\n");
        assert_eq!(replaced(&page, "new\n"), Some(expected));
        assert_eq!(replaced("no marks", "new"), None);
    }
}
