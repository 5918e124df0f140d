//! The billing: what is paid in one go, and everything that hangs on whether it is paid.

pub(crate) mod asking;
pub(crate) mod comparing;
pub(crate) mod recording;
pub(crate) mod refunding;
pub(crate) mod status;

use chrono::{DateTime, Utc};
use foundation::{Money, MoneyError};

use crate::domain::amounts::sum;
use crate::domain::instruction::{GatewayName, GatewayReference};
use crate::domain::operation::{Operation, OperationKind};
use crate::domain::order::Order;
use crate::domain::redirect::Redirect;
use crate::domain::refund::Refund;
use crate::events::{BillingCancelled, BillingEvent, BillingOpened, BillingSucceeded};
use crate::ids::{BillingId, CouponId, OperationId, PayerId, PaymentId};

pub use status::{BillingStatus, CancelReason, HandOver};

/// A coupon that takes something off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CouponUse {
    pub(crate) coupon: CouponId,
    pub(crate) discount: Money,
}

/// An authorisation at the gateway that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authorisation {
    pub(crate) reference: GatewayReference,
    pub(crate) gateway: Option<GatewayName>,
}

/// An authorisation that its payer has to confirm at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) authorisation: Authorisation,
    pub(crate) redirect: Redirect,
}

/// What a billing is made of, as the repository keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BillingData {
    pub(crate) id: BillingId,
    pub(crate) payer: PayerId,
    pub(crate) description: String,
    pub(crate) status: BillingStatus,
    /// In the order of the payments' ids.
    pub(crate) orders: Vec<Order>,
    pub(crate) coupon: Option<CouponUse>,
    /// What is paid with credit.
    pub(crate) credit: Money,
    pub(crate) hand_over: HandOver,
    /// What is paid with money.
    pub(crate) amount_due: Money,
    pub(crate) waiting: Option<Waiting>,
    /// What the gateway holds, or took.
    pub(crate) authorisation: Option<Authorisation>,
    /// When the gateway lets go of it by itself.
    pub(crate) capture_before: Option<DateTime<Utc>>,
    /// What the gateway took.
    pub(crate) captured: Money,
    pub(crate) captured_at: Option<DateTime<Utc>>,
    /// The oldest first.
    pub(crate) refunds: Vec<Refund>,
    /// Every operation, the oldest first.
    pub(crate) operations: Vec<Operation>,
    pub(crate) opened_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
}

/// The aggregate. Everything hangs on its status, which [`to_success`](Self::to_success) and
/// [`to_cancel`](Self::to_cancel) alone decide. It is saved under its version.
#[derive(Debug)]
pub(crate) struct Billing {
    data: BillingData,
    version: i64,
    events: Vec<BillingEvent>,
}

/// A billing that has ended one way does not end the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the billing is {0}")]
pub(crate) struct HasEnded(pub(crate) BillingStatus);

/// What a new billing is made of.
pub(crate) struct NewBilling {
    pub(crate) id: BillingId,
    pub(crate) payer: PayerId,
    pub(crate) description: String,
    pub(crate) orders: Vec<Order>,
    pub(crate) coupon: Option<CouponUse>,
    pub(crate) credit: Money,
    pub(crate) hand_over: HandOver,
    pub(crate) expires_at: DateTime<Utc>,
}

impl Billing {
    /// Opens a billing: orders less coupon less credit is due, and is not below zero.
    pub(crate) fn open(new: NewBilling, now: DateTime<Utc>) -> Result<Self, MoneyError> {
        let currency = new.credit.currency();
        let paid = new.orders.iter().map(Order::paid);
        let paid = sum(currency, paid.collect::<Result<Vec<_>, _>>()?)?;
        let nothing = Money::zero(currency);
        let opened = BillingOpened {
            billing: new.id,
            payer: new.payer,
            payments: new.orders.iter().map(|order| order.payment).collect(),
        };
        let data = BillingData {
            id: new.id,
            payer: new.payer,
            description: new.description,
            status: BillingStatus::Open,
            orders: new.orders,
            coupon: new.coupon,
            credit: new.credit,
            hand_over: new.hand_over,
            amount_due: paid.checked_sub(new.credit)?,
            waiting: None,
            authorisation: None,
            capture_before: None,
            captured: nothing,
            captured_at: None,
            refunds: Vec::new(),
            operations: Vec::new(),
            opened_at: now,
            expires_at: new.expires_at,
            ended_at: None,
        };
        Ok(Self {
            data,
            version: 1,
            events: vec![BillingEvent::Opened(opened)],
        })
    }

