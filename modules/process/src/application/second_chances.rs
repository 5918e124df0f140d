//! When the buyer does not pay: the lot is offered to the next bidder, once.
//!
//! The answers come from the auction room, also for lots that nobody had bought: those have no process until
//! somebody accepts.

use auctions::{
    AuctionId, AuctionStatus, BidderId, CommandError, OfferSecondChance, OfferState, Refusal,
    SecondChanceAccepted, SecondChanceDeclined, SecondChanceExpired, SecondChanceReason,
    SecondChanceView, SellerId,
};
use customer_relationship::{CustomerId, LeftUnsold, LostChance};
use foundation::{Failure, UnitOfWork};
use payments::{PayeeId, PaymentId};

use super::paying_for_won_item::{PayingForWonItems, StepError, refused};
use super::ports::Correlation;
use super::push_on::PushOnError;
use super::views::WaitsFor;
use crate::domain::{Offer, PayingForWonItem, WonItem};
use crate::events::OfferDue;

/// A second chance that sold nothing.
struct Lost {
    auction: AuctionId,
    seller: SellerId,
    title: String,
    bidder: BidderId,
    how: LostChance,
}

impl PayingForWonItems {
    /// The buyer did not pay: somebody else is asked, in a step of its own, so that nothing in the auction
    /// room can hold up the end of a payment. That is said also of whoever bought by a second chance: the
    /// lot's log keeps that this buyer did not pay, and an unsold lot may have another bidder to ask.
    pub(crate) fn look_for_another_buyer(
        &self,
        process: &PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let offer = OfferDue {
            auction: process.item.auction,
            epoch: process.timer_epoch(),
        };
        Ok(uow.post(&offer)?)
    }

    /// Time to ask the next bidder.
    pub(crate) fn offer_due(
        &self,
        event: &OfferDue,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let mut process = self.find(Correlation::Auction(event.auction), uow)?;
        if !process.is_to_be_offered(event.epoch) {
            return Ok(());
        }
        self.offer(&mut process, uow)
    }

    /// Has the auction room ask the next bidder. An offer that is open already is taken as this one.
    pub(crate) fn offer(
        &self,
        process: &mut PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let command = OfferSecondChance {
            auction: process.item.auction,
            because: SecondChanceReason::NotPaid,
        };
        let offer = match self.auctions.offer_second_chance(&command, uow)? {
            Ok(made) => Offer {
                bidder: CustomerId::from(made.bidder.uuid()),
                expires_at: made.expires_at,
            },
            Err(CommandError::Refused(Refusal::OfferOpen)) => {
                let open = self.newest_offer(command.auction, uow)?;
                Offer {
                    bidder: CustomerId::from(open.bidder.uuid()),
                    expires_at: open.expires_at,
                }
            }
            Err(CommandError::Refused(Refusal::NobodyToOffer)) => {
                let how = match process.item.second_chance {
                    true => LostChance::NotPaid,
                    false => LostChance::NobodyToAsk,
                };
                return self.leave_unsold(process, how, uow);
            }
            Err(CommandError::Refused(Refusal::BelowReserve)) => {
                return self.leave_unsold(process, LostChance::BelowReserve, uow);
            }
            Err(other) => {
                return Err(refused("the lot could not be offered to the next bidder")(
                    other,
                ));
            }
        };
        if process.offered(offer, uow.now()) {
            self.processes.save(process, uow)?;
        }
        Ok(())
    }

    /// Somebody took the second chance. Heard again it changes nothing, and an item with another buyer is
    /// never sold twice.
    pub(crate) fn second_chance_accepted(
        &self,
        event: &SecondChanceAccepted,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let item = WonItem {
            auction: event.auction,
            title: event.title.clone(),
            price: event.price,
            seller: Some(PayeeId::from(event.seller.uuid())),
            buyer: CustomerId::from(event.bidder.uuid()),
            pay_by: uow.now() + self.settings.pay_within,
            second_chance: true,
        };
        let known = self
            .processes
            .get(Correlation::Auction(event.auction), uow)?;
        match known {
            Some(_) if self.has_asked_another(event, uow)? => Ok(()),
            Some(mut process) => self.sell_again(&mut process, item, uow),
            None => self.start(item, uow),
        }
    }

