//! A lot's log leaves the house in parts, of which only one is held at a time.

use auctions::{AuctionId, BidderId, LogAccess, LotLog, verify_log};
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::Bench;
use crate::bench_commands::log_in_parts;

/// A lot with so many bids, each higher than the one before: a line each, after the one that begins the lot.
fn bid_on(bench: &Bench, bids: usize) -> AuctionId {
    let auction = bench.begin();
    for number in 0..bids {
        let amount = (20 + number).to_string();
        bench.bid(auction, BidderId::generate(), &amount);
    }
    auction
}

#[rstest]
fn a_long_log_is_told_in_parts_that_make_one_whole(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] has_ended: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bid_on(&bench, 11);
    if has_ended {
        bench.close(auction);
    }
    let lines = if has_ended { 13 } else { 12 };
    let whole = bench.log_text(auction, LogAccess::Everybody, 1_000);
    for (at_most, expected) in [(1, lines), (5, 3), (lines, 1), (1_000, 1)] {
        let everybody = LogAccess::Everybody;
        let parts =
            bench.read(|reader| log_in_parts(&bench.facade, auction, everybody, at_most, reader));
        assert_eq!(parts.len(), expected, "parts of {at_most}");
        assert_eq!(parts.concat(), whole, "parts of {at_most}");
        for part in parts {
            assert!(part.matches(r#"{"hash":"#).count() <= at_most, "{part}");
        }
    }
    let log: LotLog = serde_json::from_str(&whole).unwrap();
    assert_eq!(verify_log(&log).is_ok(), has_ended);
}

#[rstest]
fn a_log_is_told_as_it_was_when_its_telling_began(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bid_on(&bench, 3);
    let before = bench.log_text(auction, LogAccess::Staff, 1_000);
    let everything = |export: &mut auctions::LogExport| {
        let next = || bench.read(|reader| bench.facade.next_part_of_log(export, 2, reader));
        std::iter::from_fn(next).collect::<String>()
    };
    let access = LogAccess::Staff;
    let begun = bench.read(|reader| bench.facade.export_log(auction, access, reader));
    bench.bid(auction, BidderId::generate(), "30");
    bench.close(auction);
    assert_eq!(everything(&mut begun.unwrap()), before);
}

/// Where hashes are told, entries are not even read: they are what makes a log long.
#[rstest]
fn hashes_are_told_without_a_look_at_the_entries(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bid_on(&bench, 3);
    let before = bench.log_text(auction, LogAccess::Everybody, 2);
    bench.tamper("ALTER TABLE auctions_log DROP COLUMN entry");
    assert_eq!(bench.log_text(auction, LogAccess::Everybody, 2), before);
}
