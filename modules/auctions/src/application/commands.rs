//! The other commands on a lot: each takes the auction up, calls one of its methods, and saves it, whether the
//! command was carried out or refused; a refusal is a line of the log.

use foundation::{Failure, UnitOfWork, audit};

use super::{Auctions, Decided, Paddles};
use crate::domain::{
    AnswerSecondChance, Auction, Bought, BuyNow, CancelAuction, CancelledBy, CommandError,
    LowerReserve, OfferSecondChance, SecondChance, WithdrawBids, Withdrawn, WithdrawnBy,
};
use crate::events::SecondChanceDue;
use crate::ids::AuctionId;

fn with_auction<T>(
    id: AuctionId,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
    command: impl FnOnce(&mut Auction, &mut UnitOfWork) -> Result<Decided<T>, Failure>,
) -> Result<Decided<T>, Failure> {
    let Some(mut auction) = auctions.get(id, uow)? else {
        return Ok(Err(CommandError::NotFound));
    };
    let outcome = command(&mut auction, uow)?;
    if auction.is_changed() {
        auctions.save(auction, uow)?;
    }
    Ok(outcome)
}

/// Sells the lot at once.
pub(crate) fn buy_now(
    command: &BuyNow,
    auctions: &dyn Auctions,
    paddles: &dyn Paddles,
    uow: &mut UnitOfWork,
) -> Result<Decided<Bought>, Failure> {
    let bidder = command.bidder;
    with_auction(command.auction, auctions, uow, |auction, uow| {
        let admitted = match auction.state().sale {
            None => true,
            Some(sale) => paddles.admitted(sale, &[bidder], uow)?.contains(&bidder),
        };
        Ok(auction.buy_now(command, admitted))
    })
}

/// Withdraws the bids. What staff do is also in the audit log.
pub(crate) fn withdraw_bids(
    command: WithdrawBids,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<Decided<Withdrawn>, Failure> {
    let id = command.auction;
    let by_staff = match &command.by {
        WithdrawnBy::Bidder(_) => None,
        WithdrawnBy::Staff { staff, reason, .. } => Some((staff.clone(), reason.clone())),
    };
    let outcome = with_auction(id, auctions, uow, |auction, uow| {
        let (by, now) = (command.by, uow.now());
        // Anybody may ask for a withdrawal that is refused: that must not cost what an accepted one does.
        let mut history = auctions.concerned(id, &by, uow)?;
        if auction.lets_withdraw(&history, &by, now) {
            history = auctions.history(id, uow)?;
        }
        Ok(auction.withdraw_bids(&history, by, now))
    })?;
    if let (Ok(withdrawn), Some((staff, reason))) = (&outcome, by_staff) {
        let bids: Vec<String> = withdrawn.bids.iter().map(ToString::to_string).collect();
        let detail = format!("{} ({})", reason.trim(), bids.join(", "));
        audit::record(
            &staff,
            "auctions.withdraw_bids",
            &id.to_string(),
            &detail,
            uow,
        )?;
    }
    Ok(outcome)
}

/// Lowers the reserve.
pub(crate) fn lower_reserve(
    command: &LowerReserve,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<Decided<()>, Failure> {
    with_auction(command.auction, auctions, uow, |auction, uow| {
        Ok(auction.lower_reserve(command, uow.now()))
    })
}

/// Takes the lot off. What staff do is also in the audit log.
pub(crate) fn cancel_auction(
    command: &CancelAuction,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<Decided<()>, Failure> {
    let id = command.auction;
    let outcome = with_auction(id, auctions, uow, |auction, uow| {
        let now = uow.now();
        let bidders = match auction.lets_cancel(&command.by, &command.reason, now) {
            true => auctions.bidders(id, uow)?,
            false => Vec::new(),
        };
        Ok(auction.cancel(&command.by, &command.reason, bidders, now))
    })?;
    if let (Ok(()), CancelledBy::Staff(staff)) = (&outcome, &command.by) {
        let reason = command.reason.trim();
        audit::record(staff, "auctions.cancel", &id.to_string(), reason, uow)?;
    }
    Ok(outcome)
}

/// Offers the lot to the next bidder, and sets the timer that ends the offer.
pub(crate) fn offer_second_chance(
    command: &OfferSecondChance,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<Decided<SecondChance>, Failure> {
    let auction = command.auction;
    with_auction(auction, auctions, uow, |lot, uow| {
        let offered = lot.offer_second_chance(command.because, uow.now());
        if offered.is_ok()
            && let Some((number, due_at)) = lot.offer_due_at()
        {
            uow.schedule(due_at, &SecondChanceDue { auction, number })?;
        }
        Ok(offered)
    })
}

/// Takes the answer to a second chance.
pub(crate) fn answer_second_chance(
    command: &AnswerSecondChance,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<Decided<()>, Failure> {
    with_auction(command.auction, auctions, uow, |auction, _| {
        Ok(auction.answer_second_chance(command))
    })
}

/// Answers the timer of a second chance. One that was answered, or followed by another, is left alone.
pub(crate) fn expire_second_chance(
    timer: &SecondChanceDue,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<Decided<()>, Failure> {
    with_auction(timer.auction, auctions, uow, |lot, uow| {
        if let Some(due_at) = lot.expire_second_chance(timer.number, uow.now()) {
            uow.schedule(due_at, timer)?;
        }
        Ok(Ok(()))
    })
}
