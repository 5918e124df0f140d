//! Checks a lot's log from what was exported alone.

use chrono::{DateTime, Datelike, Utc};
use foundation::{Currency, Money};
use uuid::Uuid;

use super::bid::Bid;
use super::increments::Increments;
use super::log::{BeginEntry, Board, BoardState, Entry, EntryCommand, LineHash, chain};
use super::lot::{Lot, OfferState};
use super::lot_log::{ExportedLine, LotLog, Opening};
use super::refusals::Refusal;
use super::rules::{Chosen, Command, decide};
use super::secrecy::{commitment, hex};
use super::soft_close::SoftClose;
use super::terms::{Reserve, Terms};
use crate::ids::{AuctionId, BidId, BidderId, SellerId};

/// No lot lasts longer; times beyond could not be added to.
const LAST_YEAR: i32 = 9_999;

/// What the log proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedLot {
    /// The lot.
    pub auction: AuctionId,
    /// What it is called.
    pub title: String,
    /// How many lines were checked.
    pub lines: usize,
    /// The hash of the newest line.
    pub head: String,
    /// The price.
    pub price: Money,
    /// Who leads or led, under the pseudonym of this log.
    pub leader: Option<Uuid>,
    /// Who bought the lot: the leader if it was sold, or who accepted a second chance. Nobody once the house
    /// has written down that this buyer did not pay.
    pub winner: Option<Uuid>,
    /// Where the lot is in its life: running, sold, unsold or cancelled.
    pub state: &'static str,
    /// Bids that count.
    pub bids: i64,
    /// Every end that the soft close gave the lot after the first one.
    pub extensions: Vec<DateTime<Utc>>,
    /// From this moment on, bids were too late.
    pub ends_at: DateTime<Utc>,
}

/// Where a log is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BrokenLog {
    /// The place in the file, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: Break,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// The file has no lines.
    #[error("the log is empty")]
    Empty,
    /// The log of a running lot shows no entries.
    #[error("the entry is not told: logs can be verified once their lot has ended")]
    NotTold,
    /// A line is missing or out of order.
    #[error("this is line {found} of the log; a line is missing or out of order")]
    OutOfOrder {
        /// The number that the entry has.
        found: i64,
    },
    /// The entry or a line before it was changed.
    #[error("the hash does not fit: this line or the one before was changed")]
    Hash,
    /// The amount is not the one committed to.
    #[error("the amount is not the one that was committed to")]
    Amount,
    /// A time is out of all bounds.
    #[error("a time is beyond the year {LAST_YEAR}")]
    Time,
    /// The heading names another lot than the first line.
    #[error("the heading names another lot than the first line")]
    Heading,
    /// The terms of the lot cannot be read.
    #[error("the terms of the lot are damaged: {0}")]
    Terms(String),
    /// The heading names a newest line that is not there.
    #[error("the log ends here, but its newest line has the hash {0}")]
    CutOff(String),
    /// The first line alone begins a lot.
    #[error("only the first line begins the lot")]
    Beginning,
    /// The rules lead to something else.
    #[error("by the rules it must say {expected}")]
    Deviation {
        /// What the rules lead to, as JSON.
        expected: String,
    },
}

/// Recomputes the whole auction from its log.
pub fn verify_log(log: &LotLog) -> Result<VerifiedLot, BrokenLog> {
    let mut replay = Replay::default();
    for (index, line) in log.lines.iter().enumerate() {
        replay.take(index, line).map_err(|what| BrokenLog {
            line: index + 1,
            what,
        })?;
        if let Some(EntryCommand::Begin(begin)) = line.entry.as_ref().map(|entry| &entry.command)
            && (begin.auction, &begin.title) != (log.auction, &log.title)
        {
            let what = Break::Heading;
            return Err(BrokenLog { line: 1, what });
        }
    }
    let Some(lot) = replay.lot else {
        return Err(BrokenLog {
            line: 1,
            what: Break::Empty,
        });
    };
    if log.head != hex(&replay.head) {
        return Err(BrokenLog {
            line: log.lines.len() + 1,
            what: Break::CutOff(log.head.clone()),
        });
    }
    let board = Board::of(&lot, BidderId::uuid);
    Ok(VerifiedLot {
        auction: log.auction,
        title: log.title.clone(),
        lines: log.lines.len(),
        head: hex(&replay.head),
        price: lot.terms.money(board.price),
        leader: board.leader,
        winner: buyer(&lot).filter(|_| !replay.unpaid),
        state: match board.state {
            BoardState::Running => "running",
            BoardState::Sold => "sold",
            BoardState::Unsold => "unsold",
            BoardState::Cancelled => "cancelled",
        },
        bids: board.bids,
        extensions: replay.extensions,
        ends_at: board.ends_at,
    })
}

