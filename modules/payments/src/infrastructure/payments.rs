//! The stored payments.

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, Origin, UnitOfWork};

use crate::application::payments::Payments;
use crate::domain::payment::Payment;
use crate::ids::PaymentId;
use crate::infrastructure::rows::{PaymentChange, PaymentRow};
use crate::schema::payments_payments as payments;

/// Keeps payments in the database.
pub(crate) struct DieselPayments {}

impl Payments for DieselPayments {
    fn get(&self, id: PaymentId, uow: &mut UnitOfWork) -> Result<Option<Payment>, Failure> {
        if uow.locks_rows() {
            let lock = Locked(payments::table.find(id).select(payments::version));
            let _versions: Vec<i64> = lock.load(uow.connection())?;
        }
        let found = payments::table
            .find(id)
            .first::<PaymentRow>(uow.connection());
        found.optional()?.map(PaymentRow::into_payment).transpose()
    }

    fn add(&self, payment: &mut Payment, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(payments::table)
            .values(PaymentRow::of(payment))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        post(payment, payment.version(), uow)
    }

    fn save(&self, payment: &mut Payment, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let (id, loaded) = (payment.data().id, payment.version());
        let next = loaded + 1;
        let unchanged = payments::table
            .filter(payments::id.eq(id))
            .filter(payments::version.eq(loaded));
        let saved = diesel::update(unchanged)
            .set(PaymentChange::of(payment, next))
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        post(payment, next, uow)
    }
}

fn post(payment: &mut Payment, version: i64, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let origin = Origin::new("payments.payment", payment.data().id, version);
    let events = payment.saved(version);
    uow.post_from(&origin, events.iter().map(|event| event.as_event()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use foundation::testing::{Backend, FixedClock, TestDatabase};
    use foundation::{Money, Transactions, application_of};
    use rstest::rstest;
    use shaku::HasComponent;

    use super::*;
    use crate::domain::payment::NewPayment;
    use crate::ids::{BillingId, PayerId};
    use crate::settings::PaymentsSettings;
    use crate::wiring::PaymentsModule;

    application_of!(TestApp: PaymentsModule);

    fn stored(transactions: &Transactions) -> PaymentId {
        let id = PaymentId::generate();
        let added: Result<(), Failure> = transactions.run(|uow| {
            let new = NewPayment {
                id,
                payer: PayerId::generate(),
                payee: None,
                premium: None,
                amount: Money::parse_with_code("USD", "1").unwrap(),
                description: String::new(),
            };
            DieselPayments {}.add(&mut Payment::start(new, uow.now()), uow)
        });
        added.unwrap();
        id
    }

    fn join(payment: &mut Payment, uow: &mut UnitOfWork) -> Result<(), Failure> {
        payment.join(BillingId::generate());
        DieselPayments {}.save(payment, uow)
    }

    #[rstest]
    fn a_payment_that_was_changed_since_it_was_loaded_is_not_saved(
        #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
        #[values(false, true)] locking: bool,
    ) {
        let Some(database) = TestDatabase::on(backend) else {
            return;
        };
        let module = crate::wiring::module(PaymentsSettings::default());
        let app = TestApp::start(&database, &FixedClock::default(), Arc::new(module));
        let transactions: Arc<Transactions> = app.resolve();
        let id = stored(&transactions);
        let load = || {
            let loaded = transactions.run_once(locking, &mut |uow| DieselPayments {}.get(id, uow));
            loaded.unwrap().unwrap()
        };
        let (mut first, mut second) = (load(), load());
        let save =
            |payment: &mut Payment| transactions.run_once(false, &mut |uow| join(payment, uow));
        save(&mut first).unwrap();
        let lost = save(&mut second);
        assert!(matches!(lost, Err(Failure::Conflict)), "{lost:?}");
        assert_eq!(load().data().billing, first.data().billing);
    }
}
