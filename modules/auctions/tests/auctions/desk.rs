//! The bidding desk: bids that wait together are decided together.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::channel;

use auctions::{
    AuctionId, BidderId, BiddingDesk, BiddingSettings, CommandError, DeskError, LogAccess,
    PlaceBid, Verdict,
};
use foundation::Failure;
use foundation::testing::Backend;
use futures_util::future::join_all;
use rstest::rstest;

use crate::bench::Bench;

impl Bench {
    fn desk(&self, settings: BiddingSettings) -> BiddingDesk {
        let transactions = Arc::new(self.transactions().clone());
        let desk = BiddingDesk::new(Arc::clone(&self.facade), transactions, Arc::new(settings));
        desk.open().unwrap();
        desk
    }

    /// Bids from ten dollars upwards, each a dollar more than the one before, of so many bidders.
    fn rising_bids(&self, auction: AuctionId, bidders: usize, bids: usize) -> Vec<PlaceBid> {
        let bidders: Vec<BidderId> = (0..bidders).map(|_| BidderId::generate()).collect();
        let bid = |index: usize| {
            self.a_bid(
                auction,
                bidders[index % bidders.len()],
                &(10 + index).to_string(),
            )
        };
        (0..bids).map(bid).collect()
    }

    /// What must be true of a lot however its bids were decided: the log proves it.
    fn assert_proven(&self, auction: AuctionId) {
        let told = self.log_text(auction, LogAccess::Staff, 1_000);
        assert!(!told.contains("opening"), "a running lot keeps its secrets");
        self.end_now(auction);
        let proven = self.verified(auction);
        let view = self.view(auction);
        assert_eq!((proven.price, proven.bids), (view.current_price, view.bids));
    }

    fn end_now(&self, auction: AuctionId) {
        self.pass_the_end();
        self.end(auction).unwrap();
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn verdicts(
    answers: Vec<Result<Result<Verdict, CommandError>, DeskError>>,
) -> impl Iterator<Item = Verdict> {
    answers.into_iter().map(|answer| answer.unwrap().unwrap())
}

#[rstest]
fn bids_are_decided_in_the_order_of_their_arrival(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(1, 7, 512)] batch: usize,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let desk = bench.desk(BiddingSettings {
        batch,
        ..BiddingSettings::default()
    });
    let bids = bench.rising_bids(auction, 5, 60);
    let answers = wait(join_all(bids.into_iter().map(|bid| desk.place_bid(bid))));
    for (index, verdict) in verdicts(answers).enumerate() {
        assert!(
            verdict.is_winner,
            "bid {index} was the highest when it came"
        );
        assert_eq!(verdict.sequence, i64::try_from(index).unwrap() + 1);
    }
    desk.close();
    assert_eq!(bench.bids(auction).len(), 60);
    bench.assert_proven(auction);
}

#[rstest]
fn two_desks_on_one_lot_lose_no_bid_and_give_no_wrong_verdict(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let accepted: Vec<Verdict> = std::thread::scope(|scope| {
        let bench = &bench;
        let at_a_desk = || {
            scope.spawn(move || {
                let desk = bench.desk(BiddingSettings::default());
                let bids = bench.rising_bids(auction, 4, 45);
                let answers = wait(join_all(bids.into_iter().map(|bid| desk.place_bid(bid))));
                desk.close();
                verdicts(answers)
                    .filter(|verdict| verdict.accepted)
                    .collect::<Vec<_>>()
            })
        };
        let desks = [at_a_desk(), at_a_desk()];
        desks
            .into_iter()
            .flat_map(|desk| desk.join().unwrap())
            .collect()
    });
    let bids = bench.bids(auction);
    let numbers: HashSet<i64> = accepted.iter().map(|verdict| verdict.sequence).collect();
    assert_eq!(
        numbers.len(),
        accepted.len(),
        "every accepted bid has its own number"
    );
    assert_eq!(
        bids.len(),
        accepted.len(),
        "every accepted bid is written down"
    );
    for verdict in &accepted {
        let bid = bids
            .iter()
            .find(|bid| bid.sequence == verdict.sequence)
            .unwrap();
        assert_eq!(bid.amount, verdict.current_price);
    }
    bench.assert_proven(auction);
}

#[rstest]
fn a_bid_that_cannot_be_decided_does_not_fail_its_neighbours(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (good, poisoned) = (bench.begin(), bench.begin());
    bench.tamper(&format!(
        "UPDATE auctions_auctions SET title = '' WHERE id = {}",
        literal(backend, poisoned)
    ));
    let desk = bench.desk(BiddingSettings {
        clerks: Some(1),
        ..BiddingSettings::default()
    });
    let bidder = BidderId::generate();
    let mut bids = bench.rising_bids(good, 3, 20);
    bids.insert(7, bench.a_bid(poisoned, bidder, "20"));
    bids.insert(13, bench.a_bid(AuctionId::generate(), bidder, "20"));
    let mut answers = wait(join_all(bids.into_iter().map(|bid| desk.place_bid(bid))));
    desk.close();
    let unknown = answers.remove(13);
    assert!(
        matches!(unknown, Ok(Err(CommandError::NotFound))),
        "{unknown:?}"
    );
    let failed = answers.remove(7).unwrap_err();
    let DeskError::Unexpected(failure) = failed else {
        panic!("{failed:?}");
    };
    assert!(matches!(*failure, Failure::DamagedData(_)), "{failure:?}");
    assert!(verdicts(answers).all(|verdict| verdict.is_winner));
    assert_eq!(bench.bids(good).len(), 20);
}

#[rstest]
fn a_full_desk_turns_bids_away_and_a_closed_one_has_answered_every_bid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let desk = bench.desk(BiddingSettings {
        queue: 8,
        batch: 4,
        ..BiddingSettings::default()
    });
    let (held, is_held) = channel();
    let (release, released) = channel::<()>();
    let answers = std::thread::scope(|scope| {
        let bench = &bench;
        scope.spawn(move || {
            // Whoever holds the lot keeps the clerk waiting.
            let hold = |uow: &mut _| {
                let lock = bench.a_bid(auction, BidderId::generate(), "1");
                bench.facade.place_bids(&[lock], uow)?;
                held.send(()).unwrap();
                released.recv().unwrap();
                Ok::<_, Failure>(())
            };
            bench.transactions().run_locking(hold).unwrap();
        });
        is_held.recv().unwrap();
        let bids = bench.rising_bids(auction, 3, 60);
        wait(async {
            let mut waiting = Box::pin(join_all(bids.into_iter().map(|bid| desk.place_bid(bid))));
            // Polled once, every bid stands in the queue or was turned away.
            let first = std::future::poll_fn(|context| {
                std::task::Poll::Ready(waiting.as_mut().poll(context))
            });
            assert!(first.await.is_pending());
            release.send(()).unwrap();
            let (answers, closed) = tokio::join!(waiting, async { desk_closed(&desk) });
            assert!(matches!(closed, DeskError::Closed));
            answers
        })
    });
    let (decided, away): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert!(
        away.iter()
            .all(|answer| matches!(answer, Err(DeskError::Full)))
    );
    assert!(!away.is_empty(), "no queue holds everybody");
    assert!(
        decided.len() >= 8,
        "whoever stood in the queue was answered"
    );
    let accepted = verdicts(decided).filter(|verdict| verdict.accepted).count();
    assert_eq!(bench.bids(auction).len(), accepted);
}

