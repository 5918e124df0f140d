//! The log of a lot: every command with what came of it, each line bound to the one before by its hash.
//!
//! While the lot runs, amounts stand in it as salted hashes and persons under pseudonyms; after the end the
//! amounts are told with their salts. The names of fields and variants here are part of the format.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::auction::AuctionState;
use super::lot::{EndResult, Lot, OfferState};
use super::refusals::Refusal;
use super::rules::{Chosen, Command};
use super::secrecy::{LotSecret, commitment};
use super::terms::Bidding;
use crate::ids::{AuctionId, BidderId};

/// What every line's hash begins with: the hash of the line before, or zeros.
pub(crate) type LineHash = [u8; 32];

/// How far the log has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogHead {
    pub(crate) length: i64,
    pub(crate) hash: LineHash,
    pub(crate) secret: LotSecret,
}

/// A line as the database keeps it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) line: i64,
    /// The entry as JSON: exactly what was hashed.
    pub(crate) entry: String,
    pub(crate) hash: LineHash,
    /// The amount that the entry only commits to, in minor units.
    pub(crate) amount: Option<i64>,
    /// For a bid with an idempotency key: whose it is, and the key.
    pub(crate) key: Option<(BidderId, String)>,
}

/// Without the amount.
impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line")
            .field("line", &self.line)
            .field("entry", &self.entry)
            .finish_non_exhaustive()
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Counted from 1.
    pub(crate) line: i64,
    /// When the command arrived.
    pub(crate) at: DateTime<Utc>,
    pub(crate) command: EntryCommand,
    /// Why the command was refused, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Refusal>,
    pub(crate) board: Board,
}

/// A command as the log tells it: persons under their pseudonyms, amounts as commitments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum EntryCommand {
    Begin(BeginEntry),
    Bid {
        bidder: Uuid,
        maximum: String,
        admitted: bool,
    },
    BuyNow {
        bidder: Uuid,
        admitted: bool,
    },
    Withdraw {
        bidder: Uuid,
    },
    WithdrawByStaff {
        lines: Vec<i64>,
    },
    LowerReserve {
        seller: Uuid,
        reserve: String,
    },
    CancelBySeller {
        seller: Uuid,
    },
    CancelByStaff,
    End,
    OfferSecondChance {
        unpaid: bool,
    },
    AnswerSecondChance {
        bidder: Uuid,
        accepts: bool,
    },
    ExpireSecondChance,
}

/// The terms of the lot, as its first line tells them; amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginEntry {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) seller: Uuid,
    pub(crate) bidding: Bidding,
    pub(crate) currency: String,
    pub(crate) starting_price: i64,
    pub(crate) increments: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reserve: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) buy_now: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) window_seconds: Option<i64>,
    pub(crate) opens_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) latest_end: Option<DateTime<Utc>>,
}

/// What everybody can see after a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Board {
    pub(crate) price: i64,
    pub(crate) minimum_next: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) leader: Option<Uuid>,
    /// Bids that count.
    pub(crate) bids: i64,
    /// The number of the newest bid.
    pub(crate) number: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reserve_met: Option<bool>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) state: BoardState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) offer: Option<OfferEntry>,
}

/// Where a lot is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BoardState {
    Running,
    Sold,
    Unsold,
    Cancelled,
}

/// The newest second chance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferEntry {
    pub(crate) bidder: Uuid,
    pub(crate) price: i64,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) state: OfferState,
}

impl LogHead {
    /// An empty log.
    pub(crate) fn new(secret: LotSecret) -> Self {
        Self {
            length: 0,
            hash: [0; 32],
            secret,
        }
    }

    /// Appends a line; the caller keeps it.
    pub(crate) fn append(&mut self, entry: &Entry) -> (String, LineHash) {
        let text = serde_json::to_string(entry).expect("an entry is plain data");
        self.length = entry.line;
        self.hash = chain(&self.hash, &text);
        (text, self.hash)
    }
}

/// The hash of a line that follows another.
pub(crate) fn chain(before: &LineHash, entry: &str) -> LineHash {
    let hash = Sha256::new().chain_update(before);
    hash.chain_update(entry).finalize().into()
}

