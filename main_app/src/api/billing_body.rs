//! Billings and what they are paid with, in JSON.

use chrono::{DateTime, Utc};
use payments::{
    BillingView, CouponCode, CreditView, Gateways, HandOver, OpenBilling, Order, PayOutcome,
    PayerId, Redirect, Refund, SlotView,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::money::MoneyBody;
use crate::http::{FieldErrors, Problem};

/// What is to be paid in one go, and with what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenBillingRequest {
    /// The new billing's id, a UUID of your choice: sending the same request twice opens one billing.
    pub(super) id: Uuid,
    /// The payments, all of one currency.
    #[schema(max_items = 100)]
    payments: Vec<Uuid>,
    /// The code of a coupon.
    #[schema(example = "WELCOME-10", max_length = 32)]
    coupon: Option<String>,
    /// How much of your credit is used at most; no more is taken than is owed.
    credit: Option<MoneyBody>,
    /// The collection time at which you fetch what you bought; it is sent to you unless you say.
    slot: Option<Uuid>,
}

impl OpenBillingRequest {
    /// The most payments that are paid in one go.
    const MOST: usize = 100;

    pub(super) fn command(&self, payer: PayerId) -> Result<OpenBilling, Problem> {
        let mut errors = FieldErrors::default();
        if self.payments.len() > Self::MOST {
            errors.note("payments", "pay at most 100 payments in one go");
        }
        let coupon = self.coupon.as_deref().map(CouponCode::parse);
        let coupon = errors.take_if_given("coupon", coupon);
        let credit = errors.take_if_given("credit", self.credit.as_ref().map(MoneyBody::parse));
        if !errors.is_empty() {
            return Err(errors.into());
        }
        Ok(OpenBilling {
            billing: self.id.into(),
            payer,
            payments: self.payments.iter().map(|id| (*id).into()).collect(),
            coupon,
            credit,
            hand_over: match self.slot {
                Some(slot) => HandOver::Collection(slot.into()),
                None => HandOver::Delivery,
            },
        })
    }
}

/// Whether a billing is what somebody wants to open once more.
pub(super) fn is_the_same(known: &BillingView, wanted: &OpenBilling) -> bool {
    let mut payments = wanted.payments.clone();
    payments.sort_unstable();
    payments.dedup();
    let mut orders = known.orders.iter().map(|order| order.payment);
    known.orders.len() == payments.len()
        && orders.all(|payment| payments.binary_search(&payment).is_ok())
        && known.coupon_code == wanted.coupon
        && known.hand_over == wanted.hand_over
}

/// A line of a billing: one payment, with its price, premium and tax as they were when it was opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub(super) struct OrderResponse {
    /// The payment.
    payment: Uuid,
    /// What was bid.
    hammer: MoneyBody,
    /// The house's premium.
    premium: MoneyBody,
    /// The tax on both.
    tax: MoneyBody,
    /// This line's part of what the coupon takes off.
    discount: MoneyBody,
}

impl From<Order> for OrderResponse {
    fn from(order: Order) -> Self {
        Self {
            payment: order.payment.uuid(),
            hammer: order.hammer.into(),
            premium: order.premium.into(),
            tax: order.tax.into(),
            discount: order.discount.into(),
        }
    }
}

/// A coupon that takes something off.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CouponUse)]
pub(super) struct CouponUseResponse {
    /// What was typed in.
    #[schema(example = "WELCOME-10")]
    code: Option<String>,
    /// What it takes off.
    discount: MoneyBody,
}

/// What is given back of a payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub(super) struct RefundResponse {
    /// Identifies it.
    pub(super) id: Uuid,
    /// Whose money it was.
    payment: Uuid,
    /// How much.
    amount: MoneyBody,
    /// The part of it that becomes credit again, because it was paid with credit.
    to_credit: MoneyBody,
    /// Why.
    reason: String,
    /// `PENDING`, `DONE` or `FAILED`.
    #[schema(example = "DONE")]
    state: String,
    /// Why the gateway would not.
    failure: Option<String>,
    /// When it was decided.
    asked_at: DateTime<Utc>,
    /// When it was done, or refused.
    finished_at: Option<DateTime<Utc>>,
}

impl From<Refund> for RefundResponse {
    fn from(refund: Refund) -> Self {
        Self {
            id: refund.id.uuid(),
            payment: refund.payment.uuid(),
            amount: refund.amount.into(),
            to_credit: refund.to_credit.into(),
            reason: refund.reason,
            state: refund.state.to_string(),
            failure: refund.failure,
            asked_at: refund.asked_at,
            finished_at: refund.finished_at,
        }
    }
}

/// Where to confirm a payment, at the gateway.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Redirect)]
pub(super) struct RedirectResponse {
    /// The address for a large screen.
    desktop: String,
    /// The address for a phone.
    mobile: String,
}

impl From<Redirect> for RedirectResponse {
    fn from(redirect: Redirect) -> Self {
        Self {
            desktop: redirect.desktop,
            mobile: redirect.mobile,
        }
    }
}

/// A gateway that may carry the money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WayToPay)]
pub(super) struct WayToPayResponse {
    /// What to send as `gateway`.
    #[schema(example = "kakaopay")]
    name: String,
    /// What it is called.
    #[schema(example = "KakaoPay")]
    title: String,
    /// Whether a `token` is needed. Where not, you choose at the gateway what you pay with.
    takes_token: bool,
    /// Whether no money moves.
    test: bool,
}

