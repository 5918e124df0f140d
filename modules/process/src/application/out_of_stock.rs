//! What leaves the house for a buyer, what is fetched, and what becomes of an item of which there is none left.

use foundation::{Failure, UnitOfWork};
use payments::{BillingStatus, HandOver, PayerId, PaymentStatus, RefundId, RefundPayment};
use shipping::{
    Collection, CollectionId, ConsigneeId, CreatePackage, PackageCollected, PackageId,
    PackageRefundChosen, Quantity, Sku,
};

use super::paying_for_won_item::{PayingForWonItems, StepError, refused};
use super::ports::Correlation;
use crate::domain::PayingForWonItem;

/// What the payer reads on the statement.
const REASON: &str = "The item is out of stock, and the buyer did not want to wait";

impl PayingForWonItems {
    /// The buyer has the item: the process is finished.
    pub(crate) fn package_collected(
        &self,
        event: &PackageCollected,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let mut process = self.find(Correlation::Package(event.package), uow)?;
        self.proceed_as_collected(&mut process, uow)
    }

    pub(crate) fn proceed_as_collected(
        &self,
        process: &mut PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        if process.collected(uow.now()) {
            self.processes.save(process, uow)?;
        }
        Ok(())
    }

    /// The buyer does not wait for goods that are out of stock: the money goes back, all of it, and nothing leaves.
    pub(crate) fn refund_chosen(
        &self,
        event: &PackageRefundChosen,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let mut process = self.find(Correlation::Package(event.package), uow)?;
        self.proceed_as_refunded(&mut process, event.package, &event.by, uow)
    }

    /// The refund is known by the package's id, so that the money goes back once however often it is asked for.
    pub(crate) fn proceed_as_refunded(
        &self,
        process: &mut PayingForWonItem,
        package: PackageId,
        by: &str,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        if !process.refunded(uow.now()) {
            return Ok(());
        }
        self.processes.save(process, uow)?;
        let wish = RefundPayment {
            refund: RefundId::from(package.uuid()),
            payment: process.payment,
            amount: None,
            reason: REASON.to_owned(),
            staff: by.to_owned(),
        };
        // Staff may have given everything back by hand.
        if self.payment_status(process, uow)? != PaymentStatus::Refunded {
            self.payments
                .refund(wish, uow)
                .map_err(refused("the buyer could not be refunded"))?;
        }
        self.shipping
            .cancel(package, uow)
            .map_err(refused("the package could not be cancelled"))
    }

    /// The package for an item that was paid.
    pub(crate) fn package_of(
        &self,
        process: &PayingForWonItem,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<CreatePackage, StepError> {
        Ok(CreatePackage {
            package,
            consignee: ConsigneeId::from(process.item.buyer.uuid()),
            item: process.item.title.clone(),
            paid_at: self.paid_at(process, uow)?,
            goods: self.goods(process, uow)?,
            collection: self.collection(process, uow)?,
        })
    }

    /// What the lot takes from the stock, which was decided when it was put up.
    fn goods(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<Option<(Sku, Quantity)>, StepError> {
        let goods = self.auctions.goods_of(process.item.auction, uow.reader())?;
        let Some(goods) = goods else {
            return Ok(None);
        };
        let unknown = "the warehouse knows no such goods";
        Ok(Some((
            Sku::parse(goods.sku()).map_err(refused(unknown))?,
            Quantity::try_new(goods.quantity().into()).map_err(refused(unknown))?,
        )))
    }

    /// When the money was taken: events that come late do not cost anybody the turn.
    fn paid_at(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<chrono::DateTime<chrono::Utc>, Failure> {
        let payer = PayerId::from(process.item.buyer.uuid());
        let reader = uow.reader();
        let payment = self
            .payments
            .single_payment(process.payment, payer, reader)?;
        let captured = payment.and_then(|payment| payment.captured_at);
        Ok(captured.unwrap_or_else(|| reader.now()))
    }

    /// The time to fetch it that the billing kept. That was fixed when the billing was opened.
    fn collection(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Collection>, Failure> {
        let payer = PayerId::from(process.item.buyer.uuid());
        let billings = self.payments.billings_of(payer, uow.reader())?;
        let paid = billings.into_iter().find(|billing| {
            let mut orders = billing.orders.iter();
            billing.status == BillingStatus::Success
                && orders.any(|order| order.payment == process.payment)
        });
        let Some(HandOver::Collection(slot)) = paid.map(|billing| billing.hand_over) else {
            return Ok(None);
        };
        let slots = self.payments.slots(uow.reader())?;
        let known = slots.into_iter().find(|known| known.id == slot);
        Ok(Some(Collection {
            slot: CollectionId::from(slot.uuid()),
            place: known.as_ref().map(|slot| slot.place.clone()),
            from: known.as_ref().map(|slot| slot.starts_at),
            until: known.as_ref().map(|slot| slot.ends_at),
        }))
    }
}
