//! What is loaded of a product, and what cannot be saved any more.

use std::sync::Arc;

use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{Failure, UnitOfWork, application_of};
use rstest::rstest;

use super::DieselProducts;
use crate::application::{Products, Scope};
use crate::domain::{BatchReference, OrderLine, Product, Quantity, Sku};
use crate::ids::{ConsignorId, OrderId};
use crate::module;
use crate::settings::ShippingSettings;
use crate::wiring::ShippingModule;

application_of!(TestApp: ShippingModule);

struct Bench {
    app: TestApp,
    products: DieselProducts,
    database: TestDatabase,
}

impl Bench {
    fn on(backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let module = Arc::new(module(ShippingSettings::default()));
        Some(Self {
            app: TestApp::start(&database, &FixedClock::default(), module),
            products: DieselProducts {
                settings: Arc::default(),
            },
            database,
        })
    }

    fn run<T>(
        &self,
        mut work: impl FnMut(&DieselProducts, &mut UnitOfWork) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let transactions = self.app.transactions();
        transactions.run_once(false, &mut |uow| work(&self.products, uow))
    }

    fn stocks(&self, goods: &str, pieces: i64) {
        let added = self.run(|products, uow| {
            let found = products.get(&sku(goods), Scope::Orders(&[]), uow)?;
            let mut product = found.unwrap_or_else(|| Product::empty(sku(goods)));
            let pieces = Quantity::try_new(pieces).unwrap();
            let name = BatchReference::parse(&format!("{goods}.{}", product.version)).unwrap();
            product.add_batch(name, pieces, None, uow.now());
            products.save(&mut product, uow)
        });
        added.unwrap();
    }

    /// Loads in one transaction what is saved in another: as two do who are at it at once.
    fn loads(&self, goods: &str, order: OrderId) -> Product {
        let loaded =
            self.run(|products, uow| products.get(&sku(goods), Scope::Orders(&[order]), uow));
        loaded.unwrap().unwrap()
    }

    fn saves(&self, product: &mut Product) -> Result<(), Failure> {
        self.run(|products, uow| products.save(product, uow))
    }
}

fn sku(goods: &str) -> Sku {
    Sku::parse(goods).unwrap()
}

fn line(goods: &str, order: OrderId) -> OrderLine {
    OrderLine {
        order,
        sku: sku(goods),
        quantity: Quantity::ONE,
    }
}

#[rstest]
fn of_two_who_loaded_one_product_the_second_gets_the_conflict(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", 100);
    let orders = [OrderId::generate(), OrderId::generate()];
    let mut loaded = orders.map(|order| bench.loads("CLOCK", order));
    let version = loaded[0].version;
    for (product, order) in loaded.iter_mut().zip(orders) {
        product
            .allocate(&line("CLOCK", order), chrono::DateTime::UNIX_EPOCH)
            .unwrap();
    }
    assert!(bench.saves(&mut loaded[0]).is_ok());
    assert!(matches!(
        bench.saves(&mut loaded[1]),
        Err(Failure::Conflict)
    ));
    let [first, second] = orders.map(|order| bench.loads("CLOCK", order));
    assert_eq!(first.version, version + 1, "exactly one higher");
    assert!(first.line_of(orders[0]).is_some());
    assert!(
        second.line_of(orders[1]).is_none(),
        "exactly one line is allocated"
    );
    assert_eq!(first.batches[0].available(), 99);
}

#[rstest]
fn two_who_loaded_two_products_both_save(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let goods = ["CLOCK", "CHAIR"];
    for goods in goods {
        bench.stocks(goods, 1);
    }
    let mut loaded = goods.map(|goods| (goods, bench.loads(goods, OrderId::generate())));
    for (goods, product) in &mut loaded {
        let line = line(goods, OrderId::generate());
        product
            .allocate(&line, chrono::DateTime::UNIX_EPOCH)
            .unwrap();
    }
    for (_, product) in &mut loaded {
        bench.saves(product).unwrap();
    }
}

#[rstest]
fn the_first_of_two_first_batches_makes_the_product(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let mut first = ["ONE", "TWO"].map(|name| {
        let mut product = Product::empty(sku("CLOCK"));
        let name = BatchReference::parse(name).unwrap();
        product.add_batch(name, Quantity::ONE, None, chrono::DateTime::UNIX_EPOCH);
        product
    });
    assert!(bench.saves(&mut first[0]).is_ok());
    assert!(matches!(bench.saves(&mut first[1]), Err(Failure::Conflict)));
}

#[rstest]
fn of_two_who_say_whose_goods_they_are_the_second_gets_the_conflict(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", 1);
    let owners = [ConsignorId::generate(), ConsignorId::generate()];
    let mut loaded = owners.map(|_| bench.loads("CLOCK", OrderId::generate()));
    for (product, owner) in loaded.iter_mut().zip(owners) {
        product.entrust(owner).unwrap();
    }
    assert!(bench.saves(&mut loaded[0]).is_ok());
    assert!(matches!(
        bench.saves(&mut loaded[1]),
        Err(Failure::Conflict)
    ));
    let kept = bench.loads("CLOCK", OrderId::generate());
    assert_eq!(kept.consignor, Some(owners[0]));
}

/// So many orders came and went; each took the last piece of a batch.
fn past(bench: &Bench, orders: u32) {
    let (number, id) = match bench.database.database().backend() {
        Backend::Sqlite => ("value", "randomblob(16)"),
        Backend::Postgres => ("value::text", "gen_random_uuid()"),
    };
    bench.database.tamper(&format!(
        "CREATE TABLE numbers AS
             WITH RECURSIVE counted (value) AS
                 (SELECT 1 UNION ALL SELECT value + 1 FROM counted WHERE value < {orders})
             SELECT value FROM counted;
         INSERT INTO shipping_batches
             SELECT 'P-' || {number}, 'CLOCK', NULL, 1, 0, 1, '2026-01-01 00:00:00' FROM numbers;
         INSERT INTO shipping_lines
             SELECT {id}, 'CLOCK', 'P-' || {number}, 1, value, '2026-01-01 00:00:00',
                    '2026-01-02 00:00:00' FROM numbers;"
    ));
}

#[rstest]
fn what_has_left_weighs_on_nobody(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", 100);
    bench.stocks("CLOCK", 100);
    for _ in 0..50 {
        let order = OrderId::generate();
        let mut product = bench.loads("CLOCK", order);
        product
            .allocate(&line("CLOCK", order), chrono::DateTime::UNIX_EPOCH)
            .unwrap();
        bench.saves(&mut product).unwrap();
    }
    past(&bench, 10_000);
    let loaded = bench.loads("CLOCK", OrderId::generate());
    assert_eq!((loaded.batches.len(), loaded.lines.len()), (2, 0));
    // Those of the batch that a change is about, and no others.
    let reference = loaded.batches[0].reference.clone();
    let loaded =
        bench.run(|products, uow| products.get(&sku("CLOCK"), Scope::Batch(&reference), uow));
    let loaded = loaded.unwrap().unwrap();
    assert_eq!((loaded.batches.len(), loaded.lines.len()), (2, 50));
    // One of which nothing is left is loaded when it is what the change is about.
    let reference = BatchReference::parse("P-7").unwrap();
    let loaded =
        bench.run(|products, uow| products.get(&sku("CLOCK"), Scope::Batch(&reference), uow));
    let loaded = loaded.unwrap().unwrap();
    assert_eq!((loaded.batches.len(), loaded.lines.len()), (3, 0));
}
