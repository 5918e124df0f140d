//! The connection breaks during COMMIT: whether it happened is looked up, not guessed.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use foundation::testing::Backend;
use foundation::{Database, DatabaseSettings, Failure, Transactions, audit};
use shaku::HasComponent;

use crate::bench::{Bench, CountingModule, Notebook, TestApp};

const PASS: u8 = 0;
const CUT_BEFORE_COMMIT: u8 = 1;
const CUT_AFTER_COMMIT: u8 = 2;

/// A proxy in front of PostgreSQL that can cut a connection around its next COMMIT.
struct Proxy {
    port: u16,
    mode: Arc<AtomicU8>,
}

impl Proxy {
    fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(AtomicU8::new(PASS));
        let shared = Arc::clone(&mode);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(&server).unwrap();
                relay(client, server, Arc::clone(&shared));
            }
        });
        Self { port, mode }
    }
}

fn relay(client: TcpStream, server: TcpStream, mode: Arc<AtomicU8>) {
    let swallow = Arc::new(AtomicU8::new(0));
    let (mut from_client, mut to_client) = (client.try_clone().unwrap(), client);
    let (mut from_server, mut to_server) = (server.try_clone().unwrap(), server);
    let swallowed = Arc::clone(&swallow);
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(read @ 1..) = from_client.read(&mut buffer) {
            let commits = buffer[..read].windows(6).any(|window| window == b"COMMIT");
            let cut = if commits {
                mode.swap(PASS, Ordering::SeqCst)
            } else {
                PASS
            };
            if cut == CUT_AFTER_COMMIT {
                swallow.store(1, Ordering::SeqCst);
            }
            if cut == CUT_BEFORE_COMMIT || to_server.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = to_server.shutdown(Shutdown::Both);
        let _ = from_client.shutdown(Shutdown::Both);
    });
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(read @ 1..) = from_server.read(&mut buffer) {
            let cut = swallowed.load(Ordering::SeqCst) == 1;
            if cut || to_client.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
    });
}

fn through_proxy(bench: &Bench) -> (TestApp, Proxy) {
    let url = bench.database.url();
    let (address, name) = url.split_once('@').unwrap().1.split_once('/').unwrap();
    let user = url.split_once("://").unwrap().1.split_once('@').unwrap().0;
    let proxy = Proxy::before(address.to_owned());
    let url = format!("postgres://{user}@127.0.0.1:{}/{name}", proxy.port);
    let settings = DatabaseSettings {
        url: url.parse().unwrap(),
        connections: 2,
    };
    let module = CountingModule::builder()
        .with_component_parameters::<Notebook>(bench.notebook.clone().into())
        .build();
    let app = TestApp::parts(&bench.database, &bench.clock, Arc::new(module))
        .with_component_override::<Database>(Box::new(Database::open(settings).unwrap()))
        .build();
    (app, proxy)
}

fn write_through(mode: u8) -> Option<(Result<(), Failure>, i64)> {
    let bench = Bench::on(Backend::Postgres)?;
    let (app, proxy) = through_proxy(&bench);
    let transactions: &Transactions = app.resolve_ref();
    proxy.mode.store(mode, Ordering::SeqCst);
    let outcome = transactions.run(|uow| audit::record("test", "wrote", "", "", uow));
    let written = bench.count("SELECT count(*) AS count FROM foundation_audit");
    Some((outcome, written))
}

#[test]
fn a_commit_whose_answer_was_lost_counts_when_it_happened() {
    let Some((outcome, written)) = write_through(CUT_AFTER_COMMIT) else {
        return;
    };
    outcome.unwrap();
    assert_eq!(written, 1);
}

#[test]
fn a_commit_that_never_arrived_is_not_reported_as_done() {
    let Some((outcome, written)) = write_through(CUT_BEFORE_COMMIT) else {
        return;
    };
    assert!(
        matches!(outcome, Err(Failure::OutcomeUnknown(_))),
        "{outcome:?}"
    );
    assert_eq!(written, 0);
}

#[test]
fn an_undisturbed_commit_passes_the_proxy() {
    let Some((outcome, written)) = write_through(PASS) else {
        return;
    };
    outcome.unwrap();
    assert_eq!(written, 1);
}
