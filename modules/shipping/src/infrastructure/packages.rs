//! Keeps packages.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, Origin, UnitOfWork};

use super::rows::PackageRow;
use crate::application::Packages;
use crate::domain::{Package, PackageStatus};
use crate::events::PackageEvent;
use crate::ids::{ConsigneeId, PackageId};
use crate::schema::shipping_packages as packages;

/// Packages in the database.
pub(crate) struct DieselPackages {}

impl Packages for DieselPackages {
    fn get(&self, id: PackageId, uow: &mut UnitOfWork) -> Result<Option<Package>, Failure> {
        if uow.locks_rows() {
            let row = packages::table.find(id).select(packages::id);
            Locked(row)
                .get_result::<PackageId>(uow.connection())
                .optional()?;
        }
        let row: Option<PackageRow> = packages::table
            .find(id)
            .first(uow.connection())
            .optional()?;
        row.map(PackageRow::into_package).transpose()
    }

    fn add(&self, package: &mut Package, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(packages::table)
            .values(PackageRow::of(package, package.version)?)
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        post_events(package, uow)
    }

    fn save(&self, package: &mut Package, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let next = package.version + 1;
        let same_version = packages::table
            .find(package.id)
            .filter(packages::version.eq(package.version));
        let saved = diesel::update(same_version)
            .set(PackageRow::of(package, next)?)
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        package.version = next;
        post_events(package, uow)
    }

    fn awaiting_address(
        &self,
        consignee: ConsigneeId,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Package>, Failure> {
        let rows: Vec<PackageRow> = packages::table
            .filter(packages::consignee.eq(consignee))
            .filter(packages::status.eq(PackageStatus::AwaitingAddress.name()))
            .order((packages::created_at, packages::id))
            .load(uow.connection())?;
        rows.into_iter().map(PackageRow::into_package).collect()
    }

    fn next_for(
        &self,
        packer: &str,
        now: DateTime<Utc>,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Package>, Failure> {
        let now = now.naive_utc();
        let held = to_pack()
            .filter(packages::packer.eq(packer))
            .filter(packages::leased_until.gt(now));
        let held: Option<PackageRow> = held.first(uow.connection()).optional()?;
        let row = match held {
            Some(row) => Some(row),
            None => {
                let free = packages::leased_until
                    .is_null()
                    .or(packages::leased_until.le(now));
                let free = to_pack().filter(free.assume_not_null());
                free.first(uow.connection()).optional()?
            }
        };
        row.map(PackageRow::into_package).transpose()
    }
}

/// Packages that can be packed, in the order in which they were created.
#[diesel::dsl::auto_type(no_type_alias)]
fn to_pack() -> _ {
    let created: &'static str = PackageStatus::Created.name();
    packages::table
        .filter(packages::status.eq(created))
        .order((packages::created_at, packages::id))
}

fn post_events(package: &mut Package, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let origin = Origin::new("shipping.package", package.id, package.version);
    let events = std::mem::take(&mut package.events);
    uow.post_from(&origin, events.iter().map(PackageEvent::as_any_event))
}
