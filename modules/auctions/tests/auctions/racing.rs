//! Many at once.

use std::sync::Barrier;

use auctions::{
    AuctionId, AuctionStatus, BeginAuctionError, BidderId, CommandError, Decided, EndAuction,
    EndAuctionError, PlaceBid, Refusal, Verdict, WithdrawnBy,
};
use chrono::TimeDelta;
use foundation::Failure;
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, END, Told, a_lot};

const THREADS: usize = 6;

/// Runs the work on several threads that start together, and hands back what each answered.
fn together<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        let (start, work) = (&start, &work);
        let run = |number| {
            scope.spawn(move || {
                start.wait();
                work(number)
            })
        };
        let threads: Vec<_> = (0..THREADS).map(run).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, T>| thread.join().unwrap();
        threads.into_iter().map(join).collect()
    })
}

/// Bids until the house is not too busy to decide.
fn bid_until_decided(bench: &Bench, bid: &PlaceBid, locking: bool) -> Decided<Verdict> {
    let bids = std::slice::from_ref(bid);
    loop {
        let decide = |uow: &mut _| bench.facade.place_bids(bids, uow);
        let verdict = match locking {
            true => bench.transactions().run_locking(decide),
            false => bench.transactions().run(decide),
        };
        match verdict {
            Err(Failure::TooBusy) if !locking => {}
            decided => return decided.unwrap().remove(0),
        }
    }
}

/// What must be true of every lot: each accepted bid is higher than the one before, none is missing, and
/// the row says what the bids say.
fn assert_sound(bench: &Bench, auction: AuctionId) {
    let bids = bench.bids(auction);
    for (index, bid) in bids.iter().enumerate() {
        assert_eq!(bid.sequence, i64::try_from(index).unwrap() + 1);
    }
    let standing = bids.iter().filter(|bid| bid.withdrawn_at.is_none());
    let highest = standing.clone().max_by_key(|bid| bid.amount.minor_units());
    let view = bench.view(auction);
    assert_eq!(view.leader, highest.map(|bid| bid.bidder));
    let price = highest.map_or(view.starting_price, |bid| bid.amount);
    assert_eq!(view.current_price, price);
    assert_eq!(view.bids, i64::try_from(standing.count()).unwrap());
}

#[rstest]
fn no_bid_is_accepted_below_the_highest_however_many_bid_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let won: usize = together(|thread| {
        let bidder = BidderId::generate();
        let amounts = (0..12).map(|round| 10 + round * 2 + (thread * 5 + round * 3) % 7);
        let verdicts = amounts.map(|amount| {
            let bid = bench.a_bid(auction, bidder, &amount.to_string());
            bid_until_decided(&bench, &bid, locking).unwrap()
        });
        verdicts.filter(|verdict| verdict.is_winner).count()
    })
    .into_iter()
    .sum();

    let bids = bench.bids(auction);
    assert_eq!(bids.len(), won, "every winner is written down, nobody else");
    for pair in bids.windows(2) {
        let (before, after) = (pair[0].amount, pair[1].amount);
        assert!(
            after.minor_units() > before.minor_units(),
            "{after} was accepted after {before}"
        );
    }
    assert_sound(&bench, auction);
    let told = bench.told();
    let leading = told.iter().filter(|told| matches!(told, Told::Leading(_)));
    assert_eq!(leading.count(), won, "each winner is told of once");
}

#[rstest]
fn whoever_locks_waits_and_never_has_to_decide_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let rounds = 15;
    together(|thread| {
        let bidder = BidderId::generate();
        for round in 0..rounds {
            let amount = 10 + round * THREADS + thread;
            let bid = bench.a_bid(auction, bidder, &amount.to_string());
            let bids = std::slice::from_ref(&bid);
            let mut decide = |uow: &mut _| bench.facade.place_bids(bids, uow);
            let once = bench.transactions().run_once(true, &mut decide);
            assert!(once.is_ok(), "a lock was not waited for: {once:?}");
        }
    });
    assert_sound(&bench, auction);
}

