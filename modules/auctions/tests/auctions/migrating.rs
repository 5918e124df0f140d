//! A database with lots and bids from before proxies and logs goes on where it was.

use auctions::{
    AuctionId, AuctionStatus, BidderId, Break, LogAccess, SecondChanceReason, WithdrawnBy,
    verify_log,
};
use chrono::{DateTime, Utc};
use foundation::ids::new_id;
use foundation::testing::Backend;
use rstest::rstest;
use uuid::Uuid;

use crate::bench::{Bench, END, Told, staff, usd};
use crate::bench_commands::proxy;

const BIDDING: &str = "2026-11-21-000008_bidding";

/// A lot from 10 dollars with steps of 2.50, as the schema before kept it: who bid how many cents, and
/// whether the bid was withdrawn.
struct Old<'b> {
    auction: AuctionId,
    ended: bool,
    bids: &'b [(BidderId, i64, bool)],
}

impl Old<'_> {
    fn insert(&self, bench: &Bench) {
        let id = |id: Uuid| literal(bench, id);
        let (began_at, ends_at) = (time(bench.now()), time(bench.now() + END));
        let standing = || self.bids.iter().filter(|(_, _, withdrawn)| !withdrawn);
        let highest = standing().max_by_key(|(_, amount, _)| *amount);
        let leader = highest.map_or("NULL".to_owned(), |(bidder, _, _)| id(bidder.uuid()));
        let (status, ended_at) = match self.ended {
            true => ("SOLD", began_at.as_str()),
            false => ("RUNNING", "NULL"),
        };
        bench.tamper(&format!(
            "INSERT INTO auctions_auctions VALUES ({}, {}, {}, 'A chair', '', 'USD', 1000, 250, {}, {leader}, {}, \
             {}, {began_at}, {ends_at}, {ended_at}, '{status}')",
            id(self.auction.uuid()),
            self.bids.len() + 1,
            id(new_id()),
            highest.map_or(1_000, |(_, amount, _)| *amount),
            standing().count(),
            self.bids.len(),
        ));
        for (number, (bidder, amount, withdrawn)) in (1..).zip(self.bids) {
            let withdrawn_at = if *withdrawn { &began_at } else { "NULL" };
            let bidder = id(bidder.uuid());
            bench.tamper(&format!(
                "INSERT INTO auctions_bids VALUES ({}, {}, {number}, {bidder}, {amount}, 'USD', {began_at}, \
                 {withdrawn_at}, NULL, NULL)",
                id(new_id()),
                id(self.auction.uuid()),
            ));
        }
    }
}

fn literal(bench: &Bench, id: Uuid) -> String {
    match bench.database().url().starts_with("sqlite") {
        true => format!("X'{}'", id.simple()),
        false => format!("'{id}'"),
    }
}

fn time(time: DateTime<Utc>) -> String {
    format!("'{}'", time.format("%F %T%.6f"))
}

/// Undoes migrations until the database is as it was before the bidding.
fn go_back(bench: &Bench) {
    let database = bench.database().database();
    let is_applied = || {
        let status = database.migration_status().unwrap();
        status
            .iter()
            .any(|migration| migration.name == BIDDING && migration.applied)
    };
    assert!(is_applied());
    while is_applied() {
        database.migrate_down().unwrap();
    }
}

fn go_on(bench: &Bench) {
    bench.database().database().migrate().unwrap();
}

#[rstest]
fn a_running_lot_keeps_its_standing_and_takes_further_bids(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let [alice, bob, carol] = [(); 3].map(|()| BidderId::generate());
    let auction = AuctionId::generate();
    go_back(&bench);
    Old {
        auction,
        ended: false,
        bids: &[
            (bob, 1_000, false),
            (carol, 9_000, true),
            (bob, 1_500, false),
            (alice, 2_000, false),
        ],
    }
    .insert(&bench);
    go_on(&bench);

    let view = bench.view(auction);
    assert_eq!((view.current_price, view.leader), (usd("20"), Some(alice)));
    assert_eq!((view.minimum_next, view.bids), (usd("22.50"), 3));
    assert_eq!(
        (view.reserve_met, view.buy_now, view.sale),
        (None, None, None)
    );
    let seen: Vec<_> = bench
        .bids(auction)
        .iter()
        .map(|bid| (bid.sequence, bid.amount))
        .collect();
    let expected = [(1, "10"), (2, "90"), (3, "15"), (4, "20")];
    assert_eq!(seen, expected.map(|(number, amount)| (number, usd(amount))));

    assert!(!bench.bid(auction, carol, "22.49").accepted);
    let verdict = bench.bid(auction, carol, "22.50");
    assert_eq!((verdict.is_winner, verdict.sequence), (true, 5));
    let told = bench.told();
    let overbid = |told: &Told| matches!(told, Told::Overbid(event) if event.bidder == alice);
    assert!(told.iter().any(overbid), "{told:?}");

    let bids = bench.bids(auction);
    bench
        .withdraw(auction, staff([bids[4].id, bids[3].id]))
        .unwrap();
    let view = bench.view(auction);
    assert_eq!((view.current_price, view.leader), (usd("15"), Some(bob)));
    bench.withdraw(auction, WithdrawnBy::Bidder(bob)).unwrap();
    assert_eq!(bench.view(auction).leader, None);
    assert!(bench.bid(auction, alice, "10").is_winner);
}

