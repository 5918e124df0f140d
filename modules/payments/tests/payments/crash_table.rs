//! The process dies at every point at which an operation may be left, for every operation: another process
//! finishes it, and it has taken effect once at the gateway and once in the books.

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{DeliveryWorker, LockFactory};
use payments::{
    BillingId, BillingTerms, CompleteBilling, Discount, PayOutcome, PayerId, PaymentId, ReturnUrl,
};
use rstest::rstest;
use shaku::HasComponent;

use crate::bank::{Account, Bank, Death};
use crate::bench::LISTENING;
use crate::shop::{Shop, Wants, usd};

/// Two payments of 19.99, less a coupon of 5.00, less a credit of 10.00.
const DUE: i64 = 2 * 1999 - 500 - 1000;
const GIVEN_BACK: i64 = 700;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Authorise,
    /// The second half at a gateway where the payer confirms: KakaoPay's approve.
    Complete,
    Capture,
    Refund,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    Unasked,
    Unrecorded,
    Untold,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unasked => "before the call",
            Self::Unrecorded => "after the call, before the record",
            Self::Untold => "after the record, before the event",
        })
    }
}

/// What there is in the end.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    at_the_gateway: u32,
    in_the_books: i64,
    in_the_ledger: i64,
    events: usize,
}

const ONCE: Row = Row {
    at_the_gateway: 1,
    in_the_books: 1,
    in_the_ledger: 1,
    events: 1,
};

