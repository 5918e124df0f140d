//! The ledger read as a whole.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use foundation::database::{Connection, Guid};
use foundation::{Currency, Failure, Money, Reader};

use super::billing_rows::BillingRow;
use super::billings::parts_of;
use super::ledger::entries_of;
use crate::application::proving::{LedgerQueries, Turnover};
use crate::domain::billing::Billing;
use crate::domain::credit::CreditAccount;
use crate::domain::ledger::{Account, Entry};
use crate::ids::{BillingId, OwnerId, PayerId, SubjectId};
use crate::schema::{payments_billings as billings, payments_credit_accounts as accounts};

const PAGE: i64 = 200;

/// Sums of 64 bits may need more than 64 bits: they are added up in halves.
const HALF: i128 = 1 << 32;

/// Every transfer as a debit and as a credit, in the standing that it has.
const TURNOVERS: &str = "
SELECT side, account, owner, gateway, currency, standing,
       CAST(sum(amount_minor / 4294967296) AS BIGINT) AS high,
       CAST(sum(amount_minor % 4294967296) AS BIGINT) AS low, count(*) AS transfers
FROM (
    SELECT 'debit' AS side, debit AS account, debit_owner AS owner,
           CASE WHEN debit = 'gateway' THEN gateway END AS gateway, currency, amount_minor,
           coalesce(outcome, transfer.phase) AS standing
    FROM payments_ledger_transfers AS transfer LEFT JOIN payments_ledger_resolutions AS resolution
      ON resolution.kind = transfer.kind AND resolution.subject = transfer.subject
    UNION ALL
    SELECT 'credit', credit, credit_owner, CASE WHEN credit = 'gateway' THEN gateway END, currency,
           amount_minor, coalesce(outcome, transfer.phase)
    FROM payments_ledger_transfers AS transfer LEFT JOIN payments_ledger_resolutions AS resolution
      ON resolution.kind = transfer.kind AND resolution.subject = transfer.subject
) AS entered
GROUP BY side, account, owner, gateway, currency, standing
ORDER BY account, owner, gateway, currency";

/// What keys, checks and references keep out, unless somebody has switched them off.
const IRREGULARITIES: &str = "
SELECT 'resolved more than once' AS what, kind, subject FROM payments_ledger_resolutions
GROUP BY kind, subject HAVING count(*) > 1
UNION ALL
SELECT 'resolved, and not pending', resolution.kind, resolution.subject
FROM payments_ledger_resolutions AS resolution LEFT JOIN payments_ledger_transfers AS transfer
  ON transfer.kind = resolution.kind AND transfer.subject = resolution.subject
WHERE transfer.phase IS NULL OR transfer.phase <> 'pending'
UNION ALL
SELECT 'not more than nothing', kind, subject FROM payments_ledger_transfers WHERE amount_minor <= 0
UNION ALL
SELECT 'paid out, and nobody wrote down who did it', kind, subject
FROM payments_ledger_transfers AS transfer LEFT JOIN payments_payouts AS payout ON payout.id = transfer.subject
WHERE transfer.kind = 'payout' AND payout.id IS NULL
UNION ALL
SELECT 'written down as paid out, and not in the ledger', 'payout', payout.id
FROM payments_payouts AS payout LEFT JOIN payments_ledger_transfers AS transfer
  ON transfer.kind = 'payout' AND transfer.subject = payout.id
WHERE transfer.subject IS NULL";

/// Reads the ledger from the database.
pub(crate) struct DieselLedgerQueries {}

#[derive(QueryableByName)]
struct TurnoverRow {
    #[diesel(sql_type = Text)]
    side: String,
    #[diesel(sql_type = Text)]
    account: String,
    #[diesel(sql_type = Nullable<Guid>)]
    owner: Option<OwnerId>,
    #[diesel(sql_type = Nullable<Text>)]
    gateway: Option<String>,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Text)]
    standing: String,
    #[diesel(sql_type = BigInt)]
    high: i64,
    #[diesel(sql_type = BigInt)]
    low: i64,
    #[diesel(sql_type = BigInt)]
    transfers: i64,
}

