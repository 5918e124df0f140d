//! Invoices and credit notes: what they say, that they are written once, and that they never change.

use chrono_tz::Tz;
use foundation::testing::Backend;
use foundation::{Clock as _, Currency, Failure, Money};
use payments::{
    BillingCaptured, CouponId, Discount, Invoice, InvoiceKind, IssueCoupon, PayerId,
    PaymentRefunded,
};
use rstest::rstest;

use crate::office::{Customers, Office, first, house, module, rates};

fn units(currency: &str, units: i64) -> Money {
    Money::from_minor_units(Currency::parse(currency).unwrap(), units).unwrap()
}

fn posted<E: foundation::Event>(office: &Office, event: &E) {
    let posted: Result<(), Failure> = office.bench.app.transactions().run(|uow| uow.post(event));
    posted.unwrap();
}

#[rstest]
#[case("USD", 1999, [500, 250], (3, 8247))] // premium 499.75, tax 249.9
#[case("KRW", 15_990, [3_998, 1_999], (1, 21_987))] // premium 3,997.5, tax 1,998.8
#[case("JPY", 14, [4, 2], (2, 40))] // premium 3.5, tax 1.8
#[case("KWD", 1_234, [309, 154], (1, 1_697))] // premium 308.5, tax 154.3
fn an_invoice_says_what_was_paid_to_the_last_minor_unit(
    #[case] currency: &str,
    #[case] hammer: i64,
    #[case] premium_and_tax: [i64; 2],
    #[case] sold: (usize, i64),
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::with(backend, Customers::default(), rates(2_500, 1_000)) else {
        return;
    };
    let (payer, (count, total)) = (office.bench.payer, sold);
    let price = units(currency, hammer);
    let payments: Vec<_> = (0..count)
        .map(|_| office.buys(payer, price, "A lamp"))
        .collect();
    let billing = office.pays(payer, &payments, (None, None));
    office.bench.app.deliver_due();
    let invoice = office.invoice(&first_number(&office));
    assert_eq!((invoice.billing, invoice.payer), (billing, payer));
    assert_eq!(invoice.number.kind(), InvoiceKind::Invoice);
    assert_eq!(invoice.buyer.name, "Ada");
    assert_eq!(invoice.buyer.address, ["1 Quay Street", "Bristol"]);
    assert_eq!(invoice.language, "ko");
    assert_eq!(invoice.seller, house("Gavel", Tz::UTC).seller);
    assert_eq!(invoice.issued_on, office.bench.clock.now().date_naive());
    assert_eq!(invoice.lines.len(), count);
    let [premium, tax] = premium_and_tax;
    for line in &invoice.lines {
        assert_eq!((line.title.as_str(), line.hammer), ("A lamp", price));
        assert_eq!(line.premium, units(currency, premium));
        assert_eq!(line.tax, units(currency, tax));
        assert_eq!(line.discount, units(currency, 0));
    }
    assert_eq!(invoice.total, units(currency, total));
    assert_eq!(invoice.paid, invoice.total);
    assert_eq!(invoice.correction, None);
}

fn first_number(office: &Office) -> String {
    let numbers = office.numbers();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
    numbers.into_iter().next().unwrap()
}

#[rstest]
fn coupon_and_credit_are_on_the_invoice_and_what_only_credit_paid_has_one_too(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::on(backend) else {
        return;
    };
    let payer = office.bench.payer;
    let code = payments::CouponCode::parse("SPRING").unwrap();
    let coupon = IssueCoupon {
        coupon: CouponId::generate(),
        code: code.clone(),
        discount: Discount::Amount(units("USD", 500)),
        allowed: 1,
        valid_until: None,
        staff: "sam".to_owned(),
    };
    let facade = &office.bench.payments;
    let transactions = office.bench.app.transactions();
    transactions
        .run(|uow| facade.issue_coupon(coupon.clone(), uow))
        .unwrap();
    let gift = payments::GrantCredit {
        seen: None,
        owner: payer,
        amount: units("USD", 3_000),
        reason: "a present".to_owned(),
        staff: "sam".to_owned(),
    };
    transactions
        .run(|uow| facade.grant_credit(gift.clone(), uow))
        .unwrap();
    let both = [1999, 2001].map(|price| office.buys(payer, units("USD", price), "A lamp"));
    office.pays(payer, &both, (Some(code), Some(units("USD", 1_000))));
    office.bench.app.deliver_due();
    let invoice = office.invoice(&first_number(&office));
    let discounts = invoice.lines.iter().map(|line| line.discount.minor_units());
    assert_eq!(discounts.sum::<i64>(), 500);
    let sums = [invoice.total, invoice.credit, invoice.paid].map(Money::minor_units);
    assert_eq!(sums, [3_500, 1_000, 2_500]);

    let small = office.buys(payer, units("USD", 700), "A match");
    office.pays(payer, &[small], (None, Some(units("USD", 2_000))));
    office.bench.app.deliver_due();
    let invoice = office.invoice(&first_of(&office, 2)[1]);
    let sums = [invoice.total, invoice.credit, invoice.paid].map(Money::minor_units);
    assert_eq!(sums, [700, 700, 0]);
}

/// The numbers, which are the first ones of this year.
fn first_of(office: &Office, count: usize) -> Vec<String> {
    let year = office.bench.clock.now().format("%Y").to_string();
    let numbers = office.numbers();
    assert_eq!(numbers, first(&year, count));
    numbers
}

