//! Two checkouts at once that want the same last thing: one gets it, the other a clear refusal, and keeps
//! everything that it had.

use std::sync::Barrier;

use foundation::testing::Backend;
use payments::{
    BillingId, BillingTerms, CheckoutLocking, CouponRefusal, Discount, OpenBillingError,
    OpenRefusal, PayerId, PaymentId, SlotRefusal,
};
use rstest::rstest;

use crate::bank::Bank;
use crate::shop::{Shop, Wants, usd};

const ROUNDS: usize = 8;

/// What two customers fight for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LastThing {
    Coupon,
    Slot,
    Payment,
    Credit,
}

/// Somebody about to open a billing.
struct Customer {
    payer: PayerId,
    payment: PaymentId,
    wants: Wants,
}

#[rstest]
fn of_two_checkouts_for_the_last_thing_exactly_one_wins_and_the_other_keeps_everything(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(
        LastThing::Coupon,
        LastThing::Slot,
        LastThing::Payment,
        LastThing::Credit
    )]
    thing: LastThing,
    #[values(CheckoutLocking::Optimistic, CheckoutLocking::RowLock)] locking: CheckoutLocking,
) {
    let terms = BillingTerms {
        locking,
        ..BillingTerms::default()
    };
    let Some(shop) = Shop::with(backend, Bank::default(), terms) else {
        return;
    };
    for round in 0..ROUNDS {
        let customers = two_for(&shop, thing, round);
        let outcomes = at_once(&shop, &customers);
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 1), "{won:?} {lost:?}");
        for refusal in lost.into_iter().filter_map(Result::err) {
            assert!(names(thing, &refusal), "{refusal:?}");
        }
        shop.keeps_its_rules();
    }
    let open = "SELECT id FROM payments_billings WHERE status = 'OPEN'";
    assert_eq!(shop.count(open), i64::try_from(ROUNDS).unwrap());
}

/// The loser may use elsewhere what it had brought: its own payment, its credit, its place.
#[rstest]
fn whoever_lost_pays_without_the_last_thing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = Shop::with(backend, Bank::default(), BillingTerms::default()) else {
        return;
    };
    let (first, second) = (PayerId::generate(), PayerId::generate());
    let last = Wants {
        slot: Some(shop.slot(1)),
        credit: Some(500),
        ..Wants::default()
    };
    shop.credit(first, 500);
    shop.credit(second, 500);
    let (one, other) = (shop.payment(first, 1999), shop.payment(second, 1999));
    shop.opens(first, &[one], &last).unwrap();
    shop.opens(second, &[other], &last).unwrap_err();
    let without = Wants { slot: None, ..last };
    let billing = shop.opens(second, &[other], &without).unwrap();
    shop.pays(billing, second, "tok_any").unwrap();
    shop.bench.app.deliver_due();
    shop.keeps_its_rules();
    let taken = "SELECT id FROM payments_billings WHERE captured_minor = 1499";
    assert_eq!(shop.count(taken), 1);
}

fn two_for(shop: &Shop, thing: LastThing, round: usize) -> [Customer; 2] {
    let one = PayerId::generate();
    let other = match thing {
        LastThing::Coupon | LastThing::Slot => PayerId::generate(),
        LastThing::Payment | LastThing::Credit => one,
    };
    let payment = shop.payment(one, 1999);
    let second = match thing {
        LastThing::Payment => payment,
        LastThing::Coupon | LastThing::Slot | LastThing::Credit => shop.payment(other, 1999),
    };
    let mut wants = Wants::default();
    match thing {
        LastThing::Coupon => {
            let code = format!("LAST-{round}");
            wants.coupon = Some(shop.coupon(&code, Discount::Amount(usd(500)), 1));
        }
        LastThing::Slot => wants.slot = Some(shop.slot(1)),
        LastThing::Payment => {}
        LastThing::Credit => {
            shop.credit(one, 1500);
            wants.credit = Some(1500);
        }
    }
    [(one, payment), (other, second)].map(|(payer, payment)| Customer {
        payer,
        payment,
        wants: wants.clone(),
    })
}

fn at_once(shop: &Shop, customers: &[Customer; 2]) -> Vec<Result<BillingId, OpenBillingError>> {
    let barrier = Barrier::new(customers.len());
    let opens = |customer: &Customer| {
        barrier.wait();
        shop.opens(customer.payer, &[customer.payment], &customer.wants)
    };
    std::thread::scope(|scope| {
        let opens = &opens;
        let threads: Vec<_> = customers
            .iter()
            .map(|customer| scope.spawn(move || opens(customer)))
            .collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| thread.join().unwrap();
        threads.into_iter().map(join).collect()
    })
}

fn names(thing: LastThing, refusal: &OpenBillingError) -> bool {
    let OpenBillingError::Refused(refusal) = refusal else {
        return false;
    };
    match thing {
        LastThing::Coupon => *refusal == OpenRefusal::Coupon(CouponRefusal::UsedUp),
        LastThing::Slot => *refusal == OpenRefusal::Slot(SlotRefusal::Full),
        LastThing::Payment => matches!(refusal, OpenRefusal::InBilling { .. }),
        LastThing::Credit => {
            matches!(refusal, OpenRefusal::Credit(short) if short.available == usd(0))
        }
    }
}
