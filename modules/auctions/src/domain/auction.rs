//! The aggregate: one lot under the hammer.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::{Money, to_microseconds};

use super::announcements;
use super::bid::{Bid, Withdrawal};
use super::commands::{
    AnswerSecondChance, BeginAuction, Bought, BuyNow, CancelledBy, LowerReserve, PlaceBid,
    SecondChance, SecondChanceReason, Verdict, Withdrawn, WithdrawnBy,
};
use super::log::{BeginEntry, Board, EarlierBid, Entry, EntryCommand, Line, LogHead};
use super::lot::{Lot, Offer};
use super::lot_text::{AuctionTitle, LotDescription, one_line};
use super::refusals::{BeginAuctionError, CommandError, EndAuctionError, Refusal};
use super::rules::{Chosen, Command, Decision, decide};
use super::secrecy::LotSecret;
use super::terms::{Reserve, Terms};
use crate::events::AuctionEvent;
use crate::ids::{AuctionId, BidId, BidderId, SaleId};

/// Longer than any auction lasts; the databases do not keep every year that a request can name.
const LONGEST: TimeDelta = TimeDelta::days(3653);

/// One lot under the hammer, from its beginning to its end.
///
/// The rules decide every command from the lot alone, which holds the two best bidders: bidding never reads
/// earlier bids, and only a withdrawal is handed the history. Each command, accepted or refused, becomes a
/// line of the log. What happened is recorded, for the repository to write down.
#[derive(Debug)]
pub(crate) struct Auction {
    state: AuctionState,
    changes: Changes,
}

/// What is kept of an auction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuctionState {
    pub(crate) id: AuctionId,
    /// Counts the times it was saved; zero before the first.
    pub(crate) version: i64,
    pub(crate) title: AuctionTitle,
    pub(crate) description: LotDescription,
    pub(crate) sale: Option<SaleId>,
    pub(crate) lot: Lot,
    pub(crate) log: LogHead,
}

/// What happened to an auction since it was loaded.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) bids: Vec<Bid>,
    pub(crate) withdrawals: Vec<Withdrawal>,
    pub(crate) lines: Vec<Line>,
    pub(crate) events: Vec<AuctionEvent>,
    /// Whether the second chances changed.
    pub(crate) offers: bool,
}

impl Auction {
    /// Puts a lot up for bids.
    pub(crate) fn begin(
        command: BeginAuction,
        secret: LotSecret,
        now: DateTime<Utc>,
    ) -> Result<Self, BeginAuctionError> {
        let opens_at = to_microseconds(command.terms.opens_at.unwrap_or(now));
        let ends_at = to_microseconds(command.ends_at);
        if ends_at <= now {
            return Err(BeginAuctionError::EndingInThePast);
        }
        if ends_at - now > LONGEST {
            return Err(BeginAuctionError::EndingTooFarAway);
        }
        if opens_at < now {
            return Err(BeginAuctionError::OpeningInThePast);
        }
        if opens_at >= ends_at {
            return Err(BeginAuctionError::OpeningAfterTheEnd);
        }
        let terms = Terms::try_new(command.starting_price, &command.terms)?;
        let reserve = command.terms.reserve.map(|price| Reserve {
            price: price.minor_units(),
            since: 1,
        });
        let mut lot = Lot::open(command.seller, terms, reserve, opens_at, ends_at);
        let soft_close = command.terms.soft_close();
        lot.latest_end = soft_close.and_then(|soft_close| Some(ends_at + soft_close.cap()?));
        let mut auction = Self::restore(AuctionState {
            id: command.auction,
            version: 0,
            title: command.title,
            description: command.description,
            sale: command.terms.sale,
            lot,
            log: LogHead::new(secret),
        });
        let told = EntryCommand::Begin(BeginEntry::tell(&auction.state));
        let amount = reserve.map(|reserve| reserve.price);
        auction.write_line((told, amount), now, None, None);
        let began = announcements::began(&auction.state);
        auction.changes.events.push(began);
        Ok(auction)
    }

    /// Takes an auction up where it was left.
    pub(crate) fn restore(state: AuctionState) -> Self {
        Self {
            state,
            changes: Changes::default(),
        }
    }

