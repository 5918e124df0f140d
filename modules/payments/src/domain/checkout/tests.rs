//! Checkouts to the last minor unit, and to the end in every way they may take.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::testing::FixedClock;
use foundation::{Clock as _, Currency, Money, MoneyError};
use rstest::rstest;

use super::*;
use crate::domain::amounts::BasisPoints;
use crate::domain::billing::asking::{Charge, ChargeRefusal};
use crate::domain::coupon::Discount;
use crate::domain::coupon::tests::coupon;
use crate::domain::instruction::GatewayReference;
use crate::domain::order::Rates;
use crate::domain::payment::NewPayment;
use crate::domain::redirect::{Redirect, ReturnUrl};
use crate::domain::slot::tests::slot;
use crate::domain::status::PaymentStatus;
use crate::domain::token::PaymentToken;
use crate::events::BillingEvent;
use crate::ids::{BillingId, PayeeId, PayerId, PaymentId};

pub(super) fn now() -> DateTime<Utc> {
    FixedClock::default().now()
}

pub(super) fn money(currency: Currency, units: i64) -> Money {
    Money::from_minor_units(currency, units).unwrap()
}

pub(super) fn usd(units: i64) -> Money {
    money(Currency::USD, units)
}

pub(super) fn payments(
    currency: Currency,
    amounts: &[i64],
    payee: Option<PayeeId>,
) -> Vec<Payment> {
    let started = amounts.iter().map(|units| {
        let new = NewPayment {
            id: PaymentId::generate(),
            payer: PayerId::generate(),
            payee,
            premium: None,
            amount: money(currency, *units),
            description: "A lamp".to_owned(),
        };
        Payment::start(new, now())
    });
    started.collect()
}

pub(super) fn basket(currency: Currency, amounts: &[i64]) -> Basket {
    Basket {
        payments: payments(currency, amounts, None),
        coupon: None,
        credit: None,
        slot: None,
    }
}

pub(super) fn rates(premium: u32, tax: u32) -> Rates {
    Rates {
        premium: BasisPoints::try_new(premium).unwrap(),
        tax: BasisPoints::try_new(tax).unwrap(),
    }
}

pub(super) fn open_at(rates: Rates, basket: Basket) -> Result<Checkout, OpenRefusal> {
    let opening = Opening {
        billing: BillingId::generate(),
        payer: PayerId::generate(),
        rates,
        commission: BasisPoints::try_new(1_000).unwrap(),
        expires_at: now() + TimeDelta::minutes(30),
    };
    Checkout::open(opening, basket, now())
}

pub(super) fn open(basket: Basket) -> Checkout {
    open_at(Rates::default(), basket).unwrap()
}

pub(super) fn credit(available: i64) -> CreditAccount {
    let amounts = (usd(available), usd(0));
    CreditAccount::restore(PayerId::generate(), amounts, 1)
}

/// Two payments of 100 dollars with everything that may hang on a billing.
pub(super) fn laden() -> Checkout {
    let mut basket = basket(Currency::USD, &[10_000, 10_000]);
    basket.coupon = Some(coupon(Discount::Amount(usd(1_001)), 1));
    basket.credit = Some((credit(5_000), usd(4_000)));
    basket.slot = Some(slot(1));
    open(basket)
}

pub(super) fn charge(return_url: Option<&str>) -> Charge {
    Charge {
        token: PaymentToken::parse("tok_any").unwrap(),
        gateway: None,
        return_url: return_url.map(|place| ReturnUrl::parse(place).unwrap()),
    }
}

pub(super) fn authorised() -> Answer {
    Answer::Authorised {
        reference: GatewayReference::from("held".to_owned()),
        capture_before: None,
    }
}

pub(super) fn refused() -> Answer {
    Answer::Refused {
        reason: "declined".to_owned(),
        reference: None,
    }
}

pub(super) fn pay(checkout: &mut Checkout, answer: &Answer) -> Consequence {
    let id = OperationId::generate();
    let begun = checkout.billing.begin_charge(id, charge(None), now());
    begun.unwrap();
    checkout.record(id, answer, now()).unwrap()
}

pub(super) fn capture(checkout: &mut Checkout, answer: &Answer) -> Consequence {
    let id = OperationId::generate();
    let begun = checkout.billing.begin_capture(id, now()).unwrap();
    assert!(begun.is_some());
    checkout.record(id, answer, now()).unwrap()
}

pub(super) fn captured(mut checkout: Checkout) -> Checkout {
    pay(&mut checkout, &authorised());
    capture(&mut checkout, &Answer::Captured);
    checkout
}

pub(super) fn statuses(checkout: &Checkout) -> Vec<PaymentStatus> {
    let payments = checkout.payments.iter();
    payments.map(|payment| payment.data().status).collect()
}

