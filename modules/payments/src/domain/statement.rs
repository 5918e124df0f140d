//! Statements: what the ledger tells a customer or a seller of themselves, line by line.

use chrono::{DateTime, Utc};
use foundation::Currency;

use crate::domain::ledger::sum::Sum;
use crate::domain::ledger::transfer::TransferKind;
use crate::domain::ledger::{Account, Transfer};
use crate::ids::{PayeeId, PayerId, SubjectId};

/// What time a statement is about: from a moment until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From here on.
    pub from: DateTime<Utc>,
    /// Before this.
    pub until: DateTime<Utc>,
}

impl Period {
    fn contains(&self, moment: DateTime<Utc>) -> bool {
        (self.from..self.until).contains(&moment)
    }
}

/// What a line of a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementEntry {
    /// A lot was sold, and is paid.
    Sale,
    /// A gateway has taken the customer's money.
    Payment,
    /// The customer has paid with credit.
    CreditUsed,
    /// Credit came back, because the rest was not paid.
    CreditReturned,
    /// The house gave credit.
    CreditGranted,
    /// Money or credit was given back to the customer.
    Refund,
    /// The house has paid the seller.
    Payout,
}

impl StatementEntry {
    /// A word for the API and for files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Payment => "payment",
            Self::CreditUsed => "credit used",
            Self::CreditReturned => "credit returned",
            Self::CreditGranted => "credit granted",
            Self::Refund => "refund",
            Self::Payout => "payout",
        }
    }

    const fn of(kind: TransferKind) -> Self {
        match kind {
            TransferKind::Hammer
            | TransferKind::Premium
            | TransferKind::Tax
            | TransferKind::Discount
            | TransferKind::Commission => Self::Sale,
            TransferKind::Authorisation => Self::Payment,
            TransferKind::Credit => Self::CreditUsed,
            TransferKind::CreditReturned => Self::CreditReturned,
            TransferKind::Grant => Self::CreditGranted,
            TransferKind::Refund
            | TransferKind::RefundCredit
            | TransferKind::RefundHammer
            | TransferKind::RefundPremium
            | TransferKind::RefundTax
            | TransferKind::RefundDiscount
            | TransferKind::RefundCommission => Self::Refund,
            TransferKind::Payout => Self::Payout,
        }
    }
}

/// What happened, to what and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub entry: StatementEntry,
    /// Identifies the payment that was sold, the refund, the payout, and so on.
    pub subject: SubjectId,
    /// What for: the payment's description, or what staff wrote.
    pub description: String,
}

/// A line of a seller's statement. What is in favour of the seller is above zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SellerLine {
    /// What happened.
    pub occasion: Occasion,
    /// The hammer price; below zero when it was given back.
    pub hammer: Sum,
    /// What the house keeps of it, below zero; above when it was given back.
    pub commission: Sum,
    /// What was paid to the seller, below zero.
    pub payout: Sum,
    /// What the house owes the seller after this.
    pub balance: Sum,
}

/// A line of a customer's statement. What the customer owes more because of it is above zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerLine {
    /// What happened.
    pub occasion: Occasion,
    /// The hammer price.
    pub hammer: Sum,
    /// The buyer's premium.
    pub premium: Sum,
    /// The tax on both.
    pub tax: Sum,
    /// What a coupon took off, below zero.
    pub discount: Sum,
    /// What was paid with credit, below zero.
    pub credit: Sum,
    /// What was paid with money, below zero.
    pub paid: Sum,
    /// What the customer owes after this.
    pub balance: Sum,
    /// The credit that the customer has after this.
    pub credit_left: Sum,
}

/// A seller's account in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SellerStatement {
    /// What the house owed before; below zero, what the seller owed the house.
    pub opening: Sum,
    /// What happened, the oldest first.
    pub lines: Vec<SellerLine>,
    /// What the house owed after that.
    pub closing: Sum,
    /// What may be paid out now, whatever the period: not what is on its way back to buyers.
    pub payable: Sum,
}

/// A customer's account in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerStatement {
    /// What the customer owed before.
    pub opening: Sum,
    /// What happened, the oldest first.
    pub lines: Vec<CustomerLine>,
    /// What the customer owed after that.
    pub closing: Sum,
    /// The credit that the customer had after that.
    pub credit_left: Sum,
}

/// A transfer that counts, with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) transfer: Transfer,
    /// Since when it counts.
    pub(crate) at: DateTime<Utc>,
    /// What the payment was for.
    pub(crate) description: Option<String>,
}

impl Told {
    pub(crate) fn currency(&self) -> Currency {
        self.transfer.amount.currency()
    }

    pub(crate) fn entry(&self) -> StatementEntry {
        StatementEntry::of(self.transfer.id.kind)
    }

    /// What it adds to an account's credit side beyond its debit side.
    fn adds_to(&self, account: &Account) -> i128 {
        let sign = i128::from(&self.transfer.credit == account)
            - i128::from(&self.transfer.debit == account);
        sign * i128::from(self.transfer.amount.minor_units())
    }

