//! Random histories of one product: whatever happens, nothing is promised twice.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::collection::vec;
use proptest::prelude::*;

use super::batch::OrderLine;
use super::product::{AllocationRefusal, Product};
use super::stock_names::{BatchReference, Quantity, Sku};
use crate::ids::{ConsignorId, OrderId};

#[derive(Debug, Clone)]
enum Act {
    Arrive {
        purchased: u32,
        eta: Option<u32>,
    },
    Change {
        batch: usize,
        purchased: u32,
        eta: Option<u32>,
    },
    Allocate {
        quantity: u32,
    },
    AllocateAgain {
        order: usize,
    },
    Deallocate {
        order: usize,
    },
    Finish {
        order: usize,
    },
    TakeBack {
        order: usize,
    },
    Entrust {
        person: usize,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let eta = || proptest::option::of(1_u32..28);
    let act = prop_oneof![
        2 => (1_u32..12, eta()).prop_map(|(purchased, eta)| Act::Arrive { purchased, eta }),
        2 => (0_usize..6, 0_u32..12, eta())
            .prop_map(|(batch, purchased, eta)| Act::Change { batch, purchased, eta }),
        6 => (1_u32..5).prop_map(|quantity| Act::Allocate { quantity }),
        1 => (0_usize..20).prop_map(|order| Act::AllocateAgain { order }),
        2 => (0_usize..20).prop_map(|order| Act::Deallocate { order }),
        2 => (0_usize..20).prop_map(|order| Act::Finish { order }),
        1 => (0_usize..20).prop_map(|order| Act::TakeBack { order }),
        1 => (0_usize..2).prop_map(|person| Act::Entrust { person }),
    ];
    vec(act, 1..60)
}

/// The product, and everything that was asked of it.
struct History {
    product: Product,
    asked: Vec<OrderLine>,
    people: [ConsignorId; 2],
    batches: usize,
    now: DateTime<Utc>,
}

fn day(eta: Option<u32>) -> Option<NaiveDate> {
    eta.and_then(|day| NaiveDate::from_ymd_opt(2026, 12, day))
}

fn batch_name(number: usize) -> BatchReference {
    BatchReference::parse(&format!("B-{number}")).unwrap()
}

impl History {
    fn new() -> Self {
        Self {
            product: Product::empty(Sku::parse("CLOCK").unwrap()),
            asked: Vec::new(),
            people: [(); 2].map(|()| ConsignorId::generate()),
            batches: 0,
            now: DateTime::UNIX_EPOCH,
        }
    }

    fn order(&self, number: usize) -> OrderId {
        let known = self.asked.get(number).map(|line| line.order);
        known.unwrap_or_else(OrderId::generate)
    }

    fn take(&mut self, act: &Act) {
        let before = (self.product.version, self.product.clone());
        let changed = match act {
            Act::Arrive { purchased, eta } => {
                let purchased = Quantity::try_new((*purchased).into()).unwrap();
                let name = batch_name(self.batches);
                self.product.add_batch(name, purchased, day(*eta), self.now);
                self.batches += 1;
                true
            }
            Act::Change {
                batch,
                purchased,
                eta,
            } => {
                let name = batch_name(*batch);
                self.product
                    .change_batch(&name, *purchased, day(*eta))
                    .is_ok()
            }
            Act::Allocate { quantity } => self.allocate(*quantity),
            Act::AllocateAgain { order } => self.allocate_again(*order),
            Act::Deallocate { order } => self.product.deallocate(self.order(*order)).is_ok(),
            Act::Finish { order } => {
                let order = self.order(*order);
                self.product.finish(order, self.now).is_ok()
            }
            Act::TakeBack { order } => self.product.take_back(self.order(*order)).is_ok(),
            Act::Entrust { person } => self.entrust(*person),
        };
        let (version, before) = before;
        assert_eq!(self.product.version, version + i64::from(changed));
        if !changed {
            assert_eq!(self.product, before, "{act:?} was refused and left a trace");
        }
    }

    /// The best batch that has room holds the line; only where none has room it is refused.
    fn allocate(&mut self, quantity: u32) -> bool {
        let quantity = Quantity::try_new(quantity.into()).unwrap();
        let line = OrderLine {
            order: OrderId::generate(),
            sku: self.product.sku.clone(),
            quantity,
        };
        self.asked.push(line.clone());
        let mut room: Vec<_> = self.product.batches.iter().collect();
        room.retain(|batch| batch.can_hold(quantity));
        room.sort_by_key(|batch| batch.preference());
        let best = room.first().map(|batch| batch.reference.clone());
        let expected = match (best, self.product.stocked) {
            (Some(best), _) => Ok(best),
            (None, true) => Err(AllocationRefusal::OutOfStock),
            (None, false) => Err(AllocationRefusal::InvalidSku),
        };
        let allocated = self.product.allocate(&line, self.now);
        assert_eq!(allocated, expected);
        allocated.is_ok()
    }

    /// Whoever is named first has the goods.
    fn entrust(&mut self, person: usize) -> bool {
        let person = self.people[person];
        let owner = self.product.consignor;
        let entrusted = self.product.entrust(person);
        assert_eq!(entrusted.is_ok(), owner.is_none_or(|owner| owner == person));
        assert_eq!(self.product.consignor, owner.or(Some(person)));
        owner.is_none()
    }

    /// Asked again, a line that is known changes nothing.
    fn allocate_again(&mut self, number: usize) -> bool {
        let Some(line) = self.asked.get(number).cloned() else {
            return false;
        };
        let known = self
            .product
            .line_of(line.order)
            .map(|line| line.batch.clone());
        let allocated = self.product.allocate(&line, self.now);
        match known {
            Some(batch) => {
                assert_eq!(allocated, Ok(batch));
                false
            }
            None => allocated.is_ok(),
        }
    }

    fn check(&self) {
        let mut promised: BTreeMap<&BatchReference, (i64, i64)> = BTreeMap::new();
        let mut orders = Vec::new();
        let lines = self.product.lines.iter();
        for line in lines.filter(|line| self.product.line_of(line.order) == Some(*line)) {
            orders.push(line.order);
            let (allocated, gone) = promised.entry(&line.batch).or_default();
            match line.finished_at {
                None => *allocated += line.quantity.pieces(),
                Some(_) => *gone += line.quantity.pieces(),
            }
        }
        orders.sort_unstable();
        let lines = orders.len();
        orders.dedup();
        assert_eq!(
            orders.len(),
            lines,
            "an order's line is in at most one batch"
        );
        for batch in &self.product.batches {
            let sums = promised.remove(&batch.reference).unwrap_or_default();
            assert_eq!((batch.allocated, batch.gone), sums, "{batch:?}");
            assert!(batch.available() >= 0, "{batch:?}");
        }
        assert!(promised.is_empty(), "every line's batch is known");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]
    #[test]
    fn sums_match_and_no_line_is_in_two_batches_after_any_history(acts in acts()) {
        let mut history = History::new();
        for act in &acts {
            history.take(act);
            history.check();
        }
    }
}
