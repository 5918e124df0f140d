//! Named locks with a lease, for steps that must not run twice at once.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::failure::Failure;
use crate::injectable;
use crate::schema::foundation_locks as locks;
use crate::transactions::Transactions;
use crate::unit_of_work::UnitOfWork;

/// Hands out named locks: rows with an owner and an end, so that a dead owner blocks nobody for long.
///
/// They keep two workers from doing the same step at once; they do not protect data. Aggregates are
/// protected by their version.
pub struct LockFactory {
    transactions: Arc<Transactions>,
}

injectable!(LockFactory {
    transactions: Transactions
});

crate::typed_id! {
    /// Whoever holds a lock.
    LockOwner
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it: an ordinary answer, to be retried later.
    #[error("'{0}' is locked by somebody else")]
    AlreadyLocked(String),
    /// The machinery failed.
    #[error("the lock could not be taken")]
    Unexpected(#[from] Failure),
}

/// A lock that is held; dropping it gives it back.
pub struct Lock<'f> {
    name: String,
    owner: LockOwner,
    factory: &'f LockFactory,
}

impl LockFactory {
    /// Takes the lock for a time, or says that it is taken. Commits on its own: call it outside any unit
    /// of work.
    pub fn acquire(&self, name: &str, time: TimeDelta) -> Result<Lock<'_>, LockError> {
        let owner = LockOwner::generate();
        self.transactions
            .run(|uow| take(name, owner, uow.now() + time, uow))?;
        Ok(Lock {
            name: name.to_owned(),
            owner,
            factory: self,
        })
    }
}

fn take(
    name: &str,
    owner: LockOwner,
    expires_at: DateTime<Utc>,
    uow: &mut UnitOfWork,
) -> Result<(), LockError> {
    let expired = locks::table
        .filter(locks::name.eq(name))
        .filter(locks::expires_at.lt(uow.now().naive_utc()));
    let taken_over = diesel::update(expired)
        .set((
            locks::owner.eq(owner),
            locks::expires_at.eq(expires_at.naive_utc()),
        ))
        .execute(uow.connection())
        .map_err(Failure::from)?;
    if taken_over == 1 {
        return Ok(());
    }
    let held = diesel::select(diesel::dsl::exists(locks::table.find(name)));
    if held.get_result(uow.connection()).map_err(Failure::from)? {
        return Err(LockError::AlreadyLocked(name.to_owned()));
    }
    let row = (
        locks::name.eq(name),
        locks::owner.eq(owner),
        locks::expires_at.eq(expires_at.naive_utc()),
    );
    diesel::insert_into(locks::table)
        .values(row)
        .execute(uow.connection())
        .map_err(Failure::conflict_if_taken)?;
    Ok(())
}

impl Drop for Lock<'_> {
    /// Only the owner gives a lock back: one that ran out may be somebody else's by now.
    fn drop(&mut self) {
        let (name, owner) = (&self.name, self.owner);
        let given_back = self.factory.transactions.run(|uow| {
            let own = locks::table
                .filter(locks::name.eq(name))
                .filter(locks::owner.eq(owner));
            diesel::delete(own).execute(uow.connection())?;
            Ok::<_, Failure>(())
        });
        if let Err(error) = given_back {
            tracing::warn!(lock = name, %error, "a lock stays until it runs out");
        }
    }
}
