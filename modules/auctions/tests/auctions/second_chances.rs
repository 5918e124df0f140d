//! Second chances: offered, answered, expired, each once however many try.

use std::sync::Barrier;

use auctions::{
    AnswerSecondChance, AuctionId, BidderId, CommandError, LotTerms, OfferState, Refusal,
    SecondChanceAccepted, SecondChanceDue, SecondChanceOffered, SecondChanceReason,
};
use chrono::TimeDelta;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::Failure;
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, GRACE, Told, usd};
use crate::bench_commands::proxy;

const NOT_PAID: SecondChanceReason = SecondChanceReason::NotPaid;
const NOT_SOLD: SecondChanceReason = SecondChanceReason::NotSold;

/// A lot that Alice won with 70 before Bob, who bid up to 60; or short of its reserve.
struct Over {
    bench: Bench,
    auction: AuctionId,
    alice: BidderId,
    bob: BidderId,
}

impl Over {
    fn on(backend: Backend, sold: bool) -> Option<Self> {
        let bench = Bench::on(backend)?;
        let over = Self {
            auction: bench.begin_on(LotTerms {
                reserve: (!sold).then(|| usd("500")),
                ..proxy()
            }),
            alice: BidderId::generate(),
            bob: BidderId::generate(),
            bench,
        };
        over.bench.bid(over.auction, over.bob, "20");
        over.bench.bid(over.auction, over.bob, "60");
        over.bench.bid(over.auction, over.alice, "70");
        over.bench.close(over.auction);
        over.bench.told();
        Some(over)
    }

    fn state(&self) -> OfferState {
        self.bench.second_chance(self.auction).unwrap().state
    }
}

#[rstest]
fn the_runner_up_is_asked_at_the_own_highest_bid_and_buys(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(over) = Over::on(backend, true) else {
        return;
    };
    let (bench, auction, bob) = (&over.bench, over.auction, over.bob);
    assert_eq!(bench.second_chance(auction), None);
    let before = bench.view(auction);
    let offered = bench.offer(auction, NOT_PAID).unwrap();
    assert_eq!((offered.bidder, offered.price), (bob, usd("60")));
    assert_eq!(offered.expires_at, bench.now() + TimeDelta::hours(48));
    let view = bench.second_chance(auction).unwrap();
    assert_eq!(
        (view.auction, view.bidder, view.price),
        (auction, bob, usd("60"))
    );
    assert_eq!(
        (view.expires_at, view.state),
        (offered.expires_at, OfferState::Open)
    );
    let title = "A chair".to_owned();
    let event = SecondChanceOffered {
        auction,
        seller: before.seller,
        title: title.clone(),
        bidder: bob,
        price: usd("60"),
        expires_at: offered.expires_at,
    };
    assert_eq!(bench.told(), [Told::Offered(event)]);

    let stranger = bench.answer(auction, over.alice, true);
    assert_eq!(stranger, Err(Refusal::NoOffer.into()));
    bench.answer(auction, bob, true).unwrap();
    let event = SecondChanceAccepted {
        auction,
        seller: before.seller,
        title,
        bidder: bob,
        price: usd("60"),
    };
    assert_eq!(bench.told(), [Told::Accepted(event)]);
    assert_eq!(over.state(), OfferState::Accepted);
    assert_eq!(bench.view(auction), before, "the hammer price stays");
    for accepts in [true, false] {
        let again = bench.answer(auction, bob, accepts);
        assert_eq!(again, Err(Refusal::NoOffer.into()));
    }
    bench.clock.advance(TimeDelta::days(3));
    assert_eq!(bench.told(), [], "the timer leaves it alone");
    assert_eq!(
        bench.offer(auction, NOT_PAID),
        Err(Refusal::NobodyToOffer.into())
    );
    bench.verified(auction);
}

#[rstest]
fn the_timer_ends_an_offer_that_nobody_answered(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(over) = Over::on(backend, true) else {
        return;
    };
    let (bench, auction) = (&over.bench, over.auction);
    bench.offer(auction, NOT_PAID).unwrap();
    bench.told();
    bench
        .clock
        .advance(TimeDelta::hours(48) + GRACE - TimeDelta::microseconds(1));
    assert_eq!((bench.told(), over.state()), (vec![], OfferState::Open));
    bench.clock.advance(TimeDelta::microseconds(1));
    let told = bench.told();
    assert!(
        matches!(&told[..], [Told::Expired(event)] if event.bidder == over.bob),
        "{told:?}"
    );
    assert_eq!(over.state(), OfferState::Expired);
    let late = bench.answer(auction, over.bob, true);
    assert_eq!(late, Err(Refusal::NoOffer.into()));
}

#[rstest]
fn an_early_timer_is_set_again(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(over) = Over::on(backend, true) else {
        return;
    };
    let (bench, auction) = (&over.bench, over.auction);
    bench.offer(auction, NOT_PAID).unwrap();
    let number = 1;
    let early = |uow: &mut foundation::UnitOfWork| uow.post(&SecondChanceDue { auction, number });
    bench.transactions().run(early).unwrap();
    bench.told();
    assert_eq!(over.state(), OfferState::Open);
    bench.clock.advance(TimeDelta::hours(48) + GRACE);
    assert_eq!(bench.told().len(), 1, "it expires once");
    assert_eq!(over.state(), OfferState::Expired);
}

