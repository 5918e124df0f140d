//! A database with billings from before the ledger goes on where it was, and the ledger tells of them.

use chrono::TimeDelta;
use foundation::testing::Backend;
use payments::{
    BasisPoints, BillingTerms, CouponCode, Discount, PayOutcome, PayerId, PaymentId, Rates,
};
use rstest::rstest;

use crate::bank::Bank;
use crate::shop::{Shop, Wants, usd};

const LEDGER: &str = "2026-11-21-000014_ledger";

fn terms() -> BillingTerms {
    let share = |points| BasisPoints::try_new(points).unwrap();
    BillingTerms {
        rates: Rates {
            premium: share(2_500),
            tax: share(1_900),
        },
        ..BillingTerms::default()
    }
}

/// Undoes migrations until the database is as it was before the ledger.
fn go_back(shop: &Shop) {
    let database = shop.bench.database.database();
    let is_applied = || {
        let status = database.migration_status().unwrap();
        status
            .iter()
            .any(|migration| migration.name == LEDGER && migration.applied)
    };
    assert!(is_applied());
    while is_applied() {
        database.migrate_down().unwrap();
    }
}

fn pays(shop: &Shop, payer: PayerId, payments: &[PaymentId], wants: &Wants) {
    let billing = shop.opens(payer, payments, wants).unwrap();
    let paid = shop.pays(billing, payer, "tok_good").unwrap();
    assert_eq!(paid, PayOutcome::Paid);
}

fn credit(units: i64) -> Wants {
    Wants {
        credit: Some(units),
        ..Wants::default()
    }
}

/// Billings that are paid, with all that hangs on them and what was given back.
fn sold(shop: &Shop, coupon: &CouponCode) -> Vec<PaymentId> {
    let alice = PayerId::generate();
    shop.credit(alice, 9_000);
    let laden = Wants {
        coupon: Some(coupon.clone()),
        credit: Some(2_000),
        slot: None,
    };
    let sold = [1_999, 333, 1_999, 7_777, 1].map(|units| shop.payment(alice, units));
    pays(shop, alice, &sold[..3], &laden);
    pays(shop, alice, &sold[3..4], &Wants::default());
    pays(shop, alice, &sold[4..], &credit(100));
    shop.bench.app.deliver_due();
    let whole = None;
    for (payment, units) in [
        (0, Some(1)),
        (0, Some(900)),
        (1, whole),
        (3, whole),
        (4, whole),
    ] {
        shop.refunds(sold[payment], units).unwrap();
    }
    shop.bench.app.deliver_due();
    shop.refunds(sold[2], None).unwrap(); // on its way
    sold.to_vec()
}

/// Billings in every other state that there is.
fn unfinished(shop: &Shop, bank: &Bank, coupon: CouponCode) {
    let bob = PayerId::generate();
    shop.credit(bob, 500);
    let held = shop.payment(bob, 2_000);
    pays(
        shop,
        bob,
        &[held],
        &Wants {
            coupon: Some(coupon),
            ..credit(100)
        },
    );
    let refused = shop.payment(bob, 777);
    bank.refuses_captures(true);
    shop.bench.after(TimeDelta::zero());
    bank.refuses_captures(false);
    let open = [500, 600].map(|units| shop.payment(bob, units));
    shop.opens(bob, &open[..1], &credit(50)).unwrap();
    let ended = shop.opens(bob, &open[1..], &credit(60)).unwrap();
    assert!(shop.bench.desk.cancel(ended, bob).unwrap());
    pays(shop, bob, &[refused], &credit(70)); // held, not taken
}

#[rstest]
fn what_was_paid_before_there_was_a_ledger_is_told_by_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let bank = Bank::default();
    let Some(shop) = Shop::with(backend, bank.clone(), terms()) else {
        return;
    };
    let coupon = shop.coupon("SPRING", Discount::Amount(usd(700)), 2);
    let sold = sold(&shop, &coupon);
    unfinished(&shop, &bank, coupon);
    assert_eq!(shop.bench.ledger_differences(), [] as [&str; 0]);
    let transfers = "SELECT kind FROM payments_ledger_transfers";
    let before = shop.count(transfers);
    go_back(&shop);
    shop.bench.database.database().migrate().unwrap();
    assert_eq!(shop.bench.ledger_differences(), [] as [&str; 0]);
    assert!(shop.count(transfers) > before / 2, "it tells something");

    shop.bench.after(TimeDelta::seconds(31));
    assert_eq!(shop.bench.ledger_differences(), [] as [&str; 0]);
    for payment in sold {
        // What is left of each, to the last unit.
        drop(shop.refunds(payment, None));
    }
    shop.bench.after(TimeDelta::minutes(31));
    assert_eq!(shop.bench.ledger_differences(), [] as [&str; 0]);
    shop.keeps_its_rules();
}

#[rstest]
fn an_empty_database_goes_back_and_on(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = Shop::with(backend, Bank::default(), terms()) else {
        return;
    };
    go_back(&shop);
    shop.bench.database.database().migrate().unwrap();
    let payment = shop.payment(shop.bench.payer, 1_999);
    pays(&shop, shop.bench.payer, &[payment], &Wants::default());
    shop.bench.app.deliver_due();
    let sold = "SELECT kind FROM payments_ledger_transfers WHERE kind = 'hammer'";
    assert_eq!(shop.count(sold), 1);
}
