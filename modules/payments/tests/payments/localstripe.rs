//! The client of Stripe against localstripe, an implementation that is not ours.
//!
//! It ignores idempotency keys: those are tested in `stripe.rs`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use foundation::testing::Backend;
use payments::{
    Answer, Attempt, ChargeOutcome, GatewayReference, GatewaySettings, Instruction, NoticeRefusal,
    PaymentStatus, PaymentToken, ReceiveNoticeError, RefundId, Task,
};

use crate::bench::{Bench, states};
use crate::notices::receive;
use crate::stripe_server::{WEBHOOK_SECRET, facade, instruction, settings};

/// Names the localstripe executable.
const EXECUTABLE: &str = "GAVEL_TEST_LOCALSTRIPE";

/// A running localstripe, ended when this value goes.
struct Localstripe {
    process: Child,
    port: u16,
    /// Kept open, or it would die of what it prints next.
    printing: BufReader<ChildStdout>,
}

impl Localstripe {
    /// `None`, with a printed line, when the test's machine has no localstripe.
    fn start() -> Option<Self> {
        let Ok(executable) = std::env::var(EXECUTABLE) else {
            println!("skipped: {EXECUTABLE} names no localstripe (bin/test installs one)");
            return None;
        };
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut process = Command::new(executable)
            .args(["--from-scratch", "--port", &port.to_string()])
            .env("PYTHONUNBUFFERED", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("localstripe can be started");
        let stdout = process.stdout.take().expect("its output is piped");
        let mut started = Self {
            process,
            port,
            printing: BufReader::new(stdout),
        };
        let mut line = String::new();
        while !line.contains("Running on") {
            line.clear();
            let read = started.printing.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "localstripe ended before it listened");
        }
        Some(started)
    }