#[rstest]
fn a_billing_has_one_invoice_however_often_its_capture_is_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::on(backend) else {
        return;
    };
    let (billing, _) = office.sells("19.99");
    office.bench.app.deliver_due();
    let told = BillingCaptured {
        billing,
        payer: office.bench.payer,
        amount: units("USD", 1999),
    };
    posted(&office, &told);
    posted(&office, &told);
    office.bench.app.deliver_due();
    first_of(&office, 1);
    office.sells("5.00");
    office.bench.app.deliver_due();
    first_of(&office, 2);
}

#[rstest]
fn an_invoice_waits_for_a_customer_whom_nobody_knows_yet(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::on(backend) else {
        return;
    };
    let stranger = PayerId::generate();
    let payment = office.buys(stranger, units("USD", 1999), "A lamp");
    office.pays(stranger, &[payment], (None, None));
    office.bench.app.deliver_due();
    first_of(&office, 0);
    office.customers.are_called(stranger, "Bob");
    office.bench.after(chrono::TimeDelta::hours(1));
    first_of(&office, 1);
}

#[rstest]
fn an_invoice_stays_as_it_was_whatever_changes_afterwards(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::with(backend, Customers::default(), rates(1_000, 500)) else {
        return;
    };
    office.sells("19.99");
    office.bench.app.deliver_due();
    let number = first_number(&office);
    let before = office.invoice(&number);
    let customers = office.customers.clone();
    customers.are_called(office.bench.payer, "Ada Lovelace");
    let other = module(&customers, house("Another house", Tz::UTC), rates(0, 2_000));
    let bench = office.bench.restarted(other);
    let office = Office { bench, customers };
    assert_eq!(office.invoice(&number), before);
    office.bench.after(chrono::TimeDelta::days(40));
    assert_eq!(office.invoice(&number), before);
}

#[rstest]
#[case("UPDATE payments_invoices SET buyer_name = 'Bob'")]
#[case("UPDATE payments_invoice_lines SET title = 'Gold'")]
#[case("DELETE FROM payments_invoices")]
#[case("DELETE FROM payments_invoice_lines")]
fn not_even_a_statement_of_its_own_changes_an_invoice(
    #[case] statement: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::on(backend) else {
        return;
    };
    office.sells("19.99");
    office.bench.app.deliver_due();
    let number = first_number(&office);
    let before = office.invoice(&number);
    let changed: Result<usize, Failure> = office.bench.app.transactions().run(|uow| {
        let query = diesel::sql_query(statement);
        Ok(diesel::RunQueryDsl::execute(query, uow.connection())?)
    });
    assert!(changed.is_err(), "{statement} was carried out");
    assert_eq!(office.invoice(&number), before);
}

#[rstest]
fn part_refunds_have_credit_notes_which_name_the_invoice(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::with(backend, Customers::default(), rates(2_500, 1_000)) else {
        return;
    };
    let (_, payment) = office.sells("100.00");
    office.bench.app.deliver_due();
    let number = first_number(&office);
    for part in [Some(units("USD", 2_750)), None] {
        office.gives_back(payment, part);
        office.bench.app.deliver_due();
    }
    let told = PaymentRefunded {
        payment,
        payer: office.bench.payer,
        amount: units("USD", 2_750),
        whole: false,
    };
    posted(&office, &told);
    office.bench.app.deliver_due();
    let year = office.bench.clock.now().format("%Y").to_string();
    let mut expected = first(&year, 1);
    expected.extend(first(&format!("C{year}"), 2));
    assert_eq!(office.numbers(), expected);
    let notes = [&expected[1], &expected[2]].map(|number| office.invoice(number));
    let said = notes.each_ref().map(parts_and_total);
    assert_eq!(
        said,
        [[2_000, 500, 250, 2_750], [8_000, 2_000, 1_000, 11_000]]
    );
    for note in notes {
        assert_eq!(note.number.kind(), InvoiceKind::CreditNote);
        assert_eq!(
            (note.buyer.name.as_str(), note.language.as_str()),
            ("Ada", "ko")
        );
        let correction = note.correction.unwrap();
        assert_eq!(correction.invoice.to_string(), number);
        assert_eq!(correction.reason, "a crack");
    }
}

fn parts_and_total(note: &Invoice) -> [i64; 4] {
    let line = &note.lines[0];
    [line.hammer, line.premium, line.tax, note.total].map(Money::minor_units)
}

#[rstest]
fn a_refund_that_is_told_before_the_capture_has_its_invoice_first(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(office) = Office::on(backend) else {
        return;
    };
    let stranger = PayerId::generate();
    let payment = office.buys(stranger, units("USD", 1999), "A lamp");
    office.pays(stranger, &[payment], (None, None));
    office.bench.app.deliver_due();
    office.gives_back(payment, Some(units("USD", 999)));
    office.bench.app.deliver_due();
    first_of(&office, 0);
    office.customers.are_called(stranger, "Bob");
    let told = PaymentRefunded {
        payment,
        payer: stranger,
        amount: units("USD", 999),
        whole: false,
    };
    posted(&office, &told);
    office.bench.app.deliver_due();
    assert_eq!(office.numbers().len(), 2);
    office.bench.after(chrono::TimeDelta::days(2));
    assert_eq!(office.numbers().len(), 2);
}
