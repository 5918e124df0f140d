//! Batches as a table in a text file (CSV): read as a whole or not at all, and written so that no spreadsheet takes
//! a text for a formula.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use foundation::{Failure, UnitOfWork};

use super::ports::Scope;
use super::serving::Serving;
use super::stock::AddBatch;
use super::stock_views::{BatchView, LineView};
use crate::domain::{BatchReference, Quantity, Sku};

/// The columns of a file of batches.
const COLUMNS: [&str; 4] = ["reference", "sku", "quantity", "eta"];

/// As many rows as are imported in one go.
const MOST_ROWS: usize = 2_000;

/// What is wrong with one row of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {rule}")]
pub struct RowError {
    /// The line of the file, of which the first is 1.
    pub line: u64,
    /// The rule it breaks.
    pub rule: String,
}

/// Why a file of batches was not taken. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportBatchesError {
    /// Rows that break rules, in the order of the file.
    #[error("{} of its rows cannot be taken", .0.len())]
    Rows(Vec<RowError>),
    /// The first line does not name the columns.
    #[error("the first line must be: reference,sku,quantity,eta")]
    Columns,
    /// There is nothing in it.
    #[error("there are no batches in the file")]
    Empty,
    /// More rows than are taken in one go.
    #[error("a file has at most {MOST_ROWS} batches")]
    TooLong,
    /// The machinery failed.
    #[error("the batches could not be added")]
    Unexpected(#[from] Failure),
}

/// Batches that were read from a file, each with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchFile {
    rows: Vec<(u64, AddBatch)>,
}

impl BatchFile {
    /// Reads a file and checks every row by itself and against the others; says everything that is wrong.
    pub fn parse(text: &str) -> Result<Self, ImportBatchesError> {
        let text = text.trim_start_matches('\u{feff}');
        // No value has a line break, so each line is read by itself: what is wrong is found where it stands.
        let lines = (1..).zip(text.lines());
        let mut lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let titles = lines.next().and_then(|(_, line)| values(line).ok());
        let named = titles.iter().flatten().map(str::to_lowercase);
        if !named.eq(COLUMNS.map(str::to_owned)) {
            return Err(ImportBatchesError::Columns);
        }
        let (mut rows, mut errors) = (Vec::new(), Vec::new());
        let mut known: HashMap<BatchReference, u64> = HashMap::new();
        for (line, text) in lines {
            if rows.len() + errors.len() >= MOST_ROWS {
                return Err(ImportBatchesError::TooLong);
            }
            match values(text).and_then(|record| read(&record)) {
                Ok(batch) => match known.insert(batch.reference.clone(), line) {
                    Some(first) => errors.push(RowError {
                        line,
                        rule: format!("line {first} has the same reference"),
                    }),
                    None => rows.push((line, batch)),
                },
                Err(rule) => errors.push(RowError { line, rule }),
            }
        }
        match (errors.is_empty(), rows.is_empty()) {
            (false, _) => Err(ImportBatchesError::Rows(errors)),
            (true, true) => Err(ImportBatchesError::Empty),
            (true, false) => Ok(Self { rows }),
        }
    }

    /// How many batches there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never: a file without batches is refused.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The values of one line.
fn values(line: &str) -> Result<csv::StringRecord, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(_) => Ok(record),
        Err(error) => Err(error.to_string()),
    }
}

/// Everything that is wrong with a row, in one sentence.
fn read(record: &csv::StringRecord) -> Result<AddBatch, String> {
    if record.len() != COLUMNS.len() {
        return Err(format!("it has {} values instead of 4", record.len()));
    }
    let reference = BatchReference::parse(&record[0]).map_err(|error| error.to_string());
    let sku = Sku::parse(&record[1]).map_err(|error| error.to_string());
    let number = record[2].parse().unwrap_or_default();
    let purchased = Quantity::try_new(number).map_err(|error| error.to_string());
    let eta = match &record[3] {
        "" => Ok(None),
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Some)
            .map_err(|_| "an eta is a date such as 2026-12-24, or nothing".to_owned()),
    };
    match (reference, sku, purchased, eta) {
        (Ok(reference), Ok(sku), Ok(purchased), Ok(eta)) => Ok(AddBatch {
            reference,
            sku,
            purchased,
            eta,
        }),
        (reference, sku, purchased, eta) => {
            let rules = [reference.err(), sku.err(), purchased.err(), eta.err()];
            Err(rules.into_iter().flatten().collect::<Vec<_>>().join("; "))
        }
    }
}