/// Who accepted a second chance, or else won.
fn buyer(lot: &Lot) -> Option<Uuid> {
    let newest = lot.offers.last();
    let accepted = newest.filter(|offer| offer.state == OfferState::Accepted);
    let buyer = accepted.map(|offer| offer.bidder).or(lot.winner());
    buyer.map(BidderId::uuid)
}

/// The auction as far as it was replayed. Persons are their pseudonyms, which the rules cannot tell from
/// real ones.
#[derive(Default)]
struct Replay {
    lot: Option<Lot>,
    history: Vec<Bid>,
    head: LineHash,
    extensions: Vec<DateTime<Utc>>,
    /// Whether the last buyer did not pay.
    unpaid: bool,
}

impl Replay {
    fn take(&mut self, index: usize, line: &ExportedLine) -> Result<(), Break> {
        let entry = line.entry.as_ref().ok_or(Break::NotTold)?;
        if entry.at.year() > LAST_YEAR || entry.board.ends_at.year() > LAST_YEAR {
            return Err(Break::Time);
        }
        if usize::try_from(entry.line) != Ok(index + 1) {
            return Err(Break::OutOfOrder { found: entry.line });
        }
        let text = serde_json::to_string(entry).expect("an entry is plain data");
        self.head = chain(&self.head, &text);
        if line.hash != hex(&self.head) {
            return Err(Break::Hash);
        }
        let told = self.replay(entry, line.opening.as_ref())?;
        if (told.0, &told.1) != (entry.refused, &entry.board) {
            let expected = serde_json::to_string(&told).expect("a board is plain data");
            return Err(Break::Deviation { expected });
        }
        Ok(())
    }

    fn replay(
        &mut self,
        entry: &Entry,
        opening: Option<&Opening>,
    ) -> Result<(Option<Refusal>, Board), Break> {
        if let EntryCommand::Begin(begin) = &entry.command {
            if self.lot.is_some() {
                return Err(Break::Beginning);
            }
            let lot = open(begin, opening)?;
            let board = Board::of(&lot, BidderId::uuid);
            self.lot = Some(lot);
            return Ok((None, board));
        }
        let lot = self.lot.as_mut().ok_or(Break::Beginning)?;
        let command = command(&entry.command, opening, &self.history)?;
        let bid = if let Command::Bid {
            bidder, maximum, ..
        } = command
        {
            Some((bidder, maximum))
        } else {
            None
        };
        let decided = decide(lot, &command, entry.line, entry.at);
        let refused = decided.as_ref().err().copied();
        if let Ok(decision) = decided {
            if decision.lot.ends_at > lot.ends_at {
                self.extensions.push(decision.lot.ends_at);
            }
            let numbered = decision.lot.last_number > lot.last_number;
            *lot = decision.lot;
            for line in decision.withdrawn {
                let gone = self.history.iter_mut().filter(|bid| bid.line == line);
                gone.for_each(|bid| bid.withdrawn = true);
            }
            if let Some((bidder, maximum)) = bid {
                self.history.push(Bid {
                    id: BidId::from(Uuid::nil()),
                    line: entry.line,
                    number: numbered.then_some(lot.last_number),
                    bidder,
                    maximum,
                    price: lot.standing.price,
                    placed_at: entry.at,
                    withdrawn: false,
                });
            }
        }
        let board = Board::of(lot, BidderId::uuid);
        self.note_payment(&entry.command, refused);
        Ok((refused, board))
    }

