//! Read models in SQL. Lists go on after a key, on an index, so that a later page costs what the first does.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use foundation::database::MultiBackend;
use foundation::{Failure, Money, Reader};
use uuid::Uuid;

use super::log_export::{
    newest_seen, read_auction_of_log, read_first_end, read_head, read_lines_of_log,
};
use super::part_rows::{BidRow, OPEN, OfferRow};
use super::rows::AuctionRow;
use crate::application::{AuctionQueries, AuctionView, BidView, LogExport, Page, SecondChanceView};
use crate::domain::{AuctionState, BuyersPremium, Line, LotGoods};
use crate::ids::{AuctionId, BidId, BidderId, SaleId, SellerId};
use crate::schema::{
    auctions_auctions as auctions, auctions_bids as bids, auctions_goods as goods,
    auctions_offers as offers, auctions_sales as sales,
};

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
        let row: Option<AuctionRow> = auctions::table
            .find(id)
            .select(AuctionRow::as_select())
            .first(reader.connection())
            .optional()?;
        let Some(row) = row else {
            return Ok(None);
        };
        let log_hash = read_head(&row, reader)?;
        let view = row.into_view(reader.now())?;
        Ok(Some(AuctionView {
            log_hash,
            goods: self.goods_of(id, reader)?,
            ..view
        }))
    }

    fn goods_of(&self, id: AuctionId, reader: &mut Reader) -> Result<Option<LotGoods>, Failure> {
        let row: Option<(String, i64)> = goods::table
            .find(id)
            .select((goods::sku, goods::quantity))
            .first(reader.connection())
            .optional()?;
        let found = row.map(|(sku, quantity)| LotGoods::parse(&sku, quantity));
        found.transpose().map_err(Failure::damaged)
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
        views(rows, reader)
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
        newest_first(list.into_boxed(), page, reader)
    }

    fn of_seller(
        &self,
        seller: SellerId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure> {
        let list = auctions::table.filter(auctions::seller.eq(seller));
        newest_first(list.into_boxed(), page, reader)
    }

    fn of_sale(
        &self,
        sale: SaleId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<AuctionView>, Failure> {
        let list = auctions::table.filter(auctions::sale.eq(sale));
        newest_first(list.into_boxed(), page, reader)
    }

    fn bids_of(
        &self,
        auction: AuctionId,
        page: Page,
        reader: &mut Reader,
    ) -> Result<Vec<BidView>, Failure> {
        let of_lot = bids::table
            .filter(bids::auction.eq(auction))
            .filter(bids::number.is_not_null());
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

    fn maximum_of(
        &self,
        auction: AuctionId,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Option<Money>, Failure> {
        let own: Option<BidRow> = bids::table
            .filter(bids::auction.eq(auction).and(bids::bidder.eq(bidder)))
            .filter(bids::withdrawn_at.is_null())
            .order(bids::amount_minor.desc())
            .select(BidRow::as_select())
            .first(reader.connection())
            .optional()?;
        own.map(BidRow::into_maximum).transpose()
    }

    fn maxima_of(
        &self,
        auctions: &[AuctionId],
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<HashMap<AuctionId, Money>, Failure> {
        let own: Vec<(AuctionId, String, Option<i64>)> = bids::table
            .filter(bids::auction.eq_any(auctions).and(bids::bidder.eq(bidder)))
            .filter(bids::withdrawn_at.is_null())
            .group_by((bids::auction, bids::currency))
            .select((bids::auction, bids::currency, max(bids::amount_minor)))
            .load(reader.connection())?;
        let maxima = own.into_iter().map(|(auction, currency, highest)| {
            let money = Money::try_from((highest.unwrap_or_default(), currency));
            Ok((auction, money.map_err(Failure::damaged)?))
        });
        maxima.collect()
    }

    fn first_end(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<DateTime<Utc>>, Failure> {
        read_first_end(auction, reader)
    }

    fn reserve_of(
        &self,
        auction: AuctionId,
        seller: SellerId,
        reader: &mut Reader,
    ) -> Result<Option<Money>, Failure> {
        let own: Option<AuctionRow> = auctions::table
            .find(auction)
            .filter(auctions::seller.eq(seller))
            .select(AuctionRow::as_select())
            .first(reader.connection())
            .optional()?;
        own.map_or(Ok(None), |row| row.into_reserve())
    }

    fn buyers_premium(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<BuyersPremium>, Failure> {
        let of_sale: Option<i64> = sales::table
            .inner_join(auctions::table.on(auctions::sale.eq(sales::id.nullable())))
            .filter(auctions::id.eq(auction))
            .select(sales::buyers_premium_basis_points)
            .first(reader.connection())
            .optional()?;
        let premium = of_sale.map(BuyersPremium::from_basis_points);
        premium.transpose().map_err(Failure::damaged)
    }

    fn second_chance(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<SecondChanceView>, Failure> {
        let of_lot = (auctions::title, auctions::currency);
        let newest: Option<(OfferRow, (String, String))> = offers::table
            .inner_join(auctions::table)
            .filter(offers::auction.eq(auction))
            .order(offers::number.desc())
            .select((OfferRow::as_select(), of_lot))
            .first(reader.connection())
            .optional()?;
        newest.map(|(offer, lot)| offer.into_view(lot)).transpose()
    }

    fn open_second_chances(
        &self,
        bidder: BidderId,
        reader: &mut Reader,
    ) -> Result<Vec<SecondChanceView>, Failure> {
        let now = reader.now().naive_utc();
        let of_lot = (auctions::title, auctions::currency);
        let open: Vec<(OfferRow, (String, String))> = offers::table
            .inner_join(auctions::table)
            .filter(offers::bidder.eq(bidder).and(offers::state.eq(OPEN)))
            .filter(offers::expires_at.gt(now))
            .order((offers::expires_at, offers::auction))
            .select((OfferRow::as_select(), of_lot))
            .load(reader.connection())?;
        let views = open.into_iter().map(|(offer, lot)| offer.into_view(lot));
        views.collect()
    }

    fn auction_of_log(
        &self,
        auction: AuctionId,
        reader: &mut Reader,
    ) -> Result<Option<AuctionState>, Failure> {
        read_auction_of_log(auction, reader)
    }

    fn newest_line_seen(
        &self,
        auction: &AuctionState,
        reader: &mut Reader,
    ) -> Result<i64, Failure> {
        newest_seen(auction.id, auction.lot.last_number, reader)
    }

    fn lines_of_log(
        &self,
        export: &LogExport,
        at_most: usize,
        reader: &mut Reader,
    ) -> Result<Vec<Line>, Failure> {
        read_lines_of_log(export, at_most, reader)
    }
}

type AuctionList<'q> = auctions::BoxedQuery<'q, MultiBackend>;

fn views(rows: Vec<AuctionRow>, reader: &Reader) -> Result<Vec<AuctionView>, Failure> {
    let now = reader.now();
    rows.into_iter().map(|row| row.into_view(now)).collect()
}

fn newest_first(
    mut list: AuctionList<'_>,
    page: Page,
    reader: &mut Reader,
) -> Result<Vec<AuctionView>, Failure> {
    let connection = reader.connection();
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
    views(rows, reader)
}
