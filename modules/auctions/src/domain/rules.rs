//! The rules of the auction room as one pure function, which live bidding, replay and `gavel verify` share.

use chrono::{DateTime, TimeDelta, Utc};

use super::bid::Bid;
use super::lot::{EndResult, Ending, Lot, Offer, OfferState};
use super::refusals::Refusal;
use super::standing::{Place, Standing};
use super::terms::Reserve;
use super::withdrawal::{named_by_staff, open_to_bidder};
use crate::ids::{BidderId, SellerId};

/// How long a second chance is open.
const SECOND_CHANCE: TimeDelta = TimeDelta::hours(48);

/// What somebody asks of a lot. Amounts are in minor units.
///
/// It has no `Debug`, so that nobody writes an amount into a log of the application.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Command<'h> {
    Bid {
        bidder: BidderId,
        maximum: i64,
        /// Whether the bidder may bid in the lot's sale.
        admitted: bool,
    },
    BuyNow {
        bidder: BidderId,
        admitted: bool,
    },
    Withdraw {
        bids: Chosen,
        /// Every bid ever accepted on the lot.
        history: &'h [Bid],
    },
    LowerReserve {
        seller: SellerId,
        reserve: i64,
    },
    /// By the seller, or else by staff.
    Cancel {
        seller: Option<SellerId>,
    },
    End,
    OfferSecondChance {
        /// Whether the lot was sold and not paid; otherwise it was not sold.
        unpaid: bool,
    },
    AnswerSecondChance {
        bidder: BidderId,
        accepts: bool,
    },
    ExpireSecondChance,
}

impl Command<'_> {
    /// The amount that only whoever gives the command knows.
    pub(super) fn secret_amount(&self) -> Option<i64> {
        match self {
            Self::Bid {
                maximum: amount, ..
            }
            | Self::LowerReserve {
                reserve: amount, ..
            } => Some(*amount),
            Self::BuyNow { .. }
            | Self::Withdraw { .. }
            | Self::Cancel { .. }
            | Self::End
            | Self::OfferSecondChance { .. }
            | Self::AnswerSecondChance { .. }
            | Self::ExpireSecondChance => None,
        }
    }
}

/// Bids to be withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// As many of the bidder's own as the bidder may withdraw.
    OwnOf(BidderId),
    /// The bids of these lines, by staff.
    Lines(Vec<i64>),
}

/// What an accepted command leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) lot: Lot,
    /// The lines whose bids no longer count.
    pub(crate) withdrawn: Vec<i64>,
}

/// Decides a command that becomes the given line of the log, at the given moment: of a bid, when it arrived.
pub(crate) fn decide(
    lot: &Lot,
    command: &Command<'_>,
    line: i64,
    at: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let mut after = lot.clone();
    let mut withdrawn = Vec::new();
    match command {
        Command::Bid {
            bidder,
            maximum,
            admitted,
        } => {
            admit(lot, *bidder, *admitted, at)?;
            bid(&mut after, *bidder, *maximum, at)?;
        }
        Command::BuyNow { bidder, admitted } => {
            admit(lot, *bidder, *admitted, at)?;
            buy_now(&mut after, *bidder, at)?;
        }
        Command::Withdraw { bids, history } => {
            withdrawn = withdraw(&mut after, bids, history, at)?;
        }
        Command::LowerReserve { seller, reserve } => {
            lower_reserve(&mut after, *seller, *reserve, line, at)?;
        }
        Command::Cancel { seller } => cancel(&mut after, *seller, at)?,
        Command::End => end(&mut after, at)?,
        Command::OfferSecondChance { unpaid } => offer(&mut after, *unpaid, at)?,
        Command::AnswerSecondChance { bidder, accepts } => {
            answer(&mut after, *bidder, *accepts, at)?;
        }
        Command::ExpireSecondChance => expire(&mut after, at)?,
    }
    Ok(Decision {
        lot: after,
        withdrawn,
    })
}

