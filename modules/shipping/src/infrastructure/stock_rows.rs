//! Rows of the stock, and the way from them to the domain and back.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use foundation::Failure;
use foundation::database::Moment;

use crate::domain::{Allocation, Batch, BatchReference, Mark, Product, Quantity, Sku};
use crate::ids::{ConsignorId, OrderId};
use crate::schema::{shipping_batches, shipping_lines, shipping_products};

/// A product as its table keeps it.
#[derive(Queryable, Insertable)]
#[diesel(table_name = shipping_products)]
pub(super) struct ProductRow {
    sku: String,
    version: i64,
    stocked: bool,
    numbers: i64,
    consignor: Option<ConsignorId>,
}

/// What may change of a product. Its name does not: lines and batches refer to it, and SQLite would look through all
/// of them for one that is left behind. Nor does its consignor once there is one: none is left as it is.
#[derive(AsChangeset)]
#[diesel(table_name = shipping_products)]
pub(super) struct ProductChange {
    version: i64,
    stocked: bool,
    numbers: i64,
    consignor: Option<ConsignorId>,
}

/// A batch as its table keeps it.
#[derive(Queryable, Insertable)]
#[diesel(table_name = shipping_batches, treat_none_as_default_value = false)]
pub(super) struct BatchRow {
    pub(super) reference: String,
    pub(super) sku: String,
    pub(super) eta: Option<NaiveDate>,
    pub(super) purchased: i64,
    pub(super) allocated: i64,
    pub(super) gone: i64,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    pub(super) added_at: DateTime<Utc>,
}

/// What may change of a batch.
#[derive(AsChangeset)]
#[diesel(table_name = shipping_batches, treat_none_as_null = true)]
pub(super) struct BatchChange {
    eta: Option<NaiveDate>,
    purchased: i64,
    allocated: i64,
    gone: i64,
}

/// A line as its table keeps it.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = shipping_lines, treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct LineRow {
    pub(super) order_id: OrderId,
    pub(super) sku: String,
    pub(super) batch: String,
    pub(super) quantity: i64,
    pub(super) number: i64,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    pub(super) allocated_at: DateTime<Utc>,
    pub(super) finished_at: Option<NaiveDateTime>,
}

impl ProductRow {
    pub(super) fn of(product: &Product) -> Self {
        Self {
            sku: product.sku.to_string(),
            version: product.version,
            stocked: product.stocked,
            numbers: product.numbers,
            consignor: product.consignor,
        }
    }

    pub(super) fn into_product(
        self,
        batches: Vec<Batch>,
        lines: Vec<Allocation>,
    ) -> Result<Product, Failure> {
        Ok(Product {
            sku: Sku::parse(&self.sku).map_err(Failure::damaged)?,
            version: self.version,
            loaded: self.version,
            stocked: self.stocked,
            numbers: self.numbers,
            consignor: self.consignor,
            batches,
            lines,
            events: Vec::new(),
        })
    }
}

impl ProductChange {
    pub(super) const fn of(product: &Product) -> Self {
        Self {
            version: product.version,
            stocked: product.stocked,
            numbers: product.numbers,
            consignor: product.consignor,
        }
    }
}

impl BatchRow {
    pub(super) fn of(sku: &Sku, batch: &Batch) -> Self {
        Self {
            reference: batch.reference.to_string(),
            sku: sku.to_string(),
            eta: batch.eta,
            purchased: batch.purchased,
            allocated: batch.allocated,
            gone: batch.gone,
            added_at: batch.added_at,
        }
    }

    pub(super) fn into_batch(self) -> Result<Batch, Failure> {
        Ok(Batch {
            reference: BatchReference::parse(&self.reference).map_err(Failure::damaged)?,
            eta: self.eta,
            purchased: self.purchased,
            allocated: self.allocated,
            gone: self.gone,
            added_at: self.added_at,
            mark: Mark::Stored,
        })
    }
}

impl BatchChange {
    pub(super) const fn of(batch: &Batch) -> Self {
        Self {
            eta: batch.eta,
            purchased: batch.purchased,
            allocated: batch.allocated,
            gone: batch.gone,
        }
    }
}

impl LineRow {
    pub(super) fn of(sku: &Sku, line: &Allocation) -> Self {
        Self {
            order_id: line.order,
            sku: sku.to_string(),
            batch: line.batch.to_string(),
            quantity: line.quantity.pieces(),
            number: line.number,
            allocated_at: line.allocated_at,
            finished_at: line.finished_at.map(|time| time.naive_utc()),
        }
    }

    pub(super) fn into_line(self) -> Result<Allocation, Failure> {
        Ok(Allocation {
            order: self.order_id,
            batch: BatchReference::parse(&self.batch).map_err(Failure::damaged)?,
            quantity: Quantity::try_new(self.quantity).map_err(Failure::damaged)?,
            number: self.number,
            allocated_at: self.allocated_at,
            finished_at: self.finished_at.map(|time| time.and_utc()),
            mark: Mark::Stored,
        })
    }
}
