//! The aggregate: one lot under the hammer.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::{Failure, Money, to_microseconds};

use super::announcements;
use super::bid::{Bid, Withdrawal};
use super::commands::{BeginAuction, CancelledBy, LowerReserve, Withdrawn, WithdrawnBy};
use super::log::{BeginEntry, Board, Entry, EntryCommand, Line, LogHead};
use super::lot::Lot;
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
    pub(super) state: AuctionState,
    pub(super) changes: Changes,
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

    /// Whether bids would be withdrawn, as far as those that it is about can tell: they tell it when it is
    /// refused. Nothing is written down.
    pub(crate) fn lets_withdraw(
        &self,
        concerned: &[Bid],
        by: &WithdrawnBy,
        now: DateTime<Utc>,
    ) -> bool {
        let bids = match by {
            WithdrawnBy::Bidder(bidder) => Ok(Chosen::OwnOf(*bidder)),
            WithdrawnBy::Staff { bids, reason, .. } => checked_reason(reason)
                .and_then(|_| lines_of(concerned, bids))
                .map(Chosen::Lines),
        };
        let history = concerned;
        bids.is_ok_and(|bids| self.would_do(&Command::Withdraw { bids, history }, now))
    }

    /// Takes bids back and recomputes the standing from those that remain. `history` holds every bid on
    /// this lot, or those that the withdrawal is about when it is refused.
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

    /// Whether the lot would be taken off. Nothing is written down.
    pub(crate) fn lets_cancel(&self, by: &CancelledBy, reason: &str, now: DateTime<Utc>) -> bool {
        let seller = by.seller();
        checked_reason(reason).is_ok() && self.would_do(&Command::Cancel { seller }, now)
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
        let seller = by.seller();
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
            .map_err(|refusal| Failure::Defect(format!("a due lot does not end: {refusal}")))?;
        let told = announcements::ended(&self.state);
        self.changes.events.push(told);
        Ok(())
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
        changes.events.retain(|event| {
            !matches!(event, AuctionEvent::BidderOverbid(overbid) if standing.is_led_by(overbid.bidder))
        });
        changes
    }

    fn would_do(&self, command: &Command<'_>, at: DateTime<Utc>) -> bool {
        decide(&self.state.lot, command, self.state.log.length + 1, at).is_ok()
    }

    /// Has the rules decide, and writes the line. Hands back the lot as it was, with the withdrawn lines.
    pub(super) fn carry_out(
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

    pub(super) fn money(&self, minor_units: i64) -> Money {
        self.state.lot.terms.money(minor_units)
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
