//! Lots of stocked goods: whoever pays is served, waits, or gets the money back; and lots that are fetched.

use std::sync::Arc;

use auctions::{BidderId, BuyNow, LotGoods};
use chrono::{NaiveDate, TimeDelta};
use customer_relationship::CustomerId;
use foundation::Clock;
use foundation::testing::Backend;
use payments::{
    BillingId, CashierDesk, HandOver, OpenBilling, OpenSlot, PayBilling, PayOutcome, PayerId,
    PaymentStatus, PaymentToken, SlotId,
};
use process::{ProcessState, ProcessView, PushOnError};
use rstest::rstest;
use shipping::{
    AddBatch, BatchReference, ChooseForPackage, ConsigneeId, PackageId, PackageRefundChosen,
    PackageStatus, PackageView, Quantity, Sku, StockChoice,
};

use crate::bench::Bench;

impl Bench {
    /// Somebody with an address buys goods at once, and is to pay for them.
    pub fn won_goods(&self, sku: &str, pieces: i64) -> ProcessView {
        let buyer = self.customer();
        self.lives_somewhere(buyer);
        let goods = LotGoods::parse(sku, pieces).unwrap();
        let begun = self.begins_of(Some(goods));
        let command = BuyNow {
            auction: begun.auction,
            bidder: BidderId::from(buyer.uuid()),
            arrived_at: self.clock.now(),
        };
        let transactions = self.app.transactions();
        let bought = transactions.run(|uow| self.auctions.buy_now(&command, uow));
        bought.unwrap().unwrap();
        self.app.deliver_due();
        self.process_of(begun.auction).unwrap()
    }

    /// Goods are here, or are expected on that day.
    pub fn stocks(&self, sku: &str, reference: &str, pieces: i64, eta: Option<NaiveDate>) {
        let command = AddBatch {
            reference: BatchReference::parse(reference).unwrap(),
            sku: Sku::parse(sku).unwrap(),
            purchased: Quantity::try_new(pieces).unwrap(),
            eta,
            consignor: None,
        };
        let transactions = self.app.transactions();
        let added = transactions.run(|uow| self.shipping.add_batch(command.clone(), uow));
        added.unwrap();
        self.app.deliver_due();
    }

    /// The buyer pays, and keeps a time to fetch what was bought.
    pub fn pays_and_fetches(&self, won: &ProcessView) -> OpenSlot {
        let transactions = self.app.transactions();
        let slot = OpenSlot {
            slot: SlotId::generate(),
            place: "Gate 2".into(),
            starts_at: self.clock.now() + TimeDelta::days(1),
            ends_at: self.clock.now() + TimeDelta::days(2),
            capacity: 1,
            staff: "tess".into(),
        };
        transactions
            .run(|uow| self.payments.open_slot(slot.clone(), uow))
            .unwrap();
        let payer = PayerId::from(won.customer.uuid());
        let desk = CashierDesk::new(Arc::clone(&self.payments), Arc::new(transactions.clone()));
        let open = OpenBilling {
            billing: BillingId::generate(),
            payer,
            payments: vec![won.payment],
            coupon: None,
            credit: None,
            hand_over: HandOver::Collection(slot.slot),
        };
        let billing = open.billing;
        desk.open(open).unwrap();
        let paid = desk.pay(PayBilling {
            billing,
            payer,
            token: Some(PaymentToken::parse("tok_approved").unwrap()),
            gateway: None,
            return_url: None,
        });
        assert!(matches!(paid, Ok(PayOutcome::Paid)));
        self.app.deliver_due();
        slot
    }

    pub fn package_of(&self, customer: CustomerId) -> PackageView {
        self.packages_of(customer).remove(0)
    }

    pub fn chooses(&self, package: PackageId, choice: StockChoice) {
        let command = ChooseForPackage {
            package,
            choice,
            consignee: None,
            by: "olga".into(),
        };
        let transactions = self.app.transactions();
        let chosen = transactions.run(|uow| self.shipping.choose(&command, uow));
        chosen.unwrap();
    }
}

