//! The stored credit accounts.

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Currency, Failure, Money, UnitOfWork};

use crate::application::stores::CreditAccounts;
use crate::domain::credit::CreditAccount;
use crate::ids::PayerId;
use crate::schema::payments_credit_accounts as accounts;

/// Keeps credit accounts in the database.
pub(crate) struct DieselCreditAccounts {}

impl CreditAccounts for DieselCreditAccounts {
    fn get(
        &self,
        owner: PayerId,
        currency: Currency,
        uow: &mut UnitOfWork,
    ) -> Result<CreditAccount, Failure> {
        let key = (owner, currency.code());
        if uow.locks_rows() {
            let lock = Locked(accounts::table.find(key).select(accounts::version));
            let _versions: Vec<i64> = lock.load(uow.connection())?;
        }
        let columns = (
            accounts::available_minor,
            accounts::held_minor,
            accounts::version,
        );
        let found = accounts::table.find(key).select(columns);
        let found: Option<(i64, i64, i64)> = found.first(uow.connection()).optional()?;
        let Some((available, held, version)) = found else {
            return Ok(CreditAccount::empty(owner, currency));
        };
        let money = |units| Money::from_minor_units(currency, units).map_err(Failure::damaged);
        let amounts = (money(available)?, money(held)?);
        Ok(CreditAccount::restore(owner, amounts, version))
    }

    fn save(&self, account: &CreditAccount, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let (owner, loaded) = (account.owner(), account.version());
        let code = account.available().currency().code();
        let amounts = (
            accounts::available_minor.eq(account.available().minor_units()),
            accounts::held_minor.eq(account.held().minor_units()),
            accounts::version.eq(loaded + 1),
        );
        if loaded == 0 {
            diesel::insert_into(accounts::table)
                .values((
                    accounts::payer.eq(owner),
                    accounts::currency.eq(code),
                    amounts,
                ))
                .execute(uow.connection())
                .map_err(Failure::conflict_if_taken)?;
            return Ok(());
        }
        let unchanged = accounts::table
            .find((owner, code))
            .filter(accounts::version.eq(loaded));
        let saved = diesel::update(unchanged)
            .set(amounts)
            .execute(uow.connection())?;
        match saved {
            0 => Err(Failure::Conflict),
            _ => Ok(()),
        }
    }
}
