//! The queries.

use auctions::{AuctionId, AuctionView, BidderId, Page, SellerId};
use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{Failure, Reader};
use rstest::rstest;
use uuid::Uuid;

use crate::bench::{Bench, GRACE, a_lot, staff};

/// Walks through a list of lots with pages of two.
fn leaf_through(
    bench: &Bench,
    query: impl Fn(Page, &mut Reader) -> Result<Vec<AuctionView>, Failure>,
) -> Vec<AuctionId> {
    let mut seen = Vec::new();
    let mut page = Page::first(2);
    loop {
        let lots = bench.read(|reader| query(page, reader));
        let Some(last) = lots.last() else {
            return seen;
        };
        assert!(lots.len() <= 2);
        page = page.next(last.id.uuid());
        seen.extend(lots.iter().map(|lot| lot.id));
    }
}

#[rstest]
fn running_lots_are_listed_by_their_end_in_pages(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let mut expected = Vec::new();
    for hours in [5, 3, 3, 3, 1, 4] {
        let mut lot = a_lot(bench.now());
        lot.ends_at = bench.now() + TimeDelta::hours(hours);
        expected.push((lot.ends_at, lot.auction));
        bench.try_begin(lot).unwrap();
    }
    expected.sort();
    let active = |page, reader: &mut Reader| bench.facade.active_auctions(page, reader);
    let ids: Vec<AuctionId> = expected.iter().map(|(_, id)| *id).collect();
    assert_eq!(leaf_through(&bench, active), ids);

    bench.clock.advance(TimeDelta::hours(1));
    assert_eq!(
        leaf_through(&bench, active),
        ids[1..],
        "its end has come, although the hammer has not fallen"
    );
    bench.clock.advance(GRACE);
    bench.told();
    assert_eq!(leaf_through(&bench, active), ids[1..]);

    let after_ended = Page::first(2).next(ids[0].uuid());
    let lots = bench.read(|reader| active(after_ended, reader));
    assert_eq!(
        lots[0].id, ids[1],
        "a lot that ended meanwhile keeps its place"
    );
}

#[rstest]
fn bidders_and_sellers_find_their_lots_newest_first(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let seller = SellerId::generate();
    let mut lots = Vec::new();
    for number in 0..5 {
        let mut lot = a_lot(bench.now());
        lot.seller = seller;
        lots.insert(0, lot.auction);
        bench.try_begin(lot.clone()).unwrap();
        bench.bid(lot.auction, alice, "10");
        bench.bid(lot.auction, alice, "11");
        if number < 2 {
            bench.bid(lot.auction, bob, "12");
            bench.clock.advance(TimeDelta::seconds(1));
        }
    }
    // Of lots that began at the same moment, the greater id comes first.
    lots[..3].sort_by(|a, b| b.cmp(a));
    let withdrawn = bench.bids(lots[4])[2].id;
    bench.withdraw(lots[4], staff([withdrawn])).unwrap();

    let of = |bidder| {
        let list =
            |page, reader: &mut Reader| bench.facade.auctions_of_bidder(bidder, page, reader);
        leaf_through(&bench, list)
    };
    assert_eq!(of(alice), lots, "each once");
    assert_eq!(of(bob), lots[3..], "also with a bid withdrawn");
    assert_eq!(of(BidderId::generate()), []);
    let of_seller = |seller| {
        let list =
            |page, reader: &mut Reader| bench.facade.auctions_of_seller(seller, page, reader);
        leaf_through(&bench, list)
    };
    assert_eq!(of_seller(seller), lots);
    assert_eq!(of_seller(SellerId::from(alice.uuid())), []);
}

#[rstest]
fn bids_are_listed_newest_first_in_pages(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (auction, other) = (bench.begin(), bench.begin());
    for amount in 10..15 {
        bench.bid(auction, BidderId::generate(), &amount.to_string());
        bench.bid(other, BidderId::generate(), &amount.to_string());
    }
    let mut sequences = Vec::new();
    let mut page = Page::first(2);
    loop {
        let bids = bench.read(|reader| bench.facade.bids_of(auction, page, reader));
        let Some(last) = bids.last() else { break };
        page = page.next(last.id.uuid());
        sequences.extend(bids.iter().map(|bid| bid.sequence));
    }
    assert_eq!(sequences, [5, 4, 3, 2, 1]);

    let foreign = Page::first(2).next(bench.bids(other)[4].id.uuid());
    let nothing = bench.read(|reader| bench.facade.bids_of(auction, foreign, reader));
    assert_eq!(nothing, [], "a bid on another lot is no place in this list");
}

#[rstest]
#[case(i64::MIN, 1)]
#[case(0, 1)]
#[case(3, 3)]
#[case(i64::MAX, 4)]
fn a_page_is_never_empty_or_endless(
    #[case] limit: i64,
    #[case] length: usize,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for _ in 0..4 {
        bench.begin();
    }
    let page = Page::first(limit);
    let lots = bench.read(|reader| bench.facade.active_auctions(page, reader));
    assert_eq!(lots.len(), length);
}

#[rstest]
fn what_does_not_exist_is_not_found(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    bench.begin();
    let unknown = AuctionId::generate();
    let single = bench.read(|reader| bench.facade.single_auction(unknown, reader));
    assert_eq!(single, None);
    let bids = bench.read(|reader| bench.facade.bids_of(unknown, Page::first(9), reader));
    assert_eq!(bids, []);
    let after_nothing = Page::first(9).next(Uuid::nil());
    let lots = bench.read(|reader| bench.facade.active_auctions(after_nothing, reader));
    assert_eq!(lots, []);
}
