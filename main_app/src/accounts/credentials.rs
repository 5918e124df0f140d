//! Sessions and API tokens.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::typed_id;

use super::users::{User, UserId};

typed_id! {
    /// Identifies a session or an API token.
    CredentialId
}

/// What a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A browser's, in a cookie.
    Session,
    /// A program's, in the `Authorization` header.
    Token,
}

impl CredentialKind {
    /// The word for it in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Session, Self::Token]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// Leave to act as a user, until it is revoked, was not used for its idle time, or has come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Identifies it.
    pub id: CredentialId,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub kind: CredentialKind,
    /// What its owner knows it by: the token's label, or the browser's own name.
    pub label: String,
    /// Hash of the secret that its owner holds.
    pub secret_hash: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// For how long it may rest.
    pub idle: Option<TimeDelta>,
    /// When it ends in any case.
    pub ends_at: DateTime<Utc>,
}

/// How fine the time of the last use is kept: a row is not written for every request.
const LAST_USE_STEP: TimeDelta = TimeDelta::minutes(1);

impl Credential {
    /// Until when it is good if nobody uses it.
    pub fn good_until(&self) -> DateTime<Utc> {
        match self.idle {
            Some(idle) => self.ends_at.min(self.last_used_at + idle),
            None => self.ends_at,
        }
    }

    /// Whether it is good at the given moment.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        now < self.good_until()
    }

    /// Whether its last use is to be written down again.
    pub fn is_due_for_note(&self, now: DateTime<Utc>) -> bool {
        now - self.last_used_at >= LAST_USE_STEP
    }
}

/// A credential as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialView {
    /// Identifies it.
    pub id: CredentialId,
    /// What its owner knows it by.
    pub label: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// Until when it is good if nobody uses it.
    pub good_until: DateTime<Utc>,
}

impl From<Credential> for CredentialView {
    fn from(credential: Credential) -> Self {
        Self {
            good_until: credential.good_until(),
            id: credential.id,
            label: credential.label,
            created_at: credential.created_at,
            last_used_at: credential.last_used_at,
        }
    }
}

/// A user who has shown a good credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The user.
    pub user: User,
    /// What was shown.
    pub credential: CredentialId,
    /// What kind of credential was shown.
    pub kind: CredentialKind,
}

/// What its owner calls an API token: 1 to 100 characters after trimming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLabel(String);

/// A label is empty or overlong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a label has 1 to {} characters", TokenLabel::MAX)]
pub struct TokenLabelError;

impl TokenLabel {
    /// The most characters a label may have.
    pub const MAX: usize = 100;

    /// Checks a label.
    pub fn parse(text: &str) -> Result<Self, TokenLabelError> {
        let label = text.trim();
        if (1..=Self::MAX).contains(&label.chars().count()) {
            Ok(Self(label.to_owned()))
        } else {
            Err(TokenLabelError)
        }
    }

    /// A label from what a browser calls itself, cut to length.
    pub fn of_browser(user_agent: Option<&str>) -> Self {
        let name = user_agent.map(str::trim).filter(|name| !name.is_empty());
        let name = name.unwrap_or("an unnamed browser");
        Self(name.chars().take(Self::MAX).collect())
    }

    /// The label.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
