//! What the auction room can be asked to do, and what it answers.

use chrono::{DateTime, Utc};
use foundation::{Currency, Money};

use super::lot_text::{AuctionTitle, LotDescription};
use super::refusals::CommandError;
use super::terms::LotTerms;
use crate::ids::{AuctionId, BidId, BidderId, SellerId};

/// Puts a lot up for bids.
#[derive(Debug, Clone)]
pub struct BeginAuction {
    /// The id of the new auction, chosen by the caller so that a repeated command is recognised.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// What the lot is called.
    pub title: AuctionTitle,
    /// What is said about it.
    pub description: LotDescription,
    /// The least first bid. Its currency is the lot's.
    pub starting_price: Money,
    /// From this moment on, bids are too late.
    pub ends_at: DateTime<Utc>,
    /// Everything else.
    pub terms: LotTerms,
}

/// Bids on a lot. With proxy bidding the amount is the bidder's maximum.
#[derive(Debug, Clone)]
pub struct PlaceBid {
    /// The auction.
    pub auction: AuctionId,
    /// Who bids.
    pub bidder: BidderId,
    /// How much.
    pub amount: BidAmount,
    /// When the server received the bid, stamped once: this decides whether it is in time.
    pub arrived_at: DateTime<Utc>,
    /// Makes a repetition of this bid harmless: it gets the first one's answer.
    pub key: Option<IdempotencyKey>,
}

/// An amount, of which the currency may be left to the lot.
#[derive(Clone, PartialEq, Eq)]
pub enum BidAmount {
    /// An amount with its currency.
    Money(Money),
    /// A plain decimal in the lot's currency.
    InLotCurrency(String),
}

/// Without the amount: with proxy bidding it is the bidder's secret.
impl std::fmt::Debug for BidAmount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BidAmount")
    }
}

impl From<Money> for BidAmount {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

impl BidAmount {
    /// The amount in minor units of the lot's currency.
    pub(crate) fn in_currency(&self, expected: Currency) -> Result<i64, CommandError> {
        match self {
            Self::Money(money) if money.currency() == expected => Ok(money.minor_units()),
            Self::Money(_) => Err(CommandError::WrongCurrency { expected }),
            Self::InLotCurrency(amount) => Money::parse(expected, amount)
                .map(Money::minor_units)
                .map_err(CommandError::BadAmount),
        }
    }
}

/// What a client sends with a bid so that its repetition is recognised: 1 to 100 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// The key is empty, overlong, or has other than visible ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 1 to 100 visible ASCII characters")]
pub struct InvalidIdempotencyKey;

impl IdempotencyKey {
    /// Checks a key.
    pub fn parse(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (1..=100).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidIdempotencyKey)
        }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What became of a bid. One that is too low was not accepted and has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the bid stands.
    pub accepted: bool,
    /// Whether this bid makes the bidder lead. With proxy bidding an accepted bid may be outbid at once by
    /// the leader's maximum.
    pub is_winner: bool,
    /// The price, as this bid leaves it.
    pub current_price: Money,
    /// The least next bid of anybody but the leader.
    pub minimum_next: Money,
    /// How many bids the lot has ever seen, this one included when it counts. Of two answers about one
    /// lot, the greater number is the newer one.
    pub sequence: i64,
    /// From this moment on, bids are too late. A late bid may have moved it.
    pub ends_at: DateTime<Utc>,
}

/// Buys a lot at once.
#[derive(Debug, Clone)]
pub struct BuyNow {
    /// The auction.
    pub auction: AuctionId,
    /// Who buys.
    pub bidder: BidderId,
    /// When the server received the command, stamped once.
    pub arrived_at: DateTime<Utc>,
}

/// A lot was bought at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought {
    /// The price.
    pub price: Money,
}

/// Takes bids back.
#[derive(Debug, Clone)]
pub struct WithdrawBids {
    /// The auction.
    pub auction: AuctionId,
    /// Who withdraws, and what.
    pub by: WithdrawnBy,
}

/// Who withdraws bids.
#[derive(Debug, Clone)]
pub enum WithdrawnBy {
    /// The bidder: all of their bids while more than twelve hours are left, later only the latest.
    Bidder(BidderId),
    /// Staff: any bids.
    Staff {
        /// The bids.
        bids: Vec<BidId>,
        /// Who of the staff.
        staff: String,
        /// Why, in up to 500 characters: those affected are told.
        reason: String,
    },
}

/// What became of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// The bids that no longer count.
    pub bids: Vec<BidId>,
    /// The price as recomputed from the bids that remain.
    pub current_price: Money,
    /// The least next bid.
    pub minimum_next: Money,
}

/// Lowers the reserve. It never makes an earlier bid win by itself: only a bid placed afterwards can meet
/// the new reserve.
#[derive(Clone)]
pub struct LowerReserve {
    /// The auction.
    pub auction: AuctionId,
    /// Who sells.
    pub seller: SellerId,
    /// The new reserve.
    pub reserve: Money,
}

/// Without the reserve.
impl std::fmt::Debug for LowerReserve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LowerReserve")
            .field("auction", &self.auction)
            .field("seller", &self.seller)
            .finish_non_exhaustive()
    }
}

/// Takes a lot off before its end.
#[derive(Debug, Clone)]
pub struct CancelAuction {
    /// The auction.
    pub auction: AuctionId,
    /// Who cancels.
    pub by: CancelledBy,
    /// Why, in up to 500 characters: the bidders are told.
    pub reason: String,
}

/// Who cancels a lot.
#[derive(Debug, Clone)]
pub enum CancelledBy {
    /// The seller, before the first bid.
    Seller(SellerId),
    /// Staff, always.
    Staff(String),
}

impl CancelledBy {
    pub(crate) fn seller(&self) -> Option<SellerId> {
        match self {
            Self::Seller(seller) => Some(*seller),
            Self::Staff(_) => None,
        }
    }
}

/// Lets the hammer fall on a lot that is due.
#[derive(Debug, Clone)]
pub struct EndAuction {
    /// The auction.
    pub auction: AuctionId,
}

/// Offers a lot to the next bidder at their own highest bid. It is open for 48 hours and binds nobody until
/// it is accepted.
#[derive(Debug, Clone)]
pub struct OfferSecondChance {
    /// The auction.
    pub auction: AuctionId,
    /// Why the lot is free.
    pub because: SecondChanceReason,
}

/// Why a lot is free to be offered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondChanceReason {
    /// It was sold, but not paid.
    NotPaid,
    /// It did not reach its reserve.
    NotSold,
}

/// What was offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondChance {
    /// To whom.
    pub bidder: BidderId,
    /// For how much.
    pub price: Money,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Answers a second chance.
#[derive(Debug, Clone)]
pub struct AnswerSecondChance {
    /// The auction.
    pub auction: AuctionId,
    /// Who was asked.
    pub bidder: BidderId,
    /// Whether the bidder buys.
    pub accepts: bool,
    /// When the server received the answer, stamped once.
    pub arrived_at: DateTime<Utc>,
}
