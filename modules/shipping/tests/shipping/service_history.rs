//! Random histories of arrivals, orders, changes and cancellations: whoever paid first is served first.

use std::cell::Cell;

use foundation::testing::Backend;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use shipping::{ConsigneeId, PackageId, PackageStatus, PackageView, StockChoice};

use crate::bench::Bench;
use crate::warehouse::day;

#[derive(Debug, Clone)]
enum Act {
    Arrive(i64, u32),
    Change(usize, u32, u32),
    Sell(i64),
    Ship(usize),
    Return(usize),
    Refund(usize),
    Cancel(usize),
}

fn histories() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (1_i64..8, 0_u32..4).prop_map(|(pieces, eta)| Act::Arrive(pieces, eta)),
        3 => (0_usize..4, 0_u32..9, 0_u32..4).prop_map(|(batch, pieces, eta)| Act::Change(batch, pieces, eta)),
        7 => (1_i64..4).prop_map(Act::Sell),
        3 => (0_usize..10).prop_map(Act::Ship),
        2 => (0_usize..10).prop_map(Act::Return),
        1 => (0_usize..10).prop_map(Act::Refund),
        1 => (0_usize..10).prop_map(Act::Cancel),
    ];
    vec(act, 10..40)
}

/// One history of goods of their own.
struct History<'b> {
    bench: &'b Bench,
    goods: String,
    consignee: ConsigneeId,
    packages: Vec<PackageId>,
    batches: usize,
}

impl History<'_> {
    fn take(&mut self, act: &Act) {
        let package = |number: usize| {
            self.packages
                .get(number)
                .copied()
                .unwrap_or_else(PackageId::generate)
        };
        let batch = |number: usize| format!("{}.{number}", self.goods);
        // Whatever is refused changes nothing, which is checked like everything else.
        match *act {
            Act::Arrive(pieces, eta) => {
                let _ = self
                    .bench
                    .stocks(&self.goods, &batch(self.batches), pieces, day(eta));
                self.batches += 1;
            }
            Act::Change(number, pieces, eta) => {
                let _ = self.bench.changes(&batch(number), pieces, day(eta));
            }
            Act::Sell(pieces) => {
                let sold = self.bench.sells_to(self.consignee, &self.goods, pieces);
                self.packages.push(sold);
            }
            Act::Ship(number) => {
                let _ = self.bench.ship(package(number));
            }
            Act::Return(number) => {
                let _ = self.bench.comes_back(package(number));
            }
            Act::Refund(number) => {
                let _ = self
                    .bench
                    .chooses(package(number), StockChoice::Refund, None);
            }
            Act::Cancel(number) => {
                let _ = self.bench.cancels(package(number));
            }
        }
    }

    /// The packages in the order of their payments.
    fn packages(&self) -> Vec<PackageView> {
        let mut all = self
            .bench
            .read(|reader| self.bench.shipping.packages_of(self.consignee, reader));
        all.sort_by_key(|package| (package.paid_at, package.id));
        all
    }

    /// Those whose turn is still to come, in order.
    fn waiting(&self) -> Vec<PackageView> {
        let mut waiting = self.packages();
        waiting.retain(|package| {
            let out_of_stock = package
                .goods
                .as_ref()
                .is_some_and(|goods| goods.batch.is_none());
            let wants_it = package.choice != Some(StockChoice::Refund);
            package.status.is_in_the_house() && out_of_stock && wants_it
        });
        waiting
    }

    /// Nobody who waited was served before somebody who paid earlier, and nobody waits for what is there.
    fn check_order(&self, before: &[PackageView]) -> Result<(), TestCaseError> {
        if let Some(first) = self.waiting().first() {
            for package in before {
                let served = self
                    .bench
                    .package(package.id)
                    .goods
                    .unwrap()
                    .batch
                    .is_some();
                let overtook = served && (first.paid_at, first.id) < (package.paid_at, package.id);
                prop_assert!(!overtook, "{} was overtaken", first.id);
            }
        }
        if let Some(head) = self.waiting().first() {
            let wanted = head.goods.as_ref().unwrap().quantity;
            let room = format!(
                "SELECT count(*) AS number FROM shipping_batches
                 WHERE sku = '{}' AND purchased - allocated - gone >= {wanted}",
                self.goods
            );
            prop_assert_eq!(self.bench.number(&room), 0, "there is room for the first");
        }
        Ok(())
    }

    /// What packages and lines say of each other.
    fn check_sums(&self) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.bench.contradictions(), 0);
        let strangers = "SELECT count(*) AS number FROM shipping_packages AS package
            LEFT JOIN shipping_lines AS line ON line.order_id = package.id AND line.sku = package.sku
            LEFT JOIN shipping_batches AS batch ON batch.reference = package.batch
            WHERE (status IN ('AWAITING_ADDRESS', 'AWAITING_STOCK', 'CREATED')
                   AND ((package.batch IS NULL) <> (line.batch IS NULL) OR package.batch <> line.batch
                        OR line.finished_at IS NOT NULL
                        OR coalesce(package.expected, '1970-01-01') <> coalesce(batch.eta, '1970-01-01')))
            OR (status IN ('SHIPPED', 'DELIVERED', 'COLLECTED') AND line.finished_at IS NULL)
            OR (status IN ('RETURNED', 'CANCELLED') AND line.order_id IS NOT NULL)";
        prop_assert_eq!(self.bench.number(strangers), 0);
        for package in self.packages() {
            let expected = package.goods.as_ref().and_then(|goods| goods.expected);
            let in_warehouse = package
                .goods
                .as_ref()
                .is_some_and(|goods| goods.batch.is_some())
                && expected.is_none();
            if package.status == PackageStatus::Created {
                prop_assert!(in_warehouse, "{:?} can be packed", package.id);
            } else if package.status == PackageStatus::AwaitingStock {
                prop_assert!(!in_warehouse, "{:?} waits for what is there", package.id);
            }
        }
        Ok(())
    }
}

#[rstest]
fn the_order_of_service_is_kept_after_any_history(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    if backend == Backend::Sqlite {
        bench.database.tamper("PRAGMA synchronous = OFF");
    }
    let mut runner = TestRunner::new(Config {
        cases: 10,
        failure_persistence: None,
        ..Config::default()
    });
    let round = Cell::new(0);
    let checked = runner.run(&histories(), |acts| {
        round.set(round.get() + 1);
        let consignee = ConsigneeId::generate();
        bench.lives_in(consignee, "1 Main Street");
        let mut history = History {
            bench: &bench,
            goods: format!("G{}", round.get()),
            consignee,
            packages: Vec::new(),
            batches: 0,
        };
        for act in &acts {
            let before = history.waiting();
            history.take(act);
            history.check_order(&before)?;
            history.check_sums()?;
        }
        Ok(())
    });
    checked.unwrap();
}
