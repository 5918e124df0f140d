//! Statements out of the ledger, and payouts that never exceed what the house owes.

use std::sync::Barrier;

use chrono::{DateTime, TimeDelta, Utc};
use foundation::testing::Backend;
use foundation::{Clock as _, Money};
use payments::{
    BasisPoints, BillingTerms, CustomerStatement, Discount, PayOutcome, PayeeId, PayerId,
    PaymentId, PayoutId, Period, Rates, RecordPayout, RecordPayoutError, SellerStatement,
    StatementEntry, Sum,
};
use rstest::rstest;

use crate::bank::Bank;
use crate::shop::{Shop, Wants, usd};

const EVER: Period = Period {
    from: DateTime::<Utc>::MIN_UTC,
    until: DateTime::<Utc>::MAX_UTC,
};

/// A shop that lives on premium, tax and a commission of a tenth.
fn shop(backend: Backend) -> Option<Shop> {
    let share = |points| BasisPoints::try_new(points).unwrap();
    let terms = BillingTerms {
        rates: Rates {
            premium: share(1_000),
            tax: share(1_000),
        },
        commission: share(1_000),
        ..BillingTerms::default()
    };
    Shop::with(backend, Bank::default(), terms)
}

/// Somebody buys something of a seller for 20 dollars, and pays.
fn sale(shop: &Shop, payee: PayeeId) -> PaymentId {
    let payer = PayerId::generate();
    let payment = shop.payment_to(payee, payer, 2_000);
    let billing = shop.opens(payer, &[payment], &Wants::default()).unwrap();
    assert_eq!(
        shop.pays(billing, payer, "tok_good").unwrap(),
        PayOutcome::Paid
    );
    shop.bench.app.deliver_due();
    payment
}

fn payout(payee: PayeeId, amount: Money) -> RecordPayout {
    RecordPayout {
        payout: PayoutId::generate(),
        payee,
        amount,
        note: "transfer 17".to_owned(),
        staff: "sam".to_owned(),
    }
}

fn pays_out(shop: &Shop, command: &RecordPayout) -> Result<bool, RecordPayoutError> {
    let payments = &shop.bench.payments;
    let record = |uow: &mut _| payments.record_payout(command, uow);
    shop.bench.app.transactions().run(record)
}

