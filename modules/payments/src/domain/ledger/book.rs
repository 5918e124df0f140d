//! What the ledger tells of one billing, and what is added to it.

use foundation::{Currency, Money, MoneyError};

use super::account::Account;
use super::shares::Lines;
use super::transfer::{Entry, Outcome, Phase, Posting, Transfer, TransferId, TransferKind};
use crate::domain::amounts::sum;
use crate::domain::instruction::GatewayName;
use crate::domain::order::Order;
use crate::domain::refund::{Refund, RefundState};
use crate::ids::{BillingId, OperationId, PayeeId, PayerId, PaymentId, RefundId, SubjectId};

/// The ledger's page of one billing. A checkout is saved together with what its book has collected, so that
/// nothing happens to money that the ledger does not tell.
#[derive(Debug)]
pub(crate) struct Book {
    billing: BillingId,
    payer: PayerId,
    entries: Vec<Entry>,
    postings: Vec<Posting>,
}

/// What moves, from where to where.
struct Movement {
    id: TransferId,
    phase: Phase,
    debit: Account,
    credit: Account,
    amount: Money,
    payment: Option<PaymentId>,
}

impl Book {
    pub(crate) fn new(billing: BillingId, payer: PayerId) -> Self {
        Self::restore(billing, payer, Vec::new())
    }

    pub(crate) fn restore(billing: BillingId, payer: PayerId, entries: Vec<Entry>) -> Self {
        Self {
            billing,
            payer,
            entries,
            postings: Vec::new(),
        }
    }

    /// Everything that it tells.
    #[cfg(test)]
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Hands out what was added.
    pub(crate) fn take(&mut self) -> Vec<Posting> {
        std::mem::take(&mut self.postings)
    }

    /// The billing keeps a part of its payer's credit.
    pub(crate) fn hold_credit(&mut self, amount: Money) {
        let (credit, receivable) = (Account::Credit(self.payer), self.receivable());
        self.enter(Movement {
            id: self.id(TransferKind::Credit),
            phase: Phase::Pending,
            debit: credit,
            credit: receivable,
            amount,
            payment: None,
        });
    }

    /// The credit that was kept is spent.
    pub(crate) fn spend_credit(&mut self, amount: Money) {
        // A version without a ledger may have kept it.
        self.hold_credit(amount);
        let id = self.id(TransferKind::Credit);
        self.resolve(Outcome::Posted, |transfer| transfer.id == id);
    }

    /// The credit that was kept may be used otherwise.
    pub(crate) fn release_credit(&mut self) {
        let id = self.id(TransferKind::Credit);
        self.resolve(Outcome::Voided, |transfer| transfer.id == id);
    }

    /// The credit that was spent comes back, because the rest was not paid.
    pub(crate) fn return_credit(&mut self, amount: Money) {
        let (receivable, credit) = (self.receivable(), Account::Credit(self.payer));
        self.enter(Movement {
            id: self.id(TransferKind::CreditReturned),
            phase: Phase::Final,
            debit: receivable,
            credit,
            amount,
            payment: None,
        });
    }

    /// A gateway holds an amount.
    pub(crate) fn authorise(&mut self, by: OperationId, gateway: GatewayName, amount: Money) {
        let receivable = self.receivable();
        self.enter(Movement {
            id: about(TransferKind::Authorisation, by.uuid()),
            phase: Phase::Pending,
            debit: Account::Gateway(gateway),
            credit: receivable,
            amount,
            payment: None,
        });
    }

    /// The gateway has taken what it held.
    pub(crate) fn take_authorised(&mut self, by: OperationId, gateway: GatewayName, amount: Money) {
        // A version without a ledger may have had it held.
        self.authorise(by, gateway, amount);
        let id = about(TransferKind::Authorisation, by.uuid());
        self.resolve(Outcome::Posted, |transfer| transfer.id == id);
    }

