//! Opening a checkout: lines are priced, and what belongs to the billing is kept for it.

use chrono::{DateTime, Utc};
use foundation::{Currency, Money, MoneyError};

use super::Checkout;
use crate::domain::amounts::{BasisPoints, lesser, spread, sum};
use crate::domain::billing::{Billing, CouponUse, HandOver, NewBilling};
use crate::domain::coupon::{Coupon, CouponRefusal};
use crate::domain::credit::{CreditAccount, NotEnoughCredit};
use crate::domain::ledger::Book;
use crate::domain::order::{Order, Rates};
use crate::domain::payment::Payment;
use crate::domain::slot::{CollectionSlot, SlotRefusal};
use crate::domain::status::PaymentStatus;
use crate::ids::{BillingId, PayerId, PaymentId};

const MAX_DESCRIPTION: usize = 500;

/// What a payer wants to pay, and with what.
#[derive(Debug)]
pub(crate) struct Basket {
    /// At least one, in the order of their ids.
    pub(crate) payments: Vec<Payment>,
    pub(crate) coupon: Option<Coupon>,
    /// The account and how much of it is to be used at most.
    pub(crate) credit: Option<(CreditAccount, Money)>,
    pub(crate) slot: Option<CollectionSlot>,
}

/// What a new billing is called and when it expires.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) billing: BillingId,
    pub(crate) payer: PayerId,
    pub(crate) rates: Rates,
    /// What the house keeps of the hammer price.
    pub(crate) commission: BasisPoints,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Why a billing was not opened. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenRefusal {
    /// There is nothing to pay.
    #[error("choose at least one payment")]
    NoPayments,
    /// A payment is in a state in which it cannot be paid.
    #[error("payment {payment} cannot be paid, because it is {status}")]
    NotPayable {
        /// The payment.
        payment: PaymentId,
        /// The state.
        status: PaymentStatus,
    },
    /// A payment is being paid already.
    #[error("payment {payment} is part of billing {billing}; pay that, or cancel it first")]
    InBilling {
        /// The payment.
        payment: PaymentId,
        /// What it is part of.
        billing: BillingId,
    },
    /// What is paid together is paid in one currency.
    #[error("payments in {one} and {other} cannot be paid together")]
    Currencies {
        /// One of them.
        one: Currency,
        /// Another.
        other: Currency,
    },
    /// The amounts are too large to be added up, or in different currencies.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The coupon cannot be used.
    #[error(transparent)]
    Coupon(#[from] CouponRefusal),
    /// There is too little credit.
    #[error(transparent)]
    Credit(#[from] NotEnoughCredit),
    /// The collection time cannot be had.
    #[error(transparent)]
    Slot(#[from] SlotRefusal),
}

impl Checkout {
    /// Opens a billing, which keeps its coupon, its credit and its slot.
    pub(crate) fn open(
        opening: Opening,
        mut basket: Basket,
        now: DateTime<Utc>,
    ) -> Result<Self, OpenRefusal> {
        let id = opening.billing;
        let mut orders = priced(&basket.payments, &opening)?;
        let currency = orders
            .first()
            .ok_or(OpenRefusal::NoPayments)?
            .hammer
            .currency();
        let totals = orders
            .iter()
            .map(Order::total)
            .collect::<Result<Vec<_>, _>>()?;
        let total = sum(currency, totals.iter().copied())?;
        let coupon = basket.coupon.as_mut();
        let held = coupon.map(|coupon| coupon.hold(id, total, now));
        let discount = held.transpose()?;
        let off = discount.unwrap_or(Money::zero(currency));
        for (order, part) in orders.iter_mut().zip(spread(off, &totals)?) {
            order.discount = part;
        }
        let left = total.checked_sub(off)?;
        let mut credit = Money::zero(currency);
        if let Some((account, wanted)) = &mut basket.credit {
            credit = lesser(*wanted, left)?;
            account.hold(credit)?;
        }
        let hand_over = hand_over(basket.slot.as_mut(), now)?;
        for payment in &mut basket.payments {
            payment.join(id);
        }
        let new = NewBilling {
            id,
            payer: opening.payer,
            description: described(&basket.payments),
            orders,
            coupon: used(basket.coupon.as_ref(), discount),
            credit,
            hand_over,
            expires_at: opening.expires_at,
        };
        let mut book = Book::new(id, opening.payer);
        book.hold_credit(credit);
        Ok(Self {
            book,
            billing: Billing::open(new, now)?,
            payments: basket.payments,
            coupon: basket.coupon,
            credit: basket.credit.map(|(account, _)| account),
            slot: basket.slot,
        })
    }
}

fn hand_over(
    slot: Option<&mut CollectionSlot>,
    now: DateTime<Utc>,
) -> Result<HandOver, SlotRefusal> {
    let Some(slot) = slot else {
        return Ok(HandOver::Delivery);
    };
    slot.hold(now)?;
    Ok(HandOver::Collection(slot.data().id))
}

fn used(coupon: Option<&Coupon>, discount: Option<Money>) -> Option<CouponUse> {
    Some(CouponUse {
        coupon: coupon?.data().id,
        discount: discount?,
    })
}

fn priced(payments: &[Payment], opening: &Opening) -> Result<Vec<Order>, OpenRefusal> {
    let one = payments
        .first()
        .map(|payment| payment.data().amount.currency());
    let priced = payments.iter().map(|payment| {
        let data = payment.data();
        if !data.status.is_payable() {
            let (payment, status) = (data.id, data.status);
            return Err(OpenRefusal::NotPayable { payment, status });
        }
        if let Some(billing) = data.billing {
            let payment = data.id;
            return Err(OpenRefusal::InBilling { payment, billing });
        }
        let other = data.amount.currency();
        if let Some(one) = one.filter(|one| *one != other) {
            return Err(OpenRefusal::Currencies { one, other });
        }
        let rates = opening.rates.with_premium(data.premium);
        let order = Order::priced(data.id, data.amount, rates)?;
        // Without a seller there is nobody whom the house could keep something from.
        Ok(match data.payee {
            Some(_) => order.keeping(opening.commission),
            None => order,
        })
    });
    priced.collect()
}

/// What is paid for, in the words of the payments.
fn described(payments: &[Payment]) -> String {
    let words: Vec<&str> = payments
        .iter()
        .map(|payment| payment.data().description.as_str())
        .collect();
    words.join(", ").chars().take(MAX_DESCRIPTION).collect()
}
