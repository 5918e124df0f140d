//! The rows of what belongs to an auction: bids, lines of the log, second chances.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use foundation::database::{Connection, Moment};
use foundation::{Failure, Money, insert_all};

use crate::application::{BidView, SecondChanceView};
use crate::domain::{Bid, Line, Offer, OfferState};
use crate::ids::{AuctionId, BidId, BidderId};
use crate::schema::{auctions_bids, auctions_log, auctions_offers};

pub(super) const OPEN: &str = "OPEN";
const ACCEPTED: &str = "ACCEPTED";
const DECLINED: &str = "DECLINED";
const EXPIRED: &str = "EXPIRED";

/// A new row of `auctions_bids`.
#[derive(Insertable)]
#[diesel(table_name = auctions_bids, treat_none_as_default_value = false)]
pub(super) struct NewBidRow {
    id: BidId,
    auction: AuctionId,
    sequence: i64,
    bidder: BidderId,
    amount_minor: i64,
    currency: &'static str,
    placed_at: NaiveDateTime,
    number: Option<i64>,
    price_minor: i64,
}

impl NewBidRow {
    pub(super) fn new(auction: AuctionId, currency: &'static str, bid: &Bid) -> Self {
        Self {
            id: bid.id,
            auction,
            sequence: bid.line,
            bidder: bid.bidder,
            amount_minor: bid.maximum,
            currency,
            placed_at: bid.placed_at.naive_utc(),
            number: bid.number,
            price_minor: bid.price,
        }
    }
}

/// Inserts all bids at once.
pub(super) fn insert_bids(rows: &[NewBidRow], connection: &mut Connection) -> QueryResult<usize> {
    insert_all!(
        connection,
        auctions_bids {
            id,
            auction,
            sequence,
            bidder,
            amount_minor,
            currency,
            placed_at,
            number,
            price_minor,
        },
        rows
    )
}

/// Inserts all lines at once.
pub(super) fn insert_lines(rows: &[LineRow], connection: &mut Connection) -> QueryResult<usize> {
    insert_all!(
        connection,
        auctions_log {
            auction,
            line,
            entry,
            hash,
            amount_minor,
            bidder,
            idempotency_key,
        },
        rows
    )
}

/// A row of `auctions_bids`, without what only staff may know.
#[derive(Queryable, Selectable)]
#[diesel(table_name = auctions_bids)]
pub(super) struct BidRow {
    id: BidId,
    sequence: i64,
    bidder: BidderId,
    amount_minor: i64,
    currency: String,
    #[diesel(deserialize_as = Moment)]
    placed_at: DateTime<Utc>,
    withdrawn_at: Option<NaiveDateTime>,
    number: Option<i64>,
    price_minor: i64,
}

impl BidRow {
    /// The bid as the domain knows it.
    pub(super) fn into_bid(self) -> Bid {
        Bid {
            id: self.id,
            line: self.sequence,
            number: self.number,
            bidder: self.bidder,
            maximum: self.amount_minor,
            price: self.price_minor,
            placed_at: self.placed_at,
            withdrawn: self.withdrawn_at.is_some(),
        }
    }

    /// The read model: the price that the bid left, never the maximum behind it.
    pub(super) fn into_view(self) -> Result<BidView, Failure> {
        Ok(BidView {
            id: self.id,
            sequence: self.number.unwrap_or_default(),
            bidder: self.bidder,
            amount: Money::try_from((self.price_minor, self.currency)).map_err(Failure::damaged)?,
            placed_at: self.placed_at,
            withdrawn_at: self.withdrawn_at.map(|at| at.and_utc()),
        })
    }
}

impl BidRow {
    /// What was bid: for the bidder alone.
    pub(super) fn into_maximum(self) -> Result<Money, Failure> {
        Money::try_from((self.amount_minor, self.currency)).map_err(Failure::damaged)
    }
}

/// A row of `auctions_log`.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = auctions_log, treat_none_as_default_value = false)]
pub(super) struct LineRow {
    pub(super) auction: AuctionId,
    pub(super) line: i64,
    pub(super) entry: String,
    pub(super) hash: Vec<u8>,
    pub(super) amount_minor: Option<i64>,
    pub(super) bidder: Option<BidderId>,
    pub(super) idempotency_key: Option<String>,
}

impl LineRow {
    pub(super) fn new(auction: AuctionId, line: Line) -> Self {
        let (bidder, idempotency_key) = line.key.unzip();
        Self {
            auction,
            line: line.line,
            entry: line.entry,
            hash: line.hash.to_vec(),
            amount_minor: line.amount,
            bidder,
            idempotency_key,
        }
    }
}

impl LineRow {
    /// The line as the domain knows it; a hash of another length would not fit its chain anyway.
    pub(super) fn into_line(self) -> Line {
        Line {
            line: self.line,
            entry: self.entry,
            hash: self.hash.try_into().unwrap_or_default(),
            amount: self.amount_minor,
            key: self.bidder.zip(self.idempotency_key),
        }
    }
}

/// A row of `auctions_offers`.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = auctions_offers)]
pub(super) struct OfferRow {
    pub(super) auction: AuctionId,
    number: i64,
    bidder: BidderId,
    price_minor: i64,
    made_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    state: String,
}

impl OfferRow {
    pub(super) fn new(auction: AuctionId, index: usize, offer: &Offer) -> Self {
        let state = match offer.state {
            OfferState::Open => OPEN,
            OfferState::Accepted => ACCEPTED,
            OfferState::Declined => DECLINED,
            OfferState::Expired => EXPIRED,
        };
        Self {
            auction,
            number: i64::try_from(index).expect("offers are few") + 1,
            bidder: offer.bidder,
            price_minor: offer.price,
            made_at: offer.made_at.naive_utc(),
            expires_at: offer.expires_at.naive_utc(),
            state: state.to_owned(),
        }
    }

    /// The read model.
    pub(super) fn into_view(
        self,
        (title, currency): (String, String),
    ) -> Result<SecondChanceView, Failure> {
        let auction = self.auction;
        let offer = self.into_offer()?;
        Ok(SecondChanceView {
            auction,
            title,
            bidder: offer.bidder,
            price: Money::try_from((offer.price, currency)).map_err(Failure::damaged)?,
            expires_at: offer.expires_at,
            state: offer.state,
        })
    }

    pub(super) fn into_offer(self) -> Result<Offer, Failure> {
        Ok(Offer {
            bidder: self.bidder,
            price: self.price_minor,
            made_at: self.made_at.and_utc(),
            expires_at: self.expires_at.and_utc(),
            state: match self.state.as_str() {
                OPEN => OfferState::Open,
                ACCEPTED => OfferState::Accepted,
                DECLINED => OfferState::Declined,
                EXPIRED => OfferState::Expired,
                other => return Err(Failure::damaged(format!("'{other}' is no offer's state"))),
            },
        })
    }
}