    /// The log tells that a buyer did not pay by what the house asked for then, also when nobody else could be
    /// asked.
    fn note_payment(&mut self, told: &EntryCommand, refused: Option<Refusal>) {
        if let EntryCommand::OfferSecondChance { unpaid: true } = told {
            self.unpaid |= match refused {
                None => true,
                Some(why) => matches!(why, Refusal::NobodyToOffer | Refusal::BelowReserve),
            };
        } else if let EntryCommand::AnswerSecondChance { accepts: true, .. } = told {
            self.unpaid &= refused.is_some();
        }
    }
}

/// The amount behind a commitment.
fn opened(committed: &str, opening: Option<&Opening>) -> Result<i64, Break> {
    let opening = opening.ok_or(Break::NotTold)?;
    if commitment(&opening.salt, opening.amount) != committed {
        return Err(Break::Amount);
    }
    Ok(opening.amount)
}

fn open(begin: &BeginEntry, opening: Option<&Opening>) -> Result<Lot, Break> {
    let damaged = |error: &dyn std::fmt::Display| Break::Terms(error.to_string());
    let currency = Currency::parse(&begin.currency).map_err(|error| damaged(&error))?;
    let increments = Increments::from_text(currency, &begin.increments);
    let reserve = begin.reserve.as_deref();
    let reserve = reserve.map(|committed| opened(committed, opening));
    let reserve = reserve
        .transpose()?
        .map(|price| Reserve { price, since: 1 });
    let window = begin.window_seconds;
    let window = window.map(|seconds| SoftClose::try_new(seconds, None));
    let window = window.transpose().map_err(|error| damaged(&error))?;
    let terms = Terms {
        bidding: begin.bidding,
        starting_price: begin.starting_price,
        increments: increments.map_err(|error| damaged(&error))?,
        buy_now: begin.buy_now,
        window: window.map(|soft_close| soft_close.window()),
    };
    let price = reserve.map(|reserve| reserve.price);
    terms.check(price).map_err(|error| damaged(&error))?;
    let seller = SellerId::from(begin.seller);
    let mut lot = Lot::open(seller, terms, reserve, begin.opens_at, begin.ends_at);
    lot.latest_end = begin.latest_end;
    Ok(lot)
}

fn command<'h>(
    told: &EntryCommand,
    opening: Option<&Opening>,
    history: &'h [Bid],
) -> Result<Command<'h>, Break> {
    Ok(match told {
        EntryCommand::Begin(_) => return Err(Break::Beginning),
        EntryCommand::Bid {
            bidder,
            maximum,
            admitted,
        } => Command::Bid {
            bidder: BidderId::from(*bidder),
            maximum: opened(maximum, opening)?,
            admitted: *admitted,
        },
        EntryCommand::BuyNow { bidder, admitted } => Command::BuyNow {
            bidder: BidderId::from(*bidder),
            admitted: *admitted,
        },
        EntryCommand::Withdraw { bidder } => Command::Withdraw {
            bids: Chosen::OwnOf(BidderId::from(*bidder)),
            history,
        },
        EntryCommand::WithdrawByStaff { lines } => Command::Withdraw {
            bids: Chosen::Lines(lines.clone()),
            history,
        },
        EntryCommand::LowerReserve { seller, reserve } => Command::LowerReserve {
            seller: SellerId::from(*seller),
            reserve: opened(reserve, opening)?,
        },
        EntryCommand::CancelBySeller { seller } => Command::Cancel {
            seller: Some(SellerId::from(*seller)),
        },
        EntryCommand::CancelByStaff => Command::Cancel { seller: None },
        EntryCommand::End => Command::End,
        EntryCommand::OfferSecondChance { unpaid } => {
            Command::OfferSecondChance { unpaid: *unpaid }
        }
        EntryCommand::AnswerSecondChance { bidder, accepts } => Command::AnswerSecondChance {
            bidder: BidderId::from(*bidder),
            accepts: *accepts,
        },
        EntryCommand::ExpireSecondChance => Command::ExpireSecondChance,
    })
}
