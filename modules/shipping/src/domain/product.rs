//! All batches of one kind of goods: whoever promises a piece changes the whole product.
//!
//! What an allocation costs does not grow with the order book: each batch carries how many of its pieces are
//! promised and how many are gone, and only the lines that the change is about are loaded.

use chrono::{DateTime, NaiveDate, Utc};

use super::batch::{Allocation, Batch, Mark, OrderLine};
use super::package::Place;
use super::stock_names::{BatchReference, Quantity, Sku};
use crate::ids::{ConsignorId, OrderId};
use crate::stock_events::{
    BatchAdded, BatchChanged, GoodsEntrusted, LineAllocated, LineDeallocated, LineOutOfStock,
    StockEvent,
};

/// All batches of one kind of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) sku: Sku,
    /// Grows by one with every change.
    pub(crate) version: i64,
    /// The version that is stored; zero as long as none is.
    pub(crate) loaded: i64,
    /// Whether the house ever had any of it: an SKU that somebody only asked for is none.
    pub(crate) stocked: bool,
    /// On whose behalf the house sells it, once that was said: then for good.
    pub(crate) consignor: Option<ConsignorId>,
    /// How many lines were numbered so far.
    pub(crate) numbers: i64,
    /// Those of which something is left.
    pub(crate) batches: Vec<Batch>,
    /// Those that were asked for when the product was loaded.
    pub(crate) lines: Vec<Allocation>,
    pub(crate) events: Vec<StockEvent>,
}

/// Why nothing was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AllocationRefusal {
    OutOfStock,
    InvalidSku,
    /// The order has another number of pieces of these goods already.
    AllocatedOtherwise(Quantity),
}

/// Why a line was not given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeallocationRefusal {
    NotAllocated,
    /// The pieces have left.
    Gone,
}

/// Why a batch was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BatchRefusal {
    NoSuchBatch,
    /// More pieces have left than there are to have been.
    BelowGone,
}

/// Why goods were not entrusted: they are somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OthersGoods;

impl Product {
    pub(crate) const fn empty(sku: Sku) -> Self {
        Self {
            sku,
            version: 0,
            loaded: 0,
            stocked: false,
            consignor: None,
            numbers: 0,
            batches: Vec::new(),
            lines: Vec::new(),
            events: Vec::new(),
        }
    }

    pub(crate) const fn is_changed(&self) -> bool {
        self.version != self.loaded
    }

    /// Where the order's pieces are, unless they were given up.
    pub(crate) fn line_of(&self, order: OrderId) -> Option<&Allocation> {
        let mut lines = self.lines.iter();
        lines.find(|line| line.order == order && line.mark != Mark::Removed)
    }

    /// Somebody waits for these goods, or waits no longer: whoever brings some must see it.
    pub(crate) const fn note_queue(&mut self) {
        self.version += 1;
    }

    /// Where the order's pieces are, and when they arrive. Nothing when it was promised none.
    pub(crate) fn place_of(&self, order: OrderId) -> Option<Place> {
        let line = self.line_of(order).filter(|line| line.is_live())?;
        let batch = self.batches.iter().find(|b| b.reference == line.batch)?;
        Some(Place {
            batch: line.batch.clone(),
            eta: batch.eta,
        })
    }

    /// Promises the pieces of the first batch that can hold the whole line. The same line again changes nothing
    /// and names the same batch.
    pub(crate) fn allocate(
        &mut self,
        line: &OrderLine,
        now: DateTime<Utc>,
    ) -> Result<BatchReference, AllocationRefusal> {
        if line.sku != self.sku || !self.stocked {
            return Err(AllocationRefusal::InvalidSku);
        }
        if let Some(known) = self.line_of(line.order) {
            return match known.quantity == line.quantity {
                true => Ok(known.batch.clone()),
                false => Err(AllocationRefusal::AllocatedOtherwise(known.quantity)),
            };
        }
        let batch = self.take_room(line.quantity);
        let batch = batch.ok_or(AllocationRefusal::OutOfStock)?;
        self.numbers += 1;
        self.version += 1;
        self.put(Allocation {
            order: line.order,
            batch: batch.clone(),
            quantity: line.quantity,
            number: self.numbers,
            allocated_at: now,
            finished_at: None,
            mark: Mark::New,
        });
        self.tell_allocated(line.order, line.quantity, &batch);
        Ok(batch)
    }