impl EntryCommand {
    /// How the log tells the command; and the amount that it only commits to.
    pub(crate) fn tell(
        command: &Command<'_>,
        line: i64,
        secret: &LotSecret,
    ) -> (Self, Option<i64>) {
        let person = |id: Uuid| secret.pseudonym(id);
        let committed = |amount: i64| commitment(&secret.salt(line), amount);
        let told = match command {
            Command::Bid {
                bidder,
                maximum,
                admitted,
            } => Self::Bid {
                bidder: person(bidder.uuid()),
                maximum: committed(*maximum),
                admitted: *admitted,
            },
            Command::LowerReserve { seller, reserve } => Self::LowerReserve {
                seller: person(seller.uuid()),
                reserve: committed(*reserve),
            },
            Command::BuyNow { bidder, admitted } => Self::BuyNow {
                bidder: person(bidder.uuid()),
                admitted: *admitted,
            },
            Command::Withdraw {
                bids: Chosen::OwnOf(bidder),
                ..
            } => Self::Withdraw {
                bidder: person(bidder.uuid()),
            },
            Command::Withdraw {
                bids: Chosen::Lines(lines),
                ..
            } => Self::WithdrawByStaff {
                lines: lines.clone(),
            },
            Command::Cancel {
                seller: Some(seller),
            } => Self::CancelBySeller {
                seller: person(seller.uuid()),
            },
            Command::Cancel { seller: None } => Self::CancelByStaff,
            Command::End => Self::End,
            Command::OfferSecondChance { unpaid } => Self::OfferSecondChance { unpaid: *unpaid },
            Command::AnswerSecondChance { bidder, accepts } => Self::AnswerSecondChance {
                bidder: person(bidder.uuid()),
                accepts: *accepts,
            },
            Command::ExpireSecondChance => Self::ExpireSecondChance,
        };
        (told, command.secret_amount())
    }
}

impl BeginEntry {
    /// How the log tells the terms of a lot that begins with its first line.
    pub(crate) fn tell(auction: &AuctionState) -> Self {
        let (lot, secret) = (&auction.lot, &auction.log.secret);
        let committed = |price: i64| commitment(&secret.salt(1), price);
        Self {
            auction: auction.id,
            title: auction.title.as_str().to_owned(),
            seller: secret.pseudonym(lot.seller.uuid()),
            bidding: lot.terms.bidding,
            currency: lot.terms.currency().code().to_owned(),
            starting_price: lot.terms.starting_price,
            increments: lot.terms.increments.to_text(),
            reserve: lot.reserve.map(|reserve| committed(reserve.price)),
            buy_now: lot.terms.buy_now,
            window_seconds: lot.terms.window.map(|window| window.num_seconds()),
            opens_at: lot.opens_at,
            ends_at: lot.ends_at,
            latest_end: lot.latest_end,
        }
    }
}

impl Board {
    /// What everybody can see of the lot, with persons under the names that `person` gives them.
    pub(crate) fn of(lot: &Lot, person: impl Fn(BidderId) -> Uuid) -> Self {
        let offer = lot.offers.last().map(|offer| OfferEntry {
            bidder: person(offer.bidder),
            price: offer.price,
            expires_at: offer.expires_at,
            state: offer.state,
        });
        Self {
            price: lot.standing.price,
            minimum_next: lot.minimum_next(),
            leader: lot.standing.leader.map(|leader| person(leader.bidder)),
            bids: lot.bids,
            number: lot.last_number,
            reserve_met: lot.reserve_met(),
            ends_at: lot.ends_at,
            state: match lot.ending.map(|ending| ending.result) {
                None => BoardState::Running,
                Some(EndResult::Sold) => BoardState::Sold,
                Some(EndResult::Unsold) => BoardState::Unsold,
                Some(EndResult::Cancelled) => BoardState::Cancelled,
            },
            offer,
        }
    }
}

/// A bid that was decided before, found by its idempotency key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EarlierBid {
    /// What was bid, in minor units.
    pub(crate) amount: i64,
    pub(crate) entry: Entry,
}

/// Without the amount.
impl std::fmt::Debug for EarlierBid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EarlierBid")
            .field("entry", &self.entry)
            .finish_non_exhaustive()
    }
}

impl EarlierBid {
    /// Reads the line that decided it.
    pub(crate) fn parse(entry: &str, amount: i64) -> serde_json::Result<Self> {
        let entry = serde_json::from_str(entry)?;
        Ok(Self { amount, entry })
    }
}

/// When the lot was to end, as the first line of its log says; nothing if it is another line.
pub(crate) fn first_end(entry: &str) -> serde_json::Result<Option<DateTime<Utc>>> {
    let entry: Entry = serde_json::from_str(entry)?;
    Ok(match entry.command {
        EntryCommand::Begin(begin) => Some(begin.ends_at),
        EntryCommand::Bid { .. }
        | EntryCommand::BuyNow { .. }
        | EntryCommand::Withdraw { .. }
        | EntryCommand::WithdrawByStaff { .. }
        | EntryCommand::LowerReserve { .. }
        | EntryCommand::CancelBySeller { .. }
        | EntryCommand::CancelByStaff
        | EntryCommand::End
        | EntryCommand::OfferSecondChance { .. }
        | EntryCommand::AnswerSecondChance { .. }
        | EntryCommand::ExpireSecondChance => None,
    })
}
