//! The stored ledger: what the database itself keeps out, and what the proof finds.

use diesel::{RunQueryDsl, sql_query};
use foundation::testing::Backend;
use foundation::{Failure, UnitOfWork};
use payments::{BasisPoints, BillingTerms, Discount, PayOutcome, PayerId, PaymentId, Rates};
use rstest::rstest;

use crate::bank::Bank;
use crate::shop::{Shop, Wants, usd};

/// A shop that lives on premium, tax and commission.
fn shop(backend: Backend) -> Option<Shop> {
    let share = |points| BasisPoints::try_new(points).unwrap();
    let terms = BillingTerms {
        rates: Rates {
            premium: share(1_000),
            tax: share(1_000),
        },
        commission: share(1_250),
        ..BillingTerms::default()
    };
    Shop::with(backend, Bank::default(), terms)
}

/// Two payments of 19.99, less a coupon of 5.00, less a credit of 10.00: paid, and a part given back.
fn story(shop: &Shop) -> (PayerId, [PaymentId; 2]) {
    let payer = shop.bench.payer;
    let payments = [1999, 1999].map(|units| shop.payment(payer, units));
    shop.credit(payer, 1000);
    let wants = Wants {
        coupon: Some(shop.coupon("SPRING", Discount::Amount(usd(500)), 1)),
        credit: Some(1000),
        slot: None,
    };
    let billing = shop.opens(payer, &payments, &wants).unwrap();
    let paid = shop.pays(billing, payer, "tok_good").unwrap();
    assert_eq!(paid, PayOutcome::Paid);
    shop.bench.app.deliver_due();
    shop.refunds(payments[0], Some(700)).unwrap();
    shop.bench.app.deliver_due();
    (payer, payments)
}

/// What the database says to a statement.
fn tried(shop: &Shop, statement: &str) -> Result<usize, String> {
    let run =
        |uow: &mut UnitOfWork| Ok::<_, Failure>(sql_query(statement).execute(uow.connection())?);
    let done = shop.bench.app.transactions().run(run);
    done.map_err(|failure| causes(&failure).join(": "))
}

fn causes(failure: &dyn std::error::Error) -> Vec<String> {
    let mut told = vec![failure.to_string()];
    let mut next = failure.source();
    while let Some(cause) = next {
        told.push(cause.to_string());
        next = cause.source();
    }
    told
}

#[rstest]
fn everybody_has_a_share_and_what_was_given_back_is_taken_from_each(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    story(&shop);
    // 19.99 + 2.00 + 2.20 twice, less 5.00: 21.69 for each payment; of the first 7.00 came back.
    let told = shop.named(
        "SELECT transfer.kind AS name, CAST(sum(amount_minor) AS BIGINT) AS count
         FROM payments_ledger_transfers AS transfer GROUP BY transfer.kind",
    );
    let told: Vec<_> = told
        .iter()
        .map(|(kind, units)| (kind.as_str(), *units))
        .collect();
    let expected = [
        ("authorisation", 2 * (1999 + 200 + 220) - 500 - 1000),
        ("commission", 2 * 250),
        ("credit", 1000),
        ("discount", 500),
        ("grant", 1000),
        ("hammer", 2 * 1999),
        ("premium", 2 * 200),
        ("refund", 700),
        ("refund_commission", 81),
        ("refund_discount", 81),
        ("refund_hammer", 646),
        ("refund_premium", 64),
        ("refund_tax", 71),
        ("tax", 2 * 220),
    ];
    assert_eq!(told, expected);
}

#[rstest]
fn what_the_ledger_tells_is_neither_changed_nor_taken_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    story(&shop);
    for statement in [
        "UPDATE payments_ledger_transfers SET amount_minor = amount_minor + 1",
        "DELETE FROM payments_ledger_transfers WHERE kind = 'premium'",
        "UPDATE payments_ledger_resolutions SET outcome = 'voided'",
        "DELETE FROM payments_ledger_resolutions",
    ] {
        let refused = tried(&shop, statement).unwrap_err();
        assert!(refused.contains("is append-only"), "{statement}: {refused}");
    }
}

#[rstest]
fn a_pending_transfer_comes_to_one_end_and_a_final_one_to_none(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    story(&shop);
    let end = |of: &str| {
        format!(
            "INSERT INTO payments_ledger_resolutions
             SELECT kind, subject, 'pending', 'voided', recorded_at FROM payments_ledger_transfers
             WHERE kind = '{of}'"
        )
    };
    for of in ["authorisation", "credit", "refund", "hammer", "grant"] {
        let refused = tried(&shop, &end(of));
        assert!(refused.is_err(), "{of} came to an end: {refused:?}");
    }
}

#[rstest]
fn nothing_is_told_twice_and_nothing_beside_the_chart_of_accounts(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    story(&shop);
    let copy = |changed: &str, id: &str| {
        let columns = "kind, subject, phase, debit, debit_owner, credit, credit_owner, gateway,
                       amount_minor, currency, billing, payment, note, recorded_at";
        let other = columns.replace(changed.split(' ').next_back().unwrap(), changed);
        let other = other.replace("subject,", &format!("{id},"));
        format!(
            "INSERT INTO payments_ledger_transfers ({columns})
             SELECT {other} FROM payments_ledger_transfers WHERE kind = 'premium' LIMIT 1"
        )
    };
    for (statement, what) in [
        (copy("note", "subject"), "the same again"),
        (
            copy("'tax' AS kind", "billing"),
            "a tax that is income from buyers",
        ),
        (
            copy("'refund_tax' AS kind", "billing"),
            "the wrong way round",
        ),
        (copy("0 AS amount_minor", "billing"), "nothing"),
        (
            copy("- amount_minor AS amount_minor", "billing"),
            "less than nothing",
        ),
        (copy("NULL AS debit_owner", "billing"), "what nobody owes"),
        (
            copy("'stripe' AS gateway", "billing"),
            "a gateway that is none",
        ),
    ] {
        let refused = tried(&shop, &statement);
        assert!(refused.is_err(), "the ledger took {what}: {refused:?}");
    }
    shop.bench.database.is_left_broken();
    assert_eq!(tried(&shop, &copy("2 AS amount_minor", "billing")), Ok(1));
}

#[rstest]
fn the_proof_finds_what_does_not_belong_and_what_is_missing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    story(&shop);
    assert_eq!(shop.bench.ledger_differences(), [] as [&str; 0]);
    let database = &shop.bench.database;
    database.is_left_broken();
    database.tamper(
        "INSERT INTO payments_ledger_transfers
         SELECT 'premium', billing, 'final', 'receivable', debit_owner, 'premium', NULL, NULL, 1, currency,
                billing, NULL, NULL, recorded_at
         FROM payments_ledger_transfers WHERE kind = 'premium' LIMIT 1",
    );
    database.tamper("UPDATE payments_billings SET captured_minor = captured_minor - 1");
    database.tamper("UPDATE payments_credit_accounts SET available_minor = available_minor + 1");
    let found = shop.bench.ledger_differences().join("\n");
    for what in [
        "captured: 33.38 USD in the ledger, 33.37 USD in the billing",
        "what the payer owes: 0.01 USD in the ledger, 0.00 USD in the billing",
        "0.01 USD of which 0.00 USD held, in the ledger 0.00 USD of which 0.00 USD held",
    ] {
        assert!(found.contains(what), "{what} is not in: {found}");
    }
}
