//! Proving the ledger: that it is balanced, and tells what billings and credit accounts tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use foundation::{Currency, Failure, Interface, Reader};

use crate::domain::billing::Billing;
use crate::domain::credit::CreditAccount;
use crate::domain::ledger::proof::differences;
use crate::domain::ledger::sum::Sum;
use crate::domain::ledger::{Account, Entry};
use crate::ids::BillingId;

/// The house may be at work while it is proven: what differs is looked at so often before it is believed.
const LOOKS: usize = 3;

/// What has moved over an account in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turnover {
    pub(crate) account: Account,
    pub(crate) currency: Currency,
    /// What counts, in minor units.
    pub(crate) debited: i128,
    pub(crate) credited: i128,
    /// What is pending.
    pub(crate) debits_wait: i128,
    pub(crate) credits_wait: i128,
    /// Debits and credits, of whatever standing.
    pub(crate) transfers: i64,
}

impl Turnover {
    pub(crate) const fn none(account: Account, currency: Currency) -> Self {
        Self {
            account,
            currency,
            debited: 0,
            credited: 0,
            debits_wait: 0,
            credits_wait: 0,
            transfers: 0,
        }
    }

    /// What is on the account's credit side beyond its debit side.
    pub(crate) fn credit_balance(&self) -> i128 {
        self.credited - self.debited
    }
}

/// Debits and credits of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerTotal {
    /// All that was debited.
    pub debits: Sum,
    /// All that was credited.
    pub credits: Sum,
}

/// What the proof has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerProof {
    /// Debits and credits of each currency.
    pub totals: Vec<LedgerTotal>,
    /// How many transfers there are.
    pub transfers: i64,
    /// How many billings were compared with the ledger.
    pub billings: usize,
    /// Whatever does not hold, in words for staff: empty when all is well.
    pub differences: Vec<String>,
}

/// Reads the ledger as a whole.
pub(crate) trait LedgerQueries: Interface {
    /// The next billings by their ids, each with what the ledger tells of it; none when there are no more.
    fn billings_after(
        &self,
        after: Option<BillingId>,
        reader: &mut Reader,
    ) -> Result<Vec<(Billing, Vec<Entry>)>, Failure>;

    /// One billing and what the ledger tells of it.
    fn billing(
        &self,
        id: BillingId,
        reader: &mut Reader,
    ) -> Result<Option<(Billing, Vec<Entry>)>, Failure>;

    /// What has moved over every account.
    fn turnovers(&self, reader: &mut Reader) -> Result<Vec<Turnover>, Failure>;

    /// Every credit account.
    fn credit_accounts(&self, reader: &mut Reader) -> Result<Vec<CreditAccount>, Failure>;

    /// What the database's own rules should have kept out, in words for staff.
    fn irregularities(&self, reader: &mut Reader) -> Result<Vec<String>, Failure>;
}

/// Proves the ledger.
pub(crate) struct Proving {
    pub(crate) ledger: Arc<dyn LedgerQueries>,
}

impl Proving {
    pub(crate) fn prove(&self, reader: &mut Reader) -> Result<LedgerProof, Failure> {
        let (billings, mut found) = self.compare_billings(reader)?;
        let turnovers = self.ledger.turnovers(reader)?;
        let totals = totals(&turnovers);
        for total in &totals {
            if total.debits != total.credits {
                let LedgerTotal { debits, credits } = total;
                found.push(format!("debits are {debits}, and credits {credits}"));
            }
        }
        found.extend(self.compare_credit(reader)?);
        found.extend(self.ledger.irregularities(reader)?);
        Ok(LedgerProof {
            totals,
            transfers: turnovers.iter().map(|known| known.transfers).sum::<i64>() / 2,
            billings,
            differences: found,
        })
    }

    fn compare_billings(&self, reader: &mut Reader) -> Result<(usize, Vec<String>), Failure> {
        let (mut count, mut found, mut after) = (0, Vec::new(), None);
        loop {
            let page = self.ledger.billings_after(after, reader)?;
            let Some((last, _)) = page.last() else {
                return Ok((count, found));
            };
            after = Some(last.data().id);
            count += page.len();
            for (billing, entries) in page {
                if !differences(billing.data(), &entries).is_empty() {
                    found.extend(self.look_again(billing.data().id, reader)?);
                }
            }
        }
    }

    fn look_again(&self, id: BillingId, reader: &mut Reader) -> Result<Vec<String>, Failure> {
        let mut found = Vec::new();
        for _ in 1..LOOKS {
            let Some((billing, entries)) = self.ledger.billing(id, reader)? else {
                return Ok(Vec::new());
            };
            found = differences(billing.data(), &entries);
            if found.is_empty() {
                break;
            }
        }
        let told = found.into_iter();
        Ok(told.map(|what| format!("billing {id}: {what}")).collect())
    }

    /// A credit account has what its account in the ledger has, and holds what is pending there.
    fn compare_credit(&self, reader: &mut Reader) -> Result<Vec<String>, Failure> {
        let mut found = Vec::new();
        for _ in 0..LOOKS {
            let accounts = self.ledger.credit_accounts(reader)?;
            found = credit_differences(&accounts, &self.ledger.turnovers(reader)?);
            if found.is_empty() {
                break;
            }
        }
        Ok(found)
    }
}

fn totals(turnovers: &[Turnover]) -> Vec<LedgerTotal> {
    let mut totals = BTreeMap::new();
    for known in turnovers {
        let (debits, credits) = totals
            .entry(known.currency.code())
            .or_insert((none(known.currency), none(known.currency)));
        debits.minor_units += known.debited;
        credits.minor_units += known.credited;
    }
    let totals = totals.into_values();
    totals
        .map(|(debits, credits)| LedgerTotal { debits, credits })
        .collect()
}

const fn none(currency: Currency) -> Sum {
    Sum {
        minor_units: 0,
        currency,
    }
}

fn credit_differences(accounts: &[CreditAccount], turnovers: &[Turnover]) -> Vec<String> {
    let mut told = BTreeMap::new();
    for known in turnovers {
        if let Account::Credit(owner) = known.account {
            let balance = (known.credit_balance(), known.debits_wait);
            told.insert((owner, known.currency.code()), (known.currency, balance));
        }
    }
    let mut ours = BTreeMap::new();
    for account in accounts {
        let currency = account.available().currency();
        let held = i128::from(account.held().minor_units());
        let whole = i128::from(account.available().minor_units()) + held;
        ours.insert(
            (account.owner(), currency.code()),
            (currency, (whole, held)),
        );
    }
    let mut keys: Vec<_> = told.keys().chain(ours.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let differing = keys.into_iter().filter_map(|key| {
        let (currency, _) = *told.get(&key).or(ours.get(&key))?;
        let nothing = (currency, (0, 0));
        let (_, (whole, held)) = *ours.get(&key).unwrap_or(&nothing);
        let (_, (balance, waits)) = *told.get(&key).unwrap_or(&nothing);
        let sum = |minor_units| Sum {
            minor_units,
            currency,
        };
        ((whole, held) != (balance, waits)).then(|| {
            format!(
                "credit of {}: {} of which {} held, in the ledger {} of which {} held",
                key.0,
                sum(whole),
                sum(held),
                sum(balance),
                sum(waits)
            )
        })
    });
    differing.collect()
}
