//! Keeps processes.

use std::cmp::Reverse;

use auctions::AuctionId;
use chrono::{DateTime, Utc};
use customer_relationship::CustomerId;
use diesel::prelude::*;
use foundation::database::{Locked, Moment, MoneyColumns};
use foundation::{Failure, Money, Reader, UnitOfWork};
use payments::PaymentId;
use shipping::PackageId;

use crate::application::{Correlation, ProcessQueries, ProcessView, Processes};
use crate::domain::{EarlierBuyer, PayingForWonItem, ProcessData, ProcessState};
use crate::ids::ProcessId;
use crate::schema::process_earlier_buyers as earlier_buyers;
use crate::schema::process_paying_for_won_item as processes;

/// The kind of all rows as long as there is one kind of process.
const KIND: &str = "paying_for_won_item";

/// A process as its table keeps it. The ids by which events find it have columns of their own.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = processes, treat_none_as_null = true, treat_none_as_default_value = false)]
struct ProcessRow {
    id: ProcessId,
    kind: String,
    correlation_key: String,
    version: i64,
    state: String,
    timer_epoch: i64,
    customer: CustomerId,
    payment: PaymentId,
    package: Option<PackageId>,
    data: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    started_at: DateTime<Utc>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    changed_at: DateTime<Utc>,
}

impl ProcessRow {
    fn of(process: &PayingForWonItem, version: i64) -> Result<Self, Failure> {
        let data = ProcessData {
            item: process.item.clone(),
            reminded: process.reminded,
            offer: process.offer.clone(),
            told_missing: process.told_missing,
        };
        let data = serde_json::to_string(&data)
            .map_err(|error| Failure::Defect(format!("a process is not JSON: {error}")))?;
        Ok(Self {
            id: process.id,
            kind: KIND.to_owned(),
            correlation_key: process.item.auction.to_string(),
            version,
            state: process.state().name().to_owned(),
            timer_epoch: process.timer_epoch(),
            customer: process.item.buyer,
            payment: process.payment,
            package: process.package,
            data,
            started_at: process.started_at,
            changed_at: process.changed_at,
        })
    }

    fn into_process(self) -> Result<PayingForWonItem, Failure> {
        let data: ProcessData = serde_json::from_str(&self.data).map_err(Failure::damaged)?;
        let state: ProcessState = self.state.parse().map_err(Failure::damaged)?;
        let mut process =
            PayingForWonItem::start(self.id, data.item, self.payment, self.started_at);
        process.reminded = data.reminded;
        process.offer = data.offer;
        process.told_missing = data.told_missing;
        process.version = self.version;
        process.package = self.package;
        process.changed_at = self.changed_at;
        Ok(process.resumed_at(state, self.timer_epoch))
    }
}

/// A buyer who did not pay, with the process of what was then sold again.
#[derive(Queryable, Insertable)]
#[diesel(table_name = earlier_buyers)]
struct EarlierBuyerRow {
    payment: PaymentId,
    process: ProcessId,
    customer: CustomerId,
    price_minor: i64,
    currency: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    pay_by: DateTime<Utc>,
}

impl EarlierBuyerRow {
    fn of(process: ProcessId, earlier: &EarlierBuyer) -> Self {
        let (price_minor, currency) = MoneyColumns::from(earlier.price);
        Self {
            payment: earlier.payment,
            process,
            customer: earlier.customer,
            price_minor,
            currency,
            pay_by: earlier.pay_by,
        }
    }

    fn into_earlier_buyer(self) -> Result<EarlierBuyer, Failure> {
        Ok(EarlierBuyer {
            customer: self.customer,
            payment: self.payment,
            price: Money::try_from((self.price_minor, self.currency)).map_err(Failure::damaged)?,
            pay_by: self.pay_by,
        })
    }
}

/// Processes in the database.
pub(crate) struct DieselProcesses {}

impl Processes for DieselProcesses {
    fn get(
        &self,
        by: Correlation,
        uow: &mut UnitOfWork,
    ) -> Result<Option<PayingForWonItem>, Failure> {
        let Some(id) = lock(by, uow)? else {
            return Ok(None);
        };
        let row: ProcessRow = processes::table.find(id).first(uow.connection())?;
        row.into_process().map(Some)
    }

    fn add(&self, process: &PayingForWonItem, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(processes::table)
            .values(ProcessRow::of(process, process.version)?)
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(())
    }

    fn save(&self, process: &mut PayingForWonItem, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let next = process.version + 1;
        let same_version = processes::table
            .find(process.id)
            .filter(processes::version.eq(process.version));
        let saved = diesel::update(same_version)
            .set(ProcessRow::of(process, next)?)
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        process.version = next;
        if let Some(earlier) = process.replaced.take() {
            diesel::insert_into(earlier_buyers::table)
                .values(EarlierBuyerRow::of(process.id, &earlier))
                .execute(uow.connection())?;
        }
        Ok(())
    }
}

