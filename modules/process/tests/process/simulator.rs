//! Some hundred won items at once, with everything that may go wrong in the order and number of events.
//!
//! On SQLite one worker delivers, and a run is repeated by its seed (`GAVEL_SIMULATOR_SEED` chooses another).
//! On PostgreSQL two workers race.

use std::collections::HashMap;

use auctions::AuctionEnded;
use chrono::TimeDelta;
use customer_relationship::{CustomerId, EmailKind};
use diesel::RunQueryDsl;
use foundation::testing::Backend;
use foundation::{AnyEvent, Clock, DeliveryWorker, Failure};
use payments::{PayerId, PaymentCaptured, PaymentFailed, PaymentStatus};
use process::{PaymentDue, ProcessState, ProcessView, ReminderDue};
use rstest::rstest;
use shaku::HasComponent;
use shipping::{PackageShipped, PackageStatus};

use crate::bench::{Bench, hammer};

const ITEMS: usize = 150;
const ROUNDS: usize = 60;
const TOKENS: [&str; 6] = [
    "tok_approved",
    "tok_approved",
    "tok_declined",
    "tok_insufficient_funds",
    "tok_timeout_then_success",
    "tok_timeout_then_failure",
];

type Mailbox = HashMap<CustomerId, Vec<EmailKind>>;

struct Simulation {
    bench: Bench,
    workers: usize,
    items: Vec<AuctionEnded>,
}

#[rstest]
fn whatever_happens_nothing_leaves_unpaid_and_nothing_is_stuck(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let seed = std::env::var("GAVEL_SIMULATOR_SEED");
    let seed = seed.map_or(20_261_121, |seed| seed.parse().expect("a seed is a number"));
    // Also decides how long failed deliveries wait, when they are delivered on this thread.
    fastrand::seed(seed);
    let items = (0..ITEMS).map(|_| hammer(Some(bench.customer()))).collect();
    let mut simulation = Simulation {
        bench,
        workers: match backend {
            Backend::Sqlite => 1,
            Backend::Postgres => 2,
        },
        items,
    };
    for _ in 0..ROUNDS {
        simulation.round();
    }
    simulation.calm_down();
    let mailbox = simulation.bench.mailbox();
    let (mut paid, mut unpaid) = (0, 0);
    for item in &simulation.items {
        match simulation.check(item, &mailbox) {
            ProcessState::Shipped => paid += 1,
            ProcessState::TimedOut => unpaid += 1,
            stuck @ (ProcessState::PaymentStarted | ProcessState::Paid) => {
                panic!("seed {seed}: {} is stuck in {stuck}", item.auction)
            }
        }
    }
    assert!(
        paid > ITEMS / 4 && unpaid > ITEMS / 20,
        "{paid} paid and {unpaid} not: too tame"
    );
}

impl Simulation {
    fn round(&mut self) {
        for _ in 0..ITEMS / 4 {
            let item = fastrand::choice(&self.items).cloned().unwrap();
            self.act(&item);
        }
        self.pack();
        self.delay_some();
        let minutes = fastrand::i64(0..240);
        self.bench.clock.advance(TimeDelta::minutes(minutes));
        if fastrand::u8(0..4) > 0 {
            self.deliver();
        }
    }

    /// Lets one thing happen to one item.
    fn act(&mut self, item: &AuctionEnded) {
        let Some(process) = self.bench.process_of(item.auction) else {
            return self.bench.post(&[item]);
        };
        match fastrand::u8(0..12) {
            0 => self.bench.post(&[item]),
            1 => self.bench.lives_somewhere(process.customer),
            2..=4 => {
                let token = fastrand::choice(TOKENS).unwrap();
                // Refused when it is paid or over, which is right at any moment.
                let _ = self.bench.tries_to_pay(&process, token);
            }
            5..=8 => self.repeat(&process),
            _ => {}
        }
    }

    /// Posts again what was true once.
    fn repeat(&mut self, process: &ProcessView) {
        let mut past = self.timers_of(process);
        past.extend(self.payment_events_of(process));
        for package in self.bench.packages_of(process.customer) {
            if let (Some(carrier), Some(tracking_number)) =
                (package.carrier, package.tracking_number)
            {
                past.push(Box::new(PackageShipped {
                    package: package.id,
                    consignee: package.consignee,
                    item: package.item,
                    carrier,
                    tracking_number,
                }));
            }
        }
        fastrand::shuffle(&mut past);
        let past: Vec<&dyn AnyEvent> = past.iter().map(|event| &**event).collect();
        self.bench.post(&past);
    }

    fn payment_events_of(&self, process: &ProcessView) -> Vec<Box<dyn AnyEvent>> {
        let payment = self.bench.payment_of(process);
        let (id, payer, amount) = (payment.id, payment.payer, payment.amount);
        let mut past: Vec<Box<dyn AnyEvent>> = Vec::new();
        if payment.captured_at.is_some() {
            past.push(Box::new(PaymentCaptured {
                payment: id,
                payer,
                amount,
            }));
        }
        if let Some(reason) = payment.failure {
            past.push(Box::new(PaymentFailed {
                payment: id,
                payer,
                amount,
                reason,
            }));
        }
        past
    }

