//! Checkouts to the last minor unit, and to the end in every way they may take.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::testing::FixedClock;
use foundation::{Clock as _, Currency, Money};
use rstest::rstest;

use super::*;
use crate::domain::amounts::BasisPoints;
use crate::domain::billing::asking::{Charge, ChargeRefusal};
use crate::domain::coupon::Discount;
use crate::domain::coupon::tests::coupon;
use crate::domain::instruction::GatewayReference;
use crate::domain::payment::NewPayment;
use crate::domain::redirect::{Redirect, ReturnUrl};
use crate::domain::slot::tests::slot;
use crate::domain::token::PaymentToken;
use crate::ids::RefundId;

fn now() -> DateTime<Utc> {
    FixedClock::default().now()
}

fn money(currency: Currency, units: i64) -> Money {
    Money::from_minor_units(currency, units).unwrap()
}

fn usd(units: i64) -> Money {
    money(Currency::USD, units)
}

fn payments(currency: Currency, amounts: &[i64]) -> Vec<Payment> {
    let started = amounts.iter().map(|units| {
        let new = NewPayment {
            id: PaymentId::generate(),
            payer: PayerId::generate(),
            payee: None,
            amount: money(currency, *units),
            description: "A lamp".to_owned(),
        };
        Payment::start(new, now())
    });
    started.collect()
}

fn basket(currency: Currency, amounts: &[i64]) -> Basket {
    Basket {
        payments: payments(currency, amounts),
        coupon: None,
        credit: None,
        slot: None,
    }
}

fn rates(premium: u32, tax: u32) -> Rates {
    Rates {
        premium: BasisPoints::try_new(premium).unwrap(),
        tax: BasisPoints::try_new(tax).unwrap(),
    }
}

fn open_at(rates: Rates, basket: Basket) -> Result<Checkout, OpenRefusal> {
    let opening = Opening {
        billing: BillingId::generate(),
        payer: PayerId::generate(),
        rates,
        expires_at: now() + TimeDelta::minutes(30),
    };
    Checkout::open(opening, basket, now())
}

fn open(basket: Basket) -> Checkout {
    open_at(Rates::default(), basket).unwrap()
}

fn credit(available: i64) -> CreditAccount {
    let amounts = (usd(available), usd(0));
    CreditAccount::restore(PayerId::generate(), amounts, 1)
}

/// Two payments of 100 dollars with everything that may hang on a billing.
fn laden() -> Checkout {
    let mut basket = basket(Currency::USD, &[10_000, 10_000]);
    basket.coupon = Some(coupon(Discount::Amount(usd(1_001)), 1));
    basket.credit = Some((credit(5_000), usd(4_000)));
    basket.slot = Some(slot(1));
    open(basket)
}

fn charge(return_url: Option<&str>) -> Charge {
    Charge {
        token: PaymentToken::parse("tok_any").unwrap(),
        gateway: None,
        return_url: return_url.map(|place| ReturnUrl::parse(place).unwrap()),
    }
}

fn authorised() -> Answer {
    Answer::Authorised {
        reference: GatewayReference::from("held".to_owned()),
        capture_before: None,
    }
}

fn refused() -> Answer {
    Answer::Refused {
        reason: "declined".to_owned(),
        reference: None,
    }
}

fn pay(checkout: &mut Checkout, answer: &Answer) -> Consequence {
    let id = OperationId::generate();
    let begun = checkout.billing.begin_charge(id, charge(None), now());
    begun.unwrap();
    checkout.record(id, answer, now()).unwrap()
}

fn capture(checkout: &mut Checkout, answer: &Answer) -> Consequence {
    let id = OperationId::generate();
    let begun = checkout.billing.begin_capture(id, now()).unwrap();
    assert!(begun.is_some());
    checkout.record(id, answer, now()).unwrap()
}

fn captured(mut checkout: Checkout) -> Checkout {
    pay(&mut checkout, &authorised());
    capture(&mut checkout, &Answer::Captured);
    checkout
}

fn statuses(checkout: &Checkout) -> Vec<PaymentStatus> {
    let payments = checkout.payments.iter();
    payments.map(|payment| payment.data().status).collect()
}

