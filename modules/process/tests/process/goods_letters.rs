//! What buyers are told of goods that are not in the house.

use chrono::{NaiveDate, TimeDelta};
use customer_relationship::{CustomerId, EmailKind, EmailView};
use foundation::testing::Backend;
use process::{NextStep, ProcessState, ProcessView, WaitsFor};
use rstest::rstest;
use shipping::{
    BatchReference, ChangeBatch, ConsigneeId, PackageAwaitsStock, PackageReady, PackageView,
    StockChoice,
};

use crate::bench::Bench;

const PAID: [EmailKind; 2] = [EmailKind::Won, EmailKind::PaymentSucceeded];

impl Bench {
    /// Goods that were expected, or are no longer, are expected on that day; nothing when they are here.
    fn expects(&self, reference: &str, pieces: u32, eta: Option<NaiveDate>) {
        let command = ChangeBatch {
            reference: BatchReference::parse(reference).unwrap(),
            purchased: pieces,
            eta,
        };
        let transactions = self.app.transactions();
        let changed = transactions.run(|uow| self.shipping.change_batch(&command, uow));
        changed.unwrap();
        self.app.deliver_due();
    }

    /// What the buyer was told after having paid.
    fn told_since(&self, buyer: CustomerId) -> Vec<EmailKind> {
        let letters = self.letters_to(buyer);
        assert_eq!(letters[..2], PAID);
        letters[2..].to_vec()
    }

    fn last_letter(&self) -> EmailView {
        self.read(|reader| self.customers.emails(1, reader))
            .remove(0)
    }

    /// Events of long ago, each twice.
    fn hears_again(&self, package: &PackageView, won: &ProcessView) {
        let missing = PackageAwaitsStock {
            package: package.id,
            consignee: ConsigneeId::from(won.customer.uuid()),
            item: won.title.clone(),
            sku: "CLOCK".into(),
            quantity: 1,
            expected: None,
        };
        let ready = PackageReady {
            package: package.id,
            consignee: missing.consignee,
            item: won.title.clone(),
        };
        self.post(&[&ready, &missing, &missing, &ready]);
        self.app.deliver_due();
    }
}

#[rstest]
fn whoever_waits_is_asked_once_and_told_how_it_stands(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_goods("CLOCK", 1);
    bench.pays(&won, "tok_approved");
    let mut told = vec![EmailKind::OutOfStock];
    assert_eq!(bench.told_since(won.customer), told);
    let waiting = bench.again(&won);
    assert_eq!(waiting.waits_for, Some(WaitsFor::Goods));
    assert_eq!(waiting.next, Some(NextStep::Ship));
    let letter = bench.last_letter();
    assert!(letter.subject.starts_with("Out of stock"));
    assert!(letter.text.contains("have all your money back"));
    assert!(letter.text.contains("https://gavel.example/my/parcels"));
    let package = bench.package_of(won.customer);
    bench.hears_again(&package, &won);
    assert_eq!(bench.told_since(won.customer), told, "that is known");

    let day = NaiveDate::from_ymd_opt(2026, 12, 9);
    bench.stocks("CLOCK", "one", 1, day);
    told.push(EmailKind::OutOfStock);
    assert_eq!(bench.told_since(won.customer), told);
    let letter = bench.last_letter();
    assert!(letter.text.contains("Wednesday, 9 December 2026"));

    bench.expects("one", 1, None);
    told.push(EmailKind::GoodsArrived);
    assert_eq!(bench.told_since(won.customer), told);
    bench.hears_again(&package, &won);
    assert_eq!(bench.told_since(won.customer), told, "they are here");
    assert_eq!(bench.again(&won).waits_for, Some(WaitsFor::Shipment));

    bench.expects("one", 0, None);
    told.push(EmailKind::OutOfStock);
    assert_eq!(bench.told_since(won.customer), told, "they are gone again");
    bench.stocks("CLOCK", "two", 1, None);
    bench.ship(package.id).unwrap();
    bench.app.deliver_due();
    bench.hears_again(&package, &won);
    let told = bench.told_since(won.customer);
    assert_eq!(told.last(), Some(&EmailKind::Shipped));
    assert_eq!(bench.again(&won).state, ProcessState::Shipped);
    assert!(bench.deliveries("dead").is_empty());
}

/// The events wait until the goods are there: then there is nothing to choose.
#[rstest]
fn what_is_over_when_its_event_comes_is_not_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 1, None);
    let won = bench.won_goods("CLOCK", 1);
    bench.pays(&won, "tok_approved");
    assert_eq!(bench.told_since(won.customer), [], "nothing is missing");
    let package = bench.package_of(won.customer);
    bench.hears_again(&package, &won);
    assert_eq!(bench.told_since(won.customer), []);
}

#[rstest]
fn whoever_gets_the_money_back_is_told_how_much(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_goods("CLOCK", 1);
    bench.pays(&won, "tok_approved");
    let package = bench.package_of(won.customer);
    bench.chooses(package.id, StockChoice::Refund);
    bench.hears_again(&package, &won);
    bench.stocks("CLOCK", "one", 1, None);
    bench.after(TimeDelta::days(7));
    let told = [EmailKind::OutOfStock, EmailKind::Refunded];
    assert_eq!(bench.told_since(won.customer), told);
    let letter = bench.last_letter();
    assert!(
        letter.text.contains("Amount: 150.00 USD"),
        "{}",
        letter.text
    );
}

#[rstest]
fn whoever_fetches_is_told_that_it_can_be_fetched(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_goods("CLOCK", 1);
    bench.pays_and_fetches(&won);
    assert_eq!(bench.told_since(won.customer), [EmailKind::OutOfStock]);
    bench.stocks("CLOCK", "one", 1, None);
    let told = [EmailKind::OutOfStock, EmailKind::GoodsArrived];
    assert_eq!(bench.told_since(won.customer), told);
    let letter = bench.last_letter();
    assert!(letter.text.contains("You can fetch it"), "{}", letter.text);
}
