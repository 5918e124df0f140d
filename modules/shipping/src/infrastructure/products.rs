//! Keeps products: a version, the batches of which something is left, and the lines that a change is about.

use std::collections::HashSet;
use std::sync::Arc;

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, Origin, UnitOfWork};

use super::stock_rows::{BatchChange, BatchRow, LineRow, ProductChange, ProductRow};
use crate::application::{Products, Scope};
use crate::domain::{Allocation, Batch, BatchReference, Mark, Product, Sku};
use crate::ids::OrderId;
use crate::schema::{
    shipping_batches as batches, shipping_lines as lines, shipping_products as products,
};
use crate::settings::{ShippingSettings, StockLocking};
use crate::stock_events::StockEvent;

/// Products in the database.
pub(crate) struct DieselProducts {
    pub(crate) settings: Arc<ShippingSettings>,
}

impl DieselProducts {
    fn locks(&self, uow: &UnitOfWork) -> bool {
        uow.locks_rows() || self.settings.stock_locking == StockLocking::RowLock
    }
}

impl Products for DieselProducts {
    fn get(
        &self,
        sku: &Sku,
        scope: Scope<'_>,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Product>, Failure> {
        if self.locks(uow) {
            let lock = Locked(products::table.find(sku.as_str()).select(products::version));
            let _versions: Vec<i64> = lock.load(uow.connection())?;
        }
        let row = products::table.find(sku.as_str());
        let row = row.first::<ProductRow>(uow.connection()).optional()?;
        let Some(row) = row else {
            return Ok(None);
        };
        let lines = lines_of(sku, scope, uow)?;
        let batches = batches_of(sku, scope, &lines, uow)?;
        Ok(Some(row.into_product(batches, lines)?))
    }

    fn recall(
        &self,
        product: &mut Product,
        orders: &[OrderId],
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let unknown = |order: &&OrderId| product.lines.iter().all(|line| line.order != **order);
        let orders: Vec<OrderId> = orders.iter().filter(unknown).copied().collect();
        let found = lines_of(&product.sku, Scope::Orders(&orders), uow)?;
        product.lines.extend(found);
        Ok(())
    }

    fn sku_of(
        &self,
        reference: &BatchReference,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Sku>, Failure> {
        let sku: Option<String> = batches::table
            .find(reference.as_str())
            .select(batches::sku)
            .first(uow.connection())
            .optional()?;
        let sku = sku.map(|sku| Sku::parse(&sku).map_err(Failure::damaged));
        sku.transpose()
    }

    fn taken(
        &self,
        references: &[&BatchReference],
        uow: &mut UnitOfWork,
    ) -> Result<HashSet<BatchReference>, Failure> {
        let names = references.iter().map(|reference| reference.as_str());
        let found: Vec<String> = batches::table
            .filter(batches::reference.eq_any(names))
            .select(batches::reference)
            .load(uow.connection())?;
        let found = found.iter().map(|name| BatchReference::parse(name));
        found.collect::<Result<_, _>>().map_err(Failure::damaged)
    }

    fn save(&self, product: &mut Product, uow: &mut UnitOfWork) -> Result<(), Failure> {
        if !product.is_changed() {
            return Ok(());
        }
        save_version(product, uow)?;
        for batch in &mut product.batches {
            save_batch(&product.sku, batch, uow)?;
        }
        for line in &mut product.lines {
            save_line(&product.sku, line, uow)?;
        }
        product.lines.retain(|line| line.mark != Mark::Removed);
        product.loaded = product.version;
        let origin = Origin::new("shipping.product", product.sku.as_str(), product.version);
        let events = std::mem::take(&mut product.events);
        uow.post_from(&origin, events.iter().map(StockEvent::as_any_event))
    }
}

fn lines_of(sku: &Sku, scope: Scope<'_>, uow: &mut UnitOfWork) -> Result<Vec<Allocation>, Failure> {
    let rows: Vec<LineRow> = match scope {
        Scope::Orders([]) => Vec::new(),
        Scope::Orders(orders) => lines::table
            .filter(lines::order_id.eq_any(orders))
            .filter(lines::sku.eq(sku.as_str()))
            .load(uow.connection())?,
        Scope::Batch(reference) => lines::table
            .filter(lines::batch.eq(reference.as_str()))
            .filter(lines::finished_at.is_null())
            .load(uow.connection())?,
    };
    rows.into_iter().map(LineRow::into_line).collect()
}

/// Those of which something is left, and those that the change is about.
fn batches_of(
    sku: &Sku,
    scope: Scope<'_>,
    lines: &[Allocation],
    uow: &mut UnitOfWork,
) -> Result<Vec<Batch>, Failure> {
    let mut named: Vec<&str> = lines.iter().map(|line| line.batch.as_str()).collect();
    if let Scope::Batch(reference) = scope {
        named.push(reference.as_str());
    }
    named.sort_unstable();
    named.dedup();
    let left = batches::sku
        .eq(sku.as_str())
        .and(batches::gone.lt(batches::purchased));
    let left = batches::table.filter(left);
    let rows: Vec<BatchRow> = match named.is_empty() {
        true => left.load(uow.connection())?,
        false => left
            .or_filter(batches::reference.eq_any(named))
            .load(uow.connection())?,
    };
    rows.into_iter().map(BatchRow::into_batch).collect()
}

fn save_version(product: &Product, uow: &mut UnitOfWork) -> Result<(), Failure> {
    if product.loaded == 0 {
        diesel::insert_into(products::table)
            .values(ProductRow::of(product))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        return Ok(());
    }
    let as_loaded = products::table
        .find(product.sku.as_str())
        .filter(products::version.eq(product.loaded));
    let saved = diesel::update(as_loaded)
        .set(ProductChange::of(product))
        .execute(uow.connection())?;
    match saved {
        0 => Err(Failure::Conflict),
        _ => Ok(()),
    }
}

fn save_batch(sku: &Sku, batch: &mut Batch, uow: &mut UnitOfWork) -> Result<(), Failure> {
    match batch.mark {
        Mark::Stored | Mark::Removed => {}
        Mark::New => {
            diesel::insert_into(batches::table)
                .values(BatchRow::of(sku, batch))
                .execute(uow.connection())
                .map_err(Failure::conflict_if_taken)?;
        }
        Mark::Changed => {
            diesel::update(batches::table.find(batch.reference.as_str()))
                .set(BatchChange::of(batch))
                .execute(uow.connection())?;
        }
    }
    batch.mark = Mark::Stored;
    Ok(())
}

fn save_line(sku: &Sku, line: &mut Allocation, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let stored = lines::table.find((line.order, sku.as_str()));
    match line.mark {
        Mark::Stored => return Ok(()),
        Mark::New => {
            diesel::insert_into(lines::table)
                .values(LineRow::of(sku, line))
                .execute(uow.connection())
                .map_err(Failure::conflict_if_taken)?;
        }
        Mark::Changed => {
            diesel::update(stored)
                .set(LineRow::of(sku, line))
                .execute(uow.connection())?;
        }
        Mark::Removed => {
            diesel::delete(stored).execute(uow.connection())?;
            return Ok(());
        }
    }
    line.mark = Mark::Stored;
    Ok(())
}