/// How many timers of second chances are set.
fn timers(bench: &Bench) -> i64 {
    #[derive(QueryableByName)]
    struct Timers {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let timers: Timers = bench.read(|reader| {
        let ready = sql_query(
            "SELECT count(*) AS number FROM foundation_deliveries
             WHERE handler = 'auctions.expire_second_chance' AND state = 'ready'",
        );
        Ok(ready.get_result(reader.connection())?)
    });
    timers.number
}

#[rstest]
fn the_timer_of_an_earlier_offer_leaves_no_line_and_sets_no_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(over) = Over::on(backend, false) else {
        return;
    };
    let (bench, auction) = (&over.bench, over.auction);
    let lines = || bench.verified(auction).lines;
    bench.offer(auction, NOT_SOLD).unwrap();
    bench.answer(auction, over.alice, false).unwrap();
    bench.clock.advance(TimeDelta::hours(1));
    bench.offer(auction, NOT_SOLD).unwrap();
    bench.told();
    let before = lines();
    bench.clock.advance(TimeDelta::hours(47) + GRACE);
    assert_eq!(bench.told(), [], "the timer of the first");
    assert_eq!((lines(), over.state()), (before, OfferState::Open));
    assert_eq!(timers(bench), 1, "of the second alone");
    bench.clock.advance(TimeDelta::minutes(30));
    bench.answer(auction, over.bob, true).unwrap();
    bench.told();
    bench.clock.advance(TimeDelta::days(3));
    assert_eq!(bench.told(), []);
    assert_eq!(lines(), before + 1, "nothing but the answer");
}

#[rstest]
fn an_unsold_lot_goes_from_one_bidder_to_the_next_and_no_further(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(over) = Over::on(backend, false) else {
        return;
    };
    let (bench, auction) = (&over.bench, over.auction);
    assert_eq!(bench.offer(auction, NOT_PAID), Err(Refusal::NotSold.into()));
    let first = bench.offer(auction, NOT_SOLD).unwrap();
    assert_eq!((first.bidder, first.price), (over.alice, usd("70")));
    assert_eq!(
        bench.offer(auction, NOT_SOLD),
        Err(Refusal::OfferOpen.into())
    );
    bench.answer(auction, over.alice, false).unwrap();
    let second = bench.offer(auction, NOT_SOLD).unwrap();
    assert_eq!((second.bidder, second.price), (over.bob, usd("60")));
    bench.clock.advance(TimeDelta::hours(49));
    bench.told();
    assert_eq!(
        bench.offer(auction, NOT_SOLD),
        Err(Refusal::NobodyToOffer.into())
    );
    assert_eq!(bench.verified(auction).winner, None);
    let unknown = bench.offer(AuctionId::generate(), NOT_SOLD);
    assert_eq!(unknown, Err(CommandError::NotFound));
}

/// Runs the work on six threads that start together, again while the house is too busy.
fn together<T: Send>(work: impl Fn(usize) -> Result<T, Failure> + Sync) -> Vec<T> {
    let start = Barrier::new(6);
    let run = |thread| {
        start.wait();
        loop {
            match work(thread) {
                Err(Failure::TooBusy) => {}
                answer => return answer.unwrap(),
            }
        }
    };
    std::thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..6)
            .map(|number| scope.spawn(move || run(number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[rstest]
fn acceptance_and_expiry_that_race_come_to_exactly_one_result(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    for _ in 0..6 {
        let Some(over) = Over::on(backend, true) else {
            return;
        };
        let (bench, auction) = (&over.bench, over.auction);
        let expires_at = bench.offer(auction, NOT_PAID).unwrap().expires_at;
        bench.told();
        bench.clock.set(expires_at + GRACE);
        let accepted = together(|thread| {
            if thread % 2 == 0 {
                bench.app.deliver_due();
                return Ok(false);
            }
            let in_time = AnswerSecondChance {
                auction,
                bidder: over.bob,
                accepts: true,
                arrived_at: expires_at - TimeDelta::microseconds(1),
            };
            Ok(bench.try_answer(&in_time)?.is_ok())
        });
        let accepted = accepted.into_iter().filter(|accepted| *accepted).count();
        let told = bench.told();
        match over.state() {
            OfferState::Accepted => {
                assert_eq!(accepted, 1);
                assert!(matches!(&told[..], [Told::Accepted(_)]), "{told:?}");
            }
            OfferState::Expired => {
                assert_eq!(accepted, 0);
                assert!(matches!(&told[..], [Told::Expired(_)]), "{told:?}");
            }
            other @ (OfferState::Open | OfferState::Declined) => panic!("{other:?}"),
        }
        bench.verified(auction);
    }
}

#[rstest]
fn opposite_answers_that_race_count_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(over) = Over::on(backend, true) else {
        return;
    };
    let (bench, auction) = (&over.bench, over.auction);
    bench.offer(auction, NOT_PAID).unwrap();
    bench.told();
    let counted = together(|thread| {
        let answer = AnswerSecondChance {
            auction,
            bidder: over.bob,
            accepts: thread % 2 == 0,
            arrived_at: bench.now(),
        };
        Ok(bench.try_answer(&answer)?.is_ok())
    });
    assert_eq!(counted.into_iter().filter(|counted| *counted).count(), 1);
    assert_eq!(bench.told().len(), 1);
}

#[rstest]
fn offers_that_race_leave_one_live(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(over) = Over::on(backend, false) else {
        return;
    };
    let (bench, auction) = (&over.bench, over.auction);
    let answers = together(|_| bench.try_offer(auction, NOT_SOLD));
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    assert!(
        refused
            .iter()
            .all(|answer| *answer == Err(Refusal::OfferOpen.into()))
    );
    assert_eq!(bench.told().len(), 1);
}
