//! How e-mails leave the house, and what becomes of those that do not.

use std::time::Duration;

use chrono::TimeDelta;
use customer_relationship::{EmailState, MailSecurity, MailSettings};
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, plain_smtp};
use crate::scripted_server::{Answers, ScriptedServer};

fn header<'m>(message: &'m str, name: &str) -> Option<&'m str> {
    let headers = message.split("\n\n").next()?;
    let mut lines = headers.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[rstest]
fn the_embedded_mailbox_takes_everything_and_tells_when(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    assert_eq!(bench.only_email().state, EmailState::Queued);
    bench.clock.advance(TimeDelta::seconds(3));
    bench.app.deliver_due();
    let email = bench.only_email();
    let at = email.queued_at + TimeDelta::seconds(3);
    assert_eq!(email.state, EmailState::Sent { at });
    let found = |reader: &mut _| bench.customers.email(email.id, reader);
    assert_eq!(bench.app.transactions().read(found).unwrap(), Some(email));
    assert!(bench.customers.check_mail().is_ok());
}

#[rstest]
fn an_email_of_a_rolled_back_transaction_is_never_sent(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let server = ScriptedServer::start();
    let Some(bench) = Bench::with_mail(backend, plain_smtp(server.port)) else {
        return;
    };
    let ada = bench.ada();
    let lot = crate::bench::won_lot("A chair");
    let failed: Result<(), foundation::Failure> = bench.app.transactions().run(|uow| {
        let sent = bench
            .customers
            .send_email_about_winning(ada, lot.clone(), uow);
        sent.unwrap();
        Err(foundation::Failure::Defect("told to fail".into()))
    });
    assert!(failed.is_err());
    assert_eq!(bench.app.deliver_due(), 0);
    assert!(server.messages().is_empty());
}

#[rstest]
fn the_mailbox_shows_the_newest_first(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let ada = bench.ada();
    for title in ["one", "two", "three"] {
        bench.tell_of_winning(ada, title).unwrap();
        bench.clock.advance(TimeDelta::seconds(1));
    }
    let two = |reader: &mut _| bench.customers.emails(2, reader);
    let emails = bench.app.transactions().read(two).unwrap();
    let subjects: Vec<_> = emails.iter().map(|email| &*email.subject).collect();
    assert_eq!(subjects, ["You won: three", "You won: two"]);
}

#[rstest]
fn a_refused_address_is_visible_and_not_tried_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let server = ScriptedServer::start();
    let Some(bench) = Bench::with_mail(backend, plain_smtp(server.port)) else {
        return;
    };
    server.answer(Answers {
        to_rcpt: "550 5.1.1 no such user",
        ..Answers::default()
    });
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    bench.app.deliver_due();
    server.answer(Answers::default());
    bench.clock.advance(TimeDelta::days(2));
    assert_eq!(bench.app.deliver_due(), 0);

    let refused = |reader: &mut _| bench.customers.refused_emails(10, reader);
    let refused = bench.app.transactions().read(refused).unwrap();
    assert_eq!(refused, bench.emails());
    let reason = match &refused[0].state {
        EmailState::Refused { reason, .. } => reason,
        state @ (EmailState::Queued | EmailState::Sent { .. }) => panic!("{state:?}"),
    };
    assert!(reason.contains("550"), "{reason}");
    assert!(reason.contains("no such user"), "{reason}");
    assert!(server.messages().is_empty());
}

#[rstest]
fn a_temporary_failure_is_tried_again_under_the_same_message_id(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let server = ScriptedServer::start();
    let Some(bench) = Bench::with_mail(backend, plain_smtp(server.port)) else {
        return;
    };
    server.answer(Answers {
        to_message: "451 4.3.0 try again later",
        ..Answers::default()
    });
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.only_email().state, EmailState::Queued);
    let error = bench.unfinished()[0].last_error.clone().unwrap();
    assert!(error.contains("try again later"), "{error}");

    server.answer(Answers::default());
    bench.clock.advance(TimeDelta::minutes(1));
    bench.app.deliver_due();
    let email = bench.only_email();
    assert_eq!(email.state.as_str(), "sent");
    let id = format!("<{}@gavel.example>", email.id);
    let messages = server.messages();
    let ids: Vec<_> = messages.iter().map(|m| header(m, "Message-ID")).collect();
    assert_eq!(ids, [Some(&*id), Some(&*id)]);
    bench.clock.advance(TimeDelta::days(2));
    assert_eq!(bench.app.deliver_due(), 0);
}

#[rstest]
fn a_server_that_refuses_this_house_refuses_no_email(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let server = ScriptedServer::start();
    let Some(bench) = Bench::with_mail(backend, plain_smtp(server.port)) else {
        return;
    };
    server.answer(Answers {
        to_mail: "530 5.7.0 log in first",
        ..Answers::default()
    });
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.only_email().state, EmailState::Queued);
    let error = bench.unfinished()[0].last_error.clone().unwrap();
    assert!(error.contains("log in first"), "{error}");
}

#[rstest]
fn an_unreachable_server_keeps_the_email_queued(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let gone = ScriptedServer::start().port;
    let Some(bench) = Bench::with_mail(backend, plain_smtp(gone)) else {
        return;
    };
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.only_email().state, EmailState::Queued);
    assert!(bench.customers.check_mail().is_err());
    let destination = bench.customers.mail_destination();
    assert!(destination.ends_with(&format!("127.0.0.1:{gone}")));
}

#[rstest]
fn nothing_is_said_in_the_open_when_tls_is_demanded(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(MailSecurity::StartTls, MailSecurity::Tls)] security: MailSecurity,
) {
    let server = ScriptedServer::start();
    let settings = MailSettings::Smtp {
        host: "127.0.0.1".into(),
        port: server.port,
        security,
        user: Some("gavel".into()),
        password: Some("secret".into()),
        timeout: Duration::from_secs(2),
    };
    let Some(bench) = Bench::with_mail(backend, settings) else {
        return;
    };
    let ada = bench.ada();
    bench.tell_of_winning(ada, "A chair").unwrap();
    bench.app.deliver_due();
    assert_eq!(bench.only_email().state, EmailState::Queued);
    assert!(server.messages().is_empty());
}

#[rstest]
fn a_title_cannot_forge_a_header(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let server = ScriptedServer::start();
    let Some(bench) = Bench::with_mail(backend, plain_smtp(server.port)) else {
        return;
    };
    let ada = bench.ada();
    let title = "Chair\r\nBcc: eve@example.org\r\n\r\nHello";
    bench.tell_of_winning(ada, title).unwrap();
    bench.app.deliver_due();
    let message = &server.messages()[0];
    let subject = "You won: Chair Bcc: eve@example.org Hello";
    assert_eq!(header(message, "Subject"), Some(subject));
    assert_eq!(header(message, "Bcc"), None);
    assert_eq!(header(message, "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(
        header(message, "Date"),
        Some("Sat, 21 Nov 2026 12:00:00 +0000")
    );
}
