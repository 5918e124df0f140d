//! Acting upon the stock.

use chrono::NaiveDate;
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use foundation::Clock as _;
use shipping::{
    AddBatch, AddBatchError, AllocateError, BatchReference, CancelPackageError, ChangeBatch,
    ChangeBatchError, ChooseForPackage, ChooseForPackageError, ConsigneeId, CreatePackage,
    DeallocateError, DeliverPackageError, OrderId, OrderLine, PackageId, PackageStatus, Quantity,
    Sku, StockChoice,
};

use crate::bench::Bench;

pub fn sku(name: &str) -> Sku {
    Sku::parse(name).unwrap()
}

pub fn batch(name: &str) -> BatchReference {
    BatchReference::parse(name).unwrap()
}

pub fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 12, day)
}

pub fn line(goods: &str, pieces: i64) -> OrderLine {
    OrderLine {
        order: OrderId::generate(),
        sku: sku(goods),
        quantity: Quantity::try_new(pieces).unwrap(),
    }
}

impl Bench {
    pub fn stocks(
        &self,
        goods: &str,
        reference: &str,
        pieces: i64,
        eta: Option<NaiveDate>,
    ) -> Result<(), AddBatchError> {
        let command = AddBatch {
            reference: batch(reference),
            sku: sku(goods),
            purchased: Quantity::try_new(pieces).unwrap(),
            eta,
            consignor: None,
        };
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.add_batch(command.clone(), uow))
    }

    pub fn changes(
        &self,
        reference: &str,
        purchased: u32,
        eta: Option<NaiveDate>,
    ) -> Result<Vec<OrderId>, ChangeBatchError> {
        let command = ChangeBatch {
            reference: batch(reference),
            purchased,
            eta,
        };
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.change_batch(&command, uow))
    }

    pub fn allocates(&self, line: &OrderLine) -> Result<String, AllocateError> {
        let transactions = self.app.transactions();
        let allocated = transactions.run(|uow| self.shipping.allocate(line, uow));
        allocated.map(|batch| batch.to_string())
    }

    pub fn deallocates(&self, line: &OrderLine) -> Result<(), DeallocateError> {
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.deallocate(line.order, &line.sku, uow))
    }

    pub fn hands_out(&self, line: &OrderLine) -> Result<(), DeallocateError> {
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.finish_line(line.order, &line.sku, uow))
    }

    pub fn takes_back(&self, line: &OrderLine) -> Result<(), DeallocateError> {
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.take_line_back(line.order, &line.sku, uow))
    }

    /// Somebody with an address paid for goods, a second after whoever paid before.
    pub fn sells(&self, goods: &str, pieces: i64) -> PackageId {
        let consignee = ConsigneeId::generate();
        self.lives_in(consignee, "1 Main Street");
        self.sells_to(consignee, goods, pieces)
    }

    pub fn sells_to(&self, consignee: ConsigneeId, goods: &str, pieces: i64) -> PackageId {
        self.clock.advance(TimeDelta::seconds(1));
        let command = CreatePackage {
            package: PackageId::generate(),
            consignee,
            item: goods.to_owned(),
            paid_at: self.clock.now(),
            goods: Some((sku(goods), Quantity::try_new(pieces).unwrap())),
            collection: None,
        };
        let transactions = self.app.transactions();
        let created = transactions.run(|uow| self.shipping.create_package(command.clone(), uow));
        created.unwrap();
        command.package
    }

    pub fn status(&self, package: PackageId) -> PackageStatus {
        self.package(package).status
    }

    pub fn comes_back(&self, package: PackageId) -> Result<(), DeliverPackageError> {
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.take_back(package, uow))
    }

    pub fn chooses(
        &self,
        package: PackageId,
        choice: StockChoice,
        consignee: Option<ConsigneeId>,
    ) -> Result<(), ChooseForPackageError> {
        let command = ChooseForPackage {
            package,
            choice,
            consignee,
            by: "olga".into(),
        };
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.choose(&command, uow))
    }

    pub fn cancels(&self, package: PackageId) -> Result<(), CancelPackageError> {
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.cancel(package, uow))
    }

    /// The number that a statement answers with, in a column called `number`.
    pub fn number(&self, statement: &str) -> i64 {
        self.read(|reader| {
            let row: Number = sql_query(statement).get_result(reader.connection())?;
            Ok(row.number)
        })
    }

    pub fn version(&self, goods: &str) -> i64 {
        self.number(&format!(
            "SELECT version AS number FROM shipping_products WHERE sku = '{goods}'"
        ))
    }

    pub fn available(&self, reference: &str) -> i64 {
        self.number(&format!(
            "SELECT purchased - allocated - gone AS number FROM shipping_batches
             WHERE reference = '{reference}'"
        ))
    }

    pub fn lines(&self) -> i64 {
        self.number("SELECT count(*) AS number FROM shipping_lines")
    }

    /// How many batches contradict their lines.
    pub fn contradictions(&self) -> i64 {
        self.number(
            "SELECT count(*) AS number FROM shipping_batches AS batch WHERE
             allocated <> (SELECT coalesce(sum(quantity), 0) FROM shipping_lines AS line
                           WHERE line.batch = batch.reference AND finished_at IS NULL)
             OR gone <> (SELECT coalesce(sum(quantity), 0) FROM shipping_lines AS line
                         WHERE line.batch = batch.reference AND finished_at IS NOT NULL)
             OR allocated + gone > purchased",
        )
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}