/// Coupon held and redeemed, credit available and held, slot held and confirmed.
pub(super) fn kept(checkout: &Checkout) -> [i64; 6] {
    let coupon = checkout.coupon.as_ref().unwrap().data();
    let credit = checkout.credit.as_ref().unwrap();
    let slot = checkout.slot.as_ref().unwrap().data();
    [
        coupon.held,
        coupon.redeemed,
        credit.available().minor_units(),
        credit.held().minor_units(),
        slot.held,
        slot.confirmed,
    ]
}

#[rstest]
#[case(Currency::USD, &[1999, 1999, 1999], 0, 0, 5997)]
#[case(Currency::USD, &[1999, 1999, 1999], 2500, 1000, 3 * (1999 + 500 + 250))]
#[case(Currency::KRW, &[15_990, 5], 1000, 1000, 15_990 + 1599 + 1759 + 5 + 1 + 1)]
#[case(Currency::JPY, &[1, 1, 1], 5000, 0, 3 * 2)]
#[case(Currency::KWD, &[1234, 1], 1250, 500, 1234 + 154 + 69 + 1)]
#[case(Currency::USD, &[i64::MAX], 0, 0, i64::MAX)]
#[case(Currency::USD, &[i64::MAX - 10, 10], 0, 0, i64::MAX)]
fn premium_and_tax_are_rounded_half_up_on_each_line(
    #[case] currency: Currency,
    #[case] amounts: &[i64],
    #[case] premium: u32,
    #[case] tax: u32,
    #[case] due: i64,
) {
    let checkout = open_at(rates(premium, tax), basket(currency, amounts)).unwrap();
    assert_eq!(checkout.billing.data().amount_due, money(currency, due));
}

#[rstest]
#[case(&[i64::MAX, 1], 0)]
#[case(&[i64::MAX], 1)]
#[case(&[i64::MAX / 2 + 1], 10_000)]
fn amounts_beyond_64_bits_are_refused(#[case] amounts: &[i64], #[case] premium: u32) {
    let refused = open_at(rates(premium, 0), basket(Currency::USD, amounts));
    assert_eq!(refused.unwrap_err(), MoneyError::TooLarge.into());
}

#[test]
fn currencies_are_not_paid_together() {
    let mut mixed = basket(Currency::USD, &[1999]);
    mixed
        .payments
        .extend(payments(Currency::KRW, &[15_990], None));
    let refused = open_at(Rates::default(), mixed).unwrap_err();
    let (one, other) = (Currency::USD, Currency::KRW);
    assert_eq!(refused, OpenRefusal::Currencies { one, other });
    let mut foreign = basket(Currency::KRW, &[15_990]);
    foreign.credit = Some((credit(100), usd(100)));
    assert!(matches!(
        open_at(Rates::default(), foreign),
        Err(OpenRefusal::Amount(MoneyError::CurrencyMismatch { .. }))
    ));
    let empty = open_at(Rates::default(), basket(Currency::USD, &[]));
    assert_eq!(empty.unwrap_err(), OpenRefusal::NoPayments);
}

#[test]
fn a_coupon_above_the_total_leaves_nothing_due_and_no_change_back() {
    let mut basket = basket(Currency::USD, &[1999, 1]);
    basket.coupon = Some(coupon(Discount::Amount(usd(100_000)), 1));
    basket.credit = Some((credit(500), usd(500)));
    let mut checkout = open(basket);
    let data = checkout.billing.data();
    assert_eq!(data.coupon.unwrap().discount, usd(2000));
    assert_eq!((data.credit, data.amount_due), (usd(0), usd(0)));
    assert!(checkout.settle_without_gateway(now()).unwrap());
    assert!(!checkout.settle_without_gateway(now()).unwrap());
    assert_eq!(statuses(&checkout), [PaymentStatus::Captured; 2]);
    assert_eq!(checkout.coupon.as_ref().unwrap().data().redeemed, 1);
}

#[test]
fn success_and_cancel_are_each_effective_once_and_neither_after_the_other() {
    let mut paid = laden();
    assert_eq!(kept(&paid), [1, 0, 1000, 4000, 1, 0]);
    assert!(paid.to_success(now()).unwrap());
    assert!(!paid.to_success(now()).unwrap());
    assert_eq!(kept(&paid), [0, 1, 1000, 0, 0, 1]);
    assert_eq!(statuses(&paid), [PaymentStatus::Charged; 2]);
    assert!(paid.to_cancel(CancelReason::Payer, now()).is_err());
    assert_eq!(kept(&paid), [0, 1, 1000, 0, 0, 1]);

    let mut cancelled = laden();
    assert!(cancelled.to_cancel(CancelReason::Payer, now()).unwrap());
    assert!(!cancelled.to_cancel(CancelReason::Expired, now()).unwrap());
    assert_eq!(kept(&cancelled), [0, 0, 5000, 0, 0, 0]);
    assert!(cancelled.to_success(now()).is_err());
    assert_eq!(statuses(&cancelled), [PaymentStatus::New; 2]);
    let free = |payment: &Payment| payment.data().billing.is_none();
    assert!(cancelled.payments.iter().all(free));
}

