//! The row of an auction.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use foundation::database::{Connection, Moment};
use foundation::{Currency, Failure, Money, update_all};

use crate::application::{AuctionStatus, AuctionView};
use crate::domain::{
    Auction, AuctionState, AuctionTitle, Bidding, EndResult, Ending, Increments, LineHash, LogHead,
    Lot, LotDescription, LotSecret, Place, Reserve, Standing, Terms,
};
use crate::ids::{AuctionId, BidderId, SaleId, SellerId};
use crate::schema::auctions_auctions;

const RUNNING: &str = "RUNNING";
const SOLD: &str = "SOLD";
/// Also of a cancelled lot, which a column of its own tells from others.
const UNSOLD: &str = "UNSOLD";
const PLAIN: &str = "PLAIN";
const PROXY: &str = "PROXY";

/// A row of `auctions_auctions`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = auctions_auctions, treat_none_as_default_value = false)]
pub(super) struct AuctionRow {
    id: AuctionId,
    version: i64,
    seller: SellerId,
    title: String,
    description: String,
    currency: String,
    starting_price_minor: i64,
    increment_minor: i64,
    price_minor: i64,
    leader: Option<BidderId>,
    bids: i64,
    last_sequence: i64,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    began_at: DateTime<Utc>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    ends_at: DateTime<Utc>,
    ended_at: Option<NaiveDateTime>,
    status: String,
    sale: Option<SaleId>,
    bidding: String,
    increments: String,
    reserve_minor: Option<i64>,
    reserve_since: Option<i64>,
    reserve_met: bool,
    buy_now_minor: Option<i64>,
    window_seconds: Option<i64>,
    latest_end: Option<NaiveDateTime>,
    leader_maximum_minor: Option<i64>,
    runner_up: Option<BidderId>,
    runner_up_maximum_minor: Option<i64>,
    cancelled: bool,
    log_length: i64,
    log_hash: Option<Vec<u8>>,
    log_secret: Option<Vec<u8>>,
}

/// The columns that change during an auction.
#[derive(AsChangeset)]
#[diesel(table_name = auctions_auctions, treat_none_as_null = true)]
pub(super) struct AuctionProgress {
    version: i64,
    price_minor: i64,
    leader: Option<BidderId>,
    bids: i64,
    last_sequence: i64,
    ends_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    status: &'static str,
    reserve_minor: Option<i64>,
    reserve_since: Option<i64>,
    reserve_met: bool,
    leader_maximum_minor: Option<i64>,
    runner_up: Option<BidderId>,
    runner_up_maximum_minor: Option<i64>,
    cancelled: bool,
    log_length: i64,
    log_hash: Vec<u8>,
    log_secret: Vec<u8>,
}

impl AuctionProgress {
    /// The row to save, if it still has the version with which the auction was loaded.
    pub(super) fn next_row(auction: &Auction) -> (AuctionId, i64, Self) {
        let state = auction.state();
        (state.id, state.version, Self::next(state))
    }

    /// What becomes of the row when this state is saved under the next version.
    pub(super) fn next(state: &AuctionState) -> Self {
        let lot = &state.lot;
        let Standing {
            leader,
            runner_up,
            price,
            reserve_met,
        } = lot.standing;
        Self {
            version: state.version + 1,
            price_minor: price,
            leader: leader.map(|place| place.bidder),
            bids: lot.bids,
            last_sequence: lot.last_number,
            ends_at: lot.ends_at.naive_utc(),
            ended_at: lot.ending.map(|ending| ending.at.naive_utc()),
            status: status_text(lot),
            reserve_minor: lot.reserve.map(|reserve| reserve.price),
            reserve_since: lot.reserve.map(|reserve| reserve.since),
            reserve_met,
            leader_maximum_minor: leader.map(|place| place.maximum),
            runner_up: runner_up.map(|place| place.bidder),
            runner_up_maximum_minor: runner_up.map(|place| place.maximum),
            cancelled: is_cancelled(lot),
            log_length: state.log.length,
            log_hash: state.log.hash.to_vec(),
            log_secret: state.log.secret.as_bytes().to_vec(),
        }
    }
}

/// Saves all rows at once that are still as they were loaded; says how many those are.
pub(super) fn update_progress(
    rows: &[(AuctionId, i64, AuctionProgress)],
    connection: &mut Connection,
) -> QueryResult<usize> {
    update_all!(
        connection,
        auctions_auctions {
            version,
            price_minor,
            leader,
            bids,
            last_sequence,
            ends_at,
            ended_at,
            status,
            reserve_minor,
            reserve_since,
            reserve_met,
            leader_maximum_minor,
            runner_up,
            runner_up_maximum_minor,
            cancelled,
            log_length,
            log_hash,
            log_secret,
        },
        rows
    )
}

