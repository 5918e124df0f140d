//! Random histories of the stock, with everything written down and read again in between.

use foundation::testing::Backend;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use shipping::OrderLine;

use crate::bench::Bench;
use crate::warehouse::{day, line};

#[derive(Debug, Clone)]
enum Act {
    Arrive(i64, u32),
    Change(usize, u32),
    Allocate(i64),
    AllocateAgain(usize),
    Deallocate(usize),
    HandOut(usize),
    TakeBack(usize),
}

fn histories() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        2 => (1_i64..12, 0_u32..5).prop_map(|(pieces, eta)| Act::Arrive(pieces, eta)),
        2 => (0_usize..4, 0_u32..12).prop_map(|(batch, pieces)| Act::Change(batch, pieces)),
        6 => (1_i64..5).prop_map(Act::Allocate),
        1 => (0_usize..12).prop_map(Act::AllocateAgain),
        2 => (0_usize..12).prop_map(Act::Deallocate),
        3 => (0_usize..12).prop_map(Act::HandOut),
        2 => (0_usize..12).prop_map(Act::TakeBack),
    ];
    vec(act, 10..50)
}

/// Acts on goods of their own; says whether anything was changed.
fn take(
    bench: &Bench,
    goods: &str,
    act: &Act,
    batches: &mut usize,
    asked: &mut Vec<OrderLine>,
) -> bool {
    let of = |number: usize, asked: &[OrderLine]| asked.get(number).cloned();
    match *act {
        Act::Arrive(pieces, eta) => {
            let name = format!("{goods}.{batches}");
            *batches += 1;
            bench.stocks(goods, &name, pieces, day(eta)).is_ok()
        }
        Act::Change(batch, pieces) => bench
            .changes(&format!("{goods}.{batch}"), pieces, None)
            .is_ok(),
        Act::Allocate(pieces) => {
            asked.push(line(goods, pieces));
            bench.allocates(&asked[asked.len() - 1]).is_ok()
        }
        Act::AllocateAgain(number) => {
            let known = bench.lines();
            let line = of(number, asked);
            line.is_some_and(|line| bench.allocates(&line).is_ok() && bench.lines() > known)
        }
        Act::Deallocate(number) => {
            of(number, asked).is_some_and(|line| bench.deallocates(&line).is_ok())
        }
        Act::HandOut(number) => {
            of(number, asked).is_some_and(|line| bench.hands_out(&line).is_ok())
        }
        Act::TakeBack(number) => {
            of(number, asked).is_some_and(|line| bench.takes_back(&line).is_ok())
        }
    }
}

#[rstest]
fn what_is_written_down_matches_after_any_history(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    if backend == Backend::Sqlite {
        bench.database.tamper("PRAGMA synchronous = OFF");
    }
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    });
    let round = std::cell::Cell::new(0);
    let checked = runner.run(&histories(), |acts| {
        round.set(round.get() + 1);
        let goods = format!("G{}", round.get());
        let (mut batches, mut asked) = (0, Vec::new());
        bench
            .stocks(&goods, &format!("{goods}.FIRST"), 3, None)
            .unwrap();
        for act in &acts {
            let version = bench.version(&goods);
            let changed = take(&bench, &goods, act, &mut batches, &mut asked);
            prop_assert_eq!(
                bench.version(&goods),
                version + i64::from(changed),
                "{:?}",
                act
            );
            prop_assert_eq!(bench.contradictions(), 0, "{:?}", act);
        }
        Ok(())
    });
    checked.unwrap();
}
