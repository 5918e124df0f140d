//! Whether the ledger and a billing tell the same.

use foundation::Money;

use super::account::Account;
use super::sum::Sum;
use super::transfer::{Entry, Transfer, TransferKind};
use crate::domain::billing::{BillingData, BillingStatus};
use crate::domain::refund::RefundState;
use crate::ids::PaymentId;

/// What the ledger tells of a billing, set against the billing's own figures.
pub(crate) struct Proof<'b> {
    billing: &'b BillingData,
    entries: &'b [Entry],
    differences: Vec<String>,
}

/// Which entries of a kind are looked at.
#[derive(Clone, Copy)]
enum Standing {
    Counts,
    Waits,
}

/// Everything in which the two differ, in words for staff.
pub(crate) fn differences(billing: &BillingData, entries: &[Entry]) -> Vec<String> {
    let mut proof = Proof {
        billing,
        entries,
        differences: Vec::new(),
    };
    proof.authorisations();
    proof.credit();
    proof.sale();
    proof.refunds();
    proof.receivable();
    proof.differences
}

impl Proof<'_> {
    /// What was taken is what was held, once; what is held and not taken waits.
    fn authorisations(&mut self) {
        use TransferKind::Authorisation;
        let taken = self.sum(Authorisation, Standing::Counts);
        self.is("captured", taken, self.billing.captured);
        let all = self.entries.iter().map(Entry::transfer);
        let most = all.filter(|known| known.id.kind == Authorisation);
        let most = most.map(|known| known.amount.minor_units()).max();
        if self.billing.captured.minor_units() > most.unwrap_or(0) {
            let captured = self.billing.captured;
            self.differ(format!(
                "captured {captured}, which is more than was authorised"
            ));
        }
        let is_held = self.billing.status == BillingStatus::Success
            && self.billing.captured_at.is_none()
            && self.sum(Authorisation, Standing::Waits) < units(self.billing.amount_due);
        if is_held {
            let due = self.billing.amount_due;
            self.differ(format!("{due} is held, and the ledger does not tell"));
        }
    }

    /// Credit waits while the billing is open, and counts once it has succeeded.
    fn credit(&mut self) {
        let (waits, counts) = match self.billing.status {
            BillingStatus::Open => (units(self.billing.credit), 0),
            BillingStatus::Success => (0, units(self.billing.credit)),
            BillingStatus::Cancelled => (0, 0),
        };
        let waiting = self.sum(TransferKind::Credit, Standing::Waits);
        let spent = self.sum(TransferKind::Credit, Standing::Counts)
            - self.sum(TransferKind::CreditReturned, Standing::Counts);
        self.are("credit held", waiting, waits);
        self.are("credit spent", spent, counts);
    }

    /// Every order is told line by line once it is paid, and not before.
    fn sale(&mut self) {
        let is_sold = self.billing.captured_at.is_some();
        for order in &self.billing.orders {
            for (kind, line) in [
                (TransferKind::Hammer, order.hammer),
                (TransferKind::Premium, order.premium),
                (TransferKind::Tax, order.tax),
                (TransferKind::Discount, order.discount),
                (TransferKind::Commission, order.commission),
            ] {
                let told = self.sum_of(kind, Standing::Counts, Some(order.payment));
                let ours = if is_sold { units(line) } else { 0 };
                self.are(&format!("{kind} of payment {}", order.payment), told, ours);
            }
        }
    }

    /// What was given back counts, and what is on its way waits.
    fn refunds(&mut self) {
        for (standing, state, word) in [
            (Standing::Counts, RefundState::Done, "given back"),
            (Standing::Waits, RefundState::Pending, "on its way back"),
        ] {
            let refunds = self.billing.refunds.iter();
            let ours: Vec<_> = refunds.filter(|refund| refund.state == state).collect();
            let money = ours.iter().map(|refund| units(refund.to_gateway)).sum();
            let credit = ours.iter().map(|refund| units(refund.to_credit)).sum();
            let told = self.sum(TransferKind::Refund, standing);
            self.are(&format!("money {word}"), told, money);
            let told = self.sum(TransferKind::RefundCredit, standing);
            self.are(&format!("credit {word}"), told, credit);
        }
    }

    /// Nobody owes anything for what is paid, whatever was given back; who has paid with credit what is not
    /// taken yet has that to good.
    fn receivable(&mut self) {
        let ours = match (self.billing.status, self.billing.captured_at) {
            (BillingStatus::Success, None) => -units(self.billing.credit),
            (BillingStatus::Success, Some(_))
            | (BillingStatus::Open | BillingStatus::Cancelled, _) => 0,
        };
        let told = self.owed(|entry| entry.counts());
        self.are("what the payer owes", told, ours);
        let is_refund = |entry: &Entry| TransferKind::OF_REFUND.contains(&entry.transfer().id.kind);
        let told = self.owed(|entry| entry.waits() && is_refund(entry));
        self.are("what the payer owes after refunds", told, 0);
    }

    fn owed(&self, which: impl Fn(&Entry) -> bool) -> i128 {
        let receivable = Account::Receivable(self.billing.payer);
        let found = self.entries.iter().filter(|entry| which(entry));
        let change = |transfer: &Transfer| {
            let amount = units(transfer.amount);
            i128::from(transfer.debit == receivable) * amount
                - i128::from(transfer.credit == receivable) * amount
        };
        found.map(|entry| change(entry.transfer())).sum()
    }

    fn sum(&self, kind: TransferKind, standing: Standing) -> i128 {
        self.sum_of(kind, standing, None)
    }

    fn sum_of(&self, kind: TransferKind, standing: Standing, of: Option<PaymentId>) -> i128 {
        let found = self.entries.iter().filter(|entry| {
            let transfer = entry.transfer();
            let stands = match standing {
                Standing::Counts => entry.counts(),
                Standing::Waits => entry.waits(),
            };
            stands && transfer.id.kind == kind && (of.is_none() || transfer.payment == of)
        });
        found.map(|entry| units(entry.transfer().amount)).sum()
    }

    fn is(&mut self, what: &str, told: i128, ours: Money) {
        self.are(what, told, units(ours));
    }

    fn are(&mut self, what: &str, told: i128, ours: i128) {
        if told != ours {
            let currency = self.billing.amount_due.currency();
            let sum = |minor_units| Sum {
                minor_units,
                currency,
            };
            let (told, ours) = (sum(told), sum(ours));
            self.differ(format!(
                "{what}: {told} in the ledger, {ours} in the billing"
            ));
        }
    }

    fn differ(&mut self, difference: String) {
        self.differences.push(difference);
    }
}

fn units(money: Money) -> i128 {
    money.minor_units().into()
}
