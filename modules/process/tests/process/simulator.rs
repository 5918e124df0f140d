//! Some hundred lots at once, with everything that may go wrong in the order and number of events: buyers who
//! pay, pay late or not at all, second chances that are taken, declined or forgotten, deliveries that come
//! twice, late or never.
//!
//! On SQLite one worker delivers, and a run is repeated by its seed (`GAVEL_SIMULATOR_SEED` chooses another).
//! On PostgreSQL two workers race.

use std::collections::HashMap;

use auctions::{AuctionEnded, SecondChanceReason};
use chrono::TimeDelta;
use customer_relationship::CustomerId;
use diesel::RunQueryDsl;
use foundation::testing::Backend;
use foundation::{Clock, DeliveryWorker, Failure};
use payments::{PayerId, PaymentStatus};
use process::{ProcessState, ProcessView};
use rstest::rstest;
use shaku::HasComponent;
use shipping::PackageStatus;

use crate::bench::Bench;
use crate::simulated_past as past;
use crate::simulator_checks::{self as checks, Outcome};

const ITEMS: usize = 120;
const ROUNDS: usize = 70;
const TOKENS: [&str; 7] = [
    "tok_approved",
    "tok_approved",
    "tok_approved",
    "tok_declined",
    "tok_insufficient_funds",
    "tok_timeout_then_success",
    "tok_timeout_then_failure",
];

pub struct Simulation {
    pub bench: Bench,
    workers: usize,
    items: Vec<Item>,
}

/// A lot whose auction is over, and who was in it.
#[derive(Clone)]
pub struct Item {
    /// What the house hears, at least once.
    pub ended: AuctionEnded,
    pub seller: CustomerId,
    /// Who bought it; nobody below the reserve.
    pub buyer: Option<CustomerId>,
    /// Who may get a second chance.
    pub other: Option<CustomerId>,
    /// Whether the buyer tries to pay less often than others.
    forgetful: bool,
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
    let items = (0..ITEMS).map(|number| item(&bench, number)).collect();
    bench.clock.advance(TimeDelta::hours(2));
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
    let mut outcomes: HashMap<Outcome, usize> = HashMap::new();
    for item in &simulation.items {
        let outcome = checks::check(&simulation.bench, item, &mailbox);
        *outcomes.entry(outcome).or_default() += 1;
    }
    let tame = Outcome::ALL
        .iter()
        .find(|kind| outcomes.get(kind).is_none_or(|count| *count < 2));
    assert_eq!(tame, None, "seed {seed} is too tame: {outcomes:?}");
}

/// Of ten lots, six are bought after somebody else's bid (four of them by forgetful people), two without any
/// bid, two stay below the reserve.
fn item(bench: &Bench, number: usize) -> Item {
    let (buyer, other) = match number % 10 {
        0..=5 => (Some(bench.customer()), Some(bench.customer())),
        6 | 7 => (Some(bench.customer()), None),
        _ => (None, Some(bench.customer())),
    };
    let ended = match (buyer, other) {
        (Some(buyer), other) => bench.sells(buyer, other),
        (None, other) => {
            let begun = bench.begins();
            bench.bids(begun.auction, other.expect("a bidder"), "140");
            begun
        }
    };
    Item {
        seller: CustomerId::from(ended.seller.uuid()),
        ended,
        buyer,
        other,
        forgetful: number % 10 < 4,
    }
}

impl Item {
    /// Whoever may have to pay for it, in their order.
    pub fn customers(&self) -> impl Iterator<Item = CustomerId> {
        self.buyer.into_iter().chain(self.other)
    }
}

impl Simulation {
    fn round(&mut self) {
        for _ in 0..ITEMS / 4 {
            let item = fastrand::choice(&self.items).cloned().unwrap();
            self.act(&item);
        }
        self.pack();
        self.delay_some();
        let minutes = fastrand::i64(0..420);
        self.bench.clock.advance(TimeDelta::minutes(minutes));
        if fastrand::u8(0..4) > 0 {
            self.deliver();
        }
    }

    /// Lets one thing happen to one item.
    fn act(&self, item: &Item) {
        let process = self.bench.process_of(item.ended.auction);
        match fastrand::u8(0..12) {
            0 if item.buyer.is_some() => self.bench.post(&[&item.ended]),
            1 => {
                for customer in item.customers() {
                    self.bench.lives_somewhere(customer);
                }
            }
            2..=5 => self.pay(item),
            6 => past::repeat(&self.bench, item),
            7 => self.lose_one_step(item, process.as_ref()),
            8 if fastrand::u8(0..8) == 0 => self.push(process.as_ref()),
            _ => self.second_chance(item),
        }
    }

