//! Stock: batches, and what of them is promised to whom.

use std::collections::HashMap;

use foundation::{Failure, Reader, UnitOfWork};

use super::ShippingFacade;
use crate::application::{
    self, AddBatch, AddBatchError, AllocateError, BatchFile, ChangeBatch, ChangeBatchError,
    DeallocateError, EntrustGoods, EntrustGoodsError, ImportBatchesError, LineStep,
    NamedConsignors, OfferGoodsError, PackageView, ProductView, StockView,
};
use crate::domain::{BatchReference, OrderLine, PackageStatus, Sku};
use crate::ids::{ConsignorId, OrderId};

/// More batches than a file holds; older ones are seen under their goods.
const MOST_EXPORTED: i64 = 100_000;

impl ShippingFacade {
    /// Adds pieces that were bought together, and serves whoever waits for them. The first batch of an SKU makes
    /// it goods of this house.
    pub fn add_batch(&self, command: AddBatch, uow: &mut UnitOfWork) -> Result<(), AddBatchError> {
        application::add_batch(&self.serving, command, uow)
    }

    /// Says on whose behalf the house sells goods of which it has had some, once: they never change hands.
    pub fn entrust(
        &self,
        command: &EntrustGoods,
        uow: &mut UnitOfWork,
    ) -> Result<(), EntrustGoodsError> {
        application::entrust(&self.serving, command, uow)
    }

    /// Whether somebody may put these goods up: the house knows them, and they are theirs. It need not have any
    /// at the moment.
    pub fn may_offer(
        &self,
        consignor: ConsignorId,
        sku: &Sku,
        reader: &mut Reader,
    ) -> Result<(), OfferGoodsError> {
        application::may_offer(&*self.stock, consignor, sku, reader)
    }

    /// Says anew how many pieces a batch has, and when they arrive. Where fewer are left than were promised, the
    /// newest lines move to other batches; the orders for which there is no room are named, the oldest first.
    /// Where more are left, whoever waits is served.
    pub fn change_batch(
        &self,
        command: &ChangeBatch,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<OrderId>, ChangeBatchError> {
        application::change_batch(&self.serving, command, uow)
    }

    /// Promises an order, which is no package, pieces: of a batch in the warehouse, else of the one that arrives
    /// first. The same line again changes nothing and names the same batch. Whoever does this by hand decides it:
    /// packages that wait are not asked.
    pub fn allocate(
        &self,
        line: &OrderLine,
        uow: &mut UnitOfWork,
    ) -> Result<BatchReference, AllocateError> {
        application::allocate(&self.serving, line, uow)
    }

    /// Gives up what an order, which is no package, was promised of these goods; whoever waits is served.
    pub fn deallocate(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::step(&self.serving, LineStep::Deallocate, order, sku, uow)
    }

    /// Lets the pieces of an order, which is no package, leave the house: its line weighs on nobody then.
    pub fn finish_line(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::step(&self.serving, LineStep::Finish, order, sku, uow)
    }

    /// Puts the pieces of an order, which is no package, back into their batch; whoever waits is served.
    pub fn take_line_back(
        &self,
        order: OrderId,
        sku: &Sku,
        uow: &mut UnitOfWork,
    ) -> Result<(), DeallocateError> {
        application::step(&self.serving, LineStep::TakeBack, order, sku, uow)
    }

    /// Adds all batches of a file, or none: every row is checked first. Consignors whom the file names and who are
    /// not among the known ones are unknown.
    pub fn import_batches(
        &self,
        file: &BatchFile,
        known: &NamedConsignors,
        uow: &mut UnitOfWork,
    ) -> Result<(), ImportBatchesError> {
        application::import_batches(&self.serving, file, known, uow)
    }

    /// All goods in numbers, by name, after the given ones.
    pub fn stock(
        &self,
        after: Option<&Sku>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<StockView>, Failure> {
        self.stock.stock(after, limit, reader)
    }

    /// The goods of a consignor in numbers, by name, after the given ones.
    pub fn goods_of(
        &self,
        consignor: ConsignorId,
        after: Option<&Sku>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<StockView>, Failure> {
        self.stock.goods_of(consignor, after, limit, reader)
    }

    /// Everybody who has goods here.
    pub fn consignors(&self, reader: &mut Reader) -> Result<Vec<ConsignorId>, Failure> {
        self.stock.consignors(reader)
    }

    /// One kind of goods: its batches, who was promised what, and who waits.
    pub fn product(&self, sku: &Sku, reader: &mut Reader) -> Result<Option<ProductView>, Failure> {
        self.stock.product(sku, reader)
    }

    /// All batches as a CSV file, with the columns that an import takes and how their pieces stand. Consignors are
    /// called by the given names.
    pub fn export_batches(
        &self,
        names: &HashMap<ConsignorId, String>,
        reader: &mut Reader,
    ) -> Result<String, Failure> {
        application::export_batches(&self.stock.batches(MOST_EXPORTED, reader)?, names)
    }

    /// What is promised to whom as a CSV file.
    pub fn export_allocations(&self, reader: &mut Reader) -> Result<String, Failure> {
        application::export_lines(&self.stock.batches(MOST_EXPORTED, reader)?)
    }

    /// How many packages there are in each status, in the order of a package's life.
    pub fn package_counts(
        &self,
        reader: &mut Reader,
    ) -> Result<Vec<(PackageStatus, i64)>, Failure> {
        self.stock.counts(reader)
    }

    /// The packages that wait for something, oldest first;
    /// [`waits_for`](crate::PackageView::waits_for) says for what.
    pub fn waiting_packages(
        &self,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<PackageView>, Failure> {
        self.stock.waiting(limit, reader)
    }
}