/// What is paid in one go.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Billing)]
pub(super) struct BillingResponse {
    /// Identifies it.
    id: Uuid,
    /// `OPEN`, `SUCCESS` or `CANCELLED`.
    #[schema(example = "OPEN")]
    status: String,
    /// What for.
    description: String,
    /// Its lines.
    orders: Vec<OrderResponse>,
    /// The coupon, and what it takes off.
    coupon: Option<CouponUseResponse>,
    /// What is paid with credit.
    credit: MoneyBody,
    /// The collection time; missing when it is sent.
    slot: Option<Uuid>,
    /// What is left to be paid with money.
    amount_due: MoneyBody,
    /// The ways in which it can be paid now.
    ways_to_pay: Vec<WayToPayResponse>,
    /// Whether a gateway was asked and has not answered yet.
    in_progress: bool,
    /// Where you have to confirm the payment, if that is what it waits for.
    confirm_at: Option<RedirectResponse>,
    /// Who has carried the money.
    gateway: Option<String>,
    /// What was taken.
    captured: MoneyBody,
    /// Since when the money is taken, or nothing was due.
    captured_at: Option<DateTime<Utc>>,
    /// What was given back, or is to be.
    refunds: Vec<RefundResponse>,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// When it gives back what it keeps, unless it is paid.
    expires_at: DateTime<Utc>,
    /// When it was paid or cancelled.
    ended_at: Option<DateTime<Utc>>,
}

impl BillingResponse {
    pub(super) fn show(view: BillingView, gateways: &Gateways) -> Self {
        let payable = view.status == payments::BillingStatus::Open && !view.in_progress;
        let currency = view.amount_due.currency();
        let offered = gateways.offered(currency).filter(|_| payable);
        let ways_to_pay = offered.map(|gateway| WayToPayResponse {
            name: gateway.name().to_owned(),
            title: gateway.title().to_owned(),
            takes_token: gateway.takes_token(),
            test: gateway.is_test(),
        });
        let ways_to_pay = match view.amount_due.is_zero() {
            true => Vec::new(),
            false => ways_to_pay.collect(),
        };
        let code = view.coupon_code.map(|code| code.to_string());
        Self {
            id: view.id.uuid(),
            status: view.status.to_string(),
            description: view.description,
            orders: view.orders.into_iter().map(OrderResponse::from).collect(),
            coupon: view.coupon.map(|(_, discount)| CouponUseResponse {
                code,
                discount: discount.into(),
            }),
            credit: view.credit.into(),
            slot: view.hand_over.slot().map(|slot| slot.uuid()),
            amount_due: view.amount_due.into(),
            ways_to_pay,
            in_progress: view.in_progress,
            confirm_at: view.redirect.map(RedirectResponse::from),
            gateway: view.gateway.map(|gateway| gateway.to_string()),
            captured: view.captured.into(),
            captured_at: view.captured_at,
            refunds: view.refunds.into_iter().map(RefundResponse::from).collect(),
            opened_at: view.opened_at,
            expires_at: view.expires_at,
            ended_at: view.ended_at,
        }
    }
}

/// What a billing would come to. Nothing is kept for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
pub(super) struct QuoteResponse {
    /// Its lines.
    orders: Vec<OrderResponse>,
    /// What the coupon would take off.
    coupon: Option<CouponUseResponse>,
    /// What would be paid with credit.
    credit: MoneyBody,
    /// What would be left to be paid with money.
    amount_due: MoneyBody,
}

impl From<BillingView> for QuoteResponse {
    fn from(view: BillingView) -> Self {
        let code = view.coupon_code.map(|code| code.to_string());
        Self {
            orders: view.orders.into_iter().map(OrderResponse::from).collect(),
            coupon: view.coupon.map(|(_, discount)| CouponUseResponse {
                code,
                discount: discount.into(),
            }),
            credit: view.credit.into(),
            amount_due: view.amount_due.into(),
        }
    }
}

/// What came of a try to pay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayOutcome)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(super) enum PayResponse {
    /// Everything is paid.
    Paid,
    /// It came to nothing; try again, perhaps with another card.
    Declined {
        /// Why.
        reason: String,
    },
    /// You have to confirm it at the gateway, and come back then.
    ActionRequired {
        /// Where.
        redirect: RedirectResponse,
    },
    /// The gateway has not answered; look at the billing again in a minute.
    Pending,
    /// The billing had ended: what is held is given back.
    TooLate,
}

impl From<PayOutcome> for PayResponse {
    fn from(outcome: PayOutcome) -> Self {
        match outcome {
            PayOutcome::Paid => Self::Paid,
            PayOutcome::Declined { reason } => Self::Declined { reason },
            PayOutcome::ActionRequired { redirect } => Self::ActionRequired {
                redirect: redirect.into(),
            },
            PayOutcome::Pending => Self::Pending,
            PayOutcome::TooLate => Self::TooLate,
        }
    }
}

/// What you may pay with, in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Credit)]
pub(super) struct CreditResponse {
    /// What may be used.
    available: MoneyBody,
    /// What is kept for open billings.
    held: MoneyBody,
    /// Grows with every change.
    version: i64,
}

impl From<CreditView> for CreditResponse {
    fn from(view: CreditView) -> Self {
        Self {
            available: view.available.into(),
            held: view.held.into(),
            version: view.version,
        }
    }
}

/// A time at which won items can be collected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Slot)]
pub(super) struct SlotResponse {
    /// Identifies it.
    id: Uuid,
    /// Where.
    #[schema(example = "the ramp")]
    place: String,
    /// From when.
    starts_at: DateTime<Utc>,
    /// Until when.
    ends_at: DateTime<Utc>,
    /// For how many.
    capacity: i64,
    /// How many places are left.
    free: i64,
}

impl From<SlotView> for SlotResponse {
    fn from(view: SlotView) -> Self {
        Self {
            id: view.id.uuid(),
            place: view.place,
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            capacity: view.capacity,
            free: view.free,
        }
    }
}
