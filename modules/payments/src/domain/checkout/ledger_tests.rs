//! What the ledger tells of a checkout, to the last minor unit, whichever way the checkout takes.

use foundation::Currency;
use rstest::rstest;

use super::tests::{
    authorised, basket, capture, captured, laden, money, now, open, open_at, pay, payments, rates,
    refused, usd,
};
use super::*;
use crate::domain::coupon::Discount;
use crate::domain::coupon::tests::coupon;
use crate::domain::instruction::{GatewayName, GatewayReference};
use crate::domain::ledger::proof::differences;
use crate::domain::ledger::transfer::TransferKind;
use crate::domain::ledger::{Account, Entry, Posting};
use crate::ids::{PayeeId, RefundId};

/// What an account has on its credit side beyond its debit side, of what counts, and of what waits.
fn balance(checkout: &Checkout, account: &Account) -> (i64, i64) {
    let of = |entry: &Entry| {
        let transfer = entry.transfer();
        let amount = transfer.amount.minor_units();
        let sign = i64::from(&transfer.credit == account) - i64::from(&transfer.debit == account);
        sign * amount
    };
    let entries = || checkout.book.entries().iter();
    (
        entries().filter(|entry| entry.counts()).map(of).sum(),
        entries().filter(|entry| entry.waits()).map(of).sum(),
    )
}

fn gateway() -> Account {
    Account::Gateway(GatewayName::from("unnamed"))
}

/// The checkout, once the ledger is proven.
#[track_caller]
fn proven(checkout: &Checkout) {
    let found = differences(checkout.billing.data(), checkout.book.entries());
    assert_eq!(found, [] as [&str; 0]);
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

fn refund(checkout: &mut Checkout, order: usize, amount: Option<i64>, answer: &Answer) -> Refund {
    let wish = wish(checkout, order, amount);
    let (refund, _) = checkout.refund(wish, now()).unwrap().unwrap();
    proven(checkout);
    let id = OperationId::generate();
    let begun = checkout.billing.begin_refund(id, refund.id, now()).unwrap();
    if begun.is_some() {
        checkout.record(id, answer, now()).unwrap();
        proven(checkout);
    }
    refund
}

fn refunded() -> Answer {
    Answer::Refunded {
        reference: GatewayReference::from("back".to_owned()),
    }
}

/// Amounts of one seller, at a premium, a tax and a commission of a tenth each, paid and captured.
fn sold(currency: Currency, amounts: &[i64], off: Option<i64>) -> (Checkout, Account) {
    let payee = PayeeId::generate();
    let mut basket = basket(currency, &[]);
    basket.payments = payments(currency, amounts, Some(payee));
    basket.coupon = off.map(|off| coupon(Discount::Amount(money(currency, off)), 1));
    let mut checkout = open_at(rates(1_000, 1_000), basket).unwrap();
    proven(&checkout);
    if checkout.settle_without_gateway(now()).unwrap() {
        proven(&checkout);
        return (checkout, Account::Payable(payee));
    }
    pay(&mut checkout, &authorised());
    proven(&checkout);
    capture(&mut checkout, &Answer::Captured);
    proven(&checkout);
    (checkout, Account::Payable(payee))
}

#[rstest]
#[case::three_times_19_99(Currency::USD, &[1999, 1999, 1999], None, [3 * 1799, 600, 660])]
#[case::won(Currency::KRW, &[15_990, 5], None, [14_391 + 4, 1599 + 1, 1759 + 1])]
#[case::yen_with_a_coupon(Currency::JPY, &[10, 14], Some(4), [9 + 13, 1 + 1, 1 + 2])]
#[case::fils(Currency::KWD, &[1234, 5], None, [1111 + 4, 123 + 1, 136 + 1])]
#[case::the_largest(Currency::USD, &[7_622_621_517_230_391_575], None,
    [6_860_359_365_507_352_417, 762_262_151_723_039_158, 838_488_366_895_343_073])]
fn everybody_gets_a_share_and_gives_it_back(
    #[case] currency: Currency,
    #[case] amounts: &[i64],
    #[case] off: Option<i64>,
    #[case] told: [i64; 3],
) {
    let [to_the_seller, premium, tax] = told;
    let (mut checkout, seller) = sold(currency, amounts, off);
    let hammer: i64 = amounts.iter().sum();
    let due = checkout.billing.data().amount_due.minor_units();
    let shares = |checkout: &Checkout| {
        [
            &seller,
            &Account::Commission,
            &Account::Premium,
            &Account::Tax,
            &Account::Coupons,
            &gateway(),
        ]
        .map(|account| balance(checkout, account).0)
    };
    let commission = hammer - to_the_seller;
    let off = off.unwrap_or(0);
    let expected = [to_the_seller, commission, premium, tax, -off, -due];
    assert_eq!(shares(&checkout), expected);

    for order in 0..amounts.len() {
        let left = checkout.billing.left_of(checkout.payments[order].data().id);
        if left.minor_units() > 2 {
            refund(&mut checkout, order, Some(1), &refunded());
            refund(
                &mut checkout,
                order,
                Some(left.minor_units() / 3),
                &refused(),
            );
            refund(
                &mut checkout,
                order,
                Some(left.minor_units() / 2),
                &refunded(),
            );
        }
        let beyond = checkout.billing.left_of(checkout.payments[order].data().id);
        let beyond = wish(&checkout, order, Some(beyond.minor_units() + 1));
        let before = checkout.book.entries().len();
        assert!(checkout.refund(beyond, now()).unwrap().is_err());
        assert_eq!(checkout.book.entries().len(), before);
        refund(&mut checkout, order, None, &refunded());
    }
    assert_eq!(shares(&checkout), [0; 6]);
}