fn of_seller(shop: &Shop, payee: PayeeId, period: Period) -> SellerStatement {
    let payments = &shop.bench.payments;
    let read = |reader: &mut _| payments.seller_statements(payee, period, reader);
    let mut all = shop.bench.app.transactions().read(read).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn of_customer(shop: &Shop, payer: PayerId) -> CustomerStatement {
    let payments = &shop.bench.payments;
    let read = |reader: &mut _| payments.customer_statements(payer, EVER, reader);
    let mut all = shop.bench.app.transactions().read(read).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn units<const N: usize>(sums: [Sum; N]) -> [i128; N] {
    sums.map(|sum| sum.minor_units)
}

#[rstest]
fn a_seller_sees_every_sale_refund_and_payout_and_what_is_still_owed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    let payee = PayeeId::generate();
    let first = sale(&shop, payee);
    shop.bench.clock.advance(TimeDelta::days(1));
    let second_day = shop.bench.clock.now();
    sale(&shop, payee);
    assert!(pays_out(&shop, &payout(payee, usd(3_600))).unwrap());
    shop.bench.clock.advance(TimeDelta::days(1));
    shop.refunds(first, None).unwrap();
    let pending = of_seller(&shop, payee, EVER);
    assert_eq!(units([pending.closing, pending.payable]), [0, -2_000]);
    shop.bench.app.deliver_due();

    let statement = of_seller(&shop, payee, EVER);
    let lines = statement.lines.iter().map(|line| {
        let sums = units([line.hammer, line.commission, line.payout, line.balance]);
        (
            line.occasion.entry,
            line.occasion.description.as_str(),
            sums,
        )
    });
    let expected = [
        (StatementEntry::Sale, "A lamp", [2_000, -200, 0, 1_800]),
        (StatementEntry::Sale, "A lamp", [2_000, -200, 0, 3_600]),
        (StatementEntry::Payout, "transfer 17", [0, 0, -3_600, 0]),
        (StatementEntry::Refund, "A lamp", [-2_000, 200, 0, -1_800]),
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    let ends = [statement.opening, statement.closing, statement.payable];
    assert_eq!(
        units(ends),
        [0, -1_800, -1_800],
        "the seller owes the house"
    );

    let day = Period {
        from: second_day,
        until: second_day + TimeDelta::days(1),
    };
    let statement = of_seller(&shop, payee, day);
    assert_eq!(statement.lines.len(), 2);
    assert_eq!(units([statement.opening, statement.closing]), [1_800, 0]);

    let refused = pays_out(&shop, &payout(payee, usd(1))).unwrap_err();
    let expected = "at most 0.00 USD is payable to this seller";
    assert_eq!(refused.to_string(), expected);
    sale(&shop, payee);
    let balance = of_seller(&shop, payee, EVER).closing;
    assert_eq!(units([balance]), [0], "the next sale makes good for it");
}

#[rstest]
fn a_payout_is_recorded_once_and_never_above_what_is_payable(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    let payee = PayeeId::generate();
    sale(&shop, payee);
    let beyond = pays_out(&shop, &payout(payee, usd(1_801))).unwrap_err();
    let expected = "at most 18.00 USD is payable to this seller";
    assert_eq!(beyond.to_string(), expected);
    let nothing = pays_out(&shop, &payout(payee, usd(0)));
    assert!(matches!(nothing, Err(RecordPayoutError::Nothing)));
    let won = Money::parse_with_code("KRW", "1").unwrap();
    let foreign = pays_out(&shop, &payout(payee, won)).unwrap_err();
    assert_eq!(
        foreign.to_string(),
        "at most 0 KRW is payable to this seller"
    );

    let command = payout(payee, usd(1_000));
    assert!(pays_out(&shop, &command).unwrap());
    assert!(!pays_out(&shop, &command).unwrap());
    let other = RecordPayout {
        amount: usd(800),
        ..command
    };
    let taken = pays_out(&shop, &other);
    assert!(matches!(taken, Err(RecordPayoutError::Taken(_))));
    assert!(pays_out(&shop, &payout(payee, usd(800))).unwrap());
    assert_eq!(units([of_seller(&shop, payee, EVER).payable]), [0]);
    let read = |reader: &mut _| shop.bench.payments.payables(reader);
    let owed = shop.bench.app.transactions().read(read).unwrap();
    assert_eq!(owed, []);
}

#[rstest]
fn of_simultaneous_payouts_of_all_that_is_payable_one_is_recorded(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    const TRIES: usize = 4;
    let Some(shop) = shop(backend) else {
        return;
    };
    for _ in 0..5 {
        let payee = PayeeId::generate();
        sale(&shop, payee);
        let barrier = Barrier::new(TRIES);
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let pay = || {
                let command = payout(payee, usd(1_800));
                barrier.wait();
                pays_out(&shop, &command)
            };
            let threads: Vec<_> = (0..TRIES).map(|_| scope.spawn(pay)).collect();
            let join = |thread: std::thread::ScopedJoinHandle<'_, _>| thread.join().unwrap();
            threads.into_iter().map(join).collect()
        });
        let recorded = outcomes.iter().filter(|outcome| outcome.is_ok());
        assert_eq!(recorded.count(), 1, "{outcomes:?}");
        let refused = |outcome: &Result<_, _>| {
            matches!(outcome, Ok(_) | Err(RecordPayoutError::TooMuch { .. }))
        };
        assert!(outcomes.iter().all(refused), "{outcomes:?}");
        assert_eq!(units([of_seller(&shop, payee, EVER).closing]), [0]);
    }
}

#[rstest]
fn a_customer_sees_what_was_bought_and_with_what_it_was_paid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    let payer = PayerId::generate();
    let payment = shop.payment(payer, 2_000);
    shop.credit(payer, 700);
    let wants = Wants {
        coupon: Some(shop.coupon("SPRING", Discount::Amount(usd(420)), 1)),
        credit: Some(500),
        slot: None,
    };
    let billing = shop.opens(payer, &[payment], &wants).unwrap();
    shop.bench.clock.advance(TimeDelta::minutes(1));
    shop.pays(billing, payer, "tok_good").unwrap();
    shop.bench.clock.advance(TimeDelta::minutes(1));
    shop.bench.app.deliver_due();
    shop.bench.clock.advance(TimeDelta::minutes(1));
    shop.refunds(payment, None).unwrap();
    shop.bench.app.deliver_due();

    let statement = of_customer(&shop, payer);
    let lines = statement.lines.iter().map(|line| {
        let bought = units([line.hammer, line.premium, line.tax, line.discount]);
        let paid = units([line.credit, line.paid, line.balance, line.credit_left]);
        (line.occasion.entry, bought, paid)
    });
    let expected = [
        (StatementEntry::CreditGranted, [0; 4], [0, 0, 0, 700]),
        (StatementEntry::CreditUsed, [0; 4], [-500, 0, -500, 200]),
        (
            StatementEntry::Sale,
            [2_000, 200, 220, -420],
            [0, 0, 1_500, 200],
        ),
        (StatementEntry::Payment, [0; 4], [0, -1_500, 0, 200]),
        (
            StatementEntry::Refund,
            [-2_000, -200, -220, 420],
            [500, 1_500, 0, 700],
        ),
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    assert_eq!(units([statement.closing, statement.credit_left]), [0, 700]);
}