fn status_text(lot: &Lot) -> &'static str {
    match lot.ending.map(|ending| ending.result) {
        None => RUNNING,
        Some(EndResult::Sold) => SOLD,
        Some(EndResult::Unsold | EndResult::Cancelled) => UNSOLD,
    }
}

fn is_cancelled(lot: &Lot) -> bool {
    lot.ending
        .is_some_and(|ending| ending.result == EndResult::Cancelled)
}

impl AuctionRow {
    /// The row of an auction that is saved for the first time.
    pub(super) fn new(state: &AuctionState) -> Self {
        let lot = &state.lot;
        let progress = AuctionProgress::next(state);
        Self {
            id: state.id,
            version: progress.version,
            seller: lot.seller,
            title: state.title.as_str().to_owned(),
            description: state.description.as_str().to_owned(),
            currency: lot.terms.currency().code().to_owned(),
            starting_price_minor: lot.terms.starting_price,
            increment_minor: lot.terms.step(lot.terms.starting_price),
            price_minor: progress.price_minor,
            leader: progress.leader,
            bids: progress.bids,
            last_sequence: progress.last_sequence,
            began_at: lot.opens_at,
            ends_at: lot.ends_at,
            ended_at: progress.ended_at,
            status: progress.status.to_owned(),
            sale: state.sale,
            bidding: match lot.terms.bidding {
                Bidding::Plain => PLAIN.to_owned(),
                Bidding::Proxy => PROXY.to_owned(),
            },
            increments: lot.terms.increments.to_text(),
            reserve_minor: progress.reserve_minor,
            reserve_since: progress.reserve_since,
            reserve_met: progress.reserve_met,
            buy_now_minor: lot.terms.buy_now,
            window_seconds: lot.terms.window.map(|window| window.num_seconds()),
            latest_end: lot.latest_end.map(|end| end.naive_utc()),
            leader_maximum_minor: progress.leader_maximum_minor,
            runner_up: progress.runner_up,
            runner_up_maximum_minor: progress.runner_up_maximum_minor,
            cancelled: progress.cancelled,
            log_length: progress.log_length,
            log_hash: Some(progress.log_hash),
            log_secret: Some(progress.log_secret),
        }
    }

    /// Whether second chances may have been offered.
    pub(super) fn has_ended(&self) -> bool {
        self.ended_at.is_some()
    }

    pub(super) fn id(&self) -> AuctionId {
        self.id
    }

    /// The number of the newest bid that everybody sees.
    pub(super) fn last_number(&self) -> i64 {
        self.last_sequence
    }

    /// The hash of the newest line of the log.
    pub(super) fn log_hash(&self) -> Option<LineHash> {
        self.log_hash.clone()?.try_into().ok()
    }

    /// The aggregate's state, still without second chances; what the domain would never have let in is
    /// refused. A lot from before the log gets a fresh secret, and no other lot costs one.
    pub(super) fn into_state(
        self,
        fresh: impl FnOnce() -> Result<LotSecret, Failure>,
    ) -> Result<AuctionState, Failure> {
        let lot = self.lot()?;
        let bytes = |column: Option<Vec<u8>>| -> Result<Option<[u8; 32]>, Failure> {
            let wrong = |_| Failure::damaged("a hash or secret has not 32 bytes");
            column
                .map(|bytes| bytes.try_into().map_err(wrong))
                .transpose()
        };
        Ok(AuctionState {
            id: self.id,
            version: self.version,
            title: AuctionTitle::parse(&self.title).map_err(Failure::damaged)?,
            description: LotDescription::parse(&self.description).map_err(Failure::damaged)?,
            sale: self.sale,
            lot,
            log: LogHead {
                length: self.log_length,
                hash: bytes(self.log_hash)?.unwrap_or_default(),
                secret: bytes(self.log_secret)?.map_or_else(fresh, |bytes| Ok(bytes.into()))?,
            },
        })
    }

