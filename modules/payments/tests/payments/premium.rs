//! The buyer's premium: the house's own, or what was agreed for one payment.

use foundation::testing::Backend;
use foundation::{Currency, Money};
use payments::{
    BasisPoints, BillingTerms, PayerId, PaymentId, Rates, StartPayment, StartPaymentError,
};
use rstest::rstest;

use crate::gateway::ScriptedGateway;
use crate::shop::{Shop, Wants, usd};

fn share(basis_points: u32) -> BasisPoints {
    BasisPoints::try_new(basis_points).unwrap()
}

/// A house that adds a quarter and then a tenth.
fn shop(backend: Backend) -> Option<Shop> {
    let rates = Rates {
        premium: share(2500),
        tax: share(1000),
    };
    let terms = BillingTerms {
        rates,
        ..BillingTerms::default()
    };
    Shop::with(backend, ScriptedGateway::default(), terms)
}

fn start(
    shop: &Shop,
    payer: PayerId,
    amount: Money,
    premium: Option<u32>,
) -> Result<PaymentId, StartPaymentError> {
    let payment = PaymentId::generate();
    let command = StartPayment {
        payment,
        payer,
        payee: None,
        premium: premium.map(share),
        amount,
        description: "A lamp".to_owned(),
    };
    let payments = &shop.bench.payments;
    let started = |uow: &mut _| payments.start_new_payment(command.clone(), uow);
    shop.bench.app.transactions().run(started)?;
    Ok(payment)
}

/// Premium, tax and what is to be paid for each of somebody's payments, the newest first.
fn shown(shop: &Shop, payer: PayerId) -> Vec<[i64; 3]> {
    let payments = &shop.bench.payments;
    let read = |reader: &mut _| payments.payments_of(payer, reader);
    let views = shop.bench.app.transactions().read(read).unwrap();
    let units = |view: &payments::PaymentView| {
        [view.order.premium, view.order.tax, view.total].map(Money::minor_units)
    };
    views.iter().map(units).collect()
}

#[rstest]
fn an_agreed_premium_goes_before_the_houses_and_is_shown_before_and_after_it_is_billed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    let payer = PayerId::generate();
    let agreed = start(&shop, payer, usd(1999), Some(1250)).unwrap();
    let usual = start(&shop, payer, usd(1999), None).unwrap();
    let none = start(&shop, payer, usd(1999), Some(0)).unwrap();
    let mut expected = [[250, 225, 2474], [500, 250, 2749], [0, 200, 2199]];
    expected.sort_unstable();
    let sorted = |mut all: Vec<[i64; 3]>| {
        all.sort_unstable();
        all
    };
    assert_eq!(sorted(shown(&shop, payer)), expected);
    let billing = shop.opens(payer, &[agreed, usual, none], &Wants::default());
    let billing = billing.unwrap();
    assert_eq!(sorted(shown(&shop, payer)), expected);
    let read = |reader: &mut _| shop.bench.payments.any_billing(billing, reader);
    let due = shop.bench.app.transactions().read(read).unwrap().unwrap();
    assert_eq!(due.amount_due, usd(2474 + 2749 + 2199));
    shop.keeps_its_rules();
}

#[rstest]
fn what_is_no_amount_any_more_with_the_premium_is_not_asked_for(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(shop) = shop(backend) else {
        return;
    };
    let payer = PayerId::generate();
    let most = Money::from_minor_units(Currency::USD, i64::MAX).unwrap();
    let refusal = start(&shop, payer, most, Some(1)).unwrap_err();
    assert!(matches!(refusal, StartPaymentError::Amount(_)), "{refusal}");
    assert_eq!(shown(&shop, payer), Vec::<[i64; 3]>::new());
}