    /// Whether a gateway holds something because of this operation.
    pub(crate) fn holds(&self, by: OperationId) -> bool {
        let id = about(TransferKind::Authorisation, by.uuid());
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.waits() && entry.transfer().id == id)
    }

    /// The gateway holds nothing any more of what these operations had it hold.
    pub(crate) fn let_go(&mut self, by: &[OperationId]) {
        let ids: Vec<_> = by
            .iter()
            .map(|by| about(TransferKind::Authorisation, by.uuid()))
            .collect();
        self.resolve(Outcome::Voided, |transfer| ids.contains(&transfer.id));
    }

    /// The money for an order is there: everybody gets a share of it.
    pub(crate) fn sell(&mut self, order: &Order, payee: Option<PayeeId>) {
        use TransferKind::{Commission, Discount, Hammer, Premium, Tax};
        let (owed, seller) = (&self.receivable(), &Account::of_hammer(payee));
        for (kind, debit, credit, amount) in [
            (Hammer, owed, seller, order.hammer),
            (Premium, owed, &Account::Premium, order.premium),
            (Tax, owed, &Account::Tax, order.tax),
            (Discount, &Account::Coupons, owed, order.discount),
            (Commission, seller, &Account::Commission, order.commission),
        ] {
            self.enter(Movement {
                id: about(kind, order.payment.uuid()),
                phase: Phase::Final,
                debit: debit.clone(),
                credit: credit.clone(),
                amount,
                payment: Some(order.payment),
            });
        }
    }

    /// A refund is written down: everybody gives a share of it. What is still to be given back at the gateway
    /// is pending.
    pub(crate) fn refund(
        &mut self,
        refund: &Refund,
        payee: Option<PayeeId>,
        gateway: GatewayName,
    ) -> Result<(), MoneyError> {
        use TransferKind::{
            Refund as Money, RefundCommission, RefundCredit, RefundDiscount, RefundHammer,
            RefundPremium, RefundTax,
        };
        let left = self.left_of(refund.payment, refund.amount.currency())?;
        let part = left.part(refund.amount)?;
        let phase = match refund.state {
            RefundState::Pending => Phase::Pending,
            RefundState::Done | RefundState::Failed => Phase::Final,
        };
        let (owed, seller) = (&self.receivable(), &Account::of_hammer(payee));
        let (taken, used) = (&Account::Gateway(gateway), &Account::Credit(self.payer));
        for (kind, debit, credit, amount) in [
            (Money, owed, taken, refund.to_gateway),
            (RefundCredit, owed, used, refund.to_credit),
            (RefundHammer, seller, owed, part.hammer),
            (RefundPremium, &Account::Premium, owed, part.premium),
            (RefundTax, &Account::Tax, owed, part.tax),
            (RefundDiscount, owed, &Account::Coupons, part.discount),
            (
                RefundCommission,
                &Account::Commission,
                seller,
                part.commission,
            ),
        ] {
            self.enter(Movement {
                id: about(kind, refund.id.uuid()),
                phase,
                debit: debit.clone(),
                credit: credit.clone(),
                amount,
                payment: Some(refund.payment),
            });
        }
        Ok(())
    }

    /// The gateway has given a refund's money back, or will not.
    pub(crate) fn end_refund(&mut self, refund: RefundId, outcome: Outcome) {
        let ids = TransferKind::OF_REFUND.map(|kind| about(kind, refund.uuid()));
        self.resolve(outcome, |transfer| ids.contains(&transfer.id));
    }

    /// What is left of an order. What is on its way back is not.
    fn left_of(&self, payment: PaymentId, currency: Currency) -> Result<Lines, MoneyError> {
        let left = |given: TransferKind, back: TransferKind| {
            let total = |kind: TransferKind| {
                let known = self.entries.iter().filter(|entry| {
                    let transfer = entry.transfer();
                    let is_void = matches!(entry, Entry::Void(_));
                    transfer.id.kind == kind && transfer.payment == Some(payment) && !is_void
                });
                sum(currency, known.map(|entry| entry.transfer().amount))
            };
            total(given)?.checked_sub(total(back)?)
        };
        Ok(Lines {
            hammer: left(TransferKind::Hammer, TransferKind::RefundHammer)?,
            premium: left(TransferKind::Premium, TransferKind::RefundPremium)?,
            tax: left(TransferKind::Tax, TransferKind::RefundTax)?,
            discount: left(TransferKind::Discount, TransferKind::RefundDiscount)?,
            commission: left(TransferKind::Commission, TransferKind::RefundCommission)?,
        })
    }

    /// What moves nothing is not told, and what has been told is not told again.
    fn enter(&mut self, movement: Movement) {
        let mut known = self.entries.iter();
        let is_known = known.any(|entry| entry.transfer().id == movement.id);
        if is_known || movement.amount.is_zero() {
            return;
        }
        let transfer = Transfer {
            id: movement.id,
            phase: movement.phase,
            debit: movement.debit,
            credit: movement.credit,
            amount: movement.amount,
            billing: Some(self.billing),
            payment: movement.payment,
            note: None,
        };
        self.postings.push(Posting::Transfer(transfer.clone()));
        self.entries.push(Entry::new(transfer));
    }

    fn resolve(&mut self, outcome: Outcome, fits: impl Fn(&Transfer) -> bool) {
        for entry in std::mem::take(&mut self.entries) {
            let entry = match entry {
                Entry::Waits(pending) if fits(pending.transfer()) => {
                    let (resolution, entry) = match outcome {
                        Outcome::Posted => pending.post(),
                        Outcome::Voided => pending.void(),
                    };
                    self.postings.push(Posting::Resolution(resolution));
                    entry
                }
                entry @ (Entry::Counts(_) | Entry::Waits(_) | Entry::Void(_)) => entry,
            };
            self.entries.push(entry);
        }
    }

    fn id(&self, kind: TransferKind) -> TransferId {
        about(kind, self.billing.uuid())
    }

    fn receivable(&self) -> Account {
        Account::Receivable(self.payer)
    }
}

fn about(kind: TransferKind, subject: impl Into<SubjectId>) -> TransferId {
    TransferId {
        kind,
        subject: subject.into(),
    }
}
