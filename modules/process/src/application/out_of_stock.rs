//! What leaves the house for a buyer, what is fetched, and what becomes of an item of which there is none left.

use customer_relationship::{ArrivedGoods, MissingGoods, RefundedLot};
use foundation::{Failure, UnitOfWork};
use payments::{BillingStatus, HandOver, PayerId, PaymentStatus, RefundId, RefundPayment};
use shipping::{
    Collection, CollectionId, ConsigneeId, CreatePackage, PackageCollected, PackageId,
    PackageRefundChosen, PackageStatus, Quantity, Sku,
};

use super::paying_for_won_item::{PayingForWonItems, StepError, refused};
use super::ports::Correlation;
use crate::domain::{PayingForWonItem, ToldMissing};

/// What the payer reads on the statement.
const REASON: &str = "The item is out of stock, and the buyer did not want to wait";

impl PayingForWonItems {
    /// Goods went missing, or came: the buyer is told how it stands now, once, in whatever order the events come. Who
    /// is told that they are missing may choose to wait or to have the money back.
    pub(crate) fn tell_of_goods(
        &self,
        package: PackageId,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let mut process = self.find(Correlation::Package(package), uow)?;
        let found = self.shipping.package(package, uow.reader())?;
        let gone = || Failure::Defect(format!("package {package} of a process is gone"));
        let found = found.ok_or_else(gone)?;
        let missing = found.may_choose().then(|| ToldMissing {
            expected: found.goods.as_ref().and_then(|goods| goods.expected),
        });
        if !process.goods_are(missing) {
            return Ok(());
        }
        self.processes.save(&mut process, uow)?;
        let (buyer, title) = (process.item.buyer, process.item.title);
        let told = match missing {
            Some(ToldMissing { expected }) => {
                let goods = MissingGoods { title, expected };
                self.customers
                    .send_email_about_missing_goods(buyer, goods, uow)
            }
            None if found.status == PackageStatus::Created => {
                let is_fetched = found.collection.is_some();
                let goods = ArrivedGoods { title, is_fetched };
                self.customers
                    .send_email_about_arrived_goods(buyer, goods, uow)
            }
            None => Ok(()),
        };
        told.map_err(refused("the buyer could not be told about the goods"))
    }

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
        let amount = match self.payment_status(process, uow)? {
            PaymentStatus::Refunded => None,
            PaymentStatus::New
            | PaymentStatus::Charged
            | PaymentStatus::Captured
            | PaymentStatus::Failed
            | PaymentStatus::TimedOut
            | PaymentStatus::Cancelled => {
                let refund = self.payments.refund(wish, uow);
                Some(
                    refund
                        .map_err(refused("the buyer could not be refunded"))?
                        .amount,
                )
            }
        };
        self.shipping
            .cancel(package, uow)
            .map_err(refused("the package could not be cancelled"))?;
        let title = process.item.title.clone();
        let lot = RefundedLot { title, amount };
        self.customers
            .send_email_about_refund(process.item.buyer, lot, uow)
            .map_err(refused("the buyer could not be told about the refund"))
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
