//! Packages and the goods that they wait for: who paid first is served first.

use std::sync::Arc;

use foundation::{Failure, UnitOfWork};

use super::ports::{Packages, Products, Scope};
use crate::domain::{AllocationRefusal, OrderLine, Package, Place, Product, Sku, Turn};
use crate::ids::OrderId;

/// As many waiting packages as are looked at in one go.
const AT_ONCE: i64 = 100;

/// Brings packages and stock together. Everybody takes the product before the packages, in which order they are
/// also locked where rows are locked.
pub(crate) struct Serving {
    pub(crate) products: Arc<dyn Products>,
    pub(crate) packages: Arc<dyn Packages>,
}

impl Serving {
    /// The product, to which nothing may be known yet.
    pub(crate) fn product(
        &self,
        sku: &Sku,
        scope: Scope<'_>,
        uow: &mut UnitOfWork,
    ) -> Result<Product, Failure> {
        let found = self.products.get(sku, scope, uow)?;
        Ok(found.unwrap_or_else(|| Product::empty(sku.clone())))
    }

    /// Promises a new package its goods, unless somebody waits for them who paid before. A package that has to wait
    /// changes the product too: whoever brings goods at the same moment sees it, or is seen.
    pub(crate) fn serve_new(
        &self,
        line: &OrderLine,
        turn: Turn,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Place>, Failure> {
        let mut product = self.product(&line.sku, Scope::Orders(&[line.order]), uow)?;
        let first = self.packages.awaiting_stock(&line.sku, None, 1, uow)?;
        let place = match first.iter().all(|first| turn < first.turn()) {
            true => allocate(&mut product, line, uow)?,
            false => None,
        };
        if place.is_none() {
            product.note_queue();
        }
        self.products.save(&mut product, uow)?;
        Ok(place)
    }

    /// Tells the packages of these orders where their pieces are now, serves whoever waits, and saves everything.
    pub(crate) fn settle(
        &self,
        product: &mut Product,
        moved: &[OrderId],
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let mut changed = Vec::new();
        for mut package in self.packages.of_orders(moved, uow)? {
            if package.place(product.place_of(package.order())) {
                changed.push(package);
            }
        }
        self.serve_waiting(product, &mut changed, uow)?;
        self.products.save(product, uow)?;
        for package in &mut changed {
            self.packages.save(package, uow)?;
        }
        Ok(())
    }

    /// Serves waiting packages in the order of their payments, up to the first for which there is no room. Those
    /// that lost their goods just now wait too, although nobody has written that down yet.
    fn serve_waiting(
        &self,
        product: &mut Product,
        changed: &mut Vec<Package>,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let without = changed.iter().filter(|package| package.is_out_of_stock());
        let first_without = without.map(Package::turn).min();
        let mut after = None;
        loop {
            let waiting = self
                .packages
                .awaiting_stock(&product.sku, after, AT_ONCE, uow)?;
            let orders: Vec<OrderId> = waiting.iter().map(Package::order).collect();
            self.products.recall(product, &orders, uow)?;
            after = waiting.last().map(Package::turn);
            for mut package in waiting {
                if first_without.is_some_and(|first| first < package.turn()) {
                    return Ok(());
                }
                if changed.iter().any(|known| known.id == package.id) {
                    continue;
                }
                let Some(line) = line_of(&package) else {
                    continue;
                };
                match allocate(product, &line, uow)? {
                    Some(place) => package.place(Some(place)),
                    None => return Ok(()),
                };
                changed.push(package);
            }
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

/// What a package takes from the stock.
pub(crate) fn line_of(package: &Package) -> Option<OrderLine> {
    let goods = package.goods.as_ref()?;
    Some(OrderLine {
        order: package.order(),
        sku: goods.sku.clone(),
        quantity: goods.quantity,
    })
}

/// Nothing when the goods are out of stock, or the house never had any.
fn allocate(
    product: &mut Product,
    line: &OrderLine,
    uow: &UnitOfWork,
) -> Result<Option<Place>, Failure> {
    match product.allocate(line, uow.now()) {
        Ok(_) => Ok(product.place_of(line.order)),
        Err(AllocationRefusal::OutOfStock | AllocationRefusal::InvalidSku) => Ok(None),
        Err(AllocationRefusal::AllocatedOtherwise(known)) => Err(Failure::Defect(format!(
            "{} of the {} pieces of order {} are kept by hand",
            known, line.quantity, line.order
        ))),
    }
}
