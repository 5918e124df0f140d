//! The rows of `auctions_auctions` and `auctions_bids`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Failure, Money, MoneyError};

use crate::application::{AuctionStatus, AuctionView, BidView};
use crate::domain::{AuctionState, AuctionTitle, Bid, Ending, LotDescription, Standing, Terms};
use crate::ids::{AuctionId, BidId, BidderId, SellerId};
use crate::schema::{auctions_auctions, auctions_bids};

const RUNNING: &str = "RUNNING";
const SOLD: &str = "SOLD";
const UNSOLD: &str = "UNSOLD";

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
    ended_at: Option<chrono::NaiveDateTime>,
    status: String,
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
    ends_at: chrono::NaiveDateTime,
    ended_at: Option<chrono::NaiveDateTime>,
    status: &'static str,
}

impl AuctionProgress {
    /// What becomes of the row when this state is saved under the next version.
    pub(super) fn next(state: &AuctionState) -> Self {
        Self {
            version: state.version + 1,
            price_minor: state.standing.price.minor_units(),
            leader: state.standing.leader,
            bids: state.bids,
            last_sequence: state.last_sequence,
            ends_at: state.ends_at.naive_utc(),
            ended_at: state.ending.map(|ending| ending.at.naive_utc()),
            status: status_text(state),
        }
    }
}

fn status_text(state: &AuctionState) -> &'static str {
    match state.ending {
        None => RUNNING,
        Some(Ending { sold: true, .. }) => SOLD,
        Some(Ending { sold: false, .. }) => UNSOLD,
    }
}

impl AuctionRow {
    /// The row of an auction that is saved for the first time.
    pub(super) fn new(state: &AuctionState) -> Self {
        Self {
            id: state.id,
            version: state.version + 1,
            seller: state.seller,
            title: state.title.as_str().to_owned(),
            description: state.description.as_str().to_owned(),
            currency: state.terms.starting_price().currency().code().to_owned(),
            starting_price_minor: state.terms.starting_price().minor_units(),
            increment_minor: state.terms.increment().minor_units(),
            price_minor: state.standing.price.minor_units(),
            leader: state.standing.leader,
            bids: state.bids,
            last_sequence: state.last_sequence,
            began_at: state.began_at,
            ends_at: state.ends_at,
            ended_at: state.ending.map(|ending| ending.at.naive_utc()),
            status: status_text(state).to_owned(),
        }
    }

    /// The aggregate's state; what the domain would never have let in is refused.
    pub(super) fn into_state(self) -> Result<AuctionState, Failure> {
        let terms = self.terms()?;
        let standing = self.standing(&terms)?;
        let sold = self.status()? == AuctionStatus::Sold;
        Ok(AuctionState {
            id: self.id,
            version: self.version,
            seller: self.seller,
            title: AuctionTitle::parse(&self.title).map_err(Failure::damaged)?,
            description: LotDescription::parse(&self.description).map_err(Failure::damaged)?,
            terms,
            standing,
            bids: self.bids,
            last_sequence: self.last_sequence,
            began_at: self.began_at,
            ends_at: self.ends_at,
            ending: self.ended_at.map(|at| Ending {
                at: at.and_utc(),
                sold,
            }),
        })
    }

    /// The read model.
    pub(super) fn into_view(self) -> Result<AuctionView, Failure> {
        let terms = self.terms()?;
        let standing = self.standing(&terms)?;
        let status = self.status()?;
        Ok(AuctionView {
            id: self.id,
            seller: self.seller,
            title: self.title,
            description: self.description,
            starting_price: terms.starting_price(),
            current_price: standing.price,
            minimum_next: standing.minimum_next(&terms),
            leader: standing.leader,
            bids: self.bids,
            began_at: self.began_at,
            ends_at: self.ends_at,
            ended_at: self.ended_at.map(|at| at.and_utc()),
            status,
        })
    }

    fn terms(&self) -> Result<Terms, Failure> {
        let starting_price = self.money(self.starting_price_minor)?;
        let increment = self.money(self.increment_minor)?;
        Terms::try_new(starting_price, Some(increment)).map_err(Failure::damaged)
    }

    fn standing(&self, terms: &Terms) -> Result<Standing, Failure> {
        let price = self.money(self.price_minor)?;
        if !terms.leave_room_above(price) {
            return Err(Failure::damaged(MoneyError::TooLarge));
        }
        Ok(Standing {
            leader: self.leader,
            price,
        })
    }

    fn status(&self) -> Result<AuctionStatus, Failure> {
        match self.status.as_str() {
            RUNNING => Ok(AuctionStatus::Running),
            SOLD => Ok(AuctionStatus::Sold),
            UNSOLD => Ok(AuctionStatus::Unsold),
            other => Err(Failure::damaged(format!("'{other}' is no status"))),
        }
    }

    fn money(&self, minor_units: i64) -> Result<Money, Failure> {
        Money::try_from((minor_units, self.currency.clone())).map_err(Failure::damaged)
    }
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
    withdrawn_at: Option<chrono::NaiveDateTime>,
}

impl BidRow {
    /// The bid as the domain knows it.
    pub(super) fn into_bid(self) -> Result<Bid, Failure> {
        let view = self.into_view()?;
        Ok(Bid {
            id: view.id,
            sequence: view.sequence,
            bidder: view.bidder,
            amount: view.amount,
            placed_at: view.placed_at,
            withdrawn: view.withdrawn_at.is_some(),
        })
    }

    /// The read model.
    pub(super) fn into_view(self) -> Result<BidView, Failure> {
        Ok(BidView {
            id: self.id,
            sequence: self.sequence,
            bidder: self.bidder,
            amount: Money::try_from((self.amount_minor, self.currency))
                .map_err(Failure::damaged)?,
            placed_at: self.placed_at,
            withdrawn_at: self.withdrawn_at.map(|at| at.and_utc()),
        })
    }
}
