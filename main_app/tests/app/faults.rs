//! The process dies, again and again, and the story ends the same.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use foundation::testing::{Backend, TestDatabase};
use rstest::rstest;

use crate::ending;
use crate::gavel_process::{free_port, kill_at_random, until};
use crate::story::{self, Site};

const KILLS: u32 = 10;

/// When to kill: the same moments each time, unless `GAVEL_TEST_SEED` asks for others.
fn seed() -> u64 {
    let asked_for = std::env::var("GAVEL_TEST_SEED").ok();
    asked_for.and_then(|seed| seed.parse().ok()).unwrap_or(7)
}

/// Ten times `kill -9` at random moments between listing and shipping, and a new start each time. A worker that
/// died holds its deliveries until their lease ends, so this takes up to a minute.
#[rstest]
fn killed_ten_times_the_house_comes_to_the_same_end(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(database) = TestDatabase::on(backend) else {
        return;
    };
    story::make_staff(database.url());
    let port = free_port();
    let site = Site::at(&[port]);
    let killed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| kill_at_random(database.url(), port, KILLS, seed(), &killed));
        story::tell(&site, TimeDelta::seconds(6));
        until("every kill is over", || {
            killed.load(Ordering::SeqCst).then_some(())
        });
        ending::is_reached(&database);
        site.wait_until_ready();
        killed.store(false, Ordering::SeqCst);
    });
}
