//! What a gateway answered, written down, and what follows from it.

use chrono::{DateTime, Utc};

use super::{Authorisation, Billing, BillingStatus, CancelReason, Waiting};
use crate::domain::instruction::{Answer, GatewayReference};
use crate::domain::operation::{OperationKind, OperationState};
use crate::domain::redirect::Redirect;
use crate::events::{BillingCaptured, BillingChargedTooLate, BillingEvent};
use crate::ids::{OperationId, RefundId};

/// What the payer is told when the gateway does not understand this house: the cause is for staff.
const REFUSED_REQUEST: &str =
    "the payment service did not accept the request; the house has been told";

/// What the payer is told who cannot be sent to the bank from here.
const NEEDS_CONFIRMATION: &str =
    "the bank wants this payment confirmed, which is not possible here; try another card";

/// What an answer means for everything that hangs on the billing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// Nothing, or nothing new.
    Nothing,
    /// The amount is held: the billing succeeds.
    Authorised,
    /// A try came to nothing.
    Declined(String),
    /// The money is there.
    Captured,
    /// The gateway does not give what it held: nothing was paid.
    CaptureRefused(String),
    /// The amount is held for a billing that had ended.
    TooLate,
    /// The amount is held a second time, for a billing that is paid.
    Unwanted,
    /// What was held is held no more.
    LetGo(GatewayReference),
    /// The money of a refund was given back.
    Refunded(RefundId),
    /// The gateway will not give a refund's money back.
    RefundRefused(RefundId),
}

impl Billing {
    /// Writes down that the gateway's answer did not come.
    pub(crate) fn leave_unknown(&mut self, id: OperationId, detail: Option<String>) {
        if let Some(operation) = self.open_operation(id) {
            operation.state = OperationState::Unknown;
            operation.detail = detail.or(operation.detail.take());
        }
    }

    /// Writes down the gateway's answer. An operation whose result is known keeps it: the answer came to
    /// two who asked.
    pub(crate) fn record(
        &mut self,
        id: OperationId,
        answer: &Answer,
        now: DateTime<Utc>,
    ) -> Consequence {
        let Some(operation) = self.open_operation(id) else {
            return Consequence::Nothing;
        };
        let (kind, gateway) = (operation.kind, operation.gateway.clone());
        let (refund, comes_back) = (operation.refund, operation.return_url.is_some());
        match answer {
            Answer::Authorised {
                reference,
                capture_before,
            } => {
                operation.reference = Some(reference.clone());
                operation.finish(OperationState::Succeeded, now);
                let reference = reference.clone();
                self.authorised(Authorisation { reference, gateway }, *capture_before)
            }
            Answer::ActionRequired {
                reference,
                redirect,
            } => {
                operation.reference = Some(reference.clone());
                let comes_back = comes_back || kind == OperationKind::Complete;
                let reference = reference.clone();
                let held = Authorisation { reference, gateway };
                self.action_required((id, comes_back), held, redirect, now)
            }
            Answer::Captured => {
                operation.finish(OperationState::Succeeded, now);
                self.captured(now)
            }
            Answer::Voided => {
                let about = operation.about.clone();
                operation.finish(OperationState::Succeeded, now);
                self.voided(about)
            }
            Answer::Refunded { reference } => {
                operation.reference = Some(reference.clone());
                operation.finish(OperationState::Succeeded, now);
                self.refunded(refund, now)
            }
            Answer::Refused { reason, reference } => {
                operation.reference = reference.clone();
                operation.reason = Some(reason.clone());
                operation.finish(OperationState::Failed, now);
                self.refused(kind, refund, reason, now)
            }
        }
    }

    /// Writes down that the gateway did not understand the request or does not know this house: nothing
    /// was charged. The payer may try again; the detail is for staff.
    pub(crate) fn record_rejection(
        &mut self,
        id: OperationId,
        detail: &str,
        now: DateTime<Utc>,
    ) -> Consequence {
        let Some(operation) = self.open_operation(id) else {
            return Consequence::Nothing;
        };
        let (kind, refund) = (operation.kind, operation.refund);
        operation.reason = Some(REFUSED_REQUEST.to_owned());
        operation.detail = Some(detail.to_owned());
        operation.finish(OperationState::Failed, now);
        self.refused(kind, refund, REFUSED_REQUEST, now)
    }

