//! What our books say about a billing's money at its gateways, for comparison with theirs.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::Money;

use super::{Authorisation, Billing, BillingStatus};
use crate::domain::amounts::sum;
use crate::domain::difference::Ours;
use crate::domain::operation::Operation;
use crate::domain::refund::RefundState;

/// After this time an operation without a result is for staff.
const OVERDUE: TimeDelta = TimeDelta::hours(23);

/// An authorisation as it should look at its gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) authorisation: Authorisation,
    pub(crate) ours: Ours,
}

/// Whether a billing can be compared now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Comparable {
    /// Something is under way: what is shown may change at any moment.
    NotNow,
    /// Something has been under way for so long that staff have to look.
    Overdue(Vec<Operation>),
    Yes(Vec<Account>),
}

impl Billing {
    /// What each authorisation that a gateway gave should look like there. Those that a later one replaced are
    /// to hold nothing.
    pub(crate) fn comparable(&self, now: DateTime<Utc>) -> Comparable {
        let open = self.data.operations.iter().filter(|known| known.is_open());
        let open: Vec<Operation> = open.cloned().collect();
        let overdue = |operation: &Operation| now - operation.started_at > OVERDUE;
        if open.iter().any(overdue) {
            return Comparable::Overdue(open.into_iter().filter(overdue).collect());
        }
        let mut refunds = self.data.refunds.iter();
        let is_open = self.data.status == BillingStatus::Open;
        if is_open || !open.is_empty() || refunds.any(|known| known.state == RefundState::Pending) {
            return Comparable::NotNow;
        }
        let accounts = self.authorisations().into_iter();
        Comparable::Yes(accounts.map(|known| self.account(known)).collect())
    }

    fn authorisations(&self) -> Vec<Authorisation> {
        let mut found: Vec<Authorisation> = self.data.authorisation.iter().cloned().collect();
        let gave = self.data.operations.iter();
        for operation in gave.filter(|known| known.kind.holds()) {
            let Some(reference) = operation.reference.clone() else {
                continue;
            };
            if found.iter().all(|known| known.reference != reference) {
                let gateway = operation.gateway.clone();
                found.push(Authorisation { reference, gateway });
            }
        }
        found
    }

    fn account(&self, authorisation: Authorisation) -> Account {
        let nothing = Money::zero(self.data.amount_due.currency());
        let counts = self.data.authorisation.as_ref() == Some(&authorisation);
        let (held, taken, refunded) = match (counts, self.data.captured_at) {
            (false, _) => (nothing, nothing, nothing),
            (true, None) => (self.data.amount_due, nothing, nothing),
            (true, Some(_)) => (nothing, self.data.captured, self.given_back()),
        };
        Account {
            ours: Ours {
                reference: authorisation.reference.clone(),
                held,
                taken,
                refunded,
            },
            authorisation,
        }
    }

    fn given_back(&self) -> Money {
        let done = self.data.refunds.iter();
        let done = done.filter(|known| known.state == RefundState::Done);
        let parts = done.map(|known| known.to_gateway);
        sum(self.data.captured.currency(), parts)
            .expect("refunds are in the billing's currency and together at most what was paid")
    }
}
