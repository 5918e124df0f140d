//! Transfers, and how those come to an end that are pending.

use std::fmt;
use std::str::FromStr;

use foundation::Money;

use super::account::Account;
use crate::domain::operation::UnknownWord;
use crate::ids::{BillingId, PayeeId, PayerId, PaymentId, PayoutId, SubjectId};

/// What a transfer tells. Its text form is written to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum TransferKind {
    Authorisation,
    Credit,
    CreditReturned,
    Hammer,
    Premium,
    Tax,
    Discount,
    Commission,
    Refund,
    RefundCredit,
    RefundHammer,
    RefundPremium,
    RefundTax,
    RefundDiscount,
    RefundCommission,
    Grant,
    Payout,
}

/// What a transfer tells, and of what: nothing is told twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TransferId {
    pub(crate) kind: TransferKind,
    pub(crate) subject: SubjectId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It counts.
    Final,
    /// It counts once it is posted.
    Pending,
}

/// An amount that leaves one account for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) id: TransferId,
    pub(crate) phase: Phase,
    pub(crate) debit: Account,
    pub(crate) credit: Account,
    /// More than nothing: what moves nothing is no transfer.
    pub(crate) amount: Money,
    pub(crate) billing: Option<BillingId>,
    pub(crate) payment: Option<PaymentId>,
    /// What staff wrote.
    pub(crate) note: Option<String>,
}

/// A transfer that waits for its outcome. Whoever gives it one gives the transfer away: there is no second.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pending(Transfer);

/// How a pending transfer came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It counts.
    Posted,
    /// It counts for nothing.
    Voided,
}

/// The end of a pending transfer. Only a [`Pending`] makes one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Resolution {
    of: TransferId,
    outcome: Outcome,
}

/// A transfer as it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Counts(Transfer),
    Waits(Pending),
    Void(Transfer),
}

/// What is added to the ledger.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Posting {
    Transfer(Transfer),
    Resolution(Resolution),
}

impl Transfer {
    /// Staff give a customer credit.
    pub(crate) fn grant(owner: PayerId, amount: Money, reason: &str) -> Self {
        Self {
            id: TransferId {
                kind: TransferKind::Grant,
                subject: SubjectId::generate(),
            },
            phase: Phase::Final,
            debit: Account::Goodwill,
            credit: Account::Credit(owner),
            amount,
            billing: None,
            payment: None,
            note: Some(reason.to_owned()),
        }
    }

    /// Staff have paid a seller.
    pub(crate) fn payout(payout: PayoutId, payee: PayeeId, amount: Money, note: &str) -> Self {
        Self {
            id: TransferId {
                kind: TransferKind::Payout,
                subject: payout.uuid().into(),
            },
            phase: Phase::Final,
            debit: Account::Payable(payee),
            credit: Account::Bank,
            amount,
            billing: None,
            payment: None,
            note: Some(note.to_owned()),
        }
    }
}

impl Pending {
    pub(crate) fn transfer(&self) -> &Transfer {
        &self.0
    }

    /// It happened.
    pub(crate) fn post(self) -> (Resolution, Entry) {
        (self.resolved(Outcome::Posted), Entry::Counts(self.0))
    }

    /// It came to nothing.
    pub(crate) fn void(self) -> (Resolution, Entry) {
        (self.resolved(Outcome::Voided), Entry::Void(self.0))
    }

    fn resolved(&self, outcome: Outcome) -> Resolution {
        Resolution {
            of: self.0.id,
            outcome,
        }
    }
}

impl Resolution {
    pub(crate) fn of(&self) -> TransferId {
        self.of
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }
}

impl Entry {
    /// A transfer that was just entered.
    pub(crate) fn new(transfer: Transfer) -> Self {
        match transfer.phase {
            Phase::Final => Self::Counts(transfer),
            Phase::Pending => Self::Waits(Pending(transfer)),
        }
    }

    /// A transfer from the database, with its end if it has come to one.
    pub(crate) fn restore(transfer: Transfer, outcome: Option<Outcome>) -> Self {
        match outcome {
            None => Self::new(transfer),
            Some(Outcome::Posted) => Self::Counts(transfer),
            Some(Outcome::Voided) => Self::Void(transfer),
        }
    }

    pub(crate) fn transfer(&self) -> &Transfer {
        match self {
            Self::Counts(transfer) | Self::Void(transfer) => transfer,
            Self::Waits(pending) => pending.transfer(),
        }
    }

    pub(crate) fn counts(&self) -> bool {
        matches!(self, Self::Counts(_))
    }

    pub(crate) fn waits(&self) -> bool {
        matches!(self, Self::Waits(_))
    }
}

impl TransferKind {
    /// All that a refund moves.
    pub(crate) const OF_REFUND: [Self; 7] = [
        Self::Refund,
        Self::RefundCredit,
        Self::RefundHammer,
        Self::RefundPremium,
        Self::RefundTax,
        Self::RefundDiscount,
        Self::RefundCommission,
    ];

    pub(crate) const ALL: [Self; 17] = [
        Self::Authorisation,
        Self::Credit,
        Self::CreditReturned,
        Self::Hammer,
        Self::Premium,
        Self::Tax,
        Self::Discount,
        Self::Commission,
        Self::Refund,
        Self::RefundCredit,
        Self::RefundHammer,
        Self::RefundPremium,
        Self::RefundTax,
        Self::RefundDiscount,
        Self::RefundCommission,
        Self::Grant,
        Self::Payout,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Authorisation => "authorisation",
            Self::Credit => "credit",
            Self::CreditReturned => "credit_returned",
            Self::Hammer => "hammer",
            Self::Premium => "premium",
            Self::Tax => "tax",
            Self::Discount => "discount",
            Self::Commission => "commission",
            Self::Refund => "refund",
            Self::RefundCredit => "refund_credit",
            Self::RefundHammer => "refund_hammer",
            Self::RefundPremium => "refund_premium",
            Self::RefundTax => "refund_tax",
            Self::RefundDiscount => "refund_discount",
            Self::RefundCommission => "refund_commission",
            Self::Grant => "grant",
            Self::Payout => "payout",
        }
    }
}

impl fmt::Display for TransferKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TransferKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

impl Phase {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Pending => "pending",
        }
    }
}

impl FromStr for Phase {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Final, Self::Pending].into_iter();
        let found = all.find(|phase| phase.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

impl Outcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Voided => "voided",
        }
    }
}

impl FromStr for Outcome {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Posted, Self::Voided].into_iter();
        let found = all.find(|outcome| outcome.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}
