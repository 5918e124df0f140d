//! The read side of the stock.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use foundation::{Failure, Reader};

use super::package_rows::{PackageRow, REFUND};
use super::rows::NAMED_AT_ONCE;
use super::stock_rows::{BatchRow, LineRow};
use crate::application::{
    BatchView, LineView, Ownership, PackageView, ProductView, StockQueries, StockView,
};
use crate::domain::{BatchReference, PackageStatus, Quantity, Sku};
use crate::ids::{ConsignorId, OrderId, PackageId};
use crate::schema::{
    shipping_batches as batches, shipping_lines as lines, shipping_packages as packages,
    shipping_products as products,
};

/// Packages that may still be packed.
const IN_THE_HOUSE: [PackageStatus; 3] = [
    PackageStatus::AwaitingAddress,
    PackageStatus::AwaitingStock,
    PackageStatus::Created,
];

/// Those that wait.
const WAITING: [PackageStatus; 2] = [PackageStatus::AwaitingAddress, PackageStatus::AwaitingStock];

/// Goods and whose they are.
type Owned = (String, Option<ConsignorId>);

/// Answers from the tables themselves.
pub(crate) struct DieselStockQueries {}

impl StockQueries for DieselStockQueries {
    fn stock(
        &self,
        after: Option<&Sku>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<StockView>, Failure> {
        goods(None, after, limit, reader)
    }

    fn goods_of(
        &self,
        consignor: ConsignorId,
        after: Option<&Sku>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<StockView>, Failure> {
        goods(Some(consignor), after, limit, reader)
    }

    fn consignors(&self, reader: &mut Reader) -> Result<Vec<ConsignorId>, Failure> {
        let found: Vec<Option<ConsignorId>> = products::table
            .filter(products::consignor.is_not_null())
            .select(products::consignor)
            .distinct()
            .load(reader.connection())?;
        Ok(found.into_iter().flatten().collect())
    }

    fn ownership(&self, sku: &Sku, reader: &mut Reader) -> Result<Option<Ownership>, Failure> {
        let found: Option<Option<ConsignorId>> = products::table
            .find(sku.as_str())
            .filter(products::stocked)
            .select(products::consignor)
            .first(reader.connection())
            .optional()?;
        Ok(found.map(|consignor| Ownership { consignor }))
    }

    fn product(&self, sku: &Sku, reader: &mut Reader) -> Result<Option<ProductView>, Failure> {
        let known: Option<Owned> = products::table
            .find(sku.as_str())
            .select((products::sku, products::consignor))
            .first(reader.connection())
            .optional()?;
        let stock = numbers(known.as_slice(), reader)?.pop();
        let Some(stock) = stock else {
            return Ok(None);
        };
        let rows: Vec<BatchRow> = batches::table
            .filter(batches::sku.eq(sku.as_str()))
            .load(reader.connection())?;
        Ok(Some(ProductView {
            stock,
            batches: with_lines(rows, reader)?,
            waiting: waiting_for(sku, reader)?,
        }))
    }

    fn batches(&self, limit: i64, reader: &mut Reader) -> Result<Vec<BatchView>, Failure> {
        let rows: Vec<BatchRow> = batches::table
            .order((batches::sku, batches::added_at, batches::reference))
            .limit(limit)
            .load(reader.connection())?;
        with_lines(rows, reader)
    }

    fn counts(&self, reader: &mut Reader) -> Result<Vec<(PackageStatus, i64)>, Failure> {
        let rows: Vec<(String, i64)> = packages::table
            .group_by(packages::status)
            .select((packages::status, diesel::dsl::count_star()))
            .load(reader.connection())?;
        let counts: HashMap<String, i64> = rows.into_iter().collect();
        let of = |status: PackageStatus| counts.get(status.name()).copied().unwrap_or_default();
        Ok(PackageStatus::ALL.map(|status| (status, of(status))).into())
    }

    fn waiting(&self, limit: i64, reader: &mut Reader) -> Result<Vec<PackageView>, Failure> {
        let rows: Vec<PackageRow> = packages::table
            .filter(packages::status.eq_any(WAITING.map(PackageStatus::name)))
            .order((packages::created_at, packages::id))
            .limit(limit)
            .load(reader.connection())?;
        rows.into_iter().map(PackageRow::into_view).collect()
    }
}

/// Goods by name, after the given ones: those of a consignor, or all.
fn goods(
    consignor: Option<ConsignorId>,
    after: Option<&Sku>,
    limit: i64,
    reader: &mut Reader,
) -> Result<Vec<StockView>, Failure> {
    let mut list = products::table
        .order(products::sku)
        .limit(limit)
        .select((products::sku, products::consignor))
        .into_boxed();
    if let Some(consignor) = consignor {
        list = list.filter(products::consignor.eq(consignor));
    }
    if let Some(after) = after {
        list = list.filter(products::sku.gt(after.as_str()));
    }
    let goods: Vec<Owned> = list.load(reader.connection())?;
    numbers(&goods, reader)
}

/// How the pieces of each kind of goods stand, in the given order.
fn numbers(goods: &[Owned], reader: &mut Reader) -> Result<Vec<StockView>, Failure> {
    let skus: Vec<&str> = goods.iter().map(|(sku, _)| sku.as_str()).collect();
    let rows: Vec<BatchRow> = batches::table
        .filter(batches::sku.eq_any(&skus))
        .load(reader.connection())?;
    let wanted = wanted(&skus, reader)?;
    let mut views = Vec::with_capacity(goods.len());
    for (sku, consignor) in goods {
        views.push(StockView {
            sku: Sku::parse(sku).map_err(Failure::damaged)?,
            consignor: *consignor,
            available: 0,
            expected: 0,
            allocated: 0,
            gone: 0,
            wanted: wanted.get(sku).copied().unwrap_or_default(),
        });
    }
    let places: HashMap<&str, usize> = skus.into_iter().zip(0..).collect();
    for row in rows {
        let Some(view) = places
            .get(row.sku.as_str())
            .and_then(|at| views.get_mut(*at))
        else {
            continue;
        };
        let left = row.purchased - row.allocated - row.gone;
        match row.eta {
            None => view.available += left,
            Some(_) => view.expected += left,
        }
        view.allocated += row.allocated;
        view.gone += row.gone;
    }
    Ok(views)
}

/// The pieces that waiting packages were not promised.
fn wanted(skus: &[&str], reader: &mut Reader) -> Result<HashMap<String, i64>, Failure> {
    let no_refund = packages::choice.is_null().or(packages::choice.ne(REFUND));
    let rows: Vec<(Option<String>, Option<i64>)> = packages::table
        .filter(packages::sku.eq_any(skus))
        .filter(packages::batch.is_null())
        .filter(packages::status.eq_any(WAITING.map(PackageStatus::name)))
        .filter(no_refund.assume_not_null())
        .select((packages::sku, packages::quantity))
        .load(reader.connection())?;
    let mut wanted = HashMap::new();
    for (sku, quantity) in rows {
        *wanted.entry(sku.unwrap_or_default()).or_default() += quantity.unwrap_or_default();
    }
    Ok(wanted)
}

fn waiting_for(sku: &Sku, reader: &mut Reader) -> Result<Vec<PackageView>, Failure> {
    let rows: Vec<PackageRow> = packages::table
        .filter(packages::sku.eq(sku.as_str()))
        .filter(packages::batch.is_null())
        .filter(packages::status.eq_any(WAITING.map(PackageStatus::name)))
        .order((packages::paid_at, packages::id))
        .load(reader.connection())?;
    rows.into_iter().map(PackageRow::into_view).collect()
}

/// The packages among the orders of these lines that may still be packed.
fn owners(
    of_batches: &[LineRow],
    reader: &mut Reader,
) -> Result<HashMap<OrderId, PackageRow>, Failure> {
    let mut owners = HashMap::new();
    for lines in of_batches.chunks(NAMED_AT_ONCE) {
        let ids = lines
            .iter()
            .map(|line| PackageId::from(line.order_id.uuid()));
        let rows: Vec<PackageRow> = packages::table
            .filter(packages::id.eq_any(ids))
            .filter(packages::status.eq_any(IN_THE_HOUSE.map(PackageStatus::name)))
            .load(reader.connection())?;
        let rows = rows.into_iter();
        owners.extend(rows.map(|row| (OrderId::from(row.id.uuid()), row)));
    }
    Ok(owners)
}

/// Whose the goods of these batches are, by SKU.
fn consignors_of(
    rows: &[BatchRow],
    reader: &mut Reader,
) -> Result<HashMap<String, ConsignorId>, Failure> {
    let skus: BTreeSet<&str> = rows.iter().map(|row| row.sku.as_str()).collect();
    let skus: Vec<&str> = skus.into_iter().collect();
    let mut consignors = HashMap::new();
    for skus in skus.chunks(NAMED_AT_ONCE) {
        let found: Vec<Owned> = products::table
            .filter(products::sku.eq_any(skus))
            .select((products::sku, products::consignor))
            .load(reader.connection())?;
        let known = |(sku, consignor): Owned| Some((sku, consignor?));
        consignors.extend(found.into_iter().filter_map(known));
    }
    Ok(consignors)
}

/// The batches with those who were promised their pieces, in the order in which they are promised.
fn with_lines(rows: Vec<BatchRow>, reader: &mut Reader) -> Result<Vec<BatchView>, Failure> {
    let mut of_batches: Vec<LineRow> = Vec::new();
    for rows in rows.chunks(NAMED_AT_ONCE) {
        let references = rows.iter().map(|row| row.reference.as_str());
        let found = lines::table
            .filter(lines::batch.eq_any(references))
            .filter(lines::finished_at.is_null())
            .order(lines::number);
        of_batches.extend(found.load::<LineRow>(reader.connection())?);
    }
    let mut owners = owners(&of_batches, reader)?;
    let mut by_batch: BTreeMap<String, Vec<LineView>> = BTreeMap::new();
    for line in of_batches {
        let owner = owners.remove(&line.order_id).map(PackageRow::into_view);
        by_batch.entry(line.batch).or_default().push(LineView {
            order: line.order_id,
            quantity: Quantity::try_new(line.quantity).map_err(Failure::damaged)?,
            allocated_at: line.allocated_at,
            package: owner.transpose()?,
        });
    }
    let consignors = consignors_of(&rows, reader)?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        views.push(BatchView {
            consignor: consignors.get(&row.sku).copied(),
            lines: by_batch.remove(&row.reference).unwrap_or_default(),
            reference: BatchReference::parse(&row.reference).map_err(Failure::damaged)?,
            sku: Sku::parse(&row.sku).map_err(Failure::damaged)?,
            eta: row.eta,
            purchased: row.purchased,
            allocated: row.allocated,
            gone: row.gone,
            added_at: row.added_at,
        });
    }
    let spent = |batch: &BatchView| batch.gone == batch.purchased;
    views.sort_by(|a, b| {
        let key = |batch: &BatchView| (batch.sku.clone(), spent(batch), batch.eta, batch.added_at);
        key(a).cmp(&key(b))
    });
    Ok(views)
}