    /// Considers a bid of somebody who may bid in the lot's sale, or may not. One that is too low is
    /// answered and changes nothing.
    pub(crate) fn place_bid(
        &mut self,
        bid: &PlaceBid,
        admitted: bool,
    ) -> Result<Verdict, CommandError> {
        let maximum = bid.amount.in_currency(self.state.lot.terms.currency())?;
        let arrived_at = to_microseconds(bid.arrived_at);
        let command = Command::Bid {
            bidder: bid.bidder,
            maximum,
            admitted,
        };
        let key = bid.key.as_ref().map(|key| key.as_str().to_owned());
        let key = key.map(|key| (bid.bidder, key));
        match self.carry_out(&command, arrived_at, key) {
            Ok(before) => {
                self.record_bid(&before.lot, bid.bidder, maximum, arrived_at);
                Ok(self.verdict(None, bid.bidder))
            }
            Err(Refusal::TooLow) => Ok(self.verdict(Some(Refusal::TooLow), bid.bidder)),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Answers a bid again that was decided before: with the same answer, or not at all if it is another bid.
    pub(crate) fn answer_again(
        &self,
        bid: &PlaceBid,
        earlier: &EarlierBid,
    ) -> Result<Verdict, CommandError> {
        if bid.amount.in_currency(self.state.lot.terms.currency())? != earlier.amount {
            return Err(CommandError::KeyReused);
        }
        let Entry { refused, board, .. } = &earlier.entry;
        if let Some(refusal) = refused.filter(|refusal| *refusal != Refusal::TooLow) {
            return Err(refusal.into());
        }
        let bidder = self.state.log.secret.pseudonym(bid.bidder.uuid());
        Ok(Verdict {
            accepted: refused.is_none(),
            is_winner: refused.is_none() && board.leader == Some(bidder),
            current_price: self.money(board.price),
            minimum_next: self.money(board.minimum_next),
            sequence: board.number,
            ends_at: board.ends_at,
        })
    }

    /// When the newest second chance may be taken as expired.
    pub(crate) fn offer_due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.state.lot.offers.last()?.expiry_due_at())
    }

    /// Sells the lot at once.
    pub(crate) fn buy_now(
        &mut self,
        command: &BuyNow,
        admitted: bool,
    ) -> Result<Bought, CommandError> {
        let bidder = command.bidder;
        let arrived_at = to_microseconds(command.arrived_at);
        let before = self.carry_out(&Command::BuyNow { bidder, admitted }, arrived_at, None)?;
        let price = self.state.lot.standing.price;
        self.record_bid(&before.lot, bidder, price, arrived_at);
        Ok(Bought {
            price: self.money(price),
        })
    }

    /// Takes bids back and recomputes the standing from those that remain. `history` holds every bid on
    /// this lot.
    pub(crate) fn withdraw_bids(
        &mut self,
        history: &[Bid],
        by: WithdrawnBy,
        now: DateTime<Utc>,
    ) -> Result<Withdrawn, CommandError> {
        let (bids, by_staff) = match by {
            WithdrawnBy::Bidder(bidder) => (Chosen::OwnOf(bidder), None),
            WithdrawnBy::Staff {
                bids,
                staff,
                reason,
            } => {
                let reason = checked_reason(&reason)?;
                (
                    Chosen::Lines(lines_of(history, &bids)?),
                    Some((staff, reason)),
                )
            }
        };
        let done = self.carry_out(&Command::Withdraw { bids, history }, now, None)?;
        let withdrawn = |bid: &&Bid| done.withdrawn.contains(&bid.line);
        let gone: Vec<&Bid> = history.iter().filter(withdrawn).collect();
        let bids: Vec<BidId> = gone.iter().map(|bid| bid.id).collect();
        let reason = by_staff.as_ref().map(|(_, reason)| reason.clone());
        let told = announcements::withdrawn(&done.lot, &self.state, &gone, reason);
        self.changes.events.push(told);
        self.changes.withdrawals.push(Withdrawal {
            bids: bids.clone(),
            at: now,
            by_staff,
        });
        Ok(Withdrawn {
            bids,
            current_price: self.money(self.state.lot.standing.price),
            minimum_next: self.money(self.state.lot.minimum_next()),
        })
    }

    /// Lowers the reserve.
    pub(crate) fn lower_reserve(
        &mut self,
        command: &LowerReserve,
        now: DateTime<Utc>,
    ) -> Result<(), CommandError> {
        let expected = self.state.lot.terms.currency();
        if command.reserve.currency() != expected {
            return Err(CommandError::WrongCurrency { expected });
        }
        let lower = Command::LowerReserve {
            seller: command.seller,
            reserve: command.reserve.minor_units(),
        };
        self.carry_out(&lower, now, None)?;
        Ok(())
    }

    /// Takes the lot off. `bidders` are all who have bid on it.
    pub(crate) fn cancel(
        &mut self,
        by: &CancelledBy,
        reason: &str,
        bidders: Vec<BidderId>,
        now: DateTime<Utc>,
    ) -> Result<(), CommandError> {
        let reason = checked_reason(reason)?;
        let seller = match by {
            CancelledBy::Seller(seller) => Some(*seller),
            CancelledBy::Staff(_) => None,
        };
        self.carry_out(&Command::Cancel { seller }, now, None)?;
        let told = announcements::cancelled(&self.state, bidders, reason);
        self.changes.events.push(told);
        Ok(())
    }

    /// Lets the hammer fall, once. An attempt that comes too early or too late leaves no line.
    pub(crate) fn end(&mut self, now: DateTime<Utc>) -> Result<(), EndAuctionError> {
        if self.state.lot.ending.is_some() {
            return Err(EndAuctionError::AlreadyEnded);
        }
        let due_at = self.closing_due_at();
        if now < due_at {
            return Err(EndAuctionError::NotDueYet { due_at });
        }
        self.carry_out(&Command::End, now, None)
            .map_err(|_| EndAuctionError::NotDueYet { due_at })?;
        let told = announcements::ended(&self.state);
        self.changes.events.push(told);
        Ok(())
    }

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

