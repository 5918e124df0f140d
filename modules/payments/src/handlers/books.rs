//! Reactions to gateways' messages, and the nightly comparison of books.

use std::sync::Arc;

use chrono::TimeDelta;
use foundation::{AsyncHandler, HandlerResult, OutboundHandler, UnitOfWork};

use crate::application::comparing::{Comparing, Comparison, Finding};
use crate::application::operations::Operations;
use crate::domain::instruction::GatewayReference;
use crate::events::{BillingSucceeded, BooksDue, ComparisonDue, NoticeReceived};

/// Several messages about one billing come together, and one comparison later is enough for all.
const COMPARED_AFTER: TimeDelta = TimeDelta::hours(1);

/// Looks where a gateway's message points.
pub(crate) struct FollowNotice {
    pub(crate) operations: Arc<Operations>,
    pub(crate) comparing: Arc<Comparing>,
}

/// Sets the nightly comparison, which goes on by itself from then on.
pub(crate) struct SetComparison {
    pub(crate) comparing: Arc<Comparing>,
}

/// Has a page of billings compared.
pub(crate) struct CompareBooks {
    pub(crate) comparing: Arc<Comparing>,
}

/// Compares one billing.
pub(crate) struct CompareBilling {
    pub(crate) comparing: Arc<Comparing>,
}

impl AsyncHandler<NoticeReceived> for FollowNotice {
    fn name(&self) -> &'static str {
        "payments.follow_notice"
    }

    /// What is not about a billing of ours is nothing to us: the account may serve other houses.
    fn handle(&self, event: &NoticeReceived, uow: &mut UnitOfWork) -> HandlerResult {
        let reference = event.reference.clone().map(GatewayReference::from);
        let billing = match (event.billing, &reference) {
            (Some(billing), _) => Some(billing),
            (None, Some(reference)) => self.comparing.differences.billing_of(reference, uow)?,
            (None, None) => None,
        };
        let Some(billing) = billing else {
            return Ok(());
        };
        self.operations
            .look_again(billing, reference.as_ref(), uow)?;
        let later = uow.now() + COMPARED_AFTER;
        Ok(uow.schedule(later, &ComparisonDue { billing })?)
    }
}

impl AsyncHandler<BillingSucceeded> for SetComparison {
    fn name(&self) -> &'static str {
        "payments.set_comparison"
    }

    fn handle(&self, _: &BillingSucceeded, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.comparing.set_next(uow)?)
    }
}

impl AsyncHandler<BooksDue> for CompareBooks {
    fn name(&self) -> &'static str {
        "payments.compare_books"
    }

    fn handle(&self, event: &BooksDue, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.comparing.begin(event.after, uow)?)
    }
}

impl OutboundHandler<ComparisonDue> for CompareBilling {
    type Request = Comparison;
    type Outcome = Vec<Finding>;

    fn name(&self) -> &'static str {
        "payments.compare_billing"
    }

    fn prepare(
        &self,
        event: &ComparisonDue,
        uow: &mut UnitOfWork,
    ) -> HandlerResult<Option<Comparison>> {
        Ok(self.comparing.prepare(event.billing, uow)?)
    }

    fn call(&self, request: Comparison) -> HandlerResult<Vec<Finding>> {
        Ok(self.comparing.ask(request)?)
    }

    fn record(
        &self,
        event: &ComparisonDue,
        outcome: Vec<Finding>,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        Ok(self.comparing.record(event.billing, outcome, uow)?)
    }
}