    fn timers_of(&self, process: &ProcessView) -> Vec<Box<dyn AnyEvent>> {
        let (payment, now) = (process.payment, self.bench.clock.now());
        let mut past: Vec<Box<dyn AnyEvent>> = Vec::new();
        for (number, hours) in [(1, 24), (2, 48)] {
            if process.started_at + TimeDelta::hours(hours) <= now {
                past.push(Box::new(ReminderDue {
                    payment,
                    epoch: 1,
                    number,
                }));
            }
        }
        if process.pay_by <= now {
            past.push(Box::new(PaymentDue { payment, epoch: 1 }));
        }
        past
    }

    /// Two packers take what they are given, and ship most of it.
    fn pack(&mut self) {
        for packer in ["anna", "ben"] {
            for _ in 0..fastrand::usize(0..6) {
                let shipping = &self.bench.shipping;
                let next = self
                    .bench
                    .app
                    .transactions()
                    .run(|uow| shipping.next_package(packer, uow));
                let Some(package) = next.unwrap() else {
                    return;
                };
                let customer = CustomerId::from(package.consignee.uuid());
                let payer = PayerId::from(customer.uuid());
                let payments = self
                    .bench
                    .read(|reader| self.bench.payments.payments_of(payer, reader));
                assert_eq!(payments.len(), 1);
                assert_eq!(
                    payments[0].status,
                    PaymentStatus::Captured,
                    "packed but not paid"
                );
                if fastrand::u8(0..4) > 0 {
                    self.bench.ship(package.id).unwrap();
                }
            }
        }
    }

    /// Holds some deliveries up, so that others overtake them.
    fn delay_some(&mut self) {
        let until = self.bench.clock.now() + TimeDelta::minutes(fastrand::i64(1..600));
        let skipped = fastrand::usize(0..20);
        let delay = format!(
            "UPDATE foundation_deliveries SET due_at = '{}' WHERE id IN (
                 SELECT id FROM foundation_deliveries WHERE state = 'ready'
                 ORDER BY due_at, id LIMIT 8 OFFSET {skipped})",
            until.format("%Y-%m-%d %H:%M:%S")
        );
        let delayed: Result<usize, Failure> = self
            .bench
            .app
            .transactions()
            .run(|uow| Ok(diesel::sql_query(&delay).execute(uow.connection())?));
        delayed.unwrap();
    }

    /// All workers deliver what is due.
    fn deliver(&self) {
        let worker: &DeliveryWorker = self.bench.app.resolve_ref();
        std::thread::scope(|scope| {
            for _ in 1..self.workers {
                scope.spawn(|| worker.run_due().unwrap());
            }
            worker.run_due().unwrap();
        });
    }

    /// Nothing goes wrong any more: everybody has an address, the warehouse ships, time goes on.
    fn calm_down(&mut self) {
        for item in self.items.clone() {
            self.bench.post(&[&item]);
            let buyer = CustomerId::from(item.winner.unwrap().uuid());
            self.bench.lives_somewhere(buyer);
        }
        for _ in 0..8 {
            self.bench.clock.advance(TimeDelta::days(1));
            self.deliver();
            let created = Some(PackageStatus::Created);
            let packages = self
                .bench
                .read(|reader| self.bench.shipping.packages(created, 1_000, reader));
            for package in packages {
                self.bench.ship(package.id).unwrap();
            }
        }
        self.deliver();
        assert_eq!(
            self.bench
                .read(|reader| self.bench.process.unfinished(reader)),
            []
        );
        for state in ["ready", "running", "dead"] {
            let left = self.bench.deliveries(state);
            assert!(left.is_empty(), "{state}: {left:?}");
        }
    }

    /// One item after all: every module tells the same story. Says how it ended.
    fn check(&self, item: &AuctionEnded, mailbox: &Mailbox) -> ProcessState {
        let process = self.bench.process_of(item.auction).unwrap();
        let payer = PayerId::from(process.customer.uuid());
        let payments = self
            .bench
            .read(|reader| self.bench.payments.payments_of(payer, reader));
        assert_eq!(payments.len(), 1, "{process:?}");
        let packages = self.bench.packages_of(process.customer);
        let ids: Vec<_> = packages.iter().map(|package| package.id).collect();
        assert_eq!(ids, Vec::from_iter(process.package), "{process:?}");

        let letters = &mailbox[&process.customer];
        let count = |kind| letters.iter().filter(|letter| **letter == kind).count();
        let shipped = usize::from(process.state == ProcessState::Shipped);
        let timed_out = usize::from(process.state == ProcessState::TimedOut);
        assert_eq!(count(EmailKind::Won), 1, "{process:?}");
        assert_eq!(count(EmailKind::PaymentSucceeded), shipped, "{process:?}");
        assert_eq!(count(EmailKind::Shipped), shipped, "{process:?}");
        assert_eq!(count(EmailKind::NotPaid), timed_out, "{process:?}");
        assert!(count(EmailKind::Reminder) <= 2, "{process:?}");
        let status = payments[0].status;
        assert_eq!(
            status == PaymentStatus::Captured,
            shipped == 1,
            "{process:?} {status}"
        );
        assert_eq!(
            status == PaymentStatus::TimedOut,
            timed_out == 1,
            "{process:?} {status}"
        );
        process.state
    }
}
