//! Mail through a server that speaks SMTP.

use std::error::Error;
use std::time::{Duration, SystemTime};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use secrecy::{ExposeSecret, SecretString};

use crate::application::{MailVerdict, Mailer, MailerUnavailable, OutgoingEmail};
use crate::domain::Sender;

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// Not at all: for a server on the same machine or network.
    None,
    /// It begins in the open and must turn to TLS before anything is said (usually port 587).
    StartTls,
    /// TLS from the first byte (usually port 465).
    Tls,
}

/// How to reach a mail server.
#[derive(Debug, Clone)]
pub(crate) struct SmtpAccess {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: MailSecurity,
    /// User and password, for a server that asks for them.
    pub(crate) credentials: Option<(String, SecretString)>,
    pub(crate) timeout: Duration,
}

/// Hands mail to one server, on a new connection for each e-mail: there are few, and a connection kept
/// open would have to be watched.
pub(crate) struct SmtpMailer {
    access: SmtpAccess,
    sender: Sender,
}

impl SmtpMailer {
    /// A mailer that has not connected yet.
    pub(crate) fn new(access: SmtpAccess, sender: Sender) -> Self {
        Self { access, sender }
    }

    /// Connects, protects the connection and logs in. Whatever a server refuses up to here is a matter of
    /// the configuration, not of an e-mail.
    fn connect(&self) -> Result<SmtpConnection, SmtpError> {
        let access = &self.access;
        let host = access.host.as_str();
        let hello = ClientId::default();
        let tls = match access.security {
            MailSecurity::None => None,
            MailSecurity::StartTls | MailSecurity::Tls => Some(TlsParameters::new(host.into())?),
        };
        let from_the_start = match access.security {
            MailSecurity::None | MailSecurity::StartTls => None,
            MailSecurity::Tls => tls.as_ref(),
        };
        let server = (host, access.port);
        let timeout = Some(access.timeout);
        let mut connection =
            SmtpConnection::connect(server, timeout, &hello, from_the_start, None)?;
        if let (MailSecurity::StartTls, Some(tls)) = (access.security, &tls) {
            connection.starttls(tls, &hello)?;
        }
        if let Some((user, password)) = &access.credentials {
            let password = password.expose_secret().to_owned();
            let credentials = Credentials::new(user.clone(), password);
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)?;
        }
        Ok(connection)
    }

    fn message(&self, email: &OutgoingEmail) -> Result<Message, Box<dyn Error + Send + Sync>> {
        let from = Mailbox::new(
            self.sender.name().map(str::to_owned),
            self.sender.address().parse()?,
        );
        let to = Mailbox::new(
            Some(email.recipient.name.as_str().to_owned()),
            email.recipient.address.as_str().parse()?,
        );
        let body = MultiPart::alternative_plain_html(email.text.clone(), email.html.clone());
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", email.id, self.sender.host())))
            .date(SystemTime::from(email.date))
            .from(from)
            .to(to)
            .subject(email.subject.as_str())
            .header(AutoSubmitted)
            .multipart(body)?;
        Ok(message)
    }

    /// The conversation about one e-mail. A server that refuses the sender refuses this house; one that
    /// refuses the recipient or the message refuses this e-mail.
    fn hand_over(
        &self,
        connection: &mut SmtpConnection,
        to: Address,
        message: &Message,
    ) -> Result<MailVerdict, Box<dyn Error + Send + Sync>> {
        let from: Address = self.sender.address().parse()?;
        connection.command(Mail::new(Some(from), Vec::new()))?;
        let taken = connection
            .command(Rcpt::new(to, Vec::new()))
            .and_then(|_| connection.command(Data))
            .and_then(|_| connection.message(&message.formatted()));
        match taken {
            Ok(_) => Ok(MailVerdict::Accepted),
            Err(error) if error.is_permanent() => Ok(MailVerdict::Refused {
                reason: words_of(&error),
            }),
            Err(error) => Err(error.into()),
        }
    }
}

impl Mailer for SmtpMailer {
    fn describe(&self) -> String {
        format!("the SMTP server {}:{}", self.access.host, self.access.port)
    }

    fn send(&self, email: &OutgoingEmail) -> Result<MailVerdict, MailerUnavailable> {
        let (message, to) = match (
            self.message(email),
            email.recipient.address.as_str().parse(),
        ) {
            (Ok(message), Ok(to)) => (message, to),
            (Err(error), _) => return Ok(unwritable(&*error)),
            (_, Err(error)) => return Ok(unwritable(&error)),
        };
        let mut connection = self.connect().map_err(MailerUnavailable::new)?;
        let verdict = self.hand_over(&mut connection, to, &message);
        connection.abort();
        verdict.map_err(MailerUnavailable::new)
    }

    fn check(&self) -> Result<(), MailerUnavailable> {
        let mut connection = self.connect().map_err(MailerUnavailable::new)?;
        connection.abort();
        Ok(())
    }
}

/// No server needs to be asked about a message that cannot be written.
fn unwritable(error: &dyn Error) -> MailVerdict {
    MailVerdict::Refused {
        reason: format!("the message cannot be written: {error}"),
    }
}

/// What the server said, with its code.
fn words_of(error: &SmtpError) -> String {
    let code = error.status().map(|code| code.to_string());
    let text = error.source().map(ToString::to_string);
    let said: Vec<String> = code.into_iter().chain(text).collect();
    said.join(" ")
}

/// Tells automatic repliers to keep silent (RFC 3834).
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
