//! What an operator decides.

use std::time::Duration;

use secrecy::SecretString;

use crate::domain::Sender;
use crate::infrastructure::MailSecurity;

/// How customers are written to.
#[derive(Debug, Clone)]
pub struct CustomersSettings {
    /// Where mail goes.
    pub mail: MailSettings,
    /// Who it comes from.
    pub sender: Sender,
    /// Where the house's pages are found, such as `https://gavel.example`; links in e-mails begin so.
    pub public_url: String,
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum MailSettings {
    /// Nowhere: e-mails are only shown in the application.
    Embedded,
    /// To a mail server.
    Smtp {
        /// Name or address of the server; with TLS, the name in its certificate.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is protected.
        security: MailSecurity,
        /// Who logs in; nobody when the server does not ask.
        user: Option<String>,
        /// The password of that user.
        password: Option<SecretString>,
        /// How long to wait for the connection and for each answer.
        timeout: Duration,
    },
}