#[test]
fn a_coupon_above_the_total_is_the_houses_expense_and_no_gateway_is_told_of() {
    let (checkout, seller) = sold(Currency::USD, &[1999], Some(1_000_000));
    assert_eq!(balance(&checkout, &seller).0, 1799);
    assert_eq!(balance(&checkout, &Account::Coupons).0, -(1999 + 200 + 220));
    assert_eq!(balance(&checkout, &gateway()), (0, 0));
}

#[test]
fn a_payment_of_nobody_knows_whom_waits_for_its_seller() {
    let mut checkout = captured(open(basket(Currency::USD, &[1999])));
    proven(&checkout);
    assert_eq!(balance(&checkout, &Account::Unassigned).0, 1999);
    assert_eq!(balance(&checkout, &Account::Commission).0, 0);
    refund(&mut checkout, 0, None, &refunded());
    assert_eq!(balance(&checkout, &Account::Unassigned).0, 0);
}

#[test]
fn credit_waits_while_the_billing_is_open_and_is_spent_with_its_success() {
    let mut checkout = laden();
    let credit = Account::Credit(checkout.billing.data().payer);
    proven(&checkout);
    assert_eq!(balance(&checkout, &credit), (0, -4_000));
    pay(&mut checkout, &authorised());
    proven(&checkout);
    assert_eq!(balance(&checkout, &credit), (-4_000, 0));
    let due = checkout.billing.data().amount_due.minor_units();
    assert_eq!(balance(&checkout, &gateway()), (0, -due));
    capture(&mut checkout, &refused());
    proven(&checkout);
    assert_eq!(balance(&checkout, &credit), (0, 0));
    assert_eq!(balance(&checkout, &gateway()), (0, 0));
}

#[test]
fn a_cancelled_billing_leaves_nothing_and_what_comes_too_late_is_let_go() {
    let mut checkout = laden();
    let (id, void) = (OperationId::generate(), OperationId::generate());
    let charge = super::tests::charge(None);
    checkout.billing.begin_charge(id, charge, now()).unwrap();
    checkout.to_cancel(CancelReason::TimedOut, now()).unwrap();
    proven(&checkout);
    checkout.record(id, &authorised(), now()).unwrap();
    proven(&checkout);
    assert!(balance(&checkout, &gateway()).1 < 0, "it is held");
    checkout.billing.begin_void(void, now()).unwrap();
    checkout.record(void, &Answer::Voided, now()).unwrap();
    proven(&checkout);
    assert_eq!(balance(&checkout, &gateway()), (0, 0));
}

#[test]
fn credit_comes_back_last_and_as_credit() {
    let mut checkout = captured(laden());
    let credit = Account::Credit(checkout.billing.data().payer);
    refund(&mut checkout, 0, None, &refunded());
    refund(&mut checkout, 1, None, &refunded());
    assert_eq!(balance(&checkout, &credit).0, 0, "what was spent is back");
    assert_eq!(balance(&checkout, &gateway()).0, 0);
    assert_eq!(balance(&checkout, &Account::Coupons).0, 0);
}

#[test]
fn what_is_told_twice_is_told_once() {
    let mut checkout = captured(laden());
    let told = checkout.book.take().len();
    assert!(told > 0);
    let order = checkout.billing.data().orders[0];
    checkout.book.sell(&order, None);
    checkout.book.spend_credit(usd(4_000));
    checkout.book.hold_credit(usd(4_000));
    checkout.book.release_credit();
    checkout.book_capture();
    assert_eq!(checkout.book.take(), [] as [Posting; 0]);
    proven(&checkout);
}

/// What the proof is worth: whatever is taken from the ledger, it notices.
#[test]
fn a_ledger_that_lacks_anything_is_not_proven() {
    let (mut checkout, _) = sold(Currency::USD, &[1999, 500], Some(100));
    refund(&mut checkout, 0, Some(700), &refunded());
    let entries = checkout.book.entries();
    let told = |without: usize| {
        let kept = entries.iter().enumerate();
        let kept = kept.filter(|(index, _)| *index != without);
        let copies = kept.map(|(_, entry)| Entry::new(entry.transfer().clone()).settled());
        copies.collect::<Vec<_>>()
    };
    assert_eq!(
        differences(checkout.billing.data(), &told(usize::MAX)),
        [] as [&str; 0]
    );
    for (index, entry) in entries.iter().enumerate() {
        let found = differences(checkout.billing.data(), &told(index));
        let kind = entry.transfer().id.kind;
        // What a seller owes the house less is between these two: no sum of the billing shows it.
        if kind != TransferKind::RefundCommission {
            assert!(!found.is_empty(), "nobody misses {kind}");
        }
    }
}

impl Entry {
    /// The same, at its good end.
    fn settled(self) -> Self {
        match self {
            Self::Waits(pending) => pending.post().1,
            settled @ (Self::Counts(_) | Self::Void(_)) => settled,
        }
    }
}
