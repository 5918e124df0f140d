//! What is shown of the stock, and stock that comes from a file.

use std::collections::HashMap;

use foundation::testing::Backend;
use rstest::rstest;
use shipping::{
    BatchFile, ConsigneeId, ImportBatchesError, NamedConsignors, PackageStatus, StockChoice,
    StockView, WaitsFor,
};

use crate::bench::Bench;
use crate::warehouse::{day, line, sku};

impl Bench {
    fn imports(&self, text: &str) -> Result<(), ImportBatchesError> {
        let file = BatchFile::parse(text)?;
        let transactions = self.app.transactions();
        let nobody = NamedConsignors::new();
        transactions.run(|uow| self.shipping.import_batches(&file, &nobody, uow))
    }

    fn stock(&self) -> Vec<StockView> {
        self.read(|reader| self.shipping.stock(None, 100, reader))
    }
}

#[rstest]
fn the_stock_is_shown_by_goods_with_what_is_promised_to_whom(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "later", 5, day(9)).unwrap();
    bench.stocks("CLOCK", "here", 3, None).unwrap();
    bench.stocks("ARMCHAIR", "chairs", 1, None).unwrap();
    let package = bench.sells("CLOCK", 2);
    let by_hand = line("CLOCK", 4);
    assert_eq!(bench.allocates(&by_hand).unwrap(), "LATER");
    let gone = line("CLOCK", 1);
    bench.allocates(&gone).unwrap();
    bench.hands_out(&gone).unwrap();
    let waiting = bench.sells("CLOCK", 7);
    let refunded = bench.sells("CLOCK", 9);
    bench.chooses(refunded, StockChoice::Refund, None).unwrap();

    let stock = bench.stock();
    let names: Vec<&str> = stock.iter().map(|goods| goods.sku.as_str()).collect();
    assert_eq!(names, ["ARMCHAIR", "CLOCK"]);
    let clocks = StockView {
        sku: sku("CLOCK"),
        consignor: None,
        available: 0,
        expected: 1,
        allocated: 6,
        gone: 1,
        wanted: 7,
    };
    assert_eq!(stock[1], clocks);
    let after = bench.read(|reader| bench.shipping.stock(Some(&sku("ARMCHAIR")), 1, reader));
    assert_eq!(after, std::slice::from_ref(&clocks));

    let product = bench.read(|reader| bench.shipping.product(&sku("CLOCK"), reader));
    let product = product.unwrap();
    assert_eq!(product.stock, clocks);
    let batches: Vec<&str> = product
        .batches
        .iter()
        .map(|batch| batch.reference.as_str())
        .collect();
    assert_eq!(batches, ["HERE", "LATER"]);
    let [here, later] = [&product.batches[0], &product.batches[1]];
    assert_eq!((here.lines.len(), later.lines.len()), (1, 1));
    assert_eq!(
        here.lines[0].package.as_ref().map(|package| package.id),
        Some(package)
    );
    assert_eq!(
        (later.lines[0].order, later.available()),
        (by_hand.order, 1)
    );
    assert!(later.lines[0].package.is_none());
    let queue: Vec<_> = product.waiting.iter().map(|package| package.id).collect();
    assert_eq!(queue, [waiting, refunded]);
    let unknown = bench.read(|reader| bench.shipping.product(&sku("TABLE"), reader));
    assert!(unknown.is_none());
}

#[rstest]
fn what_waits_says_for_what(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "later", 1, day(9)).unwrap();
    let on_its_way = bench.sells("CLOCK", 1);
    let nowhere = bench.sells_to(ConsigneeId::generate(), "CLOCK", 2);
    let refunded = bench.sells("CLOCK", 1);
    bench.chooses(refunded, StockChoice::Refund, None).unwrap();
    let ready = bench.ready_package("a chair");
    let waiting = bench.read(|reader| bench.shipping.waiting_packages(10, reader));
    let reasons: Vec<_> = waiting
        .iter()
        .map(|package| (package.id, package.waits_for()))
        .collect();
    let two = shipping::Quantity::try_new(2).unwrap();
    let missing = WaitsFor::Goods {
        sku: sku("CLOCK"),
        quantity: two,
    };
    let expected = [
        (
            on_its_way,
            vec![WaitsFor::Arrival {
                eta: day(9).unwrap(),
            }],
        ),
        (nowhere, vec![WaitsFor::Address, missing]),
        (refunded, vec![WaitsFor::Refund]),
    ];
    assert_eq!(reasons, expected);
    assert_eq!(bench.package(ready).waits_for(), []);
    let counts = bench.read(|reader| bench.shipping.package_counts(reader));
    assert_eq!(counts.len(), PackageStatus::ALL.len());
    assert_eq!(counts[0], (PackageStatus::AwaitingAddress, 1));
    assert_eq!(counts[1], (PackageStatus::AwaitingStock, 2));
    assert_eq!(counts[2], (PackageStatus::Created, 1));
}

