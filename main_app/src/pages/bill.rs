//! A billing as pages show it: its lines, what is taken off, and where it stands.

use std::collections::HashMap;

use auctions::AuctionId;
use chrono::{DateTime, Utc};
use foundation::{Failure, Money, Reader};
use payments::{
    BillingId, BillingStatus, BillingView, PaymentId, PaymentsFacade, Refund, RefundState, SlotView,
};
use process::ProcessView;
use shipping::PackageId;

use super::forms::sentence;

/// One payment as a line.
pub(crate) struct Line {
    pub(crate) payment: PaymentId,
    pub(crate) title: String,
    pub(crate) hammer: Money,
    pub(crate) premium: Money,
    pub(crate) tax: Money,
    pub(crate) total: Money,
    /// With the coupon taken off.
    pub(crate) paid: Money,
    /// The lot that was won, where whoever shows it has looked.
    pub(crate) lot: Option<AuctionId>,
    /// Where its parcel is looked at, as soon as there is one.
    pub(crate) parcel: Option<String>,
}

/// What is given back of a line.
pub(crate) struct Returned {
    pub(crate) title: String,
    pub(crate) amount: Money,
    pub(crate) to_credit: Option<Money>,
    pub(crate) reason: String,
    pub(crate) staff: String,
    pub(crate) state: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) failure: Option<String>,
    pub(crate) asked_at: DateTime<Utc>,
}

/// The whole bill.
pub(crate) struct Bill {
    pub(crate) lines: Vec<Line>,
    /// Whether anything is added to the prices.
    pub(crate) has_additions: bool,
    /// Whether anything is taken off, or several lines are added up.
    pub(crate) has_sums: bool,
    pub(crate) total: Money,
    /// The coupon's code and what it takes off.
    pub(crate) coupon: Option<(String, Money)>,
    pub(crate) credit: Option<Money>,
    pub(crate) due: Money,
    /// Whether that is paid.
    pub(crate) is_paid: bool,
    /// Where and when it is collected; it is sent otherwise.
    pub(crate) slot: Option<SlotView>,
    pub(crate) returned: Vec<Returned>,
}

/// How far a billing has come, for its payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It can be paid.
    ToPay,
    /// The payer is to confirm at the gateway, or pays in another way.
    ToConfirm,
    /// A gateway has not answered.
    Waiting,
    /// It is paid, and the money is about to be taken.
    Paid,
    /// The money is taken.
    Settled,
    /// Its time was over.
    Expired,
    /// It came to nothing.
    Cancelled,
}

impl Stage {
    pub(crate) fn of(view: &BillingView) -> Self {
        match view.status {
            BillingStatus::Open if view.in_progress => Self::Waiting,
            BillingStatus::Open if view.redirect.is_some() => Self::ToConfirm,
            BillingStatus::Open => Self::ToPay,
            BillingStatus::Success if view.captured_at.is_none() => Self::Paid,
            BillingStatus::Success => Self::Settled,
            BillingStatus::Cancelled if view.ended_at >= Some(view.expires_at) => Self::Expired,
            BillingStatus::Cancelled => Self::Cancelled,
        }
    }

    /// In words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::ToPay => "To be paid",
            Self::ToConfirm => "To be confirmed",
            Self::Waiting => "Waiting for the answer",
            Self::Paid | Self::Settled => "Paid",
            Self::Expired => "Expired",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The class of the badge.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::ToPay | Self::ToConfirm | Self::Waiting => "warn",
            Self::Paid | Self::Settled => "good",
            Self::Expired | Self::Cancelled => "",
        }
    }

    /// Whether it will change by itself within a minute.
    pub(crate) const fn is_passing(self) -> bool {
        match self {
            Self::Waiting | Self::Paid => true,
            Self::ToPay | Self::ToConfirm | Self::Settled | Self::Expired | Self::Cancelled => {
                false
            }
        }
    }

    /// Whether the payer can still decide.
    pub(crate) const fn is_open(self) -> bool {
        match self {
            Self::ToPay | Self::ToConfirm => true,
            Self::Waiting | Self::Paid | Self::Settled | Self::Expired | Self::Cancelled => false,
        }
    }
}

impl Bill {
    /// Reads what belongs to a billing: its lines are titled by their payments.
    pub(crate) fn read(
        view: &BillingView,
        payments: &PaymentsFacade,
        reader: &mut Reader,
    ) -> Result<Self, Failure> {
        let known = payments.payments_of(view.payer, reader)?.into_iter();
        let titles = known.map(|payment| (payment.id, payment.description));
        let slot = match view.hand_over.slot() {
            Some(slot) => payments.single_slot(slot, reader)?,
            None => None,
        };
        Self::of(view, &titles.collect(), slot)
    }

    /// Leads from the lines to their lots and parcels.
    pub(crate) fn lead_on(&mut self, bought: &[ProcessView], address: fn(PackageId) -> String) {
        for line in &mut self.lines {
            let process = bought.iter().find(|item| item.payment == line.payment);
            line.lot = process.map(|process| process.auction);
            line.parcel = process.and_then(|process| process.package).map(address);
        }
    }

    fn of(
        view: &BillingView,
        titles: &HashMap<PaymentId, String>,
        slot: Option<SlotView>,
    ) -> Result<Self, Failure> {
        let title = |payment: &PaymentId| titles.get(payment).cloned().unwrap_or_default();
        let lines = view.orders.iter().map(|order| {
            Ok(Line {
                payment: order.payment,
                title: title(&order.payment),
                hammer: order.hammer,
                premium: order.premium,
                tax: order.tax,
                total: order.total().map_err(Failure::damaged)?,
                paid: order.paid().map_err(Failure::damaged)?,
                lot: None,
                parcel: None,
            })
        });
        let lines = lines.collect::<Result<Vec<_>, Failure>>()?;
        let nothing = Money::zero(view.amount_due.currency());
        let mut totals = lines.iter().map(|line| line.total);
        let total = totals.try_fold(nothing, Money::checked_add);
        let code = view.coupon_code.as_ref().map(ToString::to_string);
        let coupon = view.coupon.map(|(_, off)| (code.unwrap_or_default(), off));
        let credit = (!view.credit.is_zero()).then_some(view.credit);
        let returned = view.refunds.iter();
        let returned = returned.map(|refund| Returned::of(refund, title(&refund.payment)));
        Ok(Self {
            has_additions: lines
                .iter()
                .any(|line| !line.premium.is_zero() || !line.tax.is_zero()),
            has_sums: lines.len() > 1 || coupon.is_some() || credit.is_some(),
            total: total.map_err(Failure::damaged)?,
            coupon,
            credit,
            due: view.amount_due,
            is_paid: view.status == BillingStatus::Success,
            slot,
            returned: returned.collect(),
            lines,
        })
    }
}

impl Returned {
    fn of(refund: &Refund, title: String) -> Self {
        let (state, kind) = match refund.state {
            RefundState::Pending => ("On its way", "warn"),
            RefundState::Done => ("Given back", "good"),
            RefundState::Failed => ("Refused by the gateway", "bad"),
        };
        Self {
            title,
            amount: refund.amount,
            to_credit: (!refund.to_credit.is_zero()).then_some(refund.to_credit),
            reason: sentence(&refund.reason),
            staff: refund.staff.clone(),
            state,
            kind,
            failure: refund.failure.as_deref().map(sentence),
            asked_at: refund.asked_at,
        }
    }
}

/// Where a billing is looked at by its payer.
pub(crate) fn address(billing: BillingId) -> String {
    format!("/my/billings/{billing}")
}
