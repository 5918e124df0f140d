//! The stock as tables in text files (CSV), written so that no spreadsheet takes a text for a formula.

use std::collections::HashMap;

use foundation::Failure;

use super::stock_csv::COLUMNS;
use super::stock_views::{BatchView, LineView};
use crate::ids::ConsignorId;

/// Batches as a file: the columns that an import takes, and how their pieces stand.
pub(crate) fn export_batches(
    batches: &[BatchView],
    names: &HashMap<ConsignorId, String>,
) -> Result<String, Failure> {
    let name = |consignor: ConsignorId| {
        let known = names.get(&consignor).cloned();
        known.unwrap_or_else(|| consignor.to_string())
    };
    let titles = COLUMNS
        .into_iter()
        .chain(["allocated", "gone", "available"]);
    let rows = batches.iter().map(|batch| {
        vec![
            batch.reference.to_string(),
            batch.sku.to_string(),
            batch.purchased.to_string(),
            batch.eta.map(|eta| eta.to_string()).unwrap_or_default(),
            batch.consignor.map(name).unwrap_or_default(),
            batch.allocated.to_string(),
            batch.gone.to_string(),
            batch.available().to_string(),
        ]
    });
    written(titles.collect(), rows)
}

/// What is promised to whom as a file.
pub(crate) fn export_lines(batches: &[BatchView]) -> Result<String, Failure> {
    let titles = vec![
        "order", "sku", "batch", "eta", "quantity", "since", "item", "status",
    ];
    let lines = batches
        .iter()
        .flat_map(|batch| batch.lines.iter().map(move |line| (batch, line)));
    let rows = lines.map(|(batch, line): (&BatchView, &LineView)| {
        let package = line.package.as_ref();
        vec![
            line.order.to_string(),
            batch.sku.to_string(),
            batch.reference.to_string(),
            batch.eta.map(|eta| eta.to_string()).unwrap_or_default(),
            line.quantity.to_string(),
            line.allocated_at.to_rfc3339(),
            package
                .map(|package| package.item.clone())
                .unwrap_or_default(),
            package
                .map(|package| package.status.to_string())
                .unwrap_or_default(),
        ]
    });
    written(titles, rows)
}

fn written(titles: Vec<&str>, rows: impl Iterator<Item = Vec<String>>) -> Result<String, Failure> {
    let broken = |error: csv::Error| Failure::Defect(format!("a table is no CSV: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(titles).map_err(broken)?;
    for row in rows {
        let harmless = row.into_iter().map(harmless);
        writer.write_record(harmless).map_err(broken)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Failure::Defect(format!("a table is no CSV: {error}")))?;
    String::from_utf8(bytes).map_err(Failure::damaged)
}

/// How a formula begins.
const LIKE_A_FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// A text that begins like a formula is one to a spreadsheet, unless an apostrophe stands before it.
fn harmless(text: String) -> String {
    match text.starts_with(LIKE_A_FORMULA) {
        true => format!("'{text}"),
        false => text,
    }
}

/// A text as it was before [`harmless`] had to do something about it.
pub(super) fn plain(text: &str) -> &str {
    let without = text.strip_prefix('\'').unwrap_or(text);
    match without.starts_with(LIKE_A_FORMULA) {
        true => without,
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_taken_for_a_formula() {
        let rows = [vec![
            "=1+1".to_owned(),
            "@x".into(),
            "-2".into(),
            "a=b".into(),
        ]];
        let text = written(vec!["a", "b", "c", "d"], rows.into_iter()).unwrap();
        assert_eq!(text, "a,b,c,d\n'=1+1,'@x,'-2,a=b\n");
    }
}
