//! The audit log: who did what to what, append-only.

use diesel::prelude::*;

use crate::failure::Failure;
use crate::schema::foundation_audit as audit;
use crate::unit_of_work::UnitOfWork;

crate::typed_id! {
    /// Identifies an entry of the audit log.
    AuditEntryId
}

/// Adds an entry, in the transaction of the act itself.
pub fn record(
    actor: &str,
    act: &str,
    subject: &str,
    detail: &str,
    uow: &mut UnitOfWork,
) -> Result<(), Failure> {
    let now = uow.now();
    let row = (
        audit::id.eq(AuditEntryId::generate()),
        audit::at.eq(now.naive_utc()),
        audit::actor.eq(actor),
        audit::act.eq(act),
        audit::subject.eq(subject),
        audit::detail.eq(detail),
    );
    diesel::insert_into(audit::table)
        .values(row)
        .execute(uow.connection())?;
    Ok(())
}