#[rstest]
fn a_crash_at_any_point_leaves_each_operation_done_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    use Operation::{Authorise, Capture, Complete, Refund};
    use Point::{Unasked, Unrecorded, Untold};
    let mut wrong = Vec::new();
    println!(
        "{:<36} {:<10} {:<9} gateway  books  ledger  events",
        "point", "operation", "database"
    );
    for operation in [Authorise, Complete, Capture, Refund] {
        for point in [Unasked, Unrecorded, Untold] {
            let Some(row) = Scene::play(backend, operation, point) else {
                return;
            };
            let Row {
                at_the_gateway,
                in_the_books,
                in_the_ledger,
                events,
            } = row;
            let (operation, database) = (format!("{operation:?}"), format!("{backend:?}"));
            println!(
                "{point:<36} {operation:<10} {database:<9} {at_the_gateway:>7} {in_the_books:>6} {in_the_ledger:>7} {events:>7}"
            );
            if row != ONCE {
                wrong.push((point, operation, row));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// One customer, about to pay or to get money back.
struct Scene {
    shop: Shop,
    bank: Bank,
    payer: PayerId,
    payments: [PaymentId; 2],
    billing: BillingId,
}

impl Scene {
    fn play(backend: Backend, operation: Operation, point: Point) -> Option<Row> {
        let mut scene = Self::set(backend)?;
        match operation {
            Operation::Authorise => scene.dies_paying(point),
            Operation::Complete => scene.dies_completing(point),
            Operation::Capture => {
                scene.pays();
                scene.dies_delivering(point);
            }
            Operation::Refund => {
                scene.pays();
                scene.shop.bench.app.deliver_due();
                scene
                    .shop
                    .refunds(scene.payments[0], Some(GIVEN_BACK))
                    .unwrap();
                scene.dies_delivering(point);
            }
        }
        scene.restart();
        Some(scene.end(operation))
    }

    fn set(backend: Backend) -> Option<Self> {
        let bank = Bank::default();
        let shop = Shop::with(backend, bank.clone(), BillingTerms::default())?;
        let payer = shop.bench.payer;
        let payments = [1999, 1999].map(|units| shop.payment(payer, units));
        shop.credit(payer, 1000);
        let wants = Wants {
            coupon: Some(shop.coupon("SPRING", Discount::Amount(usd(500)), 1)),
            credit: Some(1000),
            slot: Some(shop.slot(1)),
        };
        let billing = shop.opens(payer, &payments, &wants).unwrap();
        Some(Self {
            shop,
            bank,
            payer,
            payments,
            billing,
        })
    }

    fn pays(&self) {
        let paid = self.shop.pays(self.billing, self.payer, "tok_good");
        assert_eq!(paid.unwrap(), PayOutcome::Paid);
    }

    fn dies_paying(&self, point: Point) {
        let command = self.shop.paying(self.billing, self.payer, "tok_good");
        let payments = &self.shop.bench.payments;
        let begin = |uow: &mut _| payments.begin_pay(command.clone(), uow);
        let begun = self.shop.bench.app.transactions().run(begin);
        self.dies_asking(&begun.unwrap().unwrap(), point);
    }

    fn dies_completing(&self, point: Point) {
        let mut command = self.shop.paying(self.billing, self.payer, "tok_confirm");
        command.return_url = ReturnUrl::parse("https://gavel.example/back").ok();
        let sent = self.shop.bench.desk.pay(command).unwrap();
        assert!(
            matches!(sent, PayOutcome::ActionRequired { .. }),
            "{sent:?}"
        );
        let command = CompleteBilling {
            billing: self.billing,
            payer: self.payer,
            proof: None,
        };
        let payments = &self.shop.bench.payments;
        let begin = |uow: &mut _| payments.begin_complete(command.clone(), uow);
        let begun = self.shop.bench.app.transactions().run(begin);
        self.dies_asking(&begun.unwrap(), point);
    }

    fn dies_asking(&self, instruction: &payments::Instruction, point: Point) {
        let payments = &self.shop.bench.payments;
        if point == Point::Unasked {
            return;
        }
        let result = payments.call_gateway(instruction);
        if point == Point::Unrecorded {
            return;
        }
        let record = |uow: &mut _| payments.record_pay(instruction, &result, uow);
        let recorded = self.shop.bench.app.transactions().run(record);
        assert_eq!(recorded.unwrap(), PayOutcome::Paid);
    }

    /// The worker's thread stays where it is for ever, as after a `kill -9`: its delivery is still running for
    /// all that the database knows.
    fn dies_delivering(&self, point: Point) {
        let death = match point {
            Point::Unasked => Death::BeforeTheCall,
            Point::Unrecorded => Death::BeforeTheRecord,
            Point::Untold => return self.dies_before_the_event(),
        };
        self.bank.kills(death);
        let app = Arc::clone(&self.shop.bench.app);
        std::thread::spawn(move || app.deliver_due());
        self.bank.has_killed();
    }

    fn dies_before_the_event(&self) {
        let locks: &LockFactory = self.shop.bench.app.resolve_ref();
        let listening = locks.acquire(LISTENING, TimeDelta::minutes(1)).unwrap();
        self.shop.bench.app.deliver_due();
        drop(listening);
    }

    fn restart(&mut self) {
        self.shop = self.shop.restarted(self.bank.clone());
        for _ in 0..3 {
            self.shop.bench.clock.advance(TimeDelta::seconds(31));
            let worker: &DeliveryWorker = self.shop.bench.app.resolve_ref();
            worker.rescue_expired().unwrap();
            self.shop.bench.app.deliver_due();
        }
    }

    /// How often the ledger tells of the operation, with the amount that it is about.
    fn in_the_ledger(&self, operation: Operation) -> i64 {
        let (kind, amount) = match operation {
            Operation::Authorise | Operation::Complete => {
                return self.shop.count(&format!(
                    "SELECT kind FROM payments_ledger_transfers
                     WHERE kind = 'authorisation' AND phase = 'pending' AND amount_minor = {DUE}"
                ));
            }
            Operation::Capture => ("authorisation", DUE),
            Operation::Refund => ("refund", GIVEN_BACK),
        };
        self.shop.count(&format!(
            "SELECT transfer.kind FROM payments_ledger_transfers AS transfer
             JOIN payments_ledger_resolutions AS resolution
               ON resolution.kind = transfer.kind AND resolution.subject = transfer.subject
             WHERE transfer.kind = '{kind}' AND amount_minor = {amount} AND outcome = 'posted'"
        ))
    }

    fn end(&self, operation: Operation) -> Row {
        self.shop.keeps_its_rules();
        let given_back = match operation {
            Operation::Refund => GIVEN_BACK,
            Operation::Authorise | Operation::Complete | Operation::Capture => 0,
        };
        let account = Account {
            held: 0,
            taken: DUE,
            given_back,
        };
        assert_eq!(self.bank.total(), account);
        let kept = format!(
            "SELECT id FROM payments_billings
             WHERE captured_minor = {DUE} AND refunded_minor = {given_back} AND status = 'SUCCESS'"
        );
        assert_eq!(self.shop.count(&kept), 1);
        let (kind, event, times) = match operation {
            Operation::Authorise => ("authorise", "charged", 2),
            Operation::Complete => ("complete", "charged", 2),
            Operation::Capture => ("capture", "captured", 2),
            Operation::Refund => ("refund", "refunded", 1),
        };
        let succeeded = format!(
            "SELECT id FROM payments_operations WHERE kind = '{kind}' AND state = 'succeeded'"
        );
        let told = self.shop.bench.told();
        Row {
            at_the_gateway: self.bank.effects()[kind],
            in_the_books: self.shop.count(&succeeded),
            in_the_ledger: self.in_the_ledger(operation),
            events: told.iter().filter(|name| **name == event).count() / times,
        }
    }
}
