//! What statements and payouts read of the ledger, and the payouts' numbers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::{Connection, Moment};
use foundation::{Currency, Failure, Reader, UnitOfWork};

use super::ledger_rows::TransferRow;
use crate::application::payouts::{Payouts, RecordPayout};
use crate::application::statements::StatementQueries;
use crate::domain::ledger::sum::Sum;
use crate::domain::ledger::transfer::TransferKind;
use crate::domain::ledger::{Account, Entry, Transfer};
use crate::domain::statement::Told;
use crate::ids::{PayeeId, PayerId, PayoutId, SubjectId};
use crate::schema::{
    payments_ledger_resolutions as resolutions, payments_ledger_transfers as transfers,
    payments_payments as payments, payments_payouts as payouts,
};

/// Reads statements from the database.
pub(crate) struct DieselStatements {}

/// Keeps the payouts' numbers in the database.
pub(crate) struct DieselPayouts {}

type Row = (TransferRow, Option<String>, Option<Moment>, Option<String>);

/// An entry, since when it stands as it does, and what its payment was for.
struct Moved {
    entry: Entry,
    at: DateTime<Utc>,
    description: Option<String>,
}

impl StatementQueries for DieselStatements {
    fn of_seller(&self, payee: PayeeId, reader: &mut Reader) -> Result<Vec<Told>, Failure> {
        told(&[Account::Payable(payee)], reader.connection())
    }

    fn on_its_way_back(&self, payee: PayeeId, reader: &mut Reader) -> Result<Vec<Sum>, Failure> {
        let account = Account::Payable(payee);
        let mut sums: Vec<Sum> = Vec::new();
        for Moved { entry, .. } in moved_over(&account, reader.connection())? {
            let transfer = entry.transfer();
            if !entry.waits() || transfer.debit != account {
                continue;
            }
            let (currency, units) = (
                transfer.amount.currency(),
                i128::from(transfer.amount.minor_units()),
            );
            match sums.iter_mut().find(|sum| sum.currency == currency) {
                Some(sum) => sum.minor_units += units,
                None => sums.push(Sum {
                    minor_units: units,
                    currency,
                }),
            }
        }
        Ok(sums)
    }

    fn of_customer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<Told>, Failure> {
        let accounts = [Account::Receivable(payer), Account::Credit(payer)];
        told(&accounts, reader.connection())
    }
}

impl Payouts for DieselPayouts {
    fn add(&self, command: &RecordPayout, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let code = command.amount.currency().code();
        let last = payouts::table
            .filter(payouts::payee.eq(command.payee))
            .filter(payouts::currency.eq(code))
            .select(diesel::dsl::max(payouts::number));
        let last: Option<i64> = last.first(uow.connection())?;
        diesel::insert_into(payouts::table)
            .values((
                payouts::id.eq(command.payout),
                payouts::payee.eq(command.payee),
                payouts::currency.eq(code),
                payouts::number.eq(last.unwrap_or(0) + 1),
                payouts::staff.eq(&command.staff),
            ))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(())
    }

    fn get(&self, payout: PayoutId, uow: &mut UnitOfWork) -> Result<Option<Transfer>, Failure> {
        let key = (
            TransferKind::Payout.as_str(),
            SubjectId::from(payout.uuid()),
        );
        let row = transfers::table.find(key).select(TransferRow::as_select());
        let row: Option<TransferRow> = row.first(uow.connection()).optional()?;
        let entry = row.map(|row| row.into_entry(None)).transpose()?;
        Ok(entry.map(|entry| entry.transfer().clone()))
    }

    fn payable(
        &self,
        payee: PayeeId,
        currency: Currency,
        uow: &mut UnitOfWork,
    ) -> Result<i128, Failure> {
        let account = Account::Payable(payee);
        let moved = moved_over(&account, uow.connection())?;
        let own = moved.iter().map(|moved| &moved.entry);
        let own = own.filter(|entry| entry.transfer().amount.currency() == currency);
        Ok(own.map(|entry| payable(entry, &account)).sum())
    }
}

/// What an entry adds to what may be paid out: what waits to be taken is not there any more, what waits to be
/// added is not there yet.
fn payable(entry: &Entry, account: &Account) -> i128 {
    let transfer = entry.transfer();
    let units = i128::from(transfer.amount.minor_units());
    let (taken, added) = (transfer.debit == *account, transfer.credit == *account);
    match entry {
        Entry::Counts(_) => i128::from(added) * units - i128::from(taken) * units,
        Entry::Waits(_) => -i128::from(taken) * units,
        Entry::Void(_) => 0,
    }
}

/// What counts on these accounts, each transfer once, although it may lead from one to another.
fn told(accounts: &[Account], connection: &mut Connection) -> Result<Vec<Told>, Failure> {
    let mut all = Vec::new();
    for (index, account) in accounts.iter().enumerate() {
        for moved in moved_over(account, connection)? {
            let Moved {
                entry,
                at,
                description,
            } = moved;
            let Entry::Counts(transfer) = entry else {
                continue;
            };
            let sides = [&transfer.debit, &transfer.credit];
            if accounts[..index].iter().any(|known| sides.contains(&known)) {
                continue;
            }
            all.push(Told {
                transfer,
                at,
                description,
            });
        }
    }
    Ok(all)
}

/// Everything that was ever debited or credited to somebody's account.
fn moved_over(account: &Account, connection: &mut Connection) -> Result<Vec<Moved>, Failure> {
    let (word, owner) = (account.word(), account.owner());
    let debited = transfers::debit
        .eq(word)
        .and(transfers::debit_owner.eq(owner));
    let credited = transfers::credit
        .eq(word)
        .and(transfers::credit_owner.eq(owner));
    let resolution = resolutions::kind
        .eq(transfers::kind)
        .and(resolutions::subject.eq(transfers::subject));
    let rows: Vec<Row> = transfers::table
        .left_join(resolutions::table.on(resolution))
        .left_join(payments::table.on(transfers::payment.eq(payments::id.nullable())))
        .filter(debited.or(credited))
        .select((
            TransferRow::as_select(),
            resolutions::outcome.nullable(),
            resolutions::recorded_at.nullable(),
            payments::description.nullable(),
        ))
        .load(connection)?;
    let entries = rows.into_iter().map(|(row, outcome, ended, description)| {
        let at = ended.map_or(row.recorded_at(), DateTime::from);
        Ok(Moved {
            entry: row.into_entry(outcome.as_deref())?,
            at,
            description,
        })
    });
    entries.collect()
}
