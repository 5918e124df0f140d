//! The process of paying for a won item: what each event leads to.
//!
//! Every step is one delivery and one transaction. Events may come twice, late, or in another order than they
//! happened: each step asks the process first whether the event is news.

use std::error::Error;
use std::sync::Arc;

use auctions::{AuctionEnded, AuctionId, AuctionsFacade, BuyersPremium};
use chrono::TimeDelta;
use customer_relationship::{
    CustomerId, CustomersFacade, FailedPayment, NotPaid, PaidLot, Shipment, WonLot,
};
use foundation::{Failure, Money, UnitOfWork, audit};
use payments::{
    BasisPoints, PayeeId, PayerId, PaymentCaptured, PaymentFailed, PaymentId, PaymentStatus,
    PaymentsFacade, StartPayment,
};
use shipping::{PackageId, PackageShipped, PackageStatus, ShippingFacade};

use super::ports::{Correlation, Processes};
use super::settings::ProcessSettings;
use crate::domain::{PayingForWonItem, WonItem};
use crate::events::{PaymentDue, ReminderDue};
use crate::ids::ProcessId;

/// When to look again after the time to pay ended in the middle of a payment.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// Why a step was not taken. The delivery is tried again, and then dead where staff see it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    /// Every payment and every package of this house belongs to a process, so this one's is missing.
    #[error("no process has {0}")]
    NoProcess(Correlation),
    /// Somebody took a second chance of an item that has a buyer. Staff have to speak with both.
    #[error("{0} was bought by somebody else")]
    HasAnotherBuyer(AuctionId),
    /// Another module did not do its part.
    #[error("{what}")]
    Refused {
        what: &'static str,
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// The machinery failed.
    #[error("the step could not be taken")]
    Unexpected(#[from] Failure),
}

pub(crate) fn refused<E: Error + Send + Sync + 'static>(
    what: &'static str,
) -> impl FnOnce(E) -> StepError {
    move |cause| StepError::Refused {
        what,
        cause: Box::new(cause),
    }
}

/// Takes the steps of all processes.
pub(crate) struct PayingForWonItems {
    pub(crate) processes: Arc<dyn Processes>,
    pub(crate) auctions: Arc<AuctionsFacade>,
    pub(crate) payments: Arc<PaymentsFacade>,
    pub(crate) customers: Arc<CustomersFacade>,
    pub(crate) shipping: Arc<ShippingFacade>,
    pub(crate) settings: Arc<ProcessSettings>,
}

/// How a payment stands when its time is over.
pub(crate) enum AtTheEnd {
    /// Nobody will pay it any more.
    Over,
    /// It is being paid at this moment.
    UnderWay,
}

impl PayingForWonItems {
    /// The hammer fell. Without a buyer there is nothing to pay; a second time changes nothing.
    pub(crate) fn auction_ended(
        &self,
        event: &AuctionEnded,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let Some(winner) = event.winner else {
            return Ok(());
        };
        let known = self
            .processes
            .get(Correlation::Auction(event.auction), uow)?;
        if known.is_some() {
            return Ok(());
        }
        let item = WonItem {
            auction: event.auction,
            title: event.title.clone(),
            price: event.price,
            seller: Some(PayeeId::from(event.seller.uuid())),
            buyer: CustomerId::from(winner.uuid()),
            pay_by: uow.now() + self.settings.pay_within,
            second_chance: false,
        };
        self.start(item, uow)
    }

    /// Somebody has bought something, of which the house knew nothing yet.
    pub(crate) fn start(&self, item: WonItem, uow: &mut UnitOfWork) -> Result<(), StepError> {
        let (id, payment) = (ProcessId::generate(), PaymentId::generate());
        let process = PayingForWonItem::start(id, item, payment, uow.now());
        self.processes.add(&process, uow)?;
        self.ask_for_payment(&process, uow)
    }

    /// The buyer is told, and is to pay from now on.
    pub(crate) fn ask_for_payment(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        self.start_payment(process, uow)?;
        self.customers
            .send_email_about_winning(process.item.buyer, self.won_lot(process, uow)?, uow)
            .map_err(refused("the buyer could not be told about winning"))?;
        self.set_timers(process, uow)
    }

