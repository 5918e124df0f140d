//! The SMTP client against a server that is not ours: aiosmtpd from PyPI.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use customer_relationship::{EmailState, MailSecurity, MailSettings};
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::Value;

use crate::bench::{Bench, plain_smtp};

/// Names a python that has aiosmtpd.
const PYTHON: &str = "GAVEL_TEST_AIOSMTPD";

/// A running aiosmtpd, stopped when dropped.
struct Peer {
    child: Child,
    said: BufReader<ChildStdout>,
    port: u16,
}

impl Peer {
    /// `None`, with a printed line, when the test's machine has no aiosmtpd.
    fn start(arguments: &[&str]) -> Option<Self> {
        let Ok(python) = std::env::var(PYTHON) else {
            println!("skipped: {PYTHON} names no python that has aiosmtpd");
            return None;
        };
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/customer_relationship/aiosmtpd_peer.py"
        );
        let mut child = Command::new(python)
            .arg(script)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut peer = Self {
            child,
            said,
            port: 0,
        };
        peer.port = peer.next_line().trim().parse().unwrap();
        Some(peer)
    }

    fn next_line(&mut self) -> String {
        let mut line = String::new();
        let read = self.said.read_line(&mut line).unwrap();
        assert!(read > 0, "aiosmtpd has ended");
        line
    }

    /// The next message that it took, decoded by Python.
    fn message(&mut self) -> Value {
        serde_json::from_str(&self.next_line()).unwrap()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[rstest]
fn aiosmtpd_reads_both_parts_and_every_header(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(mut peer) = Peer::start(&["accept"]) else {
        return;
    };
    let Some(bench) = Bench::with_mail(backend, plain_smtp(peer.port)) else {
        return;
    };
    let hana = bench.hana();
    let title =
        "호두나무 의자\r\nBcc: eve@example.org, 아주 오래되고 다리가 네 개인 & <튼튼한> 의자";
    bench.tell_of_winning(hana, title).unwrap();
    bench.app.deliver_due();

    let email = bench.only_email();
    assert_eq!(email.state.as_str(), "sent");
    let message = peer.message();
    assert_eq!(message["envelope_from"], "mail@gavel.example");
    assert_eq!(message["envelope_to"][0], "hana@example.kr");
    let headers = &message["headers"];
    let id = format!("<{}@gavel.example>", email.id);
    assert_eq!(headers["Message-ID"], id);
    assert_eq!(headers["Subject"], email.subject);
    assert_eq!(headers["From"], "Gavel <mail@gavel.example>");
    assert_eq!(headers["To"], "김하나 <hana@example.kr>");
    assert_eq!(headers["Date"], "Sat, 21 Nov 2026 12:00:00 +0000");
    assert_eq!(headers["Auto-Submitted"], "auto-generated");
    assert_eq!(headers.get("Bcc"), None);
    assert_eq!(message["content_type"], "multipart/alternative");
    assert_eq!(message["defects"], Value::Array(Vec::new()));
    let parts = message["parts"].as_array().unwrap();
    let kinds: Vec<_> = parts.iter().map(|part| &part["type"]).collect();
    assert_eq!(kinds, ["text/plain", "text/html"]);
    assert_eq!(lines(&parts[0]), email.text.trim_end());
    assert_eq!(lines(&parts[1]), email.html.trim_end());
    assert!(lines(&parts[0]).contains("축하합니다!"));
}

/// The text of a part with the line ends that it had before SMTP.
fn lines(part: &Value) -> String {
    let text = part["text"].as_str().unwrap();
    text.replace("\r\n", "\n").trim_end().to_owned()
}

#[rstest]
fn an_address_that_aiosmtpd_refuses_is_shown_to_staff(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(peer) = Peer::start(&["refuse"]) else {
        return;
    };
    let Some(bench) = Bench::with_mail(backend, plain_smtp(peer.port)) else {
        return;
    };
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    bench.app.deliver_due();
    match bench.only_email().state {
        EmailState::Refused { reason, .. } => {
            assert!(reason.contains("550"), "{reason}");
            assert!(reason.contains("no such user here"), "{reason}");
        }
        state @ (EmailState::Queued | EmailState::Sent { .. }) => panic!("{state:?}"),
    }
    assert!(bench.unfinished().is_empty());
}

#[rstest]
fn an_email_that_aiosmtpd_defers_is_tried_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(peer) = Peer::start(&["defer"]) else {
        return;
    };
    let Some(bench) = Bench::with_mail(backend, plain_smtp(peer.port)) else {
        return;
    };
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    for attempt in 1..=2 {
        bench.app.deliver_due();
        assert_eq!(bench.only_email().state, EmailState::Queued);
        let unfinished = bench.unfinished();
        assert_eq!(unfinished[0].attempt, attempt);
        let error = unfinished[0].last_error.clone().unwrap();
        assert!(error.contains("the mailbox is busy"), "{error}");
        bench.clock.advance(TimeDelta::minutes(1));
    }
}

#[rstest]
fn aiosmtpd_lets_the_right_password_in_and_a_wrong_one_loses_no_email(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("right", "wrong")] password: &str,
) {
    let Some(mut peer) = Peer::start(&["accept", "gavel", "right"]) else {
        return;
    };
    let settings = MailSettings::Smtp {
        host: "127.0.0.1".into(),
        port: peer.port,
        security: MailSecurity::None,
        user: Some("gavel".into()),
        password: Some(password.into()),
        timeout: Duration::from_secs(10),
    };
    let Some(bench) = Bench::with_mail(backend, settings) else {
        return;
    };
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    bench.app.deliver_due();
    let state = bench.only_email().state;
    if password == "right" {
        assert!(bench.customers.check_mail().is_ok());
        assert_eq!(state.as_str(), "sent");
        assert_eq!(peer.message()["authenticated"], true);
    } else {
        assert!(bench.customers.check_mail().is_err());
        assert_eq!(state, EmailState::Queued);
    }
}