    /// The gateway will not give what it held. The billing had succeeded on the strength of that, and is
    /// undone as a whole; nobody but the gateway leads here.
    pub(crate) fn undo_success(&mut self, now: DateTime<Utc>) {
        self.data.authorisation = None;
        self.data.capture_before = None;
        self.cancel(CancelReason::CaptureRefused, now);
    }

    fn authorised(
        &mut self,
        held: Authorisation,
        capture_before: Option<DateTime<Utc>>,
    ) -> Consequence {
        self.data.waiting = None;
        match self.data.status {
            BillingStatus::Open => {
                self.data.authorisation = Some(held);
                self.data.capture_before = capture_before;
                Consequence::Authorised
            }
            BillingStatus::Success => {
                self.abandon(held);
                Consequence::Unwanted
            }
            BillingStatus::Cancelled => {
                self.data.authorisation = Some(held);
                let late = BillingChargedTooLate {
                    billing: self.data.id,
                    payer: self.data.payer,
                    amount: self.data.amount_due,
                };
                self.events.push(BillingEvent::ChargedTooLate(late));
                Consequence::TooLate
            }
        }
    }

    fn action_required(
        &mut self,
        (id, comes_back): (OperationId, bool),
        authorisation: Authorisation,
        redirect: &Redirect,
        now: DateTime<Utc>,
    ) -> Consequence {
        let wanted = comes_back && self.data.status == BillingStatus::Open;
        let Some(operation) = self.open_operation(id) else {
            return Consequence::Nothing;
        };
        if wanted {
            operation.finish(OperationState::Succeeded, now);
            let redirect = redirect.clone();
            self.data.waiting = Some(Waiting {
                authorisation,
                redirect,
            });
            return Consequence::Nothing;
        }
        operation.reason = Some(NEEDS_CONFIRMATION.to_owned());
        operation.finish(OperationState::Failed, now);
        self.data.waiting = None;
        self.abandon(authorisation);
        self.refused(OperationKind::Authorise, None, NEEDS_CONFIRMATION, now)
    }

    fn captured(&mut self, now: DateTime<Utc>) -> Consequence {
        if self.data.captured_at.is_some() {
            return Consequence::Nothing;
        }
        self.data.captured = self.data.amount_due;
        self.data.captured_at = Some(now);
        self.events.push(BillingEvent::Captured(BillingCaptured {
            billing: self.data.id,
            payer: self.data.payer,
            amount: self.data.amount_due,
        }));
        Consequence::Captured
    }

    fn voided(&mut self, about: Option<GatewayReference>) -> Consequence {
        let held = self.data.authorisation.as_ref();
        if held.map(|held| &held.reference) == about.as_ref() {
            self.data.authorisation = None;
        }
        about.map_or(Consequence::Nothing, Consequence::LetGo)
    }

    fn refused(
        &mut self,
        kind: OperationKind,
        refund: Option<RefundId>,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Consequence {
        let status = self.data.status;
        match kind {
            OperationKind::Authorise | OperationKind::Complete => {
                self.data.waiting = None;
                match status {
                    BillingStatus::Open => Consequence::Declined(reason.to_owned()),
                    BillingStatus::Success | BillingStatus::Cancelled => Consequence::Nothing,
                }
            }
            OperationKind::Capture => {
                let unpaid = self.data.captured_at.is_none() && status == BillingStatus::Success;
                match unpaid {
                    true => Consequence::CaptureRefused(reason.to_owned()),
                    false => Consequence::Nothing,
                }
            }
            OperationKind::Void => Consequence::Nothing,
            OperationKind::Refund => self.refund_refused(refund, reason, now),
        }
    }
}