    pub(crate) fn restore(data: BillingData, version: i64) -> Self {
        Self {
            data,
            version,
            events: Vec::new(),
        }
    }

    pub(crate) fn data(&self) -> &BillingData {
        &self.data
    }

    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// The repository has saved the next version: hands out what happened.
    pub(crate) fn saved(&mut self, version: i64) -> Vec<BillingEvent> {
        self.version = version;
        std::mem::take(&mut self.events)
    }

    pub(crate) fn operation(&self, id: OperationId) -> Option<&Operation> {
        self.data.operations.iter().find(|known| known.id == id)
    }

    pub(crate) fn order(&self, payment: PaymentId) -> Option<&Order> {
        let mut orders = self.data.orders.iter();
        orders.find(|order| order.payment == payment)
    }

    /// Whether a gateway was asked to hold the amount and its answer is missing.
    pub(crate) fn is_in_progress(&self) -> bool {
        let mut open = self.data.operations.iter().filter(|known| known.is_open());
        open.any(|known| known.kind.holds())
    }

    /// Everything is paid. `false` when it was before.
    #[expect(
        clippy::wrong_self_convention,
        reason = "it changes the billing's status to this, as its rules call it"
    )]
    pub(crate) fn to_success(&mut self, now: DateTime<Utc>) -> Result<bool, HasEnded> {
        match self.data.status {
            BillingStatus::Open => {}
            BillingStatus::Success => return Ok(false),
            BillingStatus::Cancelled => return Err(HasEnded(self.data.status)),
        }
        self.end(BillingStatus::Success, now);
        let succeeded = BillingSucceeded {
            billing: self.data.id,
            payer: self.data.payer,
            amount: self.data.amount_due,
        };
        self.events.push(BillingEvent::Succeeded(succeeded));
        Ok(true)
    }

    /// Nothing is paid, and nobody is asked to any more. `false` when it was so before.
    #[expect(
        clippy::wrong_self_convention,
        reason = "it changes the billing's status to this, as its rules call it"
    )]
    pub(crate) fn to_cancel(
        &mut self,
        reason: CancelReason,
        now: DateTime<Utc>,
    ) -> Result<bool, HasEnded> {
        match self.data.status {
            BillingStatus::Open => {}
            BillingStatus::Cancelled => return Ok(false),
            BillingStatus::Success => return Err(HasEnded(self.data.status)),
        }
        self.cancel(reason, now);
        Ok(true)
    }

    /// Nothing is due: it is paid without anybody's money.
    pub(crate) fn captured_without_gateway(&mut self, now: DateTime<Utc>) {
        if self.data.amount_due.is_zero() && self.data.status == BillingStatus::Success {
            self.data.captured_at = Some(now);
        }
    }

    fn cancel(&mut self, reason: CancelReason, now: DateTime<Utc>) {
        self.abandon_waiting();
        self.end(BillingStatus::Cancelled, now);
        let cancelled = BillingCancelled {
            billing: self.data.id,
            payer: self.data.payer,
            payments: self.data.orders.iter().map(|order| order.payment).collect(),
            reason,
        };
        self.events.push(BillingEvent::Cancelled(cancelled));
    }

    fn end(&mut self, status: BillingStatus, now: DateTime<Utc>) {
        self.data.status = status;
        self.data.ended_at = Some(now);
    }

    fn open_operation(&mut self, id: OperationId) -> Option<&mut Operation> {
        let mut open = self.data.operations.iter_mut();
        open.find(|known| known.id == id && known.is_open())
    }

    fn find_open(&self, fits: impl Fn(&Operation) -> bool) -> Option<OperationId> {
        let mut open = self.data.operations.iter().filter(|known| known.is_open());
        open.find(|known| fits(known)).map(|known| known.id)
    }

    fn open_of_kind(&self, kind: OperationKind) -> Option<OperationId> {
        self.find_open(|known| known.kind == kind)
    }
}
