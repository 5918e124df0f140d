//! Acting upon the stock.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use shipping::{
    AddBatch, AddBatchError, AllocateError, BatchReference, ChangeBatch, ChangeBatchError,
    DeallocateError, OrderId, OrderLine, Quantity, Sku,
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