    fn is_one_line_with(&self, other: &Self) -> bool {
        self.at == other.at
            && self.transfer.id.subject == other.transfer.id.subject
            && self.entry() == other.entry()
    }
}

impl SellerStatement {
    /// Out of all that the ledger tells of a seller in one currency, the oldest first, and what is on its way
    /// back to buyers.
    pub(crate) fn of(payee: PayeeId, told: &[Told], back: i128, period: Period) -> Option<Self> {
        let nothing = nothing(told.first()?);
        let all = seller_lines(payee, told, nothing);
        let balance = |line: Option<&SellerLine>| line.map_or(nothing, |line| line.balance);
        let at = |line: &&SellerLine| line.occasion.at;
        let before = |moment| all.iter().rfind(|line| at(line) < moment);
        let now = balance(all.last());
        Some(Self {
            opening: balance(before(period.from)),
            closing: balance(before(period.until)),
            payable: Sum {
                minor_units: now.minor_units - back,
                ..now
            },
            lines: all
                .iter()
                .filter(|line| period.contains(at(line)))
                .cloned()
                .collect(),
        })
    }
}

impl CustomerStatement {
    /// Out of all that the ledger tells of a customer in one currency, the oldest first.
    pub(crate) fn of(payer: PayerId, told: &[Told], period: Period) -> Option<Self> {
        let nothing = nothing(told.first()?);
        let all = customer_lines(payer, told, nothing);
        let balance = |line: Option<&CustomerLine>| line.map_or(nothing, |line| line.balance);
        let at = |line: &&CustomerLine| line.occasion.at;
        let before = |moment| all.iter().rfind(|line| at(line) < moment);
        let last = before(period.until);
        Some(Self {
            opening: balance(before(period.from)),
            closing: balance(last),
            credit_left: last.map_or(nothing, |line| line.credit_left),
            lines: all
                .iter()
                .filter(|line| period.contains(at(line)))
                .cloned()
                .collect(),
        })
    }
}

fn seller_lines(payee: PayeeId, told: &[Told], nothing: Sum) -> Vec<SellerLine> {
    use TransferKind::{Commission, Hammer, Payout, RefundCommission, RefundHammer};
    let account = Account::Payable(payee);
    let sum = |minor_units| Sum {
        minor_units,
        ..nothing
    };
    let mut balance = 0;
    let groups = told.chunk_by(Told::is_one_line_with);
    let lines = groups.filter_map(|group| {
        let of = |kinds: &[TransferKind]| added(group, kinds, &account);
        let parts = [
            of(&[Hammer, RefundHammer]),
            of(&[Commission, RefundCommission]),
            of(&[Payout]),
        ];
        balance += parts.iter().sum::<i128>();
        let [hammer, commission, payout] = parts.map(sum);
        Some(SellerLine {
            occasion: occasion(group)?,
            hammer,
            commission,
            payout,
            balance: sum(balance),
        })
    });
    lines.collect()
}

fn customer_lines(payer: PayerId, told: &[Told], nothing: Sum) -> Vec<CustomerLine> {
    use TransferKind::{
        Authorisation, Credit, CreditReturned, Discount, Hammer, Premium, Refund, RefundCredit,
        RefundDiscount, RefundHammer, RefundPremium, RefundTax, Tax,
    };
    let (owed, kept) = (Account::Receivable(payer), Account::Credit(payer));
    let sum = |minor_units| Sum {
        minor_units,
        ..nothing
    };
    let (mut balance, mut left) = (0, 0);
    let groups = told.chunk_by(Told::is_one_line_with);
    let lines = groups.filter_map(|group| {
        let of = |kinds: &[TransferKind]| -added(group, kinds, &owed);
        let parts = [
            of(&[Hammer, RefundHammer]),
            of(&[Premium, RefundPremium]),
            of(&[Tax, RefundTax]),
            of(&[Discount, RefundDiscount]),
            of(&[Credit, CreditReturned, RefundCredit]),
            of(&[Authorisation, Refund]),
        ];
        balance += parts.iter().sum::<i128>();
        left += group.iter().map(|told| told.adds_to(&kept)).sum::<i128>();
        let [hammer, premium, tax, discount, credit, paid] = parts.map(sum);
        Some(CustomerLine {
            occasion: occasion(group)?,
            hammer,
            premium,
            tax,
            discount,
            credit,
            paid,
            balance: sum(balance),
            credit_left: sum(left),
        })
    });
    lines.collect()
}

fn nothing(told: &Told) -> Sum {
    Sum {
        minor_units: 0,
        currency: told.currency(),
    }
}

fn added(group: &[Told], kinds: &[TransferKind], account: &Account) -> i128 {
    let of_kinds = group
        .iter()
        .filter(|told| kinds.contains(&told.transfer.id.kind));
    of_kinds.map(|told| told.adds_to(account)).sum()
}

fn occasion(group: &[Told]) -> Option<Occasion> {
    let first = group.first()?;
    let words = first.description.clone().or(first.transfer.note.clone());
    Some(Occasion {
        at: first.at,
        entry: first.entry(),
        subject: first.transfer.id.subject,
        description: words.unwrap_or_default(),
    })
}