    /// Whether somebody was asked after this bidder: then the acceptance is an old one, heard again.
    fn has_asked_another(
        &self,
        event: &SecondChanceAccepted,
        uow: &mut UnitOfWork,
    ) -> Result<bool, Failure> {
        let newest = self.auctions.second_chance(event.auction, uow.reader())?;
        Ok(newest.is_some_and(|newest| newest.bidder != event.bidder))
    }

    /// The bidder did not want the lot.
    pub(crate) fn second_chance_declined(
        &self,
        event: &SecondChanceDeclined,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let lost = Lost {
            auction: event.auction,
            seller: event.seller,
            title: event.title.clone(),
            bidder: event.bidder,
            how: LostChance::Declined,
        };
        self.second_chance_lost(lost, uow)
    }

    /// The bidder did not answer in time.
    pub(crate) fn second_chance_expired(
        &self,
        event: &SecondChanceExpired,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        let lost = Lost {
            auction: event.auction,
            seller: event.seller,
            title: event.title.clone(),
            bidder: event.bidder,
            how: LostChance::NotAnswered,
        };
        self.second_chance_lost(lost, uow)
    }

    /// Staff ask what became of the answer.
    pub(crate) fn push_answer(
        &self,
        process: &mut PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), PushOnError> {
        let offer = self.newest_offer(process.item.auction, uow)?;
        match offer.state {
            OfferState::Open => return Err(PushOnError::StillWaiting(WaitsFor::Answer)),
            OfferState::Accepted => {
                let item = WonItem {
                    price: offer.price,
                    buyer: CustomerId::from(offer.bidder.uuid()),
                    pay_by: uow.now() + self.settings.pay_within,
                    second_chance: true,
                    ..process.item.clone()
                };
                self.sell_again(process, item, uow)?;
            }
            OfferState::Declined => self.leave_unsold(process, LostChance::Declined, uow)?,
            OfferState::Expired => self.leave_unsold(process, LostChance::NotAnswered, uow)?,
        }
        Ok(())
    }

    fn sell_again(
        &self,
        process: &mut PayingForWonItem,
        item: WonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        if process.is_second_chance_of(item.buyer) {
            return Ok(());
        }
        if !process.sold_again(item, PaymentId::generate(), uow.now()) {
            return Err(StepError::HasAnotherBuyer(process.item.auction));
        }
        self.processes.save(process, uow)?;
        self.ask_for_payment(process, uow)
    }

    /// A lot that nobody had bought has no process: then all there is to do is to tell its seller.
    fn second_chance_lost(&self, lost: Lost, uow: &mut UnitOfWork) -> Result<(), StepError> {
        let by = Correlation::Auction(lost.auction);
        let Some(mut process) = self.processes.get(by, uow)? else {
            let letter = LeftUnsold {
                auction: lost.auction,
                title: lost.title,
                winner_did_not_pay: false,
                second_chance: lost.how,
            };
            return self.tell_seller(lost.seller, letter, uow);
        };
        if !process.is_offered_to(CustomerId::from(lost.bidder.uuid())) {
            return Ok(());
        }
        self.leave_unsold(&mut process, lost.how, uow)
    }

    fn leave_unsold(
        &self,
        process: &mut PayingForWonItem,
        how: LostChance,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        if !process.left_unsold(uow.now()) {
            return Ok(());
        }
        self.processes.save(process, uow)?;
        let auction = process.item.auction;
        let found = self.auctions.single_auction(auction, uow.reader())?;
        let lot = found.ok_or_else(|| Failure::Defect(format!("auction {auction} is gone")))?;
        let letter = LeftUnsold {
            auction,
            title: process.item.title.clone(),
            winner_did_not_pay: lot.status == AuctionStatus::Sold,
            second_chance: how,
        };
        self.tell_seller(lot.seller, letter, uow)
    }

    fn tell_seller(
        &self,
        seller: SellerId,
        letter: LeftUnsold,
        uow: &mut UnitOfWork,
    ) -> Result<(), StepError> {
        self.customers
            .send_email_about_lot_left_unsold(CustomerId::from(seller.uuid()), letter, uow)
            .map_err(refused(
                "the seller could not be told that the lot stays unsold",
            ))
    }

    fn newest_offer(
        &self,
        auction: AuctionId,
        uow: &mut UnitOfWork,
    ) -> Result<SecondChanceView, Failure> {
        let found = self.auctions.second_chance(auction, uow.reader())?;
        found.ok_or_else(|| {
            Failure::Defect(format!("the second chance of auction {auction} is gone"))
        })
    }
}
