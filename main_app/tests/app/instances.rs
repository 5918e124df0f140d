//! Several processes on one database are as correct as one.

use chrono::TimeDelta;
use foundation::testing::{Backend, TestDatabase};

use crate::ending;
use crate::gavel_process::{GavelProcess, free_port};
use crate::story::{self, Site};

/// `serve` twice and `worker` once, started together on a database that nobody has migrated yet: one end, one
/// payment, one e-mail each.
#[test]
fn two_servers_and_a_worker_come_to_the_same_end_as_one_process() {
    let Some(database) = TestDatabase::on(Backend::Postgres) else {
        return;
    };
    for _ in database.database().migration_status().unwrap() {
        database.database().migrate_down().unwrap();
    }
    let ports = [free_port(), free_port()];
    let site = Site::at(&ports);
    let processes = [
        GavelProcess::serve(database.url(), ports[0]),
        GavelProcess::serve(database.url(), ports[1]),
        GavelProcess::worker(database.url()),
    ];
    site.wait_until_ready();
    story::make_staff(database.url());
    story::tell(&site, TimeDelta::seconds(3));
    ending::is_reached(&database);
    for process in processes {
        assert!(process.stop(), "after SIGTERM a process ends well");
    }
}
