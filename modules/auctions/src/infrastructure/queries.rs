//! Read models in SQL. Lists go on after a key, on an index, so that a later page costs what the first does.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use foundation::database::{Connection, MultiBackend};
use foundation::{Failure, Reader};
use uuid::Uuid;

use super::rows::{AuctionRow, BidRow};
use crate::application::{AuctionQueries, AuctionView, BidView, Page};
use crate::ids::{AuctionId, BidId, BidderId, SellerId};
use crate::schema::{auctions_auctions as auctions, auctions_bids as bids};

/// Reads auctions from the database.
pub(crate) struct DieselAuctionQueries;

/// Where a page begins in its list.
pub(super) enum Start<K> {
    AtTheTop,
    After(K),
    /// The entry that the page should follow does not exist.
    Nowhere,
}

impl<K> Start<K> {
    /// Looks up what the list is ordered by for the entry that the page follows.
    pub(super) fn of(
        page: Page,
        look_up: impl FnOnce(Uuid) -> QueryResult<K>,
    ) -> Result<Self, Failure> {
        let Some(after) = page.after else {
            return Ok(Self::AtTheTop);
        };
        Ok(match look_up(after).optional()? {
            Some(key) => Self::After(key),
            None => Self::Nowhere,
        })
    }
}

impl AuctionQueries for DieselAuctionQueries {
    fn single(&self, id: AuctionId, reader: &mut Reader) -> Result<Option<AuctionView>, Failure> {
        let row = auctions::table
            .find(id)
            .select(AuctionRow::as_select())
            .first(reader.connection())
            .optional()?;
        row.map(AuctionRow::into_view).transpose()
    }

    fn active(&self, page: Page, reader: &mut Reader) -> Result<Vec<AuctionView>, Failure> {
        let now = reader.now().naive_utc();
        let connection = reader.connection();
        let mut list = auctions::table
            .filter(auctions::status.eq("RUNNING"))
            .filter(auctions::ends_at.gt(now))
            .into_boxed();
        let ends_at = |id: Uuid| {
            let entry = auctions::table.find(AuctionId::from(id));
            let key = (auctions::ends_at, auctions::id);
            entry
                .select(key)
                .first::<(NaiveDateTime, AuctionId)>(connection)
        };
        match Start::of(page, ends_at)? {
            Start::AtTheTop => {}
            Start::Nowhere => return Ok(Vec::new()),
            Start::After((ends_at, id)) => {
                let later = auctions::ends_at.gt(ends_at);
                let same = auctions::ends_at.eq(ends_at).and(auctions::id.gt(id));
                list = list.filter(later.or(same));
            }
        }
        let rows = list
            .order((auctions::ends_at, auctions::id))
            .limit(page.size())
            .select(AuctionRow::as_select())
            .load(reader.connection())?;
        rows.into_iter().map(AuctionRow::into_view).collect()
    }

    fn of_bidder(
        &self,
        bidder: BidderId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure> {
        let bid_in = bids::table
            .filter(bids::bidder.eq(bidder))
            .select(bids::auction);
        let list = auctions::table.filter(auctions::id.eq_any(bid_in));
        newest_first(list.into_boxed(), page, reader.connection())
    }

    fn of_seller(
        &self,
        seller: SellerId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure> {
        let list = auctions::table.filter(auctions::seller.eq(seller));
        newest_first(list.into_boxed(), page, reader.connection())
    }

    fn bids_of(
        &self,
        auction: AuctionId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<BidView>, Failure> {
        let of_lot = bids::table.filter(bids::auction.eq(auction));
        let mut list = of_lot.into_boxed();
        let sequence = |id: Uuid| {
            let entry = of_lot.filter(bids::id.eq(BidId::from(id)));
            entry
                .select(bids::sequence)
                .first::<i64>(reader.connection())
        };
        match Start::of(page, sequence)? {
            Start::AtTheTop => {}
            Start::Nowhere => return Ok(Vec::new()),
            Start::After(sequence) => list = list.filter(bids::sequence.lt(sequence)),
        }
        let rows = list
            .order(bids::sequence.desc())
            .limit(page.size())
            .select(BidRow::as_select())
            .load(reader.connection())?;
        rows.into_iter().map(BidRow::into_view).collect()
    }
}

type AuctionList<'q> = auctions::BoxedQuery<'q, MultiBackend>;

fn newest_first(
    mut list: AuctionList<'_>,
    page: Page,
    connection: &mut Connection,
) -> Result<Vec<AuctionView>, Failure> {
    let began_at = |id: Uuid| {
        let entry = auctions::table.find(AuctionId::from(id));
        let key = (auctions::began_at, auctions::id);
        entry
            .select(key)
            .first::<(NaiveDateTime, AuctionId)>(connection)
    };
    match Start::of(page, began_at)? {
        Start::AtTheTop => {}
        Start::Nowhere => return Ok(Vec::new()),
        Start::After((began_at, id)) => {
            let earlier = auctions::began_at.lt(began_at);
            let same = auctions::began_at.eq(began_at).and(auctions::id.lt(id));
            list = list.filter(earlier.or(same));
        }
    }
    let rows = list
        .order((auctions::began_at.desc(), auctions::id.desc()))
        .limit(page.size())
        .select(AuctionRow::as_select())
        .load(connection)?;
    rows.into_iter().map(AuctionRow::into_view).collect()
}
