//! The stock by itself, in this process: what is compared are ways to exclude each other, not servers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use foundation::{
    Bell, Clock, Database, DatabaseSettings, Failure, InProcessEventBus, Subscriptions,
    SystemClock, Transactions, UnitOfWork,
};
use shaku::{HasComponent, ModuleBuilder, module};
use shipping::{
    AddBatch, AllocateError, BatchReference, OrderId, OrderLine, Quantity, ShippingFacade,
    ShippingModule, ShippingSettings, Sku, StockLocking,
};

use crate::house::Store;

module! {
    WarehouseModule {
        components = [Database, SystemClock, Bell, Subscriptions, InProcessEventBus, Transactions],
        providers = [],
        use ShippingModule { components = [ShippingFacade], providers = [] },
    }
}

/// Connections that the warehouse keeps, as the server does.
const CONNECTIONS: u32 = 6;

/// Batches of which each product is made.
const BATCHES: usize = 20;

/// How simultaneous allocations exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion {
    /// Whoever saves second begins again.
    Optimistic,
    /// Whoever comes second to a product waits.
    RowLock,
    /// Whoever comes second to any product waits: what is done where nobody thinks about it.
    TableLock,
}

impl Exclusion {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Optimistic => "optimistic",
            Self::RowLock => "row lock",
            Self::TableLock => "table lock (naive)",
        }
    }

    /// Those that a database has: SQLite always lets a single one write.
    pub fn of(store: &Store) -> &'static [Self] {
        match store {
            Store::Sqlite { .. } => &[Self::Optimistic, Self::RowLock],
            Store::Postgres { .. } => &[Self::Optimistic, Self::RowLock, Self::TableLock],
        }
    }
}

/// A warehouse that is open.
pub struct Warehouse {
    transactions: Arc<Transactions>,
    shipping: Arc<ShippingFacade>,
    exclusion: Exclusion,
}

impl Warehouse {
    /// Opens one on a migrated database.
    pub fn open(store: &Store, exclusion: Exclusion) -> anyhow::Result<Self> {
        let database = Database::open(DatabaseSettings {
            url: store.url().parse()?,
            connections: CONNECTIONS,
        })?;
        database.migrate()?;
        let settings = ShippingSettings {
            stock_locking: match exclusion {
                Exclusion::Optimistic => StockLocking::Optimistic,
                Exclusion::RowLock | Exclusion::TableLock => StockLocking::RowLock,
            },
            ..ShippingSettings::default()
        };
        let module = Arc::new(shipping::module(settings));
        let app = ModuleBuilder::<WarehouseModule>::with_submodules(module)
            .with_component_parameters::<Database>(database.into())
            .with_component_override::<dyn Clock>(Box::new(SystemClock::default()))
            .build();
        Ok(Self {
            transactions: app.resolve(),
            shipping: app.resolve(),
            exclusion,
        })
    }

    /// Goods in twenty batches, so many pieces in all.
    pub fn stocks(&self, goods: &str, pieces: i64) -> anyhow::Result<()> {
        let per_batch = pieces / i64::try_from(BATCHES)?;
        for number in 0..BATCHES {
            let command = AddBatch {
                reference: BatchReference::parse(&format!("{goods}-{number}"))?,
                sku: Sku::parse(goods)?,
                purchased: Quantity::try_new(per_batch)?,
                eta: None,
                consignor: None,
            };
            self.transactions
                .run(|uow| self.shipping.add_batch(command.clone(), uow))?;
        }
        Ok(())
    }

    /// Allocates a piece for a new order, however often it takes; says how long that was.
    pub fn allocates(&self, sku: &Sku) -> anyhow::Result<Duration> {
        let line = new_line(sku);
        let start = Instant::now();
        loop {
            match self.transactions.run(|uow| self.allocate(&line, uow)) {
                Ok(()) => return Ok(start.elapsed()),
                Err(AllocateError::Unexpected(Failure::TooBusy)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// So many orders come and go, all in one transaction.
    pub fn serves(&self, sku: &Sku, orders: usize) -> anyhow::Result<()> {
        let served: Result<(), Failure> = self.transactions.run(|uow| {
            for _ in 0..orders {
                let line = new_line(sku);
                let defect = |error: &dyn std::error::Error| Failure::Defect(error.to_string());
                let allocated = self.shipping.allocate(&line, uow);
                allocated.map_err(|error| defect(&error))?;
                let left = self.shipping.finish_line(line.order, sku, uow);
                left.map_err(|error| defect(&error))?;
            }
            Ok(())
        });
        Ok(served?)
    }

    fn allocate(&self, line: &OrderLine, uow: &mut UnitOfWork) -> Result<(), AllocateError> {
        if self.exclusion == Exclusion::TableLock {
            diesel::sql_query("LOCK TABLE shipping_products IN EXCLUSIVE MODE")
                .execute(uow.connection())
                .map_err(Failure::from)?;
        }
        self.shipping.allocate(line, uow).map(drop)
    }
}

fn new_line(sku: &Sku) -> OrderLine {
    OrderLine {
        order: OrderId::generate(),
        sku: sku.clone(),
        quantity: Quantity::ONE,
    }
}