/// Opening waits for the database, and whoever hands a bid in must not.
#[test]
fn a_desk_takes_bids_once_it_was_opened_and_not_by_itself() {
    let bench = Bench::on(Backend::Sqlite).unwrap();
    let transactions = Arc::new(bench.transactions().clone());
    let desk = BiddingDesk::new(Arc::clone(&bench.facade), transactions, Arc::default());
    let bid = bench.a_bid(bench.begin(), BidderId::generate(), "20");
    let early = wait_inside(desk.place_bid(bid.clone()));
    assert!(matches!(early, DeskError::Closed), "{early:?}");
    desk.open().unwrap();
    desk.open().unwrap();
    assert!(wait(desk.place_bid(bid)).unwrap().unwrap().is_winner);
    desk.close();
}

/// Closes the desk, which answers whoever waits; then it takes nothing more.
fn desk_closed(desk: &BiddingDesk) -> DeskError {
    desk.close();
    let late = PlaceBid {
        auction: AuctionId::generate(),
        bidder: BidderId::generate(),
        amount: auctions::BidAmount::InLotCurrency("1".to_owned()),
        arrived_at: chrono::DateTime::UNIX_EPOCH,
        key: None,
    };
    wait_inside(desk.place_bid(late))
}

/// A closed desk answers at once.
fn wait_inside(
    answer: impl Future<Output = Result<Result<Verdict, CommandError>, DeskError>>,
) -> DeskError {
    let mut answer = std::pin::pin!(answer);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = answer.as_mut().poll(&mut context) else {
        panic!("a closed desk took a bid");
    };
    error
}

fn literal(backend: Backend, id: AuctionId) -> String {
    match backend {
        Backend::Sqlite => format!("x'{}'", id.uuid().simple()),
        Backend::Postgres => format!("'{id}'"),
    }
}