    /// Gives up what the order was promised.
    pub(crate) fn deallocate(&mut self, order: OrderId) -> Result<(), DeallocationRefusal> {
        let line = self.known_line(order)?;
        if line.finished_at.is_some() {
            return Err(DeallocationRefusal::Gone);
        }
        let (batch, quantity) = (line.batch.clone(), line.quantity);
        self.forget(order);
        self.change(&batch, |batch| batch.allocated -= quantity.pieces());
        self.version += 1;
        self.tell_deallocated(order, quantity, batch);
        Ok(())
    }

    /// The order's pieces have left: their line weighs on nobody from now on.
    pub(crate) fn finish(
        &mut self,
        order: OrderId,
        now: DateTime<Utc>,
    ) -> Result<(), DeallocationRefusal> {
        let line = self.known_line(order)?;
        if line.finished_at.is_some() {
            return Err(DeallocationRefusal::Gone);
        }
        line.finished_at = Some(now);
        line.mark.change();
        let (batch, pieces) = (line.batch.clone(), line.quantity.pieces());
        self.change(&batch, |batch| {
            batch.allocated -= pieces;
            batch.gone += pieces;
        });
        self.version += 1;
        Ok(())
    }

    /// The order's pieces came back: they are in their batch again.
    pub(crate) fn take_back(&mut self, order: OrderId) -> Result<(), DeallocationRefusal> {
        let line = self.known_line(order)?;
        if line.finished_at.is_none() {
            return Err(DeallocationRefusal::NotAllocated);
        }
        let (batch, quantity) = (line.batch.clone(), line.quantity);
        self.forget(order);
        self.change(&batch, |batch| batch.gone -= quantity.pieces());
        self.version += 1;
        self.tell_deallocated(order, quantity, batch);
        Ok(())
    }

    /// Pieces were bought.
    pub(crate) fn add_batch(
        &mut self,
        reference: BatchReference,
        purchased: Quantity,
        eta: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) {
        self.batches.push(Batch {
            reference: reference.clone(),
            eta,
            purchased: purchased.pieces(),
            allocated: 0,
            gone: 0,
            added_at: now,
            mark: Mark::New,
        });
        self.stocked = true;
        self.version += 1;
        self.events.push(StockEvent::BatchAdded(BatchAdded {
            sku: self.sku.to_string(),
            batch: reference.to_string(),
            purchased: purchased.get(),
            eta,
        }));
    }

    /// Says on whose behalf the house sells these goods; the same again changes nothing. They never change hands:
    /// whoever put them up was asked once, and lots, packages and payouts rely on it from then on.
    pub(crate) fn entrust(&mut self, consignor: ConsignorId) -> Result<(), OthersGoods> {
        match self.consignor {
            Some(known) if known == consignor => return Ok(()),
            Some(_) => return Err(OthersGoods),
            None => self.consignor = Some(consignor),
        }
        self.version += 1;
        self.events.push(StockEvent::Entrusted(GoodsEntrusted {
            sku: self.sku.to_string(),
            consignor,
        }));
        Ok(())
    }

    /// There are more or fewer pieces than was thought, or they arrive at another time. The newest lines that no
    /// longer fit move to other batches; those that fit nowhere are given up, and named, the oldest first.
    pub(crate) fn change_batch(
        &mut self,
        reference: &BatchReference,
        purchased: u32,
        eta: Option<NaiveDate>,
    ) -> Result<Vec<OrderId>, BatchRefusal> {
        let batch = self.batches.iter_mut().find(|b| b.reference == *reference);
        let batch = batch.ok_or(BatchRefusal::NoSuchBatch)?;
        if i64::from(purchased) < batch.gone {
            return Err(BatchRefusal::BelowGone);
        }
        batch.purchased = i64::from(purchased);
        batch.eta = eta;
        batch.mark.change();
        self.version += 1;
        self.events.push(StockEvent::BatchChanged(BatchChanged {
            sku: self.sku.to_string(),
            batch: reference.to_string(),
            purchased,
            eta,
        }));
        let displaced = self.displace(reference);
        Ok(self.place_elsewhere(displaced))
    }