    /// A try to pay failed: the buyer is told, and may try again. The timer stays.
    pub(crate) fn payment_failed(
        &self,
        event: &PaymentFailed,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let process = self.find(Correlation::Payment(event.payment), uow)?;
        if !process.waits_for(event.payment) {
            return Ok(());
        }
        let failed = FailedPayment {
            amount: self.to_pay(&process, uow)?,
            title: process.item.title,
            reason: event.reason.clone(),
            pay_by: process.item.pay_by,
        };
        self.customers
            .send_email_about_failed_payment(process.item.buyer, failed, uow)
            .map_err(refused(
                "the buyer could not be told about the failed payment",
            ))
    }

    /// The money is there: the buyer is told, and the warehouse gets a package to pack.
    pub(crate) fn payment_captured(
        &self,
        event: &PaymentCaptured,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let mut process = self.find(Correlation::Payment(event.payment), uow)?;
        let (payment, state) = (event.payment, process.state());
        if self.proceed_as_paid(&mut process, payment, uow)? || process.is_paid_with(payment) {
            return Ok(());
        }
        // Payments gives back what arrives for a payment that had ended; staff shall see it happened.
        let detail = format!("the process is {state}");
        let payment = payment.to_string();
        audit::record("process", "process.late_payment", &payment, &detail, uow)?;
        Ok(())
    }

    /// The parcel is on its way: the buyer is told where, and the process is finished.
    pub(crate) fn package_shipped(
        &self,
        event: &PackageShipped,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let mut process = self.find(Correlation::Package(event.package), uow)?;
        let number = event.tracking_number.clone();
        self.proceed_as_shipped(&mut process, event.carrier.clone(), number, uow)
    }

    /// Time to remind the buyer, should the payment still be missing.
    pub(crate) fn reminder_due(
        &self,
        timer: &ReminderDue,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let mut process = self.find(Correlation::Payment(timer.payment), uow)?;
        if !process.reminder_due(timer.payment, timer.epoch, timer.number) {
            return Ok(());
        }
        self.processes.save(&mut process, uow)?;
        self.customers
            .send_payment_reminder(process.item.buyer, self.won_lot(&process, uow)?, uow)
            .map_err(refused("the buyer could not be reminded"))
    }

    /// The time to pay is over. A payment that is being made at this moment is waited for.
    pub(crate) fn payment_due(
        &self,
        timer: &PaymentDue,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let mut process = self.find(Correlation::Payment(timer.payment), uow)?;
        if !process.heeds_timer(timer.payment, timer.epoch) {
            return Ok(());
        }
        match self.end_payment(&process, uow)? {
            AtTheEnd::Over => self.proceed_as_timed_out(&mut process, uow),
            AtTheEnd::UnderWay => Ok(uow.schedule(uow.now() + LOOK_AGAIN, timer)?),
        }
    }

    pub(crate) fn find(
        &self,
        by: Correlation,
        uow: &mut UnitOfWork,
    ) -> Result<PayingForWonItem, StepError> {
        let found = self.processes.get(by, uow)?;
        found.ok_or(StepError::NoProcess(by))
    }

    /// False when the payment is no news.
    pub(crate) fn proceed_as_paid(
        &self,
        process: &mut PayingForWonItem,
        payment: PaymentId,
        uow: &mut UnitOfWork,
    ) -> Result<bool, StepError> {
        let package = PackageId::generate();
        if !process.paid(payment, package, uow.now()) {
            return Ok(false);
        }
        self.processes.save(process, uow)?;
        let command = self.package_of(process, package, uow)?;
        self.shipping
            .create_package(command, uow)
            .map_err(refused("the package could not be created"))?;
        let created = self.shipping.package(package, uow.reader())?;
        let paid = PaidLot {
            title: process.item.title.clone(),
            amount: self.to_pay(process, uow)?,
            awaits_address: created
                .is_some_and(|package| package.status == PackageStatus::AwaitingAddress),
        };
        self.customers
            .send_email_after_successful_payment(process.item.buyer, paid, uow)
            .map_err(refused("the buyer could not be told about the payment"))?;
        Ok(true)
    }

