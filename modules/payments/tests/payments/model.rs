//! Billings with coupons, credit and collection times against a slow and obvious model, over random
//! interleavings: operations are begun, carried out and recorded one by one, processes die between the steps,
//! time passes. After every step what is stored is what the model says, keeps the rules, and is told by the ledger.

use chrono::TimeDelta;
use foundation::testing::Backend;
use payments::{
    BasisPoints, BillingId, BillingTerms, CheckoutLocking, Discount, Instruction, PayerId,
    PaymentId,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;

use crate::bank::{Account, Bank};
use crate::house::{House, Kept};
use crate::shop::{Shop, Wants, usd};

const PAYERS: usize = 3;
const AMOUNTS: [i64; 8] = [1999, 500, 10_000, 1, 333, 1999, 7_777, 250];
const CREDIT: i64 = 4_000;
const STEPS: usize = 45;
const HISTORIES: u32 = 10;

/// One step. Numbers choose among what there is.
#[derive(Debug, Clone)]
pub enum Act {
    Open {
        payer: usize,
        payments: u8,
        coupon: bool,
        credit: i64,
        slot: bool,
    },
    Begin {
        billing: usize,
        good: bool,
    },
    CarryOut {
        flight: usize,
    },
    Record {
        flight: usize,
    },
    Cancel {
        billing: usize,
    },
    TimeOut {
        payment: usize,
    },
    Deliver {
        captures_refused: bool,
    },
    Later,
    Expire,
    Refund {
        payment: usize,
        units: i64,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let index = || 0..64_usize;
    prop_oneof![
        5 => (0..PAYERS, any::<u8>(), any::<bool>(), 0..6_000_i64, any::<bool>()).prop_map(
            |(payer, payments, coupon, credit, slot)| Act::Open { payer, payments, coupon, credit, slot }
        ),
        5 => (index(), prop::bool::weighted(0.7)).prop_map(|(billing, good)| Act::Begin { billing, good }),
        4 => index().prop_map(|flight| Act::CarryOut { flight }),
        5 => index().prop_map(|flight| Act::Record { flight }),
        1 => index().prop_map(|billing| Act::Cancel { billing }),
        1 => index().prop_map(|payment| Act::TimeOut { payment }),
        3 => prop::bool::weighted(0.2).prop_map(|captures_refused| Act::Deliver { captures_refused }),
        1 => Just(Act::Later),
        1 => Just(Act::Expire),
        2 => (index(), 1..3_000_i64).prop_map(|(payment, units)| Act::Refund { payment, units }),
    ]
}

#[rstest]
fn billings_do_what_the_model_does_and_keep_their_rules_after_every_step(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(CheckoutLocking::Optimistic, CheckoutLocking::RowLock)] locking: CheckoutLocking,
) {
    if Shop::with(backend, Bank::default(), BillingTerms::default()).is_none() {
        return;
    }
    let mut runner = TestRunner::new(Config {
        cases: HISTORIES,
        max_shrink_iters: 64,
        failure_persistence: None,
        ..Config::default()
    });
    let histories = prop::collection::vec(act(), STEPS);
    let lived = runner.run(&histories, |acts| {
        Life::new(backend, locking).live(&acts);
        Ok(())
    });
    lived.unwrap_or_else(|broken| panic!("{broken}"));
}

/// The system under test beside its model.
struct Life {
    shop: Shop,
    bank: Bank,
    house: House,
    payers: Vec<PayerId>,
    payments: Vec<PaymentId>,
    wants: Wants,
    billings: Vec<(BillingId, usize)>,
    /// Each with its billing and the number of the try.
    flights: Vec<(Instruction, usize, usize)>,
}

impl Life {
    fn new(backend: Backend, locking: CheckoutLocking) -> Self {
        let bank = Bank::default();
        let terms = BillingTerms {
            locking,
            commission: BasisPoints::try_new(1_250).unwrap(),
            ..BillingTerms::default()
        };
        let shop = Shop::with(backend, bank.clone(), terms).unwrap();
        let payers: Vec<_> = (0..PAYERS).map(|_| PayerId::generate()).collect();
        for payer in &payers {
            shop.credit(*payer, CREDIT);
        }
        let owner = |index: usize| index % PAYERS;
        let started = AMOUNTS.iter().enumerate();
        let started = started.map(|(index, units)| shop.payment(payers[owner(index)], *units));
        let payments = started.collect();
        let wants = Wants {
            coupon: Some(shop.coupon("SPRING", Discount::Amount(usd(700)), 2)),
            credit: None,
            slot: Some(shop.slot(2)),
        };
        Self {
            shop,
            bank,
            house: House::new(&AMOUNTS, vec![CREDIT; PAYERS]),
            payers,
            payments,
            wants,
            billings: Vec::new(),
            flights: Vec::new(),
        }
    }

    fn live(mut self, acts: &[Act]) {
        for (step, act) in acts.iter().enumerate() {
            self.step(act);
            let told = format!("after step {step} of {acts:#?}");
            assert_eq!(self.stored(), self.house.kept(), "{told}");
            self.shop.keeps_its_rules();
            let in_the_ledger = self.shop.bench.ledger_differences();
            assert_eq!(in_the_ledger, [] as [&str; 0], "{told}");
        }
        self.step(&Act::Expire);
        self.step(&Act::Deliver {
            captures_refused: false,
        });
        assert_eq!(self.stored(), self.house.kept(), "at the end of {acts:#?}");
        let Account {
            held,
            taken,
            given_back,
        } = self.bank.total();
        assert_eq!(held, 0, "nothing is held of anybody in the end: {acts:#?}");
        assert_eq!((taken, given_back), self.house.taken_and_given_back());
        let told = self.at_the_gateway_in_the_ledger();
        assert_eq!((taken, given_back), told);
    }

    fn step(&mut self, act: &Act) {
        match act {
            Act::Open {
                payer,
                payments,
                coupon,
                credit,
                slot,
            } => self.open((*payer, *payments), (*coupon, *credit, *slot)),
            Act::Begin { billing, good } => self.begin(*billing, *good),
            Act::CarryOut { flight } => {
                if let Some(flight) = chosen(&self.flights, *flight) {
                    drop(
                        self.shop
                            .bench
                            .payments
                            .call_gateway(&self.flights[flight].0),
                    );
                }
            }
            Act::Record { flight } => self.record(*flight),
            Act::Cancel { billing } => self.cancel(*billing),
            Act::TimeOut { payment } => {
                let payment = payment % self.payments.len();
                let timed_out = self.shop.bench.times_out(self.payments[payment]);
                assert_eq!(timed_out, self.house.time_out(payment));
            }
            Act::Deliver { captures_refused } => {
                self.bank.refuses_captures(*captures_refused);
                self.shop.bench.app.deliver_due();
                self.bank.refuses_captures(false);
                self.house.deliver(*captures_refused);
            }
            Act::Later => self.later(),
            Act::Expire => {
                self.later();
                self.shop.bench.after(TimeDelta::minutes(31));
                self.house.expire();
                self.house.deliver(false);
            }
            Act::Refund { payment, units } => {
                let payment = payment % self.payments.len();
                let asked = self.shop.refunds(self.payments[payment], Some(*units));
                assert_eq!(
                    asked.is_ok(),
                    self.house.refund(payment, *units),
                    "{asked:?}"
                );
            }
        }
    }

    fn open(&mut self, (payer, chosen): (usize, u8), (coupon, credit, slot): (bool, i64, bool)) {
        let own = (0..self.payments.len()).filter(|index| index % PAYERS == payer);
        let own: Vec<_> = own
            .filter(|index| chosen & (1 << (index / PAYERS)) != 0)
            .collect();
        let wants = Wants {
            coupon: self.wants.coupon.clone().filter(|_| coupon),
            credit: (credit > 0).then_some(credit),
            slot: self.wants.slot.filter(|_| slot),
        };
        let ids: Vec<_> = own.iter().map(|index| self.payments[*index]).collect();
        let opened = self.shop.opens(self.payers[payer], &ids, &wants);
        let expected = self.house.open(payer, &own, (coupon, credit, slot));
        assert_eq!(opened.is_ok(), expected, "{opened:?}");
        self.billings
            .extend(opened.ok().map(|billing| (billing, payer)));
    }

    fn begin(&mut self, billing: usize, good: bool) {
        let Some(billing) = chosen(&self.billings, billing) else {
            return;
        };
        let (id, payer) = self.billings[billing];
        let token = match good {
            true => "tok_good",
            false => "tok_no",
        };
        let command = self.shop.paying(id, self.payers[payer], token);
        let payments = &self.shop.bench.payments;
        let begun = |uow: &mut _| payments.begin_pay(command.clone(), uow);
        let begun = self.shop.bench.app.transactions().run(begun);
        assert_eq!(begun.is_ok(), self.house.begin(billing, good), "{begun:?}");
        let number = self.house.tries(billing);
        let begun = begun.ok().flatten();
        self.flights
            .extend(begun.map(|instruction| (instruction, billing, number)));
    }

    fn record(&mut self, flight: usize) {
        let Some(flight) = chosen(&self.flights, flight) else {
            return;
        };
        let (instruction, billing, number) = self.flights.remove(flight);
        let payments = &self.shop.bench.payments;
        let result = payments.call_gateway(&instruction);
        let record = |uow: &mut _| payments.record_pay(&instruction, &result, uow);
        self.shop.bench.app.transactions().run(record).unwrap();
        self.house.answer(billing, number);
    }

    fn cancel(&mut self, billing: usize) {
        let Some(billing) = chosen(&self.billings, billing) else {
            return;
        };
        let (id, payer) = self.billings[billing];
        let cancelled = self.shop.bench.desk.cancel(id, self.payers[payer]);
        let expected = self.house.cancel(billing);
        assert_eq!(cancelled.is_ok(), expected, "{cancelled:?}");
    }

    /// Whatever was begun and left is finished; a process that died between the steps has lost nothing.
    fn later(&mut self) {
        self.shop.bench.after(TimeDelta::seconds(31));
        self.house.answer_all();
        self.house.deliver(false);
    }

    fn at_the_gateway_in_the_ledger(&self) -> (i64, i64) {
        let told = self.shop.named(
            "SELECT transfer.kind AS name, CAST(sum(amount_minor) AS BIGINT) AS count
             FROM payments_ledger_transfers AS transfer JOIN payments_ledger_resolutions AS resolution
               ON resolution.kind = transfer.kind AND resolution.subject = transfer.subject
             WHERE outcome = 'posted' AND transfer.kind IN ('authorisation', 'refund')
             GROUP BY transfer.kind",
        );
        let sum = |kind: &str| told.get(kind).copied().unwrap_or(0);
        (sum("authorisation"), sum("refund"))
    }

    fn stored(&self) -> Kept {
        let named = |query: &str| self.shop.named(query);
        Kept {
            payments: named("SELECT status AS name, count(*) AS count FROM payments_payments GROUP BY status"),
            billings: named("SELECT status AS name, count(*) AS count FROM payments_billings GROUP BY status"),
            counts: named(
                "SELECT 'coupon held' AS name, held AS count FROM payments_coupons
                 UNION ALL SELECT 'coupon redeemed', redeemed FROM payments_coupons
                 UNION ALL SELECT 'slot held', held FROM payments_slots
                 UNION ALL SELECT 'slot confirmed', confirmed FROM payments_slots
                 UNION ALL SELECT 'credit', CAST(sum(available_minor) AS BIGINT) FROM payments_credit_accounts
                 UNION ALL SELECT 'credit held', CAST(sum(held_minor) AS BIGINT) FROM payments_credit_accounts",
            ),
        }
    }
}

fn chosen<T>(among: &[T], number: usize) -> Option<usize> {
    (!among.is_empty()).then(|| number % among.len())
}
