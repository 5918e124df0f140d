//! What users do with their accounts. A desk, since hashing a password must not keep a transaction open.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use customer_relationship::{
    CreateCustomer, CreateCustomerError, CustomerId, CustomerTimeZone, CustomersFacade,
    EmailAddress, Language,
};
use foundation::{Failure, Transactions, UnitOfWork, audit, injectable};
use secrecy::SecretString;

use super::attempts::{self, Limit};
use super::credentials::{Credential, CredentialId, CredentialKind, SignedIn, TokenLabel};
use super::passwords::{self, Password};
use super::secrets::Secret;
use super::settings::AccountsSettings;
use super::storage::Accounts;
use super::users::{PersonName, Role, User, UserId};

/// Registers users, logs them in and out, hands out and revokes tokens.
pub struct AccountsDesk {
    transactions: Arc<Transactions>,
    accounts: Arc<Accounts>,
    customers: Arc<CustomersFacade>,
    settings: Arc<AccountsSettings>,
}

injectable!(AccountsDesk {
    transactions: Transactions,
    accounts: Accounts,
    customers: CustomersFacade,
    settings: AccountsSettings,
});

/// Makes an account.
#[derive(Debug)]
pub struct Register {
    /// The user's id, and the person's in every module.
    pub user: UserId,
    /// The address to log in with, and to write to.
    pub email: EmailAddress,
    /// What the user is called.
    pub name: PersonName,
    /// The password.
    pub password: Password,
    /// What the user may do.
    pub role: Role,
    /// In which language the user is written to.
    pub language: Language,
    /// In which time zone the user reads times.
    pub time_zone: CustomerTimeZone,
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Somebody registered with this address before.
    #[error("there is an account with this e-mail address already")]
    EmailTaken,
    /// The machinery failed.
    #[error("the account could not be made")]
    Unexpected(#[from] Failure),
}

impl From<CreateCustomerError> for RegisterError {
    fn from(error: CreateCustomerError) -> Self {
        match error {
            CreateCustomerError::EmailTaken(_) => Self::EmailTaken,
            CreateCustomerError::Unexpected(failure) => failure.into(),
            CreateCustomerError::Name(_) | CreateCustomerError::AlreadyCustomer(_) => {
                Failure::Defect(format!(
                    "an accepted registration became no customer: {error}"
                ))
                .into()
            }
        }
    }
}

fn customer(command: &Register) -> CreateCustomer {
    CreateCustomer {
        customer: CustomerId::from(command.user.uuid()),
        email: command.email.clone(),
        name: command.name.as_str().to_owned(),
        language: command.language,
        time_zone: command.time_zone,
    }
}

/// Opens a session.
#[derive(Debug)]
pub struct LogIn {
    /// The address the user registered with.
    pub email: String,
    /// The password.
    pub password: SecretString,
    /// Where the request comes from.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub browser: TokenLabel,
    /// The session the browser showed: it ends, so that no session outlives a login.
    pub previous: Option<Secret>,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// The address is unknown or the password is wrong; which of the two is not said.
    #[error("the e-mail address or the password is wrong")]
    Wrong,
    /// Too many attempts failed.
    #[error("too many attempts failed; try again later")]
    TooManyAttempts {
        /// When to try again.
        until: DateTime<Utc>,
        /// How long that is from now.
        wait: TimeDelta,
    },
    /// The machinery failed.
    #[error("the login failed")]
    Unexpected(#[from] Failure),
}

/// Why there is no new token.
#[derive(Debug, thiserror::Error)]
pub enum CreateTokenError {
    /// A token makes no tokens: whoever steals one cannot make it last.
    #[error("API tokens are made in a session, not with a token")]
    NotWithAToken,
    /// The machinery failed.
    #[error("the token could not be made")]
    Unexpected(#[from] Failure),
}

/// Why a session or token stays.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// The user has none of that id.
    #[error("you have no such session or token")]
    NotFound,
    /// The machinery failed.
    #[error("it could not be revoked")]
    Unexpected(#[from] Failure),
}

/// A new credential with its secret, which is shown this once.
#[derive(Debug)]
pub struct IssuedCredential {
    /// What the client keeps.
    pub secret: Secret,
    /// What the house keeps.
    pub credential: Credential,
    /// Whose it is.
    pub user: User,
}

impl AccountsDesk {
    /// Makes an account, and whoever bids or sells a customer, in one transaction.
    pub fn register(&self, command: &Register) -> Result<User, RegisterError> {
        let hash = command.password.hash();
        self.transactions.run(|uow| {
            let user = User {
                id: command.user,
                email: command.email.key(),
                name: command.name.as_str().to_owned(),
                role: command.role,
                created_at: uow.now(),
            };
            if !self.accounts.add_user(&user, &hash, uow)? {
                return Err(RegisterError::EmailTaken);
            }
            if user.role.is_customer() {
                self.customers.create_customer(customer(command), uow)?;
            }
            let (id, role) = (user.id.to_string(), user.role.word());
            audit::record(&user.email, "account.register", &id, role, uow)?;
            Ok(user)
        })
    }