    pub(crate) fn proceed_as_shipped(
        &self,
        process: &mut PayingForWonItem,
        carrier: String,
        tracking_number: String,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        if !process.shipped(uow.now()) {
            return Ok(());
        }
        self.processes.save(process, uow)?;
        let shipment = Shipment {
            title: process.item.title.clone(),
            carrier,
            tracking_number,
        };
        self.customers
            .send_email_about_shipment(process.item.buyer, shipment, uow)
            .map_err(refused("the buyer could not be told about the shipment"))
    }

    pub(crate) fn proceed_as_timed_out(
        &self,
        process: &mut PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        if !process.timed_out(uow.now()) {
            return Ok(());
        }
        self.processes.save(process, uow)?;
        let not_paid = NotPaid {
            title: process.item.title.clone(),
            amount: self.to_pay(process, uow)?,
        };
        self.customers
            .send_email_about_not_paid(process.item.buyer, not_paid, uow)
            .map_err(refused("the buyer could not be told that the time is over"))?;
        self.look_for_another_buyer(process, uow)
    }

    /// Ends the payment, unless it is being made.
    pub(crate) fn end_payment(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<AtTheEnd, StepError> {
        let timed_out = self
            .payments
            .time_out(process.payment, uow)
            .map_err(refused("the payment could not be timed out"))?;
        if timed_out {
            return Ok(AtTheEnd::Over);
        }
        match self.payment_status(process, uow)? {
            PaymentStatus::Charged | PaymentStatus::Captured => Ok(AtTheEnd::UnderWay),
            PaymentStatus::TimedOut | PaymentStatus::Cancelled | PaymentStatus::Refunded => {
                Ok(AtTheEnd::Over)
            }
            status @ (PaymentStatus::New | PaymentStatus::Failed) => Err(Failure::Defect(format!(
                "payment {} is {status} and did not time out",
                process.payment
            ))
            .into()),
        }
    }

    pub(crate) fn payment_status(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<PaymentStatus, StepError> {
        let found = self.payments.status(process.payment, uow)?;
        let status = found.ok_or_else(|| {
            Failure::Defect(format!("payment {} of a process is gone", process.payment))
        })?;
        Ok(status)
    }

    fn start_payment(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let auction = process.item.auction;
        let premium = self.auctions.buyers_premium(auction, uow.reader())?;
        let command = StartPayment {
            payment: process.payment,
            payer: PayerId::from(process.item.buyer.uuid()),
            payee: process.item.seller,
            premium: premium.map(agreed),
            amount: process.item.price,
            description: process.item.title.clone(),
        };
        self.payments
            .start_new_payment(command, uow)
            .map_err(refused("the payment could not be started"))
    }

    fn won_lot(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<WonLot, StepError> {
        Ok(WonLot {
            title: process.item.title.clone(),
            price: process.item.price,
            to_pay: self.to_pay(process, uow)?,
            pay_by: process.item.pay_by,
            second_chance: process.item.second_chance,
        })
    }

    /// The price with everything that comes to it or off it.
    fn to_pay(&self, process: &PayingForWonItem, uow: &mut UnitOfWork) -> Result<Money, StepError> {
        let (payment, payer) = (process.payment, PayerId::from(process.item.buyer.uuid()));
        let found = self.payments.single_payment(payment, payer, uow.reader())?;
        let missing = || Failure::Defect(format!("payment {payment} of a process is gone"));
        Ok(found.ok_or_else(missing)?.total)
    }

    fn set_timers(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let (payment, epoch) = (process.payment, process.timer_epoch());
        let reminders = self.settings.reminders_after(process.changed_at);
        for (number, at) in (1..).zip(reminders) {
            let reminder = ReminderDue {
                payment,
                epoch,
                number,
            };
            uow.schedule(at, &reminder)?;
        }
        uow.schedule(process.item.pay_by, &PaymentDue { payment, epoch })?;
        Ok(())
    }
}

/// A sale's premium as payments count it: both are hundredths of a percent, and a sale's is at most a half.
fn agreed(premium: BuyersPremium) -> BasisPoints {
    let points = u32::try_from(premium.basis_points()).ok();
    let points = points.and_then(|points| BasisPoints::try_new(points).ok());
    points.expect("a buyer's premium is at most half of the price")
}
