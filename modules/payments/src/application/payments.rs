//! The port to the stored payments.

use foundation::{Failure, Interface, UnitOfWork};

use crate::domain::payment::Payment;
use crate::ids::PaymentId;

/// The payments, each with its operations.
pub(crate) trait Payments: Interface {
    fn get(&self, id: PaymentId, uow: &mut UnitOfWork) -> Result<Option<Payment>, Failure>;

    /// Adds a new payment; one with the same id that came first is a [`Failure::Conflict`].
    fn add(&self, payment: &mut Payment, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Saves where the stored version is the one that was loaded; otherwise [`Failure::Conflict`].
    fn save(&self, payment: &mut Payment, uow: &mut UnitOfWork) -> Result<(), Failure>;
}
