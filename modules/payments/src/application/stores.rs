//! The ports to what is stored beside payments.

use foundation::{Currency, Failure, Interface, UnitOfWork};

use crate::domain::billing::Billing;
use crate::domain::coupon::{Coupon, CouponCode, CouponData};
use crate::domain::credit::CreditAccount;
use crate::domain::slot::{CollectionSlot, SlotData};
use crate::ids::{BillingId, CouponId, PayerId, PaymentId, SlotId};

/// The billings, each with its orders, refunds and operations.
pub(crate) trait Billings: Interface {
    fn get(&self, id: BillingId, uow: &mut UnitOfWork) -> Result<Option<Billing>, Failure>;

    /// The payments of a billing in the order of their ids. They never change, so this locks nothing.
    fn payments_in(&self, id: BillingId, uow: &mut UnitOfWork) -> Result<Vec<PaymentId>, Failure>;

    /// The open or successful billing that a payment is in. Locks nothing.
    fn containing(
        &self,
        payment: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<BillingId>, Failure>;

    /// Adds a new billing; one of whose payments somebody else has taken meanwhile is a [`Failure::Conflict`].
    fn add(&self, billing: &mut Billing, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Saves where the stored version is the one that was loaded; otherwise [`Failure::Conflict`].
    fn save(&self, billing: &mut Billing, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// The coupons.
pub(crate) trait Coupons: Interface {
    /// A coupon in the hands of one customer.
    fn get(
        &self,
        id: CouponId,
        holder: PayerId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Coupon>, Failure>;

    fn by_code(&self, code: &CouponCode, uow: &mut UnitOfWork)
    -> Result<Option<CouponId>, Failure>;

    /// Adds a coupon; one of the same code that came first is a [`Failure::Conflict`].
    fn add(&self, coupon: &CouponData, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Saves where the stored version is the one that was loaded; otherwise [`Failure::Conflict`].
    fn save(&self, coupon: &Coupon, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// The customers' credit, one account for each currency.
pub(crate) trait CreditAccounts: Interface {
    /// The account; an empty one when there is none yet.
    fn get(
        &self,
        owner: PayerId,
        currency: Currency,
        uow: &mut UnitOfWork,
    ) -> Result<CreditAccount, Failure>;

    /// Saves where the stored version is the one that was loaded; otherwise [`Failure::Conflict`].
    fn save(&self, account: &CreditAccount, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// The collection slots.
pub(crate) trait Slots: Interface {
    fn get(&self, id: SlotId, uow: &mut UnitOfWork) -> Result<Option<CollectionSlot>, Failure>;

    /// Adds a slot; one of the same id that came first is a [`Failure::Conflict`].
    fn add(&self, slot: &SlotData, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// Saves where the stored version is the one that was loaded; otherwise [`Failure::Conflict`].
    fn save(&self, slot: &CollectionSlot, uow: &mut UnitOfWork) -> Result<(), Failure>;
}
