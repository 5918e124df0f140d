//! The hammer falls.

use auctions::{AuctionEnded, AuctionId, AuctionStatus, BidderId, ClosingDue, EndAuctionError};
use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, END, GRACE, Told, usd};

fn endings(told: &[Told]) -> Vec<&AuctionEnded> {
    told.iter().filter_map(Told::ended).collect()
}

#[rstest]
fn the_timer_ends_a_lot_and_names_the_winner(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = BidderId::generate();
    let auction = bench.begin();
    bench.bid(auction, alice, "25");
    bench.told();

    bench
        .clock
        .advance(END + GRACE - TimeDelta::microseconds(1));
    assert_eq!(
        bench.told(),
        [],
        "bids that arrived in time have their turn"
    );
    assert_eq!(bench.view(auction).status, AuctionStatus::Running);

    bench.clock.advance(TimeDelta::microseconds(1));
    let seller = bench.view(auction).seller;
    let ended = AuctionEnded {
        auction,
        seller,
        title: "A chair".to_owned(),
        winner: Some(alice),
        price: usd("25"),
        reserve_met: None,
    };
    assert_eq!(bench.told(), [Told::Ended(ended)]);
    let view = bench.view(auction);
    assert_eq!(view.status, AuctionStatus::Sold);
    assert_eq!(view.ended_at, Some(bench.now()));
    assert_eq!(view.leader, Some(alice));

    bench.clock.advance(TimeDelta::days(1));
    assert_eq!(bench.told(), []);
}

#[rstest]
fn a_lot_without_bids_ends_unsold(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    bench.pass_the_end();
    let told = bench.told();
    let ended = endings(&told);
    assert_eq!(ended.len(), 1);
    assert_eq!((ended[0].winner, ended[0].price), (None, usd("10")));
    assert_eq!(bench.view(auction).status, AuctionStatus::Unsold);
}

#[rstest]
fn staff_end_a_lot_only_once_it_is_due_and_the_timer_then_does_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let due_at = bench.now() + END + GRACE;
    bench.clock.advance(END);
    match bench.end(auction) {
        Err(EndAuctionError::NotDueYet { due_at: at }) => assert_eq!(at, due_at),
        other => panic!("not due yet, but {other:?}"),
    }
    assert_eq!(bench.view(auction).status, AuctionStatus::Running);

    bench.clock.advance(GRACE);
    bench.end(auction).unwrap();
    let again = bench.end(auction);
    assert!(matches!(again, Err(EndAuctionError::AlreadyEnded)));
    assert_eq!(
        endings(&bench.told()).len(),
        1,
        "the timer has gone off too"
    );
    let unknown = bench.end(AuctionId::generate());
    assert!(matches!(unknown, Err(EndAuctionError::NotFound)));
}

#[rstest]
fn a_timer_that_goes_off_early_is_set_again_and_the_lot_ends_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let early = bench
        .transactions()
        .run(|uow| uow.post(&ClosingDue { auction }));
    early.unwrap();
    assert_eq!(bench.told(), []);
    assert_eq!(bench.view(auction).status, AuctionStatus::Running);

    bench.pass_the_end();
    assert_eq!(
        bench.app.deliver_due(),
        3,
        "the timer, the timer set again, and the end that is told"
    );
    assert_eq!(endings(&bench.told()).len(), 1);
}

#[rstest]
fn what_the_timer_ends_late_still_ends_as_it_stood(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    bench.bid(auction, BidderId::generate(), "10");
    bench.told();
    bench.clock.advance(END + TimeDelta::days(2));
    let told = bench.told();
    assert_eq!(endings(&told)[0].price, usd("10"));
    assert_eq!(bench.view(auction).ended_at, Some(bench.now()));
}

/// Whole sales end in one second. What was ended before, and what cannot be ended, does not hold up the
/// others.
#[rstest]
fn lots_that_end_together_are_ended_together_each_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = BidderId::generate();
    let lots: Vec<AuctionId> = (0..300).map(|_| bench.begin()).collect();
    for sold in &lots[..3] {
        bench.bid(*sold, alice, "25");
    }
    let unknown = bench.transactions().run(|uow| {
        uow.post(&ClosingDue {
            auction: AuctionId::generate(),
        })
    });
    unknown.unwrap();
    bench.clock.advance(END + GRACE);
    bench.end(lots[5]).unwrap();
    let told = bench.told();
    let mut ended: Vec<_> = endings(&told)
        .iter()
        .map(|e| (e.auction, e.winner))
        .collect();
    ended.sort_unstable();
    let mut expected: Vec<_> = lots.iter().map(|lot| (*lot, None)).collect();
    for sold in &mut expected[..3] {
        sold.1 = Some(alice);
    }
    expected.sort_unstable();
    assert_eq!(ended, expected);
    assert!(
        lots.iter()
            .all(|lot| bench.view(*lot).ended_at == Some(bench.now()))
    );
    assert!(bench.verified(lots[0]).winner.is_some());
    assert_eq!(bench.verified(lots[9]).winner, None);
    assert_eq!(endings(&bench.told()), Vec::<&AuctionEnded>::new());
}
