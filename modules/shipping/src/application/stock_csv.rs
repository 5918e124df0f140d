//! Batches as a table in a text file (CSV), read as a whole or not at all.

use std::collections::{BTreeMap, HashMap};

use foundation::{Failure, UnitOfWork};

use super::ports::Scope;
use super::serving::Serving;
use super::stock::{AddBatch, AddBatchError};
use super::stock_export::plain;
use crate::domain::{BatchReference, OthersGoods, Product, Quantity, Sku, parse_eta};
use crate::ids::ConsignorId;

/// The columns of a file of batches.
pub(super) const COLUMNS: [&str; 5] = ["reference", "sku", "quantity", "eta", "consignor"];

/// As many of them as there have to be: nobody needs to say again whose goods they are.
const NEEDED: usize = 4;

/// Those who have goods here, by what files call them: their e-mail addresses, which other modules know.
pub type NamedConsignors = HashMap<String, ConsignorId>;

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
    #[error(
        "the first line must be: reference,sku,quantity,eta or: reference,sku,quantity,eta,consignor"
    )]
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

/// Batches that were read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchFile {
    rows: Vec<BatchRow>,
}

/// One row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct BatchRow {
    line: u64,
    batch: AddBatch,
    /// By what the file calls the consignor, where it names one.
    named: Option<String>,
}

impl BatchRow {
    /// Whose the file says the goods are, if it says so.
    fn consignor(&self, known: &NamedConsignors) -> Result<Option<ConsignorId>, RowError> {
        let Some(named) = &self.named else {
            return Ok(None);
        };
        let unknown = || self.error(format!("there is no seller {named}"));
        known.get(named).copied().map(Some).ok_or_else(unknown)
    }

    fn error(&self, rule: String) -> RowError {
        RowError {
            line: self.line,
            rule,
        }
    }
}

impl BatchFile {
    /// Reads a file and checks every row by itself and against the others; says everything that is wrong.
    pub fn parse(text: &str) -> Result<Self, ImportBatchesError> {
        let text = text.trim_start_matches('\u{feff}');
        // No value has a line break, so each line is read by itself: what is wrong is found where it stands.
        let lines = (1..).zip(text.lines());
        let mut lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let titles = lines.next().and_then(|(_, line)| values(line).ok());
        let titles: Vec<String> = titles.iter().flatten().map(str::to_lowercase).collect();
        let columns = titles.len();
        if !(NEEDED..=COLUMNS.len()).contains(&columns) || titles != COLUMNS[..columns] {
            return Err(ImportBatchesError::Columns);
        }
        let (mut rows, mut errors) = (Vec::new(), Vec::new());
        let mut known: HashMap<BatchReference, u64> = HashMap::new();
        for (line, text) in lines {
            if rows.len() + errors.len() >= MOST_ROWS {
                return Err(ImportBatchesError::TooLong);
            }
            match values(text).and_then(|record| read(&record, columns)) {
                Ok((batch, named)) => match known.insert(batch.reference.clone(), line) {
                    Some(first) => errors.push(RowError {
                        line,
                        rule: format!("line {first} has the same reference"),
                    }),
                    None => rows.push(BatchRow { line, batch, named }),
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

    /// By what it calls consignors, as often as it does.
    pub fn consignors(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(|row| row.named.as_deref())
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

/// A row of so many columns: the batch, and by what it calls the consignor. Or everything that is wrong with it, in
/// one sentence.
fn read(record: &csv::StringRecord, columns: usize) -> Result<(AddBatch, Option<String>), String> {
    if record.len() != columns {
        let values = record.len();
        return Err(format!("it has {values} values instead of {columns}"));
    }
    let named = record.get(NEEDED).filter(|named| !named.is_empty());
    let named = named.map(|named| plain(named).to_owned());
    let reference = BatchReference::parse(&record[0]).map_err(|error| error.to_string());
    let sku = Sku::parse(&record[1]).map_err(|error| error.to_string());
    let number = record[2].parse().unwrap_or_default();
    let purchased = Quantity::try_new(number).map_err(|error| error.to_string());
    let eta = parse_eta(&record[3]).map_err(|error| error.to_string());
    match (reference, sku, purchased, eta) {
        (Ok(reference), Ok(sku), Ok(purchased), Ok(eta)) => {
            let batch = AddBatch {
                reference,
                sku,
                purchased,
                eta,
                consignor: None,
            };
            Ok((batch, named))
        }
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
    known: &NamedConsignors,
    uow: &mut UnitOfWork,
) -> Result<(), ImportBatchesError> {
    let references: Vec<&BatchReference> =
        file.rows.iter().map(|row| &row.batch.reference).collect();
    let taken = serving.products.taken(&references, uow)?;
    let is_taken = |row: &&BatchRow| taken.contains(&row.batch.reference);
    let mut errors: Vec<RowError> = file
        .rows
        .iter()
        .filter(is_taken)
        .map(|row| row.error(format!("there is a batch {} already", row.batch.reference)))
        .collect();
    // One product after the other in the order of their names, so that two imports never wait for each other.
    let mut by_sku: BTreeMap<&Sku, Vec<&BatchRow>> = BTreeMap::new();
    for row in &file.rows {
        by_sku.entry(&row.batch.sku).or_default().push(row);
    }
    for (sku, rows) in by_sku {
        let mut product = serving.product(sku, Scope::Orders(&[]), uow)?;
        for row in rows {
            errors.extend(add_row(row, &mut product, known, uow).err());
        }
        // What is saved beside a mistake is undone with the whole transaction.
        if errors.is_empty() {
            serving.settle(&mut product, &[], uow)?;
        }
    }
    errors.sort_by_key(|error| error.line);
    match errors.is_empty() {
        true => Ok(()),
        false => Err(ImportBatchesError::Rows(errors)),
    }
}

fn add_row(
    row: &BatchRow,
    product: &mut Product,
    known: &NamedConsignors,
    uow: &UnitOfWork,
) -> Result<(), RowError> {
    let consignor = row.consignor(known)?;
    let batch = row.batch.clone();
    product.add_batch(batch.reference, batch.purchased, batch.eta, uow.now());
    let Some(consignor) = consignor else {
        return Ok(());
    };
    product.entrust(consignor).map_err(|OthersGoods| {
        let others = AddBatchError::OthersGoods(batch.sku);
        row.error(others.to_string())
    })
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
    fn a_file_may_say_whose_the_goods_are() {
        let text = "reference,sku,quantity,eta,Consignor\n\
                    one,clock,5,,Sam@Seller.example\n\
                    two,clock,1,,\n\
                    three,clock,1,2026-12-24,'+tag@seller.example\n";
        let file = BatchFile::parse(text).unwrap();
        let named: Vec<&str> = file.consignors().collect();
        assert_eq!(
            named,
            ["Sam@Seller.example", "+tag@seller.example"],
            "an apostrophe that keeps a spreadsheet from counting is none of the name's"
        );
        let short = "reference,sku,quantity,eta,consignor\none,clock,5,\n";
        let Err(ImportBatchesError::Rows(errors)) = BatchFile::parse(short) else {
            panic!("the file was taken");
        };
        assert_eq!(errors[0].rule, "it has 4 values instead of 5");
        let other = BatchFile::parse("reference,sku,quantity,eta,owner\none,clock,5,,\n");
        assert!(matches!(other, Err(ImportBatchesError::Columns)));
    }
}