/// Coupon held and redeemed, credit available and held, slot held and confirmed.
fn kept(checkout: &Checkout) -> [i64; 6] {
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

fn wish(checkout: &Checkout, order: usize, amount: Option<i64>) -> RefundPayment {
    let data = checkout.billing.data();
    RefundPayment {
        refund: RefundId::generate(),
        payment: data.orders[order].payment,
        amount: amount.map(|units| money(data.amount_due.currency(), units)),
        reason: "it was broken".to_owned(),
        staff: "sam".to_owned(),
    }
}

fn refund(
    checkout: &mut Checkout,
    order: usize,
    amount: Option<i64>,
) -> Result<Refund, RefundRefusal> {
    let wish = wish(checkout, order, amount);
    let (refund, new) = checkout.refund(wish, now()).unwrap()?;
    assert!(new);
    Ok(refund)
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
    mixed.payments.extend(payments(Currency::KRW, &[15_990]));
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
    assert_eq!(refund(&mut checkout, 0, None), Err(RefundRefusal::Nothing));
}

#[test]
fn what_is_paid_with_credit_alone_needs_no_gateway_and_becomes_credit_again() {
    let mut basket = basket(Currency::USD, &[1999]);
    basket.credit = Some((credit(2500), usd(2500)));
    let mut checkout = open(basket);
    assert!(checkout.settle_without_gateway(now()).unwrap());
    assert!(checkout.billing.data().operations.is_empty());
    let part = refund(&mut checkout, 0, Some(999)).unwrap();
    assert_eq!((part.state, part.to_credit), (RefundState::Done, usd(999)));
    let account = checkout.credit.as_ref().unwrap();
    assert_eq!((account.available(), account.held()), (usd(1500), usd(0)));
    let beyond = refund(&mut checkout, 0, Some(1001));
    assert_eq!(beyond, Err(RefundRefusal::TooMuch { left: usd(1000) }));
    refund(&mut checkout, 0, None).unwrap();
    assert_eq!(statuses(&checkout), [PaymentStatus::Refunded]);
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

#[rstest]
#[case(&[1999], 2500, 800)]
#[case(&[15_990], 0, 0)]
#[case(&[i64::MAX], 0, 0)]
fn parts_are_refunded_up_to_the_captured_sum_and_not_one_unit_beyond(
    #[case] amounts: &[i64],
    #[case] premium: u32,
    #[case] tax: u32,
) {
    let opened = open_at(rates(premium, tax), basket(Currency::USD, amounts));
    let mut checkout = captured(opened.unwrap());
    let whole = checkout.billing.data().captured.minor_units();
    for part in [1, whole / 2, whole - 1 - whole / 2 - 1] {
        refund(&mut checkout, 0, Some(part)).unwrap();
    }
    let beyond = refund(&mut checkout, 0, Some(2));
    assert_eq!(beyond, Err(RefundRefusal::TooMuch { left: usd(1) }));
    refund(&mut checkout, 0, Some(1)).unwrap();
    let beyond = refund(&mut checkout, 0, Some(1));
    assert_eq!(beyond, Err(RefundRefusal::TooMuch { left: usd(0) }));
    let given_back = checkout.billing.refunded_at_gateway();
    assert_eq!(given_back.minor_units(), whole);
}

#[test]
fn credit_comes_back_last_and_each_line_gets_what_was_paid_for_it() {
    let mut checkout = captured(laden());
    let data = checkout.billing.data();
    let paid: Vec<_> = data
        .orders
        .iter()
        .map(|order| order.paid().unwrap())
        .collect();
    assert_eq!(paid, [usd(9_499), usd(9_500)], "the coupon falls on both");
    assert_eq!(data.captured, usd(14_999));
    let first = refund(&mut checkout, 0, None).unwrap();
    assert_eq!((first.to_gateway, first.to_credit), (usd(9_499), usd(0)));
    let second = refund(&mut checkout, 1, None).unwrap();
    assert_eq!(
        (second.to_gateway, second.to_credit),
        (usd(5_500), usd(4_000))
    );
    assert_eq!(statuses(&checkout), [PaymentStatus::Captured; 2]);
    assert_eq!(
        kept(&checkout)[2],
        1000,
        "not before the gateway has done its part"
    );

    let id = OperationId::generate();
    let begun = checkout.billing.begin_refund(id, second.id, now()).unwrap();
    assert!(begun.is_some());
    let reference = GatewayReference::from("re_1".to_owned());
    let done = Answer::Refunded { reference };
    checkout.record(id, &done, now()).unwrap();
    checkout.record(id, &done, now()).unwrap();
    assert_eq!(kept(&checkout)[2], 5000);
    let expected = [PaymentStatus::Captured, PaymentStatus::Refunded];
    assert_eq!(statuses(&checkout), expected);
}

#[test]
fn a_refund_is_known_by_its_id_and_a_refused_one_does_not_count() {
    let mut checkout = captured(open(basket(Currency::USD, &[1999])));
    let asked = wish(&checkout, 0, Some(1999));
    let (refund, new) = checkout.refund(asked.clone(), now()).unwrap().unwrap();
    assert!(new);
    let again = checkout.refund(asked.clone(), now()).unwrap().unwrap();
    assert_eq!(again, (refund.clone(), false));
    let mut other = asked;
    other.amount = Some(usd(1));
    let taken = checkout.refund(other, now()).unwrap();
    assert_eq!(taken, Err(RefundRefusal::Taken(refund.id)));

    let id = OperationId::generate();
    let begun = checkout.billing.begin_refund(id, refund.id, now()).unwrap();
    assert!(begun.is_some());
    checkout.record(id, &refused(), now()).unwrap();
    assert_eq!(
        checkout.billing.refund(refund.id).unwrap().state,
        RefundState::Failed
    );
    let payment = checkout.billing.data().orders[0].payment;
    assert_eq!(checkout.billing.left_of(payment), usd(1999));
}

#[test]
fn nothing_is_refunded_before_it_is_captured() {
    let mut checkout = open(basket(Currency::USD, &[1999]));
    let early = refund(&mut checkout, 0, None);
    assert_eq!(early, Err(RefundRefusal::NotCaptured));
    pay(&mut checkout, &authorised());
    let early = refund(&mut checkout, 0, None);
    assert_eq!(early, Err(RefundRefusal::NotCaptured));
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
    let let_go = |event: &&crate::events::BillingEvent| matches!(event, crate::events::BillingEvent::Abandoned(gone) if gone.reference == "pi_1");
    assert_eq!(events.iter().filter(let_go).count(), 1, "{events:?}");
}
