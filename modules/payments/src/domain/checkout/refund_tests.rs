//! Money given back, to the last minor unit.

use foundation::Currency;
use rstest::rstest;

use super::tests::{
    authorised, basket, captured, credit, kept, laden, money, now, open, open_at, pay, rates,
    refused, statuses, usd,
};
use super::*;
use crate::domain::instruction::GatewayReference;
use crate::domain::status::PaymentStatus;
use crate::ids::RefundId;

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