    /// Closes a second chance that nobody answered in time; one that was answered is left alone. Says when
    /// to look again if it is too early.
    pub(crate) fn expire_second_chance(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let due_at = self.state.lot.offers.last()?.expiry_due_at();
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

    /// The earliest moment at which the hammer may fall.
    pub(crate) fn closing_due_at(&self) -> DateTime<Utc> {
        self.state.lot.closing_due_at()
    }

    /// What is to be kept.
    pub(crate) fn state(&self) -> &AuctionState {
        &self.state
    }

    /// Whether there is anything to keep.
    pub(crate) fn is_changed(&self) -> bool {
        !self.changes.lines.is_empty()
    }

    /// Hands the changes over to the repository, which has saved them under the next version. Whoever was
    /// overbid and leads again before anybody could see it is not told.
    pub(crate) fn take_changes(&mut self) -> Changes {
        self.state.version += 1;
        let mut changes = std::mem::take(&mut self.changes);
        let standing = &self.state.lot.standing;
        changes.events.retain(|event| match event {
            AuctionEvent::BidderOverbid(overbid) => !standing.is_led_by(overbid.bidder),
            _ => true,
        });
        changes
    }

    /// Has the rules decide, and writes the line. Hands back the lot as it was, with the withdrawn lines.
    fn carry_out(
        &mut self,
        command: &Command<'_>,
        at: DateTime<Utc>,
        key: Option<(BidderId, String)>,
    ) -> Result<Decision, Refusal> {
        let line = self.state.log.length + 1;
        let told = EntryCommand::tell(command, line, &self.state.log.secret);
        match decide(&self.state.lot, command, line, at) {
            Ok(mut decision) => {
                self.changes.offers |= decision.lot.offers != self.state.lot.offers;
                std::mem::swap(&mut self.state.lot, &mut decision.lot);
                self.write_line(told, at, None, key);
                Ok(decision)
            }
            Err(refusal) => {
                self.write_line(told, at, Some(refusal), key);
                Err(refusal)
            }
        }
    }

    fn write_line(
        &mut self,
        (command, amount): (EntryCommand, Option<i64>),
        at: DateTime<Utc>,
        refused: Option<Refusal>,
        key: Option<(BidderId, String)>,
    ) {
        let log = &mut self.state.log;
        let secret = log.secret;
        let entry = Entry {
            line: log.length + 1,
            at,
            command,
            refused,
            board: Board::of(&self.state.lot, |bidder| secret.pseudonym(bidder.uuid())),
        };
        let (text, hash) = log.append(&entry);
        self.changes.lines.push(Line {
            line: entry.line,
            entry: text,
            hash,
            amount,
            key,
        });
    }

    fn record_bid(
        &mut self,
        before: &Lot,
        bidder: BidderId,
        maximum: i64,
        arrived_at: DateTime<Utc>,
    ) {
        let lot = &self.state.lot;
        let counts = lot.last_number > before.last_number;
        self.changes.bids.push(Bid {
            id: BidId::generate(),
            line: self.state.log.length,
            number: counts.then_some(lot.last_number),
            bidder,
            maximum,
            price: lot.standing.price,
            placed_at: arrived_at,
            withdrawn: false,
        });
        let told = announcements::bid(before, &self.state);
        self.changes.events.extend(told);
    }

    fn tell_of_offer(&mut self) {
        let told = announcements::answered(&self.state, self.newest_offer());
        self.changes.events.extend(told);
    }

    fn newest_offer(&self) -> &Offer {
        let newest = self.state.lot.offers.last();
        newest.expect("the rules have just accepted something about it")
    }

    fn money(&self, minor_units: i64) -> Money {
        self.state.lot.terms.money(minor_units)
    }

    fn verdict(&self, refused: Option<Refusal>, bidder: BidderId) -> Verdict {
        let lot = &self.state.lot;
        Verdict {
            accepted: refused.is_none(),
            is_winner: refused.is_none() && lot.standing.is_led_by(bidder),
            current_price: self.money(lot.standing.price),
            minimum_next: self.money(lot.minimum_next()),
            sequence: lot.last_number,
            ends_at: lot.ends_at,
        }
    }
}

fn checked_reason(reason: &str) -> Result<String, CommandError> {
    one_line("a reason", 500, reason).map_err(CommandError::BadReason)
}

fn lines_of(history: &[Bid], bids: &[BidId]) -> Result<Vec<i64>, CommandError> {
    let line = |id: &BidId| {
        let bid = history.iter().find(|bid| bid.id == *id);
        bid.map(|bid| bid.line).ok_or(CommandError::UnknownBid(*id))
    };
    bids.iter().map(line).collect()
}
