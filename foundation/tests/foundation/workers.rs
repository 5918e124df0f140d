//! Workers in threads of their own.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foundation::testing::Backend;
use foundation::{DeliveryAdministration, DeliveryWorker, WorkerSettings};
use rstest::rstest;

use crate::bench::Bench;

const PATIENCE: Duration = Duration::from_secs(20);

#[rstest]
fn running_workers_deliver_what_is_posted_and_stop_when_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (calls, called) = channel();
    let calls = Mutex::new(calls);
    bench.notebook.change(|notes| {
        notes.on_call = Some(Arc::new(move || calls.lock().unwrap().send(()).unwrap()));
    });
    let workers = bench
        .component::<DeliveryWorker>()
        .start(WorkerSettings::default());
    for number in 0..5 {
        bench.post(number);
        called.recv_timeout(PATIENCE).unwrap();
    }
    workers.stop(PATIENCE);
    bench.post(5);
    assert!(bench.app.deliver_due() > 0, "nobody else takes it");
}

/// A handler that hangs does not hold up the stop: its delivery goes back untried, and the fence keeps
/// whatever it still does from having an effect.
#[rstest]
fn a_delivery_under_way_at_a_stop_is_handed_back_untried(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let ((calls, called), (release, released)) = (channel(), channel::<()>());
    let ends = Mutex::new((calls, released));
    bench.notebook.change(|notes| {
        notes.on_call = Some(Arc::new(move || {
            let ends = ends.lock().unwrap();
            ends.0.send(()).unwrap();
            let _ = ends.1.recv_timeout(PATIENCE);
        }));
    });
    bench.post(1);
    let workers = bench
        .component::<DeliveryWorker>()
        .start(WorkerSettings::default());
    called.recv_timeout(PATIENCE).unwrap();
    workers.stop(Duration::from_millis(50));

    let administration = bench.component::<DeliveryAdministration>();
    let transactions = bench.app.transactions();
    let list = |state| transactions.read(|reader| administration.list(Some(state), 10, reader));
    let ready = list("ready").unwrap();
    let handed_back = ready
        .iter()
        .find(|delivery| delivery.handler == "test.outside");
    assert_eq!(handed_back.unwrap().attempt, 0);
    assert!(list("running").unwrap().is_empty());
    release.send(()).unwrap();
    drop(release);
}