#[rstest]
fn a_won_lot_takes_its_goods_when_it_is_paid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.stocks("CLOCK", "one", 2, None);
    let [first, second] = [bench.won_goods("CLOCK", 2), bench.won_goods("CLOCK", 1)];
    bench.clock.advance(TimeDelta::seconds(1));
    bench.pays(&second, "tok_approved");
    let package = bench.package_of(second.customer);
    let goods = package.goods.unwrap();
    assert_eq!(goods.sku.as_str(), "CLOCK");
    assert_eq!(
        (package.status, goods.batch.unwrap().as_str()),
        (PackageStatus::Created, "ONE"),
        "who pays is served, not who won first"
    );
    assert_eq!(package.paid_at, bench.clock.now());
    bench.pays(&first, "tok_approved");
    assert_eq!(
        bench.package_of(first.customer).status,
        PackageStatus::AwaitingStock
    );
}

#[rstest]
fn whoever_waits_gets_the_goods_when_they_come(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_goods("CLOCK", 1);
    bench.pays(&won, "tok_approved");
    let package = bench.package_of(won.customer);
    assert!(package.waits_for_stock());
    bench.chooses(package.id, StockChoice::Wait);
    bench.after(TimeDelta::days(7));
    assert_eq!(bench.again(&won).state, ProcessState::Paid);
    let refused = bench.push(&won, "the buyer asks");
    assert!(matches!(refused, Err(PushOnError::StillWaiting(_))));
    bench.stocks("CLOCK", "one", 1, None);
    bench.ship(package.id).unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.again(&won).state, ProcessState::Shipped);
}

#[rstest]
fn whoever_does_not_wait_gets_all_the_money_back_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] event_is_lost: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_goods("CLOCK", 1);
    bench.pays(&won, "tok_approved");
    let package = bench.package_of(won.customer);
    bench.chooses(package.id, StockChoice::Refund);
    if event_is_lost {
        bench.lose("shipping.package_refund_chosen", "process.");
        bench.app.deliver_due();
        assert_eq!(bench.again(&won).state, ProcessState::Paid);
        let pushed = bench.push(&won, "the event got lost").unwrap();
        assert_eq!(pushed, ProcessState::Refunded);
    }
    bench.app.deliver_due();
    assert_eq!(bench.again(&won).state, ProcessState::Refunded);
    assert_eq!(bench.payment_of(&won).status, PaymentStatus::Refunded);
    assert_eq!(
        bench.package_of(won.customer).status,
        PackageStatus::Cancelled
    );
    let again = PackageRefundChosen {
        package: package.id,
        consignee: ConsigneeId::from(won.customer.uuid()),
        item: package.item,
        by: "olga".into(),
    };
    bench.post(&[&again, &again]);
    bench.after(TimeDelta::days(7));
    let payer = PayerId::from(won.customer.uuid());
    let billings = bench.read(|reader| bench.payments.billings_of(payer, reader));
    assert_eq!(billings[0].refunds.len(), 1);
    assert_eq!(billings[0].refunds[0].amount, won.price);
    bench.stocks("CLOCK", "one", 1, None);
    let later = bench.won_goods("CLOCK", 1);
    bench.pays(&later, "tok_approved");
    assert_eq!(
        bench.package_of(later.customer).status,
        PackageStatus::Created,
        "nothing was kept for whoever was refunded"
    );
    assert!(bench.deliveries("dead").is_empty());
}

#[rstest]
fn what_is_fetched_is_handed_over_at_the_slot_that_was_kept(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let won = bench.won_item();
    let slot = bench.pays_and_fetches(&won);
    let package = bench.package_of(won.customer);
    let collection = package.collection.clone().unwrap();
    assert_eq!(collection.slot.uuid(), slot.slot.uuid());
    assert_eq!(collection.place.as_deref(), Some("Gate 2"));
    assert_eq!(
        (collection.from, collection.until),
        (Some(slot.starts_at), Some(slot.ends_at))
    );
    bench
        .app
        .transactions()
        .run(|uow| bench.shipping.collect(package.id, uow))
        .unwrap();
    bench.app.deliver_due();
    let collected = bench.again(&won);
    assert_eq!(
        (collected.state, collected.waits_for),
        (ProcessState::Collected, None)
    );
}
