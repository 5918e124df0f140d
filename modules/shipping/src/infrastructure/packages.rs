//! Keeps packages.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, Origin, UnitOfWork};

use super::package_rows::{PackageRow, REFUND};
use super::rows::NAMED_AT_ONCE;
use crate::application::Packages;
use crate::domain::{Package, PackageStatus, Sku, Turn};
use crate::ids::{ConsigneeId, OrderId, PackageId};
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

    fn sku_of(&self, id: PackageId, uow: &mut UnitOfWork) -> Result<Option<Sku>, Failure> {
        let sku: Option<Option<String>> = packages::table
            .find(id)
            .select(packages::sku)
            .first(uow.connection())
            .optional()?;
        let sku = sku.flatten().map(|sku| Sku::parse(&sku));
        sku.transpose().map_err(Failure::damaged)
    }

    fn of_orders(&self, orders: &[OrderId], uow: &mut UnitOfWork) -> Result<Vec<Package>, Failure> {
        let mut found = Vec::new();
        for orders in orders.chunks(NAMED_AT_ONCE) {
            let ids = orders.iter().map(|order| PackageId::from(order.uuid()));
            let rows: Vec<PackageRow> = packages::table
                .filter(packages::id.eq_any(ids))
                .load(uow.connection())?;
            for row in rows {
                found.push(row.into_package()?);
            }
        }
        found.sort_by_key(Package::turn);
        Ok(found)
    }

    fn awaiting_stock(
        &self,
        sku: &Sku,
        after: Option<Turn>,
        limit: i64,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<Package>, Failure> {
        let waiting = [PackageStatus::AwaitingAddress, PackageStatus::AwaitingStock];
        let no_refund = packages::choice.is_null().or(packages::choice.ne(REFUND));
        let mut query = packages::table
            .filter(packages::sku.eq(sku.as_str()))
            .filter(packages::batch.is_null())
            .filter(packages::status.eq_any(waiting.map(PackageStatus::name)))
            .filter(no_refund.assume_not_null())
            .order((packages::paid_at, packages::id))
            .limit(limit)
            .into_boxed();
        if let Some((paid_at, id)) = after {
            let at = paid_at.naive_utc();
            let later = packages::paid_at.gt(at);
            let same = packages::paid_at.eq(at).and(packages::id.gt(id));
            query = query.filter(later.or(same).assume_not_null());
        }
        let rows: Vec<PackageRow> = query.load(uow.connection())?;
        rows.into_iter().map(PackageRow::into_package).collect()
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

/// Packages that can be packed and sent, in the order in which they were created.
#[diesel::dsl::auto_type(no_type_alias)]
fn to_pack() -> _ {
    let created: &'static str = PackageStatus::Created.name();
    packages::table
        .filter(packages::status.eq(created))
        .filter(packages::slot.is_null())
        .order((packages::created_at, packages::id))
}

fn post_events(package: &mut Package, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let origin = Origin::new("shipping.package", package.id, package.version);
    let events = std::mem::take(&mut package.events);
    uow.post_from(&origin, events.iter().map(AsRef::as_ref))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use foundation::application_of;
    use foundation::testing::{Backend, FixedClock, TestDatabase};
    use rstest::rstest;

    use super::*;
    use crate::domain::{AddressBook, NewPackage};
    use crate::infrastructure::DieselAddressBooks;
    use crate::wiring::ShippingModule;
    use crate::{application::AddressBooks, module};

    application_of!(TestApp: ShippingModule);

    #[rstest]
    fn what_was_loaded_before_a_change_cannot_be_saved_after_it(
        #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
        #[values(false, true)] locking: bool,
    ) {
        let Some(database) = TestDatabase::on(backend) else {
            return;
        };
        let app = TestApp::start(
            &database,
            &FixedClock::default(),
            Arc::new(module(crate::settings::ShippingSettings::default())),
        );
        let run = |work: &mut dyn FnMut(&mut UnitOfWork) -> Result<(), Failure>| {
            app.transactions().run_once(locking, &mut |uow| work(uow))
        };
        let (packages, id) = (DieselPackages {}, PackageId::generate());
        let consignee = ConsigneeId::generate();
        let mut loaded = Vec::new();
        run(&mut |uow| {
            let new = NewPackage {
                id,
                consignee,
                item: "a clock".into(),
                address: None,
                goods: None,
                collection: None,
                paid_at: uow.now(),
            };
            let mut new = Package::create(new, uow.now());
            packages.add(&mut new, uow)
        })
        .unwrap();
        for _ in 0..2 {
            run(&mut |uow| {
                loaded.extend(packages.get(id, uow)?);
                Ok(())
            })
            .unwrap();
        }
        let mut save = |index: usize| run(&mut |uow| packages.save(&mut loaded[index], uow));
        assert!(save(0).is_ok());
        assert!(matches!(save(1), Err(Failure::Conflict)));

        let books = DieselAddressBooks {};
        let mut first = [AddressBook::empty(consignee), AddressBook::empty(consignee)];
        let mut save = |index: usize| run(&mut |uow| books.save(&mut first[index], uow));
        assert!(save(0).is_ok());
        assert!(
            matches!(save(1), Err(Failure::Conflict)),
            "a book begins once"
        );
        let mut later = Vec::new();
        for _ in 0..2 {
            run(&mut |uow| {
                later.push(books.get(consignee, uow)?);
                Ok(())
            })
            .unwrap();
        }
        let mut save = |index: usize| run(&mut |uow| books.save(&mut later[index], uow));
        assert!(save(0).is_ok());
        assert!(matches!(save(1), Err(Failure::Conflict)));
    }
}
