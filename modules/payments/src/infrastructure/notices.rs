//! The messages of gateways that have been taken in.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Failure, UnitOfWork};

use crate::application::gateway::Notice;
use crate::application::notices::NoticeInbox;
use crate::domain::instruction::GatewayName;
use crate::schema::payments_notices as notices;

/// Keeps messages in the database.
pub(crate) struct DieselNotices {}

impl NoticeInbox for DieselNotices {
    fn add(
        &self,
        gateway: &GatewayName,
        notice: &Notice,
        uow: &mut UnitOfWork,
    ) -> Result<bool, Failure> {
        let known = notices::table.find((gateway.as_str(), notice.id.as_str()));
        let is_known: bool = diesel::select(exists(known)).get_result(uow.connection())?;
        if is_known {
            return Ok(false);
        }
        let now = uow.now();
        diesel::insert_into(notices::table)
            .values((
                notices::gateway.eq(gateway.as_str()),
                notices::id.eq(notice.id.as_str()),
                notices::kind.eq(notice.kind.as_str()),
                notices::billing.eq(notice.billing),
                notices::reference.eq(notice.reference.as_ref().map(|one| one.as_str())),
                notices::received_at.eq(Moment::from(now)),
            ))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(true)
    }

    fn forget_before(&self, moment: DateTime<Utc>, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let old = notices::table.filter(notices::received_at.lt(Moment::from(moment)));
        diesel::delete(old).execute(uow.connection())?;
        Ok(())
    }
}
