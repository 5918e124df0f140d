//! What pages and the API show of billings and of what they may be paid with.

use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, Money, Reader};

use crate::domain::billing::{Billing, BillingStatus, HandOver};
use crate::domain::coupon::{CouponCode, Discount};
use crate::domain::instruction::{GatewayName, GatewayReference};
use crate::domain::operation::{Operation, OperationKind, OperationState};
use crate::domain::order::Order;
use crate::domain::redirect::Redirect;
use crate::domain::refund::Refund;
use crate::ids::{BillingId, CouponId, OperationId, PayerId, SlotId};

/// A billing as its payer and staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingView {
    /// The billing.
    pub id: BillingId,
    /// Who is to pay.
    pub payer: PayerId,
    /// What for.
    pub description: String,
    /// Where it stands.
    pub status: BillingStatus,
    /// Its lines.
    pub orders: Vec<Order>,
    /// The coupon and what it takes off.
    pub coupon: Option<(CouponId, Money)>,
    /// What its payer typed in for it.
    pub coupon_code: Option<CouponCode>,
    /// What is paid with credit.
    pub credit: Money,
    /// How the goods change hands.
    pub hand_over: HandOver,
    /// What is paid with money.
    pub amount_due: Money,
    /// Whether a gateway was asked and has not answered yet.
    pub in_progress: bool,
    /// Where its payer has to confirm, if that is what it waits for.
    pub redirect: Option<Redirect>,
    /// Who waits for that confirmation.
    pub waiting_at: Option<GatewayName>,
    /// Who carries the money, once that is known.
    pub gateway: Option<GatewayName>,
    /// What was taken.
    pub captured: Money,
    /// Since when the money is taken, or nothing was due.
    pub captured_at: Option<DateTime<Utc>>,
    /// What was given back, or is to be.
    pub refunds: Vec<Refund>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it gives back what it keeps, unless it is paid.
    pub expires_at: DateTime<Utc>,
    /// When it was paid or cancelled.
    pub ended_at: Option<DateTime<Utc>>,
}

impl BillingView {
    /// A billing as it stands.
    pub(crate) fn of(billing: &Billing) -> Self {
        let data = billing.data().clone();
        let held = data.authorisation.and_then(|held| held.gateway);
        let waiting = data
            .waiting
            .map(|one| (one.redirect, one.authorisation.gateway));
        let (redirect, waiting_at) = waiting.unzip();
        let waiting_at = waiting_at.flatten();
        Self {
            id: data.id,
            payer: data.payer,
            description: data.description,
            status: data.status,
            orders: data.orders,
            coupon: data.coupon.map(|used| (used.coupon, used.discount)),
            coupon_code: None,
            credit: data.credit,
            hand_over: data.hand_over,
            amount_due: data.amount_due,
            in_progress: billing.is_in_progress(),
            redirect,
            waiting_at,
            gateway: held,
            captured: data.captured,
            captured_at: data.captured_at,
            refunds: data.refunds,
            opened_at: data.opened_at,
            expires_at: data.expires_at,
            ended_at: data.ended_at,
        }
    }
}

/// One thing asked of a gateway, as staff see it: without what its payer paid with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationView {
    /// The operation.
    pub id: OperationId,
    /// What was asked for.
    pub kind: OperationKind,
    /// How far it has come.
    pub state: OperationState,
    /// Who was asked; `None` for what was begun when there was only one gateway.
    pub gateway: Option<GatewayName>,
    /// The gateway's name for what came of it.
    pub reference: Option<GatewayReference>,
    /// The authorisation that it is about.
    pub about: Option<GatewayReference>,
    /// How much, where it is not the whole billing.
    pub amount: Option<Money>,
    /// Why it failed, in words for the payer.
    pub reason: Option<String>,
    /// Why it failed, in words for staff.
    pub detail: Option<String>,
    /// When it was written down.
    pub started_at: DateTime<Utc>,
    /// When its result was known.
    pub finished_at: Option<DateTime<Utc>>,
}

impl From<&Operation> for OperationView {
    fn from(operation: &Operation) -> Self {
        Self {
            id: operation.id,
            kind: operation.kind,
            state: operation.state,
            gateway: operation.gateway.clone(),
            reference: operation.reference.clone(),
            about: operation.about.clone(),
            amount: operation.amount,
            reason: operation.reason.clone(),
            detail: operation.detail.clone(),
            started_at: operation.started_at,
            finished_at: operation.finished_at,
        }
    }
}

/// Which billings staff look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillingKey {
    /// All of them.
    Any,
    /// The one of this id; those of a payment or of a payer of this id.
    Id(BillingId),
    /// Those of one payer.
    Payer(PayerId),
    /// Those for which a gateway has used this name.
    Reference(GatewayReference),
}

/// What a customer may pay with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditView {
    /// What may be used.
    pub available: Money,
    /// What is kept for open billings.
    pub held: Money,
    /// Grows with every change of the account.
    pub version: i64,
}

/// A coupon as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponView {
    /// The coupon.
    pub id: CouponId,
    /// What customers type in.
    pub code: CouponCode,
    /// What it takes off.
    pub discount: Discount,
    /// How many customers may use it.
    pub allowed: i64,
    /// Uses kept for open billings.
    pub held: i64,
    /// Uses made.
    pub redeemed: i64,
    /// Until when.
    pub valid_until: Option<DateTime<Utc>>,
}

/// A collection time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotView {
    /// The slot.
    pub id: SlotId,
    /// Where.
    pub place: String,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// For how many.
    pub capacity: i64,
    /// How many places are left.
    pub free: i64,
}

/// Reads billings and what belongs to them.
pub(crate) trait BillingQueries: Interface {
    fn single(
        &self,
        billing: BillingId,
        reader: &mut Reader,
    ) -> Result<Option<BillingView>, Failure>;

    /// The newest first, up to so many, those after the given one.
    fn find(
        &self,
        key: &BillingKey,
        status: Option<BillingStatus>,
        page: (i64, Option<BillingId>),
        reader: &mut Reader,
    ) -> Result<Vec<BillingView>, Failure>;

    /// What was asked of gateways for a billing, the oldest first.
    fn operations(
        &self,
        billing: BillingId,
        reader: &mut Reader,
    ) -> Result<Vec<OperationView>, Failure>;

    /// The newest first.
    fn of_payer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<BillingView>, Failure>;

    fn credit(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<CreditView>, Failure>;

    /// The newest first.
    fn coupons(&self, reader: &mut Reader) -> Result<Vec<CouponView>, Failure>;

    /// Those that have not begun, the next one first.
    fn slots(&self, reader: &mut Reader) -> Result<Vec<SlotView>, Failure>;

    fn slot(&self, slot: SlotId, reader: &mut Reader) -> Result<Option<SlotView>, Failure>;
}