#[rstest]
fn a_file_is_taken_as_a_whole_or_not_at_all(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let waiting = bench.sells("CLOCK", 3);
    bench.stocks("CHAIR", "taken", 1, None).unwrap();
    let file = "reference,sku,quantity,eta\n\
                one,clock,2,\n\
                taken,clock,5,\n\
                two,clock,3,2026-12-09\n\
                three,table,1,\n";
    let Err(ImportBatchesError::Rows(errors)) = bench.imports(file) else {
        panic!("the file was taken");
    };
    assert_eq!((errors.len(), errors[0].line), (1, 3));
    assert!(
        errors[0].rule.contains("TAKEN already"),
        "{}",
        errors[0].rule
    );
    let batches = "SELECT count(*) AS number FROM shipping_batches";
    assert_eq!(bench.number(batches), 1, "nothing of it was taken");

    bench.imports(&file.replace("taken", "other")).unwrap();
    assert_eq!(bench.number(batches), 5);
    let package = bench.package(waiting);
    assert_eq!(
        package.status,
        PackageStatus::Created,
        "whoever waited is served"
    );
    assert_eq!(package.goods.unwrap().batch.unwrap().as_str(), "OTHER");

    let exported = bench.read(|reader| bench.shipping.export_batches(&HashMap::new(), reader));
    let lines: Vec<&str> = exported.lines().collect();
    assert_eq!(
        lines[0],
        "reference,sku,quantity,eta,consignor,allocated,gone,available"
    );
    assert_eq!(lines.len(), 6);
    assert!(
        lines.contains(&"OTHER,CLOCK,5,,,3,0,2")
            && lines.contains(&"TWO,CLOCK,3,2026-12-09,,0,0,3")
    );
    let exported = bench.read(|reader| bench.shipping.export_allocations(reader));
    let lines: Vec<&str> = exported.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[1].starts_with(&format!("{waiting},CLOCK,OTHER,,3,")),
        "{}",
        lines[1]
    );
    assert!(lines[1].ends_with(",CLOCK,CREATED"), "{}", lines[1]);
}

/// More batches, and more orders in one of them, than a statement of SQLite can name.
#[rstest]
fn no_list_is_too_long_for_a_statement(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 40_000, None).unwrap();
    bench.stocks("CHAIR", "chair", 1, None).unwrap();
    bench.changes("chair", 0, None).unwrap();
    let (number, id) = match backend {
        Backend::Sqlite => ("value", "randomblob(16)"),
        Backend::Postgres => ("value::text", "gen_random_uuid()"),
    };
    bench.database.tamper(&format!(
        "CREATE TABLE numbers AS
             WITH RECURSIVE counted (value) AS
                 (SELECT 1 UNION ALL SELECT value + 1 FROM counted WHERE value < 33000)
             SELECT value FROM counted;
         UPDATE shipping_batches SET allocated = 33000 WHERE reference = 'ONE';
         INSERT INTO shipping_lines
             SELECT {id}, 'CLOCK', 'ONE', 1, value, '2026-01-01 00:00:00', NULL FROM numbers;
         INSERT INTO shipping_batches
             SELECT 'B-' || {number}, 'CHAIR', NULL, 1, 0, 0, '2026-01-01 00:00:00' FROM numbers;"
    ));
    let exported = bench.read(|reader| bench.shipping.export_batches(&HashMap::new(), reader));
    assert_eq!(exported.lines().count(), 33_003);
    let exported = bench.read(|reader| bench.shipping.export_allocations(reader));
    assert_eq!(exported.lines().count(), 33_001);
    assert_eq!(bench.changes("one", 40_001, None).unwrap(), []);
    assert_eq!(bench.available("ONE"), 7_001);
}
