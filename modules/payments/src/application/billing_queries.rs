//! What pages and the API show of billings and of what they may be paid with.

use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, Money, Reader};

use crate::domain::billing::{BillingStatus, HandOver};
use crate::domain::coupon::{CouponCode, Discount};
use crate::domain::instruction::GatewayName;
use crate::domain::order::Order;
use crate::domain::redirect::Redirect;
use crate::domain::refund::Refund;
use crate::ids::{BillingId, CouponId, PayerId, SlotId};

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

/// What a customer may pay with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditView {
    /// What may be used.
    pub available: Money,
    /// What is kept for open billings.
    pub held: Money,
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

    /// The newest first.
    fn of_payer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<BillingView>, Failure>;

    fn credit(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<CreditView>, Failure>;

    /// The newest first.
    fn coupons(&self, reader: &mut Reader) -> Result<Vec<CouponView>, Failure>;

    /// Those that have not begun, the next one first.
    fn slots(&self, reader: &mut Reader) -> Result<Vec<SlotView>, Failure>;
}