#[test]
fn a_declined_try_leaves_the_billing_open_and_its_payments_failed() {
    let mut checkout = laden();
    let consequence = pay(&mut checkout, &refused());
    assert_eq!(consequence, Consequence::Declined("declined".to_owned()));
    assert_eq!(statuses(&checkout), [PaymentStatus::Failed; 2]);
    assert_eq!(checkout.status(), BillingStatus::Open);
    assert_eq!(kept(&checkout), [1, 0, 1000, 4000, 1, 0]);
    pay(&mut checkout, &authorised());
    assert_eq!(checkout.status(), BillingStatus::Success);
    let again = checkout
        .billing
        .begin_charge(OperationId::generate(), charge(None), now());
    assert_eq!(
        again.unwrap_err(),
        ChargeRefusal::Ended(BillingStatus::Success)
    );
}

#[test]
fn a_refused_capture_undoes_the_whole_success() {
    let mut checkout = laden();
    pay(&mut checkout, &authorised());
    let consequence = capture(&mut checkout, &refused());
    assert_eq!(
        consequence,
        Consequence::CaptureRefused("declined".to_owned())
    );
    assert_eq!(checkout.status(), BillingStatus::Cancelled);
    assert_eq!(kept(&checkout), [0, 0, 5000, 0, 0, 0]);
    assert_eq!(statuses(&checkout), [PaymentStatus::Failed; 2]);
    assert!(checkout.payments[0].data().billing.is_none());
}

#[test]
fn what_is_held_for_a_cancelled_billing_is_let_go() {
    let mut checkout = laden();
    let (id, void) = (OperationId::generate(), OperationId::generate());
    checkout
        .billing
        .begin_charge(id, charge(None), now())
        .unwrap();
    checkout.to_cancel(CancelReason::TimedOut, now()).unwrap();
    let late = checkout.record(id, &authorised(), now()).unwrap();
    assert_eq!(late, Consequence::TooLate);
    assert_eq!(kept(&checkout), [0, 0, 5000, 0, 0, 0]);
    assert!(checkout.billing.begin_void(void, now()).unwrap().is_some());
    checkout.record(void, &Answer::Voided, now()).unwrap();
    assert!(checkout.billing.begin_void(void, now()).unwrap().is_none());
    assert_eq!(checkout.billing.data().authorisation, None);
}

fn action_required(reference: &str) -> Answer {
    let place = "https://bank.example/confirm".to_owned();
    Answer::ActionRequired {
        reference: GatewayReference::from(reference.to_owned()),
        redirect: Redirect {
            desktop: place.clone(),
            mobile: place,
        },
    }
}

#[test]
fn a_confirmation_is_waited_for_and_completed() {
    let mut checkout = laden();
    let (id, complete) = (OperationId::generate(), OperationId::generate());
    let back = Some("https://gavel.example/back");
    checkout
        .billing
        .begin_charge(id, charge(back), now())
        .unwrap();
    checkout
        .record(id, &action_required("pi_1"), now())
        .unwrap();
    assert_eq!(statuses(&checkout), [PaymentStatus::New; 2]);
    assert!(checkout.billing.data().waiting.is_some());
    let begun = checkout.billing.begin_complete(complete, None, now());
    begun.unwrap();
    checkout.record(complete, &authorised(), now()).unwrap();
    assert_eq!(checkout.status(), BillingStatus::Success);
    assert_eq!(checkout.billing.data().waiting, None);
    let again = checkout.billing.begin_complete(complete, None, now());
    assert_eq!(
        again.unwrap_err(),
        ChargeRefusal::Ended(BillingStatus::Success)
    );
}

#[rstest]
#[case::another_try(false)]
#[case::cancelled(true)]
fn a_confirmation_that_nobody_wants_any_more_is_let_go(#[case] cancelled: bool) {
    let mut checkout = laden();
    let back = Some("https://gavel.example/back");
    let id = OperationId::generate();
    checkout
        .billing
        .begin_charge(id, charge(back), now())
        .unwrap();
    checkout
        .record(id, &action_required("pi_1"), now())
        .unwrap();
    checkout.billing.saved(2);
    if cancelled {
        checkout.to_cancel(CancelReason::Payer, now()).unwrap();
    } else {
        pay(&mut checkout, &authorised());
    }
    let events = checkout.billing.saved(3);
    let let_go = |event: &&BillingEvent| matches!(event, BillingEvent::Abandoned(gone) if gone.reference == "pi_1");
    assert_eq!(events.iter().filter(let_go).count(), 1, "{events:?}");
}
