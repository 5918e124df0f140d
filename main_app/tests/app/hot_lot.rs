//! The last minute of a popular lot: several servers, a full desk, and a server that is stopped in the midst.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::{RunQueryDsl, sql_query};
use foundation::Failure;
use foundation::testing::{Backend, TestDatabase};
use rstest::rstest;

use crate::crowd::{Crowd, answers_are_in};
use crate::gavel_process::{GavelProcess, PATIENCE, free_port, until};
use crate::support::TestApp;

/// How long a server waits for requests under way before it cuts them off.
const DRAIN: Duration = Duration::from_secs(20);

/// Two servers on one PostgreSQL take bids on the same lot until its end, whichever way they decide: no bid is
/// lost, none is doubled, and every verdict is the one that the log proves.
#[rstest]
#[case::desks("desk", "desk")]
#[case::desks_without_patience("desk", "optimistic")]
#[case::optimists("optimistic", "optimistic")]
#[case::row_locks("row_lock", "row_lock")]
#[case::a_desk_and_a_row_lock("desk", "row_lock")]
fn two_servers_lose_no_bid_and_give_no_wrong_verdict(#[case] one: &str, #[case] other: &str) {
    let Some(database) = TestDatabase::on(Backend::Postgres) else {
        return;
    };
    // Whoever decides without locks may lose against others every time, and says so.
    let one_of_them_races = [one, other].contains(&"optimistic");
    let ports = [free_port(), free_port()];
    let servers = [one, other].into_iter().zip(ports).map(|(strategy, port)| {
        let strategy = [("GAVEL_BIDDING__STRATEGY", strategy)];
        GavelProcess::serve_with(database.url(), port, &strategy)
    });
    let servers: Vec<_> = servers.collect();
    let mut crowd = Crowd::gather(&ports, 8);
    crowd.list(TimeDelta::seconds(5));
    let heard = crowd.bid(|_| {});
    let log = crowd.log();
    for one in &heard {
        let (status, _) = one.answer.as_ref().unwrap();
        let gives_up = one_of_them_races && *status == 409;
        assert!([200, 422].contains(status) || gives_up, "{one:?}");
    }
    let (accepted, low) = answers_are_in(&log, &heard);
    assert!(accepted > 8, "{accepted} accepted, {low} too low");
    for server in servers {
        assert!(server.stop(), "after SIGTERM a server ends well");
    }
}

/// Everybody bids as fast as the server answers, and it is asked to end: what it decided it also answered.
#[rstest]
fn a_server_that_is_stopped_under_load_answers_every_bid_it_decided(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("desk", "optimistic", "row_lock")] strategy: &str,
) {
    let Some(database) = TestDatabase::on(backend) else {
        return;
    };
    let port = free_port();
    let strategy = [("GAVEL_BIDDING__STRATEGY", strategy)];
    let server = GavelProcess::serve_with(database.url(), port, &strategy);
    let mut crowd = Crowd::gather(&[port], 8);
    crowd.list(TimeDelta::seconds(12));
    let answered = AtomicUsize::new(0);
    let heard = std::thread::scope(|scope| {
        let bidding = scope.spawn(|| {
            crowd.bid(|_| {
                answered.fetch_add(1, Ordering::SeqCst);
            })
        });
        until("bids come in", || {
            (answered.load(Ordering::SeqCst) >= 60).then_some(())
        });
        let asked = Instant::now();
        assert!(server.stop(), "after SIGTERM the server ends well");
        assert!(asked.elapsed() < DRAIN, "nobody was cut off");
        bidding.join().unwrap()
    });
    let again = GavelProcess::serve_with(database.url(), port, &strategy);
    let log = crowd.log();
    let (accepted, low) = answers_are_in(&log, &heard);
    assert!(accepted + low >= 50, "{accepted} accepted, {low} too low");
    assert!(again.stop());
}

/// The clerk cannot go on while somebody else writes to the lot: whoever finds the queue full is told to come
/// back, and those in the queue are answered once the clerk can.
#[rstest]
fn a_full_desk_asks_to_come_back_and_answers_whoever_stood_in_its_queue(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let crowded = TestApp::spawn_with(backend, |settings| {
        settings.bidding.queue = 2;
        settings.bidding.batch = 1;
    });
    let Some(app) = crowded else { return };
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let bidders: Vec<_> = (0..3)
        .map(|number| app.bidder(&format!("b{number}")))
        .collect();
    bidders[0].bids(&lot, "11").has_status(200);
    let transactions = app.transactions();
    let (held, is_held) = channel();
    let (release, released) = channel::<()>();
    let (heard, answers) = channel();
    let answers = std::thread::scope(|scope| {
        scope.spawn(move || {
            let hold = |uow: &mut foundation::UnitOfWork| {
                let lock = "UPDATE auctions_auctions SET version = version";
                sql_query(lock).execute(uow.connection())?;
                held.send(()).unwrap();
                released.recv().unwrap();
                Ok::<_, Failure>(())
            };
            transactions.run(hold).unwrap();
        });
        is_held.recv().unwrap();
        for number in 0..24 {
            let (bidder, lot, heard) = (&bidders[number % 3], &lot, heard.clone());
            scope.spawn(move || {
                let answer = bidder.bids(lot, &(20 + number).to_string());
                heard.send(answer).unwrap();
            });
        }
        drop(heard);
        // Nobody is answered but those who are turned away.
        let first = answers.recv_timeout(PATIENCE).unwrap();
        first.is_problem(503, "unavailable");
        release.send(()).unwrap();
        std::iter::once(first).chain(answers).collect::<Vec<_>>()
    });
    assert_eq!(answers.len(), 24);
    let (away, decided): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 503);
    for answer in &away {
        answer.is_problem(503, "unavailable");
        assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
    }
    assert!(decided.len() >= 3, "the clerk's bid and those in the queue");
    assert!(
        decided.iter().all(|answer| answer.status == 200),
        "{decided:?}"
    );
    let accepted = decided
        .iter()
        .filter(|answer| answer.json()["accepted"] == true);
    assert_eq!(bidders[0].sees(&lot)["bids"], 1 + accepted.count());
    // Others would see it no further than to the newest bid that stands.
    let log = app.staff("tess").reads(&lot, "log").json();
    let lines = log["lines"].as_array().unwrap().len();
    assert_eq!(
        lines,
        2 + decided.len(),
        "what was turned away is in no log"
    );
}