    /// Opens a session for whoever knows the password.
    pub fn log_in(&self, command: &LogIn) -> Result<IssuedCredential, LogInError> {
        let email = command.email.trim().to_lowercase();
        let limits = self.limits(&email, command.address);
        self.count_attempt(&limits)?;
        let known = self
            .transactions
            .read(|reader| self.accounts.user_with_hash(&email, reader))?;
        let hash = known.as_ref().map(|(_, hash)| hash.as_str());
        let right = passwords::matches(&command.password, hash);
        let Some((user, _)) = known.filter(|_| right) else {
            return Err(LogInError::Wrong);
        };
        let issued = self.transactions.run(|uow| {
            let [account, address] = &limits;
            attempts::forget(&account.subject, uow)?;
            attempts::take_back(&address.subject, uow)?;
            if let Some(previous) = &command.previous {
                self.accounts.revoke_secret(previous, uow)?;
            }
            self.issue(&user, CredentialKind::Session, &command.browser, uow)
        })?;
        Ok(issued)
    }

    /// Ends the session or token that was shown.
    pub fn log_out(&self, signed_in: &SignedIn) -> Result<(), Failure> {
        let SignedIn {
            user,
            credential,
            kind,
        } = signed_in;
        self.transactions
            .run(|uow| self.accounts.revoke(user.id, *kind, *credential, uow))
            .map(drop)
    }

    /// Makes an API token for somebody who is logged in with a session.
    pub fn create_token(
        &self,
        signed_in: &SignedIn,
        label: &TokenLabel,
    ) -> Result<IssuedCredential, CreateTokenError> {
        match signed_in.kind {
            CredentialKind::Session => {}
            CredentialKind::Token => return Err(CreateTokenError::NotWithAToken),
        }
        let issued = self.transactions.run(|uow| {
            let user = &signed_in.user;
            let issued = self.issue(user, CredentialKind::Token, label, uow)?;
            let id = issued.credential.id.to_string();
            audit::record(
                &user.email,
                "account.create_token",
                &id,
                label.as_str(),
                uow,
            )?;
            Ok::<_, Failure>(issued)
        })?;
        Ok(issued)
    }

    /// Revokes one of the user's own sessions or tokens.
    pub fn revoke(
        &self,
        signed_in: &SignedIn,
        kind: CredentialKind,
        id: CredentialId,
    ) -> Result<(), RevokeError> {
        let user = &signed_in.user;
        self.transactions.run(|uow| {
            if !self.accounts.revoke(user.id, kind, id, uow)? {
                return Err(RevokeError::NotFound);
            }
            audit::record(
                &user.email,
                "account.revoke",
                &id.to_string(),
                kind.word(),
                uow,
            )?;
            Ok(())
        })
    }

    fn issue(
        &self,
        user: &User,
        kind: CredentialKind,
        label: &TokenLabel,
        uow: &mut UnitOfWork,
    ) -> Result<IssuedCredential, Failure> {
        let now = uow.now();
        let (idle, time) = match kind {
            CredentialKind::Session => (
                Some(self.settings.session_idle()),
                self.settings.session_time(),
            ),
            CredentialKind::Token => (None, self.settings.token_time()),
        };
        let secret = Secret::generate();
        let credential = Credential {
            id: CredentialId::generate(),
            user: user.id,
            kind,
            label: label.as_str().to_owned(),
            secret_hash: secret.hash(),
            created_at: now,
            last_used_at: now,
            idle,
            ends_at: now + time,
        };
        self.accounts.add_credential(&credential, uow)?;
        let user = user.clone();
        Ok(IssuedCredential {
            secret,
            credential,
            user,
        })
    }

    fn limits(&self, email: &str, address: IpAddr) -> [Limit; 2] {
        [
            Limit {
                subject: format!("account:{}", email.chars().take(254).collect::<String>()),
                failures: self.settings.failures_per_account,
            },
            Limit {
                subject: format!("address:{address}"),
                failures: self.settings.failures_per_address,
            },
        ]
    }

    /// Counts the attempt against both limits; commits also when it is refused.
    fn count_attempt(&self, limits: &[Limit; 2]) -> Result<(), LogInError> {
        let locked_until = self.transactions.run(|uow| {
            let mut until = None;
            for limit in limits {
                until = until.max(attempts::count(limit, uow)?);
            }
            Ok::<_, Failure>(until)
        })?;
        match locked_until {
            None => Ok(()),
            Some(until) => {
                let wait = until - self.transactions.clock().now();
                Err(LogInError::TooManyAttempts { until, wait })
            }
        }
    }
}