    /// Has it send its messages, signed with the secret of these tests.
    fn sends_messages_to(&self, place: std::net::SocketAddr) {
        let body =
            format!(r#"{{"url": "http://{place}/webhooks/stripe", "secret": "{WEBHOOK_SECRET}"}}"#);
        let mut line = TcpStream::connect(("localhost", self.port)).unwrap();
        write!(
            line,
            "POST /_config/webhooks/gavel HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn settings(&self) -> GatewaySettings {
        settings(&format!("http://localhost:{}", self.port))
    }
}

impl Drop for Localstripe {
    fn drop(&mut self) {
        // It keeps nothing that matters, and may be gone by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn authorise(card: &str) -> Instruction {
    instruction(Task::Authorise {
        token: PaymentToken::parse(card).unwrap(),
        return_url: None,
    })
}

fn again(instruction: &Instruction) -> Instruction {
    Instruction {
        attempt: Attempt::TooLate,
        ..instruction.clone()
    }
}

fn reference(answer: Answer) -> GatewayReference {
    let Answer::Authorised { reference, .. } = answer else {
        panic!("{answer:?}");
    };
    reference
}

#[test]
fn a_card_is_authorised_and_captured_and_each_can_be_fetched() {
    let Some(stripe) = Localstripe::start() else {
        return;
    };
    let gateway = facade(stripe.settings());
    let charge = authorise("pm_card_visa");
    let nothing_yet = gateway.call_gateway(&again(&charge));
    assert!(nothing_yet.is_err(), "nothing was sent: {nothing_yet:?}");
    let authorisation = reference(gateway.call_gateway(&charge).unwrap());
    let fetched = reference(gateway.call_gateway(&again(&charge)).unwrap());
    assert_eq!(fetched, authorisation);

    let capture = instruction(Task::Capture {
        authorisation: authorisation.clone(),
    });
    assert!(gateway.call_gateway(&again(&capture)).is_err());
    for instruction in [&capture, &again(&capture), &capture] {
        let answer = gateway.call_gateway(instruction).unwrap();
        assert_eq!(answer, Answer::Captured);
    }
    let void = instruction(Task::Void { authorisation });
    let answer = gateway.call_gateway(&void).unwrap();
    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
}

#[test]
fn an_authorised_card_is_voided_and_then_no_longer_captured() {
    let Some(stripe) = Localstripe::start() else {
        return;
    };
    let gateway = facade(stripe.settings());
    let answer = gateway.call_gateway(&authorise("pm_card_visa")).unwrap();
    let authorisation = reference(answer);
    let void = instruction(Task::Void {
        authorisation: authorisation.clone(),
    });
    for instruction in [&void, &again(&void), &void] {
        let answer = gateway.call_gateway(instruction).unwrap();
        assert_eq!(answer, Answer::Voided);
    }
    let fetched = instruction(Task::Capture { authorisation });
    let answer = gateway.call_gateway(&again(&fetched)).unwrap();
    assert!(matches!(answer, Answer::Refused { .. }), "{answer:?}");
}

#[test]
fn a_declined_card_is_refused_with_a_reason_that_can_be_fetched() {
    let Some(stripe) = Localstripe::start() else {
        return;
    };
    let gateway = facade(stripe.settings());
    let charge = authorise("pm_card_chargeCustomerFail");
    for instruction in [&charge, &again(&charge)] {
        let answer = gateway.call_gateway(instruction).unwrap();
        let Answer::Refused { reason, .. } = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(reason, "Your card was declined.");
    }
    let unknown_card = gateway.call_gateway(&authorise("pm_unheard_of"));
    let error = unknown_card.unwrap_err();
    assert!(error.to_string().contains("404"), "{error}");
}

#[test]
fn a_captured_card_is_refunded_in_parts_and_each_can_be_fetched() {
    let Some(stripe) = Localstripe::start() else {
        return;
    };
    let gateway = facade(stripe.settings());
    let charge = authorise("pm_card_visa");
    let authorisation = reference(gateway.call_gateway(&charge).unwrap());
    let capture = instruction(Task::Capture {
        authorisation: authorisation.clone(),
    });
    gateway.call_gateway(&capture).unwrap();
    let part = |text: &str| {
        instruction(Task::Refund {
            authorisation: authorisation.clone(),
            amount: foundation::Money::parse_with_code("USD", text).unwrap(),
            refund: RefundId::generate(),
        })
    };
    let (first, second) = (part("5"), part("14.99"));
    assert!(
        gateway.call_gateway(&again(&first)).is_err(),
        "nothing was sent"
    );
    let given_back = gateway.call_gateway(&first).unwrap();
    assert!(
        matches!(given_back, Answer::Refunded { .. }),
        "{given_back:?}"
    );
    assert_eq!(gateway.call_gateway(&again(&first)).unwrap(), given_back);
    let rest = gateway.call_gateway(&second).unwrap();
    assert_ne!(rest, given_back);
    assert_eq!(gateway.call_gateway(&again(&second)).unwrap(), rest);
}

#[test]
fn a_payment_goes_through_its_life_at_localstripe() {
    let Some(stripe) = Localstripe::start() else {
        return;
    };
    let Some(bench) = Bench::with_settings(Backend::Sqlite, stripe.settings()) else {
        return;
    };
    let payment = bench.started();
    let outcome = bench.charge(payment, "pm_card_chargeCustomerFail").unwrap();
    assert!(
        matches!(outcome, ChargeOutcome::Declined { .. }),
        "{outcome:?}"
    );
    let outcome = bench.charge(payment, "pm_card_visa").unwrap();
    assert_eq!(outcome, ChargeOutcome::Charged);
    bench.app.deliver_due();
    assert_eq!(bench.status(payment), PaymentStatus::Captured);

    let late = bench.started();
    let instruction = bench.begun(late, "pm_card_visa");
    drop(bench.payments.call_gateway(&instruction));
    bench.times_out(late);
    bench.after(chrono::TimeDelta::seconds(30));
    assert_eq!(bench.status(late), PaymentStatus::TimedOut);
    let expected = states([("authorise", "succeeded"), ("void", "succeeded")]);
    assert_eq!(bench.operation_states()[3..], expected);
}

/// A message as it came over the line: the signature and the body.
fn one_message(listener: &TcpListener) -> (String, String) {
    let (mut line, _) = listener.accept().unwrap();
    let mut reading = BufReader::new(line.try_clone().unwrap());
    let (mut signature, mut length) = (String::new(), 0);
    loop {
        let mut header = String::new();
        reading.read_line(&mut header).unwrap();
        let header = header.trim_end();
        let Some((name, value)) = header.split_once(": ") else {
            match header.is_empty() {
                true => break,
                false => continue,
            }
        };
        match name.to_ascii_lowercase().as_str() {
            "stripe-signature" => value.clone_into(&mut signature),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reading.read_exact(&mut body).unwrap();
    line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .unwrap();
    (signature, String::from_utf8(body).unwrap())
}

#[test]
fn what_localstripe_signs_is_heeded_and_what_was_changed_on_the_way_is_not() {
    let Some(stripe) = Localstripe::start() else {
        return;
    };
    let Some(bench) = Bench::with_settings(Backend::Sqlite, stripe.settings()) else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    stripe.sends_messages_to(listener.local_addr().unwrap());
    let payment = bench.started();
    let instruction = bench.begun(payment, "pm_card_visa");
    let authorisation = reference(bench.payments.call_gateway(&instruction).unwrap());
    let capture = Task::Capture { authorisation };
    let captured = bench
        .payments
        .call_gateway(&crate::stripe_server::instruction(capture));
    assert_eq!(captured.unwrap(), Answer::Captured);

    let (signature, body) = one_message(&listener);
    let sent = signature
        .trim_start_matches("t=")
        .split(',')
        .next()
        .unwrap();
    let sent = chrono::DateTime::from_timestamp(sent.parse().unwrap(), 0).unwrap();
    assert!(body.contains("payment_intent.succeeded"), "{body}");
    bench.clock.set(sent + chrono::TimeDelta::seconds(5));
    let changed = body.replacen("1999", "9991", 1);
    assert_ne!(changed, body);
    let refusal = receive(&bench, &signature, &changed).unwrap_err();
    assert!(
        matches!(refusal, ReceiveNoticeError::Refused(NoticeRefusal::Forged)),
        "{refusal:?}"
    );
    assert!(receive(&bench, &signature, &body).unwrap());
    assert!(
        !receive(&bench, &signature, &body).unwrap(),
        "once is enough"
    );
    bench.app.deliver_due();
    assert_eq!(bench.status(payment), PaymentStatus::Captured);
}