/// Adds all batches of a file, or none; whoever waited for them is served.
pub(crate) fn import_batches(
    serving: &Serving,
    file: &BatchFile,
    uow: &mut UnitOfWork,
) -> Result<(), ImportBatchesError> {
    let references: Vec<&BatchReference> =
        file.rows.iter().map(|(_, row)| &row.reference).collect();
    let taken = serving.products.taken(&references, uow)?;
    let errors = file
        .rows
        .iter()
        .filter(|(_, row)| taken.contains(&row.reference));
    let errors: Vec<RowError> = errors
        .map(|(line, row)| RowError {
            line: *line,
            rule: format!("there is a batch {} already", row.reference),
        })
        .collect();
    if !errors.is_empty() {
        return Err(ImportBatchesError::Rows(errors));
    }
    // One product after the other in the order of their names, so that two imports never wait for each other.
    let mut by_sku: BTreeMap<&Sku, Vec<&AddBatch>> = BTreeMap::new();
    for (_, row) in &file.rows {
        by_sku.entry(&row.sku).or_default().push(row);
    }
    let now = uow.now();
    for (sku, batches) in by_sku {
        let mut product = serving.product(sku, Scope::Orders(&[]), uow)?;
        for batch in batches {
            product.add_batch(batch.reference.clone(), batch.purchased, batch.eta, now);
        }
        serving.settle(&mut product, &[], uow)?;
    }
    Ok(())
}

/// Batches as a file: the columns that an import takes, and how their pieces stand.
pub(crate) fn export_batches(batches: &[BatchView]) -> Result<String, Failure> {
    let titles = COLUMNS
        .into_iter()
        .chain(["allocated", "gone", "available"]);
    let rows = batches.iter().map(|batch| {
        vec![
            batch.reference.to_string(),
            batch.sku.to_string(),
            batch.purchased.to_string(),
            batch.eta.map(|eta| eta.to_string()).unwrap_or_default(),
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

/// A text that begins like a formula is one to a spreadsheet, unless an apostrophe stands before it.
fn harmless(text: String) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        true => format!("'{text}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_with_a_file_is_said_at_once() {
        let text = "\u{feff}Reference, SKU ,quantity,eta\n\
                    one,clock,5,\n\
                    two words,=clock,0,tomorrow\n\
                    \n\
                    one,clock,1,2026-12-24\n\
                    three,clock,1\n\
                    four,clock,1,2026-12-24\n";
        let Err(ImportBatchesError::Rows(errors)) = BatchFile::parse(text) else {
            panic!("the file was taken");
        };
        let lines: Vec<u64> = errors.iter().map(|error| error.line).collect();
        assert_eq!(lines, [3, 5, 6]);
        let rules = &errors[0].rule;
        for part in [
            "a batch's reference has",
            "an SKU has",
            "a quantity is",
            "an eta is",
        ] {
            assert!(rules.contains(part), "{rules}");
        }
        assert_eq!(errors[1].rule, "line 2 has the same reference");
        assert_eq!(errors[2].rule, "it has 3 values instead of 4");
    }

    #[test]
    fn a_file_has_its_columns_and_at_least_one_row() {
        let of = |text: &str| BatchFile::parse(text);
        assert!(matches!(of(""), Err(ImportBatchesError::Columns)));
        assert!(matches!(
            of("sku,reference,quantity,eta\na,b,1,"),
            Err(ImportBatchesError::Columns)
        ));
        assert!(matches!(
            of("reference,sku,quantity,eta\n"),
            Err(ImportBatchesError::Empty)
        ));
        let long = "reference,sku,quantity,eta\n".to_owned() + &"=,=,=,=\n".repeat(MOST_ROWS + 1);
        assert!(matches!(of(&long), Err(ImportBatchesError::TooLong)));
        assert_eq!(
            of("reference,sku,quantity,eta\r\n\"a\",b,1,\r\n")
                .unwrap()
                .len(),
            1
        );
    }

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
