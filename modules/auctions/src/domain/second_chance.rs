//! Second chances: what the aggregate makes of the rules' decision.

use chrono::{DateTime, Utc};
use foundation::to_microseconds;

use super::announcements;
use super::auction::Auction;
use super::commands::{AnswerSecondChance, SecondChance, SecondChanceReason};
use super::lot::{Offer, OfferState};
use super::refusals::CommandError;
use super::rules::Command;

impl Auction {
    /// Offers the lot to the next bidder.
    pub(crate) fn offer_second_chance(
        &mut self,
        because: SecondChanceReason,
        now: DateTime<Utc>,
    ) -> Result<SecondChance, CommandError> {
        let unpaid = because == SecondChanceReason::NotPaid;
        self.carry_out(&Command::OfferSecondChance { unpaid }, now, None)?;
        let offer = *self.newest_offer();
        let told = announcements::offered(&self.state, &offer);
        self.changes.events.push(told);
        Ok(SecondChance {
            bidder: offer.bidder,
            price: self.money(offer.price),
            expires_at: offer.expires_at,
        })
    }

    /// Takes the answer to a second chance.
    pub(crate) fn answer_second_chance(
        &mut self,
        answer: &AnswerSecondChance,
    ) -> Result<(), CommandError> {
        let command = Command::AnswerSecondChance {
            bidder: answer.bidder,
            accepts: answer.accepts,
        };
        self.carry_out(&command, to_microseconds(answer.arrived_at), None)?;
        self.tell_of_offer();
        Ok(())
    }

    /// Closes the second chance of this number, if nobody answered it in time; one that was answered is left
    /// alone, without a line. Says when to look again if it is too early.
    pub(crate) fn expire_second_chance(
        &mut self,
        number: usize,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let (newest, due_at) = self.offer_due_at()?;
        if newest != number {
            return None;
        }
        if now < due_at {
            return Some(due_at);
        }
        if self
            .carry_out(&Command::ExpireSecondChance, now, None)
            .is_ok()
        {
            self.tell_of_offer();
        }
        None
    }

    /// The number of the open second chance, and when it may be taken as expired.
    pub(crate) fn offer_due_at(&self) -> Option<(usize, DateTime<Utc>)> {
        let offers = &self.state.lot.offers;
        let open = offers
            .last()
            .filter(|offer| offer.state == OfferState::Open);
        Some((offers.len(), open?.expiry_due_at()))
    }

    fn tell_of_offer(&mut self) {
        let told = announcements::answered(&self.state, self.newest_offer());
        self.changes.events.extend(told);
    }

    fn newest_offer(&self) -> &Offer {
        let newest = self.state.lot.offers.last();
        newest.expect("the rules have just accepted something about it")
    }
}