/// Who may bid or buy now at all.
fn admit(lot: &Lot, bidder: BidderId, admitted: bool, at: DateTime<Utc>) -> Result<(), Refusal> {
    if lot.is_over(at) {
        return Err(Refusal::HasEnded);
    }
    if at < lot.opens_at {
        return Err(Refusal::NotOpenYet);
    }
    if bidder.uuid() == lot.seller.uuid() {
        return Err(Refusal::OwnLot);
    }
    if !admitted {
        return Err(Refusal::NotAdmitted);
    }
    Ok(())
}

fn bid(lot: &mut Lot, bidder: BidderId, maximum: i64, at: DateTime<Utc>) -> Result<(), Refusal> {
    let before = lot.standing;
    if !lot.terms.leave_room_above(maximum) {
        return Err(Refusal::AmountTooLarge);
    }
    if maximum < before.least(&lot.terms, bidder) {
        return Err(Refusal::TooLow);
    }
    lot.standing = before.with_bid(&lot.terms, lot.reserve, bidder, maximum);
    let led_before = before.is_led_by(bidder);
    if led_before && lot.standing.price == before.price {
        return Ok(());
    }
    lot.bids += 1;
    lot.last_number += 1;
    extend(lot, at);
    Ok(())
}

/// Gives a lot that is bid on in its last minutes the whole window again.
fn extend(lot: &mut Lot, arrived_at: DateTime<Utc>) {
    let Some(window) = lot.terms.window else {
        return;
    };
    let wanted = arrived_at + window;
    let end = lot.latest_end.map_or(wanted, |latest| wanted.min(latest));
    lot.ends_at = lot.ends_at.max(end);
}

fn buy_now(lot: &mut Lot, bidder: BidderId, at: DateTime<Utc>) -> Result<(), Refusal> {
    let price = lot.buy_now().ok_or(Refusal::NotForSaleAtOnce)?;
    let others = lot.standing.leader.filter(|leader| leader.bidder != bidder);
    lot.standing = Standing {
        leader: Some(Place {
            bidder,
            maximum: price,
        }),
        runner_up: others.or(lot.standing.runner_up),
        price,
        reserve_met: lot.reserve.is_some(),
    };
    lot.bids += 1;
    lot.last_number += 1;
    lot.ends_at = at;
    lot.ending = Some(Ending {
        at,
        result: EndResult::Sold,
    });
    Ok(())
}

fn withdraw(
    lot: &mut Lot,
    chosen: &Chosen,
    history: &[Bid],
    at: DateTime<Utc>,
) -> Result<Vec<i64>, Refusal> {
    if lot.is_over(at) {
        return Err(Refusal::HasEnded);
    }
    let lines = match chosen {
        Chosen::OwnOf(bidder) => open_to_bidder(history, *bidder, lot.ends_at, at)?,
        Chosen::Lines(lines) => named_by_staff(history, lines)?,
    };
    let (gone, left): (Vec<&Bid>, Vec<&Bid>) =
        history.iter().partition(|bid| lines.contains(&bid.line));
    lot.standing = Standing::from_bids(&lot.terms, lot.reserve, left);
    let counted = gone.iter().filter(|bid| bid.number.is_some()).count();
    lot.bids -= i64::try_from(counted).expect("a history fits the memory");
    Ok(lines)
}

fn lower_reserve(
    lot: &mut Lot,
    seller: SellerId,
    price: i64,
    line: i64,
    at: DateTime<Utc>,
) -> Result<(), Refusal> {
    if seller != lot.seller {
        return Err(Refusal::NotYourLot);
    }
    if lot.is_over(at) {
        return Err(Refusal::HasEnded);
    }
    let reserve = lot.reserve.ok_or(Refusal::NoReserve)?;
    if lot.standing.reserve_met {
        return Err(Refusal::ReserveMet);
    }
    if price >= reserve.price {
        return Err(Refusal::ReserveNotLower);
    }
    if price < lot.terms.starting_price {
        return Err(Refusal::ReserveBelowStart);
    }
    lot.reserve = Some(Reserve { price, since: line });
    Ok(())
}