#[derive(QueryableByName)]
struct Irregularity {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Guid)]
    subject: SubjectId,
}

impl LedgerQueries for DieselLedgerQueries {
    fn billings_after(
        &self,
        after: Option<BillingId>,
        reader: &mut Reader,
    ) -> Result<Vec<(Billing, Vec<Entry>)>, Failure> {
        let mut next = billings::table.order(billings::id).limit(PAGE).into_boxed();
        if let Some(after) = after {
            next = next.filter(billings::id.gt(after));
        }
        let rows: Vec<BillingRow> = next.load(reader.connection())?;
        told_of(rows, reader.connection())
    }

    fn billing(
        &self,
        id: BillingId,
        reader: &mut Reader,
    ) -> Result<Option<(Billing, Vec<Entry>)>, Failure> {
        let rows: Vec<BillingRow> = billings::table.find(id).load(reader.connection())?;
        Ok(told_of(rows, reader.connection())?.pop())
    }

    fn turnovers(&self, reader: &mut Reader) -> Result<Vec<Turnover>, Failure> {
        let rows: Vec<TurnoverRow> = sql_query(TURNOVERS).load(reader.connection())?;
        let mut found: Vec<Turnover> = Vec::new();
        for row in rows {
            row.add_to(&mut found)?;
        }
        Ok(found)
    }

    fn credit_accounts(&self, reader: &mut Reader) -> Result<Vec<CreditAccount>, Failure> {
        let rows: Vec<(PayerId, String, i64, i64, i64)> =
            accounts::table.load(reader.connection())?;
        let restored = rows
            .into_iter()
            .map(|(owner, code, available, held, version)| {
                let currency = Currency::parse(code.trim_end()).map_err(Failure::damaged)?;
                let money =
                    |units| Money::from_minor_units(currency, units).map_err(Failure::damaged);
                let amounts = (money(available)?, money(held)?);
                Ok(CreditAccount::restore(owner, amounts, version))
            });
        restored.collect()
    }

    fn irregularities(&self, reader: &mut Reader) -> Result<Vec<String>, Failure> {
        let rows: Vec<Irregularity> = sql_query(IRREGULARITIES).load(reader.connection())?;
        let told = rows.into_iter().map(|row| {
            let Irregularity {
                what,
                kind,
                subject,
            } = row;
            format!("{kind} of {subject}: {what}")
        });
        Ok(told.collect())
    }
}

fn told_of(
    rows: Vec<BillingRow>,
    connection: &mut Connection,
) -> Result<Vec<(Billing, Vec<Entry>)>, Failure> {
    let ids: Vec<_> = rows.iter().map(BillingRow::id).collect();
    let mut told: HashMap<BillingId, Vec<Entry>> = HashMap::new();
    for (billing, entry) in entries_of(&ids, connection)? {
        told.entry(billing).or_default().push(entry);
    }
    let billings = rows.into_iter().map(|row| {
        let entries = told.remove(&row.id()).unwrap_or_default();
        let parts = parts_of(row.id(), connection)?;
        Ok((row.into_billing(parts)?, entries))
    });
    billings.collect()
}

impl TurnoverRow {
    /// The rows of one account come one after the other.
    fn add_to(self, found: &mut Vec<Turnover>) -> Result<(), Failure> {
        let account = Account::restore(&self.account, self.owner, self.gateway.as_deref());
        let account = account.map_err(Failure::damaged)?;
        let currency = Currency::parse(self.currency.trim_end()).map_err(Failure::damaged)?;
        let amount = i128::from(self.high) * HALF + i128::from(self.low);
        let last = found.last();
        if last.is_none_or(|last| last.account != account || last.currency != currency) {
            found.push(Turnover::none(account, currency));
        }
        let Some(turnover) = found.last_mut() else {
            return Ok(());
        };
        turnover.transfers += self.transfers;
        match (self.side.as_str(), self.standing.as_str()) {
            (_, "voided") => {}
            ("debit", "pending") => turnover.debits_wait += amount,
            ("debit", _) => turnover.debited += amount,
            (_, "pending") => turnover.credits_wait += amount,
            (_, _) => turnover.credited += amount,
        }
        Ok(())
    }
}