/// Locks the process. The payment of an earlier buyer has become a key of its own by then.
fn lock(by: Correlation, uow: &mut UnitOfWork) -> Result<Option<ProcessId>, Failure> {
    let found = found_by(by).select(processes::id);
    let id: Option<ProcessId> = Locked(found).get_result(uow.connection()).optional()?;
    let (None, Correlation::Payment(payment)) = (id, by) else {
        return Ok(id);
    };
    let earlier = earlier_buyers::table.find(payment);
    let process: Option<ProcessId> = earlier
        .select(earlier_buyers::process)
        .first(uow.connection())
        .optional()?;
    match process {
        Some(process) => lock(Correlation::Process(process), uow),
        None => Ok(None),
    }
}

fn found_by(by: Correlation) -> processes::BoxedQuery<'static, foundation::database::MultiBackend> {
    let all = processes::table.into_boxed();
    match by {
        Correlation::Auction(id) => all
            .filter(processes::kind.eq(KIND))
            .filter(processes::correlation_key.eq(id.to_string())),
        Correlation::Payment(id) => all.filter(processes::payment.eq(id)),
        Correlation::Package(id) => all.filter(processes::package.eq(id)),
        Correlation::Process(id) => all.filter(processes::id.eq(id)),
    }
}

/// Answers from the table itself.
pub(crate) struct DieselProcessQueries {}

impl ProcessQueries for DieselProcessQueries {
    fn unfinished(&self, reader: &mut Reader) -> Result<Vec<ProcessView>, Failure> {
        let states = ProcessState::ALL.into_iter();
        let unfinished = states
            .filter(|state| !state.is_finished())
            .map(ProcessState::name);
        let rows: Vec<ProcessRow> = processes::table
            .filter(processes::state.eq_any(unfinished))
            .order((processes::started_at, processes::id))
            .load(reader.connection())?;
        views(rows)
    }

    fn of_customer(
        &self,
        customer: CustomerId,
        reader: &mut Reader,
    ) -> Result<Vec<ProcessView>, Failure> {
        let rows: Vec<ProcessRow> = processes::table
            .filter(processes::customer.eq(customer))
            .load(reader.connection())?;
        let bought = views(rows)?
            .into_iter()
            .map(ProcessView::shown_to_its_buyer);
        let lost: Vec<(EarlierBuyerRow, ProcessRow)> = earlier_buyers::table
            .inner_join(processes::table)
            .filter(earlier_buyers::customer.eq(customer))
            .load(reader.connection())?;
        let lost = lost.into_iter().map(|(earlier, row)| {
            let view = ProcessView::from(row.into_process()?);
            Ok(view.shown_to_earlier_buyer(earlier.into_earlier_buyer()?))
        });
        let mut all = lost.collect::<Result<Vec<_>, Failure>>()?;
        all.extend(bought);
        all.sort_by_key(|view| Reverse((view.started_at, view.id)));
        Ok(all)
    }

    fn of_auction(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<ProcessView>, Failure> {
        let found = found_by(Correlation::Auction(auction));
        let row: Option<ProcessRow> = found.first(reader.connection()).optional()?;
        Ok(row
            .map(ProcessRow::into_process)
            .transpose()?
            .map(ProcessView::from))
    }
}

fn views(rows: Vec<ProcessRow>) -> Result<Vec<ProcessView>, Failure> {
    let processes = rows.into_iter().map(ProcessRow::into_process);
    processes
        .map(|process| process.map(ProcessView::from))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use foundation::testing::{Backend, FixedClock, TestDatabase};
    use foundation::{Currency, Money, application_of};
    use rstest::rstest;
    use shipping::ShippingModule;

    use super::*;
    use crate::domain::WonItem;

    application_of!(TestApp: ShippingModule);

    fn won(auction: AuctionId, now: DateTime<Utc>) -> PayingForWonItem {
        let item = WonItem {
            auction,
            title: "A clock".into(),
            price: Money::zero(Currency::USD),
            seller: None,
            buyer: CustomerId::generate(),
            pay_by: now,
            second_chance: false,
        };
        PayingForWonItem::start(ProcessId::generate(), item, PaymentId::generate(), now)
    }

    #[rstest]
    fn one_auction_has_one_process_and_a_stale_one_cannot_be_saved(
        #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    ) {
        let Some(database) = TestDatabase::on(backend) else {
            return;
        };
        let app = TestApp::start(
            &database,
            &FixedClock::default(),
            Arc::new(shipping::module(shipping::ShippingSettings::default())),
        );
        let run = |work: &mut dyn FnMut(&mut UnitOfWork) -> Result<(), Failure>| {
            app.transactions().run_once(false, &mut |uow| work(uow))
        };
        let (processes, auction) = (DieselProcesses {}, AuctionId::generate());
        let add = || run(&mut |uow| processes.add(&won(auction, uow.now()), uow));
        assert!(add().is_ok());
        assert!(matches!(add(), Err(Failure::Conflict)));

        let mut loaded = Vec::new();
        for _ in 0..2 {
            run(&mut |uow| {
                loaded.extend(processes.get(Correlation::Auction(auction), uow)?);
                Ok(())
            })
            .unwrap();
        }
        let mut save = |index: usize| run(&mut |uow| processes.save(&mut loaded[index], uow));
        assert!(save(0).is_ok());
        assert!(matches!(save(1), Err(Failure::Conflict)));
    }
}