fn cancel(lot: &mut Lot, seller: Option<SellerId>, at: DateTime<Utc>) -> Result<(), Refusal> {
    if seller.is_some_and(|seller| seller != lot.seller) {
        return Err(Refusal::NotYourLot);
    }
    if lot.is_over(at) {
        return Err(Refusal::HasEnded);
    }
    if seller.is_some() && lot.last_number > 0 {
        return Err(Refusal::HasBids);
    }
    lot.ending = Some(Ending {
        at,
        result: EndResult::Cancelled,
    });
    Ok(())
}

fn end(lot: &mut Lot, at: DateTime<Utc>) -> Result<(), Refusal> {
    if lot.ending.is_some() {
        return Err(Refusal::HasEnded);
    }
    if at < lot.closing_due_at() {
        return Err(Refusal::NotDueYet);
    }
    let sold = lot.standing.leader.is_some() && lot.reserve_met() != Some(false);
    lot.ending = Some(Ending {
        at,
        result: if sold {
            EndResult::Sold
        } else {
            EndResult::Unsold
        },
    });
    Ok(())
}

/// Offers a sold lot that was not paid to the runner-up, and an unsold one to the best bidder: each at the
/// own highest bid, and nobody twice. An unsold lot whose buyer by a second chance does not pay goes on to the
/// next bidder. A lot that reached its reserve is not offered below it because the buyer did not pay; whoever
/// offers one that did not has given the reserve up.
fn offer(lot: &mut Lot, unpaid: bool, at: DateTime<Utc>) -> Result<(), Refusal> {
    let ending = lot.ending.ok_or(Refusal::NotEnded)?;
    let Standing {
        leader, runner_up, ..
    } = lot.standing;
    let newest = lot.offers.last().map(|offer| offer.state);
    let was_accepted = newest == Some(OfferState::Accepted);
    let (candidates, least) = match (ending.result, unpaid) {
        (EndResult::Sold, true) => ([runner_up, None], lot.reserve),
        (EndResult::Unsold, false) => ([leader, runner_up], None),
        (EndResult::Unsold, true) if was_accepted => ([leader, runner_up], None),
        (EndResult::Sold, false) => return Err(Refusal::Sold),
        (EndResult::Unsold | EndResult::Cancelled, _) => return Err(Refusal::NotSold),
    };
    if newest == Some(OfferState::Open) {
        return Err(Refusal::OfferOpen);
    }
    if was_accepted && !unpaid {
        return Err(Refusal::Sold);
    }
    let asked = |place: &Place| lot.offers.iter().any(|offer| offer.bidder == place.bidder);
    let place = candidates.into_iter().flatten().find(|place| !asked(place));
    let place = place.ok_or(Refusal::NobodyToOffer)?;
    if least.is_some_and(|reserve| place.maximum < reserve.price) {
        return Err(Refusal::BelowReserve);
    }
    lot.offers.push(Offer {
        bidder: place.bidder,
        price: place.maximum,
        made_at: at,
        expires_at: at + SECOND_CHANCE,
        state: OfferState::Open,
    });
    Ok(())
}

fn open_offer(lot: &mut Lot) -> Result<&mut Offer, Refusal> {
    let newest = lot.offers.last_mut();
    newest
        .filter(|offer| offer.state == OfferState::Open)
        .ok_or(Refusal::NoOffer)
}

fn answer(
    lot: &mut Lot,
    bidder: BidderId,
    accepts: bool,
    at: DateTime<Utc>,
) -> Result<(), Refusal> {
    let offer = open_offer(lot)?;
    if offer.bidder != bidder {
        return Err(Refusal::NoOffer);
    }
    if at >= offer.expires_at {
        return Err(Refusal::OfferExpired);
    }
    offer.state = if accepts {
        OfferState::Accepted
    } else {
        OfferState::Declined
    };
    Ok(())
}

fn expire(lot: &mut Lot, at: DateTime<Utc>) -> Result<(), Refusal> {
    let offer = open_offer(lot)?;
    if at < offer.expiry_due_at() {
        return Err(Refusal::OfferNotOver);
    }
    offer.state = OfferState::Expired;
    Ok(())
}