    /// The read model, as it is at the given moment.
    pub(super) fn into_view(self, now: DateTime<Utc>) -> Result<AuctionView, Failure> {
        let lot = self.lot()?;
        let money = |minor_units| lot.terms.money(minor_units);
        Ok(AuctionView {
            id: self.id,
            seller: self.seller,
            sale: self.sale,
            title: self.title,
            description: self.description,
            bidding: lot.terms.bidding,
            starting_price: money(lot.terms.starting_price),
            current_price: money(lot.standing.price),
            minimum_next: money(lot.minimum_next()),
            leader: lot.standing.leader.map(|leader| leader.bidder),
            bids: lot.bids,
            reserve_met: lot.reserve_met(),
            buy_now: lot.buy_now().map(money),
            began_at: lot.opens_at,
            ends_at: lot.ends_at,
            ended_at: lot.ending.map(|ending| ending.at),
            soft_close: lot.terms.window,
            latest_end: lot.latest_end,
            increments: lot.terms.increments.clone(),
            log_hash: None,
            goods: None,
            status: match lot.ending.map(|ending| ending.result) {
                None if now < lot.opens_at => AuctionStatus::Scheduled,
                None => AuctionStatus::Running,
                Some(EndResult::Sold) => AuctionStatus::Sold,
                Some(EndResult::Unsold) => AuctionStatus::Unsold,
                Some(EndResult::Cancelled) => AuctionStatus::Cancelled,
            },
        })
    }

    /// The secret price below which the lot is not sold.
    pub(super) fn into_reserve(self) -> Result<Option<Money>, Failure> {
        let lot = self.lot()?;
        Ok(lot.reserve.map(|reserve| lot.terms.money(reserve.price)))
    }

    fn lot(&self) -> Result<Lot, Failure> {
        let terms = self.terms()?;
        let standing = self.standing(&terms)?;
        let reserve = self.reserve_minor.zip(self.reserve_since);
        Ok(Lot {
            seller: self.seller,
            reserve: reserve.map(|(price, since)| Reserve { price, since }),
            standing,
            bids: self.bids,
            last_number: self.last_sequence,
            opens_at: self.began_at,
            ends_at: self.ends_at,
            latest_end: self.latest_end.map(|end| end.and_utc()),
            ending: self.ending()?,
            offers: Vec::new(),
            terms,
        })
    }

    fn terms(&self) -> Result<Terms, Failure> {
        let currency = Currency::parse(&self.currency).map_err(Failure::damaged)?;
        let increments = match self.increments.as_str() {
            // Written by an instance from before the tables.
            "" => Increments::try_new(currency, Vec::new(), self.increment_minor),
            table => Increments::from_text(currency, table),
        };
        let terms = Terms {
            bidding: match self.bidding.as_str() {
                PLAIN => Bidding::Plain,
                PROXY => Bidding::Proxy,
                other => return Err(Failure::damaged(format!("'{other}' is no bidding"))),
            },
            starting_price: self.starting_price_minor,
            increments: increments.map_err(Failure::damaged)?,
            buy_now: self.buy_now_minor,
            window: self.window_seconds.map(TimeDelta::seconds),
        };
        terms.check(self.reserve_minor).map_err(Failure::damaged)?;
        Ok(terms)
    }

    fn standing(&self, terms: &Terms) -> Result<Standing, Failure> {
        let place = |bidder: Option<BidderId>, maximum: Option<i64>| {
            let (bidder, maximum) = bidder.zip(maximum)?;
            Some(Place { bidder, maximum })
        };
        // An instance from before proxies keeps no maximum: what was bid is the price.
        let maximum = match terms.bidding {
            Bidding::Plain => self.leader_maximum_minor.or(Some(self.price_minor)),
            Bidding::Proxy => self.leader_maximum_minor,
        };
        let leader = place(self.leader, maximum);
        let runner_up = place(self.runner_up, self.runner_up_maximum_minor);
        let highest = leader.map_or(self.price_minor, |leader| leader.maximum);
        let fits = self.leader.is_some() == leader.is_some()
            && (0..=highest).contains(&self.price_minor)
            && terms.leave_room_above(highest);
        if !fits {
            return Err(Failure::damaged("the price does not fit the bids"));
        }
        Ok(Standing {
            leader,
            runner_up,
            price: self.price_minor,
            reserve_met: self.reserve_met,
        })
    }

    fn ending(&self) -> Result<Option<Ending>, Failure> {
        let Some(at) = self.ended_at else {
            return Ok(None);
        };
        let result = match self.status.as_str() {
            SOLD => EndResult::Sold,
            UNSOLD if self.cancelled => EndResult::Cancelled,
            UNSOLD => EndResult::Unsold,
            other => return Err(Failure::damaged(format!("'{other}' is no way to end"))),
        };
        Ok(Some(Ending {
            at: at.and_utc(),
            result,
        }))
    }
}
