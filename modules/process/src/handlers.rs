//! Reactions to events: each is one step of the process.
//!
//! An event that finds no process is an error, retried and then dead: only this module starts payments and
//! creates packages, and it stores their ids in the same transaction.

use std::sync::Arc;

use auctions::{AuctionEnded, SecondChanceAccepted, SecondChanceDeclined, SecondChanceExpired};
use foundation::{AsyncHandler, HandlerResult, UnitOfWork};
use payments::{PaymentCaptured, PaymentFailed};
use shipping::{
    PackageAwaitsStock, PackageCollected, PackageReady, PackageRefundChosen, PackageShipped,
};

use crate::application::{Correlation, PayingForWonItems};
use crate::events::{OfferDue, PaymentDue, ReminderDue};

/// The process manager, as the events see it.
pub(crate) struct PayingForWonItemManager {
    pub(crate) steps: Arc<PayingForWonItems>,
}

/// One lock per key by which events find a process, so that two workers do not take one step at once. What
/// comes by different keys meets at the row's lock and version.
fn step_of(key: Correlation) -> Option<String> {
    Some(format!("process.paying_for_won_item:{key}"))
}

impl AsyncHandler<AuctionEnded> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.start_paying_for_won_item"
    }

    fn concerns(&self, event: &AuctionEnded) -> bool {
        event.winner.is_some()
    }

    fn lock(&self, event: &AuctionEnded) -> Option<String> {
        step_of(Correlation::Auction(event.auction))
    }

    fn handle(&self, event: &AuctionEnded, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.auction_ended(event, uow)?)
    }
}

impl AsyncHandler<PaymentFailed> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.note_failed_payment"
    }

    fn lock(&self, event: &PaymentFailed) -> Option<String> {
        step_of(Correlation::Payment(event.payment))
    }

    fn handle(&self, event: &PaymentFailed, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.payment_failed(event, uow)?)
    }
}

impl AsyncHandler<PaymentCaptured> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.note_captured_payment"
    }

    fn lock(&self, event: &PaymentCaptured) -> Option<String> {
        step_of(Correlation::Payment(event.payment))
    }

    fn handle(&self, event: &PaymentCaptured, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.payment_captured(event, uow)?)
    }
}

impl AsyncHandler<PackageShipped> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.note_shipped_package"
    }

    fn lock(&self, event: &PackageShipped) -> Option<String> {
        step_of(Correlation::Package(event.package))
    }

    fn handle(&self, event: &PackageShipped, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.package_shipped(event, uow)?)
    }
}

impl AsyncHandler<PackageCollected> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.note_collected_package"
    }

    fn lock(&self, event: &PackageCollected) -> Option<String> {
        step_of(Correlation::Package(event.package))
    }

    fn handle(&self, event: &PackageCollected, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.package_collected(event, uow)?)
    }
}

impl AsyncHandler<PackageAwaitsStock> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.tell_of_missing_goods"
    }

    fn lock(&self, event: &PackageAwaitsStock) -> Option<String> {
        step_of(Correlation::Package(event.package))
    }

    fn handle(&self, event: &PackageAwaitsStock, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.tell_of_goods(event.package, uow)?)
    }
}

impl AsyncHandler<PackageReady> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.tell_of_arrived_goods"
    }

    fn lock(&self, event: &PackageReady) -> Option<String> {
        step_of(Correlation::Package(event.package))
    }

    fn handle(&self, event: &PackageReady, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.tell_of_goods(event.package, uow)?)
    }
}

impl AsyncHandler<PackageRefundChosen> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.refund_what_is_out_of_stock"
    }

    fn lock(&self, event: &PackageRefundChosen) -> Option<String> {
        step_of(Correlation::Package(event.package))
    }

    fn handle(&self, event: &PackageRefundChosen, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.refund_chosen(event, uow)?)
    }
}

impl AsyncHandler<ReminderDue> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.remind_of_payment"
    }

    fn lock(&self, event: &ReminderDue) -> Option<String> {
        step_of(Correlation::Payment(event.payment))
    }

    fn handle(&self, event: &ReminderDue, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.reminder_due(event, uow)?)
    }
}

impl AsyncHandler<PaymentDue> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.time_out_payment"
    }

    fn lock(&self, event: &PaymentDue) -> Option<String> {
        step_of(Correlation::Payment(event.payment))
    }

    fn handle(&self, event: &PaymentDue, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.payment_due(event, uow)?)
    }
}

impl AsyncHandler<OfferDue> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.offer_second_chance"
    }

    fn lock(&self, event: &OfferDue) -> Option<String> {
        step_of(Correlation::Auction(event.auction))
    }

    fn handle(&self, event: &OfferDue, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.offer_due(event, uow)?)
    }
}

impl AsyncHandler<SecondChanceAccepted> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.note_accepted_second_chance"
    }

    fn lock(&self, event: &SecondChanceAccepted) -> Option<String> {
        step_of(Correlation::Auction(event.auction))
    }

    fn handle(&self, event: &SecondChanceAccepted, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.second_chance_accepted(event, uow)?)
    }
}

impl AsyncHandler<SecondChanceDeclined> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.note_declined_second_chance"
    }

    fn lock(&self, event: &SecondChanceDeclined) -> Option<String> {
        step_of(Correlation::Auction(event.auction))
    }

    fn handle(&self, event: &SecondChanceDeclined, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.second_chance_declined(event, uow)?)
    }
}

impl AsyncHandler<SecondChanceExpired> for PayingForWonItemManager {
    fn name(&self) -> &'static str {
        "process.note_expired_second_chance"
    }

    fn lock(&self, event: &SecondChanceExpired) -> Option<String> {
        step_of(Correlation::Auction(event.auction))
    }

    fn handle(&self, event: &SecondChanceExpired, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(self.steps.second_chance_expired(event, uow)?)
    }
}