#[rstest]
fn the_same_bid_by_many_at_once_wins_for_exactly_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for _ in 0..5 {
        let auction = bench.begin();
        let verdicts = together(|_| {
            let bid = bench.a_bid(auction, BidderId::generate(), "10");
            bid_until_decided(&bench, &bid, locking).unwrap()
        });
        let won = verdicts.iter().filter(|verdict| verdict.is_winner);
        assert_eq!(won.count(), 1);
        assert_eq!(bench.bids(auction).len(), 1);
    }
}

#[rstest]
fn ends_and_bids_that_race_give_one_outcome(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    for _ in 0..5 {
        let auction = bench.begin();
        let last_moment = bench.now() + END - TimeDelta::microseconds(1);
        bench.pass_the_end();
        let accepted_or_ended: Vec<(bool, bool)> = together(|thread| {
            if thread % 2 == 0 {
                return (false, end_until_decided(&bench, auction, locking));
            }
            let mut bid = bench.a_bid(auction, BidderId::generate(), &(10 + thread).to_string());
            bid.arrived_at = last_moment;
            match bid_until_decided(&bench, &bid, locking) {
                Ok(verdict) => (verdict.is_winner, false),
                Err(CommandError::Refused(Refusal::HasEnded)) => (false, false),
                Err(other) => panic!("{other:?}"),
            }
        });
        let count = |what: fn(&(bool, bool)) -> bool| {
            accepted_or_ended
                .iter()
                .filter(|answer| what(answer))
                .count()
        };
        assert_eq!(count(|(_, ended)| *ended), 1, "the hammer falls once");
        assert_eq!(bench.bids(auction).len(), count(|(accepted, _)| *accepted));
        assert_sound(&bench, auction);
        let view = bench.view(auction);
        let told = bench.told();
        let ended: Vec<_> = told.iter().filter_map(Told::ended).collect();
        assert_eq!(ended.len(), 1, "the timer has gone off too");
        assert_eq!(ended[0].winner, view.leader, "nothing came after the end");
        assert_eq!(ended[0].price, view.current_price);
    }
}

/// Whether this caller's hammer fell.
fn end_until_decided(bench: &Bench, auction: AuctionId, locking: bool) -> bool {
    loop {
        let end = |uow: &mut _| bench.facade.end(EndAuction { auction }, uow);
        let ended = match locking {
            true => bench.transactions().run_locking(end),
            false => bench.transactions().run(end),
        };
        match ended {
            Ok(()) => return true,
            Err(EndAuctionError::AlreadyEnded) => return false,
            Err(EndAuctionError::Unexpected(Failure::TooBusy)) if !locking => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[rstest]
fn the_timer_ends_a_lot_once_however_many_workers_there_are(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let lots: Vec<AuctionId> = (0..5).map(|_| bench.begin()).collect();
    bench.pass_the_end();
    together(|_| bench.app.deliver_due());
    let told = bench.told();
    assert_eq!(told.len(), lots.len(), "one end each: {told:?}");
    for auction in lots {
        assert_eq!(bench.view(auction).status, AuctionStatus::Unsold);
    }
}

#[rstest]
fn withdrawals_and_bids_that_race_leave_a_sound_standing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    together(|thread| {
        let bidder = BidderId::generate();
        for round in 0..6 {
            let amount = 10 + round * 10 + thread;
            let bid = bench.a_bid(auction, bidder, &amount.to_string());
            bid_until_decided(&bench, &bid, locking).unwrap();
            if thread % 2 == 0 {
                let nothing = CommandError::Refused(Refusal::NothingToWithdraw);
                match bench.try_withdraw(auction, WithdrawnBy::Bidder(bidder)) {
                    Ok(Ok(_)) | Err(Failure::TooBusy) => {}
                    Ok(Err(refusal)) if refusal == nothing => {}
                    other => panic!("{other:?}"),
                }
            }
        }
    });
    assert_sound(&bench, auction);
}

#[rstest]
fn a_lot_that_many_begin_at_once_begins_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let command = a_lot(bench.now());
    let outcomes = together(|_| bench.try_begin(command.clone()));
    let begun = outcomes.iter().filter(|outcome| outcome.is_ok());
    assert_eq!(begun.count(), 1);
    let refused = |o: &&Result<_, _>| matches!(o, Err(BeginAuctionError::AlreadyBegun));
    assert_eq!(outcomes.iter().filter(refused).count(), THREADS - 1);
    assert_eq!(bench.told().len(), 1);
}
