//! The stored ledger.

use diesel::prelude::*;
use foundation::{Failure, UnitOfWork};

use super::ledger_rows::{ResolutionRow, TransferRow};
use crate::application::ledger::Ledger;
use crate::domain::ledger::{Book, Entry, Posting};
use crate::ids::{BillingId, PayerId};
use crate::schema::{
    payments_ledger_resolutions as resolutions, payments_ledger_transfers as transfers,
};

/// Keeps the ledger in the database.
pub(crate) struct DieselLedger {}

impl Ledger for DieselLedger {
    fn book(
        &self,
        billing: BillingId,
        payer: PayerId,
        uow: &mut UnitOfWork,
    ) -> Result<Book, Failure> {
        let entries = entries_of(&[billing], uow.connection())?;
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        Ok(Book::restore(billing, payer, entries))
    }

    fn enter(&self, postings: Vec<Posting>, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let now = uow.now();
        for posting in postings {
            let entered = match posting {
                Posting::Transfer(transfer) => diesel::insert_into(transfers::table)
                    .values(TransferRow::of(transfer, now))
                    .execute(uow.connection()),
                Posting::Resolution(resolution) => diesel::insert_into(resolutions::table)
                    .values(ResolutionRow::of(&resolution, now))
                    .execute(uow.connection()),
            };
            entered.map_err(Failure::conflict_if_taken)?;
        }
        Ok(())
    }
}

/// What the ledger tells of some billings.
pub(super) fn entries_of(
    billings: &[BillingId],
    connection: &mut foundation::database::Connection,
) -> Result<Vec<(BillingId, Entry)>, Failure> {
    let rows: Vec<(TransferRow, Option<String>)> = transfers::table
        .left_join(
            resolutions::table.on(resolutions::kind
                .eq(transfers::kind)
                .and(resolutions::subject.eq(transfers::subject))),
        )
        .filter(transfers::billing.eq_any(billings))
        .order((transfers::recorded_at, transfers::kind, transfers::subject))
        .select((TransferRow::as_select(), resolutions::outcome.nullable()))
        .load(connection)?;
    let entries = rows.into_iter().filter_map(|(row, outcome)| {
        let billing = row.billing()?;
        Some((billing, row, outcome))
    });
    entries
        .map(|(billing, row, outcome)| Ok((billing, row.into_entry(outcome.as_deref())?)))
        .collect()
}