#[rstest]
fn the_log_of_an_old_lot_begins_where_it_was_and_proves_nothing_of_before(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (auction, alice) = (AuctionId::generate(), BidderId::generate());
    go_back(&bench);
    let bids = &[(alice, 1_000, false), (alice, 1_500, false)];
    let ended = false;
    Old {
        auction,
        ended,
        bids,
    }
    .insert(&bench);
    go_on(&bench);
    let empty = bench.log_json(auction, LogAccess::Everybody);
    assert_eq!(empty["lines"].as_array().unwrap().len(), 0);

    let bid = bench.keyed(auction, BidderId::generate(), "20", "k");
    let verdict = bench.try_bid(&bid).unwrap();
    assert_eq!(bench.try_bid(&bid).unwrap(), verdict, "one secret for good");
    bench.clock.advance(END * 2);
    bench
        .transactions()
        .run(|uow| bench.facade.end(auctions::EndAuction { auction }, uow))
        .unwrap();
    let log = bench.log(auction, LogAccess::Everybody);
    let broken = verify_log(&log).unwrap_err();
    assert_eq!(
        (broken.line, broken.what),
        (1, Break::OutOfOrder { found: 3 })
    );
}

#[rstest]
fn a_lot_that_ended_before_can_be_offered_to_its_runner_up(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let [alice, bob, carol] = [(); 3].map(|()| BidderId::generate());
    let auction = AuctionId::generate();
    go_back(&bench);
    Old {
        auction,
        ended: true,
        bids: &[
            (carol, 1_000, false),
            (bob, 1_500, false),
            (alice, 2_000, false),
            (bob, 3_000, true),
            (alice, 3_500, false),
        ],
    }
    .insert(&bench);
    go_on(&bench);
    let view = bench.view(auction);
    assert_eq!(
        (view.status, view.leader),
        (AuctionStatus::Sold, Some(alice))
    );
    let chance = bench.offer(auction, SecondChanceReason::NotPaid).unwrap();
    assert_eq!((chance.bidder, chance.price), (bob, usd("15")));
    bench.answer(auction, bob, true).unwrap();
}

#[rstest]
fn a_lot_without_a_standing_bid_opens_again_at_its_start(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auctions = [AuctionId::generate(), AuctionId::generate()];
    let alice = BidderId::generate();
    go_back(&bench);
    for (auction, bids) in auctions
        .into_iter()
        .zip([&[][..], &[(alice, 1_000, true)][..]])
    {
        let ended = false;
        Old {
            auction,
            ended,
            bids,
        }
        .insert(&bench);
    }
    go_on(&bench);
    for auction in auctions {
        let view = bench.view(auction);
        assert_eq!((view.leader, view.bids), (None, 0));
        assert_eq!(
            (view.current_price, view.minimum_next),
            (usd("10"), usd("10"))
        );
        assert!(bench.bid(auction, alice, "10").is_winner);
    }
}

#[rstest]
fn going_back_and_on_again_keeps_a_plain_lot(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (auction, alice) = (bench.begin(), BidderId::generate());
    bench.bid(auction, BidderId::generate(), "10");
    bench.bid(auction, alice, "12");
    let before = bench.view(auction);
    go_back(&bench);
    go_on(&bench);
    assert_eq!(bench.view(auction), before);
    let verdict = bench.bid(auction, BidderId::generate(), "12.01");
    assert_eq!((verdict.is_winner, verdict.sequence), (true, 3));
}

#[rstest]
fn going_back_tells_no_maximum(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (auction, alice) = (bench.begin_on(proxy()), BidderId::generate());
    bench.bid(auction, BidderId::generate(), "20");
    bench.bid(auction, alice, "30");
    bench.bid(auction, alice, "777");
    let before = bench.view(auction);
    go_back(&bench);
    go_on(&bench);
    let after = bench.view(auction);
    assert_eq!(
        (after.current_price, after.leader),
        (before.current_price, Some(alice))
    );
    let own = bench.read(|reader| bench.facade.maximum_of(auction, alice, reader));
    assert_eq!(own, Some(before.current_price), "the maximum is forgotten");
    assert!(bench.bid(auction, BidderId::generate(), "30").is_winner);
}