    /// Somebody pays, or tries: perhaps the one whose time is long over.
    fn pay(&self, item: &Item) {
        let mut owed = past::bought(&self.bench, item);
        if item.forgetful && fastrand::u8(0..6) > 0 {
            owed.retain(|view| Some(view.customer) != item.buyer);
        }
        if let Some(view) = fastrand::choice(&owed) {
            let token = fastrand::choice(TOKENS).unwrap();
            // Refused when it is paid or over, which is right at any moment.
            let _ = self.bench.tries_to_pay(view, token);
        }
    }

    /// Staff offer what nobody bought, and whoever is asked answers; refused when there is nothing to answer.
    fn second_chance(&self, item: &Item) {
        let auction = item.ended.auction;
        if item.buyer.is_none() {
            let _ = self.bench.offers(auction, SecondChanceReason::NotSold);
        }
        if let Some(other) = item.other
            && fastrand::u8(0..3) > 0
        {
            let _ = self.bench.answers(auction, other, fastrand::u8(0..4) > 0);
        }
    }

    fn push(&self, process: Option<&ProcessView>) {
        if let Some(process) = process {
            // Refused when it is finished, or waits for somebody who may still act.
            let _ = self.bench.push(process, "It takes too long.");
        }
    }

    /// A step around the second chance vanishes. A lot without a process has no step.
    fn lose_one_step(&self, item: &Item, process: Option<&ProcessView>) {
        if process.is_none() {
            return;
        }
        let lost = format!(
            "UPDATE foundation_deliveries SET state = 'done'
             WHERE state = 'ready' AND handler LIKE 'process.%second_chance'
               AND event_id IN (SELECT id FROM foundation_events WHERE payload LIKE '%{}%')",
            item.ended.auction
        );
        self.tamper(&lost);
    }

    /// Two packers take what they are given, and ship most of it.
    fn pack(&self) {
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
                let payer = PayerId::from(package.consignee.uuid());
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
    fn delay_some(&self) {
        let until = self.bench.clock.now() + TimeDelta::minutes(fastrand::i64(1..600));
        let skipped = fastrand::usize(0..20);
        let delay = format!(
            "UPDATE foundation_deliveries SET due_at = '{}' WHERE id IN (
                 SELECT id FROM foundation_deliveries WHERE state = 'ready'
                 ORDER BY due_at, id LIMIT 8 OFFSET {skipped})",
            until.format("%Y-%m-%d %H:%M:%S")
        );
        self.tamper(&delay);
    }

    fn tamper(&self, statement: &str) {
        let done: Result<usize, Failure> = self
            .bench
            .app
            .transactions()
            .run(|uow| Ok(diesel::sql_query(statement).execute(uow.connection())?));
        done.unwrap();
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

    /// Nothing goes wrong any more: everybody has an address, the warehouse ships, staff push on what waits
    /// for the auction room, time goes on.
    fn calm_down(&self) {
        for item in &self.items {
            if item.buyer.is_some() {
                self.bench.post(&[&item.ended]);
            }
            for customer in item.customers() {
                self.bench.lives_somewhere(customer);
            }
        }
        for _ in 0..16 {
            self.bench.clock.advance(TimeDelta::days(1));
            self.deliver();
            self.push_second_chances();
            let created = Some(PackageStatus::Created);
            let packages = self
                .bench
                .read(|reader| self.bench.shipping.packages(created, 1_000, reader));
            for package in packages {
                self.bench.ship(package.id).unwrap();
            }
        }
        self.deliver();
        let unfinished = self
            .bench
            .read(|reader| self.bench.process.unfinished(reader));
        assert_eq!(unfinished, []);
        for state in ["ready", "running", "dead"] {
            let left = self.bench.deliveries(state);
            assert!(left.is_empty(), "{state}: {left:?}");
        }
        assert_eq!(self.bench.held_for_nothing(), 0, "an authorisation is left");
    }

    fn push_second_chances(&self) {
        for process in self
            .bench
            .read(|reader| self.bench.process.unfinished(reader))
        {
            match process.state {
                ProcessState::TimedOut | ProcessState::Offered => self.push(Some(&process)),
                ProcessState::PaymentStarted
                | ProcessState::Paid
                | ProcessState::Shipped
                | ProcessState::Unsold
                | ProcessState::Collected
                | ProcessState::Refunded => {}
            }
        }
    }
}
