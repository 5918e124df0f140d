//! What the memory gives again, for how long, and what it forgets.

use std::cell::Cell;
use std::convert::Infallible;

use tokio::sync::oneshot;

use super::*;

const TIME: TimeDelta = TimeDelta::milliseconds(100);

fn at(milliseconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::milliseconds(milliseconds)
}

/// Something that is read, with how often.
#[derive(Default)]
struct Database {
    value: Cell<u32>,
    reads: Cell<u32>,
}

impl Database {
    async fn read(&self) -> Result<u32, Infallible> {
        self.reads.set(self.reads.get() + 1);
        Ok(self.value.get())
    }

    async fn ask(&self, memory: &ShortMemory<u32, u32>, key: u32, now: DateTime<Utc>) -> u32 {
        memory.get(&key, now, || self.read()).await.unwrap()
    }
}

#[actix_web::test]
async fn an_answer_is_given_again_until_its_time_is_over() {
    let (memory, database) = (ShortMemory::new(TIME, 10), Database::default());
    assert_eq!(database.ask(&memory, 1, at(0)).await, 0);
    database.value.set(7);
    assert_eq!(database.ask(&memory, 1, at(99)).await, 0);
    assert_eq!(database.ask(&memory, 1, at(100)).await, 7);
    assert_eq!(database.reads.get(), 2);
}

#[actix_web::test]
async fn a_clock_that_is_set_back_makes_no_answer_last() {
    let (memory, database) = (ShortMemory::new(TIME, 10), Database::default());
    database.ask(&memory, 1, at(10_000)).await;
    database.value.set(7);
    assert_eq!(database.ask(&memory, 1, at(0)).await, 7);
}

#[actix_web::test]
async fn without_time_nothing_is_remembered() {
    let memory = ShortMemory::new(TimeDelta::zero(), 10);
    let database = Database::default();
    for _ in 0..3 {
        database.ask(&memory, 1, at(0)).await;
    }
    assert_eq!(database.reads.get(), 3);
}

#[actix_web::test]
async fn those_who_ask_at_once_share_one_read() {
    let (memory, database) = (ShortMemory::new(TIME, 10), Database::default());
    let (answer, wait) = oneshot::channel();
    let slow = memory.get(&1, at(0), || async {
        wait.await.unwrap();
        database.read().await
    });
    let (first, second, ()) = tokio::join!(slow, database.ask(&memory, 1, at(1)), async {
        answer.send(()).unwrap();
    });
    assert_eq!((first, second, database.reads.get()), (Ok(0), 0, 1));
}

#[actix_web::test]
async fn what_is_forgotten_while_it_is_read_is_not_kept() {
    let (memory, database) = (ShortMemory::new(TIME, 10), Database::default());
    let forgets: [&dyn Fn(); 3] = [&|| memory.forget(&1), &|| memory.forget_all(), &|| {
        memory.forget_if(|_| false);
    }];
    for forget in forgets {
        memory.forget_all();
        database.value.set(0);
        let late = memory.get(&1, at(0), || async {
            let before = database.read().await;
            database.value.set(7);
            forget();
            before
        });
        assert_eq!(late.await, Ok(0));
        assert_eq!(database.ask(&memory, 1, at(0)).await, 7);
    }
}

#[actix_web::test]
async fn only_what_a_change_touches_is_forgotten() {
    let (memory, database) = (ShortMemory::new(TIME, 10), Database::default());
    for key in [1, 2, 3] {
        database.value.set(key);
        database.ask(&memory, key, at(0)).await;
    }
    database.value.set(9);
    memory.forget(&1);
    memory.forget_if(|value| *value == 2);
    let mut answers = Vec::new();
    for key in [1, 2, 3] {
        answers.push(database.ask(&memory, key, at(0)).await);
    }
    assert_eq!(answers, [9, 9, 3]);
}

#[actix_web::test]
async fn a_failure_is_not_remembered_and_those_who_waited_read_for_themselves() {
    let (memory, database) = (ShortMemory::<u32, u32>::new(TIME, 10), Database::default());
    let (fail, wait) = oneshot::channel();
    let failing = memory.get(&1, at(0), || async {
        wait.await.unwrap();
        Err("the database is away")
    });
    let (failed, waited, ()) = tokio::join!(failing, database.ask(&memory, 1, at(0)), async {
        fail.send(()).unwrap();
    });
    assert_eq!((failed, waited), (Err("the database is away"), 0));
    assert_eq!(database.reads.get(), 1);
    for _ in 0..3 {
        database.ask(&memory, 1, at(0)).await;
    }
    assert_eq!(database.reads.get(), 2);
}

#[actix_web::test]
async fn whoever_leaves_while_reading_leaves_the_read_to_the_next() {
    let (memory, database) = (ShortMemory::new(TIME, 10), Database::default());
    let never = std::future::pending::<Result<u32, Infallible>>;
    tokio::select! {
        biased;
        _ = memory.get(&1, at(0), never) => panic!("nothing was read"),
        () = std::future::ready(()) => {}
    }
    assert_eq!(database.ask(&memory, 1, at(0)).await, 0);
}

#[actix_web::test]
async fn it_keeps_no_more_than_twice_the_most_and_nothing_long() {
    let (memory, database) = (ShortMemory::new(TIME, 10), Database::default());
    let size = || {
        let kept = memory.lock();
        kept.young.len() + kept.old.len()
    };
    for key in 0..1_000 {
        database.ask(&memory, key, at(0)).await;
        assert!(size() <= 20, "{}", size());
    }
    database.ask(&memory, 1, at(100)).await;
    database.ask(&memory, 1, at(200)).await;
    assert_eq!(size(), 2);
}
