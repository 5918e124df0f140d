//! Paying sellers out.

use std::sync::Arc;

use foundation::{Currency, Failure, Interface, Money, Reader, UnitOfWork, audit};

use crate::application::ledger::Ledger;
use crate::application::proving::LedgerQueries;
use crate::domain::ledger::sum::Sum;
use crate::domain::ledger::{Account, Posting, Transfer};
use crate::ids::{PayeeId, PayoutId};

const MAX_NOTE: usize = 200;

/// Writes down that a seller was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPayout {
    /// The payout, chosen by the caller: recording twice with one id pays out once.
    pub payout: PayoutId,
    /// Who was paid.
    pub payee: PayeeId,
    /// How much.
    pub amount: Money,
    /// What the bank's statement calls it; up to 200 characters.
    pub note: String,
    /// Who of the staff did it.
    pub staff: String,
}

/// Why a payout was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordPayoutError {
    /// Nothing is paid out.
    #[error("a payout is about more than nothing")]
    Nothing,
    /// The note is too long.
    #[error("a payout's note has at most {MAX_NOTE} characters")]
    Note,
    /// The house owes less.
    #[error("at most {most} is payable to this seller")]
    TooMuch {
        /// What the house owes, less what is on its way back to buyers; not below nothing.
        most: Money,
    },
    /// The id belongs to another payout.
    #[error("payout {0} was recorded with other words")]
    Taken(PayoutId),
    /// The machinery failed.
    #[error("the payout could not be recorded")]
    Unexpected(#[from] Failure),
}

/// What the house owes one seller in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payable {
    /// The seller.
    pub payee: PayeeId,
    /// What may be paid out now; below zero when more was given back to buyers than is owed.
    pub payable: Sum,
}

/// The payouts to each seller, numbered: of two at the same moment, one takes the number.
pub(crate) trait Payouts: Interface {
    /// Adds the seller's next payout; when somebody else has taken its number meanwhile, that is a
    /// [`Failure::Conflict`].
    fn add(&self, command: &RecordPayout, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// What the ledger tells of a payout.
    fn get(&self, payout: PayoutId, uow: &mut UnitOfWork) -> Result<Option<Transfer>, Failure>;

    /// What the house owes a seller, less what is on its way back to buyers, in minor units.
    fn payable(
        &self,
        payee: PayeeId,
        currency: Currency,
        uow: &mut UnitOfWork,
    ) -> Result<i128, Failure>;
}

/// Records payouts.
pub(crate) struct PayingOut {
    pub(crate) payouts: Arc<dyn Payouts>,
    pub(crate) ledger: Arc<dyn Ledger>,
    pub(crate) accounts: Arc<dyn LedgerQueries>,
}

impl PayingOut {
    /// What the house owes, and what it is owed by sellers: the largest amounts first in each currency.
    pub(crate) fn payables(&self, reader: &mut Reader) -> Result<Vec<Payable>, Failure> {
        let accounts = self.accounts.turnovers(reader)?.into_iter();
        let owed = accounts.filter_map(|known| match known.account {
            Account::Payable(payee) => Some(Payable {
                payee,
                payable: Sum {
                    minor_units: known.credit_balance() - known.debits_wait,
                    currency: known.currency,
                },
            }),
            Account::Receivable(_)
            | Account::Gateway(_)
            | Account::Bank
            | Account::Unassigned
            | Account::Premium
            | Account::Tax
            | Account::Commission
            | Account::Coupons
            | Account::Goodwill
            | Account::Credit(_) => None,
        });
        let mut owed: Vec<_> = owed.filter(|known| !known.payable.is_zero()).collect();
        owed.sort_by_key(|known| {
            let payable = known.payable;
            (payable.currency.code(), -payable.minor_units, known.payee)
        });
        Ok(owed)
    }

    /// Records a payout. `false` when it had been recorded before.
    pub(crate) fn record(
        &self,
        command: &RecordPayout,
        uow: &mut UnitOfWork,
    ) -> Result<bool, RecordPayoutError> {
        if command.note.chars().count() > MAX_NOTE {
            return Err(RecordPayoutError::Note);
        }
        if command.amount.is_zero() {
            return Err(RecordPayoutError::Nothing);
        }
        let RecordPayout {
            payout,
            payee,
            amount,
            ..
        } = *command;
        let transfer = Transfer::payout(payout, payee, amount, &command.note);
        if let Some(known) = self.payouts.get(payout, uow)? {
            return match known == transfer {
                true => Ok(false),
                false => Err(RecordPayoutError::Taken(payout)),
            };
        }
        // The number comes first: whoever comes second at the same moment sees this payout when looking again.
        self.payouts.add(command, uow)?;
        let payable = self.payouts.payable(payee, amount.currency(), uow)?;
        if i128::from(amount.minor_units()) > payable {
            let most = at_most(payable, amount.currency());
            return Err(RecordPayoutError::TooMuch { most });
        }
        self.ledger.enter(vec![Posting::Transfer(transfer)], uow)?;
        let detail = format!("{amount} to {payee}: {}", command.note);
        audit::record(
            &command.staff,
            "payments.payout",
            &payout.to_string(),
            &detail,
            uow,
        )?;
        Ok(true)
    }
}

/// The amount that these minor units are, as far as one amount can tell.
fn at_most(minor_units: i128, currency: Currency) -> Money {
    let units = i64::try_from(minor_units.max(0)).unwrap_or(i64::MAX);
    Money::from_minor_units(currency, units).unwrap_or(Money::zero(currency))
}
