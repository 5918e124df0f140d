//! Stops the guessing of passwords: attempts are counted in the database, so that all instances count
//! together and a restart forgets nothing.
//!
//! An attempt is counted *before* the password is looked at, and taken back when it was right: many
//! attempts at once cannot all slip through before the first failure is known.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use foundation::{Failure, UnitOfWork};

use super::schema::main_app_attempts as attempts;

/// How long failures are remembered.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How long a subject has to wait that failed too often.
const LOCKOUT: TimeDelta = TimeDelta::minutes(10);

/// Whose attempts are counted, and how many may fail.
pub(super) struct Limit {
    pub(super) subject: String,
    pub(super) failures: u32,
}

/// Counts an attempt; answers until when no attempt is allowed, if so.
pub(super) fn count(limit: &Limit, uow: &mut UnitOfWork) -> Result<Option<DateTime<Utc>>, Failure> {
    let now = uow.now();
    let subject = limit.subject.as_str();
    let counted = diesel::update(attempts::table.find(subject))
        .filter(attempts::window_ends_at.gt(now.naive_utc()))
        .set(attempts::failures.eq(attempts::failures + 1))
        .execute(uow.connection())?;
    if counted == 0 {
        begin_window(subject, now, uow)?;
    }
    let (failures, locked_until): (i32, Option<NaiveDateTime>) = attempts::table
        .find(subject)
        .select((attempts::failures, attempts::locked_until))
        .first(uow.connection())?;
    if let Some(until) = locked_until {
        return Ok(Some(until.and_utc()));
    }
    if u32::try_from(failures).is_ok_and(|failures| failures <= limit.failures) {
        return Ok(None);
    }
    let until = now + LOCKOUT;
    diesel::update(attempts::table.find(subject))
        .set((
            attempts::locked_until.eq(until.naive_utc()),
            attempts::window_ends_at.eq(until.naive_utc()),
        ))
        .execute(uow.connection())?;
    Ok(Some(until))
}

/// Begins to count anew, and sweeps out what is over.
fn begin_window(subject: &str, now: DateTime<Utc>, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let over = attempts::table.filter(attempts::window_ends_at.le(now.naive_utc()));
    diesel::delete(over).execute(uow.connection())?;
    let row = (
        attempts::subject.eq(subject),
        attempts::failures.eq(1),
        attempts::window_ends_at.eq((now + WINDOW).naive_utc()),
    );
    diesel::insert_into(attempts::table)
        .values(row)
        .execute(uow.connection())
        .map_err(Failure::conflict_if_taken)?;
    Ok(())
}

/// Takes back the attempt that was right.
pub(super) fn take_back(subject: &str, uow: &mut UnitOfWork) -> Result<(), Failure> {
    diesel::update(attempts::table.find(subject))
        .filter(attempts::failures.gt(0))
        .set(attempts::failures.eq(attempts::failures - 1))
        .execute(uow.connection())?;
    Ok(())
}

/// Forgets every failure of a subject.
pub(super) fn forget(subject: &str, uow: &mut UnitOfWork) -> Result<(), Failure> {
    diesel::delete(attempts::table.find(subject)).execute(uow.connection())?;
    Ok(())
}