    /// Takes the newest lines out of a batch until the others fit; the oldest of them first.
    fn displace(&mut self, reference: &BatchReference) -> Vec<(OrderId, Quantity)> {
        let Some(batch) = self.batches.iter_mut().find(|b| b.reference == *reference) else {
            return Vec::new();
        };
        let mut newest: Vec<_> = self.lines.iter().collect();
        newest.retain(|line| line.is_live() && line.batch == *reference);
        newest.sort_by_key(|line| std::cmp::Reverse(line.number));
        let mut displaced = Vec::new();
        for line in newest {
            if batch.available() >= 0 {
                break;
            }
            batch.allocated -= line.quantity.pieces();
            displaced.push((line.order, line.quantity));
        }
        displaced.reverse();
        displaced
    }

    /// Finds another batch for lines that keep their numbers; those for which there is none are named.
    fn place_elsewhere(&mut self, displaced: Vec<(OrderId, Quantity)>) -> Vec<OrderId> {
        let mut without = Vec::new();
        for (order, quantity) in displaced {
            let Some(batch) = self.take_room(quantity) else {
                self.events.push(StockEvent::OutOfStock(LineOutOfStock {
                    order,
                    sku: self.sku.to_string(),
                    quantity: quantity.get(),
                }));
                self.forget(order);
                without.push(order);
                continue;
            };
            if let Some(line) = self.lines.iter_mut().find(|line| line.order == order) {
                line.batch = batch.clone();
                line.mark.change();
            }
            self.tell_allocated(order, quantity, &batch);
        }
        without
    }

    /// The first batch that can hold so many pieces, which it does from now on.
    fn take_room(&mut self, quantity: Quantity) -> Option<BatchReference> {
        let with_room = self.batches.iter_mut().filter(|b| b.can_hold(quantity));
        let batch = with_room.min_by(|a, b| a.preference().cmp(&b.preference()))?;
        batch.allocated += quantity.pieces();
        batch.mark.change();
        Some(batch.reference.clone())
    }

    fn known_line(&mut self, order: OrderId) -> Result<&mut Allocation, DeallocationRefusal> {
        let mut lines = self.lines.iter_mut();
        let found = lines.find(|line| line.order == order && line.mark != Mark::Removed);
        found.ok_or(DeallocationRefusal::NotAllocated)
    }

    fn change(&mut self, reference: &BatchReference, change: impl FnOnce(&mut Batch)) {
        let batch = self.batches.iter_mut().find(|b| b.reference == *reference);
        if let Some(batch) = batch {
            change(batch);
            batch.mark.change();
        }
    }

    /// A line that nobody stored yet was never there.
    fn forget(&mut self, order: OrderId) {
        self.lines
            .retain(|line| line.order != order || line.mark != Mark::New);
        if let Some(line) = self.lines.iter_mut().find(|line| line.order == order) {
            line.mark = Mark::Removed;
        }
    }

    /// One line for each order: a stored one that was given up is written anew.
    fn put(&mut self, mut line: Allocation) {
        match self.lines.iter_mut().find(|old| old.order == line.order) {
            Some(old) => {
                line.mark = Mark::Changed;
                *old = line;
            }
            None => self.lines.push(line),
        }
    }

    fn tell_allocated(&mut self, order: OrderId, quantity: Quantity, batch: &BatchReference) {
        self.events.push(StockEvent::Allocated(LineAllocated {
            order,
            sku: self.sku.to_string(),
            quantity: quantity.get(),
            batch: batch.to_string(),
        }));
    }

    fn tell_deallocated(&mut self, order: OrderId, quantity: Quantity, batch: BatchReference) {
        self.events.push(StockEvent::Deallocated(LineDeallocated {
            order,
            sku: self.sku.to_string(),
            quantity: quantity.get(),
            batch: batch.to_string(),
        }));
    }
}
